"""Blending against random floors: it never flaps, never goes below its bounds, and is fair."""

from __future__ import annotations

from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hujiao.routing import blending
from hujiao.routing.blending import AgentNow, Back, BlendRule, BlendState, Measures, Move, Out

RULE = BlendRule(
    id=UUID(int=1),
    out=Out(service_level=0.9, waiting_at_most=0, idle_at_least=2, for_seconds=30),
    back=Back(service_level=0.8, waiting_over=2, longest_wait_over=15),
    out_per_minute=2,
    back_per_minute=4,
    least_outbound_seconds=60,
    least_inbound_seconds=120,
    inbound_at_least=2,
)
STEP = 5.0


class Floor:
    """Agents who do what the rule says; `now` is turned by the test."""

    def __init__(self, rule: BlendRule, count: int, places: int = 1) -> None:
        self.rule = rule
        self.state = BlendState()
        self.now = 1_000_000.0
        self.agents = {
            UUID(int=100 + at): AgentNow(
                id=UUID(int=100 + at), since=self.now, idle_since=self.now, places=(f"room {at % places}",)
            )
            for at in range(count)
        }
        self.moves: list[tuple[float, Move]] = []

    def step(self, waiting: int = 0, level: float | None = None, longest_wait: float = 0.0) -> tuple[Move, ...]:
        measures = Measures(
            service_level=level, waiting=waiting, longest_wait=longest_wait, agents=tuple(self.agents.values())
        )
        self.state, moves = blending.step(self.rule, self.state, measures, self.now)
        for move in moves:
            self.apply(move)
        self.now += STEP
        return moves

    def apply(self, move: Move) -> None:
        agent = self.agents[move.agent_id]
        self.moves.append((self.now, move))
        if move.to == "out":
            assert agent.idle_since is not None and agent.work == "inbound" and agent.movable
            agent = replace(agent, work="outbound", since=self.now, starts=agent.starts + 1)
        else:
            assert agent.work == "outbound" and agent.movable and not agent.leaving
            if agent.idle_since is None:
                agent = replace(agent, leaving=True)
            else:
                agent = self.came_back(agent)
        self.agents[agent.id] = agent

    def came_back(self, agent: AgentNow) -> AgentNow:
        seconds = agent.seconds + self.now - agent.since
        return replace(agent, work="inbound", leaving=False, since=self.now, seconds=seconds)

    def inbound(self) -> int:
        return sum(agent.inbound for agent in self.agents.values())

    def out(self) -> int:
        return sum(agent.work == "outbound" for agent in self.agents.values())


FLOORS = st.builds(Floor, st.just(RULE), st.integers(3, 9), st.integers(1, 3))
WORLD = st.tuples(st.integers(0, 5), st.none() | st.floats(0.5, 1.0), st.floats(0, 40), st.integers(0, 2**32))


@given(FLOORS, st.lists(WORLD, min_size=5, max_size=120))
@settings(max_examples=60)
def test_whatever_happens_the_bounds_hold(floor: Floor, worlds: list[tuple[int, float | None, float, int]]) -> None:
    for waiting, level, longest_wait, seed in worlds:
        random = Random(seed)
        for agent in list(floor.agents.values()):
            busy = random.random() < 0.4
            idle = (
                agent if busy is (agent.idle_since is None) else replace(agent, idle_since=None if busy else floor.now)
            )
            if idle.idle_since is not None and idle.leaving:
                idle = floor.came_back(idle)
            floor.agents[agent.id] = idle
        before = floor.inbound()
        moves = floor.step(waiting, level, longest_wait)
        out = sum(move.to == "out" for move in moves)
        assert out in (0, len(moves))  # never both ways at once
        assert not out or floor.inbound() >= RULE.inbound_at_least
        assert floor.inbound() >= min(before, RULE.inbound_at_least)
        for to, most in (("out", RULE.out_per_minute), ("back", RULE.back_per_minute)):
            assert sum(move.to == to and floor.now - STEP - at < 60 for at, move in floor.moves) <= most
    last: dict[UUID, tuple[float, Move]] = {}
    for at, move in floor.moves:
        if move.agent_id in last and move.why.reason != "too_few":
            least = RULE.least_outbound_seconds if move.to == "back" else RULE.least_inbound_seconds
            assert at - last[move.agent_id][0] >= least
            assert move.to != last[move.agent_id][1].to
        last[move.agent_id] = (at, move)


