"""ACC-1: telephone-network calls."""

from acceptance.about import About, Text
from acceptance.conversation import is_a_good_call
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "The operator makes a trunk to a telephone network. From it a caller calls a tenant's number as "
        "the carrier writes it, +86 and all; an agent at a SIP phone answers; both speak. Once the caller "
        "hangs up, once the agent.",
        "运营方建立到电话网的中继；来电者从该网按运营商的写法（带+86）拨打租户号码，坐席用SIP话机应答，双方讲话；一"
        "次由来电者挂机，一次由坐席挂机。",
    ),
    expected=Text(
        "Set up within 3 s; each hears the other and not itself; desktop, phone and record show both "
        "numbers; the other side is told of the end with the cause “normal clearing”; nothing of the call "
        "is left.",
        "3秒内接通；双方互相听清且听不到自己；工作台、话机和记录中主被叫号码正确；挂机以“正常释放”原因通知对方；呼叫无"
        "残留。",
    ),
)


CARRIER = "127.0.0.6"


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant()
    numbers = {"inbound_number_format": "national", "country_code": "86", "national_prefix": ""}
    carrier = await scene.carrier(CARRIER, **numbers)
    for hangs_up in ("caller", "agent"):
        await is_a_good_call(scene, tenant, number, carrier, hangs_up=hangs_up, dialled=f"+86{number}")
