"""Who could help a queue in trouble, and what that would do to all queues concerned. Pure.

A helper gets one skill for a while and then takes the oldest first, which are the troubled queue's callers. So it is
reckoned as if helpers went over as a whole: their own queues are promised nothing of them, which errs on the safe side.
Waits follow from the rates at which each queue was seen to move (`expect`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from uuid import UUID

import msgspec

from hujiao.routing.contracts import Requirement, RoutingAgent
from hujiao.routing.expect import median_wait
from hujiao.routing.order import able

MOST_HELPERS = 3
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
    left, chosen = list(candidates), list[Candidate]()
    while left and len(chosen) < MOST_HELPERS:
        here = [one for one in left if _stays_calm(one, chosen, queues)]
        if not here:
            break
        best = min(here, key=lambda one: (not one.free, _harm(one, chosen, queues), one.level - one.has, one.since))
        if not _improves(trouble, [*chosen, best]):
            break
        chosen.append(best)
        left = [one for one in here if one is not best]
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
    staff = max(0, queue.staff - len(gone))
    rate = queue.rate - len(gone) * queue.rate_of_one
    return msgspec.structs.replace(
        queue,
        free=max(0, queue.free - sum(one.free for one in gone)),
        staff=staff,
        rate=rate if staff and rate > _SLOWEST else 0.0,
    )


def _stays_calm(one: Candidate, chosen: list[Candidate], queues: Mapping[UUID, QueueNow]) -> bool:
    own = [queues[queue_id] for queue_id in one.queues if queue_id in queues]
    return not any(queue.red or without(queue, [*chosen, one]).red for queue in own)


def _harm(one: Candidate, chosen: list[Candidate], queues: Mapping[UUID, QueueNow]) -> float:
    """Seconds that callers of the agent's own queues wait longer."""
    own = [queues[queue_id] for queue_id in one.queues if queue_id in queues]
    return sum((without(queue, [*chosen, one]).wait or 0.0) - (queue.wait or 0.0) for queue in own)


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
