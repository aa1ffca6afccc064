"""The verb `accept`: which rows it takes, and what it says of those that fail."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acceptance import __main__ as verb
from acceptance import rows
from acceptance.check import Unmet, equal, expect, until
from hujiao.app.cli import main
from hujiao.embedded.problem import Problem
from tools import lint_house

TITLE = '"""{}: What it says.\n\nAnd what is shown.\n"""\n'


class Scripted(rows.Row):
    """A row that does what its title says."""

    async def accept(self, scene: object) -> None:
        match self.title:
            case "fails":
                equal(scene, 2, "the number")
            case "breaks":
                raise KeyError("nothing")
            case "hangs":
                await asyncio.Event().wait()


def scripted(*titles: str) -> dict[str, rows.Row]:
    return {f"X-{place}": Scripted(f"X-{place}", title, Path()) for place, title in enumerate(titles, 1)}


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No installation; which scenes were set, and ended."""
    seen: list[str] = []

    class Stage:
        @asynccontextmanager
        async def scene(self, row: rows.Row) -> AsyncIterator[int]:
            seen.append(f"{row.id} begins")
            try:
                yield 1
            finally:
                seen.append(f"{row.id} ends")

    @asynccontextmanager
    async def stage(home: Path | None) -> AsyncIterator[Stage]:
        yield Stage()

    monkeypatch.setattr(verb, "stage", stage)
    return seen


def test_rows_are_files_by_their_names_in_the_order_of_their_numbers(tmp_path):
    for name in ("ACC_10", "ACC_2", "ABC_1"):
        folder = tmp_path / name.partition("_")[0]
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(TITLE.format(name.replace("_", "-")))
    assert [(row.id, row.title) for row in rows.found(tmp_path).values()] == [
        ("ABC-1", "What it says"), ("ACC-2", "What it says"), ("ACC-10", "What it says"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ['"""ACC-2: Another row."""', '"""ACC-1"""', "x = 1"])
def test_a_script_that_does_not_say_its_row_is_refused(tmp_path, said):
    (tmp_path / "ACC").mkdir()
    (tmp_path / "ACC" / "ACC_1.py").write_text(said)
    with pytest.raises(Problem, match="ACC-1: "):
        rows.found(tmp_path)


def test_every_script_of_the_product_says_its_row_and_can_be_run():
    known = rows.found()
    assert known
    for row in known.values():
        assert row.path.parent.name == row.id.partition("-")[0]
        assert callable(row.function()), row.id


def test_rows_are_chosen_by_id_in_any_writing_and_once():
    known = scripted("passes", "passes", "passes")
    assert [row.id for row in rows.chosen(known, ["x_3", "X-1", "X-3"])] == ["X-3", "X-1"]
    assert [row.id for row in rows.chosen(known, [])] == ["X-1", "X-2", "X-3"]
    with pytest.raises(Problem, match=r"ACC-99.*X-1, X-2, X-3"):
        rows.chosen(known, ["X-1", "ACC-99"])


def test_rows_of_a_table_without_a_script_are_told():
    table = "| id | requirement |\n|---|---|\n| X-1 | one | S0 |\n| X-2 | two | S0 |\ntext | X-3 | no row |\n"
    assert rows.without_script(table, ["X-1"]) == {"X-2": "two"}


def test_a_row_that_fails_says_what_was_expected_and_seen_and_the_next_is_tried(monkeypatch, capsys, staged):
    monkeypatch.setattr(rows, "found", lambda: scripted("passes", "fails", "breaks", "passes"))
    assert verb.main(["--json"]) == 1
    out = capsys.readouterr().out
    result = json.loads(out.splitlines()[-1])
    assert (result["ok"], result["failed"]) == (False, ["X-2", "X-3"])
    assert result["rows"][1]["problem"] == "Expected the number to be 2. Seen: 1."
    assert result["rows"][2]["problem"].startswith("KeyError: 'nothing'")
    lines = out.splitlines()
    assert lines[0].startswith("✓ X-1") and lines[1].startswith("✗ X-2     fails")
    assert lines[2].strip() == "Expected the number to be 2. Seen: 1."
    assert staged == [f"X-{n} {what}" for n in (1, 2, 3, 4) for what in ("begins", "ends")]


def test_all_accepted_is_exit_code_0(monkeypatch, capsys, staged):
    monkeypatch.setattr(rows, "found", lambda: scripted("passes", "fails"))
    assert verb.main(["X-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ok"] is True
    assert staged == ["X-1 begins", "X-1 ends"]


def test_a_row_that_never_ends_fails(monkeypatch, capsys, staged):
    monkeypatch.setattr(rows, "found", lambda: scripted("hangs"))
    monkeypatch.setattr(rows, "ROW_SECONDS", 0.05)
    assert verb.main([]) == 1
    assert "was not over" in capsys.readouterr().out


def test_a_list_tries_nothing(monkeypatch, capsys, tmp_path, staged):
    monkeypatch.setattr(rows, "found", lambda: scripted("passes"))
    table = tmp_path / "requirements.md"
    table.write_text("| X-1 | one |\n| X-2 | two |\n", "utf-8")
    assert verb.main(["--list", "--requirements", str(table), "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["rows"], result["without_script"], staged) == ({"X-1": "passes"}, {"X-2": "two"}, [])


def test_an_unknown_row_is_a_clear_error_of_the_verb(capfd):
    assert main.main(["accept", "ACC-999", "--json"]) == 1
    out = capfd.readouterr()
    result = json.loads(out.out.splitlines()[-1])
    assert result["ok"] is False
    assert "ACC-999" in result["error"] and "ACC-1" in result["error"]


async def test_what_never_becomes_so_is_told_with_what_was_seen():
    async def look() -> int:
        return 3

    with pytest.raises(Unmet, match=r"four\. Seen: 3"):
        await until(look, lambda seen: seen == 4, "four", seconds=0)
    assert await until(look, lambda seen: seen == 3, "three") == 3
    with pytest.raises(Unmet, match=r"Expected: rain\. Seen: sun\."):
        expect(False, "rain", "sun")


@pytest.mark.parametrize(
    ("said", "row", "found"),
    [
        ("from hujiao.kit.db import Database", False, 1),
        ("import asyncpg", False, 1),
        ("from hujiao.interactions import service", True, 1),
        ("from hujiao.asterisk.testphone.phone import Call", True, 0),
        ("from hujiao.kit.settings import Settings", False, 0),
    ],
)
def test_a_row_uses_only_what_everybody_may_use(said, row, found):
    assert len(list(lint_house.public(Path("row.py"), ast.parse(said), row=row))) == found
