"""The verb `accept`: which rows it takes, what comes of each, how a run goes on, and what its report says."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from acceptance import __main__ as verb
from acceptance import kept, report, rows, running
from acceptance.about import About, Text
from acceptance.check import NotHere, Unmet, equal, expect, until
from acceptance.notes import Notes, steps
from acceptance.rows import Row
from acceptance.running import Result
from hujiao.app.cli import main
from hujiao.embedded.problem import Problem
from tools import lint_house

WORDS = Text("what it says", "它所说的")
LACK = Text("the other half", "另一半")


class Scripted(Row):
    """A row that does what its id says."""

    def about(self) -> About:
        if "UNREADABLE" in self.id:
            raise SyntaxError("invalid syntax")
        lacks = (LACK,) if "HALF" in self.id else ()
        return About(WORDS, WORDS, lacks, seconds=0.2 if "HANGS" in self.id else 20)

    async def accept(self, scene: Any) -> None:
        tries.append(self.id)
        scene.saw("it began", "已开始")
        match self.id.partition("-")[0]:
            case "FAILS" | "HALFFAILS":
                equal(1, 2, "the number")
            case "BREAKS":
                raise KeyError("nothing")
            case "QUITS":
                raise SystemExit(3)
            case "HANGS":
                await asyncio.Event().wait()
            case "ELSEWHERE":
                raise NotHere("It needs a browser.")
            case "STOPS":
                raise_in_main()


tries: list[str] = []
raise_in_main: Any = None


def row(name: str) -> Scripted:
    return Scripted(name, WORDS, WORDS, Text(f"title of {name}", f"{name} 的标题"), WORDS, "UNBUILT" not in name)


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """No installation; which scenes were set, and ended. `rows.known` is what a test puts into it."""
    seen: list[str] = []
    tries.clear()

    class Stage:
        @asynccontextmanager
        async def scene(self, notes: Notes) -> AsyncIterator[Notes]:
            seen.append(f"{notes.row} begins")
            try:
                yield notes
            finally:
                seen.append(f"{notes.row} ends")

    @asynccontextmanager
    async def stage(home: Path | None) -> AsyncIterator[Stage]:
        yield Stage()

    monkeypatch.setattr(verb, "stage", stage)
    monkeypatch.setattr(verb, "default_home", lambda: tmp_path)
    return seen


def there_are(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(rows, "known", lambda: {name: row(name) for name in names})


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return said


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_has_every_row_in_both_languages_and_every_script_is_one_of_them():
    known = rows.known()
    assert len(known) == 174
    groups = [name.partition("-")[0] for name in known]
    assert groups == sorted(groups, key=groups.index), "a group's rows stand together"
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for one in known.values():
        for text in (one.title, one.text, one.clauses, one.group):
            assert text.en and chinese.search(text.zh) and not chinese.search(text.en), one.id
    built = [one for one in known.values() if one.has_script]
    assert built
    for one in built:
        about = one.about()
        for text in (about.procedure, about.expected, *about.lacks):
            assert text.en and (chinese.search(text.zh) or text.zh == "SOAP") and not chinese.search(text.en), one.id


def test_a_script_of_an_unlisted_row_is_refused(tmp_path):
    (tmp_path / "ACC").mkdir()
    (tmp_path / "ACC" / "ACC_999.py").touch()
    with pytest.raises(Problem, match="ACC-999"):
        rows.known(scripts=tmp_path)


def test_rows_are_chosen_by_id_or_group_in_any_writing_and_once():
    known = {name: row(name) for name in ("X-1", "X-2", "Y-1")}
    assert [one.id for one in rows.chosen(known, "x_2, X-1,X-2")] == ["X-2", "X-1"]
    assert [one.id for one in rows.chosen(known, "y,X")] == ["Y-1", "X-1", "X-2"]
    assert [one.id for one in rows.chosen(known, None)] == ["X-1", "X-2", "Y-1"]
    with pytest.raises(Problem, match=r"X-9.*groups are X, Y"):
        rows.chosen(known, "X-1,X-9")
    with pytest.raises(Problem, match="names no row"):
        rows.chosen(known, " , ")


# ── what comes of them ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "verdict", "problem"),
    [
        ("PASSES-1", "passed", ""),
        ("HALF-1", "partly", ""),
        ("FAILS-1", "failed", "Expected the number to be 2. Seen: 1."),
        ("HALFFAILS-1", "failed", "Expected the number to be 2. Seen: 1."),
        ("BREAKS-1", "failed", "KeyError: 'nothing'"),
        ("QUITS-1", "failed", "SystemExit: 3"),
        ("HANGS-1", "failed", "It was not over within 0 s"),
        ("UNREADABLE-1", "failed", "The script cannot be read: SyntaxError"),
        ("ELSEWHERE-1", "not_run", "It needs a browser."),
        ("UNBUILT-1", "not_built", ""),
    ],
)
async def test_a_row_has_one_of_five_ends(tmp_path, staged, name, verdict, problem):
    async with verb.stage(None) as shared:
        result = await running.tried(row(name), shared.scene, tmp_path)
    assert (result.verdict, result.problem.startswith(problem), bool(result.problem)) == (verdict, True, bool(problem))
    began = name.startswith(("UNREADABLE", "UNBUILT"))
    assert [text.en for text in result.observed] == ([] if began else ["it began"]), "also of a row that failed"
    assert staged == ([] if began else [f"{name} begins", f"{name} ends"])


async def test_a_scene_that_cannot_be_set_or_left_fails_its_row_alone(tmp_path):
    @asynccontextmanager
    async def cannot_be_left(notes: Notes) -> AsyncIterator[Notes]:
        yield notes
        raise Problem("The tenant could not be suspended.")

    passed = await running.tried(row("PASSES-1"), cannot_be_left, tmp_path)
    assert (passed.verdict, passed.problem) == ("failed", "The tenant could not be suspended.")
    failed = await running.tried(row("FAILS-1"), cannot_be_left, tmp_path)
    assert failed.problem.startswith("Expected the number"), "the row's own reason is the one that counts"


async def test_a_row_that_does_not_let_itself_be_ended_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CLEAN_UP_SECONDS", 0.1)
    let_go = asyncio.Event()

    @asynccontextmanager
    async def stuck(notes: Notes) -> AsyncIterator[Notes]:
        try:
            yield notes
        finally:
            while not let_go.is_set():
                try:
                    await let_go.wait()
                except asyncio.CancelledError:
                    continue

    result = await running.tried(row("HANGS-1"), stuck, tmp_path)
    let_go.set()
    assert result.verdict == "failed"


def test_the_last_line_counts_every_row(monkeypatch, capsys, staged):
    there_are(monkeypatch, "PASSES-1", "HALF-1", "FAILS-1", "UNBUILT-1", "PASSES-2")
    assert verb.main(["--json"]) == 1
    assert last_line(capsys) == {
        "rows": 5, "passed": 2, "partly": 1, "not_built": 1, "failed": ["FAILS-1"], "not_run": 0,
    }  # fmt: skip
    assert verb.main(["--json", "--rows", "PASSES,HALF-1"]) == 0
    assert last_line(capsys) == {"rows": 5, "passed": 2, "partly": 1, "not_built": 0, "failed": [], "not_run": 2}


def test_what_a_row_lacks_and_why_it_failed_is_said(monkeypatch, capsys, staged):
    there_are(monkeypatch, "HALF-1", "FAILS-1")
    verb.main([])
    out = capsys.readouterr().out
    assert "… HALF-1  title of HALF-1 (1 of 2)" in out
    assert "not yet: the other half" in out
    assert "Expected the number to be 2. Seen: 1." in out


def test_only_what_has_not_passed_is_tried_again(monkeypatch, capsys, staged):
    there_are(monkeypatch, "PASSES-1", "HALF-1", "FAILS-1", "ELSEWHERE-1", "UNBUILT-1")
    assert verb.main([]) == 1
    tries.clear()
    assert verb.main(["--resume", "--json"]) == 1
    assert tries == ["FAILS-1", "ELSEWHERE-1"]
    assert last_line(capsys)["passed"] == 1
    monkeypatch.setattr(verb, "versions", lambda: {"hujiao": "99"})
    with pytest.raises(Problem, match="no run of this version"):
        verb.main(["--resume"])


def test_a_run_that_was_stopped_leaves_a_report_and_goes_on(monkeypatch, capsys, staged, tmp_path):
    there_are(monkeypatch, "PASSES-1", "STOPS-1", "PASSES-2")

    mains: list[asyncio.Task[Any]] = []

    def stop() -> None:
        mains[0].cancel()

    monkeypatch.setitem(globals(), "raise_in_main", stop)
    monkeypatch.setattr(verb, "stage", remembering(verb.stage, mains))
    target = tmp_path / "report"
    assert verb.main(["--json", "--report", str(target)]) == verb.STOPPED
    assert last_line(capsys) == {"rows": 3, "passed": 1, "partly": 0, "not_built": 0, "failed": [], "not_run": 2}
    assert "未执行" in target.with_suffix(".html").read_text("utf-8") and target.with_suffix(".docx").exists()
    monkeypatch.setitem(globals(), "raise_in_main", lambda: None)
    tries.clear()
    assert verb.main(["--resume", "--json"]) == 0
    assert tries == ["STOPS-1", "PASSES-2"]


def remembering(stage: Any, mains: list[asyncio.Task[Any]]) -> Any:
    @asynccontextmanager
    async def remembered(home: Path | None) -> AsyncIterator[Any]:
        mains.append(asyncio.current_task())  # type: ignore[arg-type]
        async with stage(home) as shared:
            yield shared

    return remembered


def test_a_list_tries_nothing(monkeypatch, capsys, staged):
    there_are(monkeypatch, "PASSES-1", "UNBUILT-1")
    assert verb.main(["--list", "--json"]) == 0
    assert last_line(capsys) == {"ok": True, "rows": 2, "with_script": ["PASSES-1"]}
    assert staged == []


def test_an_unknown_row_is_a_clear_error_of_the_verb(capfd):
    assert main.main(["accept", "--rows", "ACC-999", "--json"]) == 1
    result = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert result["ok"] is False
    assert "ACC-999" in result["error"] and "ACC" in result["error"]


def test_a_place_that_cannot_hold_the_report_is_said_before_anything_is_tried(monkeypatch, staged, tmp_path):
    there_are(monkeypatch, "PASSES-1")
    with pytest.raises(Problem, match="no folder"):
        verb.main(["--report", str(tmp_path / "nowhere" / "report")])
    assert tries == []


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────

WHEN = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def a_run(folder: Path, *names: str, home: str = "") -> kept.Kept:
    return kept.begin(folder, kept.Run(WHEN, {"hujiao": "0.1.0", "revision": "r1"}, {"name": "m"}, home, list(names)))


def test_a_result_that_was_half_written_is_as_none(tmp_path):
    run = a_run(tmp_path, "X-1", "X-2")
    run.add(Result("X-1", "failed", problem="no"))
    run.add(Result("X-1", "passed", WHEN, 3.0, [WORDS], [LACK]))
    with (run.folder / "results.jsonl").open("ab") as file:
        file.write(b'{"row":"X-2","verd')
    assert run.results() == {"X-1": Result("X-1", "passed", WHEN, 3.0, [WORDS], [LACK])}


def test_the_latest_run_of_this_version_on_this_installation_goes_on(tmp_path):
    for hours, home in ((0, ""), (1, ""), (2, "/srv/other")):
        kept.begin(tmp_path, kept.Run(WHEN + timedelta(hours=hours), {"hujiao": "1"}, {}, home, ["X-1"]))
    assert kept.resume(tmp_path, {"hujiao": "1"}, "").run.began == WHEN + timedelta(hours=1)
    assert kept.resume(tmp_path, {"hujiao": "1", "asterisk": "22"}, "").run.began == WHEN + timedelta(hours=1)
    assert kept.resume(tmp_path, {"hujiao": "1"}, "/srv/other").run.began == WHEN + timedelta(hours=2)
    with pytest.raises(Problem):
        kept.resume(tmp_path, {"hujiao": "2"}, "")


def test_evidence_of_one_name_is_kept_apart_and_stays_in_its_folder(tmp_path):
    notes = Notes("X-1", tmp_path)
    for _ in range(2):
        notes.keep("file", "../../list of all.csv", b"1", WORDS)
    assert [item.path for item in notes.evidence] == ["X-1/list-of-all.csv", "X-1/list-of-all-2.csv"]
    assert {file.parent for file in tmp_path.rglob("*.csv")} == {tmp_path / "X-1"}


# ── the report ───────────────────────────────────────────────────────────────────────────────────────────────────────

CONTACT = {
    "caller": "13800138000",
    "events": [
        {"at": "2026-11-02T08:31:00+00:00", "kind": "queue.entered", "data": {"reason": "<b>"}},
        {"at": "2026-11-02T08:31:05+00:00", "kind": "unheard.of", "data": {}},
    ],
}


@pytest.fixture
def reported(tmp_path: Path) -> Path:
    """The report's name; one row of each end, with evidence."""
    names = ["PASSES-1", "HALF-1", "FAILS-1", "UNBUILT-1", "ELSEWHERE-1"]
    run = a_run(tmp_path, *names)
    notes = Notes("PASSES-1", run.evidence)
    notes.keep("recording", "heard.mp3", b"sound", Text("What they heard", "所听"))
    notes.keep("screenshot", "screen.png", PIXEL, Text("The screen", "画面"))
    notes.timeline(CONTACT)
    results = [
        Result(
            "PASSES-1", "passed", WHEN, 12.4, [Text("Heard <b>both</b> & at once", "双向可闻")], [], "", notes.evidence
        ),
        Result("HALF-1", "partly", WHEN, 2.0, [], [LACK]),
        Result("FAILS-1", "failed", WHEN, 1.0, [Text("one", "一")], [], "Expected 2 < 3. Seen: 4."),
        Result("UNBUILT-1", "not_built"),
        Result("ELSEWHERE-1", "not_run", problem="It needs a browser."),
    ]
    report.write(tmp_path / "acceptance.docx", run, [row(name) for name in names], results, 174)
    return tmp_path / "acceptance"


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)


