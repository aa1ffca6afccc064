"""`process NAME`: one of hujiao's own processes, in the foreground. `runtime-2` is the second runtime, and so on."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib import import_module

from hujiao.embedded.problem import Problem
from hujiao.kit.settings import load

MAINS = {
    "runtime": "hujiao.app.runtime.main",
    "api": "hujiao.app.http.main",
    "jobs": "hujiao.app.jobs.main",
    "node": "hujiao.asterisk.node.main",
}


def main(argv: Sequence[str]) -> int:
    another = len(argv) == 1 and re.fullmatch(r"runtime-[1-9]\d?", argv[0])
    if not another and (len(argv) != 1 or argv[0] not in MAINS):
        raise Problem(f"process takes one of {', '.join(MAINS)}.")
    module = import_module(MAINS["runtime" if another else argv[0]])
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    return int(module.main(load(), argv[0]) if another else module.main(load()))
