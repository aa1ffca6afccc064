"""Reading interactions: lists, one with all that happened, an agent's events; and the results that agents choose."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.calls import service as calls
from hujiao.interactions import repository, results, waiting
from hujiao.interactions.events import WITHHELD, InteractionMarkedMalicious, InteractionStarted
from hujiao.interactions.facts import LedgerEntry, Stretch
from hujiao.interactions.models import Disposition, Interaction, LedgerEvent
from hujiao.interactions.views import (
    DispositionIn,
    DispositionReport,
    DispositionView,
    EventView,
    InteractionFilter,
    InteractionView,
    MarkedBefore,
    OpenSummaries,
    SegmentView,
    Sight,
)
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.events import kind_of
from hujiao.kit.i18n import retold
from hujiao.kit.paging import ListQuery, Page
from hujiao.queues import service as queues

_BATCH = 1000
_TOLD_OTHERWISE = ("disposition_name", "summary_due")
_ROW_FIELDS = [
    name
    for name in InteractionView.model_fields
    if name in Interaction.__table__.columns and name not in _TOLD_OTHERWISE
]


# What a supervisor does in an agent's conversation is not told to agents.
SUPERVISION = "supervision."


class Dispositions(Catalogue[Disposition, DispositionIn, DispositionView]):
    """Results (话后小结) in a tree."""

    row, view = Disposition, DispositionView
    search, order = (Disposition.name,), (Disposition.position, Disposition.name)

    async def values(self, data: DispositionIn, row: Disposition | None) -> dict[str, Any]:
        above = data.parent_id
        while above is not None and row is not None:
            if above == row.id:
                raise BadField("error.disposition_loop", field="parent_id")
            above = (await self.find(above)).parent_id
        retired_at = (row and row.retired_at) or utc_now() if data.retired else None
        return {**data.model_dump(exclude={"retired"}), "retired_at": retired_at}

    async def show(self, rows: Sequence[Disposition]) -> list[DispositionView]:
        plain = set(DispositionView.model_fields) - {"retired"}
        return [
            DispositionView(retired=row.retired_at is not None, **{name: getattr(row, name) for name in plain})
            for row in rows
        ]

    async def every(self) -> list[DispositionView]:
        """The whole tree, in the order of its levels."""
        return await self.show((await self.session.scalars(select(Disposition).order_by(*self.order))).all())

    async def remove(self, row_id: UUID) -> None:
        await self.find(row_id)
        if await repository.disposition_used(self.session, row_id):
            raise Conflict("error.in_use", code="in_use", detail={"used_by": "interaction"})
        await super().remove(row_id)


class Interactions:
    def __init__(self, session: AsyncSession, sight: Sight) -> None:
        self.session = session
        self.sight = sight

    async def page(self, wanted: InteractionFilter, query: ListQuery) -> Page[InteractionView]:
        _check(wanted)
        rows, total = await repository.page(self.session, self.sight, wanted, query, await calls.home(self.session))
        items = await self._show(rows)
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    async def count(self, wanted: InteractionFilter, sort: str | None = None) -> int:
        """How many `every` would give, refused for what it would be refused for."""
        _check(wanted)
        repository.order(sort)
        home = await calls.home(self.session)
        return (await repository.page(self.session, self.sight, wanted, ListQuery(page_size=1), home))[1]

    async def every(self, wanted: InteractionFilter, sort: str | None, limit: int) -> AsyncIterator[InteractionView]:
        _check(wanted)
        home = await calls.home(self.session)
        batches = repository.every(self.session, self.sight, wanted, sort, home, batch=_BATCH, limit=limit)
        async for rows in batches:
            for view in await self._show(rows):
                yield view

    async def get(self, interaction_id: UUID) -> tuple[InteractionView, dict[str, Any]]:
        """The interaction and its variables."""
        row = await repository.one(self.session, self.sight, interaction_id)
        if row is None:
            raise NotFound("error.not_found")
        return (await self._show([row]))[0], row.variables

    async def segments(self, interaction_id: UUID) -> list[SegmentView]:
        rows = await repository.segments(self.session, interaction_id)
        of_queue = await queues.names(self.session, [row.queue_id for row in rows])
        of_agent = await agents.names(self.session, [row.agent_id for row in rows])
        return [
            SegmentView(
                queue_name=of_queue.get(row.queue_id) if row.queue_id else None,
                agent_name=of_agent[row.agent_id][1] if row.agent_id in of_agent else None,
                **{
                    name: getattr(row, name)
                    for name in SegmentView.model_fields
                    if name not in {"queue_name", "agent_name"}
                },
            )
            for row in rows
        ]

    async def events(self, interaction_id: UUID, language: str = "en") -> list[EventView]:
        return [
            EventView(
                seq=row.seq,
                at=row.at,
                kind=row.kind,
                agent_id=row.agent_id,
                data=_shown(row.data, language),
            )
            for row in await repository.events(self.session, interaction_id)
            if self.sight.own_agent is None or not row.kind.startswith(SUPERVISION)
        ]

    async def _show(self, rows: Sequence[Interaction]) -> list[InteractionView]:
        if not rows:
            return []
        session = self.session
        of_queue = await queues.names(session, [row.queue_id for row in rows])
        of_agent = await agents.names(session, [row.agent_id for row in rows])
        chosen = {row.disposition_id for row in rows if row.disposition_id and not row.disposition_name}
        of_disposition = await repository.disposition_names(session, chosen) if chosen else {}
        recordings = await repository.recording_counts(session, [row.id for row in rows])
        views = []
        for row in rows:
            number, name = of_agent.get(row.agent_id, (None, None)) if row.agent_id else (None, None)
            views.append(
                InteractionView(
                    queue_name=of_queue.get(row.queue_id) if row.queue_id else None,
                    agent_name=name,
                    agent_number=number,
                    duration_seconds=(row.ended_at - row.started_at).total_seconds() if row.ended_at else None,
                    disposition_name=row.disposition_name
                    or (of_disposition.get(row.disposition_id) if row.disposition_id else None),
                    summary_due=row.summary_due or {},
                    recording_count=recordings.get(row.id, 0),
                    **{field: getattr(row, field) for field in _ROW_FIELDS},
                )
            )
        return views


async def disposition_report(
    session: AsyncSession, sight: Sight, wanted: InteractionFilter, tree: Sequence[DispositionView]
) -> DispositionReport:
    """Counts by result at every level of the tree."""
    _check(wanted)
    counts = await repository.counts_by_disposition(session, sight, wanted, await calls.home(session))
    return results.report(counts, tree)


async def open_summaries(session: AsyncSession, sight: Sight) -> list[OpenSummaries]:
    found = await repository.open_summaries(session, sight)
    names = await agents.names(session, [UUID(agent) for agent, _, _ in found])
    return [
        OpenSummaries(agent_id=UUID(agent), agent_number=number, agent_name=name, count=count, since=since)
        for agent, count, since in found
        for number, name in [names.get(UUID(agent), ("", ""))]
    ]


async def dispositions_of(session: AsyncSession, agent_id: UUID, among: int) -> list[UUID]:
    """Results of the agent's last contacts, the latest first, each once."""
    return list(dict.fromkeys(await repository.dispositions_of(session, agent_id, among)))


