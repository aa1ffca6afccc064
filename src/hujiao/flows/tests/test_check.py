from __future__ import annotations

from typing import Any

from hujiao.flows.check import check

QUEUES, PROMPTS = frozenset({"q1"}), frozenset({"hello"})


def found(nodes: dict[str, Any], start: str = "a") -> set[tuple[str, str | None, str | None, str]]:
    document = {"version": 1, "start": start, "nodes": nodes}
    return {
        (finding.severity, finding.node, finding.field, finding.message)
        for finding in check(document, queues=QUEUES, prompts=PROMPTS)
    }


END = {"type": "hang_up"}


def test_a_right_flow_has_no_problems() -> None:
    menu = {"type": "menu", "prompts": ["hello"], "keys": {"1": "wait"}, "on_timeout": "end"}
    branch = {"type": "branch", "cases": [{"when": "caller.startsWith('1')", "next": "menu"}], "otherwise": "end"}
    nodes = {"a": branch, "menu": menu, "wait": {"type": "queue", "queue": "q1", "after": "end"}, "end": END}
    assert found(nodes) == set()


def test_problems_name_node_and_field() -> None:
    nodes = {
        "a": {"type": "menu", "prompts": ["hello", "nothing"], "keys": {"1": "nowhere"}, "on_invalid": "b"},
        "b": {"type": "set", "values": {"x": "1 +"}, "next": "c"},
        "c": {"type": "branch", "cases": [{"when": "nobody == 1", "next": "gone"}], "otherwise": "d"},
        "d": {"type": "queue", "queue": "q2"},
        "lost": END,
    }
    assert found(nodes) == {
        ("error", "a", "prompts.1", "flow.unknown_prompt"),
        ("error", "a", "keys.1", "flow.unknown_node"),
        ("error", "b", "values.x", "flow.bad_expression"),
        ("error", "c", "cases.0.when", "flow.bad_expression"),
        ("error", "c", "cases.0.next", "flow.unknown_node"),
        ("error", "d", "queue", "flow.unknown_queue"),
        ("warning", "lost", None, "flow.unreachable"),
    }


def test_a_start_that_is_not_there() -> None:
    assert ("error", None, "start", "flow.no_start") in found({"a": END}, start="z")


def test_a_wrong_shape_names_the_node_and_field() -> None:
    assert found({"a": {"type": "play", "prompts": [], "next": "a"}}) == {
        ("error", "a", "prompts", "flow.bad_field"),
    }
    ((_, node, _, _),) = found({"a": {"type": "teleport"}})
    assert node == "a"
