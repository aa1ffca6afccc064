"""An agent's own customers, with what came of calling them and when each is to be called next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, column, func, not_, or_, select, table, true
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.calls.failures import CAUSES, RANG, SILENT, Causes
from hujiao.calls.places import place_of
from hujiao.customers.failures import GIVEN_UP, NOT_REACHED, failure_of
from hujiao.customers.models import ContactPoint, Customer, NextCall
from hujiao.customers.service import Customers
from hujiao.customers.views import DueWithin, Failure, LastCall, OwnCustomerView, OwnFilter, OwnNextCall
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.errors import BadField
from hujiao.kit.paging import ListQuery, Page
from hujiao.kit.secrets import TenantSecrets

_BATCH = 500
_OF_CALL = (
    "started_at",
    "ended_at",
    "connected_at",
    "disposition_id",
    "disposition_name",
    "end_reason",
    "hangup_cause",
    "ring_seconds",
)
_call = table(
    "interaction",
    *map(column, ("id", "caller_key", "medium", "direction", "agent_id", "project_id", *_OF_CALL)),
)


class OwnCustomers(Customers):
    """`agent_id`'s; calls of colleagues count where `who` may know of them."""

    def __init__(
        self, session: AsyncSession, who: Principal, secrets: TenantSecrets, now: datetime, *, agent_id: UUID
    ) -> None:
        super().__init__(session, who, secrets, now)
        self.agent_id = agent_id
        self._last = self._last_call()

    async def own_page(
        self, wanted: OwnFilter, results: Collection[UUID] | None, query: ListQuery, language: str
    ) -> Page[OwnCustomerView]:
        """`results`: the last call has one of these; None: any or none. Places are told in the `language`."""
        where = await self._matching_own(wanted, results, query.q)
        by_calls = _looks_at_calls(wanted, results)
        total = await self.session.scalar(self._joined(func.count(), calls=by_calls).where(*where)) or 0
        # The last call is looked for of those who are shown, where nothing asks for it of all.
        order = self._order(query.sort)
        by_calls = by_calls or (query.sort or "").removeprefix("-") in _OF_CALLS
        chosen = self._joined(Customer.id, calls=by_calls).where(*where).order_by(*order)
        shown = (await self.session.scalars(chosen.limit(query.page_size).offset(query.offset))).all()
        found = self._joined(Customer, *self._last.c, NextCall).where(Customer.id.in_(shown)).order_by(*order)
        rows = (await self.session.execute(found)).all()
        items = await self._show_own(rows, language)
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    async def every_own(
        self, wanted: OwnFilter, results: Collection[UUID] | None, query: ListQuery, language: str
    ) -> AsyncIterator[OwnCustomerView]:
        """All that `own_page` finds, in its order."""
        where = await self._matching_own(wanted, results, query.q)
        found = self._joined(Customer, *self._last.c, NextCall).where(*where).order_by(*self._order(query.sort))
        stream = await self.session.stream(found.execution_options(yield_per=_BATCH))
        async for rows in stream.partitions(_BATCH):
            for view in await self._show_own(rows, language):
                yield view

    def _last_call(self) -> Any:
        """Of a customer the last call, with how many there were."""
        known = _call.c.agent_id == self.agent_id
        if self.who.may(Right.INTERACTIONS_ALL, Right.INTERACTIONS_CUSTOMER):
            projects = self.who.projects
            known = true() if projects is None else or_(known, _call.c.project_id.in_(projects))
        calls = (
            select(_call.c.id, *(_call.c[name] for name in _OF_CALL), func.count().over().label("calls"))
            .select_from(ContactPoint)
            .join(_call, _call.c.caller_key == ContactPoint.key)
            .where(
                ContactPoint.customer_id == Customer.id,
                ContactPoint.kind == "phone",
                _call.c.medium == "voice",
                _call.c.direction.in_(("outbound", "callback")),
                known,
            )
            .order_by(_call.c.started_at.desc(), _call.c.id.desc())
            .limit(1)
        )
        return calls.correlate(Customer).lateral("last_call")

    def _joined(self, *wanted: Any, calls: bool = True) -> Select[Any]:
        """Customers with the agent's next call, and with their last `calls`."""
        open_one = and_(
            NextCall.customer_id == Customer.id, NextCall.agent_id == self.agent_id, NextCall.closed_at.is_(None)
        )
        joined = select(*wanted).select_from(Customer).join(NextCall, open_one, isouter=True)
        return joined.join(self._last, true(), isouter=True) if calls else joined

    async def _matching_own(
        self, wanted: OwnFilter, results: Collection[UUID] | None, q: str | None
    ) -> list[ColumnElement[bool]]:
        where = [*await self.matching(wanted, q), Customer.agent_id == self.agent_id]
        last = self._last.c
        if results is not None:
            where.append(last.disposition_id.in_(results))
        if wanted.last_failure:
            where += [last.disposition_id.is_(None), _failed(last, wanted.last_failure)]
        if wanted.called_since:
            where.append(last.started_at >= wanted.called_since)
        if wanted.not_called_since:
            where.append(or_(last.started_at.is_(None), last.started_at < wanted.not_called_since))
        if wanted.next == "none":
            where.append(NextCall.id.is_(None))
        elif wanted.next:
            where.append(NextCall.due_at <= due_by(wanted.next, self.now, self.who.tenant_time_zone))
        return where

    def _order(self, sort: str | None) -> list[Any]:
        """What is to be called first comes first, where nothing else is asked."""
        sorts = {
            **{name: getattr(Customer, name) for name in ("name", "grade", "created_at", "updated_at")},
            **{name: by(self._last.c) for name, by in _OF_CALLS.items()},
            "next_call": NextCall.due_at,
        }
        sort = sort or "next_call"
        by = sorts.get(sort.removeprefix("-"))
        if by is None:
            raise BadField("error.unknown_sort", field="sort", detail={"known": ", ".join(sorts)})
        return [(by.desc() if sort.startswith("-") else by.asc()).nulls_last(), Customer.id.desc()]

    async def _show_own(self, rows: Sequence[Any], language: str) -> list[OwnCustomerView]:
        plain = await self.show([row.Customer for row in rows])
        dialling = await self._dialling()
        first = [next((point.value for point in view.contact_points if point.kind == "phone"), "") for view in plain]

        def places() -> list[str]:
            return [place_of(number, dialling, language).place if number else "" for number in first]

        return [
            OwnCustomerView(
                **dict(view),
                place=place,
                calls=row.calls or 0,
                last_call=_last_of(row) if row.id else None,
                next_call=OwnNextCall.model_validate(row.NextCall, from_attributes=True) if row.NextCall else None,
            )
            for row, view, place in zip(rows, plain, await asyncio.to_thread(places), strict=True)
        ]


