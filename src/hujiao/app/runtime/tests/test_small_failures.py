"""What one call, flow or command brings about stays with it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime import culprit
from hujiao.app.runtime.tenant.turn import AgentCommand, TimerFired
from hujiao.app.runtime.tenant.work import BrokenInvariant
from hujiao.app.runtime.tests.company import BILLS, DOCUMENT, FLOW, NUMBER, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_callbacks import Callers, settings
from hujiao.calls import contracts as calls
from hujiao.flows import machine as flow_machine
from hujiao.flows.document import FlowDocument
from hujiao.flows.machine import LONGEST_PATH, MOST_DATA, MOST_KEYS
from hujiao.kit.expressions import use_sandbox
from hujiao.kit.sandbox import Sandbox

BRANCH = {"type": "branch", "cases": [{"when": "keys == 'x'", "next": "out"}], "otherwise": "out"}


@pytest.mark.parametrize(
    ("out", "end"),
    [
        ({"type": "hang_up"}, "flow_ended"),
        ({"type": "transfer", "to": "13900000009"}, None),
        ({"type": "record_message", "next": "out"}, None),
        ({"type": "queue", "queue": "repairs"}, None),
    ],
)
def test_a_flow_for_waiting_callers_that_leads_out_at_once(out: dict[str, Any], end: str | None) -> None:
    company = Callers(settings(waiting={"say": BRANCH, "out": out}, announce_every_seconds=10))
    company.call("a", "1")
    company.wait(20)
    if end:
        assert company.ends() == [end]
        assert company.engine.live == {}
        company.call("b", "1")  # and the next one is served as before
        assert company.state("b") == "queued"
    else:
        assert company.state("a") != "ended"


def flow(nodes: dict[str, Any]) -> Company:
    document = FlowDocument.model_validate({"version": 1, "start": "start", "nodes": nodes})
    return Company(replace(config(), flows={(FLOW, 1): document}))


BYE = {"type": "hang_up"}


@pytest.mark.parametrize(
    "nodes",
    [
        {"start": {"type": "set", "values": {"x": "1"}, "next": "start"}},
        {"start": {"type": "queue_figures", "queue": "bills", "next": "start"}},
        {"start": {"type": "look_up", "source": "none", "next": "start"}},
        {"start": {"type": "call_back", "number": "x", "next": "start", "on_failure": "start"}},
        {"start": {"type": "split", "branches": [{"percent": 100, "next": "start"}]}},
    ],
    ids=["set", "figures", "look-up", "call-back", "split"],
)
def test_a_ring_without_a_wait_fails_its_flow_and_is_told(nodes: dict[str, Any]) -> None:
    company = flow(nodes)
    company.call("a")
    assert company.last("flow.failed")["code"] == "problem.endless_ring"
    assert ("flow", "main › start") in [(one.kind, one.place) for one in company.problems]
    assert len(company.dated) < 3_000
    company.hang_up("a")
    assert company.engine.live == {}


def test_a_queue_that_is_full_and_leads_back_to_itself() -> None:
    company = flow({"start": {"type": "queue", "queue": "bills", "on_timeout": "start"}})
    company.engine.config = replace(company.engine.config, limits=replace(company.engine.config.limits, waiting=0))
    company.call("a")
    assert company.last("flow.failed")["code"] == "problem.endless_ring"


def test_a_call_that_goes_round_for_ever_with_waits_ends_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_machine, "MOST_NODES", 2 * LONGEST_PATH)
    company = flow({"start": {"type": "play", "prompts": ["greeting"], "next": "start"}})
    company.call("a")
    for _ in range(2 * LONGEST_PATH):
        if "flow.failed" in company.kinds():
            break
        company.played("a")
    assert str(2 * LONGEST_PATH) in company.last("flow.failed")["error"]
    record = company.engine.live[company.engine.legs["a"]]
    assert record.flow and len(record.flow.path) == LONGEST_PATH


def test_a_caller_who_presses_keys_all_day_fills_nothing() -> None:
    company = flow({"start": {"type": "play", "prompts": ["greeting"], "next": "ask"}, "ask": {
        "type": "menu", "prompts": ["menu"], "keys": {"1": "ask"}}})  # fmt: skip
    company.call("a")
    for _ in range(3 * MOST_KEYS):
        company.press("a", "1")
    company.played("a")
    for _ in range(3 * MOST_KEYS):
        company.press("a", "1")
    record = company.engine.live[company.engine.legs["a"]]
    assert record.flow
    assert len(record.flow.keys) <= MOST_KEYS
    assert len(record.flow.typed_ahead) <= MOST_KEYS


def test_the_data_of_a_call_has_a_size_in_all() -> None:
    values = {f"v{number}": "vars.x" for number in range(40)}
    company = flow({
        "start": {"type": "set", "values": {"x": "'0123456789'"}, "next": "double"},
        "double": {"type": "set", "values": {"x": "vars.x + vars.x"}, "next": "branch"},
        "branch": {"type": "branch", "cases": [{"when": "size(vars.x) > 4000", "next": "all"}], "otherwise": "double"},
        "all": {"type": "set", "values": values, "next": "wait"},
        "wait": {"type": "play", "prompts": ["greeting"], "next": "bye"}, "bye": BYE,
    })  # fmt: skip
    company.call("a")
    assert company.state("a") == "flow"
    record = company.engine.live[company.engine.legs["a"]]
    assert record.flow and "v0" not in record.flow.variables
    said = company.problems[-1].said
    assert (said.code, said.values["most"]) == ("problem.too_much_data", MOST_DATA)


def test_a_spoken_text_has_a_length() -> None:
    company = flow({
        "start": {"type": "set", "values": {"x": "caller + caller + caller + caller + caller + caller"}, "next": "say"},
        "say": {"type": "say", "text": "{{x}} " * 300, "next": "bye"}, "bye": BYE,
    })  # fmt: skip
    company.call("a")
    assert company.problems[-1].place == "main › say › text"


def test_a_refusal_changes_nothing() -> None:
    company = Company()
    company.call("a", "1")
    company.do(AgentCommand(agent_id(1), agents.SetAvailable()))
    assert company.refused == ["not_signed_in_to_work"]
    assert company.state("a") == "queued"
    company.ready(1)
    assert company.state("a") == "offered"


def test_what_contradicts_itself_half_way_is_no_refusal() -> None:
    """The agent of an offer turns out to be somewhere else: the call's state has changed by then."""
    company = Company()
    company.ready(1)
    agent = company.engine.agents[agent_id(1)]
    company.engine.agents[agent_id(1)] = replace(agent, state="wrap_up")  # behind the router's back
    with pytest.raises(BrokenInvariant, match="agent_not_available"):
        company.call("a", "1")


