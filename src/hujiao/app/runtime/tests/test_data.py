"""Data sources and strategies in the engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.tenant.turn import Problem, ProblemMet, SourceAnswered
from hujiao.app.runtime.tests.company import (
    BILLS,
    FLOW,
    NUMBER,
    REPAIRS,
    SKILL_REPAIRS,
    Company,
    agent_id,
    config,
    taken_over,
)
from hujiao.calls import contracts as calls
from hujiao.data_sources.contracts import GOOD, DataSource, Found, HttpRequest, Outcome, Result
from hujiao.flows.document import FlowDocument
from hujiao.kit.i18n import Said, known
from hujiao.routing import plugins
from hujiao.routing.contracts import AgentCriterion, ItemCriterion, RoutingPolicy
from hujiao.routing.order import Criterion
from hujiao.routing.score import Scorer
from hujiao.routing.tests import strategy

SOURCE = DataSource(
    id=UUID(int=51),
    name="crm",
    parameters=("number",),
    request=HttpRequest(method="GET", url="https://crm.example.com/{{number}}"),
    results=(Result("queue", "answer.queue", "repairs"), Result("level", "answer.level", 0)),
    timeout_ms=2000,
)
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "start": "ask",
    "nodes": {
        "ask": {"type": "look_up", "source": str(SOURCE.id), "parameters": {"number": "caller"}, "next": "wait"},
        "wait": {
            "type": "queue",
            "queue": "bills",
            "queue_from": "vars.queue",
            "needs": {str(SKILL_REPAIRS): "vars.level"},
        },
    },
}


def company() -> Company:
    flows = {(FLOW, 1): FlowDocument.model_validate(DOCUMENT)}
    return Company(replace(config(), flows=flows, sources={SOURCE.id: SOURCE}))


def answer(made: Company, **values: Any) -> None:
    asked = made.questions[-1]
    found = Found(outcome="ok", values={"queue": "repairs", "level": 0, **values}, seconds=0.1)
    made.do(SourceAnswered(interaction_id=asked.interaction_id, serial=asked.serial, found=found))


def queue_of(made: Company, leg: str) -> UUID | None:
    return made.engine.live[made.engine.legs[leg]].interaction.queue_id


def test_the_answer_decides_the_queue_and_what_is_needed() -> None:
    made = company()
    made.ready(2)
    made.call("c1")
    assert [(one.source_id, one.parameters) for one in made.questions] == [(SOURCE.id, {"number": "13800000001"})]
    answer(made, queue="bills", level=3)
    assert queue_of(made, "c1") == BILLS
    assert not made.offers(), "agent 2 lacks the skill that the answer asks for"
    made.ready(1)
    assert len(made.offers()) == 1
    assert made.engine.live[made.engine.legs["c1"]].interaction.agent_id == agent_id(1)


def test_a_queue_that_does_not_exist_gives_way_to_the_flows_own() -> None:
    made = company()
    made.call("c1")
    answer(made, queue="nowhere")
    assert queue_of(made, "c1") == BILLS
    assert [(one.kind, one.place, one.about) for one in made.problems] == [("flow", "main › wait › queue_from", FLOW)]
    assert made.last("flow.expression_failed")["problem"] == "There is no queue nowhere."


def test_a_source_that_never_answers_holds_nobody() -> None:
    made = company()
    made.call("c1")
    made.wait(2.5)
    assert made.state("c1") == "flow"
    made.wait(1)
    assert queue_of(made, "c1") == REPAIRS, "the source's default"
    assert made.last("flow.looked_up")["outcome"] == "timeout"
    assert [(one.kind, one.place, one.about) for one in made.problems] == [("source", "crm", SOURCE.id)]
    answer(made, queue="bills")
    assert queue_of(made, "c1") == REPAIRS, "it comes too late"


def test_whatever_comes_of_a_source_has_its_words() -> None:
    assert [one for one in get_args(Outcome) if one not in GOOD and not known(f"source.{one}")] == []


def test_a_source_that_is_gone_is_told_and_the_call_goes_on() -> None:
    made = company()
    made.engine.config = replace(made.engine.config, sources={})
    made.call("c1")
    assert queue_of(made, "c1") == BILLS
    assert "main › ask › source" in [one.place for one in made.problems]


def test_after_a_take_over_the_source_is_asked_again() -> None:
    made = company()
    made.call("c1")
    after = taken_over(made, {"c1"}, up={"c1"})
    assert [one.parameters for one in after.questions] == [{"number": "13800000001"}]
    answer(after, queue="bills")
    assert queue_of(after, "c1") == BILLS


def test_who_hangs_up_meanwhile_is_forgotten() -> None:
    made = company()
    made.call("c1")
    made.hang_up("c1")
    answer(made)
    assert made.state("c1") == "ended"


def test_a_new_problem_is_a_fact() -> None:
    made = company()
    made.do(ProblemMet(Problem(kind="plugin", place="best", said=Said("it fails"))))
    told = {"problem": "it fails", "code": None, "values": {}}
    assert made.last("routing.problem") == {"kind": "plugin", "place": "best", "about": None, **told}
    made.do(ProblemMet(Problem(kind="criterion", place="x", said=Said("problem.not_a_number", {"value": "x"}))))
    fact = made.last("routing.problem")
    assert (fact["problem"], fact["code"], fact["values"]) == (
        "x is not a number.",
        "problem.not_a_number",
        {"value": "x"},
    )


# ── a strategy, installed as a package is ────────────────────────────────────────────────────────────────────────────

MODULE = '''
class Even:
    """Agents with even numbers first; callers who paid more first."""

    def score_agent(self, agent, queue):
        assert queue["name"] in ("bills", "repairs")
        return 1.0 - int(agent["number"]) % 2

    def score_interaction(self, interaction, queue):
        return interaction["variables"]["paid"]


class Matched:
    """Agents who know the caller's last digit."""

    asked = []

    def score_pair(self, agent, interaction, queue):
        Matched.asked.append((agent["number"], interaction["caller"], interaction["waited"] >= 0, queue["name"]))
        return agent["number"][-1] == interaction["caller"][-1]


