"""What happened in a stretch of days, as the callers and agents of a simulation. Pure.

Callers come when they came. How long they would have waited is estimated from who gave up, counting who was served as
"longer than that" (right-censored): the product-limit estimate (Kaplan & Meier, JASA 53, 1958), beyond its last
observation and where few gave up an exponential time with rate = gave up / waited in all (its maximum likelihood;
Brown et al., "Statistical analysis of a telephone call center", JASA 100, 2005). Handle times are drawn from those
that were; an agent's pace is the mean over what colleagues take for the same queues, drawn towards 1 while little is
known of them.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import fmean
from uuid import UUID, uuid5

from msgspec.structs import replace

from hujiao.queues.contracts import QueueSettings
from hujiao.routing.contracts import CALL, QueueRouting, Setup
from hujiao.routing.order import meets
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.simulation.chance import Came, Draws, Recorded
from hujiao.routing.simulation.plan import Familiar, Load, Plan, Shift

FEWEST_ANSWERED = 30  # of all queues together; fewer say nothing
OWN_ANSWERED = 20  # a queue with fewer takes the handle times of all
OWN_ABANDONED = 10  # a queue with fewer takes the patience of all
SHAPED_ABANDONED = 30  # so many show when people give up, not only how fast
PACE_PRIOR = 20  # so many calls at the usual pace are added to what an agent was seen to do


@dataclass(frozen=True, slots=True)
class Entered:
    """A wait in a queue; seconds from the beginning. `passed_on`: it came by overflow from another queue."""

    queue_id: UUID
    at: float
    wait: float
    outcome: str | None
    grade: int
    passed_on: bool
    who: str = ""
    medium: str = CALL


@dataclass(frozen=True, slots=True)
class Handled:
    """What an agent did with somebody of that queue; `seconds` are talk, hold and wrap-up."""

    queue_id: UUID
    agent_id: UUID
    ringing: float
    seconds: float
    medium: str = CALL


@dataclass(frozen=True, slots=True)
class Missed:
    """An offer that an agent did not take, after so long."""

    queue_id: UUID
    ringing: float


@dataclass(frozen=True, slots=True)
class History:
    """`length` in seconds; `shifts` are when agents could be offered calls or had one.

    Who misses an offer is not ready for a while: that is in the shifts.
    """

    length: float
    entered: tuple[Entered, ...]
    handled: tuple[Handled, ...]
    shifts: tuple[Shift, ...]
    missed: tuple[Missed, ...] = ()
    familiar: Familiar = field(default_factory=Familiar)


@dataclass(frozen=True, slots=True)
class Sample:
    """One of those that were."""

    values: tuple[float, ...]

    def draw(self, random: Random) -> float:
        return random.choice(self.values)


@dataclass(frozen=True, slots=True)
class Patience:
    """Surviving shares after each time at which somebody gave up; beyond the last, `rate` a second."""

    times: tuple[float, ...]
    gone: tuple[float, ...]  # the share that has given up by then, growing
    rate: float

    def draw(self, random: Random) -> float:
        share = random.random()
        at = bisect_left(self.gone, share)
        if at < len(self.times):
            return self.times[at]
        return (self.times[-1] if self.times else 0.0) + random.expovariate(self.rate)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the history says, and what it does not (`pooled_*`: queues that take what all queues show)."""

    loads: dict[UUID, Load]
    paces: dict[UUID, float]
    pooled_handle: list[UUID] = field(default_factory=list)
    pooled_patience: list[UUID] = field(default_factory=list)


def enough(history: History) -> bool:
    return len(history.handled) >= FEWEST_ANSWERED


