"""Look-ups, splits, and queues by expressions."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hujiao.flows import contracts as flows
from hujiao.flows.check import check, expressions, wrong_expressions
from hujiao.flows.document import FlowDocument
from hujiao.flows.machine import step
from hujiao.flows.nodes import split
from hujiao.flows.nodes.base import Known

CALLER = flows.Caller(
    caller="13800000001", called="95001", language="zh-CN", customer="+8613800000001", interaction="i-1"
)
SKILL = UUID(int=9)
BYE = {"type": "hang_up"}
LOOK_UP = {
    "type": "look_up",
    "source": "s1",
    "parameters": {"number": "caller"},
    "prefix": "crm_",
    "next": "next",
    "on_failure": "failed",
}


def go(
    nodes: dict[str, Any], event: flows.FlowEvent | None = None, run: flows.FlowRun | None = None
) -> tuple[flows.FlowRun, list[flows.FlowEffect]]:
    document = FlowDocument.model_validate({"version": 1, "start": "start", "nodes": nodes})
    run = run or flows.FlowRun(flow_id=UUID(int=1), version=1, node="start", variables={"level": "7"})
    return step(document, run, event or flows.Begin(), CALLER)


def only(effects: list[flows.FlowEffect], kind: Any) -> Any:
    found = [effect for effect in effects if isinstance(effect, kind)]
    assert len(found) == 1
    return found[0]


WAYS = {"start": LOOK_UP, "next": BYE, "absent": BYE, "failed": BYE}


def test_a_source_is_asked_with_what_its_parameters_are_worth() -> None:
    run, effects = go(WAYS)
    assert run.phase == "looking_up"
    asked = only(effects, flows.AskSource)
    assert (asked.source, asked.parameters, asked.serial) == ("s1", {"number": "13800000001"}, run.playback)


@pytest.mark.parametrize(
    ("outcome", "changes", "ways"),
    [
        ("ok", {}, "next"),
        ("not_found", {}, "next"),
        ("not_found", {"on_not_found": "absent"}, "absent"),
        ("timeout", {}, "failed"),
        ("timeout", {"on_failure": None}, "next"),
    ],
)
def test_every_outcome_has_its_way_and_its_values(outcome: Any, changes: dict[str, Any], ways: str) -> None:
    nodes = {**WAYS, "start": {**LOOK_UP, **changes}}
    run, _ = go(nodes)
    looked = flows.Looked(serial=run.playback, outcome=outcome, values={"grade": 5})
    after, effects = go(nodes, looked, run)
    assert after.node == ways
    assert after.variables == {"level": "7", "crm_grade": 5}
    facts = [effect.data for effect in effects if isinstance(effect, flows.Note) and effect.kind == "flow.looked_up"]
    assert [fact["outcome"] for fact in facts] == [outcome]


def test_an_answer_that_comes_too_late_is_nobodys() -> None:
    run, _ = go(WAYS)
    late = flows.Looked(serial=run.playback - 1, outcome="ok", values={"grade": 5})
    assert go(WAYS, late, run) == (run, [])


def test_keys_pressed_meanwhile_are_kept() -> None:
    nodes = {**WAYS, "next": {"type": "menu", "prompts": ["menu"], "keys": {"1": "absent"}}}
    run, _ = go(nodes)
    run, _ = go(nodes, flows.Key("1"), run)
    run, _ = go(nodes, flows.Looked(serial=run.playback, outcome="ok", values={}), run)
    assert run.node == "absent"


def test_a_parameter_that_fails_is_told_and_asked_as_null() -> None:
    nodes = {**WAYS, "start": {**LOOK_UP, "parameters": {"number": "vars.missing"}}}
    _, effects = go(nodes)
    assert only(effects, flows.AskSource).parameters == {"number": None}
    assert only(effects, flows.Problem).field == "parameters.number"


def queue(**fields: Any) -> tuple[flows.ToQueue, list[flows.Problem]]:
    _, effects = go({"start": {"type": "queue", "queue": "q1", **fields}})
    return only(effects, flows.ToQueue), [effect for effect in effects if isinstance(effect, flows.Problem)]


def test_a_queue_by_expressions() -> None:
    needs = {str(SKILL): "vars.level", str(UUID(int=8)): "0"}
    wanted, problems = queue(queue_from="'q' + '2'", priority_from="1 + 2", needs=needs)
    assert (wanted.queue, wanted.wanted, wanted.priority, wanted.needs) == ("q1", "q2", 3, {SKILL: 7})
    assert not problems


def test_what_fails_falls_back_to_what_is_written() -> None:
    wanted, problems = queue(
        queue_from="vars.gone", priority=4, priority_from="'high'", needs={str(SKILL): "vars.gone"}
    )
    assert (wanted.wanted, wanted.priority, wanted.needs) == ("", 4, {})
    assert [problem.field for problem in problems] == ["queue_from", "priority_from", f"needs.{SKILL}"]


def a_split(*percents: float, by: str = "interaction") -> split.Split:
    branches = [{"percent": percent, "next": f"n{at}"} for at, percent in enumerate(percents)]
    return split.Split.model_validate({"type": "split", "branches": branches, "by": by})


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.uuids())
def test_proportions_are_kept(shares: list[int], salt: UUID) -> None:
    if not sum(shares):
        shares = [*shares, 1]
    percents = [round(share * 100 / sum(shares), 2) for share in shares]
    percents[-1] = round(100 - sum(percents[:-1]), 2)
    if percents[-1] < 0:
        return
    node, many = a_split(*percents), 4000
    assert split.adds_up(node)
    taken = Counter(split.way(node, str(salt), str(number)) for number in range(many))
    for at, percent in enumerate(percents):
        expected, spread = many * percent / 100, (many * percent / 100 * (1 - percent / 100)) ** 0.5
        assert abs(taken[at] - expected) <= 6 * spread + 1, (percents, taken)


@given(st.text(min_size=1), st.text())
def test_the_same_goes_the_same_way(who: str, place: str) -> None:
    node = a_split(30, 30, 40)
    assert split.way(node, place, who) == split.way(node, place, who)


def test_splits_in_a_row_are_independent() -> None:
    node = a_split(50, 50)
    both = Counter((split.way(node, "one", str(n)), split.way(node, "two", str(n))) for n in range(4000))
    assert all(abs(count - 1000) < 150 for count in both.values())


def test_by_the_caller_the_contact_makes_no_difference() -> None:
    nodes = {
        "start": {"type": "split", "by": "caller", "branches": [{"percent": 50, "next": f"n{at}"} for at in (0, 1)]},
        "n0": BYE,
        "n1": BYE,
    }
    document = FlowDocument.model_validate({"version": 1, "start": "start", "nodes": nodes})
    run = flows.FlowRun(flow_id=UUID(int=1), version=1, node="start")

    def ways(**changes: str) -> set[str]:
        begun = [replace(CALLER, interaction=str(number), **changes) for number in range(50)]
        return {step(document, run, flows.Begin(), caller)[0].node for caller in begun}

    assert len(ways()) == 1
    assert ways(caller="+8613800000001") == ways(caller="008613800000001") == ways(), "one customer, one way"
    assert len(ways(caller="", customer="")) == 2, "who shows no number is told apart by the contact"


def test_what_is_wrong_is_refused_with_its_place() -> None:
    document = {
        "version": 1,
        "start": "start",
        "nodes": {
            "start": {"type": "split", "branches": [{"percent": 60, "next": "ask"}, {"percent": 30.5, "next": "q"}]},
            "ask": {"type": "look_up", "source": "s1", "parameters": {"nummer": "caller +"}, "next": "gone"},
            "gone": {"type": "look_up", "source": "s2", "next": "q"},
            "q": {"type": "queue", "queue": "q1", "queue_from": "nobody", "needs": {str(UUID(int=5)): "1"}},
        },
    }
    known = Known(
        queues=frozenset({"q1"}),
        prompts=frozenset(),
        hours=frozenset(),
        skills=frozenset({str(SKILL)}),
        sources={"s1": frozenset({"number"})},
        refusal=lambda number: None,
        wrong=wrong_expressions(expressions(document)),
    )
    found = check(document, known)
    assert {(one.node, one.field, one.message) for one in found} == {
        ("start", "branches", "flow.split_sum"),
        ("ask", "parameters.number", "flow.source_parameter_missing"),
        ("ask", "parameters.nummer", "flow.source_parameter_unknown"),
        ("ask", "parameters.nummer", "flow.bad_expression"),
        ("gone", "source", "flow.unknown_source"),
        ("q", "queue_from", "flow.bad_expression"),
        ("q", f"needs.{UUID(int=5)}", "flow.unknown_skill"),
    }
    assert [one.detail for one in found if one.message == "flow.split_sum"] == [{"sum": "90.5"}]
