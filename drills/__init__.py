"""Failures on purpose: `./hujiao drill NAME`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit.errors import HujiaoError


def run(main: Callable[[Sequence[str]], int]) -> int:
    """A drill as a program of its own; what goes wrong is said in a sentence."""
    try:
        return main(sys.argv[1:])
    except (Problem, HujiaoError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr, flush=True)
        output.result({"ok": False, "error": str(error)}, as_json="--json" in sys.argv)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
