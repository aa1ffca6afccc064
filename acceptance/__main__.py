"""`./hujiao accept`: which rows, on which installation, and what came of it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from acceptance import rows
from acceptance.installation import stage
from drills import run as run_as_program
from hujiao.app.cli import output
from hujiao.embedded.problem import Problem


def main(argv: Sequence[str]) -> int:
    options = _arguments().parse_args(argv)
    known = rows.found()
    if options.list:
        return _list(known, options.requirements, as_json=options.json)
    return asyncio.run(_accept(rows.chosen(known, options.rows), options))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hujiao accept",
        description="Try what the product promises, row by row, through its public interfaces and with real calls.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="such as ACC-1; without one, all that have a script")
    parser.add_argument("--home", type=Path, help="try the installation that runs in this folder; else one of its own")
    parser.add_argument("--list", action="store_true", help="only list the rows")
    parser.add_argument(
        "--requirements", type=Path, metavar="FILE", help="with --list: also those of this table without a script"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


def _list(known: dict[str, rows.Row], requirements: Path | None, *, as_json: bool) -> int:
    titles = {row.id: row.title for row in known.values()}
    output.say("\n".join(f"{name:<7} {title}" for name, title in titles.items()) or "No row has a script yet.")
    lacking: dict[str, str] = {}
    if requirements:
        try:
            lacking = rows.without_script(requirements.read_text("utf-8"), known)
        except UnicodeDecodeError as error:
            raise Problem(f"{requirements} is no text in UTF-8.") from error
        output.say("\nWithout a script:")
        output.say("\n".join(f"{name:<7} {text}" for name, text in lacking.items()) or "none")
    output.result({"ok": True, "rows": titles, "without_script": lacking}, as_json=as_json)
    return 0


async def _accept(chosen: Sequence[rows.Row], options: argparse.Namespace) -> int:
    results = []
    async with stage(options.home) as shared:
        async for result in rows.run(chosen, shared.scene):
            output.say(result.line())
            results.append(result)
    failed = [result.row.id for result in results if result.problem]
    output.say(f"\n{len(results) - len(failed)} of {len(results)} rows are accepted.")
    records = [result.record() for result in results]
    output.result({"ok": not failed, "failed": failed, "rows": records}, as_json=options.json)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(run_as_program(main))
