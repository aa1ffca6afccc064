"""AHD-1: order survives a crash."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "Four callers wait while the agent rests; both runtimes are killed one after the other; then the "
        "agent is ready.",
        "坐席休息时四人排队；先后强制结束两个运行时；随后坐席示闲。",
    ),
    expected=Text(
        "Nobody is cut off, and they are served in the order in which they came.",
        "无人掉线，并按到达次序得到服务。",
    ),
    lacks=(
        Text("Calling back with the place kept who was cut off by a dead node", "对因节点故障断线者保留位置并回拨"),
    ),
)


async def accept(scene: Scene) -> None:
    scene.may_kill()
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    await agent.rests()
    calls = []
    for _ in range(4):
        call = await scene.call(number)
        await tenant.event(call.caller, "queue.entered")
        calls.append(call)
    parts = await scene.parts()
    for name in ("runtime", "runtime-2"):
        await scene.kill(name)
        await scene.is_back(name, parts[name])
    expect(not any(call.ended.is_set() for call in calls), "nobody who waits is cut off")
    await agent.is_ready()
    for call in calls:
        await agent.talks_with(call)
        await call.hang_up()
    served = [(await tenant.ended(call.caller))["connected_at"] for call in calls]
    equal(served, sorted(served), "the order in which they are served")
    scene.saw(
        "Four waiting callers, both runtimes killed: served in the order in which they came",
        "四人排队，两个运行时均被强制结束：仍按到达次序服务",
    )