@given(st.integers(3, 20), st.integers(0, 2**32))
@settings(max_examples=40)
def test_a_noisy_constant_load_between_the_thresholds_moves_nobody(count: int, seed: int) -> None:
    random = Random(seed)
    floor = Floor(RULE, count)
    for _ in range(500):
        floor.step(waiting=random.choice([1, 2]), level=random.uniform(0.8, 0.95), longest_wait=random.uniform(0, 15))
    assert not floor.moves


@given(st.integers(3, 20), st.integers(0, 2**32))
@settings(max_examples=40)
def test_noise_about_the_outer_threshold_brings_nobody_back(count: int, seed: int) -> None:
    """What is calm now and then lets agents go, one way only: no flapping."""
    random = Random(seed)
    floor = Floor(RULE, count)
    for _ in range(500):
        floor.step(waiting=random.choice([0, 0, 1]), level=random.uniform(0.85, 1.0))
    assert all(move.to == "out" for _, move in floor.moves)
    assert len(floor.moves) <= count - RULE.inbound_at_least


def test_calm_has_to_last_and_some_idle_stay() -> None:
    floor = Floor(RULE, 6)
    while floor.now < 1_000_000 + RULE.out.for_seconds:
        assert not floor.step()
    moves = floor.step()
    assert [move.to for move in moves] == ["out", "out"] and moves[0].why.reason == "calm"
    floor.step(waiting=1)  # no longer calm: the time begins anew
    quiet_from = floor.now
    while not floor.step():
        pass
    assert floor.now - STEP - quiet_from >= RULE.out.for_seconds
    for _ in range(200):
        floor.step()
    assert floor.inbound() == RULE.inbound_at_least


def test_each_sign_of_load_calls_back_and_says_which() -> None:
    for waiting, level, wait, reason in (
        (3, None, 0.0, "waiting"),
        (1, None, 15.1, "longest_wait"),
        (0, 0.79, 0.0, "service_level"),
    ):
        floor = Floor(RULE, 8)
        for _ in range(60):
            floor.step()
        assert floor.out()
        moves = floor.step(waiting, level, wait)
        assert {(move.to, move.why.reason) for move in moves} == {("back", reason)}
        assert len(moves) == min(RULE.back_per_minute, floor.out() + len(moves))


def test_when_too_few_are_left_agents_come_back_before_their_time() -> None:
    floor = Floor(RULE, 3)
    while not floor.moves:
        floor.step()
    inbound = [agent.id for agent in floor.agents.values() if agent.work == "inbound"]
    del floor.agents[inbound[0]]  # signs out
    moves = floor.step()
    assert [(move.to, move.why.reason) for move in moves] == [("back", "too_few")]


def test_who_is_busy_with_outbound_work_comes_after_the_idle_and_counts_as_there() -> None:
    floor = Floor(replace(RULE, back_per_minute=1), 6)
    for _ in range(60):
        floor.step()
    out = [agent for agent in floor.agents.values() if agent.work == "outbound"]
    assert len(out) >= 2
    for agent in out[1:]:
        floor.agents[agent.id] = replace(agent, idle_since=None)
    assert floor.step(waiting=5)[0].agent_id == out[0].id
    floor.now += 60
    called = floor.step(waiting=5)[0].agent_id
    assert floor.agents[called].leaving
    floor.now += 60
    assert called not in {move.agent_id for move in floor.step(waiting=5)}