def patience(waits: Iterable[tuple[float, bool]]) -> Patience | None:
    """Of (seconds, gave up?); None when nobody gave up."""
    ordered = sorted(waits)
    lost = sum(gave_up for _, gave_up in ordered)
    waited = sum(seconds for seconds, _ in ordered)
    if not lost or not waited:
        return None
    rate = lost / waited
    if lost < SHAPED_ABANDONED:
        return Patience((), (), rate)
    times, gone, surviving = [], [], 1.0
    left = len(ordered)
    at = 0
    while at < len(ordered):
        seconds, out, together = ordered[at][0], 0, 0
        while at + together < len(ordered) and ordered[at + together][0] == seconds:
            out += ordered[at + together][1]
            together += 1
        if out:
            surviving *= 1 - out / left
            times.append(seconds)
            gone.append(1 - surviving)
        left -= together
        at += together
    return Patience(tuple(times), tuple(gone), rate)


def learn(history: History, queues: Mapping[UUID, QueueSettings], factor: float = 1.0) -> Learnt:
    """Each queue's callers, with `factor` times as many; queues that are gone are left out."""
    media = list(dict.fromkeys([CALL, *sorted({one.medium for one in history.entered})]))
    of_media = {medium: _OfMedium(history, medium, factor) for medium in media}
    missed: dict[UUID, list[float]] = defaultdict(list)
    for one in history.missed:
        missed[one.queue_id].append(one.ringing)
    learnt = Learnt({}, paces(history.handled))
    for queue_id, queue in queues.items():
        streams = [of_media[medium].load(queue, learnt) for medium in media if of_media[medium].came[queue_id]]
        first = streams[0] if streams else of_media[CALL].load(queue, learnt)
        rang, taken = missed[queue_id], sum(one.queue_id == queue_id for one in history.handled)
        learnt.loads[queue_id] = dataclasses.replace(
            first,
            beside=tuple(streams[1:]),
            missed=len(rang) / (len(rang) + taken + 1),  # never all of them: somebody takes it in the end
            missed_ringing=Sample(tuple(rang)) if rang else None,
        )
    return learnt


class _OfMedium:
    """What all queues show of one medium."""

    def __init__(self, history: History, medium: str, factor: float) -> None:
        self.medium = medium
        self.factor = factor
        self.came: dict[UUID, list[Came]] = defaultdict(list)
        self.waits: dict[UUID, list[tuple[float, bool]]] = defaultdict(list)
        self.took: dict[UUID, list[float]] = defaultdict(list)
        self.rang: dict[UUID, list[float]] = defaultdict(list)
        for one in history.entered:
            if one.medium == medium:
                self.waits[one.queue_id].append((one.wait, one.outcome == "abandoned"))
                if not one.passed_on:
                    self.came[one.queue_id].append(Came(one.at, one.grade, one.who))
        for handled in history.handled:
            if handled.medium == medium:
                self.took[handled.queue_id].append(handled.seconds)
                self.rang[handled.queue_id].append(handled.ringing)
        self.every_took = _all(self.took) or tuple(one.seconds for one in history.handled)
        self.every_rang = _all(self.rang) or (0.0,)
        self.every_patience = patience(wait for one in self.waits.values() for wait in one)

    def load(self, queue: QueueSettings, learnt: Learnt) -> Load:
        queue_id = queue.id
        own = len(self.took[queue_id]) >= OWN_ANSWERED
        known = sum(gave_up for _, gave_up in self.waits[queue_id]) >= OWN_ABANDONED
        if self.came[queue_id]:
            if not own and queue_id not in learnt.pooled_handle:
                learnt.pooled_handle.append(queue_id)
            if not known and self.every_patience and queue_id not in learnt.pooled_patience:
                learnt.pooled_patience.append(queue_id)
        gives_up: Draws | None = patience(self.waits[queue_id]) if known else self.every_patience
        return Load(
            Recorded(tuple(sorted(self.came[queue_id])), self.factor),
            Sample(tuple(self.took[queue_id]) if own else self.every_took),
            patience=gives_up,
            service_level_seconds=queue.service_level_seconds,
            short_abandon_seconds=queue.short_abandon_seconds,
            ringing=Sample(tuple(self.rang[queue_id]) if own else self.every_rang),
            medium=self.medium,
        )


