"""`./hujiao accept`: which rows, on which installation, and what came of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from acceptance import kept, report, rows, running
from acceptance.installation import stage
from acceptance.kept import Kept
from acceptance.rows import Row
from acceptance.running import Result
from drills import run as run_as_program
from hujiao.app.cli import output
from hujiao.app.cli.version import versions
from hujiao.kit.settings import default_home

STOPPED = 130
_MARKS = {"passed": "✓", "partly": "◐", "failed": "✗", "not_built": "·", "not_run": "?"}


def main(argv: Sequence[str]) -> int:
    options = _arguments().parse_args(argv)
    known = rows.known()
    if options.list:
        return _list(known, as_json=options.json)
    if options.report:
        report.check_place(options.report)
    logging.getLogger("nats").setLevel(logging.CRITICAL)  # rows kill it on purpose
    run = _kept(known, options)
    chosen = (
        rows.chosen(known, options.rows) if options.rows else [known[name] for name in run.run.rows if name in known]
    )
    try:
        stopped = asyncio.run(_accept(chosen, run, options.home))
    finally:  # whatever ended it, what is known is reported
        found = run.results()
        results = [found.get(row.id) or Result(row.id, "not_run") for row in chosen]
        if options.report and found:
            for file in report.write(options.report, run, chosen, results, len(known)):
                output.say(f"Written: {file}")
    return _end(results, known, run, stopped=stopped, as_json=options.json)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hujiao accept",
        description="Try what the product promises, row by row, through its public interfaces and with real calls.",
    )
    parser.add_argument("--rows", metavar="ROW,…", help="only these, such as AGT-2,IVR-6; a group (AGT) is its rows")
    parser.add_argument("--home", type=Path, help="try the installation that runs in this folder; else one of its own")
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write FILE.html, FILE.docx and the folder FILE-evidence"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the latest run of this version: what has passed stays"
    )
    parser.add_argument("--list", action="store_true", help="only list the rows, and which have a script")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


def _list(known: dict[str, Row], *, as_json: bool) -> int:
    for row in known.values():
        output.say(f"{row.id:<7} {'script' if row.has_script else '':<7} {row.title.en} {row.title.zh}")
    with_script = [row.id for row in known.values() if row.has_script]
    output.say(f"\n{len(with_script)} of {len(known)} rows have a script.")
    output.result({"ok": True, "rows": len(known), "with_script": with_script}, as_json=as_json)
    return 0


def _kept(known: dict[str, Row], options: argparse.Namespace) -> Kept:
    parent = default_home() / "accept"
    these = {name: str(value) for name, value in versions().items() if value}
    home = str(options.home.resolve()) if options.home else ""
    if options.resume:
        return kept.resume(parent, these, home)
    chosen = [row.id for row in rows.chosen(known, options.rows)]
    return kept.begin(parent, kept.Run(kept.now(), these, kept.machine(), home, chosen))


async def _accept(chosen: Sequence[Row], run: Kept, home: Path | None) -> bool:
    """Tries what does not stand yet; returns whether somebody stopped it."""
    before = run.results()
    left = [row for row in chosen if row.id not in before or not before[row.id].stands]
    if len(left) < len(chosen):
        output.say(f"{len(chosen) - len(left)} rows stand from before.")
    scripts = [row for row in left if row.has_script]
    for row in left:
        if not row.has_script:
            run.add(Result(row.id, "not_built"))
    if not scripts:
        return False
    this = asyncio.current_task()
    assert this is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    try:
        async with stage(home) as shared:
            output.say(f"Trying {len(scripts)} rows. Ctrl-C ends with what is known; --resume goes on.")
            for place, row in enumerate(scripts, 1):
                output.say(f"… {row.id:<7} {row.title.en} ({place} of {len(scripts)})")
                result = await running.tried(row, shared.scene, run.evidence)
                run.add(result)
                output.say(_line(result, row.title.en))
    except (asyncio.CancelledError, KeyboardInterrupt):
        output.say("\nStopped.")
        return True
    return False


def _line(result: Result, title: str) -> str:
    lines = [f"{_MARKS[result.verdict]} {result.row:<7} {title} ({result.seconds:.1f} s)"]
    lines += [f"      not yet: {lack.en}" for lack in result.lacks if result.verdict == "partly"]
    return "\n".join([*lines, *([f"      {result.problem}"] if result.problem else [])])


def _end(results: Sequence[Result], known: dict[str, Row], run: Kept, *, stopped: bool, as_json: bool) -> int:
    counts = Counter(result.verdict for result in results)
    failed = [result.row for result in results if result.verdict == "failed"]
    not_run = counts["not_run"] + len(known) - len(results)
    output.say(
        f"\n{counts['passed']} passed, {counts['partly']} partly, {len(failed)} failed, {counts['not_built']} not built"
        f"{f', {not_run} not run' if not_run else ''}, of {len(known)} rows. Kept in {run.folder}"
    )
    figures = {"passed": counts["passed"], "partly": counts["partly"], "not_built": counts["not_built"]}
    output.result({"rows": len(known), **figures, "failed": failed, "not_run": not_run}, as_json=as_json)
    return STOPPED if stopped else 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(run_as_program(main))