@given(st.integers(4, 12), st.integers(1, 4), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_equals_are_moved_equally_often_and_rooms_in_turn(count: int, rooms: int, seed: int) -> None:
    random = Random(seed)
    rule = replace(RULE, out_per_minute=random.randint(1, 3), least_inbound_seconds=0.0, least_outbound_seconds=0.0)
    floor = Floor(rule, count, rooms)
    for _ in range(40):
        for _ in range(random.randint(8, 40)):
            floor.step()
        while floor.out():
            floor.step(waiting=9)
    starts = [agent.starts for agent in floor.agents.values()]
    assert max(starts) - min(starts) <= 1
    by_room = [
        [agent.starts for agent in floor.agents.values() if agent.places == (f"room {room}",)] for room in range(rooms)
    ]
    means = [sum(room) / len(room) for room in by_room if room]
    assert max(means) - min(means) <= 1


def test_among_who_started_equally_often_the_room_that_started_least_goes_first() -> None:
    floor = Floor(replace(RULE, out_per_minute=1), 6, places=2)
    gone = []
    while len(gone) < 4:
        gone += [floor.agents[move.agent_id].places[0] for move in floor.step()]
    assert sorted(gone[:2]) == sorted(gone[2:]) == ["room 0", "room 1"]


def test_who_is_pinned_stays_and_the_rest_take_turns() -> None:
    floor = Floor(RULE, 8)
    pinned = [UUID(int=100), UUID(int=101)]
    floor.agents[pinned[0]] = replace(floor.agents[pinned[0]], movable=False)
    floor.agents[pinned[1]] = replace(floor.agents[pinned[1]], movable=False, work="outbound")
    for round_ in range(6):
        for _ in range(40):
            floor.step(waiting=9 if round_ % 2 else 0)
    assert floor.moves and not {move.agent_id for _, move in floor.moves} & set(pinned)


def test_a_rule_that_suggests_moves_nobody_until_it_is_accepted() -> None:
    floor = Floor(replace(RULE, mode="suggest"), 6)
    for _ in range(20):
        assert not floor.step()
    suggestion = floor.state.suggestion
    assert suggestion and suggestion.direction == "out" and len(suggestion.agents) == 2
    first, second = suggestion.agents
    floor.agents[first] = replace(floor.agents[first], idle_since=None)  # took a call meanwhile
    measures = Measures(agents=tuple(floor.agents.values()))
    floor.state, moves = blending.accept(floor.rule, floor.state, measures, floor.now)
    assert [move.agent_id for move in moves] == [second]
    assert floor.state.suggestion is None
    assert blending.accept(floor.rule, floor.state, measures, floor.now)[1] == ()


def test_a_dismissed_suggestion_is_not_made_again_for_some_minutes_but_the_other_way_is() -> None:
    floor = Floor(replace(RULE, mode="suggest"), 6)
    while not floor.state.suggestion:
        floor.step()
    floor.state = blending.dismiss(floor.state, floor.now)
    dismissed = floor.now
    out = next(iter(floor.agents))
    floor.agents[out] = replace(floor.agents[out], work="outbound", since=0.0)
    floor.step(waiting=9)
    assert floor.state.suggestion and floor.state.suggestion.direction == "back"
    while not (floor.state.suggestion and floor.state.suggestion.direction == "out"):
        floor.step()
    assert floor.now - dismissed >= blending.DISMISSED_SECONDS


@given(st.lists(st.tuples(st.floats(0, 2000), st.booleans()), max_size=60))
def test_the_service_level_is_that_of_the_last_minutes(calls: list[tuple[float, bool]]) -> None:
    rule = replace(RULE, level_seconds=300.0)
    state, begin = BlendState(), 60_000.0
    calls.sort()
    for at, in_time in calls:
        state = blending.counted(state, rule, in_time, begin + at)
    now = begin + (calls[-1][0] if calls else 0)
    recent = [good for at, good in calls if (begin + at) // 60 > (now - 300) // 60]
    assert blending.service_level(state, rule, now) == (sum(recent) / len(recent) if recent else None)
    assert len(state.calls) <= 6


def test_the_same_floor_gives_the_same_moves() -> None:
    def run() -> list[tuple[float, Move]]:
        floor, random = Floor(RULE, 9, 3), Random(7)
        for _ in range(300):
            floor.step(random.randint(0, 4), random.uniform(0.7, 1), random.uniform(0, 20))
        return floor.moves

    assert run() == run()
