"""Suggestions for queues in trouble: raised by the watch, applied once, undone, looked back at; who is called in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from sqlalchemy import delete

from hujiao.kit.bus import Bus
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from hujiao.routing.contracts import Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.simulation.floor import Floor, Stream, Waiting
from hujiao.suggestions.models import QueueSuggestion
from tests.conftest import until
from tests.integration.control import CallControl
from tests.integration.test_alarms import alarms_of, busy, raised, watching
from tests.integration.test_sockets import agent_record, fresh, queue_record, reading
from tests.integration.world import Side, World, suggestion

FIGURES = {
    "waiting": 2,
    "longest_wait_seconds": 200.0,
    "expected_wait_seconds": None,
    "agents_free": 0,
    "agents_signed_in": 0,
}


def in_trouble(side: Side, ids: dict[str, str], waited: float = 200, **more: Any) -> dict[str, Any]:
    since = (datetime.now(UTC) - timedelta(seconds=waited)).isoformat()
    own = {"project_id": ids["project"], "longest_wait_since": since, "red_after": 60, "amber_after": 20}
    free = {"agents_available": 0, "agents_signed_in": 0, "expected_wait_seconds": None}
    return queue_record(side, ids, 2) | own | free | more


def calm(side: Side, ids: dict[str, str]) -> dict[str, Any]:
    return in_trouble(side, ids, longest_wait_since=None, waiting=0)


def helped_by(side: Side, ids: dict[str, str], wait_after: float = 60.0) -> dict[str, Any]:
    """As the runtime says it."""
    made = suggestion(side, ids, datetime.now(UTC))
    made.plans[0]["outcomes"][0]["wait_after"] = wait_after
    return {"figures": FIGURES, "helpers": made.helpers, "plans": made.plans}


async def listed(side: Side, role: str, **wanted: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return list((await side.clients[role].get(f"/queue-suggestions?{query}")).json["items"])


async def opened(side: Side, role: str = "tenant_administrator") -> dict[str, dict[str, Any]]:
    """What is suggested now, by queue."""
    return {one["queue_id"]: one for one in await listed(side, role, applied="false")}


async def add(side: Side, database: Database, ids: dict[str, str], at: datetime | None = None, **more: Any) -> str:
    """An open suggestion in place of what there is."""
    async with database.tenant(UUID(side.tenant_id)) as session:
        there = QueueSuggestion.queue_id == UUID(ids["queue"]), QueueSuggestion.applied_at.is_(None)
        await session.execute(delete(QueueSuggestion).where(*there))
        made = suggestion(side, ids, at or datetime.now(UTC), **more)
        session.add(made)
    return str(made.id)


async def test_the_watch_suggests_renews_and_withdraws(
    world: World, control: CallControl, bus: Bus, database: Database
) -> None:
    side, queue, walled = world.a, world.a.ids["queue"], world.a.walled["queue"]
    await fresh(world, control)
    control.helpers = {one["queue"]: helped_by(side, one) for one in (side.ids, side.walled)}
    records = [in_trouble(side, side.ids), in_trouble(side, side.walled)]
    async with watching(bus, database), reading(side.clients["supervisor"]) as told:
        await control.change(side.tenant_id, queues=records)

        async def both() -> bool:
            return {queue, walled} <= (await opened(side)).keys()

        await until(both, "both queues have their suggestion")
        await told.next("alarms")
        mine = await opened(side, "supervisor")
        assert mine.keys() == {queue}, "another project's is not told"
        assert not (await opened(world.b)).keys() & {queue, walled}
        one = mine[queue]
        assert (one["kind"], one["figures"]["waiting"], one["applied"]) == ("wait", 2, None)
        (helper,) = one["helpers"]
        assert helper["agent_name"].startswith("Agent")
        assert helper["skill_name"]
        assert helper["queues"] == [], "the other project's queue has no name here"
        (plan,) = one["plans"]
        assert [outcome["queue_id"] for outcome in plan["outcomes"]] == [queue]
        everything = (await opened(side))[queue]
        assert [outcome["queue_id"] for outcome in everything["plans"][0]["outcomes"]] == [queue, walled]
        asked = next(said for said in control.asked if said["queue_id"] == queue)
        assert asked["agent_ids"] == [side.ids["agent"]], "of those who may work for the project"
        assert set(asked["troubled"]) == {queue, walled}

        control.helpers[queue] = helped_by(side, side.ids, wait_after=30.0)

        async def renewed() -> bool:
            found = (await opened(side)).get(queue)
            return found is not None and found["plans"][0]["outcomes"][0]["wait_after"] == 30.0

        await until(renewed, "what is suggested follows what happens")
        assert (await opened(side))[queue]["id"] == one["id"]

        await control.change(side.tenant_id, queues=[calm(side, side.ids), calm(side, side.walled)])

        async def none() -> bool:
            return not (await opened(side)).keys() & {queue, walled}

        await until(none, "what is over is no longer suggested")
    assert (await side.clients["agent"].get("/queue-suggestions")).status == 403


def floor_of(side: Side, ids: dict[str, str]) -> dict[str, Any]:
    """As the runtime says it: one is free, who lacks the skill of the only queue, and one customer waits there.
    Customers go after a minute or so."""
    agent, queue, skill = UUID(ids["agent"]), UUID(ids["queue"]), UUID(side.ids["skill"])
    ring = Ring(who=(Requirement(skills=((skill, 3),)),))
    there = Floor(
        setup=Setup(queues={queue: RoutingQueue(id=queue, rings=(ring,))}, agents={agent: RoutingAgent(id=agent)}),
        site_costs=(("north", "south", 2.0),),
        streams=(Stream(queue_id=queue, handle_seconds=60.0, leaving=1 / 60),),
        waiting=(Waiting(queue_id=queue, seconds=100.0),),
    )
    said: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(there))
    return said


async def test_what_it_would_do_is_simulated_from_the_floor_as_it_stands(
    world: World, control: CallControl, bus: Bus, database: Database
) -> None:
    side, queue = world.a, world.a.ids["queue"]
    await fresh(world, control)
    control.helpers = {queue: {**helped_by(side, side.ids), "floor": floor_of(side, side.ids)}}
    before_us = len(control.asked)
    settings = (await side.admin.get("/settings/indicators")).json
    assert (await side.admin.send("PUT", "/settings/indicators", {**settings, "minutes": 60})).status == 200
    async with watching(bus, database):
        await control.change(side.tenant_id, queues=[in_trouble(side, side.ids)])

        async def foreseen() -> bool:
            found = (await opened(side)).get(queue)
            return found is not None and found["plans"][0]["outcomes"][0]["ahead"] is not None

        await until(foreseen, "what is ahead is known")
        ahead = (await opened(side))[queue]["plans"][0]["outcomes"][0]["ahead"]
        assert ahead["minutes"] == 15 and ahead["runs"] >= 10
        before, after = ahead["before"], ahead["after"]
        assert before["offered"] == after["offered"] > 0, "as many come as in the last hour"
        assert before["service_level"] == 0.0, "nobody is there for them"
        assert before["wait_seconds"] == pytest.approx(60, rel=0.4), "so long do they wait before they go"
        assert after["service_level"] > 0 and after["wait_seconds"] < before["wait_seconds"]
        mine = (await opened(side, "supervisor"))[queue]["plans"][0]["outcomes"]
        assert [one["queue_id"] for one in mine] == [queue], "another project's queue has no outlook here"
        asked = [said["floor"] for said in control.asked[before_us:] if said["queue_id"] == queue]
        assert asked.count(True) == 1 < len(asked), "the floor is not asked for with each renewal"
    assert (await side.admin.send("PUT", "/settings/indicators", settings)).status == 200


async def test_no_alarm_waits_for_suggestions(
    world: World, control: CallControl, bus: Bus, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, asked, answer = world.a, asyncio.Event(), asyncio.Event()

    async def late(*_: Any) -> dict[str, Any]:
        asked.set()
        await answer.wait()
        return {"ok": False, "error": {"code": "not_found"}}

    monkeypatch.setattr("hujiao.app.jobs.suggestions.ask", late)
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids)])
    async with watching(bus, database):
        await asyncio.wait_for(asked.wait(), 30)
        sides = (side, world.b)
        for one in sides:
            since = datetime.now(UTC) - timedelta(seconds=90)
            await control.change(one.tenant_id, agents=[busy(one, one.ids, since)])
        for one in sides:
            await until(raised(one, {(one.ids["agent"], "talking", "amber")}, open="true"), "alarms go on")
        assert not answer.is_set()
        for one in sides:
            await control.change(one.tenant_id, agents=[agent_record(one, one.ids, "available")])
        for one in sides:

            async def over(one: Side = one) -> bool:
                return not await alarms_of(one, "tenant_administrator", open="true")

            await until(over, "nothing is left behind")


async def test_who_is_not_answered_withdraws_nothing(
    world: World, control: CallControl, bus: Bus, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, refused = world.a, list[str]()

    async def refuse(_bus: Bus, _subject: str, message: dict[str, Any]) -> dict[str, Any]:
        refused.append(message["queue_id"])
        return {"ok": False, "error": {"code": "set_aside"}}

    monkeypatch.setattr("hujiao.app.jobs.suggestions.ask", refuse)
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids)])
    made = await add(side, database, side.ids)

    async def twice() -> bool:
        return len(refused) >= 2

    async with watching(bus, database):
        await until(twice, "it is tried again")
        assert (await opened(side))[side.ids["queue"]]["id"] == made
    async with database.tenant(UUID(side.tenant_id)) as session:
        await session.execute(delete(QueueSuggestion).where(QueueSuggestion.id == UUID(made)))


async def test_a_low_service_level_is_trouble_while_somebody_waits(
    world: World, control: CallControl, bus: Bus, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the last hour each queue's two contacts were one answered and one abandoned late."""
    side, queue, walled = world.a, world.a.ids["queue"], world.a.walled["queue"]
    monkeypatch.setattr("hujiao.suggestions.machine.LASTS", timedelta(0))
    await fresh(world, control)
    control.helpers = {one["queue"]: helped_by(side, one) for one in (side.ids, side.walled)}
    before = (await side.admin.get("/settings/indicators")).json
    wanted = {**before, "minutes": 60, "bounds": {"service_level": {"red": 1.0}}}
    assert (await side.admin.send("PUT", "/settings/indicators", wanted)).status == 200
    try:
        calm_by_time = in_trouble(side, side.ids, waited=1, red_after=None)
        await control.change(side.tenant_id, queues=[calm_by_time, calm(side, side.walled)])

        async def there() -> bool:
            return queue in await opened(side)

        async with watching(bus, database):
            await until(there, "the queue in which somebody waits has a suggestion")
            found = await opened(side)
            assert found[queue]["kind"] == "service_level"
            assert 0 <= found[queue]["figures"]["service_level"] < 1
            assert walled not in found, "nobody waits there"
    finally:
        await side.admin.send("PUT", "/settings/indicators", before)


