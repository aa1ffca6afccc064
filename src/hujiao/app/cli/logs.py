"""`logs [part] [-f]`: what the parts wrote."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from hujiao.app.cli import output
from hujiao.app.cli.parts import log_files
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import load


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("part", nargs="?", help="runtime, api, jobs, node, asterisk, postgres, nats, supervisor …")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what comes")
    parser.add_argument("-n", "--lines", type=int, default=50, help="so many lines of before (default 50)")


def run(options: argparse.Namespace) -> int:
    files = log_files(load())
    if options.part:
        if options.part not in files:
            raise Problem(f"There is no log of {options.part}. There are: {', '.join(files) or 'none yet'}.")
        files = {options.part: files[options.part]}
    width = max((len(name) for name in files), default=0)
    places: dict[str, int] = {}
    count = options.lines if options.part else max(1, options.lines // max(1, len(files)))
    for name, file in files.items():
        lines, places[name] = _tail(file, count)
        for line in lines:
            _print(name, width, line, alone=bool(options.part))
    while options.follow:
        time.sleep(0.3)
        for name, file in files.items():
            if file.stat().st_size < places[name]:
                places[name] = 0  # begun anew
            with file.open("rb") as log:
                log.seek(places[name])
                new = log.read()
            whole, _, _ = new.rpartition(b"\n")
            if whole:
                places[name] += len(whole) + 1
                for line in whole.decode("utf-8", "replace").splitlines():
                    _print(name, width, line, alone=bool(options.part))
    output.result({"logs": {name: str(file) for name, file in files.items()}}, as_json=options.json)
    return 0


def _tail(file: Path, count: int) -> tuple[list[str], int]:
    with file.open("rb") as log:
        size = log.seek(0, 2)
        log.seek(max(0, size - 400 * count - 4096))
        text = log.read().decode("utf-8", "replace")
    return text.splitlines()[-count:], size


def _print(name: str, width: int, line: str, *, alone: bool) -> None:
    output.say(line if alone else f"{name.ljust(width)} │ {line}")
