"""How customers are reached: the one form of each kind of contact, and who has it already."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.calls import service as calls
from hujiao.calls.dialling import Dialling
from hujiao.calls.numbers import without_separators
from hujiao.customers.models import ContactPoint, Customer
from hujiao.customers.views import ContactPointIn
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.ids import new_id

_PHONE = re.compile(r"[+0-9A-Za-z*#]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def key_of(kind: str, value: str, dialling: Dialling) -> str:
    """The form by which contacts of this kind are compared; "": nobody's."""
    match kind:
        case "phone":
            return dialling.canonical(value)
        case "email":
            return value.lower()
        case _:
            return value


def keys_of(text: str, dialling: Dialling) -> list[str]:
    """The forms that somebody may mean who writes no kind."""
    return sorted({key_of(kind, text, dialling) for kind in ("phone", "email", "chat")} - {""})


def checked(point: ContactPointIn, dialling: Dialling, field: str) -> tuple[str, str]:
    """The contact as it is kept, and its key."""
    value = without_separators(point.value) if point.kind == "phone" else point.value
    if point.kind == "phone" and not _PHONE.fullmatch(value):
        raise BadField("error.contact_phone", field=field)
    if point.kind == "email" and not _EMAIL.fullmatch(value):
        raise BadField("error.contact_email", field=field)
    key = key_of(point.kind, value, dialling)
    if not key:
        raise BadField("error.contact_nobody", field=field)
    return value, key


async def replace(
    session: AsyncSession,
    customer: Customer,
    wanted: Sequence[ContactPointIn],
    *,
    shared: bool,
    projects: frozenset[UUID] | None,
) -> list[ContactPoint]:
    """The customer has these from now on; refused while another customer of the project has one, unless `shared`.

    The refusal names the other's own agent to who sees that agent: one of `projects` (None: any).
    """
    dialling = await calls.dialling(session, customer.tenant_id)
    before = {(one.kind, one.key): one for one in await of(session, [customer.id])}
    good = [(point, *checked(point, dialling, _field(at))) for at, point in enumerate(wanted)]
    await _lock(session, customer.tenant_id, {key for point, _, key in good if (point.kind, key) not in before})
    rows: dict[tuple[str, str], ContactPoint] = {}
    for at, (point, value, key) in enumerate(good):
        field = _field(at)
        if (point.kind, key) in rows:
            raise BadField("error.said_twice", field=field)
        row = before.get((point.kind, key))
        if row is None:
            others = await _others(session, customer, key)
            if others and not shared:
                await _refuse(session, others[0], field, projects)
            row = ContactPoint(id=new_id(), tenant_id=customer.tenant_id, customer_id=customer.id, kind=point.kind)
            row.key, row.shared = key, bool(others)
        row.value, row.label, row.position = value, point.label, at
        rows[point.kind, key] = row
    gone = [row.id for kept, row in before.items() if kept not in rows]
    if gone:
        await session.execute(delete(ContactPoint).where(ContactPoint.id.in_(gone)))
    session.add_all(rows.values())
    return list(rows.values())


async def of(session: AsyncSession, customer_ids: Collection[UUID]) -> list[ContactPoint]:
    """Those of these customers, in their order."""
    wanted = select(ContactPoint).where(ContactPoint.customer_id.in_(list(customer_ids)))
    return list(await session.scalars(wanted.order_by(ContactPoint.position, ContactPoint.id)))


async def key_again(session: AsyncSession, tenant_id: UUID) -> None:
    """Numbers by the form that they have now, after the home country may have become another one."""
    dialling = await calls.dialling(session, tenant_id)
    rows = await session.stream_scalars(
        select(ContactPoint).where(ContactPoint.kind == "phone").execution_options(yield_per=1000)
    )
    changed = {row.id: key async for row in rows if (key := dialling.canonical(row.value) or row.value) != row.key}
    for point_id, key in changed.items():
        row = await session.get_one(ContactPoint, (tenant_id, point_id))
        row.key = key
    await session.flush()


def _field(at: int) -> str:
    return f"contact_points.{at}.value"


async def lock_all(session: AsyncSession, tenant_id: UUID) -> None:
    """Nobody else gets any contact before this transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(_of_tenant(tenant_id))))


def _of_tenant(tenant_id: UUID) -> ColumnElement[int]:
    return func.hashtextextended(f"contacts of {tenant_id}", 0)


async def _lock(session: AsyncSession, tenant_id: UUID, keys: Collection[str]) -> None:
    """Nobody else gets these before this transaction ends; in one order, so that two never wait for each other."""
    if keys:
        await session.execute(select(func.pg_advisory_xact_lock_shared(_of_tenant(tenant_id))))
    for key in sorted(keys):
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tenant_id} {key}", 0))))


async def _others(session: AsyncSession, customer: Customer, key: str) -> Sequence[Customer]:
    """Who else of the project, or of the whole company, has it."""
    same = or_(Customer.project_id.is_not_distinct_from(customer.project_id), Customer.project_id.is_(None))
    rows = await session.scalars(
        select(Customer)
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.key == key, Customer.id != customer.id, same)
        .order_by(Customer.id)
    )
    return rows.all()


async def _refuse(session: AsyncSession, other: Customer, field: str, projects: frozenset[UUID] | None) -> None:
    in_sight = await agents.known(session, projects, [other.agent_id] if other.agent_id else [])
    own = (await agents.names(session, in_sight)).get(other.agent_id) if other.agent_id else None
    detail = {"customer": other.name or "–", "agent": own[1] if own else "–", "customer_id": str(other.id)}
    raise Conflict("error.contact_taken", field=field, code="contact_taken", detail=detail)
