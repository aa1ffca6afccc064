"""Signing in, sessions, CSRF, tokens, throttling."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from hujiao.identity.models import IdempotencyKey
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from tests.integration.client import Client
from tests.integration.world import PASSWORD, World


async def test_sign_in_tells_who_and_what(world: World) -> None:
    session = world.a.clients["supervisor"].session
    assert session["account"]["role"] == "supervisor"
    assert session["tenant"]["slug"] == "a"
    assert session["agent"]["number"] == "9"
    assert "live.read" in session["rights"]
    assert "admin.people" not in session["rights"]


async def test_cookie_cannot_be_read_by_scripts_and_goes_to_no_other_site(world: World) -> None:
    async with Client(world.settings.web_url) as client:
        answer = await client.post("/session", {"tenant": "a", "login": "FIRST ", "password": PASSWORD})
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie


async def test_wrong_password_unknown_login_and_unknown_company_look_alike(world: World) -> None:
    async with Client(world.settings.web_url) as client:
        answers = [
            await client.post("/session", {"tenant": tenant, "login": login, "password": "wrong password"})
            for tenant, login in (("a", "boss"), ("a", "nobody"), ("nowhere", "boss"))
        ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


async def test_guessing_one_account_is_slowed_and_others_are_not(world: World) -> None:
    async with Client(world.settings.web_url) as client:
        statuses = [
            (await client.post("/session", {"tenant": "b", "login": "second", "password": f"guess {n}"})).status
            for n in range(12)
        ]
        assert statuses[0] == 401
        throttled = await client.post("/session", {"tenant": "b", "login": "second", "password": PASSWORD})
        assert throttled.status == 429
        assert throttled.json["error"]["detail"]["retry_after_seconds"] >= 1
        assert int(throttled.headers["Retry-After"]) >= 1
        other = await client.post("/session", {"tenant": "b", "login": "first", "password": PASSWORD})
        assert other.status == 200


async def test_who_changes_the_own_password_stays_signed_in_here_and_nowhere_else(world: World) -> None:
    body = {"login": "changes", "name": "C", "role": "supervisor", "password": PASSWORD}
    await world.a.admin.made("/people", body)
    new = "  another password "
    async with Client(world.settings.web_url) as here, Client(world.settings.web_url) as there:
        await here.sign_in("a", "changes", PASSWORD)
        await there.sign_in("a", "changes", PASSWORD)
        token = (await here.made("/tokens", {"name": "program"}))["token"]
        wrong = await here.send("PUT", "/session/password", {"current": "a guess", "password": new})
        assert (wrong.status, wrong.json["error"]["field"]) == (422, "current")
        short = await here.send("PUT", "/session/password", {"current": PASSWORD, "password": "short"})
        assert (short.status, short.json["error"]["field"]) == (422, "password")
        assert (await there.get("/session")).status == 200, "nothing was changed"
        right = await here.send("PUT", "/session/password", {"current": PASSWORD, "password": new})
        assert right.status == 204
        assert [(await client.get("/session")).status for client in (here, there)] == [200, 401]
        old = await there.post("/session", {"tenant": "a", "login": "changes", "password": PASSWORD})
        assert old.status == 401
        await there.sign_in("a", "changes", new)
        async with Client(world.settings.web_url, token=token) as program:
            assert (await program.get("/session")).status == 200, "programs go on, as nothing else was said"
            last = {"current": new, "password": PASSWORD, "end_tokens": True}
            assert (await here.send("PUT", "/session/password", last)).status == 204
            assert (await program.get("/session")).status == 401


async def test_the_own_keys_are_kept_with_the_account_and_a_wrong_one_is_named(world: World) -> None:
    for login in ("keys1", "keys2"):
        body = {"login": login, "name": login, "role": "supervisor", "password": PASSWORD}
        await world.a.admin.made("/people", body)
    own = {"keys": {"hold": "Ctrl+Alt+H", "answer": "F4"}}
    async with Client(world.settings.web_url) as one, Client(world.settings.web_url) as other:
        await one.sign_in("a", "keys1", PASSWORD)
        await other.sign_in("a", "keys2", PASSWORD)
        assert (await one.get("/session/keys")).json == {"keys": {}}
        assert (await one.send("PUT", "/session/keys", own)).json == own
        for keys, field in (
            ({"hold": "F2", "mute": "F2"}, "keys"),
            ({"hold": "two words"}, "keys.hold"),
            ({"hold": ""}, "keys.hold"),
            ({"dance": "F2"}, "keys.dance.[key]"),
        ):
            refused = await one.send("PUT", "/session/keys", {"keys": keys})
            assert (refused.status, refused.json["error"]["field"]) == (422, field)
        assert (await one.get("/session/keys")).json == own, "nothing was changed"
        assert (await other.get("/session/keys")).json == {"keys": {}}
        assert (await one.send("PUT", "/session/keys", {"keys": {}})).json == {"keys": {}}, "the usual ones again"


async def test_guesses_at_the_own_password_are_slowed(world: World) -> None:
    body = {"login": "guessed", "name": "G", "role": "supervisor", "password": PASSWORD}
    await world.a.admin.made("/people", body)
    async with Client(world.settings.web_url) as client:
        await client.sign_in("a", "guessed", PASSWORD)
        answers = [
            await client.send("PUT", "/session/password", {"current": f"guess {n}", "password": "another password"})
            for n in range(12)
        ]
    assert answers[0].status == 422
    assert answers[-1].status == 429


async def test_trying_unknown_accounts_is_slowed_but_a_right_password_comes_in(world: World) -> None:
    async with Client(world.settings.web_url) as client:
        statuses = [
            (await client.post("/session", {"tenant": "a", "login": f"ghost{n}", "password": "x"})).status
            for n in range(40)
        ]
        assert statuses[-1] == 429
        wrong = await client.post("/session", {"tenant": "a", "login": "boss", "password": "not this"})
        assert wrong.status == 429, "a wrong password must not tell that the account exists"
        right = await client.post("/session", {"tenant": "a", "login": "boss", "password": PASSWORD})
        assert right.status == 200


async def test_unsafe_requests_need_the_csrf_token_and_our_own_page(world: World) -> None:
    async with Client(world.settings.web_url) as client:
        await client.sign_in("a", "boss", PASSWORD)
        right = client.headers["x-csrf-token"]
        body = {"language": "en"}
        for headers in (
            {"x-csrf-token": ""},
            {"x-csrf-token": world.b.clients["supervisor"].headers["x-csrf-token"]},
            {"x-csrf-token": right, "origin": "https://elsewhere.example"},
            {"x-csrf-token": right, "sec-fetch-site": "cross-site"},
        ):
            answer = await client.send("PATCH", "/session", body, headers=headers)
            assert (answer.status, answer.code) == (403, "csrf"), headers
        assert (await client.send("PATCH", "/session", body, headers={"origin": world.settings.web_url})).status == 200
        from_elsewhere = await client.send(
            "POST",
            "/session",
            {"tenant": "a", "login": "boss", "password": PASSWORD},
            headers={"origin": "https://elsewhere.example"},
        )
        assert from_elsewhere.status == 403


async def test_signing_out_ends_the_session(world: World) -> None:
    async with Client(world.settings.web_url) as client:
        await client.sign_in("a", "boss", PASSWORD)
        assert (await client.send("DELETE", "/session")).status == 204
        assert (await client.get("/session")).status == 401


async def test_a_token_works_without_cookie_and_csrf_until_it_is_removed(world: World) -> None:
    admin = world.a.admin
    made = await admin.made("/tokens", {"name": "import"})
    async with Client(world.settings.web_url, token=made["token"]) as program:
        assert (await program.get("/session")).json["csrf_token"] is None
        created = await program.post("/skills", {"name": "by token"})
        assert created.status == 201
        assert (await program.send("DELETE", f"/skills/{created.json['id']}")).status == 204
        assert (await admin.send("DELETE", f"/tokens/{made['id']}")).status == 204
        assert (await program.get("/session")).status == 401


async def test_an_expired_token_is_refused(world: World) -> None:
    made = await world.a.admin.made("/tokens", {"name": "old", "expires_at": "2020-01-01T00:00:00Z"})
    async with Client(world.settings.web_url, token=made["token"]) as program:
        assert (await program.get("/session")).status == 401


async def test_a_new_password_or_a_disabled_account_ends_its_sessions(world: World) -> None:
    admin = world.a.admin
    person = await admin.made("/people", {"login": "leaver", "name": "L", "role": "supervisor", "password": PASSWORD})
    path = f"/people/{person['id']}"
    async with Client(world.settings.web_url) as client:
        await client.sign_in("a", "leaver", PASSWORD)
        assert (await admin.post(f"{path}/password", {"password": "another password"})).status == 204
        assert (await client.get("/session")).status == 401
        client.drop_cookies()
        await client.sign_in("a", "leaver", "another password")
        body = {"login": "leaver", "name": "L", "role": "supervisor", "disabled": True}
        assert (await admin.send("PUT", path, body)).status == 200
        assert (await client.get("/session")).status == 401
        refused = await client.post("/session", {"tenant": "a", "login": "leaver", "password": "another password"})
        assert refused.status in {401, 429}, "429 when tests before this one tried unknown accounts"
    assert (await admin.send("DELETE", path)).status == 204


async def test_tokens_end_with_the_password_or_the_account_unless_it_is_said(world: World) -> None:
    admin = world.a.admin
    body = {"login": "scripted", "name": "S", "role": "supervisor"}
    person = await admin.made("/people", {**body, "password": PASSWORD})
    path = f"/people/{person['id']}"

    async def with_a_token(password: str = PASSWORD) -> Client:
        async with Client(world.settings.web_url) as client:
            await client.sign_in("a", "scripted", password)
            return Client(world.settings.web_url, token=(await client.made("/tokens", {"name": "t"}))["token"])

    async def works(program: Client) -> bool:
        return (await program.get("/session")).status == 200

    kept = await with_a_token()
    async with kept:
        assert (await admin.get(path)).json["tokens"] == 1
        await admin.post(f"{path}/password", {"password": PASSWORD, "end_tokens": False})
        assert await works(kept)
        await admin.send("PUT", path, {**body, "disabled": True, "end_tokens": False})
        assert not await works(kept), "a disabled account's"
        await admin.send("PUT", path, {**body, "name": "Scripted", "disabled": True})
        await admin.send("PUT", path, body)
        assert await works(kept), "kept by choice"
        await admin.send("PUT", path, {**body, "disabled": True})
        await admin.send("PUT", path, body)
        assert not await works(kept)
        assert (await admin.get(path)).json["tokens"] == 0
    async with await with_a_token() as gone:
        await admin.post(f"{path}/password", {"password": PASSWORD})
        assert not await works(gone)
    assert (await admin.send("DELETE", path)).status == 204


async def test_the_last_administrator_and_oneself_stay(world: World) -> None:
    admin = world.a.admin
    own = f"/people/{admin.session['account']['id']}"
    assert (await admin.send("DELETE", own)).code == "not_yourself"
    demoted = {"login": "admin", "name": "Admin", "role": "supervisor"}
    assert (await admin.send("PUT", own, demoted)).code == "not_yourself"


async def test_no_one_gives_a_role_of_the_platform(world: World) -> None:
    person = {"login": "climber", "name": "C", "role": "platform_administrator", "password": PASSWORD}
    answer = await world.a.admin.post("/people", person)
    assert answer.status == 422
    assert answer.json["error"]["field"] == "role"


async def test_errors_are_in_the_readers_language_and_name_the_field(world: World) -> None:
    async with Client(world.settings.web_url, language="zh-TW,zh;q=0.8,en;q=0.5") as client:
        error = (await client.post("/session", {"tenant": "a", "login": "boss"})).json["error"]
        assert error["field"] == "password"
        assert error["message"] == "此欄位必填。"
    answer = await world.a.admin.post("/skills", {"name": "x" * 61})
    assert answer.json["error"] == {
        "code": "bad_field",
        "field": "name",
        "message": "At most 60 characters are allowed.",
        "detail": {"max_length": 60},
    }


async def test_a_suspended_tenant_stops_and_comes_back(world: World) -> None:
    operator = world.operator
    made = await operator.made(
        "/platform/tenants",
        {"slug": "short", "name": "S", "administrator": {"login": "admin", "name": "A", "password": PASSWORD}},
    )
    async with Client(world.settings.web_url) as client:
        await client.sign_in("short", "admin", PASSWORD)
        path = f"/platform/tenants/{made['id']}"
        assert (await operator.send("PATCH", path, {"suspended": True})).status == 200
        assert (await client.get("/session")).code == "tenant_suspended"
        signing_in = await client.post("/session", {"tenant": "short", "login": "admin", "password": PASSWORD})
        assert signing_in.code == "tenant_suspended"
        assert (await operator.send("PATCH", path, {"suspended": False})).status == 200
        assert (await client.get("/session")).status == 200
    assert (
        await operator.send("PATCH", f"/platform/tenants/{world.operator_ids['tenant']}", {"suspended": True})
    ).status == 409


async def test_the_operator_limits_what_a_tenant_has_at_the_same_time(world: World) -> None:
    operator = world.operator
    made = await operator.made(
        "/platform/tenants",
        {"slug": "small", "name": "S", "administrator": {"login": "admin", "name": "A", "password": PASSWORD}},
    )
    assert made["limits"] == {"agents": None, "calls": None, "waiting": None, "waiting_web": None, "chats": None}
    path = f"/platform/tenants/{made['id']}"
    changed = await operator.send("PATCH", path, {"limits": {"agents": 2, "calls": 10}})
    assert changed.json["limits"] == {"agents": 2, "calls": 10, "waiting": None, "waiting_web": None, "chats": None}
    assert (await operator.send("PATCH", path, {"name": "Small"})).json["limits"]["agents"] == 2
    refused = await operator.send("PATCH", path, {"limits": {"calls": -1}})
    assert (refused.status, refused.json["error"]["field"]) == (422, "limits.calls")


async def test_a_tenant_sets_the_form_of_its_recordings(world: World) -> None:
    operator = world.operator
    first = {"login": "admin", "name": "A", "password": PASSWORD}
    made = await operator.made("/platform/tenants", {"slug": "settled", "name": "S", "administrator": first})
    path = f"/platform/tenants/{made['id']}"
    assert (await operator.send("PATCH", path, {"limits": {"calls": 10}})).status == 200
    async with Client(world.settings.web_url) as admin:
        await admin.sign_in("settled", "admin", PASSWORD)
        usual = {"parking": {"places": 20, "seconds": 60}, "breaks": {"most": None, "waits": True}}
        usual |= {"by_telephone": {"outside_numbers": False}, "screen_view": "off", "whole_screen": "off"}
        assert (await admin.get("/settings")).json == {"recording_format": "mp3", **usual}
        assert (await admin.send("PUT", "/settings", {"recording_format": "opus"})).status == 200
        assert (await admin.get("/settings")).json == {"recording_format": "opus", **usual}
        for refused in ({"recording_format": "wav"}, {}):
            answer = await admin.send("PUT", "/settings", refused)
            assert (answer.status, answer.json["error"]["field"]) == (422, "recording_format")
        form = {"recording_format": "opus"}
        own = {"parking": {"places": 3, "seconds": 600}, "breaks": {"most": 2, "waits": False}}
        own |= {"by_telephone": {"outside_numbers": True}, "screen_view": "announced", "whole_screen": "asked"}
        bad = {"parking": [("places", 0), ("places", 201), ("seconds", 4), ("seconds", 601)]}
        bad["breaks"] = [("most", -1), ("most", 10_001)]
        for part, field, value in ((part, *one) for part, tried in bad.items() for one in tried):
            answer = await admin.send("PUT", "/settings", {**form, part: {field: value}})
            assert (answer.status, answer.json["error"]["field"]) == (422, f"{part}.{field}")
        assert (await admin.get("/settings")).json == {**form, **usual}
        assert (await admin.send("PUT", "/settings", {**form, **own})).json == {**form, **own}
        assert (await admin.send("PUT", "/settings", form)).json == {**form, **own}, "what is left out stays"
    changed = await operator.send("PATCH", path, {"name": "Settled"})
    assert changed.json["limits"]["calls"] == 10, "what one side sets, the other keeps"


async def test_the_same_key_does_a_thing_once(world: World) -> None:
    admin = world.a.admin
    headers = {"idempotency-key": "make this skill"}
    first = await admin.send("POST", "/skills", {"name": "once"}, headers=headers)
    second = await admin.send("POST", "/skills", {"name": "once"}, headers=headers)
    assert (first.status, second.status) == (201, 201)
    assert first.json == second.json
    assert second.headers["idempotency-replayed"] == "true"
    other = await admin.send("POST", "/skills", {"name": "another"}, headers=headers)
    assert other.code == "idempotency_key_reused"
    refused = await admin.send("POST", "/skills", {"name": "once"}, headers={"idempotency-key": "second thought"})
    assert refused.code == "already_used"
    assert (await admin.send("DELETE", f"/skills/{first.json['id']}")).status == 204
    again = await admin.send("POST", "/skills", {"name": "once"}, headers={"idempotency-key": "second thought"})
    assert again.status == 201, "what failed is not kept"


async def test_a_kept_answer_is_readable_to_nobody_who_sees_the_database(world: World, database: Database) -> None:
    headers = {"idempotency-key": f"token {new_id()}"}
    first, again = [await world.a.admin.send("POST", "/tokens", {"name": "once"}, headers=headers) for _ in range(2)]
    assert (first.status, first.json) == (201, again.json)
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        wanted = select(IdempotencyKey).where(IdempotencyKey.key == headers["idempotency-key"])
        row = (await session.scalars(wanted)).one()
    assert row.answer and first.json["token"].encode() not in row.answer
