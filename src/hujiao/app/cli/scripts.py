"""Verbs whose names are scripts in a folder of the checkout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hujiao.embedded.problem import Problem
from hujiao.kit.settings import CHECKOUT


def run_script(verb: str, folder: str, argv: Sequence[str]) -> int:
    known = available(CHECKOUT / folder)
    name = argv[0] if argv else ""
    if name not in known:
        raise Problem(f"./hujiao {verb} takes one of: {', '.join(known) or 'none yet'}.")
    script = known[name]
    program = ["bash", str(script)] if script.suffix == ".sh" else [sys.executable, str(script)]
    return run_program([*program, *argv[1:]])


def run_program(command: Sequence[str], folder: Path = CHECKOUT) -> int:
    """Run it in this folder, with what the checkout's scripts may import; returns its exit code."""
    # Scripts import each other and hujiao, and some start processes of their own with the same interpreter.
    environment = {
        **os.environ,
        "PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}",
        "HUJIAO_PYTHON": sys.executable,
    }
    # Ctrl-C tells the script, too, which ends in order; a handler, unlike ignoring it, is not handed on to the script.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with subprocess.Popen(command, cwd=folder, env=environment) as process:
            return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def available(folder: Path) -> dict[str, Path]:
    """Every script that is a command of its own: `fresh_machine.sh` is `fresh-machine`."""
    modules = [file for file in sorted(folder.glob("*.py")) if "\nif __name__ ==" in file.read_text("utf-8")]
    return {file.stem.replace("_", "-"): file for file in [*sorted(folder.glob("*.sh")), *modules]}
