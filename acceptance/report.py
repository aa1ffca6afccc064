"""The report of a run (验收测试报告), as a customer gets it: a web page, a Word document, the evidence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from acceptance.about import About, Text
from acceptance.kept import Kept, Run
from acceptance.notes import Evidence, Step, steps
from acceptance.rows import Row
from acceptance.running import Result, Verdict
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import CHECKOUT

VERDICTS: dict[Verdict, Text] = {
    "passed": Text("Passed", "通过"),
    "partly": Text("Partly", "部分通过"),
    "failed": Text("Failed", "未通过"),
    "not_built": Text("Not built", "未实现"),
    "not_run": Text("Not run", "未执行"),
}
TITLE = Text("Acceptance test report", "验收测试报告")
SUMMARY = Text("Summary", "结果汇总")
RESULTS = Text("Results", "逐项结果")
SIGNATURES = Text("Signatures", "签署")
ROW = Text("Row", "编号")
REQUIREMENT = Text("Requirement", "要求")
VERDICT = Text("Result", "结论")
GROUP = Text("Group", "类别")
TOTAL = Text("Total", "合计")
EVIDENCE = Text("Evidence", "证据")
SIGNING = (
    (Text("Customer", "客户方"), Text("Operator", "运营方")),
    (Text("Name", "姓名"), Text("Signature", "签字"), Text("Seal", "盖章"), Text("Date", "日期")),
)
_LONGEST_TIMELINE = 40
Language = Literal["en", "zh-CN"]


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a row's section: its name, and what it says."""

    name: Text
    said: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Section:
    """A row with what came of it."""

    row: Row
    result: Result
    folder: Path  # of the evidence

    def fields(self) -> Iterator[Field]:
        yield Field(Text("Clause", "条款"), [self.row.clauses])
        yield Field(REQUIREMENT, [self.row.text])
        about = self._about()
        if about:
            yield Field(Text("Procedure", "测试步骤"), [about.procedure])
            yield Field(Text("Expected", "预期结果"), [about.expected])
        if self.result.verdict in ("passed", "partly", "failed"):
            yield Field(Text("Observed", "实测结果"), self._observed())
        elif self.result.problem:
            said = Text(self.result.problem, "原因见下方英文说明。")
            yield Field(Text("Not run because", "未执行原因"), [said])
        if self.result.lacks:
            yield Field(Text("Not there yet", "尚未实现"), self.result.lacks)
        if self.result.ended:
            ended = f"{moment(self.result.ended)}, {self.result.seconds:.0f} s"
            yield Field(Text("Tested", "测试时间"), [same(ended)])

    def evidence(self) -> Iterator[tuple[Evidence, Path]]:
        """Yields each piece that is there, with its file."""
        for item in self.result.evidence:
            file = self.folder / item.path
            if file.is_file():
                yield item, file

    def timelines(self) -> Iterator[tuple[Evidence, list[Step]]]:
        for item, file in self.evidence():
            if item.kind == "timeline":
                yield item, steps(file)[:_LONGEST_TIMELINE]

    def _observed(self) -> list[Text]:
        problem = self.result.problem
        failure = [Text(problem, "与预期不符，详见下方英文记录。")] if problem else []
        as_expected = Text("As expected.", "与预期一致。")
        return [*self.result.observed, *failure] or [as_expected]

    def _about(self) -> About | None:
        try:
            return self.row.about() if self.row.has_script else None
        except Exception:  # the script cannot be read, as its result says
            return None


@dataclass(frozen=True, slots=True)
class Report:
    run: Run
    sections: Sequence[Section]
    of: int  # rows in all

    def cover(self) -> Iterator[Field]:
        versions, machine = dict(self.run.versions), self.run.machine
        product = f"hujiao {versions.pop('hujiao', '')} ({versions.pop('revision', '?')})"
        yield Field(Text("Product", "产品"), [Text(product, f"呼叫 {product}")])
        yield Field(Text("Parts", "组成部分"), [same(", ".join(f"{name} {value}" for name, value in versions.items()))])
        where = same(self.run.home) if self.run.home else Text("of its own, for this test", "为本次测试临时建立")
        yield Field(Text("Installation", "被测系统"), [where])
        said = [machine[name] for name in ("name", "system", "processor", "memory") if machine.get(name)]
        yield Field(Text("Machine", "测试机器"), [same(", ".join(said))])
        yield Field(Text("Date", "测试日期"), [same(self._dates())])
        count = len(self.sections)
        scope = Text(f"{count} of {self.of} rows", f"全部 {self.of} 项中的 {count} 项")
        yield Field(Text("Scope", "测试范围"), [scope])
        yield Field(Text("Conclusion", "结论"), [self._conclusion()])

    def _dates(self) -> str:
        ends = [section.result.ended for section in self.sections if section.result.ended]
        last = moment(max(ends)) if ends else ""
        first = moment(self.run.began)
        return f"{first} – {last}" if last and last != first else first

    def _conclusion(self) -> Text:
        counts = self.counts()
        en = ", ".join(f"{counts[name]} {VERDICTS[name].en.lower()}" for name in VERDICTS if counts[name])
        zh = "，".join(f"{VERDICTS[name].zh} {counts[name]} 项" for name in VERDICTS if counts[name])
        return Text(f"{en}.", f"{zh}。")

    def counts(self, group: Text | None = None) -> dict[Verdict, int]:
        these = [s.result.verdict for s in self.sections if group is None or s.row.group == group]
        return {name: these.count(name) for name in VERDICTS}

    def groups(self) -> list[Text]:
        return list(dict.fromkeys(section.row.group for section in self.sections))


def same(text: str) -> Text:
    """What reads alike in both languages."""
    return Text(text, text)


def moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def event_name(kind: str) -> Text:
    """An event's name as the application's screens have it."""
    key = kind.replace(".", "_")
    return Text(_event_names("en").get(key, kind), _event_names("zh-CN").get(key, kind))


@cache
def _event_names(language: Language) -> dict[str, str]:
    file = CHECKOUT / "web" / "src" / "shared" / "i18n" / f"{language}.json"
    names: dict[str, str] = json.loads(file.read_text("utf-8"))["eventKind"]
    return names


def check_place(name: Path) -> None:
    """Says it before the run, not after it, when the report could not be written there."""
    folder = name.absolute().parent
    if not folder.is_dir():
        raise Problem(f"There is no folder {folder} for the report.")


def write(name: Path, run: Kept, rows: Sequence[Row], results: Sequence[Result], of: int) -> list[Path]:
    """Writes the page, the document and the evidence; returns their paths."""
    from acceptance import report_html, report_word

    stem = name.absolute()
    stem = stem.with_suffix("") if stem.suffix in (".html", ".docx") else stem
    html, word = (stem.with_name(f"{stem.name}{ending}") for ending in (".html", ".docx"))
    evidence = stem.with_name(f"{stem.name}-evidence")
    for result in results:
        shutil.rmtree(evidence / result.row, ignore_errors=True)
        if (run.evidence / result.row).is_dir():
            shutil.copytree(run.evidence / result.row, evidence / result.row)
    sections = [Section(row, result, evidence) for row, result in zip(rows, results, strict=True)]
    report = Report(run.run, sections, of)
    html.write_text(report_html.page(report, evidence.name), "utf-8")
    report_word.save(report, evidence.name, word)
    return [html, word, *([evidence] if evidence.is_dir() else [])]
