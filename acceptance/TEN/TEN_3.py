"""TEN-3: tenants apart."""

from typing import Any
from uuid import uuid4

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene, hears, talk
from hujiao.app.cli.http_client import Api, Refused

ABOUT = About(
    procedure=Text(
        "Two companies. While a caller of the first talks, the second looks at its live screens and lists, "
        "and tries to read, change, remove, send on, listen to and use in its own flow what is the first's;"
        " it asks for the first's number.",
        "两家公司。第一家通话时，第二家查看自己的实时画面与列表，并尝试读取、修改、删除、转接、收听第一家的内容或在自己的"
        "流程中使用它，还申请第一家的号码。",
    ),
    expected=Text(
        "The first sees its call, the second nothing of it: whatever it asks for answers as what does not "
        "exist. A taken number cannot be taken, the operator sees no contact either, and the call is not "
        "disturbed.",
        "第一家看到自己的呼叫，第二家什么也看不到：所请求的一切均答复“不存在”。已占用的号码不能再用，运营方也看不到联络"
        "内容，通话不受影响。",
    ),
)


LISTS = ("queues", "flows", "people", "skills", "projects", "businesses", "access-numbers", "prompts", "interactions")


async def refusal(api: Api, method: str, path: str, body: Any = None) -> tuple[int, str]:
    try:
        await api.request(method, path, body=body)
    except Refused as refused:
        return refused.status, refused.code
    return 200, "done"


async def accept(scene: Scene) -> None:
    own, queue, number = await scene.answering_tenant()
    other, _, _ = await scene.answering_tenant()
    call = await scene.calls_and_speaks(number)
    shown = await own.agents[0].talks_with(call)
    await own.desk.sees(lambda desk: desk.interaction(call.caller), "the company watches its own call")
    await talk(1)

    expect(not other.desk.interactions, "the other company's live screen shows no call", other.desk.interactions)
    equal(set(other.desk.queues) & {queue}, set(), "what the other company sees of the queue")
    theirs = {}
    for name in LISTS:
        mine = {row["id"] for row in (await own.admin.get(f"/{name}"))["items"]}
        known = {row["id"] for row in (await other.admin.get(f"/{name}"))["items"]}
        equal(mine & known, set(), f"what both companies have in the list of {name}")
        theirs[name] = next(iter(mine), None)

    everything = [("GET", f"/{name}/%", None) for name in LISTS if name != "prompts"]
    everything += [
        ("DELETE", f"/{name}/%", None) for name in ("queues", "flows", "people", "access-numbers", "prompts")
    ]
    for method, path, body in everything:
        seen = await refusal(other.admin, method, path.replace("%", str(theirs[path.split("/")[1]])), body)
        nothing = await refusal(other.admin, method, path.replace("%", str(uuid4())), body)
        equal(seen, nothing, f"the answer to {method} {path} of another company")
        equal(seen[0], 404, f"the status of {method} {path} of another company")
    transfer = {"to": "queue", "target": next(iter(other.desk.queues))}
    equal(
        (await refusal(other.admin, "POST", f"/interactions/{shown['id']}/transfer", transfer))[0], 404, "its transfer"
    )
    equal((await refusal(other.agents[0].api, "POST", f"/me/interactions/{shown['id']}/hang-up"))[0], 404, "its end")
    place = {"project_id": other.project, "business_id": other.business}
    flow = await other.flow(flows.document(first=flows.play("thanks")))
    taken = await refusal(other.admin, "POST", "/access-numbers", {"number": number, "flow_id": flow, **place})
    expect(taken[0] in (409, 422), "a number that is taken cannot be taken", taken)
    stolen = flows.to_queue(queue)
    problems = (await other.admin.post(f"/flows/{flow}/validate", {"document": stolen}))["problems"]
    expect(any(p["severity"] == "error" for p in problems), "a flow cannot use another company's queue", problems)
    equal(
        (await refusal(scene.operator, "GET", f"/interactions/{shown['id']}"))[0] in (403, 404),
        True,
        "the operator's look",
    )

    expect(not call.ended.is_set(), "the caller still talks")
    await call.hang_up()
    hears(await call.heard(), own.agents[0].tone, "the caller", "the agent all the time", seconds=1)
    contact = await own.recorded(call.caller)
    recording = contact["recordings"][0]["id"]
    for path in (f"/recordings/{recording}", f"/recordings/{recording}/audio", f"/recordings/{recording}/peaks"):
        equal((await refusal(other.admin, "GET", path))[0], 404, f"the status of {path} of another company")
    await own.admin.get(f"/recordings/{recording}")
