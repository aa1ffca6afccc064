"""The router in a random world, used as the engine uses it: whatever comes, these things stay true.

`HUJIAO_EXAMPLES=10000` runs so many examples instead of 300, each from another seed.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from hujiao.routing import floor
from hujiao.routing.assign import Router
from hujiao.routing.capacity import item_order
from hujiao.routing.contracts import (
    MEDIA,
    AgentCriterion,
    Item,
    ItemCriterion,
    Match,
    Preferred,
    Requirement,
    Ring,
    RoutingAgent,
    RoutingQueue,
    Setup,
    Share,
)
from hujiao.routing.tests.plain_room import has_room

EXAMPLES = int(os.environ.get("HUJIAO_EXAMPLES", "300"))
SKILLS = [UUID(int=10 + number) for number in range(3)]
QUEUES = [UUID(int=20 + number) for number in range(3)]
AGENTS = [UUID(int=100 + number) for number in range(5)]
SITES = ("north", "south")
SHARES = ((), (), (Share(medium="chat", weight=60, most=1), Share(medium="email", weight=30)))
HEAD_STARTS = {1: 15.0, 2: 40.0}
WAIT_FOR = 25.0

AGENT = st.sampled_from(AGENTS)
QUEUE = st.sampled_from(QUEUES)
MEDIUM = st.sampled_from(("voice", "voice", "chat", "email"))
HELD = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 9), min_size=1, max_size=3)
NEEDED = st.tuples(st.sampled_from(SKILLS), st.integers(1, 6))


@st.composite
def queues(draw: Any, queue_id: UUID) -> RoutingQueue:
    """Up to three rings that open with time."""
    rings = [Ring(who=(Requirement(skills=(draw(NEEDED),)),))]
    for step in range(draw(st.integers(0, 2))):
        who = tuple(Requirement(skills=(need,)) for need in draw(st.lists(NEEDED, min_size=1, max_size=2)))
        rings.append(Ring(who=who, after_seconds=10.0 * (step + 1)))
    return RoutingQueue(
        id=queue_id,
        rings=tuple(rings),
        priority=draw(st.integers(0, 1)),
        tier=draw(st.integers(0, 1)),
        reserved=draw(st.sampled_from((0, 0, 1))),
    )


@st.composite
def agents(draw: Any, agent_id: UUID) -> RoutingAgent:
    return RoutingAgent(
        id=agent_id,
        skills=tuple(sorted(draw(HELD).items())),
        site=draw(st.sampled_from(SITES)),
        shares=draw(st.sampled_from(SHARES)),
        facts={"no": 1},
    )


@st.composite
def setups(draw: Any) -> Setup:
    kinds = ("proficiency", "longest_idle", "fewest_handled", "random", "nearest_site", "least_loaded")
    orders = (("queue_priority", "preferred", "age"), ("age",), ("queue_priority", "ring", "age"), ("preferred", "age"))
    made = {queue: draw(queues(queue)) for queue in QUEUES}
    order = tuple(ItemCriterion(kind) for kind in draw(st.sampled_from(orders)))  # type: ignore[arg-type]
    return Setup(
        queues=made,
        agents={agent: draw(agents(agent)) for agent in AGENTS},
        item_order=item_order(order),
        agent_order=tuple(AgentCriterion(kind) for kind in draw(st.permutations(kinds))[:2]),  # type: ignore[arg-type]
        head_starts=HEAD_STARTS,
    )


class Floor(RuleBasedStateMachine):
    """Two routers of one seed hear the same; the plain model beside them knows who waits and who is free."""

    def __init__(self) -> None:
        super().__init__()
        self.spare_lines, floor.SPARE_LINES = floor.SPARE_LINES, 2  # so that lines are forgotten all the time
        self.now = 0.0
        self.setup = Setup()
        self.routers = [Router(seed=7), Router(seed=7)]
        self.waiting: dict[UUID, Item] = {}
        self.awaits: dict[UUID, UUID] = {}
        self.ready: set[UUID] = set()
        self.serves: dict[UUID, dict[UUID, str]] = {agent: {} for agent in AGENTS}  # items in hand and their media
        self.handled = dict.fromkeys(AGENTS, 0)
        self.ended: set[UUID] = set()
        self.joined: list[UUID] = []
        self.freed: list[UUID] = []

    def teardown(self) -> None:
        floor.SPARE_LINES = self.spare_lines

    # ── as the engine does it ────────────────────────────────────────────────────────────────────────────────────────

    def both(self, name: str, *arguments: Any) -> Any:
        one, other = (getattr(router, name)(*arguments) for router in self.routers)
        assert one == other, f"{name} is not the same for the same seed"
        return one

    def rest(self) -> None:
        while self.joined or self.freed:
            if self.joined:
                match = self.both("for_item", self.joined.pop(0), self.now)
            else:
                match = self.both("for_agent", self.freed.pop(0), self.now)
            if match:
                self.offered(match)

    def offered(self, match: Match) -> None:
        assert match.interaction_id in self.waiting, "somebody who does not wait is offered"
        assert not any(match.interaction_id in hand for hand in self.serves.values()), (
            "one interaction is offered twice"
        )
        assert match.agent_id in self.ready, "an agent who is not there is chosen"
        item = self.waiting[match.interaction_id]
        assert self.room(match.agent_id, item), "an agent is over capacity"
        self.real_time_first(match, item)
        assert item.queue_id == match.queue_id
        assert match.ring < 0 or self.ring_of(match.agent_id, item) == match.ring, "the ring is another"
        self.in_order(match, item)
        self.both("leave", item.id)
        del self.waiting[item.id]
        self.awaits.pop(item.id, None)
        self.serves[match.agent_id][item.id] = item.medium
        self.handled[match.agent_id] += 1
        self.tell(match.agent_id)

    def tell(self, agent_id: UUID) -> None:
        """What the agent has in hand by now; with room left they are asked again."""
        held = tuple(sorted(self.serves[agent_id].values()))
        self.both("agent_free", agent_id, self.now, self.handled[agent_id], 0.5, held)
        self.freed.append(agent_id)

    def room(self, agent_id: UUID, item: Item) -> bool:
        return has_room(self.setup.agents[agent_id], self.serves[agent_id].values(), item.medium)

    def real_time_first(self, match: Match, item: Item) -> None:
        """Whom an agent could call back at once goes before what can wait."""
        if match.chosen != "interaction" or MEDIA[item.medium].real_time:
            return
        for other in self.waiting.values():
            able = self.ring_of(match.agent_id, other) is not None and other.id not in self.awaits
            if able and self.room(match.agent_id, other) and not self.kept(match.agent_id, other):
                assert not MEDIA[other.medium].real_time, "an e-mail goes before a call"

    def in_order(self, match: Match, item: Item) -> None:
        """Nobody of the same queue is passed by an equal who came later, or by anybody past the head starts."""
        if match.ring < 0:
            return
        for other in self.waiting.values():
            if other.queue_id != item.queue_id or other.id == item.id or other.id in self.awaits:
                continue
            if MEDIA[other.medium].real_time != MEDIA[item.medium].real_time or not self.room(match.agent_id, other):
                continue
            ring = self.ring_of(match.agent_id, other)
            if ring is None or self.kept(match.agent_id, other):
                continue
            if other.grade == item.grade:
                assert other.joined_at >= item.joined_at, "an equal who came later goes first"
            assert item.joined_at <= other.joined_at + max(HEAD_STARTS.values()), "somebody would starve"

    def tick(self, seconds: float) -> None:
        """Time goes by, from one ring or wait for an agent that is due to the next."""
        until = self.now + seconds
        while True:
            due = [(at, item) for item in self.waiting if (at := self.both("widens_at", item, self.now)) is not None]
            at, item = min(due, default=(until + 1, None))
            if item is None or at > until:
                break
            self.now = max(self.now, at)
            self.awaits.pop(item, None)
            assert self.both("widen", item, self.now), "a ring that is due does not open"
            self.joined.append(item)
            self.rest()
        self.now = until

    # ── the plain rule ───────────────────────────────────────────────────────────────────────────────────────────────

    def may_await(self, item: Item) -> None:
        ready = self.ready - item.left_out
        wanted = [one.agent_id for one in item.preferred if one.until > self.now and one.agent_id in ready]
        if wanted:
            self.awaits[item.id] = wanted[0]

    def meets(self, agent_id: UUID, need: Requirement) -> bool:
        held = dict(self.setup.agents[agent_id].skills)
        return all(held.get(skill, 0) >= level for skill, level in need.skills)

    def ring_of(self, agent_id: UUID, item: Item) -> int | None:
        """The innermost open ring that the agent is in."""
        if agent_id in item.left_out or not self.meets(agent_id, Requirement(skills=item.needs)):
            return None
        for at, ring in enumerate(self.setup.queues[item.queue_id].rings):
            if at and self.now + 1e-3 < item.joined_at + (ring.after_seconds or 0.0):
                return None
            if any(self.meets(agent_id, need) for need in ring.who):
                return at
        return None

    def kept(self, agent_id: UUID, item: Item) -> bool:
        """Whether the agent is kept free from this interaction for a better tier."""
        tier = self.setup.queues[item.queue_id].tier
        agent = self.setup.agents[agent_id]
        after = [*self.serves[agent_id].values(), item.medium]
        for queue in self.setup.queues.values():
            if not queue.reserved or queue.tier >= tier:
                continue
            for medium in ("voice", item.medium):
                inner = [
                    one
                    for one in self.ready
                    if self.meets(one, queue.rings[0].who[0])
                    and has_room(self.setup.agents[one], self.serves[one].values(), medium)
                ]
                spent = agent_id in inner and not has_room(agent, after, medium)
                if spent and len(inner) <= queue.reserved:
                    return True
        return False

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────

    @initialize(setup=setups())
    def begins(self, setup: Setup) -> None:
        self.settings_change(setup)

    @rule(setup=setups())
    def settings_change(self, setup: Setup) -> None:
        self.setup = setup
        for router in self.routers:
            # A router of its own each: change_agent writes into it.
            router.configure(replace(setup, agents=dict(setup.agents)), self.now)
        self.awaits.clear()
        for item in self.waiting.values():
            self.may_await(item)
        self.freed += sorted(self.ready)
        self.rest()

    @rule(
        queue=QUEUE,
        medium=MEDIUM,
        grade=st.integers(0, 2),
        waits_for=st.none() | AGENT,
        back=st.sampled_from((0.0, 0.0, 5.0, 30.0)),
        needs=st.none() | NEEDED,
        left_out=st.just(frozenset()) | st.frozensets(AGENT, max_size=2),
    )
    def arrives(
        self,
        queue: UUID,
        medium: str,
        grade: int,
        waits_for: UUID | None,
        back: float,
        needs: tuple[UUID, int] | None,
        left_out: frozenset[UUID],
    ) -> None:
        """`back`: who was offered before and takes the old place again."""
        if queue not in self.setup.queues:
            return
        item = Item(
            id=UUID(int=10_000 + len(self.ended) + len(self.waiting) + sum(self.handled.values())),
            queue_id=queue,
            medium=medium,
            joined_at=self.now - back,
            grade=grade,
            site=SITES[grade % 2],
            needs=(needs,) if needs else (),
            left_out=left_out,
            preferred=(Preferred(waits_for, self.now + WAIT_FOR, "last_agent"),) if waits_for else (),
        )
        self.waiting[item.id] = item
        self.may_await(item)
        self.both("join", item, self.now)
        self.joined.append(item.id)
        self.rest()

    @rule(data=st.data())
    def abandons(self, data: st.DataObject) -> None:
        if self.waiting:
            item = data.draw(st.sampled_from(sorted(self.waiting)))
            self.both("leave", item)
            del self.waiting[item]
            self.awaits.pop(item, None)
            self.ended.add(item)
            assert self.both("position", item) == 0

    @rule(agent=AGENT)
    def signs_in(self, agent: UUID) -> None:
        if agent not in self.ready:
            self.ready.add(agent)
            self.tell(agent)
            self.rest()

    @rule(data=st.data(), agent=AGENT)
    def is_done_with_something(self, data: st.DataObject, agent: UUID) -> None:
        if agent in self.ready and self.serves[agent]:
            del self.serves[agent][data.draw(st.sampled_from(sorted(self.serves[agent])))]
            self.tell(agent)
            self.rest()

    @rule(agent=AGENT)
    def goes_away(self, agent: UUID) -> None:
        if agent in self.ready and not self.serves[agent]:
            self.ready.discard(agent)
            left = self.both("agent_away", agent, self.now)
            assert set(left) == {item for item, awaited in self.awaits.items() if awaited == agent}
            for item in left:
                del self.awaits[item]
            self.joined += left
            self.rest()

    @rule(data=st.data(), agent=AGENT)
    def skills_change(self, data: st.DataObject, agent: UUID) -> None:
        changed = data.draw(agents(agent))
        self.setup.agents[agent] = changed
        self.both("change_agent", changed)
        self.freed.append(agent)
        self.rest()

    @rule(seconds=st.sampled_from((1.0, 7.0, 12.0, 60.0)))
    def time_passes(self, seconds: float) -> None:
        self.tick(seconds)

    # ── what stays true ──────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def nobody_waits_for_somebody_who_is_free(self) -> None:
        for item in self.waiting.values():
            awaited = self.awaits.get(item.id)
            for agent in self.ready if awaited is None else self.ready & {awaited}:
                able = self.room(agent, item) and (awaited == agent or self.ring_of(agent, item) is not None)
                assert not able or (awaited is None and self.kept(agent, item)), f"{item.id} waits and {agent} is free"

    @invariant()
    def places_are_whole(self) -> None:
        for queue in self.setup.queues:
            in_order = self.routers[0].waiting(queue)
            assert {item.id for item in in_order} == {one.id for one in self.waiting.values() if one.queue_id == queue}
            for medium in MEDIA:
                places = [self.routers[0].position(item.id) for item in in_order if item.medium == medium]
                assert places == list(range(1, len(places) + 1)), "a medium's places are not in the queue's order"
                assert self.routers[0].waiting_count(queue, medium) == len(places)

    @invariant()
    def it_can_be_built_again(self) -> None:
        """From who waits and who is free alone: every queue has the same order."""
        again = Router(seed=7)
        again.configure(replace(self.setup, agents=dict(self.setup.agents)), self.now)
        for item in self.waiting.values():
            again.join(item, self.now)
        for queue in self.setup.queues:
            assert again.waiting(queue) == self.routers[0].waiting(queue)


TestFloor = Floor.TestCase
TestFloor.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
