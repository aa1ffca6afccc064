"""What has to be written of contacts, which results are offered where, and texts for notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import column, delete, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.interactions import service as interactions
from hujiao.interactions.contracts import SummaryNeed
from hujiao.interactions.service import Dispositions
from hujiao.interactions.views import DispositionView
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import BadField
from hujiao.summaries.contracts import SummaryRule, line, offered, rule_for
from hujiao.summaries.models import NoteTemplateRow, SummaryRuleDisposition, SummaryRuleRow
from hujiao.summaries.views import NoteTemplateIn, NoteTemplateView, SummaryForm, SummaryRuleIn, SummaryRuleView

_queue = table("queue", *map(column, ("id", "project_id", "business_id", "name")))
_business = table("business", *map(column, ("id", "project_id", "name")))
_LAST_CONTACTS, _RECENT = 100, 5


@dataclass(frozen=True, slots=True)
class Contact:
    """As far as rules look at it."""

    queue_id: UUID | None
    business_id: UUID | None
    direction: str


class SummaryRules(Catalogue[SummaryRuleRow, SummaryRuleIn, SummaryRuleView]):
    """Rules of queues and businesses of the projects in sight, and those for all."""

    row, view = SummaryRuleRow, SummaryRuleView
    order = (SummaryRuleRow.queue_id, SummaryRuleRow.business_id, SummaryRuleRow.direction)

    async def values(self, data: SummaryRuleIn, row: SummaryRuleRow | None) -> dict[str, Any]:
        known = {one.id for one in await Dispositions(self.session, self.tenant_id).every()}
        if not known.issuperset(data.disposition_ids):
            raise BadField("error.unknown_reference", field="disposition_ids")
        return data.model_dump(exclude={"disposition_ids"})

    async def found_by(self, text: str) -> list[ColumnElement[bool]]:
        named = [select(of.c.id).where(of.c.name.icontains(text, autoescape=True)) for of in (_queue, _business)]
        return [SummaryRuleRow.queue_id.in_(named[0]), SummaryRuleRow.business_id.in_(named[1])]

    async def written(self, row: SummaryRuleRow, data: SummaryRuleIn) -> None:
        parts = SummaryRuleDisposition
        await self.session.execute(delete(parts).where(parts.rule_id == row.id))
        self.session.add_all(
            parts(tenant_id=self.tenant_id, rule_id=row.id, disposition_id=one)
            for one in dict.fromkeys(data.disposition_ids)
        )

    async def show(self, rows: Sequence[SummaryRuleRow]) -> list[SummaryRuleView]:
        parts = await _parts(self.session, [row.id for row in rows])
        plain = set(SummaryRuleView.model_fields) - {"disposition_ids"}
        return [
            SummaryRuleView(disposition_ids=parts[row.id], **{name: getattr(row, name) for name in plain})
            for row in rows
        ]

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.projects is None:
            return []
        of_project = [select(of.c.id).where(of.c.project_id.in_(self.projects)) for of in (_queue, _business)]
        rule = SummaryRuleRow
        return [
            or_(rule.queue_id.is_(None), rule.queue_id.in_(of_project[0])),
            or_(rule.business_id.is_(None), rule.business_id.in_(of_project[1])),
        ]


class NoteTemplates(Catalogue[NoteTemplateRow, NoteTemplateIn, NoteTemplateView]):
    """Texts for notes of the projects in sight."""

    row, view = NoteTemplateRow, NoteTemplateView
    search = (NoteTemplateRow.shortcut, NoteTemplateRow.name, NoteTemplateRow.text)
    order = (NoteTemplateRow.shortcut,)

    async def for_queue(self, queue_id: UUID | None) -> list[NoteTemplateView]:
        """Those for contacts of this queue."""
        row = NoteTemplateRow
        fitting = or_(row.queue_id.is_(None), row.queue_id == queue_id)
        return await self.show((await self.session.scalars(select(row).where(fitting).order_by(row.shortcut))).all())

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.projects is None:
            return []
        of_project = select(_queue.c.id).where(_queue.c.project_id.in_(self.projects))
        return [or_(NoteTemplateRow.queue_id.is_(None), NoteTemplateRow.queue_id.in_(of_project))]


async def rules(session: AsyncSession) -> list[SummaryRule]:
    """The tenant's rules as the runtime needs them. Where no result is offered, none has to be given."""
    rows = (await session.scalars(select(SummaryRuleRow))).all()
    if not rows:
        return []
    parts = await _parts(session, [row.id for row in rows])
    results = await Dispositions(session, rows[0].tenant_id).every()

    def rule(row: SummaryRuleRow) -> SummaryRule:
        offers = frozenset(parts[row.id])
        return SummaryRule(
            queue_id=row.queue_id,
            business_id=row.business_id,
            direction=row.direction,  # type: ignore[arg-type]
            need=SummaryNeed(
                disposition=row.disposition_required and bool(_offered(offers, results)), note=row.note_required
            ),
            offers=offers,
        )

    return [rule(row) for row in rows]


