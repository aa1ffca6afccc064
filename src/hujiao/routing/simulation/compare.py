"""Two set-ups on the same callers: what each comes to, the difference, and whether the present one tells the truth.

The same seed gives both the same callers, so that their difference, taken seed by seed, is known better than either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, isnan, nan, sqrt
from typing import Any
from uuid import UUID

from hujiao.routing.assign import Router
from hujiao.routing.order import Score
from hujiao.routing.simulation.chance import HALF_HOUR
from hujiao.routing.simulation.day import Call, Day
from hujiao.routing.simulation.figures import (
    SERVED_FIGURES,
    SERVICE_LEVEL_FORMULA,
    Figures,
    Interval,
    Served,
    figures,
    interval,
    served,
)
from hujiao.routing.simulation.history import Entered
from hujiao.routing.simulation.plan import Load, Plan
from hujiao.routing.simulation.run import simulate

DAY = 86_400.0
NEAR = 0.05  # a service level within so much of the real one is as good as it, whatever chance says
_OCCUPANCY: dict[str, Callable[[Figures], float]] = {
    "mean": lambda day: day.occupancy.mean,
    "deviation": lambda day: day.occupancy.deviation,
    "lowest": lambda day: day.occupancy.lowest,
    "highest": lambda day: day.occupancy.highest,
}
_CHECKED = ("service_level", "abandoned_share", "asa_seconds", "answered", "offered")


@dataclass(frozen=True, slots=True)
class Trial:
    """The present set-up on the days as they were (`real`), and both on the callers that are asked about.

    `now` None: they are the days as they were.
    """

    was: Plan
    now: Plan | None
    then: Plan
    real: tuple[Entered, ...]
    runs: int
    watched: UUID | None = None  # the queue whose course is drawn; None: all


def run(trial: Trial, score: Score, done: Callable[[int, int], None]) -> dict[str, Any]:
    """Every figure before and after; `done` is told after each day of how many."""
    plans = [plan for plan in (trial.was, trial.now, trial.then) if plan is not None]
    days: list[list[Day]] = [[] for _ in plans]
    total = trial.runs * len(plans)
    for seed in range(trial.runs):
        for at, plan in enumerate(plans):
            days[at].append(simulate(plan, seed, Router(seed, score)))
            done(seed * len(plans) + at + 1, total)
    known = [[figures(plan, day) for day in found] for plan, found in zip(plans, days, strict=True)]
    before, after = plans[-2], plans[-1]
    return {
        "service_level_formula": SERVICE_LEVEL_FORMULA,
        "runs": trial.runs,
        "calibration": calibration(trial, known[0]),
        **compared(known[-2], known[-1]),
        "course": course(trial.watched, before, days[-2], after, days[-1]),
    }


# ── before and after ─────────────────────────────────────────────────────────────────────────────────────────────────


def compared(before: Sequence[Figures], after: Sequence[Figures]) -> dict[str, Any]:
    tiers = sorted({tier for day in (before[0], after[0]) for tier in day.tiers})
    return {
        "queues": {
            name: _both([day.queues[name] for day in before], [day.queues[name] for day in after])
            for name in before[0].queues
            if name in after[0].queues
        },
        "tiers": {
            str(tier): _both([day.tiers.get(tier) for day in before], [day.tiers.get(tier) for day in after])
            for tier in tiers
        },
        "all": _both([day.all for day in before], [day.all for day in after]),
        "occupancy": {
            name: _change([of(day) for day in before], [of(day) for day in after]) for name, of in _OCCUPANCY.items()
        },
    }


def _both(before: Sequence[Served | None], after: Sequence[Served | None]) -> dict[str, Any]:
    return {
        name: _change([of(one) if one else nan for one in before], [of(one) if one else nan for one in after])
        for name, of in SERVED_FIGURES.items()
    }


def _change(before: Sequence[float], after: Sequence[float]) -> dict[str, Any]:
    """`difference` is of the same seeds, with its own interval."""
    differences = [then - now for now, then in zip(before, after, strict=True)]
    return {
        "before": _written(interval(before)),
        "after": _written(interval(after)),
        "difference": _written(interval(differences)),
    }


def _written(known: Interval) -> dict[str, float | None]:
    """JSON knows no nan."""
    return {
        name: None if isnan(value) else round(value, 4) for name, value in (("mean", known.mean), ("half", known.half))
    }


# ── is it true? ──────────────────────────────────────────────────────────────────────────────────────────────────────


def calibration(trial: Trial, days: Sequence[Figures]) -> dict[str, Any]:
    """What really happened beside what the present set-up makes of the same callers."""
    real = {str(queue_id): _really(trial.was.loads, trial.real, queue_id) for queue_id in trial.was.loads}
    return {
        "queues": {
            name: _beside(real[name], [day.queues[name] for day in days]) for name in real if real[name].offered
        },
        "all": _beside(_really(trial.was.loads, trial.real, None), [day.all for day in days]),
    }


def _really(loads: dict[UUID, Load], entered: Sequence[Entered], queue_id: UUID | None) -> Served:
    """The same figures of what happened; who was still waiting at the end counts as passed on."""
    calls = [
        Call(
            queue_id=one.queue_id,
            agent_id=None,
            arrived_at=one.at,
            wait=one.wait,
            outcome="answered" if one.outcome == "answered" else _lost(one.outcome),
            ring=0,
            grade=one.grade,
            ahead=0,
            staff=0,
            expected=None,
            medium=one.medium,
        )
        for one in entered
        if one.queue_id in loads and queue_id in (None, one.queue_id)
    ]
    return served(loads, calls)


def _lost(outcome: str | None) -> Any:
    return "abandoned" if outcome == "abandoned" else "redirected"


def _beside(real: Served, days: Sequence[Served]) -> dict[str, Any]:
    """`agrees`: the real service level is what one more simulated day may have, or near its mean."""
    levels = interval(day.service_level for day in days)
    away = abs(real.service_level - levels.mean)
    one_day = levels.half * sqrt(len(days) + 1)  # a mean's interval, widened to a single further day's
    return {
        "agrees": not isnan(away) and away <= max(NEAR, 0.0 if isnan(one_day) else one_day),
        **{
            name: {
                "real": None if isnan(SERVED_FIGURES[name](real)) else round(SERVED_FIGURES[name](real), 4),
                "simulated": _written(interval(SERVED_FIGURES[name](day) for day in days)),
            }
            for name in _CHECKED
        },
    }


# ── along the time ───────────────────────────────────────────────────────────────────────────────────────────────────


def course(
    watched: UUID | None, before: Plan, days_before: Sequence[Day], after: Plan, days_after: Sequence[Day]
) -> dict[str, Any]:
    """Service level and mean wait by the half hour of the day in which callers came, over all days and seeds."""
    return {
        "step_seconds": HALF_HOUR,
        "before": list(_course(watched, before, days_before)),
        "after": list(_course(watched, after, days_after)),
    }


def _course(watched: UUID | None, plan: Plan, runs: Sequence[Day]) -> Iterator[dict[str, float | None]]:
    pieces: list[list[Call]] = [[] for _ in range(int(DAY // HALF_HOUR))]
    for run in runs:
        for call in run.calls:
            if watched in (None, call.queue_id):
                pieces[int(call.arrived_at % DAY // HALF_HOUR)].append(call)
    days = len(runs) * ceil(plan.length / DAY)
    for calls in pieces:
        found = served(plan.loads, calls)
        yield {
            "offered": round(found.offered / days, 2),
            "service_level": None if isnan(found.service_level) else round(found.service_level, 4),
            "wait_seconds": round(found.waits.all_mean, 2) if calls else None,
        }
