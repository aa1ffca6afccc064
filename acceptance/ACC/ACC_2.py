"""ACC-2: IP phone calls."""

from acceptance.about import About, Text
from acceptance.conversation import is_a_good_call
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A SIP phone calls a tenant's number; an agent at another SIP phone answers; both speak. Once the "
        "caller hangs up, once the agent.",
        "一部SIP话机拨打租户号码，坐席用另一部SIP话机应答，双方讲话；一次由来电者挂机，一次由坐席挂机。",
    ),
    expected=Text(
        "Set up within 3 s; each hears the other and not itself; desktop, phone and record show both "
        "numbers; the other side is told of the end with the cause “normal clearing”; nothing of the call "
        "is left.",
        "3秒内接通；双方互相听清且听不到自己；工作台、话机和记录中主被叫号码正确；挂机以“正常释放”原因通知对方；呼叫无"
        "残留。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant()
    for hangs_up in ("caller", "agent"):
        await is_a_good_call(scene, tenant, number, scene.phone, hangs_up=hangs_up)
