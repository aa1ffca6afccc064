"""`drill NAME`: fail on purpose, and measure how the product comes back. Each is a script in `drills/`."""

from __future__ import annotations

from collections.abc import Sequence

from hujiao.app.cli.scripts import run_script


def main(argv: Sequence[str]) -> int:
    return run_script("drill", "drills", argv)
