"""Breaks by the API: what reaches the runtime, what agents and supervisors are told, and of whom."""

from __future__ import annotations

from typing import Any

from tests.integration.control import CallControl
from tests.integration.test_sockets import SINCE, agent_record, fresh, reading
from tests.integration.world import World


def asking(state: str, place: int | None = None, began_at: str | None = None) -> dict[str, Any]:
    times = {"asked_at": SINCE, "began_at": began_at}
    return {"state": state, "place": place, "reason_code_id": "tea", "over_limit": False, **times}


async def test_an_agent_asks_and_is_told_the_place(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    reason = {"reason_code_id": side.ids["reason_code"]}
    assert (await agent.post("/me/break", reason)).json == {"state": "waiting", "place": 2}
    assert (control.commands[-1]["kind"], control.commands[-1]["reason_code_id"]) == ("break.ask", *reason.values())
    assert (await agent.send("DELETE", "/me/break")).json == {"ok": True}
    assert control.commands[-1]["kind"] == "break.withdraw"
    wrong = await agent.post("/me/break", {})
    assert (wrong.status, wrong.json["error"]["field"]) == (422, "reason_code_id")


async def test_what_the_runtime_refuses_is_said_in_words(world: World, control: CallControl) -> None:
    agent = world.a.clients["agent"]
    reason = {"reason_code_id": world.a.ids["reason_code"]}
    try:
        for code, field, status in (
            ("break_asked", None, 409),
            ("no_break_asked", None, 409),
            ("not_a_break", "reason_code_id", 422),
        ):
            control.refuse = {"ok": False, "error": {"code": code, "field": field, "message": f"error.{code}"}}
            answer = await agent.post("/me/break", reason)
            assert (answer.status, answer.code, answer.json["error"]["field"]) == (status, code, field)
            assert not answer.json["error"]["message"].startswith("error.")
        control.refuse = {"ok": True, "data": {"break": "refused", "place": None}}
        full = await agent.post("/me/state", {"state": "not_ready", **reason})
        assert (full.status, full.code, full.json["error"]["field"]) == (409, "no_place_to_rest", "reason_code_id")
        assert (await agent.post("/me/break", reason)).json == {"state": "refused", "place": None}
    finally:
        control.refuse = None


async def test_supervisors_see_and_direct_those_of_their_projects(world: World, control: CallControl) -> None:
    side, boss = world.a, world.a.clients["supervisor"]
    await fresh(world, control)
    async with reading(side.admin) as settled:
        records = [
            agent_record(side, side.ids, break_request=asking("waiting", 1)),
            agent_record(side, side.walled, "not_ready", break_request=asking("began", None, SINCE)),
        ]
        await settled.up_to(await control.change(side.tenant_id, agents=records))
    own, walled = side.ids["agent"], side.walled["agent"]
    seen = (await boss.get("/breaks")).json
    assert [(one["agent_id"], one["state"], one["place"], one["since"]) for one in seen] == [(own, "waiting", 1, SINCE)]
    everybody = [one["agent_id"] for one in (await side.admin.get("/breaks")).json]
    assert everybody == [walled, own], "who rests, then who waits"
    account = boss.session["account"]["id"]
    for what, body in (("grant", None), ("refuse", {"word": "Later"}), ("end", None)):
        assert (await boss.post(f"/breaks/{own}/{what}", body)).status == 200
        sent = control.commands[-1]
        assert (sent["kind"], sent["agent_id"], sent["actor"]["account_id"]) == (f"breaks.{what}", own, account)
        assert sent.get("word") == (body or {}).get("word")
        assert (await boss.post(f"/breaks/{walled}/{what}", body)).status == 404
        assert (await side.clients["agent"].post(f"/breaks/{own}/{what}", body)).status == 403
        assert (await side.admin.post(f"/breaks/{walled}/{what}", body)).status == 200
    long = await boss.post(f"/breaks/{own}/refuse", {"word": "x" * 201})
    assert (long.status, long.json["error"]["field"]) == (422, "word")


async def test_reasons_say_which_are_breaks_and_groups_how_many_rest(world: World) -> None:
    admin = world.a.admin
    reason = await admin.made("/reason-codes", {"name": "Tea", "code": "tea"})
    assert reason["is_break"] is False
    path = f"/reason-codes/{reason['id']}"
    assert (await admin.send("PUT", path, {"name": "Tea", "code": "tea", "is_break": True})).json["is_break"] is True
    group = await admin.made("/agent-groups", {"name": "Tea room", "most_on_break": 2})
    assert (await admin.get(f"/agent-groups/{group['id']}")).json["most_on_break"] == 2
    wrong = await admin.send("POST", "/agent-groups", {"name": "Others", "most_on_break": -1})
    assert (wrong.status, wrong.json["error"]["field"]) == (422, "most_on_break")
    for made in (path, f"/agent-groups/{group['id']}"):
        assert (await admin.send("DELETE", made)).status == 204
