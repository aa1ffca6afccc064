"""AGT-2: the agent's functions."""

import asyncio

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.desk import Desk, Record
from acceptance.scene import CALLER, OUTSIDE_TONE, PROMPTS, Agent, Scene, Tenant, hears, hears_not, talk
from hujiao.asterisk.testphone.phone import Call
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "Two agents and a supervisor with phones. An agent signs out and in, is not ready with a reason, "
        "ready; asks for a break; hears the night bell; takes calls; holds and mutes; sends callers on to an agent, "
        "a queue, a supervisor, a flow and an outside number; asks a colleague, goes to the caller and back, joins "
        "all three, leaves; asks a queue, a supervisor and a number; calls a number and sends keys; calls a colleague; "
        "parks a caller whom another picks up; writes note and result in wrap-up.",
        "两名坐席和一名班长。坐席签出签入、带原因示忙、示闲、申请小休、夜铃提醒、接听；保持、静音；"
        "将来电转给坐席、技能组、班长、自动流程和外线；咨询同事、来回切换、三方、退出；咨询技能组、班长与外线；主动外拨并发送按键；呼叫同事；驻留来电由他人接回；"
        "话后填写备注与小结。",
    ),
    expected=Text(
        "States as chosen on the own and the supervisor's screen. On hold the caller hears music, muted "
        "nobody. Each transfer reaches whom it names. In a consultation the colleague does not hear the "
        "caller until joined, then all hear each other. Everything is on record.",
        "状态在坐席与班长屏幕上一致。保持时客户听音乐，静音时听不到坐席。每次转接均到达目标。咨询时同事在加入前听不到客户"
        "，三方时互相听到。全部有记录。",
    ),
    seconds=540,
)


OUTSIDE_NUMBER = "13800138000"


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    first, second = tenant.agents
    await states(scene, tenant, first)
    await break_request(scene, tenant)
    await night_bell(scene, tenant, number)
    await hold_and_mute(scene, first, second, number)
    await transfers(scene, tenant, queue, number)
    await consultation(scene, tenant, number)
    await questions(scene, tenant, queue, number)
    await calls_out(scene, tenant)
    await calls_a_colleague(scene, tenant)
    await parked(scene, tenant, number)
    await wrap_up(scene, tenant, first)


async def states(scene: Scene, tenant: Tenant, agent: Agent) -> None:
    reason = await tenant.makes("reason-codes", code="lunch", name="Lunch")
    await agent.api.post("/me/state", {"state": "not_ready", "reason_code_id": reason})
    shown = await agent.becomes("not_ready")
    equal(shown["reason_code_id"], reason, "the reason that the desktop shows")
    seen = await tenant.desk.sees(
        lambda desk: desk.agents[agent.id] if desk.agents[agent.id]["state"] == "not_ready" else None,
        "the supervisor sees the agent not ready",
    )
    equal(seen["reason_code_id"], reason, "the reason that the supervisor sees")
    await agent.api.post("/me/sign-out")
    await agent.becomes("logged_out")
    await agent.works()
    scene.saw(
        "Signed out and in, not ready with a reason, ready: as chosen, on both screens",
        "签出签入、带原因示忙、示闲：均按所选生效，两端屏幕一致",
    )


async def break_request(scene: Scene, tenant: Tenant) -> None:
    first, second = tenant.agents
    body = {"code": "rest", "name": "Rest", "is_break": True}
    reason = (await tenant.configures("POST", "/reason-codes", body))["id"]
    await tenant.configures("PUT", "/settings", {"recording_format": "mp3", "breaks": {"most": 1}})
    for agent, state in ((first, "began"), (second, "waiting")):
        answer = await agent.api.post("/me/break", {"reason_code_id": reason})
        equal(answer["state"], state, "the answer to the request for a break")
    await first.becomes("not_ready")
    await first.is_ready()
    await second.becomes("not_ready")
    await second.is_ready()
    await tenant.configures("PUT", "/settings", {"recording_format": "mp3", "breaks": {"most": None}})
    scene.saw(
        "Break request: granted to the first, the second waits and rests when the first is back",
        "小休申请：第一名坐席获批准，第二名排队，第一名返回后自动小休",
    )


