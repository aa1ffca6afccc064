"""Queries of interactions, their segments and events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Select,
    String,
    Text,
    Uuid,
    and_,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from hujiao.calls.numbers import bare, canonical
from hujiao.interactions.events import (
    AgentLineMeasured,
    InteractionMarkedMalicious,
    InteractionMarkWithdrawn,
    SupervisionAnswered,
    SupervisionEnded,
    WrapUpSaved,
)
from hujiao.interactions.models import Disposition, Interaction, LedgerEvent, Segment
from hujiao.interactions.views import InteractionFilter, Sight
from hujiao.kit.errors import BadField
from hujiao.kit.events import kind_of
from hujiao.kit.paging import ListQuery

_message = table("chat_message", *map(column, ("tenant_id", "interaction_id", "kind", "text")))
_recording = table("recording", column("tenant_id"), column("interaction_id"))

SORTS: dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    "started_at": Interaction.started_at,
    "ended_at": Interaction.ended_at,
    "caller": Interaction.caller,
    "called": Interaction.called,
    "wait_seconds": Interaction.wait_seconds,
    "talk_seconds": Interaction.talk_seconds,
    "duration_seconds": Interaction.ended_at - Interaction.started_at,
    "rating": Interaction.rating,
}


def visible(sight: Sight) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if sight.projects is not None:
        where.append(Interaction.project_id.in_(sight.projects))
    if sight.own_agent is not None:
        where.append(or_(Interaction.agent_id == sight.own_agent, _segment(Segment.agent_id == sight.own_agent)))
    if sight.callers is not None:
        where.append(Interaction.caller_key.in_(sight.callers))
    return where


def matching(wanted: InteractionFilter, home: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.from_:
        where.append(Interaction.started_at >= wanted.from_)
    if wanted.to:
        where.append(Interaction.started_at < wanted.to)
    if wanted.queue_id or wanted.queued_from or wanted.queued_to:
        where.append(_queued(wanted.queue_id, wanted.queued_from, wanted.queued_to))
    if wanted.customer is not None:
        key = canonical(wanted.customer, home)
        where.append(Interaction.caller_key == key if key else false())
    if wanted.caller:
        where.append(or_(*_from(wanted.caller, home)))
    if wanted.called:
        where.append(or_(*_to(wanted.called)))
    if wanted.number:
        where.append(or_(*_from(wanted.number, home), *_to(wanted.number)))
    if wanted.agent_id:
        where.append(or_(Interaction.agent_id == wanted.agent_id, _segment(Segment.agent_id == wanted.agent_id)))
    for name in ("project_id", "business_id", "direction", "medium", "end_reason"):
        value = getattr(wanted, name)
        if value is not None:
            where.append(getattr(Interaction, name) == value)
    if wanted.disposition_id is not None:
        where.append(Interaction.disposition_id.in_(_with_those_below(wanted.disposition_id)))
    if wanted.summary == "none":
        where += [*handled(), Interaction.disposition_id.is_(None)]
    if wanted.summary == "due":
        where.append(Interaction.summary_due.is_not(None))
    if wanted.summary_agent_id is not None:
        where += [Interaction.summary_due.is_not(None), Interaction.summary_due.has_key(str(wanted.summary_agent_id))]
    if wanted.noted is not None:
        where.append(Interaction.note.icontains(wanted.noted, autoescape=True))
    if wanted.has_recording is not None:
        found = exists().where(
            _recording.c.tenant_id == Interaction.tenant_id, _recording.c.interaction_id == Interaction.id
        )
        where.append(found if wanted.has_recording else ~found)
    if wanted.message_left is not None:
        where.append(Interaction.message_left.is_(wanted.message_left))
    if wanted.malicious is not None:
        marked = Interaction.malicious_at
        where.append(marked.is_not(None) if wanted.malicious else marked.is_(None))
    if wanted.mos_below is not None:
        where.append(Interaction.line_mos < wanted.mos_below)
    if wanted.written is not None:
        where.append(Interaction.medium == "chat")
        where.append(
            exists().where(
                _message.c.tenant_id == Interaction.tenant_id,
                _message.c.interaction_id == Interaction.id,
                _message.c.kind != "whisper",
                _message.c.text.icontains(wanted.written, autoescape=True),
            )
        )
    if wanted.running is not None:
        where.append(Interaction.ended_at.is_(None) if wanted.running else Interaction.ended_at.is_not(None))
    return where


def handled() -> list[ColumnElement[bool]]:
    """Contacts with customers that an agent had, and that are over."""
    return [
        Interaction.ended_at.is_not(None),
        Interaction.agent_id.is_not(None),
        Interaction.direction != "internal",
    ]


async def page(
    session: AsyncSession, sight: Sight, wanted: InteractionFilter, query: ListQuery, home: str
) -> tuple[Sequence[Interaction], int]:
    where = [*visible(sight), *matching(wanted, home)]
    total = await session.scalar(select(func.count()).select_from(Interaction).where(*where)) or 0
    statement = select(Interaction).where(*where).order_by(*order(query.sort))
    rows = await session.scalars(statement.limit(query.page_size).offset(query.offset))
    return rows.all(), total


async def every(
    session: AsyncSession,
    sight: Sight,
    wanted: InteractionFilter,
    sort: str | None,
    home: str,
    *,
    batch: int,
    limit: int,
) -> AsyncIterator[Sequence[Interaction]]:
    """All that match, in batches, as one consistent reading."""
    statement = select(Interaction).where(*visible(sight), *matching(wanted, home)).order_by(*order(sort)).limit(limit)
    stream = await session.stream_scalars(statement.execution_options(yield_per=batch))
    async for rows in stream.partitions(batch):
        yield rows


def order(sort: str | None) -> list[Any]:
    sort = sort or "-started_at"
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise BadField("error.unknown_sort", field="sort", detail={"known": ", ".join(SORTS)})
    if sort.startswith("-"):
        return [column.desc().nulls_last(), Interaction.id.desc()]
    return [column.asc().nulls_last(), Interaction.id.asc()]


async def one(session: AsyncSession, sight: Sight, interaction_id: UUID) -> Interaction | None:
    statement = select(Interaction).where(Interaction.id == interaction_id, *visible(sight))
    found: Interaction | None = await session.scalar(statement)
    return found


async def caller_key(session: AsyncSession, interaction_id: UUID) -> str:
    """As `caller`, in the form by which callers are compared."""
    began = await _began(session, interaction_id)
    return str(began.get("caller_key") or began.get("caller", ""))


async def last_mark(session: AsyncSession, interaction_id: UUID) -> LedgerEvent | None:
    """The event that says last whether the contact is malicious."""
    kinds = [kind_of(InteractionMarkedMalicious), kind_of(InteractionMarkWithdrawn)]
    return await _last(session, LedgerEvent.interaction_id == interaction_id, LedgerEvent.kind.in_(kinds))


async def last_saved(session: AsyncSession, interaction_id: UUID, agent_id: UUID) -> LedgerEvent | None:
    """What the agent has saved last of a summary that is being written."""
    about = (LedgerEvent.interaction_id == interaction_id, LedgerEvent.agent_id == agent_id)
    return await _last(session, *about, LedgerEvent.kind == kind_of(WrapUpSaved))


async def lines_measured(session: AsyncSession, interaction_id: UUID, agent_id: UUID) -> int:
    about = (LedgerEvent.interaction_id == interaction_id, LedgerEvent.agent_id == agent_id)
    kind = LedgerEvent.kind == kind_of(AgentLineMeasured)
    return await session.scalar(select(func.count()).select_from(LedgerEvent).where(*about, kind)) or 0


async def _last(session: AsyncSession, *where: ColumnElement[bool]) -> LedgerEvent | None:
    statement = select(LedgerEvent).where(*where).order_by(LedgerEvent.seq.desc()).limit(1)
    found: LedgerEvent | None = await session.scalar(statement)
    return found


async def malicious_of(
    session: AsyncSession, sight: Sight, caller_key: str, *, but: UUID
) -> tuple[int, Interaction | None]:
    """How many other contacts of the caller are marked as malicious, and the one that was marked last."""
    where = [
        Interaction.caller_key == caller_key,
        Interaction.malicious_at.is_not(None),
        Interaction.id != but,
        *visible(sight),
    ]
    count = await session.scalar(select(func.count()).select_from(Interaction).where(*where)) or 0
    latest = select(Interaction).where(*where).order_by(Interaction.malicious_at.desc(), Interaction.id.desc())
    return count, await session.scalar(latest.limit(1))


async def segments(session: AsyncSession, interaction_id: UUID) -> Sequence[Segment]:
    statement = select(Segment).where(Segment.interaction_id == interaction_id).order_by(Segment.ordinal)
    return (await session.scalars(statement)).all()


async def events(session: AsyncSession, interaction_id: UUID) -> Sequence[LedgerEvent]:
    statement = select(LedgerEvent).where(LedgerEvent.interaction_id == interaction_id).order_by(LedgerEvent.seq)
    return (await session.scalars(statement)).all()


async def agent_events(
    session: AsyncSession, agent_id: UUID, since: datetime, until: datetime, kinds: Iterable[str]
) -> Sequence[LedgerEvent]:
    statement = (
        select(LedgerEvent)
        .where(
            LedgerEvent.agent_id == agent_id,
            LedgerEvent.at >= since,
            LedgerEvent.at < until,
            LedgerEvent.kind.in_(list(kinds)),
        )
        .order_by(LedgerEvent.seq)
    )
    return (await session.scalars(statement)).all()


async def caller(session: AsyncSession, interaction_id: UUID) -> str:
    return str((await _began(session, interaction_id)).get("caller", ""))


async def _began(session: AsyncSession, interaction_id: UUID) -> dict[str, Any]:
    """What the ledger says of how it began."""
    began: dict[str, Any] | None = await session.scalar(
        select(LedgerEvent.data).where(
            LedgerEvent.interaction_id == interaction_id, LedgerEvent.kind == "interaction.started"
        )
    )
    return began or {}


async def last_agent_event(session: AsyncSession, agent_id: UUID, before: datetime, kind: str) -> LedgerEvent | None:
    found: LedgerEvent | None = await session.scalar(
        select(LedgerEvent)
        .where(LedgerEvent.agent_id == agent_id, LedgerEvent.at < before, LedgerEvent.kind == kind)
        .order_by(LedgerEvent.at.desc(), LedgerEvent.seq.desc())
        .limit(1)
    )
    return found


async def stretches(
    session: AsyncSession, queue_ids: Iterable[UUID], since: datetime, until: datetime, limit: int
) -> Sequence[Any]:
    """Finished waits and talks of these queues, the segment before each, the caller's grade as text, caller, medium."""
    before = aliased(Segment)
    grade = (
        select(LedgerEvent.data["grade"].astext)
        .where(
            LedgerEvent.tenant_id == Segment.tenant_id,
            LedgerEvent.interaction_id == Segment.interaction_id,
            LedgerEvent.kind == "caller.recognised",
        )
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(Segment, before.kind, before.outcome, grade, Interaction.caller_key, Interaction.medium)
        .join(
            Interaction,
            and_(Interaction.tenant_id == Segment.tenant_id, Interaction.id == Segment.interaction_id),
        )
        .outerjoin(
            before,
            and_(
                before.tenant_id == Segment.tenant_id,
                before.interaction_id == Segment.interaction_id,
                before.ordinal == Segment.ordinal - 1,
            ),
        )
        .where(
            Segment.queue_id.in_(list(queue_ids)),
            Segment.kind.in_(("queue", "agent")),
            Segment.started_at >= since,
            Segment.started_at < until,
            Segment.ended_at.is_not(None),
        )
        .order_by(Segment.started_at, Segment.id)
        .limit(limit)
    )
    return (await session.execute(statement)).all()


