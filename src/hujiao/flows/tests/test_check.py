from __future__ import annotations

from typing import Any

from hujiao.flows.check import check, expressions, wrong_expressions
from hujiao.flows.nodes.base import Known

QUEUES, PROMPTS, HOURS = frozenset({"q1"}), frozenset({"hello"}), frozenset({"h1"})
SKILL = "00000000-0000-0000-0000-000000000009"
SKILLS, SOURCES = frozenset({SKILL}), {"s1": frozenset({"number"})}


def found(nodes: dict[str, Any], start: str = "a") -> set[tuple[str, str | None, str | None, str]]:
    document = {"version": 1, "start": start, "nodes": nodes}
    known = Known(
        queues=QUEUES,
        prompts=PROMPTS,
        hours=HOURS,
        skills=SKILLS,
        sources=SOURCES,
        refusal=lambda number: "number_beyond_bounds" if number.startswith("+44") else None,
        wrong=wrong_expressions(expressions(document)),
    )
    return {(finding.severity, finding.node, finding.field, finding.message) for finding in check(document, known)}


END = {"type": "hang_up"}


def test_a_right_flow_has_no_problems() -> None:
    menu = {"type": "menu", "prompts": ["hello"], "keys": {"1": "wait"}, "on_timeout": "end"}
    branch = {"type": "branch", "cases": [{"when": "caller.startsWith('1')", "next": "menu"}], "otherwise": "end"}
    nodes = {
        "open": {"type": "hours", "hours": "h1", "open": "a", "closed": "end"},
        "a": branch,
        "menu": menu,
        "wait": {"type": "queue", "queue": "q1", "after": "end"},
        "end": END,
    }
    assert found(nodes, "open") == set()


def test_problems_name_node_and_field() -> None:
    nodes = {
        "a": {"type": "menu", "prompts": ["hello", "nothing"], "keys": {"1": "nowhere"}, "on_invalid": "b"},
        "b": {"type": "set", "values": {"x": "1 +"}, "next": "c"},
        "c": {"type": "branch", "cases": [{"when": "nobody == 1", "next": "gone"}], "otherwise": "d"},
        "d": {"type": "queue", "queue": "q2", "on_timeout": "e"},
        "e": {"type": "hours", "hours": "h2", "open": "d", "closed": "d", "emergency": "gone"},
        "lost": END,
    }
    assert found(nodes) == {
        ("error", "a", "prompts.1", "flow.unknown_prompt"),
        ("error", "a", "keys.1", "flow.unknown_node"),
        ("error", "b", "values.x", "flow.bad_expression"),
        ("error", "c", "cases.0.when", "flow.bad_expression"),
        ("error", "c", "cases.0.next", "flow.unknown_node"),
        ("error", "d", "queue", "flow.unknown_queue"),
        ("error", "e", "hours", "flow.unknown_hours"),
        ("error", "e", "emergency", "flow.unknown_node"),
        ("warning", "lost", None, "flow.unreachable"),
    }


def test_a_number_that_is_not_called() -> None:
    nodes = {
        "a": {"type": "transfer", "to": "+442079460000", "on_failure": "b"},
        "b": {"type": "call_back", "queue": "q1", "number": "+442079460000", "next": "c", "on_failure": "c"},
        "c": {"type": "call_back", "number": "{{wanted}}", "next": "d"},
        "d": {"type": "transfer", "to": "13800138000"},
    }
    assert found(nodes) == {
        ("error", "a", "to", "error.number_beyond_bounds"),
        ("error", "b", "number", "error.number_beyond_bounds"),
    }


def test_what_is_typed_in_secret_is_spoken_and_dialled_nowhere() -> None:
    ask = {"type": "collect", "prompts": ["hello"], "variable": "pin", "secret": True, "next": "b"}
    nodes = {
        "a": ask,
        "b": {"type": "say", "text": "{{ pin }} {{other}}", "next": "c"},
        "c": {"type": "call_back", "number": "{{pin}}", "next": "d", "queue": "q1"},
        "d": {"type": "transfer", "to": "{{pin}}", "on_failure": "a"},
    }
    assert {one for one in found(nodes) if one[3] == "flow.secret_in_text"} == {
        ("warning", "b", "text", "flow.secret_in_text"),
        ("warning", "c", "number", "flow.secret_in_text"),
        ("warning", "d", "to", "flow.secret_in_text"),
    }


def test_a_start_that_is_not_there() -> None:
    assert ("error", None, "start", "flow.no_start") in found({"a": END}, start="z")


def test_a_wrong_shape_names_the_node_and_field() -> None:
    assert found({"a": {"type": "play", "prompts": [], "next": "a", "colour": "red"}}) == {
        ("error", "a", "prompts", "error.too_few"),
        ("error", "a", "colour", "error.unknown_field"),
    }
    ((_, node, _, _),) = found({"a": {"type": "teleport"}})
    assert node == "a"


def test_a_way_that_leads_nowhere_is_told_as_that() -> None:
    nodes = {
        "a": {"type": "menu", "prompts": ["hello"], "keys": {"1": ""}, "on_timeout": ""},
        "b": {"type": "branch", "cases": [{"when": "", "next": ""}]},
        "c": {"type": "say", "text": "", "next": ""},
    }
    assert found(nodes) == {
        ("error", "a", "keys.1", "flow.leads_nowhere"),
        ("error", "a", "on_timeout", "flow.leads_nowhere"),
        ("error", "b", "otherwise", "flow.leads_nowhere"),
        ("error", "b", "cases.0.next", "flow.leads_nowhere"),
        ("error", "b", "cases.0.when", "error.too_short"),
        ("error", "c", "text", "error.too_short"),
        ("error", "c", "next", "flow.leads_nowhere"),
    }


def test_what_can_be_read_is_checked_though_other_steps_cannot() -> None:
    nodes = {
        "a": {"type": "answer", "next": "b"},
        "b": {"type": "set", "values": {"x": "1 +"}, "next": "c"},
        "c": {"type": "play", "prompts": ["nothing"], "next": ""},
        "d": {"type": "queue", "queue": "q2", "on_timeout": "c", "after": "gone"},
    }
    assert found(nodes) == {
        ("error", "b", "values.x", "flow.bad_expression"),
        ("error", "c", "next", "flow.leads_nowhere"),
        ("error", "d", "queue", "flow.unknown_queue"),
        ("error", "d", "after", "flow.unknown_node"),
    }


def test_rings_without_a_wait() -> None:
    count = {"type": "set", "values": {"x": "1"}, "next": "more"}
    again = {"type": "branch", "cases": [{"when": "keys == ''", "next": "count"}], "otherwise": "end"}
    nodes = {"a": {"type": "answer", "next": "count"}, "count": count, "more": again, "end": END}
    assert found(nodes) == {("warning", "more", "cases.0.next", "flow.hasty_ring")}
    endless = {**nodes, "more": {**again, "otherwise": "count"}}
    assert ("error", "more", "cases.0.next", "flow.endless_ring") in found(endless)
    waits = {**nodes, "more": {"type": "play", "prompts": ["hello"], "next": "count"}}
    assert found(waits) == {("warning", "end", None, "flow.unreachable")}
