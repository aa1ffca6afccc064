"""One day, event by event, decided by the router that runs in production. The same seed gives the same day.

What callers bring (when they come, how patient they are, how long they take) is drawn when they come, from a stream of
each queue's own, so that two set-ups meet the same callers.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from hujiao.routing import overflow
from hujiao.routing.assign import Router
from hujiao.routing.contracts import Item, Match, Setup
from hujiao.routing.expect import WaitEstimator
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.simulation.outbound import CHECK_SECONDS, OutboundDone, OutboundSide
from hujiao.routing.simulation.plan import Load, Plan, Rate, Recorded
from hujiao.routing.tiers import PERIOD_SECONDS, Tiers
from hujiao.routing.waiting import RECHECK_SECONDS

DRAIN_SECONDS = 6 * 3600.0  # who still waits so long after the last arrival is never served

_NOBODY = UUID(int=0)

Outcome = Literal["answered", "abandoned", "redirected", "unserved"]


class Call(NamedTuple):
    """One caller's wait in one queue. `redirected`: an overflow rule passed them on.

    `expected` is what was estimated at the arrival, `ahead` how many were before them then; `took` is how long the
    agent had them, from the first ring to the end of the wrap-up.
    """

    queue_id: UUID
    agent_id: UUID | None
    arrived_at: float
    wait: float
    outcome: Outcome
    ring: int
    grade: int
    ahead: int
    staff: int
    expected: float | None
    took: float = 0.0


class Worked(NamedTuple):
    """One agent's time that counts: present, and of it with callers (wrap-up included)."""

    agent_id: UUID
    present: float
    busy: float
    handled: int


@dataclass(frozen=True, slots=True)
class Day:
    calls: tuple[Call, ...]
    agents: tuple[Worked, ...]
    outbound: OutboundDone = field(default_factory=OutboundDone)


class Decides(Protocol):
    """The part of the router that a day needs; others may stand in to be compared."""

    expected: Callable[[UUID, str, int], float | None]

    def configure(self, setup: Setup, now: float) -> None: ...
    def agent_free(self, agent_id: UUID, since: float, handled: int = 0, busy_share: float = 0.0) -> None: ...
    def agent_busy(self, agent_id: UUID) -> None: ...
    def agent_away(self, agent_id: UUID, now: float) -> list[UUID]: ...
    def join(self, item: Item, now: float) -> None: ...
    def leave(self, item_id: UUID) -> None: ...
    def widen(self, item_id: UUID, now: float) -> bool: ...
    def widens_at(self, item_id: UUID, now: float) -> float | None: ...
    def for_item(self, item_id: UUID, now: float) -> Match | None: ...
    def for_agent(self, agent_id: UUID, now: float) -> Match | None: ...
    def position(self, item_id: UUID) -> int: ...
    def waiting_count(self, queue_id: UUID) -> int: ...
    def queues_of(self, agent_id: UUID) -> frozenset[UUID]: ...
    def reserve(self, queue_id: UUID, count: int) -> list[UUID]: ...


class _Caller:
    """`arrived_at` is in the present queue, `first_at` in the first one."""

    __slots__ = (
        "ahead",
        "arrived_at",
        "expected",
        "first_at",
        "grade",
        "handle",
        "passed",
        "patience",
        "queue_id",
        "ringing",
        "staff",
        "wrap_up",
    )

    def __init__(self, queue_id: UUID, load: Load, now: float, random: Random, grade: int | None) -> None:
        self.queue_id = queue_id
        self.arrived_at = self.first_at = now
        self.handle = load.handle.draw(random)
        self.wrap_up = load.wrap_up.draw(random) if load.wrap_up else 0.0
        self.patience = load.patience.draw(random) if load.patience else None
        self.ringing = load.ringing.draw(random) if load.ringing else 0.0
        self.grade = _grade(load, random) if grade is None else grade
        self.passed: tuple[str, ...] = ()
        self.ahead = 0
        self.staff = 0
        self.expected: float | None = None


def _grade(load: Load, random: Random) -> int:
    """By lot; `grades` are (grade, share), the rest is 0."""
    if not load.grades:
        return 0
    draw = random.random()
    for grade, share in load.grades:
        draw -= share
        if draw < 0:
            return grade
    return 0


class _Agent:
    """`busy` and `present` are what counts, `worked` is since signing in; `queue_id` is whose caller they have."""

    __slots__ = ("busy", "busy_since", "handled", "on_shift", "present", "queue_id", "since", "worked")

    def __init__(self) -> None:
        self.present = self.busy = self.worked = 0.0
        self.on_shift = False
        self.since: float | None = None
        self.busy_since: float | None = None
        self.queue_id: UUID | None = None
        self.handled = 0


