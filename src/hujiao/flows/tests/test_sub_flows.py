"""Flows as steps of other flows, in the interpreter and before publishing."""

from __future__ import annotations

from dataclasses import replace as with_
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.flows import contracts as flows
from hujiao.flows.check import check
from hujiao.flows.document import FlowDocument
from hujiao.flows.machine import MOST_DATA, MOST_DEPTH, step
from hujiao.flows.nodes.base import Called
from hujiao.flows.tests.test_kinds import NOTHING

MAIN, PAY, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
BYE = {"type": "hang_up"}
MENU = {"type": "menu", "prompts": ["menu"], "keys": {"1": "end"}}


def call(**fields: Any) -> dict[str, Any]:
    return {"type": "sub_flow", "flow": str(PAY), "next": "end", **fields}


def document(**nodes: dict[str, Any]) -> FlowDocument:
    return FlowDocument.model_validate({"start": "start", "nodes": {"end": BYE, **nodes}})


class Running:
    """One caller in flows that call each other."""

    def __init__(self, start: FlowDocument, *, secrets: dict[str, Any] | None = None, **called: FlowDocument) -> None:
        self.main = start
        known = {
            str(flow_id): (7, called[name]) for name, flow_id in (("pay", PAY), ("other", OTHER)) if name in called
        }
        self.caller = flows.Caller(caller="13800000001", called="95001", language="zh-CN", flow_of=known.get)
        self.run = flows.FlowRun(flow_id=MAIN, version=1, node="start", variables={"level": 3}, secrets=secrets or {})
        self.effects: list[flows.FlowEffect] = []
        self.take(flows.Begin())

    def take(self, event: flows.FlowEvent) -> None:
        self.run, effects = step(self.main, self.run, event, self.caller)
        self.effects += effects

    def noted(self, kind: str) -> list[dict[str, Any]]:
        return [one.data for one in self.effects if isinstance(one, flows.Note) and one.kind == kind]

    def problems(self) -> list[tuple[str, str]]:
        return [(one.field, one.said.key) for one in self.effects if isinstance(one, flows.Problem)]


PAYS = document(
    start={"type": "parameters", "values": {"amount": "", "currency": "'CNY'"}, "next": "double"},
    double={"type": "set", "values": {"twice": "vars.amount * 2", "level": "99"}, "next": "back"},
    back={"type": "results", "values": {"paid": "vars.twice", "in": "vars.currency"}},
)


def test_parameters_go_in_and_results_come_out_and_nothing_else() -> None:
    there = Running(
        document(start=call(parameters={"amount": "vars.level + 1"}, results={"paid": "sum", "in": "money"})), pay=PAYS
    )
    assert there.run.variables == {"level": 3, "sum": 8, "money": "CNY"}
    assert (there.run.flow_id, there.run.version, there.run.frames) == (MAIN, 1, ())
    assert there.noted("flow.called") == [{"node": "start", "flow_id": str(PAY), "version": 7, "values": {"amount": 4}}]
    assert [one["node"] for one in there.noted("flow.node")] == ["start", "start", "double", "back", "end"]
    assert there.noted("flow.returned") == [
        {"node": "start", "flow_id": str(PAY), "values": {"sum": 8, "money": "CNY"}}
    ]


def test_a_flow_that_ends_by_itself_comes_back_with_nothing() -> None:
    asks = document(start={**MENU, "tries": 1, "keys": {"1": "end"}})
    there = Running(document(start=call(results={"paid": "sum"})), pay=asks)
    assert (there.run.flow_id, there.run.phase) == (PAY, "playing")
    there.take(flows.Key("9"))
    assert (there.run.flow_id, there.run.node, there.run.phase) == (MAIN, "end", "over")
    assert there.run.variables == {"level": 3}, "what is not given back leaves the caller's as they were"


def test_hanging_up_in_it_ends_the_call() -> None:
    there = Running(document(start=call(next="start")), pay=document(start=BYE))
    assert there.effects[-1] == flows.End(reason="flow_ended", wanted=True)


def test_keys_typed_ahead_walk_into_it_and_out_again() -> None:
    asks = document(start={**MENU, "keys": {"3": "back"}}, back={"type": "results"})
    main = document(start={**MENU, "keys": {"1": "pay"}}, pay=call(next="last"), last={**MENU, "keys": {"2": "end"}})
    there = Running(main, pay=asks)
    for key in "132":
        there.take(flows.Key(key))
    assert (there.run.phase, there.run.keys) == ("over", "132")
    waiting = Running(document(start={"type": "play", "prompts": ["hello"], "next": "pay"}, pay=call(next="last"),
                               last={**MENU, "keys": {"2": "end"}}), pay=asks)  # fmt: skip
    for key in "32":
        waiting.take(flows.Key(key))
    waiting.take(flows.Played(waiting.run.playback))
    assert (waiting.run.phase, waiting.run.keys) == ("over", "32"), "pressed while something played that takes no keys"


