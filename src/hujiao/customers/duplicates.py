"""Customers who may be one: found, and merged into one who keeps what both had."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, text, update

from hujiao.customers import apart, changes, contacts, fields, following
from hujiao.customers.models import ContactPoint, Customer, CustomerPrivate, CustomersApart
from hujiao.customers.service import Customers
from hujiao.customers.views import ApartIn, ApartView, ChangeKind, CustomerView, DuplicateView, MergeIn
from hujiao.identity import accounts
from hujiao.kit.catalogue import flush
from hujiao.kit.errors import BadField
from hujiao.kit.paging import ListQuery, Page

MOST_SHOWN = 50
MOST_LOOKED_AT = 2000

MOST_OF_GROUP = 200

# The values of those with a name.
_VALUED = """
  SELECT c.id, c.project_id, c.name, f.key, f.value::text AS value FROM customer c, jsonb_each(c.fields) f
  WHERE c.name <> '' AND c.fields <> '{}' AND c.merged_into IS NULL
  UNION ALL
  SELECT c.id, c.project_id, c.name, f.key, encode(v.blind, 'hex') FROM customer_private v
  JOIN customer c ON c.tenant_id = v.tenant_id AND c.id = v.customer_id
  JOIN customer_field f ON f.tenant_id = v.tenant_id AND f.id = v.field_id
  WHERE c.name <> '' AND c.merged_into IS NULL
