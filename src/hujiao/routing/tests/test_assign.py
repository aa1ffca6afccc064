"""The router against the plain rule over many random days, and each criterion by example."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID

import pytest

from hujiao.routing.assign import Router
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
    Skills,
)
from hujiao.routing.floor import SPARE_LINES
from hujiao.routing.order import Criterion
from hujiao.routing.pairs import MOST
from hujiao.routing.score import Scorer
from hujiao.routing.tests.plain_room import has_room

SKILLS = [UUID(int=10 + number) for number in range(4)]
GROUPS = [UUID(int=20 + number) for number in range(2)]
QUEUES = [UUID(int=30 + number) for number in range(3)]
AGENTS = [UUID(int=100 + number) for number in range(8)]
SITES = ["north", "south"]
MIXES = [("voice",) * 3, ("voice", "chat", "email"), ("chat", "email", "voice"), ("email", "sms", "chat")]
SHARES = [(), (), (Share(medium="chat", weight=50, most=1), Share(medium="email", weight=20, most=3))]
HELD: list[tuple[str, ...]] = [(), (), ("email",), ("chat",), ("email", "email"), ("chat", "chat"), ("voice",)]
A, B, C = AGENTS[:3]
SALES, HELP = QUEUES[:2]


def ring(skills: dict[UUID, int], after: float | None = None, **more: Any) -> Ring:
    return Ring(who=(Requirement(skills=tuple(sorted(skills.items()))),), after_seconds=after, **more)


def agent(agent_id: UUID, skills: dict[UUID, int] | None = None, **more: Any) -> RoutingAgent:
    return RoutingAgent(id=agent_id, skills=tuple(sorted((skills or {SKILLS[0]: 5}).items())), **more)


def router(*agents: RoutingAgent, queues: list[RoutingQueue] | None = None, **setup: Any) -> Router:
    made = Router(seed=1, score=Scorer(lambda expression, said: pytest.fail(str(said))))
    queues = queues or [RoutingQueue(id=SALES, rings=(ring({SKILLS[0]: 1}),))]
    made.configure(Setup(queues={q.id: q for q in queues}, agents={a.id: a for a in agents}, **setup), 0.0)
    return made


def wait(made: Router, number: int, at: float, queue: UUID = SALES, **more: Any) -> UUID:
    item = Item(id=UUID(int=1000 + number), queue_id=queue, joined_at=at, **more)
    made.join(item, at)
    return item.id


def found(match: Match | None) -> Match:
    assert match is not None
    return match


# ── choosing the agent ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("order", "winner", "reason"),
    [
        ((AgentCriterion("proficiency"),), A, "proficiency"),
        ((AgentCriterion("longest_idle"),), B, "longest_idle"),
        ((AgentCriterion("fewest_handled"),), C, "fewest_handled"),
        ((AgentCriterion("least_occupied"),), A, "least_occupied"),
        ((AgentCriterion("expression", "agent['years']"),), C, "expression"),
        ((AgentCriterion("nearest_site"), AgentCriterion("proficiency")), B, "nearest_site"),
        ((), B, "longest_idle"),
    ],
)
def test_each_criterion_chooses_its_agent(order: tuple[AgentCriterion, ...], winner: UUID, reason: str) -> None:
    made = router(
        agent(A, {SKILLS[0]: 9}, site="north", facts={"years": 1}),
        agent(B, {SKILLS[0]: 5}, site="south", facts={"years": 2}),
        agent(C, {SKILLS[0]: 7}, site="north", facts={"years": 3}),
        **({"agent_order": order} if order else {}),
    )
    made.agent_free(A, 30.0, handled=9, busy_share=0.1)
    made.agent_free(B, 10.0, handled=8, busy_share=0.5)
    made.agent_free(C, 20.0, handled=2, busy_share=0.9)
    match = found(made.for_item(wait(made, 1, 40.0, site="south"), 40.0))
    assert (match.agent_id, match.reason, match.among) == (winner, reason, 3)
    assert match.over in AGENTS[:3] and match.over != winner


def test_the_lot_is_the_same_for_the_same_seed_and_falls_on_everybody() -> None:
    def day(seed: int) -> list[UUID]:
        made = Router(seed)
        queue = RoutingQueue(id=SALES, rings=(ring({SKILLS[0]: 1}),))
        agents = {one: agent(one) for one in AGENTS}
        made.configure(Setup(queues={SALES: queue}, agents=agents, agent_order=(AgentCriterion("random"),)), 0.0)
        served = []
        for turn in range(60):
            for one in AGENTS:
                made.agent_free(one, 0.0)
            item = wait(made, turn, float(turn))
            served.append(found(made.for_item(item, float(turn))).agent_id)
            made.leave(item)
        return served

    assert day(1) == day(1) != day(2)
    assert set(day(3)) == set(AGENTS)


def test_the_values_say_why() -> None:
    order = (AgentCriterion("proficiency"), AgentCriterion("longest_idle"))
    made = router(agent(A, {SKILLS[0]: 9}), agent(B, {SKILLS[0]: 9}), agent_order=order)
    made.agent_free(A, 10.0)
    made.agent_free(B, 20.0)
    match = found(made.for_item(wait(made, 1, 30.0), 30.0))
    assert match.values == (("proficiency", 9), ("longest_idle", 20.0))
    assert (match.agent_id, match.reason, match.over) == (A, "longest_idle", B)


# ── choosing the interaction ─────────────────────────────────────────────────────────────────────────────────────────


def two_queues(**setup: Any) -> Router:
    return router(
        agent(A, {SKILLS[0]: 3, SKILLS[1]: 8}),
        queues=[
            RoutingQueue(id=SALES, name="sales", rings=(ring({SKILLS[0]: 1}),), priority=setup.pop("priority", 0)),
            RoutingQueue(id=HELP, name="help", rings=(ring({SKILLS[1]: 1}),)),
        ],
        **setup,
    )


@pytest.mark.parametrize(
    ("order", "changes", "winner", "reason"),
    [
        ("queue_priority", {"priority": 2}, SALES, "queue_priority"),
        ("grade", {}, HELP, "grade"),
        ("age", {}, SALES, "age"),
        ("age", {"head_starts": {7: 60.0}}, HELP, "age"),
        ("agent_skill", {}, HELP, "agent_skill"),
        ("expression", {}, HELP, "expression"),
    ],
)
def test_each_criterion_chooses_its_interaction(order: Any, changes: dict[str, Any], winner: UUID, reason: str) -> None:
    made = two_queues(item_order=(ItemCriterion(order, "interaction['worth']"),), **changes)
    wait(made, 1, 0.0, SALES, grade=1, facts={"worth": 10})
    wait(made, 2, 30.0, HELP, grade=7, facts={"worth": 20})
    made.agent_free(A, 40.0)
    match = found(made.for_agent(A, 40.0))
    assert (match.queue_id, match.reason, match.among) == (winner, reason, 2)


def test_a_head_start_never_lets_anybody_starve() -> None:
    """A grade's head start is bounded: who has waited longer than it goes first."""
    made = router(agent(A), head_starts={9: 120.0})
    plain = wait(made, 1, 0.0)
    wait(made, 2, 100.0, grade=9)
    assert made.position(plain) == 2
    late = wait(made, 3, 121.0, grade=9)
    assert made.position(plain) == 2 and made.position(late) == 3


