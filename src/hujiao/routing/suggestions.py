"""Who could help a queue in trouble, and what that would do to all queues concerned. Pure.

A helper gets one skill for a while and then takes the oldest first, which are the troubled queue's callers. So it is
reckoned as if helpers went over as a whole: their own queues are promised nothing of them, which errs on the safe side.
Waits follow from the rates at which each queue was seen to move (`expect`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import combinations
from uuid import UUID

import msgspec

from hujiao.routing.contracts import Requirement, RoutingAgent
from hujiao.routing.expect import median_wait
from hujiao.routing.order import able

MOST_HELPERS = 3
_MOST_COMPARED = 50  # of those who could go at all: whoever asks must have the answer at once
_SLOWEST = 1e-5  # what takes fewer callers per second (one a day) takes none


class QueueNow(msgspec.Struct, frozen=True, kw_only=True):
    """A queue as it is. `rate`: callers taken per second while somebody waits, to which an agent adds `rate_of_one`;
    `leaving`: of one who waits, how often per second they give up. `longest` seconds does somebody wait, and from
    `red_after` on that is red (None: never). `troubled`: it is in trouble for another reason."""

    id: UUID
    waiting: int = 0
    free: int = 0
    staff: int = 0
    rate: float = 0.0
    rate_of_one: float = 0.0
    leaving: float = 0.0
    longest: float = 0.0
    red_after: float | None = None
    troubled: bool = False

    @property
    def wait(self) -> float | None:
        """Seconds that who comes next has to expect; None: nobody would take them."""
        return 0.0 if self.free > self.waiting else median_wait(self.rate, self.leaving, self.waiting)

    @property
    def red(self) -> bool:
        """Whether callers wait too long, or the next one would have to."""
        wait, bound = self.wait, self.red_after
        if self.troubled or wait is None:
            return True
        return bound is not None and (self.longest >= bound or wait >= bound)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An agent at work elsewhere who lacks one skill, at this level: `has` is the level so far. `queues`: their own."""

    agent_id: UUID
    skill_id: UUID
    level: int
    has: int = 0
    free: bool = False
    queues: tuple[UUID, ...] = ()
    since: float = 0.0  # of the state that they are in


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One queue before and after."""

    queue_id: UUID
    waiting: int
    wait_before: float | None
    wait_after: float | None
    free_before: int
    free_after: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What it does to ask these: to the troubled queue first, then to their own."""

    agent_ids: tuple[UUID, ...]
    outcomes: tuple[Outcome, ...]


def lacking(agent: RoutingAgent, needed: Requirement) -> tuple[UUID, int, int] | None:
    """The one skill that the agent lacks, its level, and the agent's own; None: they lack none, or more than that."""
    levels = dict(agent.skills)
    missing = [(skill, level) for skill, level in needed.skills if levels.get(skill, 0) < level]
    if len(missing) != 1:
        return None
    ((skill, level),) = missing
    if not able(agent, levels | {skill: level}, needed):
        return None
    return skill, level, levels.get(skill, 0)


def helpers(trouble: QueueNow, candidates: Iterable[Candidate], queues: Mapping[UUID, QueueNow]) -> list[Candidate]:
    """The best, one after the other: no queue of theirs goes red when they go, all together or some of them."""
    away, chosen = _Away(queues), list[Candidate]()
    left = nsmallest(_MOST_COMPARED, filter(away.stays_calm, candidates), key=_rank)
    while left and len(chosen) < MOST_HELPERS:
        best = min(left, key=lambda one: (not one.free, away.harm(one), one.level - one.has, one.since))
        if not _improves(trouble, [*chosen, best]):
            break
        chosen.append(best)
        away.add(best)
        left = [one for one in left if one is not best and away.stays_calm(one)]
    return chosen


def plans(trouble: QueueNow, chosen: Sequence[Candidate], queues: Mapping[UUID, QueueNow]) -> list[Plan]:
    """What each choice among them does, single ones first."""
    found = []
    for count in range(1, len(chosen) + 1):
        for some in combinations(chosen, count):
            concerned = sorted({queue_id for one in some for queue_id in one.queues if queue_id in queues})
            own = [_outcome(queues[queue_id], without(queues[queue_id], some)) for queue_id in concerned]
            outcomes = (_outcome(trouble, helped(trouble, some)), *own)
            found.append(Plan(agent_ids=tuple(one.agent_id for one in some), outcomes=outcomes))
    return found


def helped(queue: QueueNow, some: Sequence[Candidate]) -> QueueNow:
    """The queue with these: who is free takes somebody at once."""
    free = sum(one.free for one in some)
    return msgspec.structs.replace(
        queue,
        waiting=max(0, queue.waiting - free),
        free=queue.free + max(0, free - queue.waiting),
        staff=queue.staff + len(some),
        rate=queue.rate + len(some) * queue.rate_of_one,
    )


def without(queue: QueueNow, some: Iterable[Candidate]) -> QueueNow:
    """The queue when those of these who serve it are away."""
    gone = [one for one in some if queue.id in one.queues]
    return _less(queue, len(gone), sum(one.free for one in gone))


def _less(queue: QueueNow, going: int, free: int) -> QueueNow:
    """The queue when so many of its agents are away, of whom so many are free."""
    staff = max(0, queue.staff - going)
    rate = queue.rate - going * queue.rate_of_one
    return msgspec.structs.replace(
        queue,
        free=max(0, queue.free - free),
        staff=staff,
        rate=rate if staff and rate > _SLOWEST else 0.0,
    )


class _Away:
    """Who goes from these queues, and what one more does to them; each case is reckoned once."""

    def __init__(self, queues: Mapping[UUID, QueueNow]) -> None:
        self._queues = queues
        self._going = Counter[UUID]()
        self._free = Counter[UUID]()
        self._known: dict[tuple[UUID, int, int], tuple[bool, float]] = {}

    def add(self, one: Candidate) -> None:
        self._going.update(one.queues)
        if one.free:
            self._free.update(one.queues)

    def stays_calm(self, one: Candidate) -> bool:
        """No queue of theirs is red, or goes red without them."""
        return all(self._with(one, queue_id)[0] for queue_id in one.queues if queue_id in self._queues)

    def harm(self, one: Candidate) -> float:
        """Seconds that callers of the agent's own queues wait longer."""
        return sum(self._with(one, queue_id)[1] for queue_id in one.queues if queue_id in self._queues)

    def _with(self, one: Candidate, queue_id: UUID) -> tuple[bool, float]:
        """Whether the queue stays calm when they go, too, and how much longer its callers wait."""
        case = queue_id, self._going[queue_id] + 1, self._free[queue_id] + one.free
        known = self._known.get(case)
        if known is None:
            before, after = self._queues[queue_id], _less(self._queues[queue_id], *case[1:])
            known = not before.red and not after.red, (after.wait or 0.0) - (before.wait or 0.0)
            self._known[case] = known
        return known


def _rank(one: Candidate) -> tuple[bool, int, float]:
    return not one.free, one.level - one.has, one.since


def _improves(trouble: QueueNow, some: list[Candidate]) -> bool:
    """One more shortens the wait, beyond what the others do."""
    before, after = helped(trouble, some[:-1]).wait, helped(trouble, some).wait
    return after is not None and (before is None or after < before)


def _outcome(before: QueueNow, after: QueueNow) -> Outcome:
    return Outcome(
        queue_id=before.id,
        waiting=before.waiting,
        wait_before=before.wait,
        wait_after=after.wait,
        free_before=before.free,
        free_after=after.free,
    )