"""

# Groups of one project. What is there but once is left out before anything is joined; of what is said to be shared
# nobody is suspected.
_FOUND = f"""
WITH twice AS (
  SELECT p.key FROM contact_point p GROUP BY p.key HAVING count(*) > 1 AND NOT bool_or(p.shared) LIMIT :looked
), valued AS ({_VALUED}), found AS (
SELECT 'contact' AS by, p.key AS what, '' AS value, (array_agg(DISTINCT c.id ORDER BY c.id))[1:{MOST_OF_GROUP}] AS ids
  FROM twice
  JOIN contact_point p ON p.key = twice.key
  JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id
  WHERE (:everything OR c.project_id IS NULL OR c.project_id = ANY(:projects))
  GROUP BY c.project_id, p.key HAVING count(DISTINCT c.id) > 1
UNION ALL
SELECT 'field', v.key, v.value, (array_agg(v.id ORDER BY v.id))[1:{MOST_OF_GROUP}] FROM valued v
  WHERE (:everything OR v.project_id IS NULL OR v.project_id = ANY(:projects))
  GROUP BY v.project_id, v.name, v.key, v.value HAVING count(*) > 1
)
SELECT * FROM found ORDER BY found.by, found.ids LIMIT :looked
"""

_EQUAL = f"""
WITH valued AS ({_VALUED})
SELECT v.key, v.value FROM valued v WHERE v.id = ANY(:ids) GROUP BY v.name, v.key, v.value HAVING count(*) > 1
"""


class Duplicates(Customers):
    async def pairs(self) -> list[DuplicateView]:
        """Pairs with one number or address, or with one name and one equal field; at most 50, each once."""
        projects = self.who.projects
        asked = {
            "everything": projects is None,
            "projects": list(projects or ()),
            # Those of whom it was said that they are two take nobody else's place.
            "looked": MOST_LOOKED_AT + await apart.count(self.session),
        }
        groups = (await self.session.execute(text(_FOUND), asked)).all()
        two = await apart.reasons_of(self.session, {one for found in groups for one in found.ids})
        reasons: dict[apart.Pair, list[apart.Reason]] = {}
        for found in groups:
            reason = apart.Reason(found.by, found.what, found.value)
            digest = reason.digest(self.secrets)
            suspected = (pair for pair in combinations(found.ids, 2) if digest not in two.get(pair, ()))
            if pair := next(suspected, None):
                reasons.setdefault(pair, []).append(reason)
        chosen = list(reasons.items())[:MOST_SHOWN]
        wanted = {one for pair, _ in chosen for one in pair}
        views = await self._views(wanted)
        return [
            DuplicateView(
                one=views[one],
                other=views[other],
                contacts=[reason.what for reason in why if reason.by == "contact"],
                fields=[reason.what for reason in why if reason.by == "field"],
            )
            for (one, other), why in chosen
            if one in views and other in views
        ]

    async def keep_apart(self, customer_id: UUID, data: ApartIn) -> None:
        """They are two, whatever of what was shown; suspected again when they have something more in common."""
        pair = await self._pair(customer_id, data.other_id)
        equal = (await self.session.execute(text(_EQUAL), {"ids": list(pair)})).all()
        reasons = {
            *(apart.Reason("contact", key, "") for key in data.contacts),
            *(apart.Reason("field", key, value) for key, value in equal if key in data.fields),
        }
        digests = {reason.digest(self.secrets) for reason in reasons}
        await apart.keep(self.session, self.who.tenant_id, pair, digests, self.who.account_id, self.now)
        self._note(pair, "kept_apart")

    async def may_be_one(self, customer_id: UUID, other_id: UUID) -> None:
        """Takes back that they are two."""
        pair = await self._pair(customer_id, other_id)
        if await apart.forget(self.session, pair):
            self._note(pair, "may_be_one")

    def _note(self, pair: apart.Pair, kind: ChangeKind) -> None:
        for one, other in (pair, pair[::-1]):
            changes.note(self.session, self.who, one, kind, self.now, {"other_id": str(other)})

    async def kept_apart(self, query: ListQuery) -> Page[ApartView]:
        """Pairs of whom somebody said that they are two, the latest first."""
        total = await self.session.scalar(self._apart(select(func.count()).select_from(CustomersApart))) or 0
        latest = self._apart(select(CustomersApart)).order_by(CustomersApart.at.desc(), CustomersApart.one_id)
        rows = (await self.session.scalars(latest.limit(query.page_size).offset(query.offset))).all()
        wanted = {one for row in rows for one in (row.one_id, row.other_id)}
        views = await self._views(wanted)
        names = await accounts.names(self.session, {row.account_id for row in rows if row.account_id})
        items = [
            ApartView(
                one=views[row.one_id],
                other=views[row.other_id],
                at=row.at,
                by=names.get(row.account_id) if row.account_id else None,
            )
            for row in rows
            if row.one_id in views and row.other_id in views
        ]
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    def _apart(self, wanted: Select[Any]) -> Select[Any]:
        """Those pairs of which `who` sees both."""
        if self.who.projects is None:
            return wanted
        sees = or_(Customer.project_id.is_(None), Customer.project_id.in_(self.who.projects))
        seen = select(Customer.id).where(sees)
        return wanted.where(CustomersApart.one_id.in_(seen), CustomersApart.other_id.in_(seen))

    async def _views(self, wanted: Collection[UUID]) -> dict[UUID, CustomerView]:
        """Of those who are still there."""
        found = await self.session.scalars(select(Customer).where(Customer.id.in_(wanted)))
        return {view.id: view for view in await self.show(found.all())}

    async def _pair(self, customer_id: UUID, other_id: UUID) -> apart.Pair:
        """The two, none of whom was merged into another meanwhile."""
        if customer_id == other_id:
            raise BadField("error.merge_with_itself", field="other_id")
        for each in (customer_id, other_id):
            if (await self.find(each)).id != each:
                raise BadField("error.customer_merged_away", field="other_id")
        return apart.pair_of(customer_id, other_id)

    async def merge(self, customer_id: UUID, data: MergeIn) -> CustomerView:
        """The customer stands for both from now on: `take` is the other's, else one's own where there is one."""
        if data.other_id == customer_id:
            raise BadField("error.merge_with_itself", field="other_id")
        ids = [(await self.find(one)).id for one in (customer_id, data.other_id)]
        # Locked in one order, so that two never wait for each other.
        found = {one: await self.find(one, to_write=True) for one in sorted(ids)}
        row, other = (found[one] for one in ids)
        if row.id == other.id:
            raise BadField("error.merge_with_itself", field="other_id")
        if row.project_id != other.project_id:
            raise BadField("error.merge_across_projects", field="other_id")
        own = await fields.all_fields(self.session)
        usable = {"name", "grade", "agent_id", "note", *(f"fields.{key}" for key in own)}
        if unknown := sorted({*data.take} - usable):
            raise BadField("error.unknown_reference", field=f"take.{data.take.index(unknown[0])}")
        before, gone, owner = await self._known(row), await self._known(other), row.agent_id
        for name in ("name", "grade", "agent_id", "note"):
            if name in data.take or not getattr(row, name):
                setattr(row, name, getattr(other, name))
        row.tags = list(dict.fromkeys([*row.tags, *other.tags]))
        taken = {key: value for key, value in other.fields.items() if f"fields.{key}" in data.take}
        row.fields = {**other.fields, **row.fields, **taken}
        await self._take_private(row.id, other.id, [own[key].id for key in own if f"fields.{key}" in data.take])
        await self._take_contacts(row.id, other.id)
        await self.session.execute(update(Customer).where(Customer.merged_into == other.id).values(merged_into=row.id))
        other.merged_into, other.updated_at, other.updated_by = row.id, self.now, self.who.account_id
        row.updated_at, row.updated_by = self.now, self.who.account_id
        await flush(self.session)
        self.reminded |= await following.merged(self.session, row.id, other.id, self.now)
        if owner and owner != row.agent_id:
            self.reminded |= await following.handed_over(self.session, [row.id], owner, self.now)
        told: dict[str, Any] = {"other_id": str(other.id), "before": before, "other": gone}
        await apart.merged(self.session, row.id, other.id)
        changes.note(self.session, self.who, row.id, "merged", self.now, told)
        changes.note(self.session, self.who, other.id, "merged_away", self.now, {"into": str(row.id)})
        await flush(self.session)
        await self.session.refresh(row)
        return (await self.show([row]))[0]

    async def _take_private(self, to: UUID, of: UUID, taken: list[UUID]) -> None:
        """What the other has and this one lacks, or what is to be taken; the rest stays with the other."""
        replaced = delete(CustomerPrivate).where(
            CustomerPrivate.customer_id == to,
            CustomerPrivate.field_id.in_(taken),
            CustomerPrivate.field_id.in_(
                select(CustomerPrivate.field_id).where(CustomerPrivate.customer_id == of).scalar_subquery()
            ),
        )
        await self.session.execute(replaced)
        there = select(CustomerPrivate.field_id).where(CustomerPrivate.customer_id == to).scalar_subquery()
        await self.session.execute(
            update(CustomerPrivate)
            .where(CustomerPrivate.customer_id == of, CustomerPrivate.field_id.not_in(there))
            .values(customer_id=to)
        )

    async def _take_contacts(self, to: UUID, of: UUID) -> None:
        points = await contacts.of(self.session, [to, of])
        there = {(point.kind, point.key) for point in points if point.customer_id == to}
        last = len(there)
        for point in points:
            if point.customer_id == of and (point.kind, point.key) in there:
                await self.session.execute(delete(ContactPoint).where(ContactPoint.id == point.id))
            elif point.customer_id == of:
                last += 1
                await self.session.execute(
                    update(ContactPoint).where(ContactPoint.id == point.id).values(customer_id=to, position=last)
                )
