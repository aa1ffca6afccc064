"""Trials of a routing set-up: what happened is read here, and simulated in a process of its own, one at a time.

The row says how far it is and whether it is still wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.app.jobs.of_tenants import TenantJobs, Wanted
from hujiao.app.jobs.simulating import simulating
from hujiao.app.runtime import config as runtime_config
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.hours.contracts import Schedule
from hujiao.hours.schedule import next_change, open_at
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, HujiaoError, Unavailable
from hujiao.kit.jobs import Connection
from hujiao.routing import service as routing
from hujiao.routing import trials
from hujiao.routing.contracts import QueueRouting
from hujiao.routing.simulation import history as learning
from hujiao.routing.simulation.compare import Trial
from hujiao.routing.trial_views import TrialIn
from hujiao.tenancy import service as tenancy

WORK = "trials"  # what its faults are written down under
NOTE_SECONDS = 1.0
LONGEST_SECONDS = 300.0
CALLERS_IN_ALL = 200_000  # of each set-up, over all runs
RUNS = (5, 20)


class Trials(TenantJobs):
    name = WORK

    async def unfinished(self, session: AsyncSession, but: Collection[UUID]) -> UUID | None:
        return await trials.unfinished(session, but)

    async def do(self, job: Wanted, connection: Connection) -> bool:
        async with self._database.tenant(job.tenant_id) as session:
            request = await trials.begin(session, job.id)
        if request is None:
            return False
        self._turn = job.tenant_id
        try:
            trial, known = await self._prepared(job.tenant_id, TrialIn.model_validate(request))
            answer = await self._simulated(job.tenant_id, job.id, trial)
        except HujiaoError as problem:  # there is too little to go by, say: that is an answer
            await self._fail(job, problem)
            return True
        if answer is not None:
            await self._finish(job.tenant_id, job.id, answer, known)
        return answer is not None

    async def note(self, job: Wanted, error: Exception, connection: Connection, *, last: bool) -> None:
        await self._fail(job, Unavailable("error.trial_broke_off"))

    async def _fail(self, job: Wanted, problem: HujiaoError) -> None:
        async with self._database.tenant(job.tenant_id) as session:
            await trials.fail(session, job.id, problem)

    async def _finish(self, tenant_id: UUID, trial_id: UUID, answer: dict[str, Any], known: dict[str, Any]) -> None:
        notes = known.pop("notes")
        if answer["failed_expressions"]:
            notes.append({"kind": "expression_failed", "count": len(answer["failed_expressions"])})
        async with self._database.tenant(tenant_id) as session:
            await trials.finish(session, trial_id, {**answer["result"], **known, "notes": notes})

    async def _prepared(self, tenant_id: UUID, wanted: TrialIn) -> tuple[Trial, dict[str, Any]]:
        config = await runtime_config.load(self._database, tenant_id)
        async with self._database.tenant(tenant_id) as session:
            facts = await tenancy.facts(session, tenant_id)
            assert facts is not None
            since, until = trials.span(wanted, facts.time_zone, utc_now())
            used = (*config.queue_routing.values(), *drafted(config, wanted).queue_routing.values())
            days = max((one.last_agent_days for one in used if one.last_agent_seconds), default=0)
            history, gone = await trials.history(session, config.queues, since, until, days)
        return prepare(config, wanted, history, gone, since)

    async def _simulated(self, tenant_id: UUID, trial_id: UUID, trial: Trial) -> dict[str, Any] | None:
        """What came out; nothing when it was cancelled."""
        try:
            async with asyncio.timeout(LONGEST_SECONDS), simulating(trial) as lines:
                return await self._followed(lines, tenant_id, trial_id)
        except TimeoutError:
            raise Unavailable("error.trial_too_long") from None
        except (BrokenPipeError, ConnectionResetError, EOFError):
            raise Unavailable("error.trial_broke_off") from None

    async def _followed(self, lines: asyncio.StreamReader, tenant_id: UUID, trial_id: UUID) -> dict[str, Any] | None:
        done, total = 0, 0
        line = asyncio.create_task(lines.readline())
        try:
            while True:
                await asyncio.wait([line], timeout=NOTE_SECONDS)
                if line.done():
                    if not line.result():
                        raise EOFError
                    said: dict[str, Any] = msgspec.json.decode(line.result())
                    if "result" in said:
                        return said
                    done, total = said["done"], said["total"]
                    line = asyncio.create_task(lines.readline())
                async with self._database.tenant(tenant_id) as session:
                    if not await trials.go_on(session, trial_id, done, total):
                        return None
        finally:
            line.cancel()


def prepare(
    config: TenantConfig, wanted: TrialIn, history: learning.History, gone: set[UUID], since: datetime
) -> tuple[Trial, dict[str, Any]]:
    """What to simulate, and what is known beforehand. `BadField` when there is too little to go by."""
    if not learning.enough(history):
        detail = {"answered": len(history.handled), "fewest": learning.FEWEST_ANSWERED}
        raise BadField("error.too_little_history", detail=detail)
    factor = wanted.load_percent / 100
    learnt = learning.learn(history, config.queues)
    more = learnt if factor == 1.0 else learning.learn(history, config.queues, factor)
    then = drafted(config, wanted)
    setup, shifts, added = then.routing(), history.shifts, 0
    if wanted.more_agents:
        setup, shifts, added = learning.staffed(setup, shifts, wanted.queue_id, wanted.more_agents)
    callers = sum(not one.passed_on for one in history.entered)
    present = config.routing(), _overflow(config), None, _closed(config, since, history.length), config.queue_routing
    trial = Trial(
        was=learning.plan(history, learnt, *present),
        now=None if factor == 1.0 else learning.plan(history, more, *present),
        then=learning.plan(
            history, more, setup, _overflow(then), shifts, _closed(then, since, history.length), then.queue_routing
        ),
        real=history.entered,
        runs=min(RUNS[1], max(RUNS[0], CALLERS_IN_ALL // max(1, round(callers * max(1.0, factor))))),
        watched=wanted.queue_id,
    )
    known = {
        "callers": callers,
        "agents": len({shift.agent_id for shift in history.shifts}),
        "notes": _notes(learnt, gone, wanted.more_agents - added),
    }
    return trial, known


def drafted(config: TenantConfig, wanted: TrialIn) -> TenantConfig:
    """The tenant's configuration with the change."""
    queues, queue_routing, agents = dict(config.queues), dict(config.queue_routing), dict(config.agents)
    for draft in wanted.queues:
        queue = queues.get(draft.queue_id)
        if queue and draft.routing is not None:
            queue_routing[queue.id] = routing.queue_settings(draft.routing)
        if queue and draft.skills is not None:
            queues[queue.id] = replace(queue, skills={skill.skill_id: skill.level for skill in draft.skills})
    for change in wanted.agents:
        if change.agent_id in agents:
            skills = {skill.skill_id: skill.proficiency for skill in change.skills}
            agents[change.agent_id] = replace(agents[change.agent_id], skills=skills)
    policy = routing.policy_settings(wanted.policy) if wanted.policy else config.routing_policy
    return replace(config, queues=queues, queue_routing=queue_routing, agents=agents, routing_policy=policy)


