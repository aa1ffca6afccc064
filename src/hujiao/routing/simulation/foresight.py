"""The next minutes of a floor as it stands, without a change and with it. Pure.

Who waits waits on, who talks is free after what is left of a talk, and callers come as in the last minutes. Lengths of
time are exponential: so it does not matter how long somebody has talked or waited already. Every choice meets the same
callers, so that their difference is better known than either.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from random import Random
from statistics import fmean
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.routing.assign import Router
from hujiao.routing.contracts import Setup
from hujiao.routing.order import Score
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.day import Day
from hujiao.routing.simulation.figures import served
from hujiao.routing.simulation.floor import Floor, Stream, Waiting
from hujiao.routing.simulation.plan import Load, Plan, Shift
from hujiao.routing.simulation.run import simulate

MINUTES = 15
MOST_RUNS, FEWEST_RUNS = 100, 5
_EFFORT = 6_000_000  # callers times agents, over all runs and choices: some seconds of a processor
_DRAINED_SECONDS = 3600.0  # so long do agents stay for those who wait at the end


class Given(msgspec.Struct, frozen=True):
    """A skill that an agent gets at this level."""

    agent_id: UUID
    skill_id: UUID
    level: int


@dataclass(frozen=True, slots=True)
class Foresight:
    """What each of these `choices` does to the floor."""

    floor: Floor
    choices: tuple[tuple[Given, ...], ...]

    @property
    def runs(self) -> int:
        """So many that chance says little, and fewer where each takes longer."""
        callers = len(self.floor.waiting) + sum(one.per_hour for one in self.floor.streams) * MINUTES / 60
        each = max(1.0, callers) * max(1, len(self.floor.setup.agents)) * (1 + len(self.choices))
        return min(MOST_RUNS, max(FEWEST_RUNS, round(_EFFORT / each)))


def run(work: Foresight, score: Score, done: Callable[[int, int], None]) -> dict[str, Any]:
    """By queue what becomes of those who come within the next minutes: without a change, and with each choice."""
    setups = [_changed(work.floor, choice) for choice in ((), *work.choices)]
    days: list[list[Day]] = [[] for _ in setups]
    for seed in range(work.runs):
        plan = _plan(work.floor, setups[0], seed)
        for at, setup in enumerate(setups):
            days[at].append(simulate(dataclasses.replace(plan, setup=setup), seed, Router(seed, score)))
            done(seed * len(setups) + at + 1, work.runs * len(setups))
    loads = _plan(work.floor, setups[0], 0).loads
    before, *after = ({str(queue_id): _figures(loads, queue_id, found) for queue_id in loads} for found in days)
    return {"minutes": MINUTES, "runs": work.runs, "before": before, "after": after}


def _plan(floor: Floor, setup: Setup, seed: int) -> Plan:
    length = MINUTES * 60.0
    waiting = defaultdict[UUID, list[Waiting]](list)
    for one in floor.waiting:
        waiting[one.queue_id].append(one)
    return Plan(
        setup=setup,
        loads={one.queue_id: _load(one, waiting[one.queue_id], seed, length) for one in floor.streams},
        shifts=tuple(_shifts(floor, seed, length)),
        length=length,
    )


def _changed(floor: Floor, choice: Sequence[Given]) -> Setup:
    agents = dict(floor.setup.agents)
    for given in choice:
        agent = agents[given.agent_id]
        skills = {**dict(agent.skills), given.skill_id: given.level}
        agents[agent.id] = replace(agent, skills=tuple(sorted(skills.items())))
    costs = {(one, other): cost for one, other, cost in floor.site_costs}
    return replace(floor.setup, agents=agents, site_costs=costs)


@dataclass(frozen=True, slots=True)
class _Still:
    """The patience of somebody who has waited so long already."""

    waited: float
    mean: float

    def draw(self, random: Random) -> float:
        return self.waited + random.expovariate(1 / self.mean)


def _load(stream: Stream, waiting: Sequence[Waiting], seed: int, length: float) -> Load:
    handle = Time("exponential", stream.handle_seconds)
    mean = 1 / stream.leaving if stream.leaving else None
    come = Rate(stream.per_hour).times(Random(f"{seed}/{stream.queue_id}/come"), length)
    return Load(
        arrivals=tuple(come),
        handle=handle,
        patience=Time("exponential", mean) if mean else None,
        service_level_seconds=stream.within,
        medium=stream.medium,
        beside=tuple(
            Load(
                arrivals=(-one.seconds,),
                handle=handle,
                patience=_Still(one.seconds, mean) if mean else None,
                grades=((one.grade, 1.0),),
                service_level_seconds=stream.within,
                medium=one.medium,
            )
            for one in waiting
        ),
    )


def _shifts(floor: Floor, seed: int, length: float) -> Iterator[Shift]:
    """Who is busy comes when they are done."""
    mean = fmean(one.handle_seconds for one in floor.streams) if floor.streams else 0.0
    for agent_id in floor.setup.agents:
        left = Random(f"{seed}/{agent_id}/left").expovariate(1 / mean) if agent_id in floor.busy and mean else 0.0
        yield Shift(agent_id, left, max(left, length) + _DRAINED_SECONDS)


def _figures(loads: Mapping[UUID, Load], queue_id: UUID, days: Sequence[Day]) -> dict[str, float | None]:
    """Of all who come: the share answered in time, the mean wait (None where most are never served), and the share who
    give up."""
    found = served(dict(loads), [call for day in days for call in day.calls if call.queue_id == queue_id])
    return {
        "offered": round(found.offered / len(days), 2),
        "service_level": _written(found.service_level),
        "wait_seconds": _written(found.waits.all_mean) if found.unserved * 2 < found.offered else None,
        "abandoned_share": _written(found.abandoned_share),
    }


def _written(figure: float) -> float | None:
    """JSON knows no nan."""
    return None if isnan(figure) else round(figure, 4)
