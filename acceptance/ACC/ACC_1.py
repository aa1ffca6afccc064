"""ACC-1: Telephone-network calls over a SIP trunk: at once, clear both ways, right numbers, released on both sides.

The operator makes a trunk; a carrier at its address calls a tenant's number, as the carrier writes it, and an agent
answers. Both hear each other and not themselves; desktop, phone and record show both numbers; whoever hangs up, the
other side is told with the right cause, and nothing of the call is left.
"""

from acceptance.check import until
from acceptance.conversation import is_a_good_call
from acceptance.scene import Scene

CARRIER = "127.0.0.6"


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant()
    carrier = await scene.carrier(CARRIER)
    line = {
        "name": scene.slug,
        "kind": "address",
        "host": CARRIER,
        "port": carrier.settings.sip_port,
        "match": [CARRIER],
    }
    numbers = {"inbound_number_format": "national", "country_code": "86", "national_prefix": ""}
    trunk = await scene.operator.post("/trunks", {**line, **numbers})
    scene.stack.push_async_callback(scene.operator.delete, f"/trunks/{trunk['id']}")

    async def state() -> str:
        states = await scene.operator.get("/trunks/state")
        return next((found["state"] for found in states if found["id"] == trunk["id"]), "not there")

    await until(state, lambda seen: seen == "up", "the trunk is up")
    for hangs_up in ("caller", "agent"):
        await is_a_good_call(scene, tenant, number, carrier, hangs_up=hangs_up, dialled=f"+86{number}")
