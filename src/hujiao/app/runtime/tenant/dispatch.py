"""Who waits for whom in one tenant: the router, and what it must be told of interactions and agents. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents.contracts import AgentState
from hujiao.agents.machine import BUSY, in_hand, may_be_offered, may_be_written_to
from hujiao.app.runtime.tenant import adjusted
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.hours.contracts import Schedule
from hujiao.hours.schedule import next_change, open_at
from hujiao.interactions.contracts import InteractionState, QueuePlace
from hujiao.routing import overflow
from hujiao.routing.assign import Router
from hujiao.routing.awaited import awaited
from hujiao.routing.capacity import at_once
from hujiao.routing.contracts import (
    CALL,
    PHONE_MEDIA,
    WRITTEN_MEDIA,
    Item,
    ItemCriterion,
    Match,
    Preferred,
    QueueRouting,
    RoutingAgent,
    Setup,
)
from hujiao.routing.expect import WaitEstimator
from hujiao.routing.order import Score, set_apart, with_adjusted
from hujiao.routing.outbound import OutboundCapacity, done_within
from hujiao.routing.overflow import OverflowRule, Situation
from hujiao.routing.tiers import PERIOD_SECONDS, Tiers
from hujiao.routing.waiting import RECHECK_SECONDS


class Dispatch:
    """`joined` and `freed` are kept until `next` has asked for each who serves whom."""

    def __init__(self, config: TenantConfig, score: Score, *, site: str = "") -> None:
        """`site`: where calls come in."""
        self.config = config
        self._site = site
        self._score = score
        self.router = Router(seed=config.id.int, score=score)
        self.router.expected = self.expected
        self.router.configure(config.routing(), 0.0)
        self.tiers = Tiers()
        self.tiers.configure(self.router.setup.queues.values(), 0.0)
        self.signed_in: Counter[UUID] = Counter()  # by queue, the agents of its innermost ring
        self._reach: Counter[UUID] = Counter()  # by queue, those of any of its rings
        self._at_work: set[UUID] = set()
        self._changes: dict[UUID, tuple[datetime, datetime, datetime | None]] = {}
        self._estimators: dict[tuple[UUID, str], WaitEstimator] = {}
        self._serving: dict[UUID, tuple[UUID, str]] = {}  # agent → the queue and medium of the interaction at hand
        self._seeking: dict[UUID, Item] = {}  # who waits for the first of several agents
        self._placed: set[UUID] = set()  # call-backs that wait, whose customers do not
        self._joined: list[UUID] = []
        self._freed: list[UUID] = []

    def configure(self, config: TenantConfig, agents: Iterable[AgentState], now: datetime) -> None:
        """Other settings: everybody finds a new place, and all who are free are asked again."""
        self.config = config
        agents = list(agents)
        setup = config.routing()
        for agent in agents:
            if (agent.adjustments or agent.work) and agent.agent_id in setup.agents:
                setup.agents[agent.agent_id] = self._routed(agent)
        self.tiers.configure(setup.queues.values(), now.timestamp())
        self._route(setup, now)
        self._changes.clear()
        self.signed_in.clear()
        self._reach.clear()
        self._at_work.clear()
        here = [agent for agent in agents if agent.state != "logged_out"]
        for agent in here:
            self._came(agent.agent_id)
        self.ask_again(here)

    def _route(self, setup: Setup, now: datetime) -> None:
        self.router.configure(with_adjusted(setup), now.timestamp())
        for queue_id, count in self.tiers.counts():
            self.router.reserve(queue_id, count)

    def ask_again(self, agents: Iterable[AgentState]) -> None:
        """Whoever is free may serve somebody by now, and takes who is first: none of those who have just come back."""
        self._joined.clear()
        self._freed += [agent.agent_id for agent in agents if self.router.is_free(agent.agent_id)]

    def load(self, agents: Iterable[AgentState], interactions: Iterable[InteractionState]) -> None:
        """Take up who is there and who waits; nobody is offered before the switch has been asked (see `ask_again`)."""
        for agent in agents:
            self.agent(None, agent, agent.since)
        for state in interactions:
            if state.state == "queued":
                self.join(state, state.since)
        self._joined.clear()
        self._freed.clear()

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def agent(self, before: AgentState | None, agent: AgentState, now: datetime) -> None:
        """An agent's state changed (`before` None: it is loaded)."""
        was_in = before is not None and before.state != "logged_out"
        if (agent.adjustments, agent.work) != ((before.adjustments, before.work) if before else ((), None)):
            self._other_place(before, agent, now, signed_in=was_in)
        if was_in and agent.state == "logged_out":
            self._went(agent.agent_id)
        elif not was_in and agent.state != "logged_out":
            self._came(agent.agent_id)
        if before and before.busy_since and not agent.busy_since:
            served = self._serving.pop(agent.agent_id, None)
            if served:
                self._estimator(*served, now).handled((now - before.busy_since).total_seconds())
        by_phone, written = may_be_offered(agent), may_be_written_to(agent)
        if not by_phone:
            self._joined += self.router.agent_away(agent.agent_id, now.timestamp())
        if by_phone or (written and self.config.chat_entries):
            since = (agent.idle_since or agent.since).timestamp()
            without = (frozenset() if by_phone else PHONE_MEDIA) | (frozenset() if written else WRITTEN_MEDIA)
            figures = agent.handled, agent.busy_share(now), in_hand(agent), without
            self.router.agent_free(agent.agent_id, since, *figures)
            if self.router.is_free(agent.agent_id):
                self._freed.append(agent.agent_id)
                self._found(agent.agent_id, now)

    def _other_place(self, before: AgentState | None, agent: AgentState, now: datetime, *, signed_in: bool) -> None:
        """Adjusted, or work of another direction: another place in routing, at once."""
        if agent.agent_id not in self.config.agents:
            return
        if signed_in:
            self._went(agent.agent_id)
        routed = self._routed(agent)
        barred = not routed.barred <= self.router.setup.agents[agent.agent_id].barred
        if barred or agent.work != (before.work if before else None):  # who waits for them may wait in vain
            self._joined += self.router.agent_away(agent.agent_id, now.timestamp())
        self.router.change_agent(routed)
        if not routed.adjusted <= set_apart(self.router.setup):
            self._route(self.router.setup, now)
        if signed_in:
            self._came(agent.agent_id)

    def _came(self, agent_id: UUID) -> None:
        self._at_work.add(agent_id)
        self.signed_in.update(self.router.queues_of(agent_id))
        self._reach.update(self.router.reaches(agent_id))

    def _went(self, agent_id: UUID) -> None:
        self._at_work.discard(agent_id)
        self.signed_in.subtract(self.router.queues_of(agent_id))
        self._reach.subtract(self.router.reaches(agent_id))

    def _routed(self, agent: AgentState) -> RoutingAgent:
        """The agent as routing sees them, with the work that was given and what is adjusted."""
        return adjusted.routed(self.config, self.config.agents[agent.agent_id], agent)

    # ── interactions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def join(self, state: InteractionState, now: datetime) -> bool:
        """Wait; false when there is no such queue any more."""
        if state.queue_id not in self.config.queues:
            return False
        item = _item(state, self.config.queue_routing.get(state.queue_id), self._site)
        if state.queue and len(state.queue.sought) > 1:
            free = [wanted for wanted in item.preferred if self.router.is_free(wanted.agent_id)]
            item = replace(item, preferred=(*free, *(wanted for wanted in item.preferred if wanted not in free)))
            self._seeking[item.id] = item
        self.router.join(item, now.timestamp())
        if not state.customer_leg:
            self._placed.add(state.id)
        self._count(state.queue_id, state.medium, now)
        self._joined.append(state.id)
        return True

    def leave(self, state: InteractionState, now: datetime) -> None:
        """No longer wait: for an agent's offer, or for good. Either may be said again later."""
        self._placed.discard(state.id)
        item = self.router.item(state.id)
        if item:
            self.router.leave(state.id)
            offered = state.state == "offered"
            self._count(item.queue_id, item.medium, now, taken=offered, abandoned=not offered)

    def _found(self, agent_id: UUID, now: datetime) -> None:
        """Who waits for the first of several agents need not wait for another than this one, who is free."""
        for item in list(self._seeking.values()):
            wanted = next((one for one in item.preferred if one.agent_id == agent_id), None)
            if self.router.item(item.id) is None:
                del self._seeking[item.id]
            elif wanted and wanted.until > now.timestamp():
                others = (one for one in item.preferred if one is not wanted)
                self.router.join(replace(item, preferred=(wanted, *others)), now.timestamp())
                self._joined.append(item.id)

    def left(self, state: InteractionState, queue_id: UUID, outcome: str, waited: float, now: datetime) -> None:
        """How the wait in this queue ended, after so many seconds; the state may stand in another one by now."""
        if outcome == "answered" and state.agent_id and state.medium == CALL:  # others are in hand beside the phone
            self._serving[state.agent_id] = (queue_id, state.medium)
        counts = self.router.setup.media[state.medium].real_time
        if counts and state.callback is None:  # that customer has been counted, and does not listen
            self.tiers.ended(queue_id, waited, outcome == "answered", now.timestamp())
        self._settle(now)

    def served(self, queue_id: UUID, medium: str, seconds: float, now: datetime) -> None:
        """An agent has done with something beside the phone: who waits learns from it how long others take."""
        self._estimator(queue_id, medium, now).handled(seconds)

    def _settle(self, now: datetime) -> None:
        """Keep as many agents free for better tiers as their targets ask for by now."""
        for queue_id, count in self.tiers.settle(now.timestamp(), self.signed_in.__getitem__):
            self._freed += self.router.reserve(queue_id, count)

    def waiting(self, media: frozenset[str]) -> int:
        """How many of these media wait, over all queues. Whose place is kept for a call-back does not wait."""
        count = self.router.waiting_count
        placed = len(self._placed) if CALL in media else 0
        return sum(count(queue_id, medium) for queue_id in self.config.queues for medium in media) - placed

    def widens_at(self, interaction_id: UUID, now: datetime) -> datetime | None:
        due = self.router.widens_at(interaction_id, now.timestamp())
        item = self.router.item(interaction_id)
        if item and self.tiers.holds_back(self.router.setup.queues[item.queue_id]):
            again = now.timestamp() + PERIOD_SECONDS
            due = again if due is None else min(due, again)
        return datetime.fromtimestamp(due, UTC) if due is not None else None

    def widen(self, interaction_id: UUID, now: datetime) -> tuple[int, int] | None:
        """Open what is due; the outermost open ring and how many there are, if others may serve it now."""
        self._settle(now)
        if not self.router.widen(interaction_id, now.timestamp()):
            return None
        self._joined.append(interaction_id)
        return self.router.ring(interaction_id)

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def next(self, now: datetime) -> Match | None:
        """Who serves whom next; None when nobody who came or became free can be helped."""
        moment = now.timestamp()
        while self._joined or self._freed:
            if self._joined:
                match = self.router.for_item(self._joined.pop(0), moment)
            else:
                match = self.router.for_agent(self._freed.pop(0), moment)
            if match:
                return match
        return None

    def overflow_rules(self, state: InteractionState) -> list[OverflowRule]:
        """The queue's rules that may still act on this interaction."""
        routing = self.config.queue_routing.get(state.queue_id) if state.queue_id else None
        back = str(state.queue_id) in state.overflowed_from  # by way of a flow: this queue has passed them on already
        offered = state.callback_offered == state.queue_id
        return [
            rule
            for rule in (() if back or routing is None else routing.overflow)
            if rule.target not in state.overflowed_from
            and not (offered and rule.to == "callback")
            and not (state.medium in WRITTEN_MEDIA and rule.to in ("callback", "voicemail", "number"))
            and self._leads_somewhere(rule)
        ]

    def _leads_somewhere(self, rule: OverflowRule) -> bool:
        """Its queue or flow is there still: a rule that leads nowhere takes nobody out of the queue."""
        match rule.to:
            case "queue":
                return UUID(rule.target) in self.config.queues
            case "flow":
                return UUID(rule.target) in self.config.published
            case _:
                return True

    def overflow(
        self, state: InteractionState, now: datetime, *, arriving: bool
    ) -> tuple[OverflowRule | None, datetime | None]:
        """The rule by which this waiting interaction goes elsewhere, or when to look again."""
        rules = self.overflow_rules(state)
        place = state.queue
        if not rules or place is None:
            return None, None
        routing = self.config.queue_routing[place.queue_id]
        if place.sought_until and now < place.sought_until:
            return None, place.sought_until  # somebody sent them to this very agent
        waited = state.waited_seconds + (now - place.entered_at).total_seconds()
        ahead = max(0, self.router.position(state.id) - 1)
        expected = None
        if any(rule.when in ("expected_wait", "expression") for rule in rules):
            served = self.router.for_item(state.id, now.timestamp()) is not None  # and so waits for nobody
            expected = 0.0 if served else self.expected(place.queue_id, state.medium, ahead)
        timed = any(rule.when == "outside_hours" for rule in rules)
        schedule = self.config.hours.get(routing.hours_id) if timed and routing.hours_id else None
        situation = Situation(
            waited=waited,
            ahead=ahead,
            expected_wait=expected,
            signed_in=self.signed_in[place.queue_id],
            arriving=arriving,
            open=schedule is None or open_at(schedule, now),
            judge=lambda expression: self._judge(expression, state, waited, ahead, expected or 0.0),
        )
        rule = overflow.first(rules, situation)
        closes_in = self._changes_in(schedule, now) if schedule and rule is None else None
        again = overflow.look_again_after(rules, waited, RECHECK_SECONDS, closes_in)
        return rule, now + timedelta(seconds=again) if again is not None and rule is None else None

    def _changes_in(self, schedule: Schedule, now: datetime) -> float | None:
        """Seconds until the schedule opens or closes; remembered, because one that never does is long to search."""
        known = self._changes.get(schedule.id)
        if known is None or not known[0] <= now < known[1]:
            change = next_change(schedule, now)
            known = self._changes[schedule.id] = (now, change or now + timedelta(days=1), change)
        return (known[2] - now).total_seconds() if known[2] else None

    def _judge(self, expression: str, state: InteractionState, waited: float, ahead: int, expected: float) -> bool:
        """What fails counts as not true; a number is true above 0."""
        assert state.queue_id is not None
        queue_id = state.queue_id
        interaction = {**_facts(state), "waited": waited, "ahead": ahead, "expected_wait": expected}
        queue = {
            "name": self.config.queues[queue_id].name,
            "waiting": self.router.waiting_count(queue_id),
            "signed_in": self.signed_in[queue_id],
            "available": self.router.free_agents(queue_id, state.medium),
        }
        return self._score(ItemCriterion("expression", expression), {"interaction": interaction, "queue": queue}) > 0

    def expected(self, queue_id: UUID, medium: str, ahead: int) -> float | None:
        """Seconds that somebody with so many of the medium before them will wait; None while nothing is known."""
        found = self._estimators.get((queue_id, medium))
        if found is None:
            return None
        found.staff = self._staff(queue_id, medium)
        return found.expected(ahead)

    def pace(self, queue_id: UUID, medium: str, now: datetime) -> tuple[float, float, float]:
        """How many of a queue are taken per second, what one agent adds, and how often one who waits gives up.

        What was learnt while agents were there says nothing of a queue without, unless others help it.
        """
        found = self._estimator(queue_id, medium, now)
        found.change(now.timestamp(), self.router.waiting_count(queue_id, medium))  # the time since then counts, too
        return found.rate() if self.staffed(queue_id) else 0.0, found.rate_of_one(), found.leaving()

    def handle_seconds(self, queue_id: UUID, medium: str, now: datetime) -> float:
        """How long an agent has one of the queue, wrap-up included, as it was learnt."""
        return self._estimator(queue_id, medium, now).handle_seconds

    def staffed(self, queue_id: UUID) -> bool:
        """Whether the queue has agents now, or others at work may help it."""
        return self._reach[queue_id] > 0

    def others_serve(self, queue_id: UUID, agents: Collection[UUID]) -> bool:
        """Whether somebody else than these is at work who serves the queue."""
        own = sum(queue_id in self.router.reaches(one) for one in self._at_work.intersection(agents))
        return self._reach[queue_id] > own

    def capacity(self, queue_id: UUID, agents: Iterable[AgentState], within: float, now: datetime) -> OutboundCapacity:
        """The agents whom a queue has now and will have within so many seconds."""
        handle = self._estimator(queue_id, CALL, now).handle_seconds
        until = now + timedelta(seconds=within)
        expected = 0.0
        for agent in agents:
            if agent.state in BUSY and may_be_offered(agent) and queue_id in self.router.queues_of(agent.agent_id):
                over = agent.wrap_up_until is not None and agent.wrap_up_until <= until
                expected += 1.0 if over else done_within(within, handle)
        waiting = self.router.waiting_count(queue_id, CALL)
        return OutboundCapacity(self.router.free_agents(queue_id), expected, waiting)

    def _estimator(self, queue_id: UUID, medium: str, now: datetime) -> WaitEstimator:
        found = self._estimators.get((queue_id, medium))
        if found is None:
            found = self._estimators[queue_id, medium] = WaitEstimator(now.timestamp())
        found.staff = self._staff(queue_id, medium)
        return found

    def _staff(self, queue_id: UUID, medium: str) -> int:
        """How many of a medium the queue's agents can have in hand."""
        return self.signed_in[queue_id] * at_once(self.router.setup.media[medium])

    def _count(
        self, queue_id: UUID, medium: str, now: datetime, *, taken: bool = False, abandoned: bool = False
    ) -> None:
        waiting = self.router.waiting_count(queue_id, medium)
        self._estimator(queue_id, medium, now).change(
            now.timestamp(), waiting, taken=int(taken), abandoned=int(abandoned)
        )


