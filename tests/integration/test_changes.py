"""One tenant's change of its configuration costs what is its own: counted against real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import delete, event, update

from hujiao.app.runtime import config
from hujiao.app.runtime.routes import Routes
from hujiao.calls.models import Trunk
from hujiao.calls.numbers import forms
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from hujiao.tenancy.models import Business, Project, Tenant

DOCUMENT: dict[str, Any] = {"version": 1, "start": "end", "nodes": {"end": {"type": "hang_up"}}}
DIGITS = iter(range(40_000_000_000, 50_000_000_000))


def number() -> str:
    """One that no other test has."""
    return str(next(DIGITS))


async def made(database: Database, *numbers: str, versions: int = 1, published: int | None = 1) -> tuple[UUID, UUID]:
    """A tenant with these numbers, and the flow to which they lead."""
    tenant_id, project, business, flow = (new_id() for _ in range(4))
    common = {"tenant_id": tenant_id}
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug=f"changes-{tenant_id.hex[-12:]}", name="Changes"))
        await session.flush()
        session.add(Project(id=project, name="P", **common))
        await session.flush()
        session.add(Business(id=business, project_id=project, name="B", **common))
        row = Flow(id=flow, name="F", project_id=project, draft=DOCUMENT, published_version=published, **common)
        session.add(row)
        await session.flush()
        session.add_all(
            FlowVersion(flow_id=flow, version=version + 1, document=DOCUMENT, **common) for version in range(versions)
        )
    for one in numbers:
        await add_number(database, tenant_id, flow, project, business, one)
    return tenant_id, flow


async def add_number(database: Database, tenant_id: UUID, flow: UUID, project: UUID, business: UUID, one: str) -> None:
    async with database.tenant(tenant_id) as session:
        session.add(
            AccessNumber(
                tenant_id=tenant_id, number=one, flow_id=flow, project_id=project, business_id=business,
                **forms(one, "CN"),
            )
        )  # fmt: skip


async def move(database: Database, one: str, source: UUID, target: UUID) -> None:
    """The number is the other tenant's from now on."""
    async with database.tenant(source) as session:
        await session.execute(delete(AccessNumber).where(AccessNumber.number == one))
    async with database.tenant(target) as session:
        flow = await session.scalar(Flow.__table__.select().with_only_columns(Flow.id))
        project = await session.scalar(Project.__table__.select().with_only_columns(Project.id))
        business = await session.scalar(Business.__table__.select().with_only_columns(Business.id))
    assert flow and project and business
    await add_number(database, target, flow, project, business, one)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def asked(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", asked)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", asked)


@contextmanager
def loaded(kind: type[Any]) -> Iterator[list[Any]]:
    """The rows that are read of this table."""
    rows: list[Any] = []

    def read(row: Any, _: Any) -> None:
        rows.append(row)

    event.listen(kind, "load", read)
    try:
        yield rows
    finally:
        event.remove(kind, "load", read)


async def test_numbers_are_read_of_who_changed_them_alone(database: Database) -> None:
    first, second, third = number(), number(), number()
    (a, _), (b, _) = await made(database, first), await made(database, second)
    routes = Routes(database)
    await routes.load()
    assert (routes.owner(first), routes.owner(second), routes.owner(third)) == (a, b, None)
    async with database.tenant(b) as session:
        await session.execute(update(AccessNumber).values(number=third, **forms(third, "CN")))
    with statements(database) as asked:
        await routes.changed(a)
    assert not [statement for statement in asked if "lookup_" in statement], "that is everybody's"
    assert routes.owner(second) == b, "nobody said yet that B's is another one"
    await routes.changed(b)
    assert (routes.owner(first), routes.owner(second), routes.owner(third)) == (a, None, b)
    assert routes.owner(f"+{third}") == b, "as a carrier writes it"


async def test_a_number_that_moves_is_told_of_in_any_order(database: Database) -> None:
    one = number()
    for order in (0, 1):
        a, _ = await made(database, *(() if order else (one,)))
        b, _ = await made(database, *((one,) if order else ()))
        source, target = (b, a) if order else (a, b)
        routes = Routes(database)
        await routes.load()
        await move(database, one, source, target)
        for told in (target, source) if order else (source, target):
            await routes.changed(told)
        assert routes.owner(one) == target
        async with database.tenant(target) as session:
            await session.execute(delete(AccessNumber))


async def test_of_two_readings_the_one_that_began_last_holds(database: Database) -> None:
    old, new = number(), number()
    tenant_id, _ = await made(database, old)
    begun, slow = asyncio.Event(), asyncio.Event()

    class Slow(Routes):
        async def _numbers_of(self, tenant_id: UUID) -> list[str]:
            found = await super()._numbers_of(tenant_id)
            if not begun.is_set():
                begun.set()
                await slow.wait()
            return found

    routes = Slow(database)
    await routes.load()
    first = asyncio.create_task(routes.changed(tenant_id))
    await begun.wait()
    async with database.tenant(tenant_id) as session:
        await session.execute(update(AccessNumber).values(number=new, **forms(new, "CN")))
    await routes.changed(tenant_id)
    slow.set()
    await first
    assert (routes.owner(old), routes.owner(new)) == (None, tenant_id)


async def test_only_the_operators_trunks_lead_out_and_are_read_when_they_change(database: Database) -> None:
    tenant_id, _ = await made(database)
    routes = Routes(database)
    await routes.load()
    with loaded(Trunk) as rows, statements(database) as asked:
        await routes.changed(tenant_id)
    assert (rows, [one for one in asked if " trunk" in one]) == ([], [])


async def test_of_a_flow_only_the_versions_in_use_are_read(database: Database) -> None:
    tenant_id, flow = await made(database, versions=12, published=9)
    with loaded(FlowVersion) as rows:
        found = await config.load(database, tenant_id, {(flow, 3), (new_id(), 1)})
    assert sorted(row.version for row in rows) == [3, 9]
    assert sorted(found.flows) == [(flow, 3), (flow, 9)]
    unpublished, _ = await made(database, versions=5, published=None)
    with loaded(FlowVersion) as rows:
        assert (await config.load(database, unpublished)).flows == {}
    assert rows == []
