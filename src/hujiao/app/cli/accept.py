"""`accept`: try what the product promises, row by row, on an installation. Each is a script in `acceptance/`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from hujiao.app.cli.scripts import run_program


def main(argv: Sequence[str]) -> int:
    return run_program([sys.executable, "-m", "acceptance", *argv], Path.cwd())
