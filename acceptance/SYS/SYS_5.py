"""SYS-5: agent numbers and seats."""

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A seat with room, phone and address is made. Two agents sign in at it one after the other and "
        "take a call each; then the seat moves to another room.",
        "建立带房间、话机、地址的座席；两名坐席先后在该座席签入并各接一个来电；随后座席换房间。",
    ),
    expected=Text(
        "Both work at the same seat under their own numbers; the record has the number; the seat's data "
        "change without the agents'.",
        "两人在同一座席以各自工号工作；记录中为工号；座席数据变更不影响工号。",
    ),
    lacks=(Text("Reports and the floor map by seat", "按座席的报表与平面图"),),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    first, second = tenant.agents
    about = {"name": "A-01", "room": "Hall 1", "phone": "8001", "address": "10.0.0.1"}
    seat = await tenant.makes("seats", **about)
    shown = await tenant.admin.get(f"/seats/{seat}")
    equal({name: shown[name] for name in about}, about, "the seat's room, phone and address")
    for agent in (first, second):
        for other in tenant.agents:
            await other.api.post("/me/sign-out")
            await other.becomes("logged_out")
        await agent.api.post("/me/sign-in", {"phone_kind": "phone", "seat_id": seat})
        await agent.becomes("not_ready", "available")
        await agent.is_ready()
        call = await scene.calls_and_speaks(number)
        talks = await agent.talks_with(call)
        equal(talks["agent_id"], agent.id, "who serves at the seat")
        await call.hang_up()
        await agent.becomes("available")
        contact = await tenant.ended(call.caller)
        equal(contact["agent_number"], agent.number, "the agent number on record")
    await tenant.admin.put(f"/seats/{seat}", {**about, "room": "Hall 2"})
    equal((await tenant.admin.get(f"/seats/{seat}"))["room"], "Hall 2", "the seat's room when it has moved")
    numbers = [person["agent"]["number"] for person in (await tenant.admin.get("/people"))["items"] if person["agent"]]
    equal(sorted(numbers), sorted(agent.number for agent in tenant.agents), "the agent numbers when the seat has moved")
    scene.saw(
        "Two agents, one after the other, at one seat; the seat moves to another room and no number changes",
        "两名坐席先后使用同一座席；座席换房间，工号不变",
    )
