"""Customers: looked for, kept, shown as the reader may see them; and who a caller is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    ScalarSelect,
    String,
    Text,
    Uuid,
    and_,
    any_,
    delete,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.calls import service as calls
from hujiao.customers import changes, contacts, fields, following
from hujiao.customers.models import ContactPoint, Customer, CustomerChange, CustomerField, CustomerPrivate
from hujiao.customers.views import (
    ChangeView,
    ContactPointView,
    CustomerChanges,
    CustomerFilter,
    CustomerIn,
    CustomerView,
)
from hujiao.identity import accounts
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.catalogue import flush
from hujiao.kit.errors import BadField, Conflict, Forbidden, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page
from hujiao.kit.secrets import TenantSecrets

MOST_FOUND = 10_000  # of a text: more than anybody reads
_BATCH = 1000
SHORTEST_PART = 4  # of a number, in digits
_PLAIN = ("name", "grade", "tags", "agent_id", "project_id", "note")
_SORTS: dict[str, Any] = {name: getattr(Customer, name) for name in ("name", "grade", "created_at", "updated_at")}


class Customers:
    """One tenant's customers, as far as `who` sees them: the whole company's, and those of their projects.

    `reminded` are the agents whose next calls were changed by what was done.
    """

    def __init__(self, session: AsyncSession, who: Principal, secrets: TenantSecrets, now: datetime) -> None:
        self.session = session
        self.who = who
        self.secrets = secrets
        self.now = now
        self.reminded: set[UUID] = set()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def page(self, wanted: CustomerFilter, query: ListQuery) -> Page[CustomerView]:
        where = await self.matching(wanted, query.q)
        total = await self.session.scalar(select(func.count()).select_from(Customer).where(*where)) or 0
        found = select(Customer).where(*where).order_by(*order(query.sort))
        rows = (await self.session.scalars(found.limit(query.page_size).offset(query.offset))).all()
        return Page(items=await self.show(rows), total=total, page=query.page, page_size=query.page_size)

    async def every(self, wanted: CustomerFilter, query: ListQuery) -> AsyncIterator[CustomerView]:
        """All that `page` finds, in its order."""
        found = select(Customer).where(*await self.matching(wanted, query.q)).order_by(*order(query.sort))
        stream = await self.session.stream_scalars(found.execution_options(yield_per=_BATCH))
        async for rows in stream.partitions(_BATCH):
            for view in await self.show(rows):
                yield view

    async def get(self, customer_id: UUID) -> CustomerView:
        return (await self.show([await self.find(customer_id)]))[0]

    async def find(self, customer_id: UUID, *, to_write: bool = False) -> Customer:
        """The customer, or who stands for them since they were merged: that one alone is locked `to_write`."""
        row = await self._row(customer_id)
        if to_write and not row.merged_into:
            row = await self._row(customer_id, lock=True)
        return await self.find(row.merged_into, to_write=to_write) if row.merged_into else row

    async def _row(self, customer_id: UUID, *, lock: bool = False) -> Customer:
        """As it is now, not as it was when it was read before."""
        wanted = select(Customer).where(Customer.id == customer_id).execution_options(populate_existing=True)
        row = await self.session.scalar(wanted.with_for_update() if lock else wanted)
        if row is None or not self._sees(row):
            raise NotFound("error.not_found")
        return row

    async def history(self, customer_id: UUID) -> list[ChangeView]:
        """What was done to the customer, and to those who were merged into them."""
        row = await self.find(customer_id)
        merged = await self.session.scalars(select(Customer.id).where(Customer.merged_into == row.id))
        return changes.since_in_sight(await changes.of(self.session, [row.id, *merged]), self._in_sight)

    async def one_with(self, wanted: CustomerFilter, project_id: UUID | None) -> UUID | None:
        """Who has this contact or this value: of several one of the project before the whole company's."""
        of_project = or_(Customer.project_id == project_id, Customer.project_id.is_(None))
        found = select(Customer.id).where(*await self.matching(wanted, None), of_project)
        return await self.session.scalar(found.order_by(Customer.project_id.is_(None), Customer.id).limit(1))

    async def keys(self, customer_id: UUID) -> list[str]:
        """The forms by which the customer's contacts are compared."""
        row = await self.find(customer_id)
        return [point.key for point in await contacts.of(self.session, [row.id])]

    async def matching(self, wanted: CustomerFilter, q: str | None) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = [Customer.merged_into.is_(None)]
        if self.who.projects is not None:
            where.append(or_(Customer.project_id.is_(None), Customer.project_id.in_(self.who.projects)))
        if q:
            where.append(Customer.id.in_(await self._found(q)))
        if wanted.contact is not None:
            keys = contacts.keys_of(wanted.contact, await self._dialling())
            having = select(ContactPoint.customer_id).where(ContactPoint.key.in_(keys))
            where.append(Customer.id.in_(having) if keys else false())
        for name in ("grade", "agent_id", "project_id"):
            value = getattr(wanted, name)
            where += [] if value is None else [getattr(Customer, name) == value]
        if wanted.tag:
            where.append(literal(wanted.tag) == any_(Customer.tags))
        if wanted.field or wanted.value:
            where.append(await self._field_is(wanted.field or "", wanted.value or ""))
        return where

    async def _found(self, q: str) -> ScalarSelect[UUID]:
        """Whom a text finds: by the name, a tag, any number or address; a short text by how a name begins."""
        escaped = q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        digits = "".join(filter(str.isdigit, q))
        is_number = len(digits) >= SHORTEST_PART and not any(map(str.isalpha, q))
        return select(
            func.search_customers(
                literal(f"%{escaped}%" if len(q) > 2 else f"{escaped}%", Text),
                literal(q, Text),
                literal(contacts.keys_of(q, await self._dialling()), ARRAY(Text)),
                literal(f"%{digits}%" if is_number else None, Text),
                literal(None if self.who.projects is None else list(self.who.projects), ARRAY(Uuid)),
                MOST_FOUND,
            )
        ).scalar_subquery()

    async def _field_is(self, key: str, value: str) -> ColumnElement[bool]:
        field = (await fields.all_fields(self.session)).get(key)
        if field is None:
            raise BadField("error.unknown_reference", field="field")
        if field.private and field.kind != "text" and not self.who.may(Right.CUSTOMERS_PRIVATE):
            raise BadField("error.private_search", field="field")  # of so few values each could be tried
        try:
            good = fields.checked(field, value)
        except BadField as error:
            raise BadField(error.message, field="value", detail=error.detail) from error
        if good is None:
            raise BadField("error.missing", field="value")
        if not field.private:
            return Customer.fields.contains({key: good})
        equal = and_(
            CustomerPrivate.field_id == field.id, CustomerPrivate.blind == fields.blind(self.secrets, field, good)
        )
        return Customer.id.in_(select(CustomerPrivate.customer_id).where(equal))

    async def show(self, rows: Sequence[Customer]) -> list[CustomerView]:
        if not rows:
            return []
        ids = [row.id for row in rows]
        own = await fields.all_fields(self.session)
        points: dict[UUID, list[ContactPointView]] = {}
        for point in await contacts.of(self.session, ids):
            view = ContactPointView.model_validate(point, from_attributes=True)
            points.setdefault(point.customer_id, []).append(view)
        private = await self._private(ids, own)
        of_agents = await agents.names(self.session, [row.agent_id for row in rows])
        people = {one for row in rows for one in (row.created_by, row.updated_by) if one}
        names = await accounts.names(self.session, people)
        return [
            CustomerView(
                id=row.id,
                **{name: getattr(row, name) for name in _PLAIN},
                agent_name=of_agents[row.agent_id][1] if row.agent_id in of_agents else None,
                fields={key: value for key, value in row.fields.items() if key in own} | private.get(row.id, {}),
                contact_points=points.get(row.id, []),
                created_at=row.created_at,
                created_by=names.get(row.created_by) if row.created_by else None,
                updated_at=row.updated_at,
                updated_by=names.get(row.updated_by) if row.updated_by else None,
            )
            for row in rows
        ]

    async def _private(
        self, ids: Iterable[UUID], own: Mapping[str, CustomerField], *, mask: bool = False
    ) -> dict[UUID, dict[str, Any]]:
        """Private values as `who` may see them, or all of them masked."""
        by_id = {field.id: field for field in own.values() if field.private}
        if not by_id:
            return {}
        clear = not mask and self.who.may(Right.CUSTOMERS_PRIVATE)
        found: dict[UUID, dict[str, Any]] = {}
        for row in await self.session.scalars(
            select(CustomerPrivate).where(CustomerPrivate.customer_id.in_(list(ids)))
        ):
            field = by_id[row.field_id]
            shown = fields.opened(self.secrets, field, row) if clear else fields.masked(row)
            found.setdefault(row.customer_id, {})[field.key] = shown
        return found

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def create(self, data: CustomerIn) -> CustomerView:
        row = Customer(
            id=new_id(),
            tenant_id=self.who.tenant_id,
            fields={},
            created_at=self.now,
            created_by=self.who.account_id,
        )
        return await self._write(row, data, {*CustomerIn.model_fields}, new=True)

    async def change(self, customer_id: UUID, data: CustomerChanges) -> CustomerView:
        """Only what was sent; refused when somebody else has changed the customer since the sender saw them."""
        row = await self.find(customer_id, to_write=True)
        if data.seen_at is not None and data.seen_at != row.updated_at:
            raise Conflict("error.changed_meanwhile", field="seen_at", code="changed_meanwhile")
        return await self._write(row, data, data.model_fields_set, new=False)

    async def remove(self, customer_id: UUID) -> None:
        """The customer and all that was noted of them are gone; that somebody deleted them is kept, without a value."""
        row = await self.find(customer_id, to_write=True)
        if row.project_id is None and self.who.projects is not None:
            raise Forbidden("error.company_customer")
        merged = (await self.session.scalars(select(Customer.id).where(Customer.merged_into == row.id))).all()
        gone = [row.id, *merged]
        self.reminded |= await following.agents_of(self.session, gone)
        await self.session.execute(delete(CustomerChange).where(CustomerChange.customer_id.in_(gone)))
        await self.session.execute(delete(Customer).where(Customer.id == row.id))
        changes.note(self.session, self.who, row.id, "deleted", self.now, {})
        await flush(self.session)

    async def _write(self, row: Customer, data: CustomerIn, sent: set[str], *, new: bool) -> CustomerView:
        if "project_id" in sent and data.project_id != row.project_id:
            self._may_move(row, data.project_id, new=new)
        chosen = [data.agent_id] if "agent_id" in sent and data.agent_id and data.agent_id != row.agent_id else []
        if chosen and not await agents.known(self.session, self.who.projects, chosen):
            raise BadField("error.unknown_reference", field="agent_id")
        before, owner = {} if new else await self._known(row), row.agent_id
        for name in _PLAIN:
            if name in sent:
                setattr(row, name, getattr(data, name))
        row.updated_at, row.updated_by = self.now, self.who.account_id
        self.session.add(row)
        await flush(self.session)
        if owner and owner != row.agent_id:
            self.reminded |= await following.handed_over(self.session, [row.id], owner, self.now)
        private = await self._set_fields(row, data.fields, new=new)
        points = await contacts.of(self.session, [row.id])
        if "contact_points" in sent:
            points = await contacts.replace(
                self.session, row, data.contact_points, shared=data.shared, projects=self.who.projects
            )
        if not row.name and not points:
            raise BadField("error.customer_empty", field="name")
        self.session.add_all(private)
        await flush(self.session)
        after = await self._known(row)
        changed = {name: [before.get(name), after.get(name)] for name in {**before, **after}}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        key_of = {field.id: field.key for field in (await fields.all_fields(self.session)).values()} if private else {}
        for one in private:  # two values may look the same when they are masked
            name = f"fields.{key_of[one.field_id]}"
            changed[name] = [before.get(name), fields.masked(one)]
        if changed or new:
            changes.note(self.session, self.who, row.id, "created" if new else "changed", self.now, changed)
            await flush(self.session)
        return (await self.show([row]))[0]

    def _may_move(self, row: Customer, to: UUID | None, *, new: bool) -> None:
        if not self._in_sight(to):
            raise BadField("error.unknown_reference", field="project_id")
        if not new and not self.who.may(Right.CUSTOMERS_MANAGE):
            raise Forbidden("error.forbidden", field="project_id")
        if not new and row.project_id is None and self.who.projects is not None:
            raise Forbidden("error.company_customer", field="project_id")

    async def _set_fields(self, row: Customer, sent: Mapping[str, Any], *, new: bool) -> list[CustomerPrivate]:
        """Sets the plain ones, removes what is emptied, and returns the rows of private values to be added."""
        own = await fields.all_fields(self.session)
        if unknown := next((key for key in sent if key not in own), None):
            raise BadField("error.unknown_reference", field=f"fields.{unknown}")
        good = {key: fields.checked(own[key], value) for key, value in sent.items()}
        checked_now = own.values() if new else [own[key] for key in sent]
        if lacking := fields.missing(checked_now, [key for key, value in good.items() if value is not None]):
            raise BadField("error.missing", field=f"fields.{lacking}")
        plain = {key: value for key, value in good.items() if not own[key].private}
        kept = {**row.fields, **plain}
        row.fields = {key: value for key, value in kept.items() if value is not None}
        sealed = {own[key].id: (own[key], value) for key, value in good.items() if own[key].private}
        if sealed and not new:
            await self.session.execute(
                delete(CustomerPrivate).where(
                    CustomerPrivate.customer_id == row.id, CustomerPrivate.field_id.in_(sealed)
                )
            )
        rows = [
            fields.sealed(self.secrets, field, row.id, value) for field, value in sealed.values() if value is not None
        ]
        for one in rows:
            one.tenant_id = row.tenant_id
        return rows

    async def _known(self, row: Customer) -> dict[str, Any]:
        """All that is known of the customer, as it may be noted."""
        own = await fields.all_fields(self.session)
        private = (await self._private([row.id], own, mask=True)).get(row.id, {})
        values = {f"fields.{key}": value for key, value in (row.fields | private).items()}
        points = [point.value for point in await contacts.of(self.session, [row.id])]
        plain = {name: getattr(row, name) for name in _PLAIN}
        plain |= {name: str(plain[name]) for name in ("agent_id", "project_id") if plain[name]}
        return {
            name: value
            for name, value in {**plain, "contact_points": points, **values}.items()
            if value or value is False
        }

    def _sees(self, row: Customer) -> bool:
        return self._in_sight(row.project_id)

    def _in_sight(self, project_id: UUID | None) -> bool:
        return project_id is None or self.who.projects is None or project_id in self.who.projects

    async def _dialling(self) -> Any:
        return await calls.dialling(self.session, self.who.tenant_id)


