"""`check`: the fast checks of the code; two at a time, each with its name, its time and, when it fails, its words."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hujiao.app.cli import output
from hujiao.embedded import web_build
from hujiao.embedded.locks import only_one
from hujiao.embedded.progress import step
from hujiao.kit.settings import CHECKOUT, default_home, parts_folder

# Without any cache, on one core: the longest begin first, so that both end at about the same time.
_SECONDS = {"eslint": 39, "tsc": 20, "mypy": 18, "prettier": 6, "documents": 2}


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: list[str]
    folder: Path
    environment: Mapping[str, str]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-web", action="store_true", help="leave out the web application")


def run(options: argparse.Namespace) -> int:
    failed = check_all(web=not options.no_web)
    output.result({"ok": not failed, "failed": failed}, as_json=options.json)
    return 1 if failed else 0


def check_all(*, web: bool) -> list[str]:
    """Run them; returns the names of those that failed."""
    checks = [*(_web() if web else []), *_python()]
    checks.sort(key=lambda check: -_SECONDS.get(check.name, 0))
    with ThreadPoolExecutor(2) as pool:
        return [name for name in pool.map(_one, checks) if name]


def _one(check: Check) -> str | None:
    began = time.monotonic()
    done = subprocess.run(
        check.command, cwd=check.folder, env=check.environment, capture_output=True, text=True, check=False
    )
    mark = "✗" if done.returncode else "✓"
    lines = [f"  {mark} {check.name} ({time.monotonic() - began:.1f} s)"]
    if done.returncode:
        lines += [f"      {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-60:]]
    output.say("\n".join(lines))
    return check.name if done.returncode else None


def _python() -> list[Check]:
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT / "src"),
        "PATH": f"{programs}:{os.environ.get('PATH', '')}",
        "NO_MKDOCS_2_WARNING": "1",
    }
    commands = {
        "mypy": ["mypy"],
        "import rules": ["lint-imports"],
        "house rules": ["python", "tools/lint_house.py"],
        "ledger events": ["python", "-m", "tools.lint_events"],
        "ruff": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "documents": ["mkdocs", "build", "--strict", "--quiet"],
    }
    return [
        Check(name, [str(programs / command[0]), *command[1:]], CHECKOUT, environment)
        for name, command in commands.items()
    ]


def _web() -> list[Check]:
    web = web_build.WEB
    parts = parts_folder(default_home())
    with only_one(web / ".build.lock"), step("Web tools") as progress:
        node, npm = web_build.toolchain(parts, progress)
        environment = web_build.npm_environment(node, parts)
        web_build.install_packages(npm, environment, progress)
    scripts = {"eslint": "lint", "tsc": "typecheck", "prettier": "format:check"}
    return [Check(name, [*npm, "run", "--silent", script], web, environment) for name, script in scripts.items()]