def test_the_page_has_cover_summary_sections_and_place_to_sign(reported):
    page = reported.with_suffix(".html").read_text("utf-8")
    for words in (
        "验收测试报告", "Acceptance test report", "0.1.0", "全部 174 项中的 5 项", "签字", "Signature",
        "title of HALF-1", "HALF-1 的标题", "the other half", "另一半", "它所说的", "双向可闻", "It needs a browser.",
        "通过 1 项，部分通过 1 项，未通过 1 项，未实现 1 项，未执行 1 项。",
    ):  # fmt: skip
        assert words in page, words
    assert page.count('<section class="row"') == 5
    assert "Heard &lt;b&gt;both&lt;/b&gt; &amp; at once" in page and "Expected 2 &lt; 3. Seen: 4." in page
    assert "<b>" not in page, "nothing that was seen is markup"
    assert "开始排队" in page and "unheard.of" in page, "events by the names of the screens"
    for link in re.findall(r'(?:href|src)="(?!#)([^"]+)"', page):
        assert (reported.parent / link).is_file(), link
    assert "<script" not in page and "http://" not in page and "https://" not in page


def test_the_document_says_the_same_and_its_links_lead_to_the_evidence(reported):
    from docx import Document

    file = reported.with_suffix(".docx")
    document = Document(str(file))
    said = "\n".join(
        [paragraph.text for paragraph in document.paragraphs]
        + [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    )
    for words in ("验收测试报告", "全部 174 项中的 5 项", "另一半", "Expected 2 < 3. Seen: 4.", "双向可闻", "签字"):
        assert words in said, words
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert [heading.split()[0] for heading in headings] == ["PASSES-1", "HALF-1", "FAILS-1", "UNBUILT-1", "ELSEWHERE-1"]
    links = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert len(links) == 3 and all((reported.parent / link).is_file() for link in links)
    assert any(name.startswith("word/media/") for name in zipfile.ZipFile(file).namelist()), "the picture is in it"


def test_a_timeline_is_read_back_with_what_tells_most(tmp_path):
    notes = Notes("X-1", tmp_path)
    notes.timeline(CONTACT)
    assert [(step.kind, step.detail) for step in steps(tmp_path / notes.evidence[0].path)] == [
        ("queue.entered", "reason <b>"),
        ("unheard.of", ""),
    ]


# ── what rows are written with ───────────────────────────────────────────────────────────────────────────────────────


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
