"""ACD-2: overflow."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, happens
from acceptance.scene import PROMPTS, Scene, hears, talk

ABOUT = About(
    procedure=Text(
        "A queue overflows by each rule in turn: after 3 s of waiting to another queue; with somebody "
        "ahead to a flow; with nobody signed in to the voicemail.",
        "技能组依次按各规则溢出：等待3秒后到另一技能组；前面有人时到流程；无人签入时到语音信箱。",
    ),
    expected=Text(
        "The first caller is answered in the other queue, the second hears the flow, the third leaves a "
        "message that is kept and belongs to the queue.",
        "第一名来电者在另一技能组被应答，第二名听到流程放音，第三名的留言被保存并归属该技能组。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    other_skill = await tenant.makes("skills", name="Other")
    second = await tenant.queue("Second", skills={other_skill: 1}, wrap_up_seconds=0)
    full = await tenant.flow(flows.document(first=flows.play("other")))
    helper = await tenant.agent(skills={other_skill: 5})
    await agent.rests()

    async def overflows(**rule: object) -> None:
        await tenant.configures("PUT", f"/queues/{queue}/routing", {"overflow": [rule]})

    await overflows(when="waited", over=3, to="queue", target=second)
    call = await scene.calls_and_speaks(number)
    await helper.talks_with(call)
    left = await tenant.event(call.caller, "queue.overflowed")
    equal(left["data"]["why"], "waited", "why the caller was passed on")
    await call.hang_up()
    await helper.becomes("available")

    await overflows(when="ahead", over=0, to="flow", target=full)
    waiting = await scene.call(number)
    await tenant.event(waiting.caller, "queue.entered")
    one_too_many = await scene.call(number)
    await happens(one_too_many.ended, "the flow is played to its end")
    hears(await one_too_many.heard(), PROMPTS["other"], "the caller who is one too many", "the flow's prompt")
    await waiting.hang_up()

    await overflows(when="nobody_signed_in", to="voicemail", prompts=["greeting"])
    await agent.api.post("/me/sign-out")
    call = await scene.call(number)
    await tenant.event(call.caller, "recording.started")
    await scene.speaks(call)
    await talk(3)
    await call.press("#")
    await happens(call.ended, "the call ends after the message")
    hears(await call.heard(), PROMPTS["greeting"], "the caller", "what asks for a message")
    contact = await tenant.contact(
        call.caller,
        lambda seen: seen["message_left"] and [r for r in seen["recordings"] if r["state"] == "ready"],
        "the message is kept",
    )
    equal(contact["queue_id"], queue, "the queue that the message belongs to")