async def states_of(
    session: AsyncSession, agent_ids: Iterable[UUID], since: datetime, until: datetime, kind: str
) -> Sequence[LedgerEvent]:
    """Each agent's last event of this kind before `since`, and those up to `until`, by agent in their order."""
    wanted = list(agent_ids)
    each = func.unnest(literal(wanted, ARRAY(Uuid()))).table_valued("agent_id", name="each").render_derived()
    of_kind = (LedgerEvent.agent_id == each.c.agent_id, LedgerEvent.kind == kind)
    last = (
        select(LedgerEvent)
        .where(*of_kind, LedgerEvent.at < since)
        .order_by(LedgerEvent.at.desc(), LedgerEvent.seq.desc())
        .limit(1)
        .lateral()
    )
    before = await session.scalars(select(aliased(LedgerEvent, last)).select_from(each).join(last, true()))
    within = await session.scalars(
        select(LedgerEvent)
        .where(
            LedgerEvent.agent_id.in_(wanted), LedgerEvent.kind == kind, LedgerEvent.at >= since, LedgerEvent.at < until
        )
        .order_by(LedgerEvent.agent_id, LedgerEvent.seq)
    )
    return [*before, *within]


async def last_served(
    session: AsyncSession, callers: Iterable[str], since: datetime, until: datetime
) -> Sequence[tuple[str, UUID, datetime]]:
    """Of each caller (by key) who was connected in this time, by whom and when last."""
    each = func.unnest(literal(list(callers), ARRAY(String()))).table_valued("caller", name="each")
    each = each.render_derived(with_types=False)
    last = (
        select(Interaction.agent_id, Interaction.connected_at)
        .where(
            Interaction.caller_key == each.c.caller,
            Interaction.agent_id.is_not(None),
            Interaction.connected_at >= since,
            Interaction.connected_at < until,
        )
        .order_by(Interaction.started_at.desc())
        .limit(1)
        .lateral()
    )
    found = await session.execute(select(each.c.caller, last.c.agent_id, last.c.connected_at).join(last, true()))
    return [(caller, agent_id, at) for caller, agent_id, at in found]


