"""ACC-2: Calls from IP phones (SIP): at once, clear both ways, right numbers, released on both sides.

A SIP phone with a line of its own calls a tenant's number, and an agent at another SIP phone answers. Both hear each
other and not themselves; desktop, phone and record show both numbers; whoever hangs up, the other side is told with the
right cause, and nothing of the call is left.
"""

from acceptance.conversation import is_a_good_call
from acceptance.scene import Scene


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant()
    for hangs_up in ("caller", "agent"):
        await is_a_good_call(scene, tenant, number, scene.phone, hangs_up=hangs_up)
