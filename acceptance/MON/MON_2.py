"""MON-2: listen, coach, barge in."""

import json

from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import CALLER, Agent, Scene, Tenant, hears, hears_not, talk
from hujiao.app.cli.http_client import Refused

ABOUT = About(
    procedure=Text(
        "A supervisor finds an agent by number, by skill, and among those not yet heard today. While the agent "
        "talks with a customer the supervisor starts the recording, listens, coaches, leaves; in another call "
        "barges in and takes it; ends a third by force; then sets the agent not ready, ready and signed "
        "out.",
        "班长按工号、按技能、从今日未监听者中选择坐席；该坐席与客户通话时，班长启动录音、监听、辅导、离开；另一通话中强插并拦截；强拆第三个通话；再强制坐席示忙、示闲、签出。",
    ),
    expected=Text(
        "Listening is heard by nobody and told to nobody; coaching is heard by the agent alone; barging in "
        "by all. Intercepting gives the call to the supervisor. There is one recording of the "
        "conversation, which the supervisor started. Who was heard is no longer among those not yet heard. "
        "States become as set.",
        "监听无人听到也无提示；辅导仅坐席听到；强插各方听到；拦截后班长接管。班长启动的录音一份。已监听者不再列入未监听。状态按设置生效。",
    ),
    seconds=360,
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0, recording="on_demand")
    agent = tenant.agents[0]
    boss = await tenant.agent(login="5900", role="supervisor")
    await boss.rests()
    await quietly(scene, tenant, agent, boss, number)
    await openly(scene, tenant, agent, boss, number)
    await by_force(scene, tenant, agent, boss, number)


async def to_hear(boss: Agent, **wanted: str) -> list[str]:
    """The numbers of the agents to whom all of this applies."""
    return [one["number"] for one in await boss.api.get("/supervision/agents", **wanted)]


async def supervises(tenant: Tenant, boss: Agent, caller: str, contact: str, mode: str, *, comes: bool = True) -> None:
    await boss.api.post(f"/interactions/{contact}/supervision", {"mode": mode})
    if comes:
        await tenant.event(caller, "supervision.answered")
    await talk(3)


async def quietly(scene: Scene, tenant: Tenant, agent: Agent, boss: Agent, number: str) -> None:
    """Listening, then coaching: the customer hears nothing of it, the agent only the coach."""
    call = await scene.calls_and_speaks(number)
    contact = (await agent.talks_with(call))["id"]
    equal(await to_hear(boss, number=agent.number), [agent.number], "who is found by the number")
    unheard = await to_hear(boss, skill_id=tenant.skill, unheard="true")
    equal(sorted(unheard), [agent.number, boss.number], "who has the skill and was not heard today")
    await boss.api.post(f"/interactions/{contact}/recording/start")
    ear = await agent.listens()
    await supervises(tenant, boss, call.caller, contact, "listen")
    told = [await agent.api.get("/me/desktop"), await agent.api.get(f"/interactions/{contact}")]
    expect("supervis" not in json.dumps(told), "the agent is told nothing of it")
    try:
        await agent.api.post(f"/interactions/{contact}/supervision", {"mode": "listen"})
        status = 200
    except Refused as refused:
        status = refused.status
    equal(status, 403, "the answer when an agent wants to listen")
    by_boss = await boss.listens()
    await talk(3)
    await supervises(tenant, boss, call.caller, contact, "coach", comes=False)
    await boss.api.delete(f"/interactions/{contact}/supervision")
    both = await by_boss.heard()
    await call.hang_up()
    hears(both, agent.tone, "the supervisor", "the agent", seconds=2)
    hears(both, CALLER, "the supervisor", "the customer", seconds=2)
    hears_not(await call.heard(), boss.tone, "the customer", "the supervisor, who listens and coaches")
    hears(await ear.heard(), boss.tone, "the agent", "the coach", seconds=1.5)
    recording = (await tenant.recorded(call.caller))["recordings"]
    equal(len(recording), 1, "the recordings of the conversation")
    unheard = await to_hear(boss, skill_id=tenant.skill, unheard="true")
    equal(unheard, [boss.number], "who has the skill and was not heard today, afterwards")
    await agent.becomes("available")
    scene.saw(
        "Found by number and skill, and no longer among the unheard afterwards. Listening: nobody heard it or was "
        "told; coaching: the agent alone heard it; one recording, which the supervisor started",
        "按工号和技能选到，之后不再列入未监听。监听：无人听到也无提示；辅导：仅坐席听到；班长启动的录音一份不受影响",
    )


async def openly(scene: Scene, tenant: Tenant, agent: Agent, boss: Agent, number: str) -> None:
    """Barging in, then taking the call."""
    call = await scene.calls_and_speaks(number)
    contact = (await agent.talks_with(call))["id"]
    await supervises(tenant, boss, call.caller, contact, "barge")
    await supervises(tenant, boss, call.caller, contact, "intercept", comes=False)
    await agent.becomes("available")
    await call.hang_up()
    heard = await call.heard()
    hears(heard, agent.tone, "the customer", "the agent", seconds=1)
    hears(heard, boss.tone, "the customer", "the supervisor, who barged in and took the call", seconds=3)
    served = [part["agent_id"] for part in (await tenant.ended(call.caller))["segments"] if part["kind"] == "agent"]
    equal(served, [agent.id, boss.id], "who is recorded to have had the call")
    scene.saw(
        "Barged in: all heard each other; intercepted: the supervisor has the call",
        "强插：三方互听；拦截：班长接管通话",
    )


async def by_force(scene: Scene, tenant: Tenant, agent: Agent, boss: Agent, number: str) -> None:
    await boss.rests()
    call = await scene.calls_and_speaks(number)
    contact = (await agent.talks_with(call))["id"]
    await boss.api.post(f"/interactions/{contact}/disconnect")
    await happens(call.ended, "the call ends for the customer")
    equal((await tenant.ended(call.caller))["ended_by"], "supervisor", "who ended the call on record")
    await agent.becomes("available")
    for state in ("not_ready", "available", "logged_out"):
        await boss.api.post("/agents/states", {"agent_ids": [agent.id], "state": state})
        await agent.becomes(state)
    scene.saw("Disconnected by force; the agent set not ready, ready, signed out", "强拆；强制示忙、示闲、签出")