def test_nobody_overtakes_who_waits_for_the_same_agents() -> None:
    made = router(agent(A))
    first, second = wait(made, 1, 0.0), wait(made, 2, 1.0)
    made.agent_free(A, 2.0)
    assert made.for_item(second, 2.0) is None
    assert found(made.for_agent(A, 2.0)).interaction_id == first
    urgent = wait(made, 3, 3.0, priority=1)
    assert [made.position(one) for one in (urgent, first, second)] == [1, 2, 3]


# ── who waits for one agent ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_last_agent_is_waited_for_and_then_no_longer() -> None:
    made = router(agent(A), agent(B))
    made.agent_busy(A)
    made.agent_free(B, 0.0)
    item = wait(made, 1, 10.0, preferred=(Preferred(A, 40.0, "last_agent"),))
    assert made.for_item(item, 10.0) is None
    assert made.widens_at(item, 10.0) == 40.0
    assert not made.widen(item, 39.0)
    assert made.widen(item, 40.0)
    match = found(made.for_item(item, 40.0))
    assert (match.agent_id, match.ring) == (B, 0)


def test_the_waited_for_agent_takes_who_waits() -> None:
    made = router(agent(A), agent(B))
    made.agent_busy(A)
    wait(made, 1, 5.0)
    item = wait(made, 2, 10.0, preferred=(Preferred(A, 40.0, "customer_agent"),))
    made.agent_free(A, 20.0)
    match = found(made.for_agent(A, 20.0))
    assert (match.interaction_id, match.ring, match.reason) == (item, -1, "preferred")
    free = router(agent(A), agent(B))
    free.agent_free(A, 0.0)
    free.agent_free(B, 0.0)
    match = found(free.for_item(wait(free, 1, 10.0, preferred=(Preferred(B, 40.0, "last_agent"),)), 10.0))
    assert (match.agent_id, match.reason, match.ring) == (B, "last_agent", -1)