def test_a_short_cut_in_writing_walks_through_menus_of_all_flows() -> None:
    asks = document(start={**MENU, "keys": {"3": "back"}}, back={"type": "results"})
    main = document(start={**MENU, "keys": {"1": "pay"}}, pay=call(next="last"), last={**MENU, "keys": {"2": "end"}})
    for written in ("1-3-2", " 1 3-2 "):
        there = Running(main, pay=asks)
        there.take(flows.Text(written))
        assert (there.run.phase, there.run.keys) == ("over", "132"), written
        played = [one for one in there.effects if isinstance(one, flows.PlayNamed)]
        assert len(played) == 1, "the menus between are not written out"
    for number in ("132", "1-32", "2026-12-01", "13800138000"):
        there = Running(main, pay=asks)
        there.take(flows.Text(number))
        assert there.run.typed_ahead == "" and there.run.keys in ("1", "2"), "a number is no way through menus"
    wrong = Running(main, pay=asks)
    wrong.take(flows.Text("9-3-2"))
    assert (wrong.run.node, wrong.run.typed_ahead) == ("start", ""), "what begins with no choice is no short cut"


def test_what_was_typed_in_secret_stays_secret_on_the_way_in_and_out() -> None:
    inside = document(
        start={"type": "set", "values": {"twice": "vars.pin + vars.pin"}, "next": "ask"},
        ask={"type": "menu", "prompts": ["menu"], "keys": {"1": "back"}},
        back={"type": "results", "values": {"doubled": "vars.twice", "length": "2"}},
    )
    main = document(start=call(parameters={"pin": "vars.pin"}, results={"doubled": "d", "length": "l"}))
    there = Running(main, secrets={"pin": "8642"}, pay=inside)
    assert there.run.variables == {}
    assert there.run.secrets == {"pin": "8642", "twice": "86428642"}
    assert there.run.frames[0].secrets == {"pin": "8642"}
    there.take(flows.Key("1"))
    assert there.run.variables == {"level": 3, "l": 2}
    assert there.run.secrets == {"pin": "8642", "d": "86428642"}
    assert "8642" not in str(there.effects)


def test_one_that_is_not_published_leads_on_by_failed_and_is_told() -> None:
    there = Running(document(start=call(on_failure="sorry"), sorry={"type": "play", "prompts": ["p"], "next": "end"}))
    assert there.run.node == "sorry"
    assert there.problems() == [("flow", "problem.no_flow")]
    without = Running(document(start=call()))
    assert without.run.phase == "failing"
    assert without.noted("flow.failed")[0]["code"] == "problem.no_flow"


def test_flows_that_call_themselves_come_to_an_end() -> None:
    there = Running(
        document(start=call(on_failure="end")), pay=document(start=call(next="back"), back={"type": "results"})
    )
    assert there.run.phase == "failing"
    assert there.noted("flow.failed")[0]["code"] == "problem.too_deep"
    assert len(there.run.frames) == MOST_DEPTH
    there.take(flows.Played(there.run.playback))
    assert there.effects[-1] == flows.End(reason="flow_error")


def test_what_flows_in_flows_know_is_bounded_together() -> None:
    main = document(start={"type": "set", "values": {"big": "'" + "x" * 1900 + "'"}, "next": "pay"},
                    pay=call(on_failure="end"))  # fmt: skip
    there = Running(main, pay=document(start={"type": "play", "prompts": ["p"], "next": "end"}))
    assert there.run.flow_id == PAY
    full = replace(flows.FlowRun(flow_id=MAIN, version=1, node="pay"), variables={"x": "x" * MOST_DATA})
    run, effects = step(main, full, flows.Begin(), there.caller)
    assert (run.flow_id, run.node) == (MAIN, "end")
    assert [one.said.key for one in effects if isinstance(one, flows.Problem)] == ["problem.too_much_data"]


def test_a_take_over_asks_anew_in_the_flow_where_the_caller_is() -> None:
    there = Running(
        document(start=call()), pay=document(start={**MENU, "keys": {"3": "back"}}, back={"type": "results"})
    )
    there.take(flows.GoTo(there.run.node))
    assert (there.run.flow_id, there.run.phase) == (PAY, "playing")
    there.take(flows.Key("3"))
    assert there.run.phase == "over" and there.run.flow_id == MAIN


def test_names_are_checked_before_publishing() -> None:
    takes = PAYS.called()
    assert takes == Called(
        parameters=frozenset({"amount", "currency"}), required=frozenset({"amount"}), results=frozenset({"paid", "in"})
    )
    nodes = {
        "start": call(parameters={"amout": "1"}, results={"payed": "sum"}, next="gone"),
        "gone": call(flow=str(OTHER)),
        "end": BYE,
    }
    known = with_(NOTHING, flows={str(PAY): takes})
    found = {(one.node, one.field, one.message) for one in check({"start": "start", "nodes": nodes}, known)}
    assert found == {
        ("start", "parameters.amount", "flow.parameter_missing"),
        ("start", "parameters.amout", "flow.parameter_unknown"),
        ("start", "results.payed", "flow.result_unknown"),
        ("gone", "flow", "flow.unknown_flow"),
    }