async def test_two_who_apply_at_once_apply_it_once(world: World, control: CallControl, database: Database) -> None:
    side = world.a
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids)])
    made = await add(side, database, side.ids)
    body = {"agent_ids": [side.ids["agent"]], "minutes": 45}
    before, path = len(control.commands), f"/queue-suggestions/{made}"
    boss = side.clients["supervisor"]
    async with reading(boss) as told:
        answers = await asyncio.gather(boss.post(f"{path}/apply", body), side.admin.post(f"{path}/apply", body))
        await told.next("alarms")
    assert [one.status for one in answers] == [200, 200], [one.text for one in answers]
    first, second = (one.json["applied"] for one in answers)
    assert (first["by"], first["at"]) == (second["by"], second["at"])
    (command,) = control.commands[before:]
    assert (command["kind"], command["agent_ids"]) == ("adjustments.give", [side.ids["agent"]])
    assert command["changes"] == [["skill", side.ids["skill"], 3]]
    lasts = datetime.fromisoformat(command["until_at"]) - datetime.fromisoformat(first["at"])
    assert lasts == timedelta(minutes=45)
    assert first["before"]["waiting"] == 2
    assert first["before"]["longest_wait_seconds"] >= 200
    assert made not in {one["id"] for one in await listed(side, "supervisor", applied="false")}
    newest = (await listed(side, "supervisor", applied="true"))[0]
    assert (newest["id"], newest["applied"]["after"]) == (made, None)
    for _ in range(2):
        undone = await boss.post(f"{path}/undo", {})
        assert undone.status == 200, undone.text
        assert undone.json["applied"]["undone_by_name"]