class TestCulprit:
    def test_it_names_the_step_of_the_flow(self) -> None:
        company = Company()
        company.call("a")
        told = culprit.of(company.engine, calls.KeyPressed(leg_id="a", at=company.now, key="1"))
        assert told.startswith("flow main v1, step greeting, interaction ")

    def test_it_names_the_queue(self) -> None:
        company = Company()
        company.call("a", "1")
        interaction = company.engine.legs["a"]
        fired = TimerFired(interaction_id=interaction, name="announce", due_at=company.now)
        assert culprit.of(company.engine, fired) == f"queue bills, interaction {interaction}"

    def test_it_names_number_and_agent_and_never_fails(self) -> None:
        company = Company()
        arrived = calls.CallArrived(leg_id="z", at=company.now, caller="1", called=NUMBER)
        assert culprit.of(company.engine, arrived) == f"number {NUMBER}, flow main"
        assert culprit.of(company.engine, AgentCommand(agent_id(1), agents.SignOut())) == "agent 1001"
        assert culprit.of(company.engine, object()) == "event object"


def test_counts_of_a_flow_are_taken_over() -> None:
    nodes = {**DOCUMENT["nodes"]}
    company = flow({"start": nodes["greeting"], **nodes})
    company.call("a")
    before = company.engine.live[company.engine.legs["a"]].flow
    after = taken_over(company, {"a"}, up={"a"})
    flow_after = after.engine.live[after.engine.legs["a"]].flow
    assert before and flow_after and flow_after.entered > before.entered
    assert BILLS in after.engine.config.queues


def test_an_expression_over_budget_ends_its_flow_and_is_told() -> None:
    explosion = "dyn([1])" + ".map(x, [x, x, x, x, x, x, x, x])" * 12
    sandbox = Sandbox()
    use_sandbox(sandbox)
    try:
        company = flow({"start": {"type": "set", "values": {"x": explosion}, "next": "start"}})
        for leg in "ab":
            company.call(leg)
            assert company.last("flow.failed")["code"] == "problem.slow"
            assert company.state(leg) == "flow", "the caller is told"
        assert {one.place for one in company.problems} == {"main › start"}
    finally:
        use_sandbox(None)
        sandbox.close()
