"""A change of the set-up on the tenant's own history: asked for by the API, run as `jobs` runs it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.app.jobs.projector import Projector
from hujiao.app.jobs.trials import Trials
from hujiao.calls.numbers import canonical
from hujiao.kit.db import Database
from hujiao.kit.faults import Faults
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.routing import trials
from hujiao.routing.contracts import Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.models import RoutingTrial
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.day import Day
from hujiao.routing.simulation.history import Missed
from hujiao.routing.simulation.plan import Familiar, Load, Plan, Shift
from hujiao.routing.simulation.run import simulate
from tests.conftest import Started, until
from tests.integration.client import Client
from tests.integration.world import PASSWORD, World

DAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # in Shanghai
OPENS, CLOSES = 9 * 3600.0, 13 * 3600.0
RINGING = 3.0
MISSED_EACH = 10  # of so many calls one was not answered by the first agent


@dataclass(frozen=True)
class Company:
    tenant_id: UUID
    admin: Client
    queue: str
    agents: list[str]
    day: Day
    ledger: asyncpg.Pool[asyncpg.Record]

    def body(self, **more: Any) -> dict[str, Any]:
        return {"from": DAY.isoformat(), "to": DAY.isoformat(), "queue_id": self.queue, **more}


def lived(queue: UUID, skill: UUID, agents: list[UUID]) -> Day:
    """A morning as it was: 80 calls an hour, and agents for most of them. The same one whatever the queue's id is."""
    need = Requirement(skills=((skill, 1),))
    made = Setup(
        queues={queue: RoutingQueue(id=queue, rings=(Ring(who=(need,)),))},
        agents={agent: RoutingAgent(id=agent, skills=((skill, 5),)) for agent in agents},
    )
    load = Load(
        Rate(80.0), Time("lognormal", 150.0, 0.7), None, Time("exponential", 120.0), ringing=Time("fixed", RINGING)
    )
    shifts = tuple(Shift(agent, 0.0, CLOSES - OPENS) for agent in agents)
    return simulate(Plan(made, {queue: load}, shifts, CLOSES - OPENS, names={queue: "sales"}), 11)


async def write(ledger: asyncpg.Pool[asyncpg.Record], tenant_id: UUID, agents: list[str], day: Day) -> None:
    events: list[tuple[datetime, str, UUID | None, UUID | None, dict[str, Any]]] = []
    at = MIDNIGHT + timedelta(seconds=OPENS)
    for agent in agents:
        events.append((at, "agent.state", None, UUID(agent), {"state": "available", "previous": "logged_out"}))
        gone = at + timedelta(seconds=CLOSES - OPENS)
        events.append((gone, "agent.state", None, UUID(agent), {"state": "logged_out", "previous": "available"}))
    over = {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"}
    for number, call in enumerate(day.calls):
        interaction, came = new_id(), at + timedelta(seconds=call.arrived_at)
        left = came + timedelta(seconds=call.wait)
        known = {"queue_id": call.queue_id, "outcome": call.outcome, "wait_seconds": call.wait}
        caller = f"1380{number % 50:03}"
        known_as = {"caller": caller, "caller_key": canonical(caller, "CN")}
        started = {"medium": "voice", "direction": "inbound", **known_as, "called": "10010"}
        events.append((came, "interaction.started", interaction, None, started))
        events.append((came, "queue.entered", interaction, None, {"queue_id": call.queue_id}))
        events.append((left, "queue.left", interaction, None, known))
        if call.agent_id:
            if number % MISSED_EACH == 0:
                missed = {"queue_id": call.queue_id, "reason": "no_answer", "ring_seconds": 15.0}
                events.append((came, "offer.missed", interaction, call.agent_id, missed))
                not_theirs = {**missed, "reason": "caller_gone"}
                events.append((came, "offer.missed", interaction, call.agent_id, not_theirs))
            talk = call.took - RINGING
            connected = {"queue_id": call.queue_id, "ring_seconds": RINGING}
            events.append((left, "agent.connected", interaction, call.agent_id, connected))
            left += timedelta(seconds=talk)
            ended = {"queue_id": call.queue_id, "by": "customer", "talk_seconds": talk, "hold_seconds": 0}
            events.append((left, "agent.disconnected", interaction, call.agent_id, ended))
        events.append((left, "interaction.ended", interaction, None, over))
    events.sort(key=lambda event: event[0])
    async with ledger.acquire() as connection:
        await connection.executemany(
            "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                (tenant_id, seq, moment, kind, interaction, agent, msgspec.json.encode(data).decode())
                for seq, (moment, kind, interaction, agent, data) in enumerate(events, 1)
            ],
        )


