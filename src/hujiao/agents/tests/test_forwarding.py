"""Call forwarding: for what an agent's calls are forwarded, how far, and that loops end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from hujiao.agents.contracts import AgentState, CallForwarded, State
from hujiao.agents.forwarding import Forwarding, ForwardRule, ForwardWhy, Hop, Trail, condition, follow
from hujiao.agents.machine import step

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
A, B, C, D = (UUID(int=number) for number in range(1, 5))
NUMBER = ForwardRule(to="number", target="13900000001")


def to(agent: UUID) -> ForwardRule:
    return ForwardRule(to="agent", target=str(agent))


def agent(state: State, *, unreachable: bool = False) -> AgentState:
    return AgentState(agent_id=A, state=state, since=NOW, unreachable_since=NOW if unreachable else None)


def walk(
    rules: dict[UUID, Forwarding],
    begins: ForwardWhy | None,
    *,
    trail: Trail = Trail(),
    busy: frozenset[UUID] = frozenset(),
    there: frozenset[UUID] = frozenset(),
    closed: frozenset[str] = frozenset(),
) -> Trail:
    """From A on; `busy` are in a call, what is `closed` cannot be called."""

    def hop(one: UUID, why: ForwardWhy, rule: ForwardRule) -> Hop | None:
        if rule.target in closed:
            return None
        return Hop(agent_id=one, agent_name="", why=why, to=rule.to, target=rule.target, name="")

    def rule(one: UUID, why: ForwardWhy) -> ForwardRule:
        found = rules[one].rule(why)
        assert found
        return found

    return follow(
        A,
        begins,
        trail,
        rule=rule,
        at_once=lambda one: rules.get(one, Forwarding()).at_once(agent("engaged" if one in busy else "available")),
        hop=hop,
        there=there,
    )


def hops(trail: Trail) -> list[tuple[UUID, str, str]]:
    return [(one.agent_id, one.why, one.target) for one in trail.hops]


@pytest.mark.parametrize(
    ("state", "unreachable", "why"),
    [
        ("available", False, None),
        ("available", True, "no_answer"),
        ("logged_out", False, "no_answer"),
        ("not_ready", False, "busy"),
        ("reserved", False, "busy"),
        ("engaged", False, "busy"),
        ("wrap_up", False, "busy"),
    ],
)
def test_what_an_agent_is_for_a_call(state: State, unreachable: bool, why: str | None) -> None:
    assert condition(agent(state, unreachable=unreachable)) == why
    assert condition(None) == "no_answer"


def test_always_comes_first_and_a_rule_acts_only_where_it_fits() -> None:
    both = Forwarding(always=NUMBER, busy=to(B))
    assert both.at_once(agent("engaged")) == "always" == both.at_once(agent("available"))
    busy = Forwarding(busy=to(B))
    assert [busy.at_once(agent(state)) for state in ("engaged", "available", "logged_out")] == ["busy", None, None]
    assert Forwarding(no_answer=to(B)).at_once(agent("available")) is None, "the phone rings first"
    assert Forwarding(no_answer=to(B)).at_once(None) == "no_answer", "nobody is there whom it would ring for"
    assert both.on == ["always", "busy"]


def test_a_call_goes_on_by_the_rules_of_the_next_one() -> None:
    rules = {A: Forwarding(always=to(B)), B: Forwarding(busy=NUMBER)}
    assert hops(walk(rules, "always", busy=frozenset({B}))) == [(A, "always", str(B)), (B, "busy", NUMBER.target)]
    assert hops(walk(rules, "always")) == [(A, "always", str(B))], "who is free is called"
    assert walk(rules, None) == Trail()


def test_it_is_forwarded_twice_at_most() -> None:
    rules = {one: Forwarding(always=to(other)) for one, other in ((A, B), (B, C), (C, D))}
    trail = walk(rules, "always")
    assert hops(trail) == [(A, "always", str(B)), (B, "always", str(C))]
    assert (trail.stopped, trail.stopped_at) == ("too_many", C)


def test_it_never_comes_back() -> None:
    rules = {A: Forwarding(always=to(B)), B: Forwarding(always=to(A))}
    trail = walk(rules, "always")
    assert hops(trail) == [(A, "always", str(B))] and (trail.stopped, trail.stopped_at) == ("loop", B)
    there = walk({A: Forwarding(busy=to(C))}, "busy", there=frozenset({C}))
    assert (there.hops, there.stopped) == ((), "loop"), "who calls is not called"


def test_after_ringing_it_goes_on_from_where_it_was() -> None:
    came = Trail(hops=(Hop(agent_id=B, agent_name="", why="always", to="agent", target=str(A), name=""),))
    rules = {A: Forwarding(no_answer=to(B)), B: Forwarding()}
    assert walk(rules, "no_answer", trail=came).stopped == "loop"
    onward = walk({A: Forwarding(no_answer=to(C)), C: Forwarding(always=to(D))}, "no_answer", trail=came)
    assert [one.target for one in onward.hops] == [str(A), str(C)] and onward.stopped == "too_many"


def test_a_rule_that_leads_nowhere_is_as_none() -> None:
    trail = walk({A: Forwarding(always=NUMBER)}, "always", closed=frozenset({NUMBER.target}))
    assert (trail.hops, trail.stopped, trail.stopped_at) == ((), "not_possible", A)


def test_the_agent_is_told_of_the_last_one() -> None:
    event = CallForwarded(caller="1002 Li", why="busy", to="number", name="139")
    told = step(agent("engaged"), event, NOW + timedelta(seconds=5)).forwarded
    assert told and (told.at, told.caller, told.why, told.name) == (
        NOW + timedelta(seconds=5),
        "1002 Li",
        "busy",
        "139",
    )
    gone = agent("logged_out")
    assert step(gone, event, NOW) is gone, "nobody is there to be told"
