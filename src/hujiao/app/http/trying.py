"""Walking flows for a request: what there is around them is read, the walk itself has its own process and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hujiao.app.http.unit import Work
from hujiao.flows.check import unreadable
from hujiao.flows.service import Flows
from hujiao.flows.trying import service as trying
from hujiao.flows.trying.script import Around, Script
from hujiao.flows.trying.testing import Expected, Results, run_all
from hujiao.kit.clock import utc_now

WALKING_SECONDS = 10.0  # of processor time


async def around(work: Work) -> Around:
    who = work.caller.principal
    return await trying.around(work.session, who.tenant_time_zone, who.tenant_language, utc_now())


async def results(
    work: Work, flow_id: UUID, document: dict[str, Any], tests: Sequence[tuple[str, Script, Expected]]
) -> Results:
    """What comes of these tests of a document that can be read."""
    return await work.unit.parts.apart.run(
        work.tenant_id, WALKING_SECONDS, run_all, document, flow_id, tests, await around(work), field="document"
    )


async def failing(work: Work, flow_id: UUID) -> list[str]:
    """The names of the draft's tests that fail; none of a draft that cannot be read."""
    flow = await Flows(work.session, work.tenant_id, work.projects).find(flow_id)
    tests = await trying.FlowTests(work.session, work.tenant_id, flow_id).scripts()
    if not tests or unreadable(flow.draft):
        return []
    found = await results(work, flow_id, flow.draft, tests)
    return [one.name for one in found.tests if one.difference]
