"""ACC-5: text chat on a website."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A visitor of a website opens a chat, chooses in the flow, and writes with an agent, who answers and ends it; "
        "a second visitor comes while the agent is on the phone.",
        "网站访客打开在线聊天，在流程中选择后与坐席交谈，坐席回复并结束；坐席通话中又有第二名访客。",
    ),
    expected=Text(
        "Both sides read every message once and in order, the chat waits in the same queue as calls, the agent has it "
        "beside the call, and the transcript stands with the contact.",
        "双方按序且不重复地看到每条消息，聊天与电话同队列排队，坐席可在通话之外处理，记录随联络保存。",
    ),
    lacks=(Text("The whiteboard", "电子白板"),),
)
SITE = "https://shop.example"


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=30)
    menu = {"type": "menu", "prompts": ["menu"], "keys": {"1": "wait"}, "labels": {"1": "An agent"}}
    wait = {"type": "queue", "queue": queue}
    flow = await tenant.flow({"version": 1, "start": "ask", "nodes": {"ask": menu, "wait": wait}}, "Chat")
    number = await tenant.number(await tenant.flow(flows.to_queue(queue)))
    entry = await tenant.configures(
        "POST",
        "/chat-entries",
        {"name": "Shop", "flow_id": flow, "project_id": tenant.project, "languages": ["en"], "origins": [SITE]},
    )
    beside = [{"medium": "voice", "weight": 60}, {"medium": "chat", "weight": 40}]
    await tenant.configures("POST", "/capacity-profiles", {"name": "Both", "is_default": True, "media": beside})
    agent = await tenant.agent()
    call = await scene.calls_and_speaks(number)
    talk = await agent.talks_with(call)

    visitor = scene.anonymous()
    scene.stack.push_async_callback(visitor.close)
    opened = await visitor.post(
        f"/public/chat/{entry['key']}/conversations",
        {"language": "en", "fields": {}, "page_url": f"{SITE}/", "title": ""},
    )
    visitor.use_token(opened["token"])
    chat = opened["id"]

    async def writes(number: int, **what: object) -> None:
        await visitor.post("/public/chat/conversation/messages", {"client_number": number, **what})

    async def texts() -> list[str]:
        found = await visitor.get("/public/chat/conversation/messages", after=0)
        equal([one["number"] for one in found], list(range(1, len(found) + 1)), "the numbers of the messages")
        return [one["text"] for one in found if one["from"] in ("visitor", "agent") and one["text"]]

    await writes(1, kind="choice", value="1")
    await until(
        lambda: agent.api.get("/me/desktop"),
        lambda desktop: [item["id"] for item in desktop["items"]] == [chat],
        "the chat is offered beside the call",
    )
    await agent.api.post(f"/me/interactions/{chat}/accept")
    await writes(2, kind="text", text="My bill is wrong")
    await writes(2, kind="text", text="My bill is wrong")  # the network was slow: said again, written once
    said = {"client_number": 1, "kind": "text", "text": "Let me look"}
    await agent.api.post(f"/me/interactions/{chat}/messages", said)
    equal((await texts())[-2:], ["My bill is wrong", "Let me look"], "what both wrote, once and in order")
    equal((await agent.talks_with(call))["id"], talk["id"], "the call that goes on meanwhile")
    await agent.api.post(f"/me/interactions/{chat}/end")
    equal((await visitor.get("/public/chat/conversation"))["state"], "ended", "the chat as the visitor sees it")
    await call.hang_up()
    transcript = await agent.api.get(f"/interactions/{chat}/messages", after=0)
    expect("My bill is wrong" in [one["text"] for one in transcript], "the transcript stands with the contact")
    await until(
        lambda: tenant.admin.get("/interactions"),
        lambda listed: chat in [one["id"] for one in listed["items"]],
        "the chat is among the contacts",
    )
    contact = await tenant.admin.get(f"/interactions/{chat}")
    equal((contact["medium"], contact["queue_id"]), ("chat", queue), "medium and queue on record")
    scene.saw(
        f"{len(transcript)} messages in order, beside a call, in the same queue",
        f"{len(transcript)} 条消息按序，与通话并行，同一技能组",
    )