async def night_bell(scene: Scene, tenant: Tenant, number: str) -> None:
    first, second = tenant.agents
    hours = {"name": "Closed", "weekly": [[]] * 7, "night_bell": True}
    made = (await tenant.configures("POST", "/hours", hours))["id"]
    await first.api.put("/me/night-bell", {"on": True})
    for agent in (first, second):
        await agent.rests()
    call = await scene.call(number)
    await first.desk.sees(lambda desk: desk.agents[first.id]["bell"], "the night bell rings")
    expect(not second.desk.agents[second.id]["bell"], "it is silent where it is off")
    await first.is_ready()
    await first.talks_with(call)
    await first.desk.sees(lambda desk: not desk.agents[first.id]["bell"], "the night bell is silent again")
    await call.hang_up()
    for agent in (first, second):
        await agent.is_ready()
    await tenant.configures("DELETE", f"/hours/{made}", None)
    scene.saw(
        "Night bell: rings for the agent who has it on while a caller waits and nobody is free, until they are taken",
        "夜铃：有来电等待而无人空闲时，已开启夜铃的坐席响铃，接听后停止",
    )


async def only(agent: Agent, other: Agent) -> None:
    """The next call is this agent's."""
    await other.rests()
    await agent.is_ready()


async def hold_and_mute(scene: Scene, agent: Agent, other: Agent, number: str) -> None:
    await only(agent, other)
    for act, undo in (("hold", "resume"), ("mute", "unmute")):
        call = await scene.calls_and_speaks(number)
        shown = await agent.talks_with(call)
        ear = await agent.listens()
        path = f"/me/interactions/{shown['id']}"
        await agent.api.post(f"{path}/{act}")
        await talk(4)
        await agent.api.post(f"{path}/{undo}")
        await talk(1.5)
        await call.hang_up()
        await agent.becomes("available")
        heard, agent_heard = await call.heard(), await ear.heard()
        away = tones.duration(heard) - tones.seconds_of(heard, agent.tone)
        expect(away > 3.5, f"the caller does not hear the agent during {act}", f"{away:.1f} s without")
        hears(heard, agent.tone, "the caller", f"the agent after {undo}", seconds=1)
        if act == "hold":
            music = tones.loud_seconds(heard) - tones.seconds_of(heard, agent.tone)
            expect(music > 2, "the caller hears music on hold", f"{music:.1f} s of something else than the agent")
            scene.saw(f"Hold: {music:.1f} s of music, then the agent again", f"保持：音乐 {music:.1f} 秒，随后恢复通话")
        else:
            hears(agent_heard, CALLER, "the agent, muted,", "the caller", seconds=3)
            scene.saw("Mute: the agent hears the caller and is not heard", "静音：坐席听得到客户，客户听不到坐席")


async def transfers(scene: Scene, tenant: Tenant, queue: str, number: str) -> None:
    first, second = tenant.agents
    await scene.outside(OUTSIDE_NUMBER)
    supervisor = await tenant.agent(login="5900", role="supervisor")
    flow = await tenant.flow(flows.document(first=flows.play("other")))
    await supervisor.rests()

    async def sent_on(to: str, target: str) -> Call:
        await only(first, second)
        call = await scene.calls_and_speaks(number)
        shown = await first.talks_with(call)
        if to in ("agent", "queue"):
            await second.is_ready()
        if to == "supervisor":
            await supervisor.is_ready()
        await first.api.post(f"/interactions/{shown['id']}/transfer", {"to": to, "target": target})
        return call

    for to, target, whose, tone in (
        ("agent", second.id, second, second.tone),
        ("queue", queue, second, second.tone),
        ("supervisor", "", supervisor, supervisor.tone),
        ("flow", flow, None, PROMPTS["other"]),
        ("number", OUTSIDE_NUMBER, None, OUTSIDE_TONE),
    ):
        call = await sent_on(to, target)
        if whose:
            await whose.talks_with(call)
        if to == "number":
            await tenant.event(call.caller, "transfer.answered")
        if to == "flow":
            await happens(call.ended, "the flow ends")
        else:
            await talk()
            await call.hang_up()
        hears(await call.heard(), tone, "the caller", f"whom the transfer to a {to} reached", seconds=0.5)
        await first.becomes("available")
        for agent in (second, supervisor):
            await agent.rests()
    scene.saw(
        "Transfers to an agent, a queue, a supervisor, a flow and an outside number: the caller hears each",
        "转坐席、技能组、班长、自动流程、外线：客户均听到对方",
    )


