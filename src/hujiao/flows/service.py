"""Flows as administrators keep them: draft, check, publish; and the numbers that lead to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.agents import service as agents
from hujiao.calls import service as trunks
from hujiao.calls.numbers import bare, forms, without_separators
from hujiao.data_sources import service as data_sources
from hujiao.flows import editors, repository
from hujiao.flows.check import Finding, calls, check, expressions
from hujiao.flows.document import KINDS, FlowDocument
from hujiao.flows.fields import shapes
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.flows.nodes.base import Known, Role
from hujiao.flows.views import (
    AccessNumberIn,
    AccessNumberView,
    DraftView,
    Editing,
    EditorIn,
    FlowDetail,
    FlowDraft,
    FlowIn,
    FlowSummary,
    FlowVersionView,
    SavedDraft,
)
from hujiao.hours import service as hours
from hujiao.identity import accounts
from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.i18n import Said
from hujiao.queues import service as queues
from hujiao.speech import prompts
from hujiao.tenancy import service as tenancy

# A new flow answers and hangs up: valid from the first moment.
_NEW = {
    "version": 1,
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "position": {"x": 0, "y": 0}, "next": "hang_up"},
        "hang_up": {"type": "hang_up", "position": {"x": 240, "y": 0}},
    },
}


class Flows(Catalogue[Flow, FlowIn, FlowSummary]):
    row, view = Flow, FlowSummary
    search, order, project = (Flow.name,), (Flow.name,), "project_id"

    def __init__(
        self,
        session: AsyncSession,
        tenant_id: UUID,
        projects: frozenset[UUID] | None = None,
        *,
        wrong_expressions: Callable[[frozenset[str]], Awaitable[dict[str, Said]]] | None = None,
        in_chats: Callable[[UUID], Awaitable[bool]] | None = None,
    ) -> None:
        """`wrong_expressions` compiles, away from where it would hold others up; `in_chats` says whether people write
        in a flow. Only checking needs them."""
        super().__init__(session, tenant_id, projects)
        self.wrong_expressions = wrong_expressions
        self.in_chats = in_chats

    async def values(self, data: FlowIn, row: Flow | None) -> dict[str, Any]:
        if row is None:
            return {**data.model_dump(), "draft": _NEW}
        if data.project_id != row.project_id and (flow := await flow_naming(self.session, row.id)):
            raise Conflict("error.used_by_flow", field="project_id", code="in_use", detail={"name": flow})
        return data.model_dump()

    async def published_ids(self) -> set[UUID]:
        published = select(Flow.id).where(Flow.published_version.is_not(None), *self._visible())
        return set(await self.session.scalars(published))

    async def published(self) -> list[tuple[UUID, str]]:
        """Those with a published version, by name."""
        published = select(Flow.id, Flow.name).where(Flow.published_version.is_not(None), *self._visible())
        return [(row.id, row.name) for row in await self.session.execute(published.order_by(Flow.name, Flow.id))]

    async def detail(self, flow_id: UUID) -> FlowDetail:
        flow = await self.find(flow_id)
        versions = await repository.versions(self.session, flow_id)
        by = {flow.drafted_by, *(version.published_by for version in versions)} - {None}
        names = await accounts.names(self.session, [one for one in by if one])
        return FlowDetail(
            id=flow.id,
            name=flow.name,
            project_id=flow.project_id,
            published_version=flow.published_version,
            draft=DraftView(document=flow.draft, **_saved(flow, names).model_dump()),
            versions=[
                FlowVersionView(
                    version=version.version,
                    published_at=version.published_at,
                    published_by=version.published_by,
                    published_by_name=names.get(version.published_by) if version.published_by else None,
                    despite_tests=version.despite_tests,
                )
                for version in versions
            ],
        )

    async def editing(self, flow_id: UUID, who: UUID, said: EditorIn, now: datetime) -> Editing:
        """What a page that has the flow open needs to hear of others."""
        flow = await self.find(flow_id)
        return Editing(
            others=await editors.here(self.session, self.tenant_id, flow_id, who, said, now),
            draft=await self._saved(flow),
            published_version=flow.published_version,
        )

    async def version(self, flow_id: UUID, number: int) -> FlowDraft:
        await self.find(flow_id)
        found = await repository.version(self.session, flow_id, number)
        if found is None:
            raise NotFound("error.not_found")
        return FlowDraft(document=found.document)

    async def save_draft(
        self, flow_id: UUID, document: dict[str, Any], revision: int | None, who: UUID, now: datetime
    ) -> FlowDetail:
        """Raises `Conflict` when the draft is not the one of this revision any more."""
        flow = await self._held(flow_id, revision)
        flow.draft = document
        flow.draft_revision += 1
        flow.drafted_at, flow.drafted_by = now, who
        await flush(self.session)
        return await self.detail(flow_id)

    async def check(self, flow_id: UUID, document: dict[str, Any] | None) -> list[Finding]:
        """The problems of this document, or of the draft."""
        flow = await self.find(flow_id)
        return await self._check(flow, flow.draft if document is None else document)

    async def publish(
        self, flow_id: UUID, revision: int | None, who: UUID, now: datetime, despite_tests: str = ""
    ) -> tuple[FlowDetail | None, list[Finding]]:
        """The draft becomes the next version; with errors in it nothing happens. As `save_draft` with `revision`;
        `despite_tests` is kept with the version."""
        flow = await self._held(flow_id, revision)
        found = await self._check(flow, flow.draft)
        if any(finding.severity == "error" for finding in found):
            return None, found
        number = await repository.next_version(self.session, flow_id)
        document = FlowDocument.model_validate(flow.draft).model_dump(mode="json")
        self.session.add(
            FlowVersion(
                tenant_id=self.tenant_id,
                flow_id=flow_id,
                version=number,
                document=document,
                published_at=now,
                published_by=who,
                despite_tests=despite_tests,
            )
        )
        await flush(self.session)
        flow.published_version = number
        await flush(self.session)
        return await self.detail(flow_id), found

    async def _held(self, flow_id: UUID, revision: int | None) -> Flow:
        """The flow, held until the transaction ends, when its draft is still of this revision (None: of any)."""
        await self.find(flow_id)
        flow = await repository.locked(self.session, flow_id)
        if flow is None:
            raise NotFound("error.not_found")
        if revision is not None and revision != flow.draft_revision:
            saved = await self._saved(flow)
            raise Conflict(
                "error.draft_changed",
                field="revision",
                code="draft_changed",
                detail={**saved.model_dump(mode="json"), "saved_by": saved.saved_by or "?"},
            )
        return flow

    async def _saved(self, flow: Flow) -> SavedDraft:
        return _saved(flow, await accounts.names(self.session, [flow.drafted_by] if flow.drafted_by else []))

    async def _check(self, flow: Flow, document: dict[str, Any]) -> list[Finding]:
        assert self.wrong_expressions is not None
        sources = expressions(document)
        known = await queues.in_projects(self.session, None)
        names = await prompts.names(self.session)
        schedules = frozenset(map(str, await hours.ids(self.session)))
        called = await repository.published(self.session, flow.project_id, calls(document))
        there = Known(
            queues=frozenset(map(str, known)),
            prompts=names,
            hours=schedules,
            skills=frozenset(map(str, await agents.skill_ids(self.session))),
            sources=await data_sources.parameters(self.session),
            refusal=(await trunks.dialling(self.session, self.tenant_id)).refusal,
            wrong=await self.wrong_expressions(sources) if sources else {},
            flows={str(one): FlowDocument.model_validate(found).called() for one, found in called},
        )
        written = self.in_chats is not None and await self.in_chats(flow.id)
        return check(document, there, written=written)


def _saved(flow: Flow, names: dict[UUID, str]) -> SavedDraft:
    by = names.get(flow.drafted_by) if flow.drafted_by else None
    return SavedDraft(revision=flow.draft_revision, saved_at=flow.drafted_at, saved_by=by)


async def check_published(session: AsyncSession, flow_id: UUID) -> None:
    """Raises `BadField` or `Conflict`, about `flow_id`, for a flow that nobody can be led to."""
    flow = await session.scalar(select(Flow).where(Flow.id == flow_id))
    if flow is None:
        raise BadField("error.unknown_reference", field="flow_id")
    if flow.published_version is None:
        raise Conflict("error.flow_not_published", field="flow_id", code="flow_not_published")


async def not_for_chat(session: AsyncSession, flow_id: UUID) -> str | None:
    """The label of a step of the published flow that has no meaning in a chat."""
    flow = await session.scalar(select(Flow).where(Flow.id == flow_id))
    version = flow.published_version if flow else None
    found = await repository.version(session, flow_id, version) if version else None
    for node_id, node in FlowDocument.model_validate(found.document).nodes.items() if found else ():
        if node.voice_only:
            return node.label or node_id
    return None


async def flow_with_prompt(session: AsyncSession, name: str) -> str | None:
    """A flow whose draft or published version plays this prompt."""
    return await _flow_with(session, _naming("prompt", name))


async def flow_with_hours(session: AsyncSession, hours_id: UUID) -> str | None:
    """A flow whose draft or published version asks for these business hours."""
    return await _flow_with(session, _naming("hours", str(hours_id)))


def _naming(role: Role, name: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a node as it is stored, right or wrong, has this in a field of this role."""
    places = {field for kind in KINDS.values() for field, shape in shapes(kind).items() if shape.role == role}

    def uses(node: dict[str, Any]) -> bool:
        found = [node.get(place) for place in places]
        return any(name == one or (isinstance(one, list) and name in one) for one in found)

    return uses


