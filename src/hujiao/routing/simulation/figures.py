"""What a day, or several days of the same plan, came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, isnan, nan, sqrt
from statistics import NormalDist, fmean, pstdev, stdev
from typing import Any
from uuid import UUID

from hujiao.routing.simulation.day import Call, Day, Worked
from hujiao.routing.simulation.outbound import OutboundDone
from hujiao.routing.simulation.plan import Load, Plan

# As the reports count: short abandonments are neither good nor bad.
SERVICE_LEVEL_FORMULA = "answered_in_time / (answered + abandoned + redirected)"
# Two-sided 95 % points of Student's t for 1 to 10 degrees of freedom; beyond, a series is exact enough.
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over days and half the width of its 95 % confidence interval (nan from one day)."""

    mean: float
    half: float

    def covers(self, value: float) -> bool:
        return abs(value - self.mean) <= self.half


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds. `all_mean` is over everybody who called, the others over the answered."""

    mean: float
    p50: float
    p90: float
    p95: float
    longest: float
    all_mean: float


@dataclass(frozen=True, slots=True)
class Served:
    """Callers of a queue, a medium, a tier or everybody. `by_ring` counts the answered by ring, from 0. Who gives up in
    the queue's short time is `short_abandoned`, and not `abandoned`.

    `in_hand`: mean seconds from being taken until the wrap-up is over, with what was put aside in between.
    """

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    redirected: int
    unserved: int
    service_level_numerator: int
    service_level_denominator: int
    waits: Waits
    in_hand: float
    by_ring: dict[int, int]

    @property
    def service_level(self) -> float:
        return self.service_level_numerator / self.service_level_denominator if self.service_level_denominator else nan

    @property
    def abandoned_share(self) -> float:
        return self.abandoned / self.offered if self.offered else nan


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Busy over present; the spread is over the agents. `points`: the share of their capacity that was in use."""

    mean: float
    deviation: float
    lowest: float
    highest: float
    points: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`streams` are by queue and medium, `media` by medium over all queues."""

    queues: dict[str, Served]
    streams: dict[tuple[str, str], Served]
    media: dict[str, Served]
    tiers: dict[int, Served]
    all: Served
    occupancy: Occupancy
    outbound: OutboundDone = field(default_factory=OutboundDone)


def figures(plan: Plan, day: Day) -> Figures:
    queues = plan.setup.queues
    of_queue: dict[str, list[Call]] = {plan.names.get(queue, str(queue)): [] for queue in plan.loads}
    of_tier: dict[int, list[Call]] = {queues[queue].tier: [] for queue in plan.loads}
    media = list(dict.fromkeys(stream.medium for load in plan.loads.values() for stream in load.streams()))
    of_stream: dict[tuple[str, str], list[Call]] = {(name, medium): [] for name in of_queue for medium in media}
    of_medium: dict[str, list[Call]] = {medium: [] for medium in media}
    for call in day.calls:
        name = plan.names.get(call.queue_id, str(call.queue_id))
        of_queue[name].append(call)
        of_stream[name, call.medium].append(call)
        of_medium[call.medium].append(call)
        of_tier[queues[call.queue_id].tier].append(call)
    return Figures(
        {name: served(plan.loads, calls) for name, calls in of_queue.items()},
        {stream: served(plan.loads, calls) for stream, calls in of_stream.items()},
        {medium: served(plan.loads, calls) for medium, calls in of_medium.items()},
        {tier: served(plan.loads, of_tier[tier]) for tier in sorted(of_tier)},
        served(plan.loads, day.calls),
        occupancy(day.agents),
        day.outbound,
    )


def served(loads: Mapping[UUID, Load], calls: Sequence[Call]) -> Served:
    answered = [call for call in calls if call.outcome == "answered"]
    gave_up = [call for call in calls if call.outcome == "abandoned"]
    short = sum(call.wait <= loads[call.queue_id].on(call.medium).short_abandon_seconds for call in gave_up)
    in_time = sum(call.wait <= loads[call.queue_id].on(call.medium).service_level_seconds for call in answered)
    redirected = sum(call.outcome == "redirected" for call in calls)
    by_ring: dict[int, int] = {}
    for call in answered:
        by_ring[call.ring] = by_ring.get(call.ring, 0) + 1
    ordered = sorted(call.wait for call in answered)
    return Served(
        offered=len(calls),
        answered=len(answered),
        abandoned=len(gave_up) - short,
        short_abandoned=short,
        redirected=redirected,
        unserved=len(calls) - len(answered) - len(gave_up) - redirected,
        service_level_numerator=in_time,
        service_level_denominator=len(calls) - short,
        waits=Waits(
            mean(ordered),
            percentile(ordered, 0.5),
            percentile(ordered, 0.9),
            percentile(ordered, 0.95),
            ordered[-1] if ordered else 0.0,
            mean([call.wait for call in calls]),
        ),
        in_hand=mean([call.took for call in answered]),
        by_ring=dict(sorted(by_ring.items())),
    )


def occupancy(agents: Iterable[Worked]) -> Occupancy:
    there = [agent for agent in agents if agent.present]
    if not there:
        return Occupancy(nan, nan, nan, nan, nan)
    each = [agent.busy / agent.present for agent in there]
    present = sum(agent.present for agent in there)
    together, points = sum(agent.busy for agent in there) / present, sum(agent.loaded for agent in there) / present
    return Occupancy(together, pstdev(each), min(each), max(each), points)


def interval(values: Iterable[float]) -> Interval:
    """A figure of several days with its confidence; a day that has none (nobody called) is left out."""
    known = [value for value in values if not isnan(value)]
    if len(known) < 2:
        return Interval(known[0] if known else nan, nan)
    return Interval(fmean(known), t95(len(known) - 1) * stdev(known) / sqrt(len(known)))


def t95(freedom: int) -> float:
    """Student's t, two-sided 95 % (Cornish and Fisher's series past the table)."""
    if freedom <= len(_T95):
        return _T95[freedom - 1]
    z = NormalDist().inv_cdf(0.975)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that so large a share does not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


SERVED_FIGURES: dict[str, Callable[[Served], float]] = {
    "offered": lambda one: one.offered,
    "answered": lambda one: one.answered,
    "abandoned": lambda one: one.abandoned,
    "short_abandoned": lambda one: one.short_abandoned,
    "redirected": lambda one: one.redirected,
    "unserved": lambda one: one.unserved,
    "abandoned_share": lambda one: one.abandoned_share,
    "service_level": lambda one: one.service_level,
    "mean_wait_seconds": lambda one: one.waits.all_mean,
    "asa_seconds": lambda one: one.waits.mean,
    "p50_wait_seconds": lambda one: one.waits.p50,
    "p90_wait_seconds": lambda one: one.waits.p90,
    "p95_wait_seconds": lambda one: one.waits.p95,
    "longest_wait_seconds": lambda one: one.waits.longest,
    "in_hand_seconds": lambda one: one.in_hand,
}


def report(days: Sequence[Figures]) -> dict[str, Any]:
    """Every figure as {"mean", "half"} over the days, by queue and by tier, ready for JSON."""
    first = days[0]
    return {
        "days": len(days),
        "service_level_formula": SERVICE_LEVEL_FORMULA,
        "queues": {name: _queue(name, days) for name in first.queues},
        "media": {medium: _table([day.media[medium] for day in days]) for medium in first.media},
        "tiers": {str(tier): _table([day.tiers[tier] for day in days]) for tier in first.tiers},
        "all": _table([day.all for day in days]),
        "occupancy": {
            "mean": _written(interval(day.occupancy.mean for day in days)),
            "deviation": _written(interval(day.occupancy.deviation for day in days)),
            "lowest": _written(interval(day.occupancy.lowest for day in days)),
            "highest": _written(interval(day.occupancy.highest for day in days)),
            "points": _written(interval(day.occupancy.points for day in days)),
        },
        "outbound": {
            "handled": _written(interval(day.outbound.handled for day in days)),
            "agent_hours": _written(interval(day.outbound.seconds / 3600 for day in days)),
            "moves": _written(interval(day.outbound.moves for day in days)),
        },
    }


def _queue(name: str, days: Sequence[Figures]) -> dict[str, Any]:
    """With its media apart where it has several."""
    together = _table([day.queues[name] for day in days])
    media = [medium for medium in days[0].media if any(day.streams[name, medium].offered for day in days)]
    if len(media) > 1:
        together["media"] = {medium: _table([day.streams[name, medium] for day in days]) for medium in media}
    return together


def _table(days: Sequence[Served]) -> dict[str, Any]:
    rings = sorted({ring for day in days for ring in day.by_ring})
    return {
        **{name: _written(interval(map(of, days))) for name, of in SERVED_FIGURES.items()},
        "answered_by_ring": {str(ring): _written(interval(day.by_ring.get(ring, 0) for day in days)) for ring in rings},
    }


def _written(known: Interval) -> dict[str, float | None]:
    """JSON knows no nan."""
    return {
        name: round(value, 4) if not isnan(value) else None
        for name, value in (("mean", known.mean), ("half", known.half))
    }
