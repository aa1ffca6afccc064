"""One day, event by event, decided by the router that runs in production. The same seed gives the same day.

What callers bring (when they come, how patient they are, how long they take) is drawn when they come, from a stream of
each queue's and medium's own, so that two set-ups meet the same callers. What an agent does with several of them at
once is `desk`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from hujiao.routing import overflow
from hujiao.routing.assign import Router
from hujiao.routing.awaited import awaited
from hujiao.routing.capacity import Capacities, at_once, own_media
from hujiao.routing.contracts import Item, Match
from hujiao.routing.expect import WaitEstimator
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.simulation.chance import Rate, Recorded
from hujiao.routing.simulation.day import Agent, Call, Caller, Day, Decides, Outcome, Worked
from hujiao.routing.simulation.desk import Desk, Work
from hujiao.routing.simulation.outbound import CHECK_SECONDS, OutboundDone, OutboundSide
from hujiao.routing.simulation.plan import Load, Plan
from hujiao.routing.tiers import PERIOD_SECONDS, Tiers
from hujiao.routing.waiting import RECHECK_SECONDS

DRAIN_SECONDS = 6 * 3600.0  # who still waits so long after the last arrival is never served

_NOBODY = UUID(int=0)


class _Run:
    def __init__(self, plan: Plan, seed: int, router: Decides) -> None:
        self.plan = plan
        self.router = router
        self.now = 0.0
        self.callers: dict[UUID, Caller] = {}
        self.calls: list[Call] = []
        self.capacities = Capacities(plan.setup.media)
        self.last = dict(plan.familiar.last)
        self.agents = {
            agent_id: Agent(Desk(own_media(plan.setup.media, agent.shares) if agent.shares else plan.setup.media))
            for agent_id, agent in plan.setup.agents.items()
        }
        self.events: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self.number = count()
        self.ids = count(1)
        self.random: dict[tuple[UUID, str], Random] = {}
        self.media = {stream.medium: 0 for load in plan.loads.values() for stream in load.streams()}
        self.media = {medium: at_once(plan.setup.media[medium]) for medium in self.media}
        self.staff = dict.fromkeys(plan.setup.queues, 0)
        self.estimators = {(queue_id, medium): WaitEstimator(0.0) for queue_id in self.staff for medium in self.media}
        router.expected = lambda queue_id, medium, ahead: self.estimators[queue_id, medium].expected(ahead)
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
            name = f"{seed}/{plan.names.get(queue_id, queue_id)}"
            for stream in load.streams():
                self._will_arrive(queue_id, stream, name if stream is load else f"{name}/{stream.medium}")

    def _will_arrive(self, queue_id: UUID, load: Load, name: str) -> None:
        arrivals, random = load.arrivals, Random(f"{name}/arrivals")
        self.random[queue_id, load.medium] = Random(f"{name}/callers")
        came: Iterable[tuple[float, int | None, str]]
        match arrivals:
            case Recorded():
                came = arrivals.draw(random, self.plan.length)
            case Rate():
                came = ((at, None, "") for at in arrivals.times(random, self.plan.length))
            case _:
                came = ((at, None, "") for at in sorted(arrivals) if at < self.plan.length)
        for at, grade, who in came:
            self._at(at, self._arrives, (queue_id, load, grade, who))

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
        worked = [
            Worked(agent_id, one.present, one.busy, one.handled, one.loaded) for agent_id, one in self.agents.items()
        ]
        return Day(tuple(self.calls), tuple(worked), self.outbound.done if self.outbound else OutboundDone())

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arrives(self, which: tuple[UUID, Load, int | None, str]) -> None:
        queue_id, load, grade, who = which
        caller = Caller(queue_id, load, self.now, self.random[queue_id, load.medium], grade, who)
        item_id = UUID(int=next(self.ids))
        self.callers[item_id] = caller
        self._enters(item_id, caller)
        if item_id in self.callers and caller.patience is not None:
            self._at(self.now + caller.patience, self._gives_up, item_id)

    def _enters(self, item_id: UUID, caller: Caller) -> None:
        """Into the first queue, or into another by overflow with the place kept."""
        now, router, queue_id = self.now, self.router, caller.queue_id
        router.join(self._item(item_id, caller), now)
        if self._overflows(item_id, arriving=True):  # before anybody is offered, as in production
            return
        estimator = self.estimators[queue_id, caller.medium]
        match = router.for_item(item_id, now)
        if match:
            self._serves(match)
            return
        caller.ahead, caller.staff = router.position(item_id) - 1, self.staff[queue_id]
        caller.expected = estimator.expected(caller.ahead)
        estimator.change(now, router.waiting_count(queue_id, caller.medium))
        self._arm(item_id)

    def _item(self, item_id: UUID, caller: Caller) -> Item:
        routing = self.plan.awaits.get(caller.queue_id)
        last, last_at = self.last.get(caller.who, (None, None))
        own = self.plan.familiar.own.get(caller.who)
        return Item(
            id=item_id,
            queue_id=caller.queue_id,
            joined_at=caller.first_at,
            medium=caller.medium,
            grade=caller.grade,
            preferred=awaited(routing, caller.first_at, own, last, last_at) if routing and caller.who else (),
            facts={"grade": caller.grade, "medium": caller.medium},
        )

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
        estimator = self.estimators[caller.queue_id, caller.medium]
        situation = overflow.Situation(
            waited=waited,
            ahead=ahead,
            expected_wait=0.0 if self.router.for_item(item_id, self.now) else estimator.expected(ahead),
            signed_in=self.staff[caller.queue_id],
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
        caller = self.callers.get(item_id)
        if caller and caller.queue_id == queue_id and caller.rings is None:
            self._overflows(item_id, arriving=False)

    def _passes_on(self, item_id: UUID, caller: Caller, rule: OverflowRule) -> None:
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
        caller = self.callers.get(item_id)
        if caller is None:
            return
        self._leaves(item_id, "abandoned")
        if caller.rings:
            agent = self.agents[caller.rings]
            self._counts_load(agent)
            agent.desk.drop(item_id, self.now)
            self._is_over(caller.rings, agent)

    def _leaves(self, item_id: UUID, outcome: Outcome) -> None:
        self.router.leave(item_id)
        self._moved_on(self.callers[item_id], abandoned=1)
        self._ended(item_id, outcome)
        self._settle()

    def _moved_on(self, caller: Caller, *, taken: int = 0, abandoned: int = 0) -> None:
        waiting = self.router.waiting_count(caller.queue_id, caller.medium)
        estimator = self.estimators[caller.queue_id, caller.medium]
        estimator.change(self.now, waiting, taken=taken, abandoned=abandoned)

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
        caller, agent = self.callers[match.interaction_id], self.agents[match.agent_id]
        self.router.leave(match.interaction_id)
        if caller.missed:
            self._rings_out(match, caller, agent)
            return
        took = caller.ringing + (caller.handle + caller.wrap_up) * self.plan.paces.get(match.agent_id, 1.0)
        work = Work(caller.queue_id, caller.medium, took, self.now)
        agent.handled += 1
        self._takes(match.agent_id, agent, work)
        if caller.who:
            self.last[caller.who] = (match.agent_id, self.now)
        self._moved_on(caller, taken=1)
        work.counted = self._ended(match.interaction_id, "answered", match, took)
        self._settle()
        if self.router.is_free(match.agent_id):
            self._serves(self.router.for_agent(match.agent_id, self.now))

    def _rings_out(self, match: Match, caller: Caller, agent: Agent) -> None:
        """The agent does not take it: then it is back at its old place, unless the caller goes first."""
        caller.missed -= 1
        caller.rings = match.agent_id
        work = Work(caller.queue_id, caller.medium, caller.missed_ringing, self.now)
        work.item_id = match.interaction_id
        self._takes(match.agent_id, agent, work)
        self._moved_on(caller, taken=1)
        if self.router.is_free(match.agent_id):
            self._serves(self.router.for_agent(match.agent_id, self.now))

    def _is_missed(self, item_id: UUID) -> None:
        caller = self.callers[item_id]
        caller.rings = None
        self.router.join(self._item(item_id, caller), self.now)
        if not self._overflows(item_id, arriving=False):
            self._serves(self.router.for_item(item_id, self.now))
        if self.router.position(item_id):
            self._moved_on(caller)
            self._arm(item_id)

    def _takes(self, agent_id: UUID, agent: Agent, work: Work) -> None:
        self._counts_load(agent)
        agent.desk.take(work, self.now)
        if agent.busy_since is None:
            agent.busy_since = self.now
        if self.outbound:
            self.outbound.idle.pop(agent_id, None)
        self._works(agent_id, agent)
        self._tells(agent_id, agent)

    def _works(self, agent_id: UUID, agent: Agent) -> None:
        """When the first of what is worked on will be done, as things are."""
        due = agent.desk.due()
        if due is not None:
            self._at(due, self._is_done, (agent_id, agent.desk.version))

    def _tells(self, agent_id: UUID, agent: Agent) -> None:
        """What the agent has room for beside what is on the desk."""
        held = agent.desk.held()
        shares = self.plan.setup.agents[agent_id].shares
        if not agent.on_shift or (held and not self.capacities.of(shares, held)[0]):
            self.router.agent_busy(agent_id)
            return
        assert agent.since is not None
        present = self.now - agent.since
        share = agent.worked / present if present else 0.0
        self.router.agent_free(agent_id, agent.free_since, agent.handled, share, held)

    def _settle(self) -> None:
        """Keep as many agents free for better tiers as their targets ask for by now."""
        for queue_id, kept in self.tiers.settle(self.now, self.staff.__getitem__):
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
        self._is_away(agent_id)
        self._calls_out(agent_id)

    def _calls_out(self, agent_id: UUID) -> None:
        assert self.outbound is not None
        agent = self.agents[agent_id]
        agent.busy_since = self.now
        self._at(self.now + self.outbound.draw(), self._called_out, agent_id)

    def _called_out(self, agent_id: UUID) -> None:
        """The next one, or back to callers, or home."""
        agent = self.agents[agent_id]
        assert self.outbound is not None and agent.busy_since is not None
        counted = self._counted(agent.busy_since)
        agent.worked += self.now - agent.busy_since
        agent.busy += counted
        agent.loaded += counted
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

    def _ended(self, item_id: UUID, outcome: Outcome, match: Match | None = None, took: float = 0.0) -> int | None:
        """Which of the calls that count it is."""
        caller = self.callers.pop(item_id)
        wait = self.now - caller.arrived_at + (caller.ringing if outcome == "answered" else 0.0)
        if self.plan.setup.media[caller.medium].real_time:
            self.tiers.ended(caller.queue_id, wait, outcome == "answered", self.now)
        if self.outbound:
            load = self.plan.loads[caller.queue_id].on(caller.medium)
            within, short = load.service_level_seconds, load.short_abandon_seconds
            self.outbound.ended(caller.queue_id, wait, outcome == "answered", within, short, self.now)
        if caller.arrived_at < self.plan.warm_up:
            return None
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
                caller.medium,
            )
        )
        return len(self.calls) - 1

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _signs_in(self, agent_id: UUID) -> None:
        agent = self.agents[agent_id]
        agent.on_shift = True
        if agent.since is None:
            agent.since, agent.worked = self.now, 0.0
            self._staffed(agent_id, 1)
            self._is_free(agent_id, agent)

    def _shift_ends(self, agent_id: UUID) -> None:
        """Who has something in hand stays until they are done, and takes nothing more."""
        agent = self.agents[agent_id]
        agent.on_shift = False
        if agent.busy_since is None:
            self._signs_out(agent_id, agent)
        elif agent.desk.works:
            self.router.agent_busy(agent_id)

    def _is_done(self, which: tuple[UUID, int]) -> None:
        """With the first of what was worked on, unless the desk has changed since that was foreseen."""
        agent_id, version = which
        agent = self.agents[agent_id]
        if version != agent.desk.version:
            return
        self._counts_load(agent)
        work = agent.desk.finish(self.now)
        if work.counted is not None and self.plan.setup.media[work.medium].interruptible:
            self.calls[work.counted] = self.calls[work.counted]._replace(took=self.now - work.taken_at)
        if work.item_id:
            self._is_missed(work.item_id)
        else:
            self.estimators[work.queue_id, work.medium].handled(self.now - work.taken_at)
        self._is_over(agent_id, agent)

    def _is_over(self, agent_id: UUID, agent: Agent) -> None:
        """Something has left the desk."""
        if agent.desk.works:
            self._works(agent_id, agent)
        else:
            assert agent.busy_since is not None
            agent.worked += self.now - agent.busy_since
            agent.busy += self._counted(agent.busy_since)
            agent.busy_since = None
        if agent.on_shift:
            self._is_free(agent_id, agent)
        elif not agent.desk.works:
            self._signs_out(agent_id, agent)

    def _is_free(self, agent_id: UUID, agent: Agent) -> None:
        agent.free_since = self.now
        if self.outbound and not agent.desk.works:
            self.outbound.idle[agent_id] = self.now
        self._tells(agent_id, agent)
        self._serves(self.router.for_agent(agent_id, self.now))

    def _counts_load(self, agent: Agent) -> None:
        """What was worked on until now; `Desk.since` is when that last changed."""
        agent.loaded += agent.desk.load * self._counted(agent.desk.since)

    def _signs_out(self, agent_id: UUID, agent: Agent) -> None:
        if agent.since is None:
            return
        self._counts(agent)
        self._staffed(agent_id, -1)
        if self.outbound:
            self.outbound.idle.pop(agent_id, None)
        self._is_away(agent_id)

    def _is_away(self, agent_id: UUID) -> None:
        """Who waited for this very agent waits for others."""
        for item_id in self.router.agent_away(agent_id, self.now):
            self._serves(self.router.for_item(item_id, self.now))
            if self.router.position(item_id):
                self._arm(item_id)

    def _staffed(self, agent_id: UUID, change: int) -> None:
        for queue_id in self.queues_of[agent_id]:
            self.staff[queue_id] += change
            for medium, fit in self.media.items():
                self.estimators[queue_id, medium].staff = self.staff[queue_id] * fit

    def _counts(self, agent: Agent) -> None:
        if agent.since is not None:
            agent.present += self._counted(agent.since)
            agent.since = None
        if agent.busy_since is not None:
            agent.busy += self._counted(agent.busy_since)
            agent.loaded += (
                agent.desk.load * self._counted(agent.desk.since)
                if agent.desk.works
                else self._counted(agent.busy_since)
            )

    def _counted(self, since: float) -> float:
        """The part of the time since then that counts."""
        return max(0.0, min(self.now, self.plan.length) - max(since, self.plan.warm_up))


def simulate(plan: Plan, seed: int, router: Decides | None = None) -> Day:
    """One day. `router` is the product's own, drawing its lots from the same seed, unless another is to be compared."""
    return _Run(plan, seed, router or Router(seed)).day()
