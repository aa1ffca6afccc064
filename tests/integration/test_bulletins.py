"""Bulletins: three rights, who reads what and when, that one ends by itself, and who has read which text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.conftest import until
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.world import PASSWORD, Side, World


def wanted(audience: str = "all", **more: Any) -> dict[str, Any]:
    return {"title": f"t{uuid4().hex[:8]}", "text": "First line\n\nSecond paragraph", "audience": audience, **more}


def to_agent(side: Side, **more: Any) -> dict[str, Any]:
    return wanted("persons", account_ids=[side.ids["person"]], **more)


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def shown(client: Client, bulletin: dict[str, Any], path: str = "/me/bulletins") -> dict[str, Any] | None:
    """The bulletin as this person gets it; None when it is not there for them."""
    answer = await client.get(path)
    assert answer.status == 200, answer.text
    return next((one for one in answer.json["items"] if one["id"] == bulletin["id"]), None)


async def readers(client: Client, bulletin: dict[str, Any], **query: Any) -> dict[str, str | None]:
    answer = await client.get(f"/bulletins/{bulletin['id']}/readers", **query)
    assert answer.status == 200, answer.text
    return {one["account_id"]: one["read_at"] for one in answer.json["items"]}


@asynccontextmanager
async def second_agent(world: World, side: Side) -> AsyncIterator[Client]:
    """The agent of the other project."""
    async with Client(world.settings.web_url) as client:
        yield await client.sign_in(side.slug, "second", PASSWORD)


async def test_each_audience_is_a_right(world: World, control: CallControl) -> None:
    side = world.a
    boss, group = side.clients["supervisor"], {"group_ids": [side.ids["agent_group"]]}
    made = await boss.made("/bulletins", to_agent(side))
    assert (await boss.post("/bulletins", wanted("groups", **group))).status == 201
    for refused in (
        await boss.post("/bulletins", wanted("all")),
        await boss.send("PUT", f"/bulletins/{made['id']}", wanted("all")),
    ):
        assert (refused.status, refused.code, refused.json["error"]["field"]) == (403, "forbidden", "audience")
    for body in (wanted("all"), wanted("groups", **group), to_agent(side)):
        assert (await side.admin.post("/bulletins", body)).status == 201
    # The administrator sees the supervisor's; the supervisor not the administrator's.
    assert (await side.admin.get(f"/bulletins/{made['id']}")).status == 200
    theirs = await side.admin.made("/bulletins", to_agent(side))
    for method, path in (("GET", ""), ("PUT", ""), ("POST", "/withdraw"), ("GET", "/readers")):
        body = to_agent(side) if method == "PUT" else None
        assert (await boss.send(method, f"/bulletins/{theirs['id']}{path}", body)).status == 404


async def test_only_who_is_addressed_reads_it(world: World, control: CallControl) -> None:
    side = world.a
    agent, boss = side.clients["agent"], side.clients["supervisor"]
    group = {"group_ids": [side.walled["agent_group"]]}
    async with second_agent(world, side) as other:
        to_all = await side.admin.made("/bulletins", wanted("all"))
        to_group = await side.admin.made("/bulletins", wanted("groups", **group))
        to_person = await boss.made("/bulletins", to_agent(side, urgent=True))
        for client, bulletin, there in (
            (agent, to_all, True),
            (other, to_all, True),
            (boss, to_all, True),
            (agent, to_group, False),
            (other, to_group, True),
            (boss, to_group, False),
            (agent, to_person, True),
            (other, to_person, False),
            (boss, to_person, False),
        ):
            assert (await shown(client, bulletin) is not None) is there
            confirmed = await client.post(f"/me/bulletins/{bulletin['id']}/read", {"revision": 1})
            assert confirmed.status == (204 if there else 404)
        absent = await agent.post(f"/me/bulletins/{uuid4()}/read", {"revision": 1})
        foreign = await agent.post(f"/me/bulletins/{to_group['id']}/read", {"revision": 1})
        assert absent.body == foreign.body
        assert await shown(world.b.clients["agent"], to_all) is None
        first = await shown(agent, to_person)
        assert first is not None and first["urgent"] and first["author_name"] == "Supervisor a"
        assert first["text"] == "First line\n\nSecond paragraph"
        # Members change, and with them to whom it is addressed.
        members = [side.walled["agent"], side.ids["agent"]]
        name = (await side.admin.get(f"/agent-groups/{group['group_ids'][0]}")).json["name"]
        for ids, there in ((members, True), (members[:1], False)):
            changed = {"name": name, "agent_ids": ids}
            assert (await side.admin.send("PUT", f"/agent-groups/{group['group_ids'][0]}", changed)).status == 200
            assert (await shown(agent, to_group) is not None) is there


async def test_a_supervisors_groups_end_at_the_projects(world: World, control: CallControl) -> None:
    """Of a group with people of several projects only those of the author's are addressed."""
    side = world.a
    members = [side.ids["agent"], side.walled["agent"]]
    mixed = await side.admin.made("/agent-groups", {"name": f"m{uuid4().hex[:8]}", "agent_ids": members})
    body = wanted("groups", group_ids=[mixed["id"]])
    boss = side.clients["supervisor"]
    async with second_agent(world, side) as other:
        made = await boss.made("/bulletins", body)
        assert await shown(side.clients["agent"], made) is not None
        assert await shown(other, made) is None
        assert made["addressed"] == 1
        assert (await readers(boss, made)).keys() == {side.ids["person"]}
        # A change by the administrator does not widen it.
        changed = await side.admin.send("PUT", f"/bulletins/{made['id']}", {**body, "title": "Another"})
        assert changed.status == 200, changed.text
        assert await shown(other, made) is None
        assert (await side.admin.made("/bulletins", body))["addressed"] == 2
        of_others = await boss.post("/bulletins", wanted("groups", group_ids=[side.walled["agent_group"]]))
        assert (of_others.status, of_others.json["error"]["field"]) == (422, "group_ids")
        stranger = await boss.post("/bulletins", wanted("persons", account_ids=[side.walled["person"]]))
        assert (stranger.status, stranger.json["error"]["field"]) == (422, "account_ids")