def test_nobody_waits_for_an_agent_who_is_not_there_or_goes() -> None:
    made = router(agent(A), agent(B))
    made.agent_free(B, 0.0)
    assert found(made.for_item(wait(made, 1, 1.0, preferred=(Preferred(A, 90.0, "last_agent"),)), 1.0)).agent_id == B
    made.agent_busy(A)
    item = wait(made, 2, 2.0, preferred=(Preferred(A, 90.0, "last_agent"),))
    assert made.agent_away(A, 3.0) == [item]
    made.leave(UUID(int=1001))
    assert found(made.for_item(item, 3.0)).agent_id == B


# ── rings ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def widening(**second: Any) -> Router:
    rings = (ring({SKILLS[0]: 5}), ring({SKILLS[0]: 1}, **second), ring({SKILLS[1]: 1}, after=60.0))
    return router(
        agent(A, {SKILLS[0]: 9}),
        agent(B, {SKILLS[0]: 2}),
        agent(C, {SKILLS[1]: 4}),
        queues=[RoutingQueue(id=SALES, rings=rings)],
    )


def test_rings_open_with_time_and_inner_ones_are_preferred() -> None:
    made = widening(after=20.0)
    made.agent_free(B, 0.0)
    made.agent_free(C, 0.0)
    item = wait(made, 1, 100.0)
    assert made.for_item(item, 100.0) is None
    assert made.widens_at(item, 100.0) == 120.0
    assert made.widen(item, 120.0)
    assert (found(made.for_item(item, 120.0)).agent_id, found(made.for_item(item, 120.0)).ring) == (B, 1)
    assert made.widens_at(item, 120.0) == 160.0
    made.widen(item, 160.0)
    assert made.widens_at(item, 160.0) is None
    assert found(made.for_item(item, 160.0)).agent_id == B
    made.agent_free(A, 161.0)
    assert found(made.for_item(item, 161.0)).agent_id == A
    made.agent_busy(A)
    made.agent_busy(B)
    assert found(made.for_item(item, 162.0)).ring == 2


def test_a_ring_opens_when_few_are_free() -> None:
    made = widening(free_at_most=0)
    made.agent_free(B, 0.0)
    assert found(made.for_item(wait(made, 1, 1.0), 1.0)).agent_id == B
    made.leave(UUID(int=1001))
    made.agent_free(A, 2.0)
    assert found(made.for_item(wait(made, 2, 3.0), 3.0)).agent_id == A


def test_a_ring_opens_when_the_expected_wait_is_long() -> None:
    made = widening(expected_wait_over=100.0)
    made.agent_free(B, 0.0)
    estimate: dict[int, float | None] = {0: 99.0}
    made.expected = lambda queue_id, medium, ahead: estimate[0]
    item = wait(made, 1, 0.0)
    assert made.for_item(item, 0.0) is None
    assert made.widens_at(item, 0.0) == 5.0
    assert not made.widen(item, 5.0)
    estimate[0] = 101.0
    assert made.widen(item, 10.0)
    assert found(made.for_item(item, 10.0)).agent_id == B