async def events_of(
    session: AsyncSession, agent_ids: Iterable[UUID], since: datetime, until: datetime, kind: str
) -> Sequence[LedgerEvent]:
    statement = select(LedgerEvent).where(
        LedgerEvent.agent_id.in_(list(agent_ids)),
        LedgerEvent.kind == kind,
        LedgerEvent.at >= since,
        LedgerEvent.at < until,
    )
    return (await session.scalars(statement)).all()


async def has_agent_events(session: AsyncSession, agent_id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(LedgerEvent.agent_id == agent_id))))


async def heard(session: AsyncSession, since: datetime, until: datetime) -> Sequence[tuple[UUID, int, datetime]]:
    """Whom supervisors heard who came to a conversation in this time: each agent, how often, and when last."""
    came, left = aliased(LedgerEvent), aliased(LedgerEvent)
    ended = (
        select(func.min(left.at))
        .where(
            left.tenant_id == came.tenant_id,
            left.interaction_id == came.interaction_id,
            left.kind == kind_of(SupervisionEnded),
            left.data["leg_id"] == came.data["leg_id"],
        )
        .scalar_subquery()
    )
    statement = (
        select(Segment.agent_id, func.count(came.seq.distinct()), func.max(came.at))
        .join(
            came,
            and_(
                came.tenant_id == Segment.tenant_id,
                came.interaction_id == Segment.interaction_id,
                came.data["with_agent"].astext != cast(Segment.agent_id, Text),
                or_(Segment.ended_at.is_(None), Segment.ended_at > came.at),
                Segment.started_at < func.coalesce(ended, until),
            ),
        )
        .where(came.kind == kind_of(SupervisionAnswered), came.at >= since, came.at < until, Segment.kind == "agent")
        .group_by(Segment.agent_id)
    )
    return [(agent_id, times, last) for agent_id, times, last in await session.execute(statement) if agent_id]