class Broken:
    def score_agent(self, agent, queue):
        raise KeyError("no such thing")
'''


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    names = {"even": "Even", "matched": "Matched", "broken": "Broken", "absent": "Absent"}
    with strategy.installed(tmp_path, monkeypatch, MODULE, **names):
        yield


@pytest.mark.usefixtures("installed")
def test_what_is_installed_is_listed_with_what_is_wrong_with_it() -> None:
    found = plugins.installed()
    assert {name: sorted(plugin.functions) for name, plugin in found.items()} == {
        "even": ["agent", "interaction"],
        "matched": ["pair"],
        "broken": ["agent"],
        "absent": [],
    }
    assert (found["even"].package, found["even"].version) == ("hujiao-example-strategy", "1.2")
    assert found["even"].description == "Agents with even numbers first; callers who paid more first."
    assert "AttributeError" in found["absent"].problem


def routed_by(policy: RoutingPolicy, failed: list[tuple[Criterion, Said]]) -> Company:
    made = Company(replace(config(agents_count=4), routing_policy=policy))
    score = Scorer(lambda criterion, said: failed.append((criterion, said)))
    made.engine = Engine(made.engine.config, node="node-1", new_id=made.engine.new_id, score=score)
    return made


@pytest.mark.usefixtures("installed")
def test_the_engine_routes_by_an_installed_strategy() -> None:
    order = (AgentCriterion("plugin", plugin="even"), AgentCriterion("longest_idle"))
    made = routed_by(RoutingPolicy(agent_order=order), failed := [])
    for number in (1, 2, 3):
        made.ready(number)
        made.wait(1)
    made.call("c1", "1")
    offer = made.last("offer.made")
    assert made.engine.live[made.engine.legs["c1"]].interaction.agent_id == agent_id(2)
    assert (offer["reason"], offer["among"]) == ("plugin", 3)
    assert not failed


@pytest.mark.usefixtures("installed")
def test_a_strategy_chooses_among_the_waiting() -> None:
    flow = {
        "version": 1,
        "start": "paid",
        "nodes": {
            "paid": {"type": "set", "values": {"paid": "int(caller)"}, "next": "wait"},
            "wait": {"type": "queue", "queue": "bills"},
        },
    }
    made = routed_by(RoutingPolicy(item_order=(ItemCriterion("plugin", plugin="even"),)), failed := [])
    made.engine.config = replace(made.engine.config, flows={(FLOW, 1): FlowDocument.model_validate(flow)})
    for leg, paid in (("poor", "1"), ("rich", "900"), ("fair", "30")):
        made.do(calls.CallArrived(leg_id=leg, at=made.now, caller=paid, called=NUMBER))
    for interaction_id in list(made.engine.live):
        made.engine.live[interaction_id].looking_up = False
    made.wait(1)
    made.ready(1)
    assert made.state("rich") == "offered"
    assert not failed


@pytest.mark.usefixtures("installed")
def test_a_strategy_judges_an_agent_and_an_interaction_together() -> None:
    order = (AgentCriterion("plugin", plugin="matched"), AgentCriterion("longest_idle"))
    made = routed_by(RoutingPolicy(agent_order=order), failed := [])
    for number in (1, 2, 3):
        made.ready(number)
        made.wait(1)
    last = made.engine.config.agents[agent_id(3)].number[-1]
    made.do(calls.CallArrived(leg_id="c1", at=made.now, caller=f"555{last}", called=NUMBER))
    made.press("c1", "1")
    assert made.engine.live[made.engine.legs["c1"]].interaction.agent_id == agent_id(3)
    offer = made.last("offer.made")
    assert (offer["reason"], offer["values"]["plugin"]) == ("plugin", 1)
    assert len(sys.modules[strategy.MODULE].Matched.asked) == 3
    assert not failed


@pytest.mark.usefixtures("installed")
def test_a_freed_agent_takes_whom_the_strategy_pairs_them_with() -> None:
    made = routed_by(
        RoutingPolicy(item_order=(ItemCriterion("plugin", plugin="matched"), ItemCriterion("age"))), failed := []
    )
    last = made.engine.config.agents[agent_id(1)].number[-1]
    other = str((int(last) + 1) % 10)
    for leg, caller in (("c1", f"55{other}"), ("c2", f"55{last}"), ("c3", f"66{last}")):
        made.do(calls.CallArrived(leg_id=leg, at=made.now, caller=caller, called=NUMBER))
        made.press(leg, "1")
        made.wait(1)
    made.ready(1)
    assert [made.state(leg) for leg in ("c1", "c2", "c3")] == ["queued", "offered", "queued"]
    assert made.last("offer.made")["reason"] == "age"  # of the two whom the strategy likes
    assert not failed


@pytest.mark.usefixtures("installed")
def test_a_strategy_that_fails_counts_as_nothing() -> None:
    order = (AgentCriterion("plugin", plugin="broken"), AgentCriterion("longest_idle"))
    made = routed_by(RoutingPolicy(agent_order=order), failed := [])
    made.ready(3)
    made.wait(1)
    made.ready(1)
    made.call("c1", "1")
    assert made.engine.live[made.engine.legs["c1"]].interaction.agent_id == agent_id(3)
    assert {(criterion.plugin, str(said)) for criterion, said in failed} == {("broken", "KeyError: 'no such thing'")}


@pytest.mark.usefixtures("installed")
def test_one_that_is_slow_again_and_again_is_left_out_for_a_while() -> None:
    now = [0.0]
    took = plugins.SLOW_SECONDS * 2

    def clock() -> float:
        now[0] += took
        return now[0]

    watched = plugins.Strategies(clock)
    facts = {"agent": {"number": "2"}, "queue": {"name": "bills"}}
    for _ in range(plugins.SLOW_IN_A_ROW):
        assert watched.score("even", "agent", facts) == 1.0
    with pytest.raises(plugins.SetAside):
        watched.score("even", "agent", facts)
    now[0] += plugins.SET_ASIDE_SECONDS
    took = 0.0
    assert watched.score("even", "agent", facts) == 1.0


def test_one_that_is_not_installed_any_more_is_told() -> None:
    failed: list[Said] = []
    score = Scorer(lambda criterion, said: failed.append(said))
    assert score(AgentCriterion("plugin", plugin="gone"), {"agent": {}, "queue": {}}) == 0.0
    assert [one.code for one in failed] == ["problem.not_installed"]