def test_own_needs_narrow_every_ring() -> None:
    made = widening(after=20.0)
    needs: Skills = ((SKILLS[0], 4),)
    made.agent_free(B, 0.0)
    item = wait(made, 1, 0.0, needs=needs)
    made.widen(item, 20.0)
    assert made.for_item(item, 20.0) is None
    made.agent_free(A, 21.0)
    assert found(made.for_agent(A, 21.0)).interaction_id == item


def test_who_is_left_out_of_one_is_offered_the_next_one() -> None:
    made = router(agent(A), agent(B))
    made.agent_free(A, 0.0)
    first = wait(made, 1, 1.0, left_out=frozenset({A}))
    second = wait(made, 2, 2.0)
    assert made.for_item(first, 2.0) is None
    assert found(made.for_agent(A, 2.0)).interaction_id == second
    assert made.explain(first, 2.0).free == ()
    made.agent_free(B, 3.0)
    assert found(made.for_item(first, 3.0)).agent_id == B
    made.leave(first)
    made.leave(second)
    for number in range(3, 3 + 2 * SPARE_LINES):
        made.leave(wait(made, number, 4.0, left_out=frozenset({UUID(int=number)})))
    assert found(made.for_item(wait(made, 3, 5.0, left_out=frozenset({B})), 5.0)).agent_id == A


def test_groups_and_sites() -> None:
    who = Requirement(groups=frozenset({GROUPS[0]}), sites=frozenset({"north"}))
    made = router(
        agent(A, groups=frozenset({GROUPS[0]}), site="south"),
        agent(B, groups=frozenset({GROUPS[1]}), site="north"),
        agent(C, groups=frozenset(GROUPS), site="north"),
        queues=[RoutingQueue(id=SALES, rings=(Ring(who=(who,)),))],
    )
    for one in (A, B, C):
        made.agent_free(one, 0.0)
    assert found(made.for_item(wait(made, 1, 1.0), 1.0)).agent_id == C


# ── tiers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reserved_agents_are_left_for_the_better_tier() -> None:
    made = router(
        agent(A, {SKILLS[0]: 5, SKILLS[1]: 5}),
        agent(B, {SKILLS[0]: 5, SKILLS[1]: 5}),
        queues=[
            RoutingQueue(id=SALES, rings=(ring({SKILLS[0]: 1}),), tier=0, reserved=1),
            RoutingQueue(id=HELP, rings=(ring({SKILLS[1]: 1}),), tier=1),
        ],
    )
    made.agent_free(A, 0.0)
    plain = wait(made, 1, 1.0, HELP)
    assert made.for_item(plain, 1.0) is None
    why = made.explain(plain, 1.0)
    assert why is not None and why.reserved_for == (SALES,) and why.free == (A,)
    assert made.for_agent(A, 1.0) is None
    made.agent_free(B, 2.0)
    assert found(made.for_agent(B, 2.0)).interaction_id == plain
    gold = wait(made, 2, 3.0, SALES)
    assert found(made.for_item(gold, 3.0)).agent_id == A


def test_an_agent_too_many_sets_a_reserved_one_free() -> None:
    """B serves the better tier only, but with B free A need not be kept for it."""
    made = router(
        agent(A, {SKILLS[0]: 5, SKILLS[1]: 5}),
        agent(B, {SKILLS[0]: 5}),
        queues=[
            RoutingQueue(id=SALES, rings=(ring({SKILLS[0]: 1}),), tier=0, reserved=1),
            RoutingQueue(id=HELP, rings=(ring({SKILLS[1]: 1}),), tier=1),
        ],
    )
    made.agent_free(A, 0.0)
    plain = wait(made, 1, 1.0, HELP)
    assert made.for_item(plain, 1.0) is None
    made.agent_free(B, 2.0)
    match = found(made.for_agent(B, 2.0))
    assert (match.interaction_id, match.agent_id) == (plain, A)


# ── changes in the middle of the work ────────────────────────────────────────────────────────────────────────────────