async def test_what_another_one_has_made_untrue_is_not_applied(
    world: World, control: CallControl, database: Database
) -> None:
    """Both projects' queues would take somebody from the same queue."""
    side, now = world.a, datetime.now(UTC)
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids)])
    made = await add(side, database, side.ids, now - timedelta(seconds=5))
    by = UUID(side.walled["person"])
    done = {"applied_at": now, "applied_by": by, "until_at": now, "agent_ids": [UUID(side.walled["agent"])]}
    await add(side, database, side.walled, now - timedelta(seconds=5), **done)
    path, body = f"/queue-suggestions/{made}/apply", {"agent_ids": [side.ids["agent"]]}
    refused = await side.clients["supervisor"].post(path, body)
    assert (refused.status, refused.code) == (409, "suggestion_outdated")
    again = await add(side, database, side.ids)
    assert (await side.clients["supervisor"].post(f"/queue-suggestions/{again}/apply", body)).status == 200


async def test_of_two_at_once_that_concern_the_same_queue_one_is_applied(
    world: World, control: CallControl, database: Database
) -> None:
    side = world.a
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids), in_trouble(side, side.walled)])
    made = [(await add(side, database, ids), ids["agent"]) for ids in (side.ids, side.walled)]
    asked = (side.admin.post(f"/queue-suggestions/{one}/apply", {"agent_ids": [agent]}) for one, agent in made)
    answers = await asyncio.gather(*asked)
    assert sorted(one.status for one in answers) == [200, 409], [one.text for one in answers]