async def _flow_with(
    session: AsyncSession, uses: Callable[[dict[str, Any]], bool], but: UUID | None = None
) -> str | None:
    for flow, document in await repository.documents(session, but):
        if any(isinstance(node, dict) and uses(node) for node in (document.get("nodes") or {}).values()):
            return flow
    return None


async def flow_with_source(session: AsyncSession, source_id: str) -> str | None:
    """A flow whose draft or published version asks this data source."""
    return await _flow_with(session, _naming("source", source_id))


async def flow_naming(session: AsyncSession, row_id: UUID) -> str | None:
    """Another flow whose draft or published version names this queue, skill or flow."""
    return await _flow_with(session, lambda node: str(row_id) in str(node), but=row_id)


async def is_access_number(session: AsyncSession, number: str) -> bool:
    """Whether this is one of the tenant's own, however it is written."""
    written = forms(number, await trunks.home(session))
    same = or_(AccessNumber.bare == written["bare"], AccessNumber.canonical == written["canonical"])
    return bool(await session.scalar(select(exists().where(same))))


class AccessNumbers(Catalogue[AccessNumber, AccessNumberIn, AccessNumberView]):
    row, view = AccessNumber, AccessNumberView
    search, order, project = (
        (AccessNumber.number, AccessNumber.label),
        (AccessNumber.number,),
        "project_id",
    )

    async def values(self, data: AccessNumberIn, row: AccessNumber | None) -> dict[str, Any]:
        await tenancy.check_business(self.session, data.project_id, data.business_id)
        await check_published(self.session, data.flow_id)
        return {**data.model_dump(), **forms(data.number, await trunks.home(self.session))}

    async def found_by(self, text: str) -> list[ColumnElement[bool]]:
        return [*await super().found_by(text), AccessNumber.bare == bare(without_separators(text))]