async def test_who_sees_more_projects_writes_for_more_than_a_colleague_sees(world: World, control: CallControl) -> None:
    """What somebody wrote who sees another project, too, is not read or withdrawn by who sees only one of them."""
    side = world.a
    projects = [side.ids["project"], side.walled["project"]]
    login = f"both{uuid4().hex[:8]}"
    body = {"login": login, "name": "Both", "role": "supervisor", "password": PASSWORD, "project_ids": projects}
    person = await side.admin.made("/people", body)
    try:
        async with Client(world.settings.web_url) as both:
            await both.sign_in(side.slug, login, PASSWORD)
            made = await both.made("/bulletins", wanted("persons", account_ids=[side.walled["person"]]))
            assert (await both.get(f"/bulletins/{made['id']}")).status == 200
    finally:  # who sees both projects is nobody whom the other tests know
        assert (await side.admin.send("DELETE", f"/people/{person['id']}")).status == 204
    boss = side.clients["supervisor"]
    for method, path in (("GET", ""), ("GET", "/readers"), ("POST", "/withdraw")):
        assert (await boss.send(method, f"/bulletins/{made['id']}{path}")).status == 404
    assert made["id"] not in [one["id"] for one in (await boss.get("/bulletins")).json["items"]]


async def test_who_has_read_it(world: World, control: CallControl) -> None:
    """The first time counts; who has not read it is first; the author need not."""
    side = world.a
    agent = side.clients["agent"]
    made = await side.admin.made("/bulletins", wanted("all"))
    assert made["read"] == 1 and made["addressed"] >= 4
    before = await readers(side.admin, made)
    own = str(side.admin.session["account"]["id"])
    assert before[own] is not None and before[side.ids["person"]] is None
    assert list(before)[-1] == own
    mine = await shown(agent, made)
    assert mine is not None and mine["read_at"] is None
    unread = (await agent.get("/me/bulletins")).json["unread"]
    for _ in range(2):
        assert (await agent.post(f"/me/bulletins/{made['id']}/read", {"revision": 1})).status == 204
    mine = await shown(agent, made)
    assert mine is not None and mine["read_at"] is not None
    assert (await agent.get("/me/bulletins")).json["unread"] == unread - 1
    assert (await readers(side.admin, made))[side.ids["person"]] == mine["read_at"]
    number = (await side.admin.get(f"/bulletins/{made['id']}/readers", q="1001")).json
    assert [one["account_id"] for one in number["items"]] == [side.ids["person"]]
    assert (await side.admin.get(f"/bulletins/{made['id']}")).json["read"] == 2