async def recording_counts(session: AsyncSession, interaction_ids: Iterable[UUID]) -> dict[UUID, int]:
    statement = (
        select(_recording.c.interaction_id, func.count())
        .where(_recording.c.interaction_id.in_(list(interaction_ids)))
        .group_by(_recording.c.interaction_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def disposition_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Disposition.id, Disposition.name).where(Disposition.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


async def disposition_used(session: AsyncSession, disposition_id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(Interaction.disposition_id == disposition_id))))


async def counts_by_disposition(
    session: AsyncSession, sight: Sight, wanted: InteractionFilter, home: str
) -> Sequence[tuple[UUID | None, str, int]]:
    """Result, direction and number of contacts that agents had."""
    columns = (Interaction.disposition_id, Interaction.direction)
    where = [*visible(sight), *matching(wanted, home), *handled()]
    rows = await session.execute(select(*columns, func.count()).where(*where).group_by(*columns))
    return [(row[0], row[1], row[2]) for row in rows]


async def open_summaries(session: AsyncSession, sight: Sight) -> Sequence[tuple[str, int, datetime]]:
    """Agents who have still to write, of how many contacts, and when the first began; most first."""
    agent = func.jsonb_object_keys(Interaction.summary_due).label("agent")
    where = [Interaction.summary_due.is_not(None), *visible(sight)]
    each = select(agent, Interaction.started_at).where(*where).subquery()
    count = func.count()
    statement = select(each.c.agent, count, func.min(each.c.started_at)).group_by(each.c.agent)
    rows = await session.execute(statement.order_by(count.desc(), each.c.agent))
    return [(row[0], row[1], row[2]) for row in rows]


