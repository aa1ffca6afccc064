"""Known customers of a batch of rows: given what they lack, or what the file says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers import contacts, following
from hujiao.customers.fields import MASK, masked
from hujiao.customers.imports.rows import Fault, Point, Row
from hujiao.customers.models import ContactPoint, Customer, CustomerChange, CustomerPrivate
from hujiao.kit.ids import new_id

MOST_POINTS = 20


@dataclass(slots=True)
class Changed:
    """How many were changed, which rows are refused, and the agents whose next calls moved."""

    count: int = 0
    refused: list[tuple[Row, Fault]] = field(default_factory=list)
    reminded: set[UUID] = field(default_factory=set)


class Gone(Exception):
    """Somebody was deleted or merged into another since it was looked who is known."""


class Known:
    """Changes customers by rows; `overwrite`: what the file says goes before what is there.

    `reached` are the headings of the columns with numbers and addresses.
    """

    def __init__(
        self,
        session: AsyncSession,
        account_id: UUID,
        import_id: UUID,
        now: datetime,
        *,
        overwrite: bool,
        reached: str,
    ) -> None:
        self._session = session
        self._account_id = account_id
        self._import_id = import_id
        self._now = now
        self._overwrite = overwrite
        self._reached = reached

    async def change(self, pairs: Sequence[tuple[Row, UUID]]) -> Changed:
        """Raises `Gone`."""
        done = Changed()
        ids = [customer_id for _, customer_id in pairs]
        there = select(Customer).where(Customer.id.in_(ids), Customer.merged_into.is_(None))
        locked = there.order_by(Customer.id).with_for_update().execution_options(populate_existing=True)
        customers = {row.id: row for row in await self._session.scalars(locked)}
        if not customers.keys() >= set(ids):
            raise Gone
        points: dict[UUID, list[ContactPoint]] = {}
        for point in await contacts.of(self._session, ids):
            points.setdefault(point.customer_id, []).append(point)
        sealed = await self._session.scalars(select(CustomerPrivate).where(CustomerPrivate.customer_id.in_(ids)))
        private = {(one.customer_id, one.field_id): one for one in sealed}
        given: dict[UUID, list[UUID]] = {}  # by the agent who had them
        for row, customer_id in pairs:
            customer = customers[customer_id]
            lacking = _lacking(row.points, points.get(customer_id, ()))
            if len(points.get(customer_id, ())) + len(lacking) > MOST_POINTS:
                done.refused.append((row, Fault(self._reached, "error.too_many", {"max_length": MOST_POINTS})))
                continue
            owner = customer.agent_id
            noted = self._values(customer, row) | self._fields(customer, row) | self._private(customer, row, private)
            noted |= self._points(customer, points.get(customer_id, ()), lacking)
            if noted:
                self._note(customer, noted)
                done.count += 1
            if owner and owner != customer.agent_id:
                given.setdefault(owner, []).append(customer_id)
        await self._session.flush()
        for owner, moved in given.items():
            done.reminded |= await following.handed_over(self._session, moved, owner, self._now)
        return done

    def _takes(self, there: Any, value: Any) -> bool:
        return there != value and (self._overwrite or not (there or there is False))

    def _values(self, customer: Customer, row: Row) -> dict[str, Any]:
        noted = {}
        for name, said in row.values.items():
            value = UUID(said) if name == "agent_id" else said
            there = getattr(customer, name)
            if self._takes(there, value):
                setattr(customer, name, value)
                noted[name] = [there or None, value]
        return noted

    def _fields(self, customer: Customer, row: Row) -> dict[str, Any]:
        taken = {key: value for key, value in row.fields.items() if self._takes(customer.fields.get(key), value)}
        noted = {f"fields.{key}": [customer.fields.get(key), value] for key, value in taken.items()}
        if taken:
            customer.fields = {**customer.fields, **taken}
        return noted

    def _private(self, customer: Customer, row: Row, private: dict[tuple[UUID, UUID], CustomerPrivate]) -> Any:
        noted = {}
        for value in row.private:
            there = private.get((customer.id, value.field_id))
            if there is not None and (not self._overwrite or there.blind == value.blind):
                continue
            noted[f"fields.{value.field}"] = [masked(there) if there else None, MASK + value.tail]
            if there is None:
                there = CustomerPrivate(tenant_id=customer.tenant_id, customer_id=customer.id, field_id=value.field_id)
                self._session.add(there)
            there.sealed, there.tail, there.blind = value.sealed, value.tail, value.blind
        return noted

    def _points(self, customer: Customer, there: Sequence[ContactPoint], lacking: Sequence[Point]) -> dict[str, Any]:
        if not lacking:
            return {}
        last = max((point.position for point in there), default=-1)
        for at, point in enumerate(lacking, last + 1):
            self._session.add(
                ContactPoint(
                    id=new_id(),
                    tenant_id=customer.tenant_id,
                    customer_id=customer.id,
                    kind=point.kind,
                    value=point.value,
                    key=point.key,
                    label=point.label,
                    position=at,
                )
            )
        before = [point.value for point in there]
        return {"contact_points": [before or None, [*before, *(point.value for point in lacking)]]}

    def _note(self, customer: Customer, noted: dict[str, Any]) -> None:
        # Who came with this file and is changed by a later row of it was changed by nobody since.
        if customer.import_id != self._import_id or customer.updated_at != customer.created_at:
            customer.updated_at, customer.updated_by = self._now, self._account_id
        self._session.add(
            CustomerChange(
                id=new_id(),
                tenant_id=customer.tenant_id,
                customer_id=customer.id,
                at=self._now,
                account_id=self._account_id,
                kind="changed",
                data=noted,
            )
        )


def _lacking(wanted: Iterable[Point], there: Iterable[ContactPoint]) -> list[Point]:
    has = {(point.kind, point.key) for point in there}
    return [point for point in wanted if (point.kind, point.key) not in has]