def _all(of_queue: Mapping[UUID, Sequence[float]]) -> tuple[float, ...]:
    return tuple(seconds for one in of_queue.values() for seconds in one)


def paces(handled: Sequence[Handled]) -> dict[UUID, float]:
    """How long each agent takes, over what the same queues take of all."""
    of_queue: dict[UUID, list[float]] = defaultdict(list)
    for one in handled:
        of_queue[one.queue_id].append(one.seconds)
    usual = {queue_id: fmean(seconds) for queue_id, seconds in of_queue.items()}
    took: dict[UUID, float] = defaultdict(float)
    expected: dict[UUID, float] = defaultdict(float)
    calls: dict[UUID, int] = defaultdict(int)
    for one in handled:
        took[one.agent_id] += one.seconds
        expected[one.agent_id] += usual[one.queue_id]
        calls[one.agent_id] += 1
    return {
        agent_id: (took[agent_id] / expected[agent_id] * count + PACE_PRIOR) / (count + PACE_PRIOR)
        for agent_id, count in calls.items()
        if expected[agent_id]
    }


def plan(
    history: History,
    learnt: Learnt,
    setup: Setup,
    overflow: Mapping[UUID, tuple[OverflowRule, ...]],
    shifts: Iterable[Shift] | None = None,
    closed: Mapping[UUID, tuple[tuple[float, float], ...]] | None = None,
    awaits: Mapping[UUID, QueueRouting] | None = None,
) -> Plan:
    """The days once more, with this set-up. Callers are drawn by queue, so that two set-ups meet the same ones."""
    worked = history.shifts if shifts is None else shifts
    return Plan(
        setup,
        {queue_id: load for queue_id, load in learnt.loads.items() if queue_id in setup.queues},
        tuple(shift for shift in worked if shift.agent_id in setup.agents),
        history.length,
        names={queue_id: str(queue_id) for queue_id in setup.queues},
        overflow=dict(overflow),
        closed=dict(closed or {}),
        paces=learnt.paces,
        familiar=history.familiar,
        awaits=dict(awaits or {}),
    )


def staffed(
    setup: Setup, shifts: Sequence[Shift], queue_id: UUID | None, more: int
) -> tuple[Setup, tuple[Shift, ...], int]:
    """So many agents more or fewer of this queue's own (None: of all), and how many that really are.

    Who was there longest is doubled, or missing, first; a double has the same skills and the same hours.
    """
    there: dict[UUID, float] = defaultdict(float)
    for shift in shifts:
        if shift.agent_id in setup.agents and _serves(setup, shift.agent_id, queue_id):
            there[shift.agent_id] += shift.ends - shift.begins
    longest = sorted(there, key=lambda agent_id: (-there[agent_id], agent_id))
    if more < 0:
        gone = set(longest[:-more])
        left = {agent_id: agent for agent_id, agent in setup.agents.items() if agent_id not in gone}
        return replace(setup, agents=left), tuple(shift for shift in shifts if shift.agent_id not in gone), -len(gone)
    if not longest:
        return setup, tuple(shifts), 0
    agents, worked = dict(setup.agents), list(shifts)
    for number in range(more):
        of = longest[number % len(longest)]
        double = uuid5(of, str(number))
        agents[double] = replace(setup.agents[of], id=double)
        worked += [Shift(double, shift.begins, shift.ends) for shift in shifts if shift.agent_id == of]
    return replace(setup, agents=agents), tuple(worked), more


def _serves(setup: Setup, agent_id: UUID, queue_id: UUID | None) -> bool:
    if queue_id is None:
        return True
    agent, rings = setup.agents[agent_id], setup.queues[queue_id].rings
    return bool(rings) and any(meets(agent, dict(agent.skills), who) for who in rings[0].who)
