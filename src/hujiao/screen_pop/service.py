"""Layouts, linked pages and pop rules as administrators keep them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.fields import all_fields
from hujiao.data_sources import service as data_sources
from hujiao.data_sources import template
from hujiao.kit.catalogue import RevisedCatalogue
from hujiao.kit.compiling import compiled
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.expressions import BadExpression
from hujiao.queues import service as queues
from hujiao.screen_pop.contracts import CUSTOMER_NAMES, OF_CUSTOMER, POP, check_condition, origin_of
from hujiao.screen_pop.models import LinkedPage, PopRule, ScreenLayout
from hujiao.screen_pop.views import (
    FieldsSection,
    LayoutIn,
    LayoutView,
    LinkedPageFields,
    LinkedPageIn,
    LinkedPageView,
    PopRuleIn,
    PopRuleView,
    SourceSection,
)


class Layouts(RevisedCatalogue[ScreenLayout, LayoutIn, LayoutView]):
    row, view = ScreenLayout, LayoutView
    search, order = (ScreenLayout.name,), (ScreenLayout.name,)

    async def check(self, data: LayoutIn, row: ScreenLayout | None) -> None:
        own = await all_fields(self.session)
        results = await data_sources.results(self.session)
        for at, section in enumerate(data.sections):
            if isinstance(section, FieldsSection):
                keys = [(f"{at}.items.{place}.key", item.key) for place, item in enumerate(section.items)]
                _check_customer_keys({f"sections.{field}": key for field, key in keys}, own)
            if isinstance(section, SourceSection):
                known = results.get(section.source_id)
                if known is None:
                    raise BadField("error.unknown_reference", field=f"sections.{at}.source_id")
                for place, item in enumerate(section.items):
                    if item.key not in known:
                        raise BadField("error.unknown_reference", field=f"sections.{at}.items.{place}.key")

    def columns(self, data: LayoutIn) -> dict[str, Any]:
        return data.model_dump(mode="json", exclude={"revision"})


class LinkedPages(RevisedCatalogue[LinkedPage, LinkedPageIn, LinkedPageView]):
    """`own_host` is where the desktop itself is reached: no page may be there."""

    row, view = LinkedPage, LinkedPageView
    search, order = (LinkedPage.name,), (LinkedPage.name,)

    def __init__(self, session: AsyncSession, tenant_id: UUID, own_host: str) -> None:
        super().__init__(session, tenant_id)
        self._own_host = own_host

    async def check(self, data: LinkedPageIn, row: LinkedPage | None) -> None:
        addresses = {"address": data.address}
        addresses |= {f"other_origins.{at}": origin for at, origin in enumerate(data.other_origins)}
        for field, address in addresses.items():
            origin = origin_of(address)
            if origin is None or (field != "address" and address.rstrip("/") != origin):
                raise BadField("error.page_origin" if field != "address" else "error.page_address", field=field)
            if is_ours(origin, self._own_host):
                raise BadField("error.page_is_ours", field=field)
        known = set(data.parameters)
        for name in sorted(template.names(data.address) - known):
            detail = {"name": name, "known": ", ".join(sorted(known)) or "—"}
            raise BadField("error.unknown_placeholder", field="address", detail=detail)
        own = await all_fields(self.session)
        named = {f"parameters.{at}": key for at, key in enumerate(data.parameters) if key.startswith(OF_CUSTOMER)}
        _check_customer_keys(named, own)
        for field, key in named.items():
            if (chosen := own.get(key.removeprefix(OF_CUSTOMER))) and chosen.private:
                raise BadField("error.page_private", field=field)
        await _check_queues(self.session, data.queue_ids)
        sources = await data_sources.results(self.session)
        for at, source_id in enumerate(data.source_ids):
            if source_id not in sources:
                raise BadField("error.unknown_reference", field=f"source_ids.{at}")

    def columns(self, data: LinkedPageIn) -> dict[str, Any]:
        document = data.model_dump(mode="json", include=set(LinkedPageFields.model_fields))
        return {"name": data.name, "queue_ids": data.queue_ids, "document": document}

    async def show(self, rows: Sequence[LinkedPage]) -> list[LinkedPageView]:
        return [page_view(row) for row in rows]

    async def remove(self, row_id: UUID) -> None:
        await self.find(row_id)
        rule = await self.session.scalar(select(PopRule.name).where(PopRule.page_ids.any(row_id)).limit(1))  # type: ignore[arg-type]
        if rule is not None:
            raise Conflict("error.used_by_pop_rule", code="in_use", detail={"name": rule})
        await super().remove(row_id)


class PopRules(RevisedCatalogue[PopRule, PopRuleIn, PopRuleView]):
    row, view = PopRule, PopRuleView
    search, order = (PopRule.name,), (PopRule.position, PopRule.name)

    async def check(self, data: PopRuleIn, row: PopRule | None) -> None:
        await compiled(POP, [data.condition])
        if data.condition:
            try:
                check_condition(data.condition)
            except BadExpression as error:
                raise BadField(
                    "error.bad_expression", field="condition", detail=error.said.inside("problem")
                ) from error
        if data.find_in:
            field = (await all_fields(self.session)).get(data.find_in)
            if field is None:
                raise BadField("error.unknown_reference", field="find_in")
            if field.private and field.kind != "text":
                # An agent could set the flow's variable, and find out by trying.
                raise BadField("error.pop_private", field="find_in")
        await _check_queues(self.session, data.queue_ids)
        known = set(await self.session.scalars(select(LinkedPage.id).where(LinkedPage.id.in_(data.page_ids))))
        for at, page_id in enumerate(data.page_ids):
            if page_id not in known:
                raise BadField("error.unknown_reference", field=f"page_ids.{at}")


def page_view(row: LinkedPage) -> LinkedPageView:
    return LinkedPageView(id=row.id, name=row.name, queue_ids=row.queue_ids, revision=row.revision, **row.document)


def is_ours(origin: str, own_host: str) -> bool:
    """Whether the origin is the host by which the desktop itself is reached."""
    return urlsplit(origin).netloc.lower() == own_host.lower()


async def name_using(session: AsyncSession, source_id: UUID) -> str | None:
    """A layout or a page that asks this data source."""
    layouts = select(ScreenLayout.name).where(ScreenLayout.sections.contains([{"source_id": str(source_id)}]))
    pages = select(LinkedPage.name).where(LinkedPage.document.contains({"source_ids": [str(source_id)]}))
    return await session.scalar(layouts.union_all(pages).limit(1))


async def rules(session: AsyncSession) -> list[PopRule]:
    """Those that are in force, in their order."""
    wanted = select(PopRule).where(PopRule.enabled).order_by(PopRule.position, PopRule.name)
    return list(await session.scalars(wanted))


async def layout(session: AsyncSession, layout_id: UUID | None) -> LayoutView | None:
    row = await session.scalar(select(ScreenLayout).where(ScreenLayout.id == layout_id)) if layout_id else None
    return LayoutView.model_validate(row, from_attributes=True) if row else None


async def pages_of(
    session: AsyncSession, queue_id: UUID | None, chosen: Iterable[UUID], projects: frozenset[UUID] | None
) -> list[LinkedPageView]:
    """The pages for a call of this queue, and those chosen by a rule, by name; none of other projects' queues alone."""
    for_all = LinkedPage.queue_ids == []
    near = or_(for_all, LinkedPage.queue_ids.any(queue_id)) if queue_id else for_all  # type: ignore[arg-type]
    wanted = select(LinkedPage).where(or_(near, LinkedPage.id.in_(list(chosen)))).order_by(LinkedPage.name)
    seen = (await queues.in_projects(session, projects)).keys()
    return [page_view(row) for row in await session.scalars(wanted) if _is_for(row, seen)]


def _is_for(row: LinkedPage, seen: Collection[UUID]) -> bool:
    """Whether the page is for calls of one of these queues, or of any."""
    return not row.queue_ids or not set(row.queue_ids).isdisjoint(seen)


async def page_for(session: AsyncSession, page_id: UUID, projects: frozenset[UUID] | None) -> LinkedPageView | None:
    """The page, for who works for one of its queues' projects."""
    row = await session.scalar(select(LinkedPage).where(LinkedPage.id == page_id))
    if row is None or not _is_for(row, (await queues.in_projects(session, projects)).keys()):
        return None
    return page_view(row)


def _check_customer_keys(keys: dict[str, str], own: Any) -> None:
    for field, key in keys.items():
        if key.startswith(OF_CUSTOMER) and key.removeprefix(OF_CUSTOMER) not in {*CUSTOMER_NAMES, *own}:
            raise BadField("error.unknown_reference", field=field)


async def _check_queues(session: AsyncSession, queue_ids: Sequence[UUID]) -> None:
    known = await queues.names(session, queue_ids)
    for at, queue_id in enumerate(queue_ids):
        if queue_id not in known:
            raise BadField("error.unknown_reference", field=f"queue_ids.{at}")