def test_a_changed_skill_acts_at_once() -> None:
    made = router(agent(A, {SKILLS[1]: 5}))
    made.agent_free(A, 0.0)
    item = wait(made, 1, 1.0)
    assert made.for_item(item, 1.0) is None
    made.change_agent(agent(A, {SKILLS[0]: 5}))
    assert found(made.for_agent(A, 2.0)).interaction_id == item


def test_explain_tells_who_could_and_what_comes_next() -> None:
    made = widening(after=20.0)
    made.agent_busy(A)
    item = wait(made, 1, 100.0)
    why = made.explain(item, 101.0)
    assert why is not None
    assert (why.position, why.ring, why.rings, why.next_ring_at) == (1, 0, 3, 120.0)
    assert (why.free, why.busy, why.away) == ((), 1, 0)
    made.widen(item, 120.0)
    why = made.explain(item, 120.0)
    assert why is not None and (why.busy, why.away) == (1, 1)


@pytest.mark.parametrize(
    ("second", "opens"), [({"free_at_most": 0, "after": 20.0}, 120.0), ({"free_at_most": 0}, None)]
)
def test_explain_tells_when_a_ring_opens_and_not_when_its_condition_is_looked_at_again(
    second: dict[str, Any], opens: float | None
) -> None:
    made = widening(**second)
    made.agent_free(A, 0.0)
    why = made.explain(wait(made, 1, 100.0), 101.0)
    assert why is not None and (why.ring, why.next_ring_at) == (0, opens)
    assert made.widens_at(why.interaction_id, 101.0) == 106.0


# ── against the plain rule ───────────────────────────────────────────────────────────────────────────────────────────


def random_setup(random: Random) -> Setup:
    def requirement() -> Requirement:
        chosen = random.sample(SKILLS, random.randint(0, 2))
        return Requirement(
            skills=tuple(sorted((skill, random.randint(1, 6)) for skill in chosen)),
            groups=frozenset(random.sample(GROUPS, random.randint(0, 1))),
            sites=frozenset(random.sample(SITES, 1) if random.random() < 0.2 else ()),
        )

    def rings() -> tuple[Ring, ...]:
        inner = [Ring(who=tuple({requirement() for _ in range(random.randint(1, 2))}))]
        outer = [Ring(who=(requirement(),), after_seconds=10.0 * (step + 1)) for step in range(random.randint(0, 2))]
        return (*inner, *outer)

    criteria = ["proficiency", "longest_idle", "fewest_handled", "least_occupied", "least_loaded", "nearest_site"]
    criteria += ["plugin"]
    orders: list[Any] = [_named(AgentCriterion, kind) for kind in random.sample(criteria, random.randint(1, 3))]
    kinds = ["real_time", "queue_priority", "grade", "age", "ring", "agent_skill", "preferred", "plugin"]
    items: list[Any] = [_named(ItemCriterion, kind) for kind in random.sample(kinds, random.randint(1, 4))]
    return Setup(
        queues={
            queue: RoutingQueue(
                id=queue,
                rings=rings(),
                priority=random.randint(0, 1),
                tier=random.randint(0, 1),
            )
            for queue in QUEUES
        },
        agents={one: random_agent(random, one) for one in AGENTS},
        agent_order=tuple(orders),
        item_order=tuple(items),
        head_starts={1: 15.0},
    )


def _named(criterion: Any, kind: str) -> Any:
    return criterion(kind, plugin="liking" if kind == "plugin" else "")


class Liking:
    """A strategy that has nothing to say of either side alone."""

    pairs = frozenset({"liking"})

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, criterion: Criterion, facts: Mapping[str, Any]) -> float:
        if "agent" not in facts or "interaction" not in facts:
            return 0.0
        self.asked += 1
        return liking(facts["agent"]["taste"], facts["interaction"]["taste"])


def liking(one: int, other: int) -> float:
    return float((one * 3 + other * 5) % 4)


def random_agent(random: Random, one: UUID) -> RoutingAgent:
    chosen = random.sample(SKILLS, random.randint(0, 3))
    return agent(
        one,
        {skill: random.randint(1, 9) for skill in chosen} or {SKILLS[0]: 1},
        groups=frozenset(random.sample(GROUPS, random.randint(0, 2))),
        site=random.choice(SITES),
        shares=random.choice(SHARES),
        facts={"taste": random.randint(0, 9)},
    )


