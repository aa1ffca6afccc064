"""A call as both sides have it: set up at once, heard both ways, numbers right, released on both sides."""

from __future__ import annotations

import time

from acceptance.check import equal, expect, happens, until
from acceptance.scene import CALLER, Agent, Scene, Tenant, hears, hears_not, talk
from hujiao.asterisk.testphone.phone import TestPhone

NORMAL_CLEARING = 16
SET_UP_SECONDS = 3.0


async def is_a_good_call(
    scene: Scene, tenant: Tenant, number: str, phone: TestPhone, *, hangs_up: str, dialled: str | None = None
) -> None:
    """One call from `phone` to an agent, ended by the "caller" or by the "agent"."""
    agent = tenant.agents[0]
    began = time.monotonic()
    call = await scene.call(dialled or number, phone=phone)
    await happens(call.answered, "the platform answers the caller")
    took = time.monotonic() - began
    expect(took < SET_UP_SECONDS, f"the call is set up within {SET_UP_SECONDS:.0f} s", f"{took:.1f} s")
    shown = await agent.talks_with(call)
    equal((shown["caller"], shown["called"]), (call.caller, number), "the caller and the number called on the desktop")
    expect(call.caller in await scene.phone.shown(agent.robot.user), "the agent's phone shows the caller's number")
    ear = await agent.listens()
    await scene.speaks(call)
    await talk()
    if hangs_up == "caller":
        await call.hang_up()
    else:
        await agent.api.post(f"/me/interactions/{shown['id']}/hang-up")
        await happens(call.ended, "the caller's phone is told that the agent hung up")
        equal(call.cause, NORMAL_CLEARING, "the cause with which the caller's phone is released")
    await agent.wraps_up(shown["id"])
    caller_heard, agent_heard = await call.heard(), await ear.heard()
    hears(caller_heard, agent.tone, "the caller", "the agent", seconds=2)
    hears(agent_heard, CALLER, "the agent", "the caller", seconds=1.5)
    hears_not(caller_heard, CALLER, "the caller", "the own voice")
    hears_not(agent_heard, agent.tone, "the agent", "the own voice")
    contact = await tenant.ended(call.caller)
    equal((contact["caller"], contact["called"]), (call.caller, number), "the recorded caller and called number")
    ended_by = {"caller": "customer", "agent": "agent"}[hangs_up]
    equal((contact["end_reason"], contact["ended_by"]), ("completed", ended_by), "how and by whom the call ended")
    await released(scene, agent, phone)
    ends = {"caller": ("the caller", "来电者"), "agent": ("the agent", "坐席")}[hangs_up]
    scene.saw(
        f"{call.caller} to {number}: answered after {took:.2f} s, heard both ways, ended by {ends[0]}",
        f"{call.caller} 呼 {number}：{took:.2f} 秒后应答，双向可闻，由{ends[1]}挂机",
    )


async def released(scene: Scene, agent: Agent, *phones: TestPhone) -> None:
    """No phone is in a call any more, and no desktop shows one."""
    for phone in {id(phone): phone for phone in (*phones, scene.phone)}.values():
        await until(lambda phone=phone: phone.ari.get("channels"), lambda seen: not seen, "every phone is released")  # type: ignore[misc]
    await agent.desk.sees(lambda desk: not desk.interactions, "no call is shown any more")