async def consultation(scene: Scene, tenant: Tenant, number: str) -> None:
    first, second = tenant.agents[:2]
    await only(first, second)
    call = await scene.calls_and_speaks(number)
    shown = await first.talks_with(call)
    await second.is_ready()
    path = f"/me/interactions/{shown['id']}"
    ear = await first.listens()
    await first.api.post(f"{path}/consult", {"to": "agent", "target": second.id})
    await tenant.event(call.caller, "consultation.answered")
    asked = await second.listens()
    await talk(3)
    await first.api.post(f"{path}/swap")
    await talk(2)
    await first.api.post(f"{path}/swap")
    await first.api.post(f"{path}/join")
    await talk(3)
    await first.api.post(f"{path}/hang-up")
    await asyncio.sleep(2)
    await call.hang_up()
    heard, by_first, by_asked = await call.heard(), await ear.heard(), await asked.heard()
    hears(heard, second.tone, "the caller", "the colleague once all three talk", seconds=3)
    hears(by_first, second.tone, "the agent", "the colleague", seconds=4)
    hears(by_asked, CALLER, "the colleague", "the caller once all three talk", seconds=2)
    before = tones.first(by_asked, CALLER)
    expect(before > 4, "the colleague hears the caller only when joined", f"after {before:.1f} s")
    kinds = [part["kind"] for part in (await tenant.ended(call.caller))["segments"]]
    expect("consult" in kinds, "the record has the consultation", kinds)
    scene.saw(
        f"Consultation, to the caller and back, three-way, left to the colleague; parts on record: {', '.join(kinds)}",
        f"咨询、切换、三方、退出由同事继续；记录的阶段：{'、'.join(kinds)}",
    )
    hears_not(by_asked, PROMPTS["other"], "the colleague", "another's prompt")
    await first.becomes("available")


async def questions(scene: Scene, tenant: Tenant, queue: str, number: str) -> None:
    first, second, supervisor = tenant.agents
    await supervisor.rests()
    await only(first, second)
    call = await scene.calls_and_speaks(number)
    shown = await first.talks_with(call)
    ear = await first.listens()
    asked = (("queue", queue, second), ("supervisor", "", supervisor), ("number", OUTSIDE_NUMBER, None))
    for count, (to, target, whose) in enumerate(asked, 1):
        if whose:
            await whose.is_ready()
        await first.api.post(f"/me/interactions/{shown['id']}/consult", {"to": to, "target": target})
        await tenant.contact(
            call.caller,
            lambda seen, n=count: sum(e["kind"] == "consultation.answered" for e in seen["events"]) == n,
            f"the {to} that is asked answers",
        )
        await talk()
        await first.api.post(f"/me/interactions/{shown['id']}/end-consultation")
        if whose:
            await whose.rests()
    await talk(1)
    await call.hang_up()
    heard = await ear.heard()
    for who, tone in (("queue", second.tone), ("supervisor", supervisor.tone), ("number", OUTSIDE_TONE)):
        hears(heard, tone, "the agent", f"whom the {who} led to", seconds=1)
    caller_heard = await call.heard()
    for tone in (second.tone, supervisor.tone, OUTSIDE_TONE):
        hears_not(caller_heard, tone, "the caller", "who is asked beside")
    await first.becomes("available")
    scene.saw(
        "Asked beside the caller: who is free in a queue, a supervisor, an outside number; the caller heard none",
        "在客户之外咨询：技能组空闲坐席、班长、外线；客户均未听到",
    )


async def calls_out(scene: Scene, tenant: Tenant) -> None:
    first = tenant.agents[0]
    made = await first.api.post("/me/calls", {"number": OUTSIDE_NUMBER})

    def talks(desk: Desk) -> Record | None:
        shown = desk.interaction(OUTSIDE_NUMBER)
        return shown if shown and shown["state"] == "connected" else None

    shown = await first.desk.sees(talks, "the number that was called has answered")
    equal((shown["id"], shown["direction"]), (made["id"], "outbound"), "the call out on the desktop")
    ear = await first.listens()
    await talk()
    await first.api.post(f"/me/interactions/{made['id']}/keys", {"keys": "12#"})
    await first.api.post(f"/me/interactions/{made['id']}/hang-up")
    hears(await ear.heard(), OUTSIDE_TONE, "the agent", "the number that was called", seconds=1)
    contact = await tenant.ended(OUTSIDE_NUMBER)
    kinds = [event["kind"] for event in contact["events"]]
    expect("keys.sent" in kinds, "the keys are on record", kinds)
    await first.becomes("available")
    scene.saw("A number called from the desktop, heard, keys sent", "从工作台外拨号码，可闻，按键已发送")