@pytest.fixture(scope="module")
async def company(world: World, ledger: asyncpg.Pool[asyncpg.Record], api: str) -> AsyncIterator[Company]:
    tenant = await world.operator.made(
        "/platform/tenants",
        {
            "slug": "history",
            "name": "History",
            "language": "en",
            "time_zone": "Asia/Shanghai",
            "administrator": {"login": "admin", "name": "Admin", "password": PASSWORD},
        },
    )
    async with Client(api) as admin:
        await admin.sign_in("history", "admin", PASSWORD)
        skill = (await admin.made("/skills", {"name": "sales"}))["id"]
        project = (await admin.get("/projects")).json["items"][0]["id"]
        business = (await admin.get("/businesses")).json["items"][0]["id"]
        queue = await admin.made(
            "/queues",
            {"name": "sales", "project_id": project, "business_id": business, "skills": [{"skill_id": skill}]},
        )
        agents = []
        for number in range(4):
            agent = {"number": f"70{number}", "skills": [{"skill_id": skill, "proficiency": 5}]}
            person = {"login": f"agent{number}", "name": "A", "role": "agent", "password": PASSWORD, "agent": agent}
            agents.append((await admin.made("/people", person))["agent"]["id"])
        day = lived(UUID(queue["id"]), UUID(skill), [UUID(agent) for agent in agents])
        await write(ledger, UUID(tenant["id"]), agents, day)
        await Projector(ledger).catch_up()
        yield Company(UUID(tenant["id"]), admin, queue["id"], agents, day, ledger)


async def all_done(runner: Trials) -> None:
    while await runner.next():
        pass


async def tried(company: Company, database: Database, **more: Any) -> dict[str, Any]:
    begun = await company.admin.made("/routing/trials", company.body(**more))
    assert (begun["state"], begun["result"]) == ("queued", None)
    await all_done(Trials(database, company.ledger))
    found: dict[str, Any] = (await company.admin.get(f"/routing/trials/{begun['id']}")).json
    return found


async def test_the_present_set_up_is_shown_to_be_true_and_the_change_beside_it(
    company: Company, database: Database
) -> None:
    """With the draft nobody may serve the queue."""
    nobody = {"skills": [], "routing": {}}
    found = await tried(company, database, queues=[{"queue_id": company.queue, **nobody}])
    assert (found["state"], found["problem"]) == ("done", None)
    result = found["result"]
    assert result["callers"] == len(company.day.calls) and result["agents"] == 4
    beside = result["calibration"]["all"]
    assert beside["agrees"] and beside["offered"]["real"] == len(company.day.calls)
    assert beside["offered"]["simulated"] == {"mean": len(company.day.calls), "half": 0.0}
    answered = sum(call.outcome == "answered" for call in company.day.calls)
    assert beside["answered"]["real"] == answered
    change = result["queues"][company.queue]["answered"]
    assert change["after"]["mean"] == 0 and change["difference"]["mean"] < -0.5 * answered
    assert result["course"]["step_seconds"] == 1800 and len(result["course"]["before"]) == 48
    # Nothing was saved.
    assert (await company.admin.get(f"/queues/{company.queue}")).json["skills"]


async def test_more_agents_and_more_callers(company: Company, database: Database) -> None:
    found = (await tried(company, database, more_agents=2, load_percent=120))["result"]
    assert found["calibration"]["all"]["agrees"]  # of the days as they were, not of the greater load
    level = found["all"]["service_level"]
    assert level["difference"]["mean"] - level["difference"]["half"] > 0
    offered = found["all"]["offered"]
    assert offered["before"]["mean"] == pytest.approx(1.2 * len(company.day.calls), rel=0.05)
    assert offered["difference"] == {"mean": 0.0, "half": 0.0}
    assert found["occupancy"]["mean"]["difference"]["mean"] < 0