class _Run:
    def __init__(self, plan: Plan, seed: int, router: Decides) -> None:
        self.plan = plan
        self.router = router
        self.now = 0.0
        self.callers: dict[UUID, _Caller] = {}
        self.calls: list[Call] = []
        self.agents = {agent_id: _Agent() for agent_id in plan.setup.agents}
        self.events: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self.number = count()
        self.ids = count(1)
        streams = {queue_id: f"{seed}/{plan.names.get(queue_id, queue_id)}" for queue_id in plan.loads}
        self.random = {queue_id: Random(f"{stream}/callers") for queue_id, stream in streams.items()}
        self.estimators = {queue_id: WaitEstimator(0.0) for queue_id in plan.setup.queues}
        router.expected = lambda queue_id, medium, ahead: self.estimators[queue_id].expected(ahead)
        router.configure(plan.setup, 0.0)
        self.tiers = Tiers()
        self.tiers.configure(plan.setup.queues.values(), 0.0)
        self.outbound = OutboundSide(plan.outbound, seed) if plan.outbound else None
        if self.outbound:
            self._at(CHECK_SECONDS, self._moves_agents, _NOBODY)
        self.queues_of = {agent_id: router.queues_of(agent_id) for agent_id in plan.setup.agents}
        if any(queue.target for queue in plan.setup.queues.values()):
            self._at(PERIOD_SECONDS, self._moves_reservations, _NOBODY)
        for shift in plan.shifts:
            self._at(shift.begins, self._signs_in, shift.agent_id)
            self._at(shift.ends, self._shift_ends, shift.agent_id)
        for queue_id, load in plan.loads.items():
            arrivals, stream = load.arrivals, Random(f"{streams[queue_id]}/arrivals")
            came: Iterable[tuple[float, int | None]]
            match arrivals:
                case Recorded():
                    came = arrivals.draw(stream, plan.length)
                case Rate():
                    came = ((at, None) for at in arrivals.times(stream, plan.length))
                case _:
                    came = ((at, None) for at in sorted(arrivals) if at < plan.length)
            for at, grade in came:
                self._at(at, self._arrives, (queue_id, grade))

    def _at(self, at: float, what: Callable[[Any], None], subject: Any) -> None:
        heapq.heappush(self.events, (at, next(self.number), what, subject))

    def day(self) -> Day:
        latest = self.plan.length + DRAIN_SECONDS
        while self.events and self.events[0][0] <= latest and (self.callers or self.events[0][0] <= self.plan.length):
            self.now, _, what, subject = heapq.heappop(self.events)
            what(subject)
        self.now = max(self.now, self.plan.length)
        for item_id in list(self.callers):
            self._ended(item_id, "unserved")
        for agent in self.agents.values():
            self._counts(agent)
        worked = [Worked(agent_id, one.present, one.busy, one.handled) for agent_id, one in self.agents.items()]
        return Day(tuple(self.calls), tuple(worked), self.outbound.done if self.outbound else OutboundDone())

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arrives(self, who: tuple[UUID, int | None]) -> None:
        queue_id, grade = who
        caller = _Caller(queue_id, self.plan.loads[queue_id], self.now, self.random[queue_id], grade)
        item_id = UUID(int=next(self.ids))
        self.callers[item_id] = caller
        self._enters(item_id, caller)
        if item_id in self.callers and caller.patience is not None:
            self._at(self.now + caller.patience, self._gives_up, item_id)

    def _enters(self, item_id: UUID, caller: _Caller) -> None:
        """Into the first queue, or into another by overflow with the place kept."""
        now, router, queue_id = self.now, self.router, caller.queue_id
        item = Item(
            id=item_id,
            queue_id=queue_id,
            joined_at=caller.first_at,
            grade=caller.grade,
            facts={"grade": caller.grade},
        )
        router.join(item, now)
        if self._overflows(item_id, arriving=True):  # before anybody is offered, as in production
            return
        estimator = self.estimators[queue_id]
        match = router.for_item(item_id, now)
        if match:
            self._serves(match)
            return
        caller.ahead, caller.staff = router.position(item_id) - 1, estimator.staff
        caller.expected = estimator.expected(caller.ahead)
        estimator.change(now, router.waiting_count(queue_id))
        self._arm(item_id)

    def _overflows(self, item_id: UUID, *, arriving: bool) -> bool:
        """Go elsewhere by the first rule that holds, else look again when one may."""
        caller = self.callers[item_id]
        back = str(caller.queue_id) in caller.passed
        all_rules = () if back else self.plan.overflow.get(caller.queue_id, ())
        rules = [rule for rule in all_rules if rule.target not in caller.passed]
        if not rules:
            return False
        closed = self.plan.closed.get(caller.queue_id, ())
        waited, ahead = self.now - caller.first_at, max(0, self.router.position(item_id) - 1)
        estimator = self.estimators[caller.queue_id]
        situation = overflow.Situation(
            waited=waited,
            ahead=ahead,
            expected_wait=0.0 if self.router.for_item(item_id, self.now) else estimator.expected(ahead),
            signed_in=estimator.staff,
            arriving=arriving,
            open=not any(begins <= self.now < ends for begins, ends in closed),
        )
        rule = overflow.first(rules, situation)
        if rule:
            self._passes_on(item_id, caller, rule)
            return True
        closes_in = min((begins - self.now for begins, _ in closed if begins > self.now), default=None)
        again = overflow.look_again_after(rules, waited, RECHECK_SECONDS, closes_in)
        if again is not None:
            self._at(self.now + again, self._looks_again, (item_id, caller.queue_id))
        return False

    def _looks_again(self, who: tuple[UUID, UUID]) -> None:
        item_id, queue_id = who
        if item_id in self.callers and self.callers[item_id].queue_id == queue_id:
            self._overflows(item_id, arriving=False)

    def _passes_on(self, item_id: UUID, caller: _Caller, rule: OverflowRule) -> None:
        """To another queue; to a flow or a number is out of sight."""
        self._leaves(item_id, "redirected")
        queue_id = UUID(rule.target) if rule.to == "queue" else None
        if queue_id in self.plan.loads:
            assert queue_id is not None
            caller.passed += (str(caller.queue_id),)
            caller.queue_id, caller.arrived_at = queue_id, self.now
            self.callers[item_id] = caller
            self._enters(item_id, caller)

    def _gives_up(self, item_id: UUID) -> None:
        if item_id not in self.callers:
            return
        self._leaves(item_id, "abandoned")

    def _leaves(self, item_id: UUID, outcome: Outcome) -> None:
        self.router.leave(item_id)
        queue_id = self.callers[item_id].queue_id
        self.estimators[queue_id].change(self.now, self.router.waiting_count(queue_id), abandoned=1)
        self._ended(item_id, outcome)
        self._settle()

    def _arm(self, item_id: UUID) -> None:
        due = self.router.widens_at(item_id, self.now)
        if due is not None:
            self._at(max(due, self.now), self._ring_due, item_id)

    def _ring_due(self, item_id: UUID) -> None:
        if item_id not in self.callers:
            return
        if self.router.widen(item_id, self.now):
            self._serves(self.router.for_item(item_id, self.now))
        if item_id in self.callers:
            self._arm(item_id)

    def _serves(self, match: Match | None) -> None:
        if match is None:
            return
        now, caller = self.now, self.callers[match.interaction_id]
        self.router.leave(match.interaction_id)
        self.router.agent_busy(match.agent_id)
        self.estimators[caller.queue_id].change(now, self.router.waiting_count(caller.queue_id), taken=1)
        agent = self.agents[match.agent_id]
        agent.busy_since = now
        agent.handled += 1
        agent.queue_id = caller.queue_id
        if self.outbound:
            self.outbound.idle.pop(match.agent_id, None)
        took = caller.ringing + (caller.handle + caller.wrap_up) * self.plan.paces.get(match.agent_id, 1.0)
        self._at(now + took, self._is_done, match.agent_id)
        self._ended(match.interaction_id, "answered", match, took)
        self._settle()

    def _settle(self) -> None:
        """Keep as many agents free for better tiers as their targets ask for by now."""
        for queue_id, kept in self.tiers.settle(self.now, lambda queue_id: self.estimators[queue_id].staff):
            for agent_id in self.router.reserve(queue_id, kept):
                self._serves(self.router.for_agent(agent_id, self.now))

    def _moves_reservations(self, nobody: UUID) -> None:
        self._settle()
        self._at(self.now + PERIOD_SECONDS, self._moves_reservations, nobody)

    def _moves_agents(self, nobody: UUID) -> None:
        assert self.outbound is not None
        watched = self.outbound.plan.rule.queues
        waiting = [caller.first_at for caller in self.callers.values() if caller.queue_id in watched]
        present = [agent_id for agent_id, agent in self.agents.items() if agent.since is not None]
        self.outbound.check(present, self.queues_of, waiting, self.now, self._goes_out)
        self._at(self.now + CHECK_SECONDS, self._moves_agents, nobody)

    def _goes_out(self, agent_id: UUID) -> None:
        assert self.outbound is not None
        self._staffed(agent_id, -1)
        self.outbound.idle.pop(agent_id, None)
        for item_id in self.router.agent_away(agent_id, self.now):
            self._serves(self.router.for_item(item_id, self.now))
        self._calls_out(agent_id)

    def _calls_out(self, agent_id: UUID) -> None:
        assert self.outbound is not None
        agent = self.agents[agent_id]
        agent.busy_since, agent.queue_id = self.now, None
        self._at(self.now + self.outbound.draw(), self._called_out, agent_id)

    def _called_out(self, agent_id: UUID) -> None:
        """The next one, or back to callers, or home."""
        agent = self.agents[agent_id]
        assert self.outbound is not None and agent.busy_since is not None
        counted = self._counted(agent.busy_since)
        agent.worked += self.now - agent.busy_since
        agent.busy += counted
        agent.busy_since = None
        self.outbound.finished(counted)
        if agent.on_shift and self.outbound.goes_on(agent_id):
            self._calls_out(agent_id)
            return
        self.outbound.back(agent_id, self.now)
        self._staffed(agent_id, 1)
        if agent.on_shift:
            self._is_free(agent_id, agent)
        else:
            self._signs_out(agent_id, agent)

    def _ended(self, item_id: UUID, outcome: Outcome, match: Match | None = None, took: float = 0.0) -> None:
        caller = self.callers.pop(item_id)
        wait = self.now - caller.arrived_at + (caller.ringing if outcome == "answered" else 0.0)
        self.tiers.ended(caller.queue_id, wait, outcome == "answered", self.now)
        if self.outbound:
            load = self.plan.loads[caller.queue_id]
            within, short = load.service_level_seconds, load.short_abandon_seconds
            self.outbound.ended(caller.queue_id, wait, outcome == "answered", within, short, self.now)
        if caller.arrived_at >= self.plan.warm_up:
            self.calls.append(
                Call(
                    caller.queue_id,
                    match.agent_id if match else None,
                    caller.arrived_at,
                    wait,
                    outcome,
                    match.ring if match else 0,
                    caller.grade,
                    caller.ahead,
                    caller.staff,
                    caller.expected,
                    took,
                )
            )

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _signs_in(self, agent_id: UUID) -> None:
        agent = self.agents[agent_id]
        agent.on_shift = True
        if agent.since is None:
            agent.since, agent.worked = self.now, 0.0
            self._staffed(agent_id, 1)
            self._is_free(agent_id, agent)

    def _shift_ends(self, agent_id: UUID) -> None:
        """Who has a caller stays until they are done."""
        agent = self.agents[agent_id]
        agent.on_shift = False
        if agent.busy_since is None:
            self._signs_out(agent_id, agent)

    def _is_done(self, agent_id: UUID) -> None:
        agent = self.agents[agent_id]
        assert agent.busy_since is not None
        assert agent.queue_id is not None
        took = self.now - agent.busy_since
        agent.worked += took
        self.estimators[agent.queue_id].handled(took)
        agent.busy += self._counted(agent.busy_since)
        agent.busy_since = None
        if agent.on_shift:
            self._is_free(agent_id, agent)
        else:
            self._signs_out(agent_id, agent)

    def _is_free(self, agent_id: UUID, agent: _Agent) -> None:
        assert agent.since is not None
        present = self.now - agent.since
        if self.outbound:
            self.outbound.idle[agent_id] = self.now
        self.router.agent_free(agent_id, self.now, agent.handled, agent.worked / present if present else 0.0)
        self._serves(self.router.for_agent(agent_id, self.now))

    def _signs_out(self, agent_id: UUID, agent: _Agent) -> None:
        if agent.since is None:
            return
        self._counts(agent)
        self._staffed(agent_id, -1)
        if self.outbound:
            self.outbound.idle.pop(agent_id, None)
        for item_id in self.router.agent_away(agent_id, self.now):
            self._serves(self.router.for_item(item_id, self.now))

    def _staffed(self, agent_id: UUID, change: int) -> None:
        for queue_id in self.queues_of[agent_id]:
            self.estimators[queue_id].staff += change

    def _counts(self, agent: _Agent) -> None:
        if agent.since is not None:
            agent.present += self._counted(agent.since)
            agent.since = None
        if agent.busy_since is not None:
            agent.busy += self._counted(agent.busy_since)

    def _counted(self, since: float) -> float:
        """The part of the time since then that counts."""
        return max(0.0, min(self.now, self.plan.length) - max(since, self.plan.warm_up))


def simulate(plan: Plan, seed: int, router: Decides | None = None) -> Day:
    """One day. `router` is the product's own, drawing its lots from the same seed, unless another is to be compared."""
    return _Run(plan, seed, router or Router(seed)).day()
