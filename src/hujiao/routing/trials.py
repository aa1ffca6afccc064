"""Trials: a change of the set-up, simulated on the tenant's own history. `jobs` runs them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.customers import service as customers
from hujiao.identity.contracts import Principal
from hujiao.interactions import service as interactions
from hujiao.interactions.facts import LedgerEntry
from hujiao.kit import i18n
from hujiao.kit.catalogue import flush
from hujiao.kit.errors import BadField, HujiaoError, NotFound
from hujiao.kit.ids import new_id
from hujiao.routing.models import RoutingTrial
from hujiao.routing.service import Routing
from hujiao.routing.simulation.history import Entered, Handled, History, Missed
from hujiao.routing.simulation.plan import Familiar, Shift
from hujiao.routing.trial_views import TrialIn, TrialResult, TrialView

LONGEST_DAYS = 7
MOST_STRETCHES = 100_000  # waits and talks
KEPT = timedelta(days=7)
UNFINISHED = ("queued", "running")
_NOT_TAKEN = frozenset(
    {"no_answer", "rejected", "unreachable", "no_sound"}
)  # not: who went, or was sent on, while it rang
_WORKING = frozenset({"available", "reserved", "engaged", "wrap_up"})


class Trials:
    """One tenant's trials; `routing` says what a valid set-up is."""

    def __init__(self, session: AsyncSession, who: Principal, routing: Routing) -> None:
        self.session = session
        self.who = who
        self.routing = routing

    async def begin(self, wanted: TrialIn, now: datetime, language: str) -> TrialView:
        """Checked as if it were saved. Whoever begins another one cancels their last."""
        today = now.astimezone(ZoneInfo(self.who.tenant_time_zone)).date()
        if wanted.to < wanted.from_:
            raise BadField("error.period", field="to")
        if (wanted.to - wanted.from_).days >= LONGEST_DAYS:
            raise BadField("error.period_long", field="to", detail={"days": LONGEST_DAYS})
        if wanted.to > today:
            raise BadField("error.day_to_come", field="to")
        await self._check(wanted)
        await self.session.execute(
            update(RoutingTrial)
            .where(RoutingTrial.account_id == self.who.account_id, RoutingTrial.state.in_(UNFINISHED))
            .values(state="cancelled")
        )
        row = RoutingTrial(
            id=new_id(),
            tenant_id=self.who.tenant_id,
            account_id=self.who.account_id,
            state="queued",
            request=wanted.model_dump(mode="json", by_alias=True),
            created_at=now,
            done=0,
            total=0,
        )
        self.session.add(row)
        await flush(self.session)
        return _view(row, language)

    async def get(self, trial_id: UUID, language: str) -> TrialView:
        return _view(await self._find(trial_id), language)

    async def cancel(self, trial_id: UUID) -> None:
        """What is finished stays as it is."""
        row = await self._find(trial_id)
        if row.state in UNFINISHED:
            row.state = "cancelled"

    async def _find(self, trial_id: UUID) -> RoutingTrial:
        row: RoutingTrial | None = await self.session.scalar(
            select(RoutingTrial).where(RoutingTrial.id == trial_id).with_for_update()
        )
        if row is None:
            raise NotFound("error.not_found")
        return row

    async def _check(self, wanted: TrialIn) -> None:
        known_queues = await self.routing.queues.ids()
        known_skills = await agents.skill_ids(self.session)
        known_agents = await agents.agent_ids(self.session)
        if wanted.queue_id and wanted.queue_id not in known_queues:
            raise BadField("error.unknown_reference", field="queue_id")
        for at, queue in enumerate(wanted.queues):
            if queue.queue_id not in known_queues:
                raise BadField("error.unknown_reference", field=f"queues.{at}.queue_id")
            if not {skill.skill_id for skill in queue.skills or ()} <= known_skills:
                raise BadField("error.unknown_reference", field=f"queues.{at}.skills")
            if queue.routing:
                with _inside(f"queues.{at}.routing"):
                    await self.routing.check_queue(queue.queue_id, queue.routing)
        if wanted.policy:
            with _inside("policy"):
                await self.routing.check_policy(wanted.policy)
        for at, agent in enumerate(wanted.agents):
            if agent.agent_id not in known_agents:
                raise BadField("error.unknown_reference", field=f"agents.{at}.agent_id")
            if not {skill.skill_id for skill in agent.skills} <= known_skills:
                raise BadField("error.unknown_reference", field=f"agents.{at}.skills")


@contextmanager
def _inside(field: str) -> Iterator[None]:
    """What is wrong there is wrong here."""
    try:
        yield
    except BadField as error:
        raise BadField(error.message, field=f"{field}.{error.field}", detail=error.detail) from error


def _view(row: RoutingTrial, language: str) -> TrialView:
    request = TrialIn.model_validate(row.request)
    problem = row.problem and i18n.translate(row.problem["message"], language, row.problem.get("detail"))
    return TrialView(
        id=row.id,
        state=row.state,
        from_=request.from_,
        to=request.to,
        done=row.done,
        total=row.total,
        created_at=row.created_at,
        problem=problem,
        result=TrialResult.model_validate(row.result) if row.result else None,
    )