async def queue_whose_rules_hold(session: AsyncSession, interaction_id: UUID) -> UUID | None:
    """Of a call out, which waits in no queue."""
    return await repository.queue_whose_rules_hold(session, interaction_id)


def _shown(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What happened without what is sealed, and what failed in the reader's language."""
    shown = {name: value for name, value in data.items() if name not in WITHHELD}
    if shown.get("code"):
        shown |= {name: retold(shown, language, name) for name in ("problem", "error") if name in shown}
    return shown


async def withheld_caller(session: AsyncSession, interaction_id: UUID) -> str | None:
    """The sealed number of a caller who withholds it; None: there is none."""
    for row in await repository.events(session, interaction_id):
        if row.kind == kind_of(InteractionStarted):
            sealed: str | None = row.data.get("caller_sealed")
            return sealed
    return None


async def may_see(session: AsyncSession, sight: Sight, interaction_id: UUID) -> bool:
    return await repository.one(session, sight, interaction_id) is not None


async def lines_measured(session: AsyncSession, interaction_id: UUID, agent_id: UUID) -> int:
    """How many lines of the agent's in this interaction have been measured."""
    return await repository.lines_measured(session, interaction_id, agent_id)


async def saved_summary(session: AsyncSession, interaction_id: UUID, agent_id: UUID) -> dict[str, Any] | None:
    """`disposition_id` and `note` as the agent has saved them last, while it is being written."""
    last = await repository.last_saved(session, interaction_id, agent_id)
    return {name: last.data[name] for name in ("disposition_id", "note") if last.data.get(name)} if last else None


async def marked_malicious_by(session: AsyncSession, interaction_id: UUID) -> UUID | None:
    """The account that has marked the contact as malicious; None: it is not marked, or no longer."""
    last = await repository.last_mark(session, interaction_id)
    return UUID(last.data["by_account"]) if last and last.kind == kind_of(InteractionMarkedMalicious) else None


async def marked_before(session: AsyncSession, projects: frozenset[UUID] | None, interaction_id: UUID) -> MarkedBefore:
    """Whether other contacts of this one's caller, of these projects (None: of all), are marked as malicious."""
    key = await repository.caller_key(session, interaction_id)
    if not key:
        return MarkedBefore(times=0)
    times, last = await repository.malicious_of(session, Sight(projects=projects), key, but=interaction_id)
    if last is None:
        return MarkedBefore(times=0)
    return MarkedBefore(times=times, at=last.malicious_at, by_name=last.malicious_by_name, reason=last.malicious_reason)


async def agent_events(
    session: AsyncSession, agent_id: UUID, since: datetime, until: datetime, kinds: Iterable[str]
) -> list[LedgerEntry]:
    return [_entry(row) for row in await repository.agent_events(session, agent_id, since, until, kinds)]


async def last_agent_event(session: AsyncSession, agent_id: UUID, before: datetime, kind: str) -> LedgerEntry | None:
    row = await repository.last_agent_event(session, agent_id, before, kind)
    return None if row is None else _entry(row)


async def caller(session: AsyncSession, interaction_id: UUID) -> str:
    """Who called, also of an interaction that has just begun; "" if the number is withheld."""
    return await repository.caller(session, interaction_id)


async def stretches(
    session: AsyncSession, queue_ids: Iterable[UUID], since: datetime, until: datetime, limit: int
) -> list[Stretch]:
    """Finished waits in these queues and talks with their agents that began in this time, at most so many."""
    found = []
    for row, kind_before, outcome_before, grade, caller, medium in await repository.stretches(
        session, queue_ids, since, until, limit
    ):
        found.append(
            Stretch(
                kind=row.kind,
                queue_id=row.queue_id,
                agent_id=row.agent_id,
                started_at=row.started_at,
                seconds=(row.ended_at - row.started_at).total_seconds(),
                outcome=row.outcome,
                ring_seconds=row.ring_seconds or 0.0,
                handle_seconds=(row.talk_seconds or 0.0) + (row.hold_seconds or 0.0) + (row.wrap_up_seconds or 0.0),
                passed_on=(kind_before, outcome_before) == ("queue", "overflowed"),
                grade=int(grade or 0),
                caller=caller,
                medium=medium,
            )
        )
    return found


async def agent_states(
    session: AsyncSession, agent_ids: Iterable[UUID], since: datetime, until: datetime
) -> dict[UUID, list[LedgerEntry]]:
    """Each agent's changes of state in this time, after the last one before it."""
    found: dict[UUID, list[LedgerEntry]] = {}
    for row in await repository.states_of(session, agent_ids, since, until, "agent.state"):
        if row.agent_id:
            found.setdefault(row.agent_id, []).append(_entry(row))
    return found


async def missed_offers(
    session: AsyncSession, agent_ids: Iterable[UUID], since: datetime, until: datetime
) -> list[LedgerEntry]:
    """Offers that these agents did not take, for whatever reason."""
    return [_entry(row) for row in await repository.events_of(session, agent_ids, since, until, "offer.missed")]


async def last_served(
    session: AsyncSession, callers: Iterable[str], since: datetime, until: datetime
) -> dict[str, tuple[UUID, datetime]]:
    """Which agent each of these callers had last in this time, and when."""
    found = await repository.last_served(session, callers, since, until)
    return {caller: (agent_id, at) for caller, agent_id, at in found}


async def queue_stretches(session: AsyncSession, since: datetime) -> Sequence[Any]:
    """The stretches in queues that began since then, in the order in which each contact had them."""
    return await repository.queue_stretches(session, await queues.in_projects(session, None), since)


async def waiting_at(session: AsyncSession, queue_ids: Iterable[UUID], moments: Sequence[datetime]) -> list[int]:
    """How many waited in these queues at each of these moments, which go forward."""
    return await waiting.waiting_at(session, queue_ids, moments)


async def heard(session: AsyncSession, since: datetime, until: datetime) -> dict[UUID, tuple[int, datetime]]:
    """How often supervisors came to each agent's conversations in this time, and when last."""
    return {agent_id: (times, last) for agent_id, times, last in await repository.heard(session, since, until)}


async def has_worked(session: AsyncSession, agent_id: UUID) -> bool:
    return await repository.has_agent_events(session, agent_id)


def _entry(row: LedgerEvent) -> LedgerEntry:
    return LedgerEntry(row.seq, row.at, row.kind, row.interaction_id, row.agent_id, row.data)


def _check(wanted: InteractionFilter) -> None:
    if wanted.from_ and wanted.to and wanted.to <= wanted.from_:
        raise BadField("error.period", field="to")
    if wanted.queued_from and wanted.queued_to and wanted.queued_to <= wanted.queued_from:
        raise BadField("error.period", field="queued_to")