def _preferred(state: InteractionState, place: QueuePlace, routing: QueueRouting | None) -> tuple[Preferred, ...]:
    """Whom the caller waits for first: whom they were sent to, the customer's own agent, who served them last."""
    if place.sought_until:
        return tuple(Preferred(agent_id, place.sought_until.timestamp(), "transfer") for agent_id in place.sought)
    sent_here = bool(state.transfers) and state.transfers[-1].to != "flow"  # and so not back to their own
    if routing is None or sent_here:
        return ()
    last_at = state.last_agent_at.timestamp() if state.last_agent_at else None
    return awaited(routing, place.queued_at.timestamp(), state.own_agent, state.last_agent, last_at)


def _item(state: InteractionState, routing: QueueRouting | None, site: str) -> Item:
    """An interaction as routing sees it."""
    place = state.queue
    assert place is not None
    return Item(
        id=state.id,
        queue_id=place.queue_id,
        joined_at=place.queued_at.timestamp(),
        entered_at=place.waits_since(on_the_line=bool(state.customer_leg)).timestamp(),
        medium=state.medium,
        priority=state.priority,
        grade=state.grade,
        needs=tuple(sorted(place.needs.items())),
        left_out=place.left_out,
        preferred=_preferred(state, place, routing),
        site=site,
        facts=_facts(state),
    )


def _facts(state: InteractionState) -> dict[str, Any]:
    """What expressions may know of an interaction."""
    return {
        "caller": state.caller,
        "called": state.called,
        "language": state.language,
        "medium": state.medium,
        "grade": state.grade,
        "variables": state.variables,
    }
