"""`./hujiao bench routing`: how fast the router decides, how well, and how true its estimated waits are.

speed    decisions a second, how long each takes, memory, by agents and by waiting interactions
quality  how much of the way from one skill an agent to full pooling two skills an agent bring, beside app_queue's
         strategies and plain longest-idle-first, on the same callers
wait     the estimated wait against what callers then waited, beside "position × handle time / agents"
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from bench import machine, routing_quality, routing_speed, routing_wait
from hujiao.app.cli import output

# What stands at the top of the result, too.
KEYS = {
    "speed": ("decisions_per_s", "p99_ms"),
    "quality": ("gap_closed", "gap_closed_half"),
    "wait": ("wait_error_better",),
}
PARTS = tuple(KEYS)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hujiao bench routing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be said more than once")
    parser.add_argument("--agents", type=_numbers, default=[100, 1_000, 10_000], help="speed: 100,1000,10000")
    parser.add_argument(
        "--waiting", type=_numbers, default=[0, 1_000, 10_000, 100_000], help="speed: 0,1000,10000,100000"
    )
    parser.add_argument("--events", type=int, default=30_000, help="speed: decisions for each figure (30000)")
    parser.add_argument("--seeds", type=int, default=20, help="quality, wait: so many days (20)")
    parser.add_argument("--keep-nothing", action="store_true", help="do not write bench/results")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    parts = options.part or list(PARTS)
    result: dict[str, Any] = {"machine": machine.describe()}
    for part in parts:
        output.say(part)
        result[part] = _part(part, options)
    result["ok"] = all(result[part]["goal_met"] for part in parts)
    for part, names in KEYS.items():
        result |= {name: result[part][name] for name in names if part in result}
    if not options.keep_nothing:
        machine.keep("routing" if len(parts) == len(PARTS) else f"routing-{'-'.join(parts)}", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _part(part: str, options: argparse.Namespace) -> dict[str, Any]:
    match part:
        case "speed":
            return routing_speed.measure(options.agents, options.waiting, options.events, seed=1)
        case "quality":
            return routing_quality.measure(options.seeds)
        case _:
            return routing_wait.measure(options.seeds)


def _numbers(text: str) -> list[int]:
    parts = text.split(",")
    if not all(part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"should be numbers like 100,1000, not {text!r}")
    return [int(part) for part in parts]