async def test_what_is_done_in_part_stands_in_the_history(
    world: World, control: CallControl, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, refusal = world.a, {"ok": False, "error": {"code": "unavailable", "message": "error.runtime_away"}}
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids)])
    first, second = side.ids["agent"], side.walled["agent"]
    (helper,) = helped_by(side, side.ids)["helpers"]
    both = [helper, helper | {"agent_id": second, "level": 4}]
    path = f"/queue-suggestions/{await add(side, database, side.ids, helpers=both)}"

    def only_once(_: dict[str, Any]) -> dict[str, Any]:
        control.refuse = refusal
        return {}

    try:
        control.refuse = refusal
        refused = await side.admin.post(f"{path}/apply", {"agent_ids": [first, second]})
        assert refused.status == 503, refused.text
        control.refuse = None
        monkeypatch.setattr(control, "_told", only_once)
        done = await side.admin.post(f"{path}/apply", {"agent_ids": [first, second]})
    finally:
        control.refuse = None
    assert done.status == 200, done.text
    assert done.json["applied"]["agent_ids"] == [first]
    assert [one["changes"][0][2] for one in control.commands[-2:]] == [3, 4]
    assert (await side.admin.post(f"{path}/undo", {})).json["applied"]["undone_at"]


async def test_what_nobody_renewed_is_gone(world: World, control: CallControl, database: Database) -> None:
    side = world.a
    await fresh(world, control)
    made = await add(side, database, side.ids, datetime.now(UTC) - timedelta(seconds=61))
    assert side.ids["queue"] not in await opened(side)
    refused = await side.admin.post(f"/queue-suggestions/{made}/apply", {"agent_ids": [side.ids["agent"]]})
    assert (refused.status, refused.code) == (409, "suggestion_outdated")


