"""What a call shows at the desktop: the rule that holds, the customer, the layout filled, the pages' addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.fields import all_fields
from hujiao.customers.service import Customers
from hujiao.customers.views import CustomerFilter, CustomerView
from hujiao.data_sources import service as data_sources
from hujiao.data_sources.contracts import Plain
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.secrets import TenantSecrets
from hujiao.screen_pop import service
from hujiao.screen_pop.contracts import Call, address_of, chosen, origin_of
from hujiao.screen_pop.views import (
    CallBackShown,
    FieldsSection,
    KnownSection,
    LayoutView,
    LinkedPageView,
    NamedSource,
    PopRuleView,
    PopView,
    SectionIn,
    ShownItem,
    ShownPage,
    ShownSection,
    SourceSection,
)


@dataclass(frozen=True, kw_only=True)
class Popped:
    """What holds for a call, before anything of it is written out."""

    rule: PopRuleView | None
    layout: LayoutView | None
    customer: CustomerView | None
    looked_for: str | None
    pages: list[LinkedPageView]
    source_names: dict[UUID, str]
    told: dict[str, Plain]

    @property
    def sources(self) -> set[UUID]:
        """The data sources that may be asked for this call."""
        sections = self.layout.sections if self.layout else []
        of_layout = {one.source_id for one in sections if isinstance(one, SourceSection)}
        return of_layout | {source_id for page in self.pages for source_id in page.source_ids}


class Popping:
    """As `who` sees customers."""

    def __init__(self, session: AsyncSession, who: Principal, secrets: TenantSecrets, now: datetime) -> None:
        self.session = session
        self.who = who
        self._secrets = secrets
        self._now = now

    async def of(self, call: Call, project_id: UUID | None, recognised: UUID | None) -> Popped:
        """`recognised` is who the caller's number belongs to."""
        rules = [PopRuleView.model_validate(row, from_attributes=True) for row in await service.rules(self.session)]
        rule: PopRuleView | None = await asyncio.to_thread(chosen, rules, call) if rules else None
        customer, looked_for = await self._customer(rule, call, project_id, recognised)
        pages = await service.pages_of(self.session, call.queue_id, rule.page_ids if rule else (), self.who.projects)
        return Popped(
            rule=rule,
            layout=await service.layout(self.session, rule.layout_id if rule else None),
            customer=customer,
            looked_for=looked_for,
            pages=pages,
            source_names=await data_sources.names(self.session) if any(page.source_ids for page in pages) else {},
            told=call.parameters(await self._known(customer)),
        )

    async def _customer(
        self, rule: PopRuleView | None, call: Call, project_id: UUID | None, recognised: UUID | None
    ) -> tuple[CustomerView | None, str | None]:
        if not self.who.may(Right.CUSTOMERS_READ):
            return None, None
        looked_for = str(call.variables.get(rule.find_by) or "") if rule and rule.find_by else ""
        found = recognised
        if rule and looked_for:
            by_field = CustomerFilter.model_construct(field=rule.find_in, value=looked_for)
            wanted = by_field if rule.find_in else CustomerFilter.model_construct(contact=looked_for)
            try:
                found = await self._customers().one_with(wanted, project_id)
            except BadField:  # no such value can be in that field
                found = None
        try:
            customer = await self._customers().get(found) if found else None
        except NotFound:  # removed meanwhile, or of a project that the agent does not see
            customer = None
        return customer, looked_for or None

    def _customers(self) -> Customers:
        return Customers(self.session, self.who, self._secrets, self._now)

    async def _known(self, customer: CustomerView | None) -> dict[str, Any]:
        """What is known of the customer and not private, by name."""
        if customer is None:
            return {}
        own = await all_fields(self.session)
        plain = {key: value for key, value in customer.fields.items() if key in own and not own[key].private}
        return plain | _plain_of(customer)


def _plain_of(customer: CustomerView) -> dict[str, Any]:
    return {
        "id": str(customer.id),
        "name": customer.name,
        "grade": customer.grade,
        "tags": customer.tags,
        "note": customer.note,
        "agent": customer.agent_name,
        "contacts": [point.value for point in customer.contact_points],
    }


def shown(popped: Popped, call_backs: Sequence[CallBackShown], own_host: str) -> PopView:
    """As the desktop is told."""
    customer = popped.customer
    values = dict(popped.told)
    if customer:  # masked where they are private
        values |= {f"customer.{key}": value for key, value in {**customer.fields, **_plain_of(customer)}.items()}
    layout = popped.layout
    return PopView(
        rule=popped.rule.name if popped.rule else None,
        layout=layout.name if layout else None,
        sections=[_section(one, values, call_backs) for one in layout.sections] if layout else [],
        customer=customer,
        looked_for=popped.looked_for,
        pages=[_page(page, popped) for page in popped.pages if usable_origins(page, own_host)],
    )


def _section(section: SectionIn, values: Mapping[str, Any], call_backs: Sequence[CallBackShown]) -> ShownSection:
    match section:
        case FieldsSection():
            items = [
                ShownItem(key=one.key, label=one.label, value=values.get(one.key.removeprefix("call.")))
                for one in section.items
            ]
            return ShownSection(kind="fields", title=section.title, items=items)
        case SourceSection():
            items = [ShownItem(key=one.key, label=one.label, value=None) for one in section.items]
            return ShownSection(
                kind="source",
                title=section.title,
                items=items,
                columns=section.columns,
                source_id=section.source_id,
            )
        case KnownSection():
            open_ones = list(call_backs) if section.kind == "call_backs" else []
            return ShownSection(kind=section.kind, title=section.title, call_backs=open_ones)


def _page(page: LinkedPageView, popped: Popped) -> ShownPage:
    ticked = {name: popped.told.get(name) for name in page.parameters}
    by_rule = popped.rule is not None and page.id in popped.rule.page_ids
    return ShownPage(
        id=page.id,
        name=page.name,
        address=address_of(page.address, ticked),
        origins=origins_of(page),
        parameters=ticked,
        sources=[
            NamedSource(id=one, name=popped.source_names[one]) for one in page.source_ids if one in popped.source_names
        ],
        shown_in=page.shown_in,
        opens="offered" if by_rule and page.opens == "by_hand" else page.opens,
        may_dial=page.may_dial,
        may_note=page.may_note,
    )


def origins_of(page: LinkedPageView) -> list[str]:
    """Where the page is, first, and where else it may lead."""
    return [origin for address in (page.address, *page.other_origins) if (origin := origin_of(address))]


def usable_origins(page: LinkedPageView, own_host: str) -> list[str]:
    """None of them where one is the platform itself: framed, it would share the agent's session."""
    origins = origins_of(page)
    return [] if any(service.is_ours(origin, own_host) for origin in origins) else origins