# ── for who runs them ────────────────────────────────────────────────────────────────────────────────────────────────


async def unfinished(session: AsyncSession, but: Collection[UUID]) -> UUID | None:
    """The tenant's oldest that waits, or that was begun; without these."""
    found: UUID | None = await session.scalar(
        select(RoutingTrial.id)
        .where(RoutingTrial.state.in_(UNFINISHED), RoutingTrial.id.not_in(list(but)))
        .order_by(RoutingTrial.created_at)
        .limit(1)
    )
    return found


async def begin(session: AsyncSession, trial_id: UUID) -> dict[str, Any] | None:
    """The request of the one that runs from now on; None when nobody wants it any more."""
    request: dict[str, Any] | None = await session.scalar(
        update(RoutingTrial)
        .where(RoutingTrial.id == trial_id, RoutingTrial.state.in_(UNFINISHED))
        .values(state="running")
        .returning(RoutingTrial.request)
    )
    return request


async def go_on(session: AsyncSession, trial_id: UUID, done: int, total: int) -> bool:
    """Note how far it is; false when nobody wants it any more."""
    return await _change(session, trial_id, done=done, total=total)


async def finish(session: AsyncSession, trial_id: UUID, result: dict[str, Any]) -> None:
    await _change(session, trial_id, state="done", result=result)


async def fail(session: AsyncSession, trial_id: UUID, problem: HujiaoError) -> None:
    known = {"message": problem.message, "detail": problem.detail}
    await _change(session, trial_id, state="failed", problem=known)


async def purge(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(RoutingTrial).where(RoutingTrial.created_at < now - KEPT))


async def _change(session: AsyncSession, trial_id: UUID, **values: Any) -> bool:
    """Only of a running one: whoever cancelled it does not get it back."""
    changed = await session.execute(
        update(RoutingTrial)
        .where(RoutingTrial.id == trial_id, RoutingTrial.state == "running")
        .values(**values)
        .returning(RoutingTrial.id)
    )
    return changed.first() is not None


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────────


def span(wanted: TrialIn, time_zone: str, now: datetime) -> tuple[datetime, datetime]:
    """The days by the tenant's clock; today ends now."""
    zone = ZoneInfo(time_zone)
    begins = datetime.combine(wanted.from_, datetime.min.time(), zone).astimezone(UTC)
    ends = datetime.combine(wanted.to + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
    return begins, min(ends, now)


async def history(
    session: AsyncSession, queue_ids: Iterable[UUID], since: datetime, until: datetime, last_agent_days: int = 0
) -> tuple[History, set[UUID]]:
    """What the queues met and their agents did, and who of them is gone; who served callers in the days before, too."""
    found = await interactions.stretches(session, queue_ids, since, until, MOST_STRETCHES + 1)
    if len(found) > MOST_STRETCHES:
        raise BadField("error.too_much_history")
    entered = tuple(
        Entered(
            queue_id=one.queue_id,
            at=(one.started_at - since).total_seconds(),
            wait=one.seconds,
            outcome=one.outcome,
            grade=one.grade,
            passed_on=one.passed_on,
            who=one.caller,
            medium=one.medium,
        )
        for one in found
        if one.kind == "queue"
    )
    handled = tuple(
        Handled(one.queue_id, one.agent_id, one.ring_seconds, one.handle_seconds, one.medium)
        for one in found
        if one.kind == "agent" and one.agent_id
    )
    known = await agents.agent_ids(session)
    states = await interactions.agent_states(session, known, since, until)
    length = (until - since).total_seconds()
    missed = tuple(
        Missed(UUID(one.data["queue_id"]), float(one.data["ring_seconds"] or 0.0))
        for one in await interactions.missed_offers(session, known, since, until)
        if one.data.get("reason") in _NOT_TAKEN and one.data.get("queue_id")
    )
    familiar = await _familiar(session, {one.who for one in entered if one.who}, since, last_agent_days)
    made = History(length, entered, handled, shifts(states, since, length), missed, familiar)
    return made, {one.agent_id for one in handled} - known


async def _familiar(session: AsyncSession, callers: set[str], since: datetime, last_agent_days: int) -> Familiar:
    """The agents whom these callers know when it begins."""
    last: dict[str, tuple[UUID, float]] = {}
    if last_agent_days and callers:
        days = timedelta(days=last_agent_days)
        served = await interactions.last_served(session, sorted(callers), since - days, since)
        last = {who: (agent_id, (at - since).total_seconds()) for who, (agent_id, at) in served.items()}
    return Familiar(await customers.own_agents(session, callers), last)


def shifts(states: Mapping[UUID, Iterable[LedgerEntry]], since: datetime, length: float) -> tuple[Shift, ...]:
    """When each agent was available or had work; breaks are no part of it."""
    found = []
    for agent_id, changes in states.items():
        began: float | None = None
        for change in changes:
            at = max(0.0, (change.at - since).total_seconds())
            works = change.data.get("state") in _WORKING
            if works and began is None:
                began = at
            elif not works and began is not None:
                found.append(Shift(agent_id, began, at))
                began = None
        if began is not None:
            found.append(Shift(agent_id, began, length))
    return tuple(shift for shift in found if shift.ends > shift.begins)
