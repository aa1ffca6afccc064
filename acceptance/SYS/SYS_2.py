"""SYS-2: rights by agent number."""

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Api, Refused

ABOUT = About(
    procedure=Text(
        "Three agent numbers with the roles agent, supervisor and administrator ask for what each role may "
        "and may not.",
        "坐席、班长、管理员三个工号分别请求各角色允许与不允许的操作。",
    ),
    expected=Text(
        "Each may exactly what its role may; none reaches the platform's layer.",
        "各工号仅能执行其角色允许的操作；均不能进入平台层。",
    ),
    lacks=(
        Text(
            "Finer levels that can be set inside each layer",
            "每层内可设置的更细级别",
        ),
    ),
)


AGENT, SUPERVISOR, ADMINISTRATOR = "agent", "supervisor", "tenant_administrator"
# What is asked, and which roles may.
ASKED: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", "/me/today", {AGENT, SUPERVISOR}),
    ("GET", "/interactions", {AGENT, SUPERVISOR, ADMINISTRATOR}),
    ("GET", "/adjustments", {SUPERVISOR, ADMINISTRATOR}),
    ("GET", "/queues", {SUPERVISOR, ADMINISTRATOR}),
    ("POST", "/skills", {ADMINISTRATOR}),
    ("POST", "/reason-codes", {ADMINISTRATOR}),
    ("POST", "/projects", {ADMINISTRATOR}),
    ("POST", "/trunks", set()),
    ("GET", "/platform/tenants", set()),
)


async def allowed(api: Api, method: str, path: str) -> bool:
    """Whether the right is there: what is wrong with an empty request is another matter."""
    try:
        await api.request(method, path, body={} if method == "POST" else None)
    except Refused as refused:
        return refused.status != 403
    return True


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    agents = {}
    for number, role in (("6001", AGENT), ("6002", SUPERVISOR), ("6003", ADMINISTRATOR)):
        password = await tenant.agent_account(number, role=role)
        agents[role] = await scene.session(tenant.slug, number, password)
        equal(agents[role].session["agent"]["number"], number, "the agent number of the account")
    for method, path, roles in ASKED:
        for role, api in agents.items():
            equal(await allowed(api, method, path), role in roles, f"whether a {role} may {method} {path}")
    rights = {role: api.session["rights"] for role, api in agents.items()}
    counts = [len(rights[role]) for role in agents]
    scene.saw(
        f"Agent numbers 6001, 6002, 6003 with {counts[0]}, {counts[1]} and {counts[2]} rights; "
        "each may what its role may",
        f"工号6001、6002、6003 分别有 {counts[0]}、{counts[1]}、{counts[2]} 项权限，均与角色一致",
    )
