"""SYS-1: two layers of management."""

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Api, Refused

ABOUT = About(
    procedure=Text(
        "The operator's administrator and a tenant's look at the pages of both layers, by the API and in the browser.",
        "运营方管理员与租户管理员分别查看两层的页面（接口与浏览器）。",
    ),
    expected=Text(
        "The operator sees tenants, each part's state and the trunks; the tenant its queues, flows, people,"
        " contacts and reports in a management of its own. A tenant is refused the platform's layer.",
        "运营方可见租户、各部分状态与中继；租户在自己的管理界面中可见技能组、流程、人员、联络与报表。租户访问平台层被拒绝"
        "。",
    ),
    lacks=(
        Text("Alarms of the platform", "平台告警"),
        Text("Quality, workforce and knowledge base in the tenant's layer", "租户层的质检、排班与知识库"),
    ),
)


PATIENCE_MS = 30_000
PLATFORM = ("/platform/tenants", "/platform/health", "/trunks")
TENANT = ("/queues", "/flows", "/people", "/skills", "/interactions", "/reports/queue-intervals")


async def status_of(api: Api, path: str) -> int:
    try:
        day = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}
        await api.get(path, **(day if path.startswith("/reports") else {}))
    except Refused as refused:
        return refused.status
    return 200


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant(language="zh-CN")
    for path in PLATFORM:
        equal(await status_of(scene.operator, path), 200, f"the operator's look at {path}")
        equal(await status_of(tenant.admin, path), 403, f"the tenant administrator's look at {path}")
    for path in TENANT:
        equal(await status_of(tenant.admin, path), 200, f"the tenant administrator's look at {path}")
    health = await scene.operator.get("/platform/health")
    expect(health["parts"], "the operator sees every part's state", health)
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go("/admin/queues")
    await shows(window.by("new")).to_be_visible(timeout=PATIENCE_MS)
    await scene.picture(window, "tenant", "A tenant's own management", "租户自己的管理界面")
    staff = await scene.operators_window()
    for page, mark in (("tenants", "new"), ("health", "part-api"), ("trunks", "new")):
        await staff.go(f"/platform/{page}")
        await shows(staff.by(mark).first).to_be_visible(timeout=PATIENCE_MS)
        await scene.picture(staff, f"platform-{page}", f"The platform's page: {page}", f"平台页面：{page}")
    expect(not (window.errors or staff.errors), "the pages have no errors", [*window.errors, *staff.errors])
    scene.saw(
        "Platform: tenants, health, trunks; tenant: its own business; neither sees the other's layer",
        "平台层：租户、运行状况、中继；租户层：自身业务；互不越界",
    )
