"""When agents are to call customers next: set, snoozed, done; and what is overdue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from hujiao.agents import service as agents
from hujiao.customers import contacts
from hujiao.customers.models import Customer, NextCall
from hujiao.customers.service import Customers
from hujiao.customers.views import (
    ContactPointView,
    CustomerFilter,
    NextCallIn,
    NextCallView,
    OverdueCalls,
    OverdueReport,
)
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page

FARTHEST = timedelta(days=731)
MOST_SHOWN = 20  # of one customer


class NextCalls(Customers):
    """Those of customers whom `who` sees."""

    # ── an agent's own ───────────────────────────────────────────────────────────────────────────────────────────────

    async def own(self, agent_id: UUID, query: ListQuery) -> Page[NextCallView]:
        """Those that are open, in the order in which the agent is reminded."""
        where = [NextCall.agent_id == agent_id, NextCall.closed_at.is_(None)]
        return await self._page(where, query, NextCall.remind_at)

    async def set(self, customer_id: UUID, agent_id: UUID, data: NextCallIn) -> NextCallView:
        """At this minute from now on, whatever was set before."""
        due_at = data.due_at.replace(second=0, microsecond=0)
        if due_at < self.now.replace(second=0, microsecond=0):
            raise BadField("error.next_call_past", field="due_at")
        if due_at > self.now + FARTHEST:
            raise BadField("error.next_call_far", field="due_at")
        customer = await self.find(customer_id, to_write=True)
        values = {"due_at": due_at, "remind_at": due_at, "note": data.note}
        keys = {"tenant_id": self.who.tenant_id, "customer_id": customer.id, "agent_id": agent_id}
        setting = insert(NextCall).values(**keys, **values, id=new_id(), created_at=self.now)
        setting = setting.on_conflict_do_update(
            index_elements=list(keys), index_where=NextCall.closed_at.is_(None), set_=values
        )
        made: UUID = (await self.session.execute(setting.returning(NextCall.id))).scalar_one()
        return await self._one(made)

    async def snooze(self, next_call_id: UUID, agent_id: UUID, minutes: int) -> NextCallView:
        """Remind later, and not before it is due; it stays due since when it was."""
        row = await self._own_open(next_call_id, agent_id)
        row.remind_at = max(row.due_at, self.now + timedelta(minutes=minutes))
        return await self._one(row.id)

    async def done(self, next_call_id: UUID, agent_id: UUID) -> NextCallView:
        row = await self._own_open(next_call_id, agent_id)
        row.closed_at, row.outcome = self.now, "done"
        return await self._one(row.id)

    async def reopen(self, next_call_id: UUID, agent_id: UUID) -> NextCallView:
        """It was not done after all."""
        mine = (NextCall.id == next_call_id, NextCall.agent_id == agent_id)
        customer_id = await self.session.scalar(select(NextCall.customer_id).where(*mine))
        if customer_id is None:
            raise NotFound("error.not_found")
        await self.find(customer_id, to_write=True)  # one at a time, and the customer first, as when they are merged
        row = await self._own(next_call_id, agent_id)
        if row.outcome != "done":
            raise Conflict("error.next_call_not_done", code="next_call_not_done")
        same = (NextCall.customer_id == row.customer_id, NextCall.agent_id == agent_id, NextCall.closed_at.is_(None))
        if await self.session.scalar(select(NextCall.id).where(*same)):
            raise Conflict("error.next_call_set_since", code="next_call_set_since")
        row.closed_at = row.outcome = None
        return await self._one(row.id)

    # ── of a customer, and of others ─────────────────────────────────────────────────────────────────────────────────

    async def of_customer(self, customer_id: UUID) -> list[NextCallView]:
        """All agents' who see the customer: the open ones first, then the newest."""
        row = await self.find(customer_id)
        wanted = select(NextCall).where(NextCall.customer_id == row.id)
        newest = wanted.order_by(NextCall.closed_at.desc().nulls_first(), NextCall.due_at).limit(MOST_SHOWN)
        return await self._shown((await self.session.scalars(newest)).all())

    async def overdue(self, seen: Collection[UUID] | None) -> OverdueReport:
        """Of these agents (None: of all), the longest overdue first."""
        where = [*await self._of(seen), NextCall.closed_at.is_(None)]
        late = NextCall.due_at <= self.now
        counted = _joined(NextCall.agent_id, func.count().label("many"), func.min(NextCall.due_at).label("since"))
        rows = (await self.session.execute(counted.where(*where, late).group_by(NextCall.agent_id))).all()
        next_at = await self.session.scalar(_joined(func.min(NextCall.due_at)).where(*where, ~late))
        people = await agents.names(self.session, [row.agent_id for row in rows])
        found = [
            OverdueCalls(
                agent_id=row.agent_id,
                agent_number=people[row.agent_id][0],
                agent_name=people[row.agent_id][1],
                count=row.many,
                since=row.since,
            )
            for row in sorted(rows, key=lambda row: row.since)
        ]
        return OverdueReport(agents=found, next_at=next_at)

    async def overdue_of(self, agent_id: UUID, query: ListQuery) -> Page[NextCallView]:
        where = [NextCall.agent_id == agent_id, NextCall.closed_at.is_(None), NextCall.due_at <= self.now]
        return await self._page(where, query, NextCall.due_at)

    async def _of(self, seen: Collection[UUID] | None) -> list[ColumnElement[bool]]:
        in_sight = await self.matching(CustomerFilter(), None)
        return in_sight if seen is None else [*in_sight, NextCall.agent_id.in_(list(seen))]

    async def _page(
        self, where: Sequence[ColumnElement[bool]], query: ListQuery, by: InstrumentedAttribute[datetime]
    ) -> Page[NextCallView]:
        every = [*where, *await self.matching(CustomerFilter(), query.q)]
        total = await self.session.scalar(_joined(func.count()).where(*every)) or 0
        rows = _joined(NextCall).where(*every).order_by(by, NextCall.id).limit(query.page_size).offset(query.offset)
        items = await self._shown((await self.session.scalars(rows)).all())
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    async def _own(self, next_call_id: UUID, agent_id: UUID) -> NextCall:
        wanted = select(NextCall).where(NextCall.id == next_call_id, NextCall.agent_id == agent_id).with_for_update()
        row = await self.session.scalar(wanted)
        if row is None:
            raise NotFound("error.not_found")
        await self.find(row.customer_id)
        return row

    async def _own_open(self, next_call_id: UUID, agent_id: UUID) -> NextCall:
        row = await self._own(next_call_id, agent_id)
        if row.closed_at is not None:
            raise Conflict("error.next_call_closed", code="next_call_closed")
        return row

    async def _one(self, next_call_id: UUID) -> NextCallView:
        await self.session.flush()
        wanted = select(NextCall).where(NextCall.id == next_call_id).execution_options(populate_existing=True)
        return (await self._shown([(await self.session.scalars(wanted)).one()]))[0]

    async def _shown(self, rows: Sequence[NextCall]) -> list[NextCallView]:
        ids = {row.customer_id for row in rows}
        called = select(Customer.id, Customer.name).where(Customer.id.in_(ids))
        names = dict((await self.session.execute(called)).tuples().all())
        phones: dict[UUID, list[ContactPointView]] = {}
        for point in await contacts.of(self.session, ids):
            if point.kind == "phone":
                view = ContactPointView.model_validate(point, from_attributes=True)
                phones.setdefault(point.customer_id, []).append(view)
        people = await agents.names(self.session, [row.agent_id for row in rows])
        plain = ("id", "customer_id", "agent_id", "due_at", "remind_at", "note", "created_at", "closed_at", "outcome")
        return [
            NextCallView(
                **{name: getattr(row, name) for name in plain},
                customer_name=names[row.customer_id],
                phones=phones.get(row.customer_id, []),
                agent_name=people[row.agent_id][1],
            )
            for row in rows
        ]


def _joined(*wanted: Any) -> Select[Any]:
    return select(*wanted).select_from(NextCall).join(Customer, Customer.id == NextCall.customer_id)
