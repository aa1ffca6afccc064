"""Walking flows for a request: what there is around them is read, the walk itself has its own process and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hujiao.app.http.unit import Work
from hujiao.flows.check import unreadable
from hujiao.flows.models import Flow
from hujiao.flows.service import Flows
from hujiao.flows.trying import service as trying
from hujiao.flows.trying.script import Around, Script
from hujiao.flows.trying.testing import Expected, Results, run_all
from hujiao.kit.clock import utc_now

WALKING_SECONDS = 10.0  # of processor time


async def around(work: Work, flow: Flow, document: dict[str, Any]) -> Around:
    who = work.caller.principal
    return await trying.around(
        work.session, who.tenant_time_zone, who.tenant_language, utc_now(), flow.project_id, document
    )


async def results(
    work: Work, flow: Flow, document: dict[str, Any], tests: Sequence[tuple[str, Script, Expected]]
) -> Results:
    """What comes of these tests of a document that can be read."""
    there = await around(work, flow, document)
    return await work.unit.parts.apart.run(
        work.tenant_id, WALKING_SECONDS, run_all, document, flow.id, tests, there, field="document"
    )


@dataclass(frozen=True, slots=True)
class Tested:
    """The draft's tests that fail, by name, and the draft's revision."""

    revision: int
    failing: list[str]


async def tested(work: Work, flow_id: UUID) -> Tested:
    """What comes of the draft's tests; none fails of a draft that cannot be read."""
    flow = await Flows(work.session, work.tenant_id, work.projects).find(flow_id)
    tests = await trying.FlowTests(work.session, work.tenant_id, flow_id).scripts()
    if not tests or unreadable(flow.draft):
        return Tested(flow.draft_revision, [])
    found = await results(work, flow, flow.draft, tests)
    return Tested(flow.draft_revision, [one.name for one in found.tests if one.difference])
