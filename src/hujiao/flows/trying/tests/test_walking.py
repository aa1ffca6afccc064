"""Flows walked by a script: every kind of step, what the world answers, and what the tests of a flow say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hujiao.flows.document import KINDS
from hujiao.flows.trying.script import Around, Script, Walked
from hujiao.flows.trying.testing import Expected, difference, run_all
from hujiao.flows.trying.walking import MOST_STEPS, asked, walk
from hujiao.hours.contracts import Schedule, Span

FLOW, CALLED, SOURCE, HOURS, SKILL = UUID(int=7), UUID(int=8), "source", "hours", str(UUID(int=9))
NOON, NIGHT = datetime(2026, 6, 1, 4, tzinfo=UTC), datetime(2026, 6, 1, 18, tzinfo=UTC)  # in Shanghai 12:00 and 02:00
WORKDAY = Schedule(id=UUID(int=3), name="day", zone="Asia/Shanghai", weekly=((Span(9 * 60, 18 * 60),),) * 7, special={})
AROUND = Around(
    now=NOON,
    language="zh-CN",
    schedules={HOURS: WORKDAY},
    prompts=frozenset((name, "zh-CN") for name in ("hello", "menu", "number", "system_failure")),
    sources={SOURCE: {"level": 0, "name": ""}},
    zone="Asia/Shanghai",
    flows={
        str(CALLED): {
            "version": 1,
            "start": "take",
            "nodes": {
                "take": {"type": "parameters", "values": {"n": ""}, "next": "play"},
                "play": {"type": "play", "prompts": ["hello"], "next": "give"},
                "give": {"type": "results", "values": {"twice": "vars.n + vars.n"}},
            },
        }
    },
)
BYE = {"type": "hang_up"}
WAIT = {"do": "wait"}


def press(keys: str) -> dict[str, Any]:
    return {"do": "press", "keys": keys}


def happen(what: str) -> dict[str, Any]:
    return {"do": "happen", "what": what}


def document(**nodes: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "start": next(iter(nodes)), "nodes": {**nodes, "bye": BYE, "other": BYE}}


def walked(flow: dict[str, Any], *acts: dict[str, Any], **said: Any) -> Walked:
    return walk(flow, FLOW, Script.model_validate({"acts": list(acts), **said}), AROUND, "en")


# Of every kind: the node, and for each way out the acts that lead to where.
EVERY_KIND: dict[str, tuple[dict[str, Any], list[tuple[list[dict[str, Any]], str, str]]]] = {
    "answer": ({"next": "bye"}, [([], "next", "flow_ended")]),
    "play": ({"prompts": ["hello"], "next": "bye"}, [([WAIT], "next", "flow_ended")]),
    "say": ({"text": "Hi", "next": "bye"}, [([WAIT], "next", "flow_ended")]),
    "menu": (
        {"prompts": ["menu"], "keys": {"1": "bye", "2": "bye"}, "tries": 1, "on_timeout": "other"},
        [
            ([press("1")], "keys.1", "flow_ended"),
            ([press("2")], "keys.2", "flow_ended"),
            ([WAIT, WAIT], "on_timeout", "flow_ended"),
        ],
    ),
    "collect": (
        {"prompts": ["number"], "variable": "n", "tries": 1, "next": "bye", "on_timeout": "other"},
        [([press("12#")], "next", "flow_ended"), ([WAIT, WAIT], "on_timeout", "flow_ended")],
    ),
    "record_message": ({"prompts": ["hello"], "next": "bye"}, [([WAIT, WAIT], "next", "flow_ended")]),
    "language": (
        {"keys": {"1": "en"}, "prompts": ["menu"], "next": "bye"},
        [([press("1")], "next", "flow_ended"), ([WAIT] * 4, "next", "flow_ended")],
    ),
    "parameters": ({"values": {"n": "1"}, "next": "bye"}, [([], "next", "flow_ended")]),
    "sub_flow": (
        {"flow": str(CALLED), "parameters": {"n": "2"}, "results": {"twice": "four"}, "next": "bye"},
        [([WAIT], "next", "flow_ended")],
    ),
    "set": ({"values": {"n": "1 + 1"}, "next": "bye"}, [([], "next", "flow_ended")]),
    "branch": (
        {"cases": [{"when": "caller == '1'", "next": "bye"}], "otherwise": "bye"},
        [([], "otherwise", "flow_ended")],
    ),
    "hours": ({"hours": HOURS, "open": "bye", "closed": "bye"}, [([], "open", "flow_ended")]),
    "split": ({"branches": [{"percent": 100, "next": "bye"}]}, [([], "branches.0", "flow_ended")]),
    "look_up": (
        {"source": SOURCE, "next": "bye", "on_not_found": "other", "on_failure": "other"},
        [
            ([{"do": "answer"}], "next", "flow_ended"),
            ([{"do": "answer", "outcome": "not_found"}], "on_not_found", "flow_ended"),
            ([{"do": "answer", "outcome": "timeout", "seconds": 2}], "on_failure", "flow_ended"),
        ],
    ),
    "queue_figures": ({"queue": "q", "next": "bye"}, [([{"do": "figures", "waiting": 3}], "next", "flow_ended")]),
    "queue": (
        {"queue": "q", "keys": {"1": "bye"}, "on_timeout": "other", "after": "bye"},
        [
            ([happen("answered")], "after", "flow_ended"),
            ([happen("nobody")], "on_timeout", "flow_ended"),
            ([press("1")], "keys.1", "flow_ended"),
        ],
    ),
    "call_back": (
        {"next": "bye", "on_failure": "other"},
        [([happen("done")], "next", "flow_ended"), ([happen("refused")], "on_failure", "flow_ended")],
    ),
    "transfer": ({"to": "13900139000", "on_failure": "other"}, [([happen("nobody")], "on_failure", "flow_ended")]),
    "conference": (
        {"room": "r", "on_ended": "bye", "on_left": "bye", "on_full": "bye", "on_refused": "bye"},
        [([happen(what)], f"on_{what}", "flow_ended") for what in ("ended", "left", "full", "refused")],
    ),
    "agent_telephone": (
        {"next": "bye", "tries": 1, "on_refused": "other"},
        [
            ([press("1001#"), press("1234#"), happen("refused")], "on_refused", "flow_ended"),
            ([press("1001#"), press("1234#"), happen("done"), press("#")], "next", "flow_ended"),
        ],
    ),
}
NO_WAY_OUT = {"hang_up", "return", "results"}


def test_every_kind_of_step_is_walked_here() -> None:
    assert EVERY_KIND.keys() | NO_WAY_OUT == KINDS.keys()


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_each_way_out_of_a_step_is_known_by_its_name(kind: str) -> None:
    fields, ways = EVERY_KIND[kind]
    flow = document(step={"type": kind, **fields})
    for acts, way, ended in ways:
        found = walked(flow, *acts)
        assert (found.misfit, found.ways, found.ended) == (None, [("step", way)], ended), found.steps


def test_a_step_says_what_was_heard_and_how_the_variables_changed() -> None:
    ask = {"type": "collect", "prompts": ["number", "gone"], "variable": "n", "next": "set"}
    flow = document(ask=ask, set={"type": "set", "values": {"twice": "vars.n + vars.n"}, "next": "bye"})
    found = walked(flow, press("12#"))
    asking, typed, *_ = found.steps
    assert (asking.heard[0].prompts, asking.heard[0].missing, asking.act) == (["number", "gone"], ["gone"], None)
    assert (typed.act, typed.before, typed.after) == (0, {}, {"n": "12"})
    assert [one.after for one in found.steps if one.node == "set"] == [{"n": "12", "twice": "1212"}]
    assert found.path == ["ask", "set", "bye"]


def test_what_is_typed_in_secret_is_shown_nowhere_and_asked_of_the_source_as_it_is() -> None:
    ask = {"type": "collect", "prompts": ["number"], "variable": "pin", "secret": True, "next": "look"}
    look = {"type": "look_up", "source": SOURCE, "parameters": {"pin": "vars.pin"}, "next": "bye"}
    flow, acts = document(ask=ask, look=look), [press("987654#")]
    found = walked(flow, *acts)
    assert found.waits == "source" and found.question and found.variables == {"pin": "•••"}
    assert "987654" not in repr(found)
    script = Script.model_validate({"acts": acts})
    question = asked(flow, FLOW, script, AROUND)
    assert question and question.parameters == {"pin": "987654"}
    told = walked(flow, *acts, {"do": "answer", "values": {"name": "987654", "level": 3}})
    assert told.variables == {"pin": "•••", "level": 3, "name": "•••"} and "987654" not in repr(told)


def test_a_flow_that_is_called_is_walked_too_and_is_no_part_of_the_path() -> None:
    call = {"type": "sub_flow", "flow": str(CALLED), "parameters": {"n": "2"}, "results": {"twice": "four"}}
    flow = document(play={**call, "next": "bye"})  # called as the step in the other flow
    found = walked(flow, WAIT)
    assert [(one.flow, one.node) for one in found.steps] == [
        (None, "play"), (str(CALLED), "take"), (str(CALLED), "play"), (str(CALLED), "play"), (str(CALLED), "give"),
        (None, "bye"),
    ]  # fmt: skip
    assert (found.path, found.ways, found.ended) == (["play", "bye"], [("play", "next")], "flow_ended")
    assert (found.steps[1].after, found.variables) == ({"n": 2}, {"four": 4})
    coverage = run_all(flow, FLOW, [("a", Script.model_validate({"acts": [WAIT]}), Expected())], AROUND).coverage
    assert (coverage.nodes, coverage.ways) == (["bye", "play"], [("play", "next")])


def test_what_is_heard_follows_the_language_that_is_chosen() -> None:
    choose = {"type": "language", "keys": {"1": "en"}, "prompts": ["menu"], "next": "say"}
    flow = document(choose=choose, say={"type": "set", "values": {"in": "language"}, "next": "bye"})
    assert walked(flow, press("1")).variables == {"in": "en"}


def test_business_hours_are_those_of_the_chosen_time() -> None:
    flow = document(hours={"type": "hours", "hours": HOURS, "open": "bye", "closed": "other"})
    assert walked(flow).path[-1] == "bye"
    assert walked(flow, at=NIGHT).path[-1] == "other"
    assert walked(flow, at=NIGHT + timedelta(hours=8)).path[-1] == "bye"


def test_an_act_that_has_no_meaning_ends_the_walk_and_is_named() -> None:
    flow = document(menu={"type": "menu", "prompts": ["menu"], "keys": {"1": "bye"}})
    found = walked(flow, happen("answered"), press("1"))
    assert (found.misfit, found.node, found.waits, found.ended) == (0, "menu", "playing", None)
    assert walked(flow, press("1"), WAIT).misfit == 1


def test_a_prompt_that_is_missing_ends_as_in_a_call() -> None:
    found = walked(document(play={"type": "play", "prompts": ["gone"], "next": "bye"}), WAIT)
    assert found.ended == "flow_error" and found.steps[-2].problems


def test_a_ring_without_end_is_bounded() -> None:
    ring = {"type": "set", "values": {"n": "1"}, "next": "ring"}
    found = walked(document(ring=ring), WAIT)
    assert found.ended == "flow_error" and len(found.steps) < MOST_STEPS
    play = {"type": "play", "prompts": ["hello"], "next": "ring"}
    assert len(walked(document(ring={**ring, "next": "play"}, play={**play}), *[WAIT] * 300).steps) < MOST_STEPS


def test_large_variables_cut_a_walk_off() -> None:
    ring = {"type": "set", "values": {"n": "1"}, "next": "play"}
    large = {"type": "set", "values": {f"v{n}": "'" + "x" * 1900 + "'" for n in range(24)}, "next": "ring"}
    play = {"type": "play", "prompts": ["hello"], "next": "ring"}
    found = walked(document(large=large, ring=ring, play=play), *[WAIT] * 300)
    assert found.cut_off and len(found.steps) < 200


MENU = document(menu={"type": "menu", "prompts": ["menu"], "keys": {"1": "bye", "2": "other"}})


def test_the_first_difference_is_told_with_its_place() -> None:
    to_other = walked(MENU, press("2"))
    assert difference(Expected(path=["menu", "other"], ended="flow_ended"), to_other) is None
    found = difference(Expected(path=["menu", "bye"]), to_other)
    assert found and (found.what, found.node, found.name, found.expected, found.found) == (
        "path", "menu", "2", "bye", "other",
    )  # fmt: skip
    wrong = difference(Expected(variables={"n": 1}), to_other)
    assert wrong and (wrong.what, wrong.name, wrong.expected, wrong.found) == ("variable", "n", 1, None)
    one = walked(document(set={"type": "set", "values": {"n": "1"}, "next": "bye"}))
    assert difference(Expected(variables={"n": 1}), one) is None
    assert difference(Expected(variables={"n": True}), one), "one is not true"
    waiting = walked(MENU)
    assert difference(Expected(ended=""), waiting) is None and difference(Expected(ended=""), to_other)
    ended = difference(Expected(ended="completed"), to_other)
    assert ended and (ended.what, ended.found) == ("ended", "flow_ended")
    misfit = difference(Expected(), walked(MENU, press("2"), WAIT))
    assert misfit and (misfit.what, misfit.name) == ("misfit", "2")


def test_coverage_is_of_all_tests_together() -> None:
    def script(keys: str) -> Script:
        return Script.model_validate({"acts": [press(keys)]})

    one = run_all(MENU, FLOW, [("a", script("1"), Expected())], AROUND).coverage
    assert (one.nodes, one.ways, one.all_nodes, one.all_ways) == (["bye", "menu"], [("menu", "keys.1")], 3, 2)
    both = run_all(MENU, FLOW, [("a", script("1"), Expected()), ("b", script("2"), Expected())], AROUND)
    assert len(both.coverage.nodes) == 3 and len(both.coverage.ways) == 2
    assert [test.difference for test in both.tests] == [None, None]