def _overflow(config: TenantConfig) -> dict[UUID, Any]:
    return {queue_id: (config.queue_routing.get(queue_id) or QueueRouting()).overflow for queue_id in config.queues}


def _closed(config: TenantConfig, since: datetime, length: float) -> dict[UUID, tuple[tuple[float, float], ...]]:
    """When each queue's hours were closed; a switch by hand is of today."""
    found = {}
    for queue_id, own in config.queue_routing.items():
        schedule = config.hours.get(own.hours_id) if own.hours_id else None
        if schedule:
            found[queue_id] = tuple(_stretches(replace(schedule, switch=None), since, length))
    return found


def _stretches(schedule: Schedule, since: datetime, length: float) -> Iterator[tuple[float, float]]:
    at, moment = 0.0, since
    while at < length:
        change = next_change(schedule, moment)
        until = min(length, (change - since).total_seconds()) if change else length
        if not open_at(schedule, moment):
            yield at, until
        at, moment = until, change or moment


def _notes(learnt: learning.Learnt, gone: set[UUID], missing: int) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = []
    if learnt.pooled_handle:
        notes.append({"kind": "handle_of_all", "queue_ids": learnt.pooled_handle})
    if learnt.pooled_patience:
        notes.append({"kind": "patience_of_all", "queue_ids": learnt.pooled_patience})
    if all(load.patience is None for load in learnt.loads.values()):
        notes.append({"kind": "nobody_gives_up"})
    if gone:
        notes.append({"kind": "agents_gone", "count": len(gone)})
    if missing:
        notes.append({"kind": "fewer_agents", "count": abs(missing)})
    return notes