class Plain:
    """The rule said plainly: walk over everybody each time."""

    def __init__(self, made: Router) -> None:
        self.made = made
        self.free: dict[UUID, tuple[float, int, float, tuple[str, ...]]] = {}
        self.items: dict[UUID, tuple[Item, int]] = {}

    def ring_of(self, one: UUID, item: Item, open_rings: int) -> tuple[int, int] | None:
        """The innermost open ring that the agent is in, and the agent's skill there."""
        who = self.made.setup.agents[one]
        skills = dict(who.skills)
        for at, part in enumerate(self.made.setup.queues[item.queue_id].rings[: open_rings + 1]):
            able = [
                sum(skills[skill] for skill, _ in need.skills)
                for need in part.who
                if all(skills.get(skill, 0) >= level for skill, level in need.skills)
                and (not need.groups or need.groups & who.groups)
                and (not need.sites or who.site in need.sites)
            ]
            if able:
                return at, max(able)
        return None

    def room(self, one: UUID, item: Item) -> bool:
        setup = self.made.setup
        return has_room(setup.agents[one], self.free[one][3], item.medium)

    def agent_for(self, item: Item, open_rings: int) -> UUID | None:
        keys = []
        for one, (since, handled, share, held) in self.free.items():
            where = self.ring_of(one, item, open_rings)
            if where and self.room(one, item):
                near = float(self.made.setup.agents[one].site != item.site)
                value = {
                    "proficiency": -where[1],
                    "longest_idle": since,
                    "fewest_handled": handled,
                    "least_occupied": share,
                    "least_loaded": self.load(one, held),
                    "nearest_site": near,
                    "plugin": -liking(self.made.setup.agents[one].facts["taste"], item.facts["taste"]),
                }
                order = [value[criterion.kind] for criterion in self.made.setup.agent_order]
                keys.append((where[0], *order, since, one.int))
        return UUID(int=int(min(keys)[-1])) if keys else None

    def load(self, one: UUID, held: tuple[str, ...]) -> int:
        own = {share.medium: share.weight for share in self.made.setup.agents[one].shares}
        return sum(own.get(name, MEDIA[name].weight) for name in held)

    def item_for(self, one: UUID) -> UUID | None:
        keys = []
        for item, open_rings in self.items.values():
            where = self.ring_of(one, item, open_rings)
            if where and self.room(one, item):
                setup = self.made.setup
                value = {
                    "real_time": not MEDIA[item.medium].real_time,
                    "queue_priority": -setup.queues[item.queue_id].priority,
                    "grade": -item.grade,
                    "age": item.joined_at - setup.head_starts.get(item.grade, 0.0),
                    "ring": where[0],
                    "agent_skill": -where[1],
                    "preferred": 1,
                    "plugin": -liking(setup.agents[one].facts["taste"], item.facts["taste"]),
                }
                order = [value[criterion.kind] for criterion in setup.item_order]
                keys.append((*order, item.joined_at, item.id.int))
        return UUID(int=int(min(keys)[-1])) if keys else None


