"""What a flow's tests say before it is published."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from hujiao.app.http import trying
from hujiao.flows.trying.script import Around, Script
from hujiao.flows.trying.testing import Expected
from hujiao.kit.apart import OverBounds
from hujiao.kit.errors import HujiaoError, Throttled

FLOW = UUID(int=7)
AROUND = Around(datetime(2026, 6, 1, tzinfo=UTC), "Asia/Shanghai", "zh-CN", {}, frozenset(), {}, {})


@pytest.mark.parametrize("problem", [OverBounds("error.over_bounds"), Throttled("error.too_many_at_once")])
async def test_tests_that_cannot_be_run_count_as_failing(monkeypatch: pytest.MonkeyPatch, problem: HujiaoError) -> None:
    async def ground(*_: Any, **__: Any) -> trying.Ground:
        return trying.Ground(FLOW, 3, {}, AROUND, [("long", Script(), Expected())], {})

    async def run(*_: Any, **__: Any) -> None:
        raise problem

    monkeypatch.setattr(trying, "ground", ground)
    parts: Any = SimpleNamespace(apart=SimpleNamespace(run=run))
    caller: Any = SimpleNamespace(principal=SimpleNamespace(tenant_id=UUID(int=1)))
    assert await trying.tested(parts, caller, FLOW) == trying.Tested(3, ["long"])
