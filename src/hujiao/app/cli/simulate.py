"""`simulate routing SCENARIO.yaml`: made-up callers and agents around the router that runs in production."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from math import isnan
from pathlib import Path
from typing import Any

from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit.expressions import BadExpression
from hujiao.kit.i18n import Said
from hujiao.kit.settings import default_home, parts_folder
from hujiao.routing import score
from hujiao.routing.assign import Router
from hujiao.routing.order import Criterion
from hujiao.routing.plugins import installed
from hujiao.routing.simulation.day import Day
from hujiao.routing.simulation.document import BadScenario
from hujiao.routing.simulation.figures import Figures, Interval, Served, figures, interval, report
from hujiao.routing.simulation.model import Scenario, parse
from hujiao.routing.simulation.plan import Plan
from hujiao.routing.simulation.run import simulate

WHAT = ("routing",)
CHARTED_DAYS = 50  # charts are of the first days; figures are of all


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hujiao simulate",
        description="Let a day of a contact center go by in seconds, with the routing that runs in production.",
    )
    parser.add_argument("what", choices=WHAT, help="what decides: routing")
    parser.add_argument("scenario", type=Path, metavar="SCENARIO.yaml", help="queues, agents and callers")
    parser.add_argument("--seed", type=int, help="another seed than the scenario's: other days")
    parser.add_argument("--runs", type=_runs, metavar="N", help="so many days, with 95 %% confidence intervals")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write tables and charts as one page")
    parser.add_argument("--png", type=Path, metavar="FILE", help="write the charts as a picture")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    scenario = _read(options.scenario)
    seed = scenario.seed if options.seed is None else options.seed
    runs = options.runs or scenario.runs
    plan = scenario.plan()
    results: list[Figures] = []
    drawn: list[Day] = []
    for day in _days(plan, seed, runs):
        results.append(figures(plan, day))
        if len(drawn) < CHARTED_DAYS:
            drawn.append(day)
    _say(scenario, results)
    known: dict[str, Any] = {"ok": True, "scenario": scenario.name, "seed": seed, **report(results)}
    if options.html or options.png:
        # Its list of fonts goes where everything of ours is, not into the user's home.
        os.environ.setdefault("MPLCONFIGDIR", str(parts_folder(default_home()) / "matplotlib"))
        from hujiao.app.cli import simulation_charts as charts  # its library takes a second to load

        chart = charts.draw(scenario.name, plan, drawn)
        if options.png:
            options.png.write_bytes(charts.png(chart))
            output.say(f"\nCharts: {options.png}")
        if options.html:
            options.html.write_text(charts.html(scenario.name, tables(results), chart), "utf-8")
            output.say(f"\nPage: {options.html}")
    output.result(known, as_json=options.json)
    return 0


def _runs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"should be a number from 1 to 1000, not {text!r}")
    return int(text)


def _read(path: Path) -> Scenario:
    def read(name: str) -> str:
        return (path.parent / name).read_text("utf-8")

    try:
        return parse(path.read_text("utf-8"), read)
    except FileNotFoundError:
        raise Problem(f"There is no file {path}. docs/examples/routing.yaml is one to begin with.") from None
    except UnicodeDecodeError:
        raise Problem(f"{path} is not a text file in UTF-8.") from None
    except BadScenario as error:
        raise Problem("\n  ".join(f"{path}, {sentence}." for sentence in str(error).splitlines())) from None


def _days(plan: Plan, seed: int, runs: int) -> Iterator[Day]:
    """Expressions are tried before the first day, so that a wrong one is told before hours go by."""
    setup = plan.setup
    agent_orders = [setup.agent_order, *(queue.agent_order for queue in setup.queues.values())]
    for subject, orders in (("agent", agent_orders), ("interaction", [setup.item_order])):
        for criterion in [criterion for order in orders for criterion in order]:
            if criterion.kind == "plugin":
                _installed(criterion.plugin, subject)
            if criterion.kind != "expression":
                continue
            try:
                score.check(criterion.expression, subject)
            except BadExpression as error:
                raise Problem(
                    f"The expression {criterion.expression!r} of an {subject}'s order is wrong: {error}"
                ) from None
    failed: dict[str, str] = {}

    def fails(criterion: Criterion, said: Said) -> None:
        failed[criterion.expression or criterion.plugin] = str(said)

    scored = score.Scorer(fails)
    for run in range(runs):
        yield simulate(plan, seed + run, Router(seed + run, scored))
        if runs > 1 and (run + 1) % max(1, runs // 10) == 0:
            output.say(f"  {run + 1} of {runs} days")
    for problem in failed.values():
        output.warn(f"A criterion failed and counted as 0: {problem}")


def _installed(name: str, subject: str) -> None:
    usable = sorted(plugin.name for plugin in installed().values() if plugin.judges(subject))
    if name not in usable:
        known = ", ".join(usable) or "none"
        raise Problem(f"No strategy {name!r} is installed that judges an {subject}; those that do: {known}.")


# ── what a person sees ───────────────────────────────────────────────────────────────────────────────────────────────

COLUMNS: dict[str, Callable[[Served], float]] = {
    "offered": lambda one: one.offered,
    "answered": lambda one: one.answered,
    "abandoned": lambda one: one.abandoned,
    "abandoned %": lambda one: one.abandoned_share * 100,
    "service level %": lambda one: one.service_level * 100,
    "ASA s": lambda one: one.waits.mean,
    "p50 s": lambda one: one.waits.p50,
    "p90 s": lambda one: one.waits.p90,
    "p95 s": lambda one: one.waits.p95,
    "longest s": lambda one: one.waits.longest,
    "in hand s": lambda one: one.in_hand,
}


def tables(days: Sequence[Figures]) -> list[list[list[str]]]:
    """Queues and tiers, by ring, occupancy: each as rows with a heading."""
    first = days[0]
    rows = [["queue", *COLUMNS]]
    several = len(first.media) > 1
    for name in first.queues:
        rows.append([name, *_row([day.queues[name] for day in days])])
        media = [medium for medium in first.media if several and any(day.streams[name, medium].offered for day in days)]
        rows += [[f"  {medium}", *_row([day.streams[name, medium] for day in days])] for medium in media]
    if several and len(first.queues) > 1:
        rows += [[f"all {medium}", *_row([day.media[medium] for day in days])] for medium in first.media]
    if len(first.tiers) > 1:
        rows += [[f"tier {tier}", *_row([day.tiers[tier] for day in days])] for tier in first.tiers]
    if len(first.queues) > 1:
        rows.append(["all", *_row([day.all for day in days])])
    rings = sorted({ring for day in days for ring in day.all.by_ring})
    by_ring = [["answered by ring", *map(str, rings)]]
    for name in first.queues:
        counts = [[day.queues[name].by_ring.get(ring, 0) for day in days] for ring in rings]
        by_ring.append([name, *(_number(interval(count)) for count in counts)])
    shares = [day.occupancy for day in days]
    occupancy = [
        ["occupancy %", "deviation", "lowest", "highest", *["in points"] * several],
        [
            _number(interval(one.mean * 100 for one in shares)),
            _number(interval(one.deviation * 100 for one in shares)),
            _number(interval(one.lowest * 100 for one in shares)),
            _number(interval(one.highest * 100 for one in shares)),
            *[_number(interval(one.points * 100 for one in shares))] * several,
        ],
    ]
    return [rows, *([by_ring] if len(rings) > 1 else []), occupancy]


def _row(days: Sequence[Served]) -> list[str]:
    return [_number(interval(map(of, days))) for of in COLUMNS.values()]


def _number(known: Interval) -> str:
    if isnan(known.mean):
        return "–"
    if isnan(known.half):
        return f"{known.mean:.1f}".removesuffix(".0")
    return f"{known.mean:.1f} ± {known.half:.1f}"


def _say(scenario: Scenario, days: Sequence[Figures]) -> None:
    output.say(f"{scenario.name}: {output.duration(scenario.hours * 3600)}, {len(days)} day{'s' * (len(days) > 1)}\n")
    output.say("\n\n".join(output.table(rows) for rows in tables(days)))
    if scenario.blending:
        hours = interval(day.outbound.seconds / 3600 for day in days)
        done = interval(day.outbound.handled for day in days)
        moves = interval(day.outbound.moves for day in days)
        output.say(
            f"\nOutbound: {done.mean:.0f} interactions, {hours.mean:.1f} agent hours, {moves.mean:.0f} moves a day."
        )
    unserved = sum(day.all.unserved for day in days)
    if unserved:
        output.warn(f"{unserved} callers were never served: nobody who could was there any more.")
