"""AGT-15: bulletins."""

from datetime import UTC, datetime, timedelta
from typing import Any

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Api, Refused

ABOUT = About(
    procedure=Text(
        "An administrator and a supervisor publish bulletins, long-term and temporary ones, to all, to a group and to "
        "a person; two agents are signed in, a third signs in later.",
        "管理员与班长分别发布长期和临时公告，面向全体、班组和指定人员；两名坐席在线，第三名稍后签入。",
    ),
    expected=Text(
        "Who is addressed is told at once and reads it, nobody else does; each audience is a right of its own; a "
        "temporary one ends by itself; unread ones wait for who signs in; the history has time, author, content and "
        "who has read it.",
        "接收人立即得到提示并可阅读，其他人不能；三种范围权限分开；临时公告到期自动失效；签入时可见未读公告；历史记录含时间、"
        "发布人、内容与阅读人。",
    ),
)


async def titles(api: Api, path: str = "/me/bulletins") -> set[str]:
    return {one["title"] for one in (await api.get(path))["items"]}


async def refused(api: Api, body: dict[str, Any]) -> int:
    try:
        await api.post("/bulletins", body)
    except Refused as answer:
        return answer.status
    return 201


def bulletin(title: str, audience: str = "all", **more: Any) -> dict[str, Any]:
    return {"title": title, "text": f"What {title} says", "audience": audience, **more}


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    first, second = await tenant.agent(), await tenant.agent()
    boss = await tenant.person("supervisor", "boss")
    group = await tenant.makes("agent-groups", name="Group", agent_ids=[first.id])
    accounts = {one["login"]: one["id"] for one in (await tenant.admin.get("/people"))["items"]}
    to_group = bulletin("Group's", "groups", group_ids=[group])
    to_second = bulletin("Second's", "persons", account_ids=[accounts[second.number]])

    equal(await refused(boss, bulletin("Everybody's")), 403, "a supervisor's bulletin to everybody")
    equal(await refused(first.api, to_group), 403, "an agent's bulletin")
    await tenant.admin.post("/bulletins", bulletin("Everybody's"))
    for agent in (first, second):
        await agent.desk.sees(lambda desk: desk.bulletins >= 1, "the agent is told of the bulletin to everybody")
        equal(await titles(agent.api), {"Everybody's"}, "what the agent is to read")
    await boss.post("/bulletins", to_group)
    await first.desk.sees(lambda desk: desk.bulletins >= 2, "the group's member is told")
    made = await boss.post("/bulletins", to_second)
    await second.desk.sees(lambda desk: desk.bulletins >= 2, "the person is told")
    equal(await titles(first.api), {"Everybody's", "Group's"}, "what the group's member reads")
    equal(await titles(second.api), {"Everybody's", "Second's"}, "what the person reads")
    equal((first.desk.bulletins, second.desk.bulletins), (2, 2), "how often each was told")

    ends = datetime.now(UTC) + timedelta(seconds=6)
    await tenant.admin.post("/bulletins", bulletin("Temporary", ends_at=ends.isoformat()))
    expect("Temporary" in await titles(first.api), "the temporary one is there until its time")
    await until(lambda: titles(first.api), lambda seen: "Temporary" not in seen, "the temporary one ends by itself")
    equal(await titles(first.api, "/me/bulletins/earlier"), {"Temporary"}, "what has ended")

    password = await tenant.agent_account("5009")
    late = await scene.session(tenant.slug, "5009", password)
    waiting = await late.get("/me/bulletins")
    equal((waiting["unread"], waiting["items"][0]["title"]), (1, "Everybody's"), "what waits for who signs in later")

    await second.api.post(f"/me/bulletins/{made['id']}/read", {"revision": 1})
    equal((await second.api.get("/me/bulletins"))["unread"], 1, "what the person has still to read")
    kept = (await boss.get("/bulletins", q="Second's"))["items"][0]
    equal(
        (kept["author_name"], kept["text"], kept["read"], kept["addressed"]),
        ("Boss", "What Second's says", 1, 1),
        "author, content and readers in the history",
    )
    expect(kept["created_at"], "the time in the history")
    readers = (await boss.get(f"/bulletins/{made['id']}/readers"))["items"]
    equal([(one["number"], bool(one["read_at"])) for one in readers], [(second.number, True)], "who has read it")
    scene.saw(
        "Each bulletin reaches those it is addressed to and nobody else; the temporary one ended by itself",
        "公告只到达接收人；临时公告已自动失效",
    )