async def test_closed_hours_of_the_days_that_were(company: Company, database: Database) -> None:
    """The draft closes the queue at eleven and passes everybody on from then: only who came before is answered."""
    mornings = [{"start": "00:00", "end": "11:00"}]
    hours = await company.admin.made("/hours", {"name": "mornings", "weekly": [mornings] * 7})
    routing = {"hours_id": hours["id"], "overflow": [{"when": "outside_hours", "to": "voicemail"}]}
    found = await tried(company, database, queues=[{"queue_id": company.queue, "routing": routing}])
    late = sum(call.arrived_at > 2 * 3600 for call in company.day.calls)
    passed_on = found["result"]["queues"][company.queue]["redirected"]
    assert passed_on["before"]["mean"] == 0
    assert passed_on["after"]["mean"] == pytest.approx(late, rel=0.15)


async def test_too_little_history_is_told(company: Company, database: Database) -> None:
    found = await tried(company, database, **{"from": "2026-02-01", "to": "2026-02-03"})
    assert found["state"] == "failed"
    assert found["problem"].startswith("Too little happened on these days: 0 calls were answered")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": "2026-03-03"}, "to"),
        ({"to": "2026-03-20"}, "to"),
        ({"from": "2199-01-01", "to": "2199-01-01"}, "to"),
        ({"from": "2400-01-01", "to": "2400-01-01"}, "from"),
        ({"queues": [{"queue_id": str(new_id())}]}, "queues.0.queue_id"),
        ({"agents": [{"agent_id": str(new_id()), "skills": []}]}, "agents.0.agent_id"),
        ({"policy": {"agent_order": [{"kind": "expression", "expression": "1 +"}]}}, "policy.agent_order.0.expression"),
        ({"load_percent": 1000}, "load_percent"),
    ],
)
async def test_a_wrong_trial_is_refused_with_its_field(company: Company, change: dict[str, Any], field: str) -> None:
    answer = await company.admin.post("/routing/trials", company.body(**change))
    assert (answer.status, answer.json["error"]["field"]) == (422, field)


async def test_a_wrong_draft_is_refused_as_when_it_is_saved(company: Company) -> None:
    rule = {"when": "waited", "over": 30, "to": "queue", "target": company.queue}
    draft = {"queue_id": company.queue, "routing": {"overflow": [rule]}}
    answer = await company.admin.post("/routing/trials", company.body(queues=[draft]))
    assert answer.status == 422
    assert answer.json["error"]["field"] == "queues.0.routing.overflow.0.target"


async def test_who_begins_another_one_cancels_the_last(company: Company, database: Database) -> None:
    first = await company.admin.made("/routing/trials", company.body())
    second = await company.admin.made("/routing/trials", company.body())
    assert (await company.admin.get(f"/routing/trials/{first['id']}")).json["state"] == "cancelled"
    assert (await company.admin.send("DELETE", f"/routing/trials/{second['id']}")).status == 204
    await all_done(Trials(database, company.ledger))
    assert (await company.admin.get(f"/routing/trials/{second['id']}")).json["state"] == "cancelled"


