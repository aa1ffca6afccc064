"""Walking flows for a request: what is needed is read first; a walk has its own process and bounds, and holds nothing
of the database while it waits and walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.app.http.access import Caller
from hujiao.app.http.parts import Parts
from hujiao.data_sources import service as data_sources
from hujiao.data_sources.contracts import DataSource
from hujiao.flows.check import unreadable
from hujiao.flows.service import Flows
from hujiao.flows.trying import service as trying
from hujiao.flows.trying.script import Around, Script
from hujiao.flows.trying.testing import Expected, Results, run_all
from hujiao.kit.apart import OverBounds
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Throttled
from hujiao.kit.secrets import TenantSecrets

WALKING_SECONDS = 10.0  # of processor time


@dataclass(frozen=True, slots=True)
class Ground:
    """A flow's document, and what there is around it; None around one that cannot be read."""

    flow_id: UUID
    revision: int
    document: dict[str, Any]
    around: Around | None
    tests: Sequence[tuple[str, Script, Expected]]
    sources: dict[str, DataSource]


def tests_of(session: AsyncSession, parts: Parts, tenant_id: UUID, flow_id: UUID) -> trying.FlowTests:
    return trying.FlowTests(session, tenant_id, flow_id, TenantSecrets(parts.settings.secret_key, tenant_id))


async def ground(
    parts: Parts,
    caller: Caller,
    flow_id: UUID,
    document: dict[str, Any] | None,
    tests: Sequence[UUID] | None = (),
) -> Ground:
    """The document or the flow's draft, these tests of the flow (None: all), and what walks need."""
    who = caller.principal
    async with parts.database.tenant(who.tenant_id) as session:
        flow = await Flows(session, who.tenant_id, who.projects).find(flow_id)
        wanted = flow.draft if document is None else document
        around = None
        if not unreadable(wanted):
            around = await trying.around(
                session, who.tenant_time_zone, who.tenant_language, utc_now(), flow.project_id, wanted
            )
        return Ground(
            flow_id=flow_id,
            revision=flow.draft_revision,
            document=wanted,
            around=around,
            tests=await tests_of(session, parts, who.tenant_id, flow_id).scripts(tests),
            sources={str(key): source for key, source in (await data_sources.sources(session)).items()},
        )


async def results(parts: Parts, tenant_id: UUID, there: Ground) -> Results:
    """What comes of the tests of a document that can be read."""
    return await parts.apart.run(
        tenant_id,
        WALKING_SECONDS,
        run_all,
        there.document,
        there.flow_id,
        there.tests,
        there.around,
        field="document",
    )


@dataclass(frozen=True, slots=True)
class Tested:
    """The draft's tests that fail or could not be run, by name, and the draft's revision."""

    revision: int
    failing: list[str]


async def tested(parts: Parts, caller: Caller, flow_id: UUID) -> Tested:
    """What comes of the draft's tests; none fails of a draft that cannot be read."""
    there = await ground(parts, caller, flow_id, None, tests=None)
    if not there.tests or there.around is None:
        return Tested(there.revision, [])
    try:
        found = await results(parts, caller.principal.tenant_id, there)
    except (OverBounds, Throttled):
        return Tested(there.revision, [name for name, _, _ in there.tests])
    return Tested(there.revision, [one.name for one in found.tests if one.difference])