class Summaries:
    """What the tenant's agents write of their contacts."""

    def __init__(self, session: AsyncSession, tenant_id: UUID) -> None:
        self.session = session
        self.tenant_id = tenant_id

    async def form(self, contact: Contact, agent_id: UUID) -> SummaryForm:
        """What there is to choose from for this contact, and what must be given."""
        rule, results = await self._rule(contact), await self._results()
        open_to_choice = _offered(rule.offers, results)
        recent = await interactions.dispositions_of(self.session, agent_id, _LAST_CONTACTS)
        templates = await NoteTemplates(self.session, self.tenant_id).for_queue(contact.queue_id)
        return SummaryForm(
            disposition_required=rule.need.disposition,
            note_required=rule.need.note,
            dispositions=[one for one in results if one.id in open_to_choice],
            recent_ids=[one for one in recent if one in open_to_choice][:_RECENT],
            templates=templates,
        )

    async def name_of(self, disposition_id: UUID | None, contact: Contact | None) -> str:
        """The result's name after those above it; `BadField` for one that cannot be chosen, or not for this contact."""
        if disposition_id is None:
            return ""
        results = await self._results()
        found = {one.id: one for one in results}
        if disposition_id not in found:
            raise BadField("error.unknown_reference", field="disposition_id")
        parents = _parents(results)
        above = line(parents, disposition_id)
        if any(found[one].retired for one in above):
            raise BadField("error.disposition_retired", field="disposition_id")
        if contact and disposition_id not in _offered((await self._rule(contact)).offers, results):
            raise BadField("error.disposition_not_offered", field="disposition_id")
        return " / ".join(found[one].name for one in reversed(above))

    async def _rule(self, contact: Contact) -> SummaryRule:
        """As the runtime finds it: a queue's business goes before the contact's own."""
        business_id = contact.business_id
        if contact.queue_id:
            of_queue = select(_queue.c.business_id).where(_queue.c.id == contact.queue_id)
            business_id = await self.session.scalar(of_queue) or business_id
        return rule_for(
            await rules(self.session),
            queue_id=contact.queue_id,
            business_id=business_id,
            direction=contact.direction,
        )

    async def _results(self) -> list[DispositionView]:
        return await Dispositions(self.session, self.tenant_id).every()


def _parents(results: Iterable[DispositionView]) -> dict[UUID, UUID | None]:
    return {one.id: one.parent_id for one in results}


def _offered(tops: frozenset[UUID], results: Sequence[DispositionView]) -> set[UUID]:
    """With what is above the offered parts left out, and what is retired, with all below it."""
    parents, retired = _parents(results), {one.id for one in results if one.retired}
    return {one for one in offered(parents, tops) if retired.isdisjoint(line(parents, one))}


async def _parts(session: AsyncSession, rule_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    parts = SummaryRuleDisposition
    statement = select(parts).where(parts.rule_id.in_(rule_ids)).order_by(parts.rule_id, parts.disposition_id)
    for row in await session.scalars(statement):
        found[row.rule_id].append(row.disposition_id)
    return found