def order(sort: str | None) -> list[Any]:
    """The newest first, where nothing else is asked."""
    sort = sort or "-updated_at"
    column = _SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise BadField("error.unknown_sort", field="sort", detail={"known": ", ".join(_SORTS)})
    return [column.desc(), Customer.id.desc()] if sort.startswith("-") else [column.asc(), Customer.id.asc()]


# ── who a caller is ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Recognised:
    id: UUID
    name: str
    grade: int
    agent_id: UUID | None


async def recognise(
    session: AsyncSession, key: str, project_id: UUID | None, meant: UUID | None = None
) -> Recognised | None:
    """The customer who has this contact, of the project or of the whole company: of several who is `meant`, then one of
    the project, and of these the one who was entered first."""
    fits = or_(Customer.project_id == project_id, Customer.project_id.is_(None))
    row = await session.scalar(
        select(Customer)
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.key == key, fits)
        .order_by(Customer.id.is_distinct_from(meant), Customer.project_id.is_(None), Customer.id)
        .limit(1)
    )
    return Recognised(row.id, row.name, row.grade, row.agent_id) if row else None


async def any_known(session: AsyncSession) -> bool:
    """Whether there is any customer: if not, nobody need be looked for."""
    return await session.scalar(select(Customer.id).limit(1)) is not None


async def own_agents(session: AsyncSession, keys: Iterable[str]) -> dict[str, UUID]:
    """Which of these callers have an agent of their own, and who that is."""
    rows = await session.execute(
        select(ContactPoint.key, Customer.agent_id)
        .join(Customer, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.key == any_(literal(list(keys), ARRAY(String))), Customer.agent_id.is_not(None))
        .order_by(Customer.id.desc())
    )
    return {key: agent_id for key, agent_id in rows if agent_id}
