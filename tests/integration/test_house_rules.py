"""The house's own lint finds what it is for, and nothing in the house."""

from __future__ import annotations

import ast
from pathlib import Path

from tools import lint_house

HERE = lint_house.ROOT / "machine.py"


def sentences(code: str) -> list[str]:
    return [finding.sentence for finding in lint_house.pure(HERE, ast.parse(code))]


def test_the_house_keeps_its_rules() -> None:
    assert [str(finding) for finding in lint_house.findings()] == []


def test_a_machine_may_not_look_at_the_clock_or_throw_dice() -> None:
    assert sentences("import random")
    assert sentences("from time import monotonic")
    assert sentences("from hujiao.kit import clock")
    assert sentences("from datetime import datetime\nx = datetime.now()")
    assert sentences("open('x')")
    assert sentences("async def f(): ...")
    assert not sentences(
        "from datetime import timedelta\ndef step(state, event, now): return now + timedelta(seconds=1)"
    )


def test_a_kind_of_node_is_as_pure_as_a_machine(tmp_path: Path) -> None:
    module = tmp_path / "nodes" / "wait.py"
    module.parent.mkdir()
    module.write_text("import time\n", "utf-8")
    assert [found.sentence for found in lint_house.findings(tmp_path)] == ["a machine is pure and does not import time"]


def test_a_service_may_not_commit() -> None:
    code = ast.parse("async def f(session): await session.commit()")
    assert list(lint_house.transactions(Path(HERE), code))


def test_a_table_needs_its_tenant_and_row_level_security() -> None:
    code = ast.parse(
        "class Thing(Base):\n    __tablename__ = 'thing'\n    __table_args__ = ()\n"
        "class Good(Base, TenantRow):\n    __tablename__ = 'good'\n    __table_args__ = keyed()\n"
    )
    assert len(list(lint_house.tables(Path(HERE), code, {"good"}))) == 3
    assert "queue" in lint_house.secured_tables()
