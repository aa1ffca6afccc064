"""The process of one simulation: a `Trial` or a `Foresight` comes in, lines of JSON go out. Ending it is cancelling it.

It is a process of its own because it computes for seconds, and callers' recordings and reports do not wait for that.

    python -m hujiao.routing.simulation.worker
    pickled → {"done", "total"} … {"result"}
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

from hujiao.routing import score
from hujiao.routing.simulation import compare, foresight

TELL_SECONDS = 0.5


def main() -> None:
    os.nice(10)  # calls come first
    answers = sys.stdout.buffer
    work = pickle.load(sys.stdin.buffer)
    run: Callable[..., Any] = foresight.run if isinstance(work, foresight.Foresight) else compare.run
    failed: set[str] = set()
    told_at = 0.0

    def tell(what: dict[str, Any]) -> None:
        answers.write(msgspec.json.encode(what) + b"\n")
        answers.flush()

    def done(days: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_SECONDS:
            told_at = time.monotonic()
            tell({"done": days, "total": total})

    result = run(
        work, score.Scorer(lambda criterion, problem: failed.add(criterion.expression or criterion.plugin)), done
    )
    tell({"result": result, "failed_expressions": sorted(failed)})


if __name__ == "__main__":
    main()
