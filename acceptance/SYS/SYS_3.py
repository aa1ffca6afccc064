"""SYS-3: code tables and staff accounts."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Refused

ABOUT = About(
    procedure=Text(
        "An administrator keeps the classes of call results in levels and the reasons for not being ready. "
        "A person's password is set anew, the account disabled, the role changed.",
        "管理员维护多级话后小结类别与示忙原因；重设人员密码、停用账号、变更角色。",
    ),
    expected=Text(
        "Entries are made, changed and removed. The old password no longer works, the new one does; a "
        "disabled account does not sign in; the new role has its rights and no others.",
        "条目可增、改、删。旧密码失效、新密码有效；停用账号不能登录；新角色仅有其权限。",
    ),
    lacks=(
        Text("Tables of a tenant's own choice besides results and reasons", "小结与示忙原因之外的自定义代码表"),
        Text("Rights of single persons, apart from their role", "角色之外的个人权限"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    complaint = await tenant.makes("dispositions", name="Complaint")
    late = await tenant.makes("dispositions", name="Late delivery", parent_id=complaint)
    await tenant.admin.put(f"/dispositions/{late}", {"name": "Delivered late", "parent_id": complaint})
    rows = {row["id"]: row for row in (await tenant.admin.get("/dispositions"))["items"]}
    equal(
        (rows[late]["name"], rows[late]["parent_id"]),
        ("Delivered late", complaint),
        "the changed entry below its class",
    )
    await tenant.admin.delete(f"/dispositions/{late}")
    left = [row["id"] for row in (await tenant.admin.get("/dispositions"))["items"]]
    equal(left, [complaint], "the entries that are left")
    await tenant.makes("reason-codes", code="training", name="Training")
    scene.saw(
        "Classes of results in levels, and reasons: made, changed, removed", "多级小结类别与示忙原因：可增、改、删"
    )

    async def signs_in(password: str) -> bool:
        async with scene.anonymous() as person:
            try:
                await person.sign_in(tenant.slug, "carol", password)
            except Refused:
                return False
            return True

    body = {"login": "carol", "name": "Carol", "role": "supervisor", "project_ids": [tenant.project]}
    person = await tenant.makes("people", **body, password="the-first-password")
    equal(await signs_in("the-first-password"), True, "signing in with the first password")
    await tenant.admin.post(f"/people/{person}/password", {"password": "another-password"})
    equal(
        [await signs_in(word) for word in ("the-first-password", "another-password")], [False, True], "with old and new"
    )
    await tenant.admin.put(f"/people/{person}", {**body, "disabled": True})
    equal(await signs_in("another-password"), False, "signing in when disabled")
    await tenant.admin.put(f"/people/{person}", {**body, "role": "agent", "agent": {"number": "7001"}})
    async with scene.anonymous() as agent:
        await agent.sign_in(tenant.slug, "carol", "another-password")
        rights = agent.session["rights"]
        expect("agent.work" in str(rights) and "admin" not in str(rights), "the rights of the new role", rights)
    scene.saw(
        "Password set anew, account disabled and enabled, role changed: each acts at the next sign-in",
        "重设密码、停用与启用、变更角色：下次登录即生效",
    )
