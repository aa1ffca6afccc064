"""What every drill may be told: how often, and where its figures go."""

from __future__ import annotations

import argparse

from hujiao.embedded.problem import Problem


def parser(name: str, doc: str | None, *, times: int) -> argparse.ArgumentParser:
    """For `./hujiao drill NAME`: `times` kills and as many freezes, if nothing else is said."""
    made = argparse.ArgumentParser(
        prog=f"./hujiao drill {name}", description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--kills", type=int, default=times, metavar="N", help=f"times that it is killed ({times})")
    made.add_argument("--freezes", type=int, default=times, metavar="N", help=f"times that it is frozen ({times})")
    made.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    made.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return made


def check(options: argparse.Namespace) -> None:
    if min(options.kills, options.freezes) < 0 or options.kills + options.freezes < 1:
        raise Problem("--kills and --freezes take 0 or more, together at least 1.")
