"""Trying flows as the API takes and gives it."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from hujiao.flows.trying.script import Script
from hujiao.flows.trying.testing import Coverage, Expected, Tested
from hujiao.flows.views import Document
from hujiao.kit.views import Input


class TryFlowIn(Input):
    """A document, saved or not, and the script by which it is walked."""

    document: Document
    script: Script


class FlowTestIn(Input):
    name: str = Field(min_length=1, max_length=80)
    script: Script
    expected: Expected


class FlowTestView(FlowTestIn):
    id: UUID


class FlowTestsIn(Input):
    """Which document is tested (without one the draft), and by which of its tests (without them by all)."""

    document: Document | None = None
    tests: list[UUID] | None = Field(default=None, max_length=100)


class FlowTestResults(BaseModel):
    tests: list[Tested]
    coverage: Coverage


class PublishIn(Input):
    """Why the flow is published although tests of it fail; it is kept with the version."""

    despite_tests: str = Field(default="", max_length=500)
