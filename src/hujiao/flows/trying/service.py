"""Tests kept with flows, and what there is around a flow when it is tried."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.data_sources import service as data_sources
from hujiao.flows import repository
from hujiao.flows.check import calls
from hujiao.flows.models import FlowTest
from hujiao.flows.trying.script import Around, Script
from hujiao.flows.trying.testing import MOST_TESTS, Expected
from hujiao.flows.trying.views import FlowTestIn, FlowTestView
from hujiao.hours import service as hours
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import Conflict
from hujiao.kit.secrets import TenantSecrets
from hujiao.speech import prompts

SCRIPT_PURPOSE = "flow_test.script"


class FlowTests(Catalogue[FlowTest, FlowTestIn, FlowTestView]):
    """The tests of one flow."""

    row, view = FlowTest, FlowTestView
    search, order = (FlowTest.name,), (FlowTest.name,)

    def __init__(self, session: AsyncSession, tenant_id: UUID, flow_id: UUID, secrets: TenantSecrets) -> None:
        super().__init__(session, tenant_id)
        self.flow_id = flow_id
        self.secrets = secrets

    async def values(self, data: FlowTestIn, row: FlowTest | None) -> dict[str, Any]:
        if row is None:
            there = select(func.count()).select_from(FlowTest).where(*self._visible())
            if (await self.session.scalar(there) or 0) >= MOST_TESTS:
                raise Conflict("error.flow_tests_full", field="name", detail={"most": MOST_TESTS})
        return {
            "name": data.name,
            "script": self._sealed(data.script),
            "expected": data.expected.model_dump(mode="json"),
            "flow_id": self.flow_id,
        }

    async def show(self, rows: Sequence[FlowTest]) -> list[FlowTestView]:
        return [
            FlowTestView(id=row.id, name=row.name, script=self._opened(row), expected=Expected(**row.expected))
            for row in rows
        ]

    async def scripts(self, only: Sequence[UUID] | None = None) -> list[tuple[str, Script, Expected]]:
        """Name, script and expectation of these tests, or of all, by name."""
        wanted = [] if only is None else [FlowTest.id.in_(only)]
        statement = select(FlowTest).where(*self._visible(), *wanted).order_by(FlowTest.name, FlowTest.id)
        return [
            (row.name, self._opened(row), Expected.model_validate(row.expected))
            for row in await self.session.scalars(statement)
        ]

    def _sealed(self, script: Script) -> dict[str, str]:
        """A script as it is kept: what a caller typed in secret is in it."""
        sealed = self.secrets.seal(script.model_dump_json(), purpose=SCRIPT_PURPOSE)
        return {"sealed": base64.b64encode(sealed).decode()}

    def _opened(self, row: FlowTest) -> Script:
        if "sealed" not in row.script:
            return Script.model_validate(row.script)  # kept before scripts were sealed
        sealed = base64.b64decode(row.script["sealed"])
        return Script.model_validate_json(self.secrets.open(sealed, purpose=SCRIPT_PURPOSE))

    def _visible(self) -> list[Any]:
        return [FlowTest.flow_id == self.flow_id]


async def around(
    session: AsyncSession, zone: str, language: str, now: datetime, project_id: UUID, document: dict[str, Any]
) -> Around:
    """What the tenant has, for a walk through this document of the project that begins now."""
    schedules = await hours.schedules(session, zone)
    return Around(
        now=now,
        zone=zone,
        language=language,
        flows=await _called(session, project_id, document),
        schedules={str(key): schedule for key, schedule in schedules.items()},
        prompts=await prompts.spoken(session),
        sources={str(key): source.defaults for key, source in (await data_sources.sources(session)).items()},
    )


async def _called(session: AsyncSession, project_id: UUID, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The published flows of the project that may be called on the way through the document, by id."""
    found: dict[str, dict[str, Any]] = {}
    wanted = calls(document)
    while wanted:
        more = await repository.published(session, project_id, wanted)
        found |= {str(flow_id): called for flow_id, called in more}
        wanted = frozenset(one for _, called in more for one in calls(called) if str(one) not in found)
    return found