async def test_another_text_is_read_anew(world: World, control: CallControl) -> None:
    side = world.a
    agent, body = side.clients["agent"], to_agent(side)
    made = await side.admin.made("/bulletins", body)
    path = f"/bulletins/{made['id']}"
    assert (await agent.post(f"/me{path}/read", {"revision": 1})).status == 204
    # Longer, with the same text: it stays read.
    same = await side.admin.send("PUT", path, {**body, "ends_at": soon(3600)})
    assert (same.json["revision"], same.json["read"], same.json["earlier"]) == (1, 1, [])
    changed = await side.admin.send("PUT", path, {**body, "text": "Corrected"})
    assert (changed.json["revision"], changed.json["read"], changed.json["addressed"]) == (2, 0, 1)
    late = await side.admin.send("PUT", path, {**body, "text": "From an old page", "revision": 1})
    assert (late.status, late.code) == (409, "changed_meanwhile")
    (earlier,) = changed.json["earlier"]
    assert (earlier["text"], earlier["revision"], earlier["written_by_name"]) == (body["text"], 1, "Admin a")
    mine = await shown(agent, made)
    assert mine is not None and (mine["text"], mine["read_at"]) == ("Corrected", None)
    # What was on the screen when it was confirmed counts, not what it has become.
    assert (await agent.post(f"/me{path}/read", {"revision": 1})).status == 204
    assert (await shown(agent, made) or {})["read_at"] is None
    unknown = await agent.post(f"/me{path}/read", {"revision": 3})
    assert (unknown.status, unknown.json["error"]["field"]) == (422, "revision")
    assert (await agent.post(f"/me{path}/read", {"revision": 2})).status == 204
    assert (await readers(side.admin, made, revision=1))[side.ids["person"]] is not None


async def test_it_begins_and_ends_by_itself(world: World, control: CallControl) -> None:
    side = world.a
    agent = side.clients["agent"]
    made = await side.admin.made("/bulletins", to_agent(side, begins_at=soon(4), ends_at=soon(8)))
    assert made["state"] == "planned"
    assert await shown(agent, made) is None
    early = await agent.post(f"/me/bulletins/{made['id']}/read", {"revision": 1})
    assert early.status == 404
    assert (await agent.get("/me/bulletins")).json["next_at"] <= made["begins_at"]

    async def is_shown() -> bool:
        return await shown(agent, made) is not None

    async def is_over() -> bool:
        return await shown(agent, made) is None

    await until(is_shown, "the bulletin to begin")
    assert (await agent.get("/me/bulletins")).json["next_at"] <= made["ends_at"]
    await until(is_over, "the bulletin to end")
    assert await shown(agent, made, "/me/bulletins/earlier") is not None
    assert (await side.admin.get(f"/bulletins/{made['id']}")).json["state"] == "ended"
    late = await side.admin.send("PUT", f"/bulletins/{made['id']}", to_agent(side))
    assert (late.status, late.code) == (409, "bulletin_over")


async def test_withdrawn(world: World, control: CallControl) -> None:
    """Its readers have it no more; in the list of the authors it stays, with who withdrew it."""
    side = world.a
    agent = side.clients["agent"]
    made = await side.admin.made("/bulletins", to_agent(side))
    assert await shown(agent, made) is not None
    for _ in range(2):
        assert (await side.admin.post(f"/bulletins/{made['id']}/withdraw")).status == 204
    assert await shown(agent, made) is None
    assert await shown(agent, made, "/me/bulletins/earlier") is None
    assert (await agent.post(f"/me/bulletins/{made['id']}/read", {"revision": 1})).status == 404
    page = (await side.admin.get("/bulletins", state="withdrawn", q=made["title"])).json
    (kept,) = page["items"]
    assert (kept["id"], kept["withdrawn_by_name"], kept["author_name"]) == (made["id"], "Admin a", "Admin a")
    assert kept["text"] == made["text"]
    assert (await side.admin.get("/bulletins", state="current", q=made["title"])).json["total"] == 0


async def test_what_cannot_be_is_refused_with_its_field(world: World, control: CallControl) -> None:
    side = world.a
    refused: list[tuple[dict[str, Any], str | None]] = [
        (to_agent(side, title=" "), "title"),
        (to_agent(side, text=""), "text"),
        (to_agent(side, text="x" * 5001), "text"),
        (to_agent(side, ends_at=soon(-60)), "ends_at"),
        (to_agent(side, begins_at=soon(7200), ends_at=soon(3600)), "ends_at"),
        (to_agent(side, begins_at=soon(86400 * 4000)), "begins_at"),
        (wanted("everybody"), "audience"),
        (wanted("persons"), None),
        (wanted("groups", group_ids=[]), None),
        (wanted("all", account_ids=[side.ids["person"]]), None),
        (wanted("persons", account_ids=[str(uuid4())]), "account_ids"),
        (wanted("groups", group_ids=[str(uuid4())]), "group_ids"),
    ]
    for body, field in refused:
        answer = await side.admin.post("/bulletins", body)
        assert answer.status == 422, (body, answer.text)
        assert field is None or answer.json["error"]["field"] == field, (body, answer.text)
    made = await side.admin.made("/bulletins", to_agent(side))
    begun = await side.admin.send("PUT", f"/bulletins/{made['id']}", to_agent(side, begins_at=soon(60)))
    assert (begun.status, begun.json["error"]["field"]) == (422, "begins_at")