async def test_a_running_one_that_is_cancelled_ends(
    company: Company, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled while it runs: the process is ended, and nothing comes out."""
    begun = await company.admin.made("/routing/trials", company.body())
    runner = Trials(database, company.ledger)
    prepared = runner._prepared

    async def cancelled_meanwhile(*arguments: Any) -> Any:
        trial = await prepared(*arguments)
        assert (await company.admin.get(f"/routing/trials/{begun['id']}")).json["state"] == "running"
        assert (await company.admin.send("DELETE", f"/routing/trials/{begun['id']}")).status == 204
        return trial

    monkeypatch.setattr(runner, "_prepared", cancelled_meanwhile)
    assert await runner.next()
    found = (await company.admin.get(f"/routing/trials/{begun['id']}")).json
    assert (found["state"], found["result"]) == ("cancelled", None)
    assert not await runner.next()


async def test_what_agents_missed_and_whom_callers_know_is_read_from_the_days(
    company: Company, database: Database
) -> None:
    await company.admin.made("/customers", {"contact_points": [{"value": "1380007"}], "agent_id": company.agents[2]})
    queue, begins = UUID(company.queue), MIDNIGHT + timedelta(seconds=OPENS + 2 * 3600)
    async with database.tenant(company.tenant_id) as session:
        found, gone = await trials.history(session, [queue], begins, begins + timedelta(days=1), 1)
        earlier, _ = await trials.history(session, [queue], MIDNIGHT, MIDNIGHT + timedelta(days=1), 1)
    assert not gone
    answered = [number for number, call in enumerate(company.day.calls) if call.agent_id]
    assert earlier.missed == tuple(Missed(queue, 15.0) for number in answered if number % MISSED_EACH == 0)
    assert earlier.familiar == Familiar({canonical("1380007", "CN"): UUID(company.agents[2])}, {})
    first = {
        number: call for number, call in enumerate(company.day.calls) if call.agent_id and call.arrived_at < 2 * 3600
    }
    came = {one.who for one in found.entered}
    keys = {number: canonical(f"1380{number % 50:03}", "CN") for number in first}
    last = {keys[number]: call for number, call in first.items() if call.arrived_at + call.wait < 2 * 3600}
    assert {who: agent for who, (agent, _) in found.familiar.last.items()} == {
        who: call.agent_id for who, call in last.items() if who in came
    }
    for who, (_, at) in found.familiar.last.items():
        assert at == pytest.approx(last[who].arrived_at + last[who].wait - 2 * 3600)


async def test_a_trial_that_cannot_be_read_fails_alone(company: Company, database: Database) -> None:
    torn = await company.admin.made("/routing/trials", company.body())
    async with database.tenant(company.tenant_id) as session:
        row = (await session.scalars(select(RoutingTrial).where(RoutingTrial.id == UUID(torn["id"])))).one()
        row.request = {"queues": 5}
    faults = Faults()
    await all_done(Trials(database, company.ledger, faults))
    async with database.tenant(company.tenant_id) as session:
        state = await session.scalar(select(RoutingTrial.state).where(RoutingTrial.id == UUID(torn["id"])))
    assert (state, faults.report()) == ("failed", [])


async def test_a_tenant_whose_trials_cannot_be_claimed_holds_up_no_other(
    company: Company, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is the first; it is looked at again after its pause."""
    begun = await company.admin.made("/routing/trials", company.body(**{"from": "2026-02-01", "to": "2026-02-03"}))
    whole, faults, looked = trials.unfinished, Faults(lambda: datetime(2026, 3, 3, tzinfo=UTC)), []

    async def torn(session: AsyncSession, *arguments: Any) -> Any:
        tenant_id = await session.scalar(text("SELECT current_setting('hujiao.tenant')"))
        if tenant_id == str(company.tenant_id):
            return await whole(session, *arguments)
        looked.append(tenant_id)
        return await session.scalar(text("SELECT 1 / 0"))

    monkeypatch.setattr(trials, "unfinished", torn)
    runner = Trials(database, company.ledger, faults)
    for _ in range(3):
        await runner.next()
    assert (await company.admin.get(f"/routing/trials/{begun['id']}")).json["state"] == "failed"
    assert {fault["tenant_id"] for fault in faults.report()} == set(looked)
    assert len(looked) == 2 * len(set(looked)), "the second failure in a row has a pause"


ALONE = """
import asyncio
from hujiao.app.jobs.trials import Trials
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.settings import load
async def run(settings):
    database = Database(make_engine(settings.database_url, pool_size=2))
    await Trials(database, await ledger_pool(settings.database_ledger_url)).run()
asyncio.run(run(load()))
"""


async def test_a_trial_whose_process_is_killed_is_taken_up_again_by_the_next(
    company: Company, database: Database, settings: Settings
) -> None:
    """Killed in the middle of the simulation; for as long as it lives, nobody else begins it."""
    begun = await company.admin.made("/routing/trials", company.body(load_percent=200))

    async def now() -> dict[str, Any]:
        found: dict[str, Any] = (await company.admin.get(f"/routing/trials/{begun['id']}")).json
        return found

    async def is_under_way() -> bool:
        return bool((await now())["done"])

    first = Started((sys.executable, "-c", ALONE), settings.logs / "trials.log")
    try:
        await until(is_under_way, "a trial that is running")
        assert not await Trials(database, company.ledger).next()
    finally:
        first.process.kill()
        first.process.wait(30)
    left = await now()
    assert left["state"] == "running" and left["done"] < left["total"]

    second = Started((sys.executable, "-c", ALONE), settings.logs / "trials.log")
    try:
        async with asyncio.timeout(300):
            while (await now())["state"] == "running":
                await asyncio.sleep(0.1)
    finally:
        second.stop()
    done = await now()
    assert (done["state"], done["problem"]) == ("done", None)
    assert done["result"]["callers"] == len(company.day.calls)
