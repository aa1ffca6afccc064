"""`supervise`: the supervising process itself. `up` starts it."""

from __future__ import annotations

from collections.abc import Sequence

from hujiao.app.cli.parts import all_parts, stamp
from hujiao.embedded import supervisor
from hujiao.kit.settings import load


def main(argv: Sequence[str]) -> int:
    settings = load()
    return supervisor.run(settings.home, settings.run, all_parts(settings), stamp(settings))
