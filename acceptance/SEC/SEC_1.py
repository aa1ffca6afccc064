"""SEC-1: security layer by layer."""

import secrets
from uuid import uuid4

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears
from hujiao.app.cli.http_client import Api, Refused

ABOUT = About(
    procedure=Text(
        "A caller types sixteen digits in secret and the flow checks them. What is recorded, shown, "
        "exported, logged and stored is searched for them. Agent, supervisor and a stranger ask for what "
        "is not theirs. Accounts, phones and tokens are read back.",
        "来电者保密输入十六位号码，流程校验；在记录、屏幕、导出、日志与存储文件中查找该号码。坐席、班长与未登录者请求越权"
        "内容；读取账号、话机与令牌信息。",
    ),
    expected=Text(
        "The flow works with the digits, and they are in clear nowhere. Each refusal is a 403, a "
        "stranger's a 401. No password, phone secret or token is given out again.",
        "流程可使用该号码，任何地方都没有明文。越权返回403，未登录返回401。密码、话机密钥与令牌不再给出。",
    ),
    lacks=(
        Text("A description of security layer by layer in the documents", "文档中逐层的安全说明"),
        Text(
            "Encryption of chosen fields that agents write (notes, results), shown in clear to those entitled",
            "对坐席写入的指定字段（备注、小结）加密存储并对有权者明文显示",
        ),
        Text("A setting per field", "按字段的配置"),
    ),
)


CARD = "6222" + "".join(secrets.choice("0123456789") for _ in range(12))


async def refused(api: Api, method: str, path: str, body: object = None) -> int:
    try:
        await api.request(method, path, body=body)
    except Refused as answer:
        return answer.status
    return 200


async def accept(scene: Scene) -> None:
    tenant, _, _ = await scene.answering_tenant(wrap_up_seconds=0)
    await secret_digits(scene)
    await rights(scene)
    agent = tenant.agents[0]
    people = await tenant.admin.get("/people")
    secret = await tenant.admin.post("/tokens", {"name": "program"})
    listed = str([people, await tenant.admin.get("/tokens")])
    for hidden in (tenant.password, agent.robot.password, secret["token"]):
        expect(hidden not in listed, "no password, phone secret or token is ever given out again")
    scene.saw(
        "Passwords, phone secrets and tokens are shown once and never again", "密码、话机密钥与令牌仅显示一次，不再给出"
    )


async def secret_digits(scene: Scene) -> None:
    tenant = scene.tenants[0]
    pin = {"type": "collect", "prompts": ["menu"], "variable": "pin", "min_digits": 16, "max_digits": 16}
    # The flow itself has the digits in halves, so that they are whole nowhere but in what the caller types.
    right = {
        "type": "branch",
        "cases": [{"when": f"vars.pin == '{CARD[:8]}' + '{CARD[8:]}'", "next": "good"}],
        "otherwise": "bye",
    }
    pin |= {"secret": True, "timeout_seconds": 20, "terminator": None, "restart_key": None, "next": "way"}
    number = await tenant.number(await tenant.flow(flows.document(first=pin, way=right, good=flows.play("thanks"))))
    call = await scene.call(number)
    await tenant.event(call.caller, "flow.node", node="first")
    await call.press(CARD)
    await happens(call.ended, "the flow ends")
    hears(await call.heard(), PROMPTS["thanks"], "the caller", "that the flow knows the right digits")
    contact = await tenant.ended(call.caller)
    said = str([contact, tenant.desk.interactions, (await tenant.admin.download("/interactions.csv")).decode()])
    expect(CARD not in said, "the secret digits are in no record, screen or export")
    stored = await scene.stored(CARD)
    equal(stored, [], "files of the installation, the database's among them, that hold the digits in clear")
    scene.saw(
        "Digits typed in secret: the flow works with them; no record, screen, export, log or database file has them",
        "保密收号：流程可用；记录、屏幕、导出、日志、数据库文件中均无明文",
    )


async def rights(scene: Scene) -> None:
    tenant = scene.tenants[0]
    agent = tenant.agents[0]
    supervisor = await tenant.person("supervisor", "boss")
    for api, who in ((agent.api, "an agent"), (supervisor, "a supervisor")):
        for method, path, body in (
            ("POST", "/skills", {"name": "More"}),
            ("POST", f"/people/{uuid4()}/password", {"password": "a-new-password"}),
            ("GET", "/platform/tenants", None),
            ("GET", "/trunks", None),
        ):
            status = await refused(api, method, path, body)
            equal(status, 403, f"the answer when {who} asks {method} {path}")
    equal(
        await refused(agent.api, "GET", "/reports/queue-intervals?from=2026-01-01&to=2026-01-02"),
        403,
        "an agent's report",
    )
    async with scene.anonymous() as nobody:
        for path in ("/people", "/interactions", "/recordings/" + str(uuid4()), "/platform/tenants"):
            equal(await refused(nobody, "GET", path), 401, f"the answer to {path} without signing in")
    scene.saw(
        "Agents, supervisors and strangers are refused what their role does not have",
        "坐席、班长与未登录者的越权请求均被拒绝",
    )
