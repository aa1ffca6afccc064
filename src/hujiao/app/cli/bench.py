"""`bench NAME`: measure. Each is a script in `bench/`."""

from __future__ import annotations

from collections.abc import Sequence

from hujiao.app.cli.scripts import run_script


def main(argv: Sequence[str]) -> int:
    return run_script("bench", "bench", argv)