async def calls_a_colleague(scene: Scene, tenant: Tenant) -> None:
    first, second = tenant.agents[:2]
    await second.is_ready()
    targets = await first.api.get("/me/targets")
    number = next(one["number"] for one in targets["agents"] if one["id"] == second.id)
    made = await first.api.post("/me/calls", {"number": number})

    def talks(desk: Desk) -> Record | None:
        shown = desk.interactions.get(made["id"])
        return shown if shown and shown["state"] == "connected" else None

    shown = await first.desk.sees(talks, "the colleague has answered")
    equal((shown["direction"], shown["caller"]), ("internal", number), "the internal call on the desktop")
    ear, other = await first.listens(), await second.listens()
    await talk()
    await second.api.post(f"/me/interactions/{made['id']}/hang-up")
    hears(await ear.heard(), second.tone, "the agent", "the colleague", seconds=1)
    hears(await other.heard(), first.tone, "the colleague", "the agent", seconds=1)
    for agent in (first, second):
        await agent.becomes("available")
    await second.rests()
    contact = await first.api.get(f"/interactions/{made['id']}")
    equal((contact["direction"], contact["queue_id"]), ("internal", None), "the internal call on record")
    scene.saw(
        "A colleague called by own number: both hear each other, nothing to write up",
        "按工号呼叫同事：双方互听，无需话后处理",
    )


async def parked(scene: Scene, tenant: Tenant, number: str) -> None:
    first, second = tenant.agents[:2]
    await only(first, second)
    call = await scene.calls_and_speaks(number)
    shown = await first.talks_with(call)
    place = (await first.api.post(f"/me/interactions/{shown['id']}/park"))["place"]
    await first.becomes("available")
    seen = await second.desk.sees(lambda desk: (desk.interaction(call.caller) or {}).get("parked"), "who is parked")
    equal((seen["place"], seen["by_agent"]), (place, first.id), "where and by whom, on the other agent's desktop")
    await talk()
    await second.api.post(f"/me/parked/{shown['id']}/pick-up")
    await second.talks_with(call)
    await talk()
    await call.hang_up()
    hears(await call.heard(), second.tone, "the caller", "who picked them up", seconds=1)
    parts = [part["kind"] for part in (await tenant.ended(call.caller))["segments"]]
    expect("parked" in parts, "the time parked is on record", parts)
    for agent in (first, second):
        await agent.becomes("available", "not_ready")
    scene.saw(
        f"Parked at place {place}, picked up by another agent, heard", f"驻留于 {place} 号位，由另一坐席接回，可闻"
    )


async def wrap_up(scene: Scene, tenant: Tenant, agent: Agent) -> None:
    result = await tenant.makes("dispositions", name="Solved")
    line = await tenant.queue("With wrap-up", wrap_up_seconds=120)
    number = await tenant.number(await tenant.flow(flows.to_queue(line)))
    await only(agent, tenant.agents[1])
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    await call.hang_up()
    await agent.becomes("wrap_up")
    before = await agent.desk.sees(lambda desk: desk.agents[agent.id]["wrap_up_until"], "the end of the wrap-up")
    await agent.api.post(f"/me/interactions/{shown['id']}/extend-wrap-up")
    await agent.desk.sees(lambda desk: desk.agents[agent.id]["wrap_up_until"] > before, "a later end of the wrap-up")
    about = {"note": "Asked for the bill", "disposition_id": result}
    await agent.api.post(f"/me/interactions/{shown['id']}/wrap-up", about)
    await agent.becomes("available")
    contact = await tenant.contact(call.caller, lambda seen: seen["disposition_id"] == result, "the result is kept")
    equal((contact["note"], contact["disposition_name"]), ("Asked for the bill", "Solved"), "the note and the result")
    scene.saw(
        f"Wrap-up of {contact['wrap_up_seconds']:.1f} s, extended by a minute, with note and result",
        f"话后处理 {contact['wrap_up_seconds']:.1f} 秒，已延长一分钟，备注与小结已保存",
    )