_OF_CALLS: dict[str, Callable[[Any], Any]] = {
    "last_call": lambda last: last.started_at,
    "calls": lambda last: func.coalesce(last.calls, 0),
}


def _looks_at_calls(wanted: OwnFilter, results: Collection[UUID] | None) -> bool:
    return results is not None or bool(wanted.last_failure or wanted.called_since or wanted.not_called_since)


def _last_of(row: Any) -> LastCall:
    return LastCall(
        interaction_id=row.id,
        at=row.started_at,
        ended=row.ended_at is not None,
        connected=row.connected_at is not None,
        result=row.disposition_name or None,
        failure=None
        if row.disposition_name
        else failure_of(row.end_reason, row.hangup_cause, rang=row.ring_seconds is not None),
    )


def _failed(last: Any, failure: Failure) -> ColumnElement[bool]:
    """As `failure_of` has it."""
    if failure == "given_up":
        return and_(last.end_reason == GIVEN_UP)
    rang = last.ring_seconds.is_not(None)
    fits = or_(and_(rang, _means(last, failure, RANG)), and_(not_(rang), _means(last, failure, SILENT)))
    return and_(last.end_reason == NOT_REACHED, fits)


def _means(last: Any, failure: Failure, more: Causes) -> ColumnElement[bool]:
    """By the causes that mean one thing, and by the others as `more` has them."""
    cause, named = func.coalesce(last.hangup_cause, 0), [*CAUSES.items(), *more.items()]
    if failure == "unreachable":
        return cause.not_in([one for name, causes in named if name != failure for one in causes])
    return cause.in_([one for name, causes in named if name == failure for one in causes])


def due_by(within: DueWithin, now: datetime, zone: str) -> datetime:
    """The last moment of what is due now, by the end of the day or of the week, in the tenant's time."""
    if within == "overdue":
        return now
    today = now.astimezone(ZoneInfo(zone)).date()
    days = 1 if within == "today" else 7 - today.weekday()
    ends = datetime.combine(today + timedelta(days=days), time.min, ZoneInfo(zone))
    return ends - timedelta(microseconds=1)
