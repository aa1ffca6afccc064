"""STA-1: stability."""

from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import Scene, hears, talk
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "While one caller talks with an agent and two wait, the processes of each kind that are not the "
        "telephone switch or the database are killed in turn: both runtimes, api, jobs, node, nats.",
        "一名来电者与坐席通话、两名排队时，依次强制结束除交换与数据库之外的各类进程：两个运行时、接口、后台任务、节点、消"
        "息。",
    ),
    expected=Text(
        "Each is replaced by itself. The conversation goes on and is heard, those who wait are served in "
        "their order, all three contacts are recorded as completed.",
        "各进程自动恢复。通话不断且可闻，排队者按顺序得到服务，三个联络均记录为完成。",
    ),
    lacks=(
        Text("A second machine: database, switch and messages run once", "第二台机器：数据库、交换与消息只有一份"),
        Text("A document of the stability parameters", "稳定性参数文档"),
        Text("Measured availability over a long time", "长期可用率测量"),
    ),
    seconds=480,
)


async def accept(scene: Scene) -> None:
    scene.may_kill()
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    parts = await scene.parts()
    missing = {"postgres", "nats", "asterisk", "runtime", "runtime-2", "api", "jobs", "node"} - {*parts}
    equal(missing, set(), "parts that do not run")
    talking = await scene.calls_and_speaks(number)
    await agent.talks_with(talking)
    waiting = [await scene.call(number) for _ in range(2)]
    for call in waiting:
        await tenant.event(call.caller, "queue.entered")
    for name in ("runtime", "runtime-2", "api", "jobs", "node", "nats"):
        await scene.kill(name)
        back = await scene.is_back(name, parts[name])
        scene.saw(
            f"{name} killed: a new one works after {back:.1f} s", f"强制结束 {name}：{back:.1f} 秒后新进程恢复工作"
        )
        expect(not talking.ended.is_set(), f"the conversation goes on when {name} is killed")
    for call in waiting:
        expect(not call.ended.is_set(), "who waits keeps the line")
    await talk()
    await talking.hang_up()
    heard = await talking.heard()
    gap = tones.duration(heard) - tones.seconds_of(heard, agent.tone)
    hears(heard, agent.tone, "the caller", "the agent all the time", seconds=10)
    for call in waiting:
        await agent.talks_with(call)
        await call.hang_up()
        await happens(call.ended, "the call ends")
    served = [(await tenant.ended(call.caller))["connected_at"] for call in waiting]
    equal(served, sorted(served), "the order in which those who waited are served")
    ends = [(await tenant.ended(call.caller))["end_reason"] for call in (talking, *waiting)]
    equal(ends, ["completed"] * 3, "how the calls are recorded to have ended")
    scene.saw(
        "One conversation and two waiting callers through six kills: none lost, none overtaken; "
        f"the agent was not heard for {gap:.1f} s in all, pauses of the voice included",
        f"一个通话与两名排队者经历六次强制结束：无丢失、无插队；听不到坐席的时间合计 {gap:.1f} 秒（含说话停顿）",
    )
