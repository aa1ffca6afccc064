"""The agent's routes: what reaches the runtime and the node, and what of their refusals reaches the agent."""

from __future__ import annotations

import hashlib

import pytest

from tests.integration.control import CallControl
from tests.integration.test_sockets import agent_record, call_record, fresh, queue_record, reading
from tests.integration.world import World

CALL = "01900000-0000-7000-8000-00000000000a"


async def test_a_browser_signs_in_with_a_secret_of_its_own(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    answers = [
        (await agent.post("/me/sign-in", {"phone_kind": "browser", "seat_id": side.ids["seat"]})).json["sip"]
        for _ in range(2)
    ]
    first, second = answers
    assert first["password"] != second["password"], "each sign-in has its own"
    assert second["websocket_path"] == "/sip"
    endpoint = control.endpoints[-1]
    user = second["authorization_user"]
    expected = hashlib.md5(f"{user}:{second['realm']}:{second['password']}".encode()).hexdigest()
    assert (endpoint["op"], endpoint["sip_user"], endpoint["md5"]) == ("set", user, expected)
    assert endpoint["transport"] == "browser"
    command = control.commands[-1]
    assert command["kind"] == "agent.sign_in"
    assert (command["phone_kind"], command["seat_id"]) == ("browser", side.ids["seat"])
    assert command["actor"] == {
        "account_id": agent.session["account"]["id"],
        "agent_id": side.ids["agent"],
        "role": "agent",
    }


async def test_a_hard_phone_needs_no_secret_and_takes_the_browsers_place(world: World, control: CallControl) -> None:
    answer = await world.a.clients["agent"].post("/me/sign-in", {"phone_kind": "phone"})
    assert answer.json == {"sip": None}
    assert control.endpoints[-1]["op"] == "remove"
    assert "md5" not in control.endpoints[-1]
    boss = await world.a.clients["supervisor"].post("/me/sign-in", {"phone_kind": "phone"})
    assert boss.code == "no_phone_secret"


@pytest.mark.parametrize(
    "action",
    [
        "reject",
        "hold",
        "resume",
        "mute",
        "unmute",
        "hang-up",
        "swap",
        "end-consultation",
        "join",
        "hand-over",
    ],
)
async def test_the_call_is_acted_on_by_the_runtime(world: World, control: CallControl, action: str) -> None:
    answer = await world.a.clients["agent"].post(f"/me/interactions/{CALL}/{action}")
    assert answer.json == {"ok": True}
    assert control.commands[-1]["kind"] == f"interaction.{action.replace('-', '_')}"
    assert control.commands[-1]["interaction_id"] == CALL


async def test_wrap_up_and_states(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    body = {"disposition_id": side.ids["disposition"], "note": "called back", "keep_open": True}
    assert (await agent.post(f"/me/interactions/{CALL}/wrap-up", body)).status == 200
    assert {key: control.commands[-1][key] for key in body} == body
    assert (await agent.post("/me/state", {"state": "available"})).status == 200
    assert control.commands[-1]["state"] == "available"
    wrong = await agent.post("/me/state", {"state": "available", "reason_code_id": side.ids["reason_code"]})
    assert wrong.json["error"]["field"] == "reason_code_id"


async def test_a_refusal_is_a_sentence(world: World, control: CallControl) -> None:
    agent = world.a.clients["agent"]
    refusals = {"not_possible_in_this_state": 409, "not_your_interaction": 404, "not_here": 503, "never_heard_of": 409}
    try:
        for code, status in refusals.items():
            control.refuse = {"ok": False, "error": {"code": code, "field": None, "message": f"error.{code}"}}
            answer = await agent.post(f"/me/interactions/{CALL}/hold")
            assert answer.status == status
            assert not answer.json["error"]["message"].startswith("error.")
    finally:
        control.refuse = None


async def test_the_desktop_after_a_reload(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    await fresh(world, control)
    async with reading(side.admin) as settled:
        call = call_record(side, side.ids, CALL, state="connected", agent_id=side.ids["agent"])
        seq = await control.change(
            side.tenant_id,
            agents=[agent_record(side, side.ids, "engaged", interaction_id=CALL)],
            interactions=[call],
        )
        await settled.up_to(seq)
    desktop = (await agent.get("/me/desktop")).json
    assert (desktop["agent"]["state"], desktop["agent"]["interaction_id"]) == ("engaged", CALL)
    assert desktop["interaction"]["id"] == CALL
    assert desktop["call_settings"]["no_answer_seconds"] == 20
    assert side.ids["reason_code"] in {reason["id"] for reason in desktop["reason_codes"]}
    assert side.ids["disposition"] in {result["id"] for result in desktop["dispositions"]}
    before = len(control.endpoints)
    assert (await agent.post("/me/sign-out")).status == 200
    assert len(control.endpoints) == before, "the call that is going on keeps its phone"


async def test_targets_are_those_of_ones_projects(world: World, control: CallControl) -> None:
    """Agents who are signed out too; of the other project nobody and nothing, and never oneself."""
    side = world.a
    boss, agent = side.clients["supervisor"], side.clients["agent"]
    await fresh(world, control)
    seen = (await boss.get("/me/targets")).json
    ids = {kind: {one["id"] for one in seen[kind]} for kind in seen}
    for kind, name in (("agents", "agent"), ("queues", "queue"), ("flows", "flow")):
        assert side.ids[name] in ids[kind] and side.walled[name] not in ids[kind], kind
    colleague = next(one for one in seen["agents"] if one["id"] == side.ids["agent"])
    skills = {one["id"]: one["name"] for one in (await side.admin.get("/skills")).json["items"]}
    assert skills[side.ids["skill"]] in colleague["kinds"]
    assert colleague["supervises"] == []
    of_agent = (await agent.get("/me/targets")).json["agents"]
    assert side.ids["agent"] not in {one["id"] for one in of_agent}, "oneself"
    leads = [one["supervises"] for one in of_agent if one["supervises"]]
    assert leads == [[side.ids["project"]]], "the supervisor of the project"


async def test_targets_stand_as_they_are_now(world: World, control: CallControl) -> None:
    side = world.a
    boss, agent = side.clients["supervisor"], side.clients["agent"]
    await fresh(world, control)
    own, walled = side.ids["agent"], side.walled["agent"]
    for state, since in (("available", None), ("engaged", "2026-01-01T00:00:00Z"), ("logged_out", None)):
        async with reading(side.admin) as settled:
            records = [
                agent_record(side, side.ids, state, unreachable_since=since),
                agent_record(side, side.walled),
            ]
            queued = [queue_record(side, side.ids, 3), queue_record(side, side.walled, 4)]
            await settled.up_to(await control.change(side.tenant_id, agents=records, queues=queued))
        seen = (await boss.get("/me/targets/now")).json
        now = {one["id"]: (one["state"], one["reachable"]) for one in seen["agents"]}
        assert now == ({} if state == "logged_out" else {own: (state, since is None)}), walled
        assert {one["id"]: one["waiting"] for one in seen["queues"]} == {side.ids["queue"]: 3}
        assert own not in {one["id"] for one in (await agent.get("/me/targets/now")).json["agents"]}, "oneself"


async def test_a_note_goes_along(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    note = "Wants a refund"
    target = {"to": "queue", "target": side.ids["queue"], "note": note}
    for path in (f"/interactions/{CALL}/transfer", f"/me/interactions/{CALL}/consult"):
        assert (await agent.post(path, target)).status == 200
        assert control.commands[-1]["note"] == note
        refused = await agent.post(path, {**target, "note": "x" * 1001})
        assert (refused.status, refused.json["error"]["field"]) == (422, "note")


async def test_seats_say_who_sits_there_to_those_of_the_project(world: World, control: CallControl) -> None:
    side = world.a
    await fresh(world, control)
    seats = {one["id"]: one["name"] for one in (await side.admin.get("/seats")).json["items"]}
    seat = side.ids["seat"]
    for taker, told in ((side.ids, f"secret-of-{side.slug}"), (side.walled, None)):
        async with reading(side.admin) as settled:
            record = agent_record(side, taker, seat=seats[seat])
            free = [agent_record(side, other) for other in (side.ids, side.walled) if other is not taker]
            await settled.up_to(await control.change(side.tenant_id, agents=[record, *free]))
        found = {one["id"]: one for one in (await side.clients["supervisor"].get("/me/seats")).json}
        assert found.keys() == seats.keys()
        assert (found[seat]["taken"], found[seat]["taken_by"]) == (True, told)
        own = {one["id"]: one for one in (await side.clients["agent"].get("/me/seats")).json}[seat]
        assert own["taken"] == (taker is side.walled), "one's own seat is not taken"


async def test_a_call_is_sent_on(world: World, control: CallControl) -> None:
    """The target is named for the record; who directs calls says in which projects, an agent never does."""
    side = world.a
    target = {"to": "queue", "target": side.ids["queue"], "priority": 2}
    for who in ("agent", "supervisor", "tenant_administrator"):
        assert (await side.clients[who].post(f"/interactions/{CALL}/transfer", target)).status == 200
    agent, supervisor, administrator = control.commands[-3:]
    assert {key: agent[key] for key in target} == target
    assert (agent["kind"], agent["interaction_id"]) == ("interaction.transfer", CALL)
    assert agent["name"]
    assert agent["actor"]["agent_id"] == side.ids["agent"]
    assert "directs" not in agent
    assert (supervisor["directs"], supervisor["projects"]) == (True, [side.ids["project"]])
    assert (administrator["directs"], administrator["projects"], administrator["actor"]["agent_id"]) == (
        True,
        None,
        None,
    )


async def test_somebody_is_asked_beside_the_customer(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    path = f"/me/interactions/{CALL}"
    assert (await agent.post(f"{path}/consult", {"to": "number", "target": "020-8888 6666"})).status == 200
    command = control.commands[-1]
    assert (command["kind"], command["to"], command["target"]) == ("interaction.consult", "number", "02088886666")
    for target, field in (("12x34", "target"), (side.ids["queue"], "target"), ("", "target")):
        answer = await agent.post(f"{path}/consult", {"to": "agent", "target": target})
        assert (answer.status, answer.json["error"]["field"]) == (422, field)
    answer = await agent.post(f"{path}/consult", {"to": "queue", "target": side.ids["queue"]})
    assert answer.status == 200, answer.text
    assert (await agent.post(f"{path}/consult", {"to": "flow", "target": side.ids["flow"]})).status == 422
    assert (await agent.send("DELETE", f"{path}/parties/out-1", None)).status == 200
    assert (control.commands[-1]["kind"], control.commands[-1]["leg_id"]) == ("interaction.hang_up_party", "out-1")
    assert (await agent.post(f"{path}/return", {"leg_id": "agent-1"})).status == 200
    assert (control.commands[-1]["kind"], control.commands[-1]["leg_id"]) == ("interaction.return", "agent-1")
    assert (await agent.post(f"{path}/return", {})).status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": "queue", "target": "bills"}, "target"),
        ({"to": "agent", "target": "01900000-0000-7000-8000-00000000000b"}, "target"),
        ({"to": "number", "target": "12x34"}, "target"),
        ({"to": "supervisor", "target": "1"}, "target"),
        ({"to": "nobody"}, "to"),
        ({"to": "supervisor", "wait_seconds": 1}, "wait_seconds"),
    ],
)
async def test_a_target_that_cannot_be_is_refused(
    world: World, control: CallControl, body: dict[str, object], field: str
) -> None:
    before = len(control.commands)
    answer = await world.a.clients["agent"].post(f"/interactions/{CALL}/transfer", body)
    assert (answer.status, answer.json["error"]["field"]) == (422, field)
    assert len(control.commands) == before


async def test_another_projects_queue_and_agents_are_no_targets(world: World, control: CallControl) -> None:
    """The wall between projects holds for callers who are sent on."""
    side = world.a
    before = len(control.commands)
    for who in ("agent", "supervisor"):
        target = {"to": "queue", "target": side.walled["queue"]}
        answer = await side.clients[who].post(f"/interactions/{CALL}/transfer", target)
        assert (answer.status, answer.json["error"]["field"]) == (422, "target")
    assert len(control.commands) == before


async def test_a_number_is_called_as_it_is_meant(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    numbers = (await agent.get("/me/caller-numbers")).json
    assert [one["id"] for one in numbers] == [side.ids["access_number"]], "those of one's projects"
    body = {"number": "020-8888 6666", "caller_number_id": numbers[0]["id"], "business_id": side.ids["business"]}
    answer = await agent.post("/me/calls", body)
    command = control.commands[-1]
    assert (answer.status, command["kind"], command["interaction_id"]) == (201, "calls.dial", answer.json["id"])
    assert (command["number"], command["project_id"]) == ("02088886666", side.ids["project"])
    for wrong in ({"number": "x"}, {"number": "1", "ring_seconds": 1}, {"number": ""}, {"number": "anonymous"}):
        assert (await agent.post("/me/calls", wrong)).status == 422


async def test_a_colleague_is_called_by_id_or_own_number(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    whom, walled = side.ids["agent"], side.walled["agent"]
    for body in ({"agent_id": whom}, {"number": " 1001 "}):
        answer = await agent.post("/me/calls", body)
        command = control.commands[-1]
        assert (answer.status, command["kind"], command["interaction_id"]) == (201, "calls.dial", answer.json["id"])
        assert (command["colleague_id"], command["number"]) == (whom, "")
    before = len(control.commands)
    for body, field in (
        ({"agent_id": walled}, "agent_id"),
        ({"number": "2001"}, "number"),
        ({"agent_id": world.b.ids["agent"]}, "agent_id"),
        ({"agent_id": whom, "number": "1001"}, "number"),
        ({}, "number"),
    ):
        answer = await agent.post("/me/calls", body)
        assert (answer.status, answer.json["error"]["field"]) == (422, field), body
    assert len(control.commands) == before


async def test_a_customer_is_parked_and_picked_up_in_ones_projects(world: World, control: CallControl) -> None:
    side, agent = world.a, world.a.clients["agent"]
    assert (await agent.post(f"/me/interactions/{CALL}/park")).json == {"place": 3}
    assert control.commands[-1]["kind"] == "interaction.park"
    assert (await agent.post(f"/me/parked/{CALL}/pick-up")).status == 200
    command = control.commands[-1]
    assert (command["kind"], command["projects"]) == ("interaction.pick_up", [side.ids["project"]])
    at = {"by_agent": side.ids["agent"], "by_name": "Li", "until": "2026-11-29T08:01:00Z", "picking_agent": None}
    since = {"since": "2026-11-29T08:00:00Z", "state": "parked"}
    records = [
        call_record(side, ids, f"01900000-0000-7000-8000-0000000000{place:02}", **since, parked={**at, "place": place})
        for place, ids in ((12, side.ids), (11, side.ids), (13, side.walled))
    ]
    await fresh(world, control)
    async with reading(side.admin) as settled:
        await settled.up_to(await control.change(side.tenant_id, interactions=records))
    for who in ("agent", "supervisor"):
        found = (await side.clients[who].get("/me/parked")).json
        assert [one["place"] for one in found] == [11, 12]
        assert (found[0]["by_name"], found[0]["since"]) == ("Li", "2026-11-29T08:00:00Z")
        async with reading(side.clients[who]) as reader:
            seen = reader.received[0]["view"]["interactions"]
            assert {one["parked"]["place"] for one in seen} == {11, 12}


async def test_who_controls_a_recording_and_why_reaches_the_runtime(world: World, control: CallControl) -> None:
    side = world.a
    assert (
        await side.clients["agent"].post(f"/me/interactions/{CALL}/recording/pause", {"reason": "card"})
    ).status == 200
    assert (await side.clients["supervisor"].post(f"/interactions/{CALL}/recording/resume")).status == 200
    agent, supervisor = control.commands[-2:]
    assert (agent["kind"], agent["act"], agent["reason"]) == ("interaction.recording", "pause", "card")
    assert "directs" not in agent
    assert (supervisor["act"], supervisor["directs"], supervisor["projects"]) == ("resume", True, [side.ids["project"]])
    assert (await side.clients["agent"].post(f"/interactions/{CALL}/recording/pause")).status == 403
    assert (await side.clients["agent"].post(f"/me/interactions/{CALL}/recording/erase")).status == 404
    long = {"reason": "x" * 201}
    assert (await side.clients["agent"].post(f"/me/interactions/{CALL}/recording/pause", long)).status == 422


async def test_the_night_bell_is_kept_with_the_agent(world: World, control: CallControl) -> None:
    """Offered where some hours have one."""
    side, agent = world.b, world.b.clients["agent"]
    await fresh(world, control)
    assert (await agent.get("/me/desktop")).json["night_bell"] is None
    made = await side.admin.made("/hours", {"name": "Night", "weekly": [[]] * 7, "night_bell": True})
    assert made["night_bell"] is True
    before = (await agent.get("/me/desktop")).json["night_bell"]
    for on in (not before, before):
        assert (await agent.send("PUT", "/me/night-bell", {"on": on})).json == {"on": on}
        assert (await agent.get("/me/desktop")).json["night_bell"] is on
    wrong = await agent.send("PUT", "/me/night-bell", {})
    assert (wrong.status, wrong.json["error"]["field"]) == (422, "on")
    assert (await side.admin.send("DELETE", f"/hours/{made['id']}")).status == 204