async def dispositions_of(session: AsyncSession, agent_id: UUID, among: int) -> list[UUID]:
    """Results of the agent's last contacts, the latest first."""
    statement = (
        select(Interaction.disposition_id)
        .where(Interaction.agent_id == agent_id)
        .order_by(Interaction.started_at.desc())
        .limit(among)
    )
    return [found for found in await session.scalars(statement) if found]


async def queue_whose_rules_hold(session: AsyncSession, interaction_id: UUID) -> UUID | None:
    """Of a call out, which waits in no queue."""
    queue: str | None = (await _began(session, interaction_id)).get("queue_id")
    return UUID(queue) if queue else None


def _with_those_below(disposition_id: UUID) -> Select[tuple[UUID]]:
    tree = select(Disposition.id).where(Disposition.id == disposition_id).cte("tree", recursive=True)
    tree = tree.union(select(Disposition.id).where(Disposition.parent_id == tree.c.id))
    return select(tree.c.id)


def _segment(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Segment.tenant_id == Interaction.tenant_id, Segment.interaction_id == Interaction.id, *where)


def _queued(queue_id: UUID | None, since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    where: list[ColumnElement[bool]] = [Segment.kind == "queue"]
    if queue_id:
        where.append(Segment.queue_id == queue_id)
    if since or until:
        where.append(Segment.counted.is_(True))
    if since:
        where.append(Segment.started_at >= since)
    if until:
        where.append(Segment.started_at < until)
    return _segment(*where)


def _from(number: str, home: str) -> list[ColumnElement[bool]]:
    key = canonical(number, home)
    return [_begins(Interaction.caller, number), *([_begins(Interaction.caller_key, key)] if key else [])]


def _to(number: str) -> list[ColumnElement[bool]]:
    """Access numbers are written with or without the international prefix."""
    return [_begins(Interaction.called, form) for form in sorted({number, bare(number), f"+{bare(number)}"})]


def _begins(column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    """By comparison, because row-level security keeps LIKE from the index."""
    return and_(column >= start, column < start + "\U0010ffff")


async def queue_stretches(session: AsyncSession, queue_ids: Iterable[UUID], since: datetime) -> Sequence[Any]:
    columns = (Segment.interaction_id, Segment.queue_id, Segment.started_at, Segment.ended_at, Segment.outcome)
    statement = select(*columns, Segment.counted).where(Segment.kind == "queue", Segment.started_at >= since)
    named = statement.where(Segment.queue_id.in_(list(queue_ids))).order_by(Segment.interaction_id, Segment.ordinal)
    return (await session.execute(named)).all()