@pytest.mark.parametrize("seed", range(60))
def test_the_router_decides_as_the_plain_rule_does(seed: int) -> None:
    random = Random(seed)
    made = Router(seed, Liking())
    made.configure(random_setup(random), 0.0)
    plain = Plain(made)
    media = random.choice(MIXES)
    now = 0.0
    for turn in range(150):
        now += random.random() * 5
        one = random.choice(AGENTS)
        match random.randint(0, 11):
            case 0:
                made.configure(random_setup(random), now)
            case 1:
                made.change_agent(random_agent(random, one))
            case 2 | 3:
                plain.free.pop(one, None)
                made.agent_busy(one)
            case 4 | 5 | 6 | 7:
                held = random.choice(HELD)
                figures = (float(random.randint(0, 40)), random.randint(0, 2), random.choice((0.1, 0.5)), held)
                plain.free[one] = figures
                made.agent_free(one, *figures)
            case 8 if plain.items:
                gone = random.choice(list(plain.items))
                del plain.items[gone]
                made.leave(gone)
            case _:
                item = Item(
                    id=UUID(int=1000 + turn),
                    queue_id=random.choice(QUEUES),
                    medium=random.choice(media),
                    joined_at=now - random.choice((0.0, 8.0)),
                    grade=random.randint(0, 1),
                    site=random.choice(SITES),
                    facts={"taste": random.randint(0, 9)},
                )
                made.join(item, now)
                plain.items[item.id] = (item, 0)
        for item_id, (item, _) in list(plain.items.items()):
            made.widen(item_id, now)
            rings = made.setup.queues[item.queue_id].rings
            opened = sum(now + 0.001 >= item.joined_at + (part.after_seconds or 0.0) for part in rings) - 1
            plain.items[item_id] = (item, opened)
        for item_id, (item, opened) in plain.items.items():
            match = made.for_item(item_id, now)
            if match:
                assert match.agent_id == plain.agent_for(item, opened)
            elif plain.agent_for(item, opened):  # somebody of the same line is before it
                others = [(other.queue_id, other.medium, at) for other, at in plain.items.values()]
                assert others.count((item.queue_id, item.medium, opened)) > 1
        for free in plain.free:
            match = made.for_agent(free, now)
            assert (match.interaction_id if match else None) == plain.item_for(free)
        for queue in QUEUES:
            waiting = [item for item, _ in plain.items.values() if item.queue_id == queue]
            assert {item.id for item in made.waiting(queue)} == {item.id for item in waiting}
            for medium in media:
                places = sorted(made.position(item.id) for item in waiting if item.medium == medium)
                assert places == list(range(1, len(places) + 1))


@pytest.mark.parametrize("side", ["agent", "interaction"])
def test_so_many_pairs_are_judged_for_a_decision_and_no_more(side: str) -> None:
    """Of eighty on the other side the first fifty: the one whom the strategy likes best comes later."""
    many = [UUID(int=500 + number) for number in range(80)]
    score, pair = Liking(), {"plugin": "liking"}
    made = Router(seed=1, score=score)
    made.configure(
        Setup(
            queues={SALES: RoutingQueue(id=SALES, rings=(ring({SKILLS[0]: 1}),))},
            agents={one: agent(one, facts={"taste": int(at == 60)}) for at, one in enumerate(many)},
            agent_order=(AgentCriterion("plugin", **pair),),
            item_order=(ItemCriterion("plugin", **pair),),
        ),
        0.0,
    )
    if side == "agent":
        for at, one in enumerate(many):
            made.agent_free(one, float(at))
        match = found(made.for_item(wait(made, 1, 100.0, facts={"taste": 0}), 100.0))
        assert (match.agent_id, match.reason) == (many[0], "longest_idle")
    else:
        waiting = [wait(made, at, float(at), facts={"taste": int(at == 40)}) for at in range(80)]
        made.agent_free(many[0], 100.0)
        match = found(made.for_agent(many[0], 100.0))
        assert (match.interaction_id, match.reason) == (waiting[40], "plugin")
    assert score.asked == MOST


def test_who_waits_for_an_agent_is_judged_with_them() -> None:
    made = Router(seed=1, score=Liking())
    made.configure(
        Setup(
            queues={SALES: RoutingQueue(id=SALES, rings=(ring({SKILLS[0]: 1}),))},
            agents={A: agent(A, facts={"taste": 0})},
            item_order=(ItemCriterion("plugin", plugin="liking"),),
        ),
        0.0,
    )
    made.agent_busy(A)
    own = wait(made, 1, 1.0, preferred=(Preferred(A, 60.0, "last_agent"),), facts={"taste": 0})
    made.agent_free(A, 2.0)
    assert found(made.for_agent(A, 2.0)).reason == "last_agent"
    liked = wait(made, 2, 3.0, facts={"taste": 3})
    match = found(made.for_agent(A, 3.0))
    assert (match.interaction_id, match.over, match.values) == (liked, own, (("plugin", 3.0),))
