"""`lock`: write the requirements files again, each version with its hashes, from what the .in files ask for."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import CHECKOUT


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")


def run(options: argparse.Namespace) -> int:
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        raise Problem("lock needs uv in .venv: .venv/bin/pip install uv")
    for name in ("requirements", "requirements-accept", "requirements-dev"):
        command = [
            str(uv), "pip", "compile", f"{name}.in", "--output-file", f"{name}.txt", "--generate-hashes",
            "--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet",
        ]  # fmt: skip
        if options.upgrade:
            command.append("--upgrade")
        done = subprocess.run(command, cwd=CHECKOUT, check=False)
        if done.returncode:
            raise Problem(f"{name}.in could not be locked; uv said why above.")
        output.say(f"{name}.txt is written")
    output.result({"ok": True}, as_json=options.json)
    return 0