async def test_undoing_ends_what_it_gave(
    world: World, control: CallControl, database: Database, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    side, given = world.a, new_id()
    await fresh(world, control)
    now = datetime.now(UTC)
    ids = [UUID(side.ids[name]) for name in ("agent", "skill", "person")]
    async with ledger.acquire() as connection:
        await connection.execute(
            "INSERT INTO adjustment (tenant_id, id, agent_id, subject, level, given_by, given_at)"
            " VALUES ($1, $2, $3, $4::uuid::text, 3, $5, $6)",
            *(UUID(side.tenant_id), given, *ids, now),
        )
    done = {"applied_at": now, "applied_by": ids[2], "until_at": now + timedelta(hours=1), "given": [given, new_id()]}
    made = await add(side, database, side.ids, agent_ids=[ids[0]], **done)
    assert (await side.clients["supervisor"].post(f"/queue-suggestions/{made}/undo", {})).status == 200
    command = control.commands[-1]
    assert (command["kind"], command["ids"]) == ("adjustments.end", [str(given)]), (
        "and not of the one whose agent is gone"
    )
    async with ledger.acquire() as connection:
        await connection.execute("DELETE FROM adjustment WHERE tenant_id = $1 AND id = $2", UUID(side.tenant_id), given)


async def test_what_cannot_be_is_refused(world: World, control: CallControl, database: Database) -> None:
    side, boss = world.a, world.a.clients["supervisor"]
    await fresh(world, control)
    made = await add(side, database, side.ids)
    path, agent = f"/queue-suggestions/{made}", side.ids["agent"]
    before = len(control.commands)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"agent_ids": []}, "agent_ids"),
        ({"agent_ids": [agent], "minutes": 0}, "minutes"),
        ({"agent_ids": [agent], "minutes": 721}, "minutes"),
        ({"agent_ids": [side.walled["agent"]]}, "agent_ids"),
        ({"agent_ids": [agent, side.walled["agent"]]}, "agent_ids"),
        ({"agent_ids": [world.b.ids["agent"]]}, "agent_ids"),
    ]
    for body, field in wrong:
        answer = await boss.post(f"{path}/apply", body)
        assert (answer.status, answer.json["error"]["field"]) == (422, field), answer.text
    assert (await boss.post(f"{path}/undo", {})).code == "not_applied"
    assert (await side.clients["agent"].post(f"{path}/apply", {"agent_ids": [agent]})).status == 403
    await control.change(side.tenant_id, agents=[agent_record(side, side.ids, "not_ready")])
    gone = await boss.post(f"{path}/apply", {"agent_ids": [agent]})
    assert (gone.status, gone.code) == (409, "helper_gone")
    walled = await add(side, database, side.walled)
    there = {"agent_ids": [side.walled["agent"]]}
    for act, body in (("apply", there), ("undo", {})):
        assert (await boss.post(f"/queue-suggestions/{walled}/{act}", body)).status == 404
    assert len(control.commands) == before, "nothing was done"


async def test_what_became_of_the_queue_is_kept(
    world: World, control: CallControl, bus: Bus, database: Database
) -> None:
    side = world.a
    await fresh(world, control)
    await control.change(side.tenant_id, queues=[in_trouble(side, side.ids, waited=15, waiting=1)])
    ago = datetime.now(UTC) - timedelta(minutes=11)
    by = UUID(side.ids["person"])
    done = {"applied_at": ago, "applied_by": by, "until_at": ago + timedelta(hours=1)}
    made = await add(side, database, side.ids, ago, agent_ids=[UUID(side.ids["agent"])], before=FIGURES, **done)

    async def measured() -> bool:
        (one,) = [one for one in await listed(side, "supervisor", applied="true") if one["id"] == made]
        after = one["applied"]["after"]
        return after is not None and after["waiting"] == 1 and after["longest_wait_seconds"] >= 15

    async with watching(bus, database):
        await until(measured, "the queue was looked at again")


async def test_who_may_be_called_in(world: World, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]) -> None:
    side, boss = world.a, world.a.clients["supervisor"]
    await fresh(world, control)
    agent, path = side.ids["agent"], f"/queues/{side.ids['queue']}/absent-agents"
    assert (await boss.get(path)).json == [], "who is there need not be called"
    elsewhere = agent_record(side, side.walled, "logged_out")
    await control.change(side.tenant_id, agents=[agent_record(side, side.ids, "logged_out"), elsewhere])
    (one,) = (await boss.get(path)).json
    assert (one["id"], one["usually"], one["weeks"]) == (agent, 0, 4)
    began = datetime.now(UTC) - timedelta(weeks=2, minutes=10)
    states = [(-2, began, "available"), (-1, began + timedelta(hours=1), "logged_out")]
    async with ledger.acquire() as connection:  # long before the ledger's first event, and so not projected
        await connection.executemany(
            "INSERT INTO ledger_event (tenant_id, seq, at, kind, agent_id, data)"
            " VALUES ($1, $2, $3, 'agent.state', $4, $5)",
            [(UUID(side.tenant_id), seq, at, UUID(agent), {"state": state}) for seq, at, state in states],
        )
    (one,) = (await boss.get(path)).json
    assert one["usually"] == 1
    assert (await boss.get(f"/queues/{side.walled['queue']}/absent-agents")).status == 404
    assert (await boss.get(f"/queues/{world.b.ids['queue']}/absent-agents")).status == 404
