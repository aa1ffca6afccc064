"""Blending in the engine: agents go out and come back, pins hold, and a take-over finds everything as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents import contracts as agents
from hujiao.app.runtime import views
from hujiao.app.runtime.tenant import assignments
from hujiao.app.runtime.tenant.turn import AgentCommand, AnswerSuggestion, AssignWork, Turn
from hujiao.app.runtime.tests.company import BILLS, START, Company, agent_id, config, taken_over
from hujiao.routing.blending import Back, BlendRule, BlendState, Out

RULE, SUPERVISOR = UUID(int=900), UUID(int=901)


def rule(**changes: Any) -> BlendRule:
    found = BlendRule(
        id=RULE,
        name="valley",
        queues=frozenset({BILLS}),
        agents=frozenset(agent_id(number) for number in range(1, 5)),
        out=Out(idle_at_least=1, for_seconds=10),
        back=Back(waiting_over=0, longest_wait_over=30),
        least_outbound_seconds=0,
        least_inbound_seconds=0,
        inbound_at_least=0,
    )
    return msgspec.structs.replace(found, **changes)


def company(count: int = 2, *, seconds: float = 0.0, **changes: Any) -> Company:
    """Everybody ready, and the rule at work for so many seconds."""
    found = Company(msgspec.structs.replace(config(count), blend_rules=(rule(**changes),)))
    turn = Turn()
    found.engine.configure(found.engine.config, found.now, turn)
    found.keep(turn)
    for number in range(1, count + 1):
        found.ready(number)
    found.wait(seconds)
    return found


def work(found: Company, number: int) -> str:
    return assignments.kind(found.engine, found.agent(number))


def give(found: Company, *numbers: int, kind: agents.WorkKind | None, until: float | None = None) -> None:
    until_at = found.now + timedelta(seconds=until) if until else None
    ids = tuple(map(agent_id, numbers))
    found.do(AssignWork(agent_ids=ids, work=kind, until_at=until_at, by=SUPERVISOR))


def moves(found: Company) -> list[dict[str, Any]]:
    return [fact.data for _, fact in found.facts if fact.kind == "agent.moved"]


def test_idle_agents_go_out_get_no_calls_and_come_back_for_one() -> None:
    found = company(2, seconds=60, inbound_at_least=0)
    assert [work(found, 1), work(found, 2)] == ["outbound", "outbound"]
    assert [move["to"] for move in moves(found)] == ["outbound", "outbound"]
    assert moves(found)[0] | {"from": "inbound", "by": "rule", "reason": "calm", "idle": 2} == moves(found)[0]
    found.call("c1", "1")
    assert not found.offers() and found.state("c1") == "queued"
    found.wait(6)
    assert found.state("c1") == "offered"
    back = moves(found)[2]
    assert back | {"from": "outbound", "to": "inbound", "reason": "waiting", "waiting": 1} == back


def test_the_least_number_stays() -> None:
    found = company(4, seconds=300, inbound_at_least=3)
    assert sorted(work(found, number) for number in range(1, 5)) == ["inbound"] * 3 + ["outbound"]
    found.call("c1", "1")
    assert found.state("c1") == "offered"


def test_who_is_busy_changes_when_the_interaction_is_over() -> None:
    found = company(1)
    found.call("c1", "1")
    found.pick_up(found.offers()[-1].leg_id)
    give(found, 1, kind="outbound")
    assert found.agent(1).state == "engaged" and work(found, 1) == "inbound" and not moves(found)
    assert views.agent_view(found.engine, agent_id(1))["next_work"] == "outbound"
    found.hang_up("c1")
    assert found.agent(1).state == "wrap_up" and work(found, 1) == "inbound"
    found.wait(31)
    assert found.agent(1).state == "available" and work(found, 1) == "outbound"
    assert moves(found)[0]["reason"] == "pinned" and moves(found)[0]["account_id"] == SUPERVISOR


def test_an_offer_that_is_missed_ends_with_the_new_work() -> None:
    found = company(1)
    found.call("c1", "1")
    give(found, 1, kind="outbound")
    found.wait(25)
    assert found.agent(1).state == "not_ready" and work(found, 1) == "outbound" and found.agent(1).next_work is None


def test_a_pin_holds_against_the_rule_until_its_time() -> None:
    found = company(3, inbound_at_least=2)
    give(found, 1, kind="inbound", until=100)
    give(found, 2, kind="outbound")
    found.wait(60)
    assert [work(found, number) for number in (1, 2, 3)] == ["inbound", "outbound", "inbound"]
    found.call("c1", "1")  # takes one of the two who take calls
    found.call("c2", "1")
    found.call("c3", "1")
    found.wait(20)
    assert work(found, 2) == "outbound"
    assert found.state("c3") == "queued"
    found.hang_up("c3")
    found.wait(60)
    reasons = [move["reason"] for move in moves(found)]
    assert reasons.count("time_over") == 1


def test_a_pin_ends_when_the_agent_signs_out_and_outbound_time_is_kept() -> None:
    found = company(1, inbound_at_least=1)
    give(found, 1, kind="outbound")
    found.wait(50)
    found.do(AgentCommand(agent_id(1), agents.SignOut()))
    found.ready(1)
    assert work(found, 1) == "inbound"
    assert (found.agent(1).tally.starts, found.agent(1).tally.seconds) == (1, 50.0)
    assert moves(found)[-1]["reason"] == "signed_out"


def test_releasing_leaves_the_agent_to_the_rule() -> None:
    found = company(2, inbound_at_least=1)
    give(found, 1, 2, kind="outbound")
    assert work(found, 1) == work(found, 2) == "outbound"
    give(found, 1, 2, kind=None)
    assert work(found, 1) == work(found, 2) == "inbound"
    assert moves(found)[-1]["reason"] == "released"


def test_only_who_is_signed_in_can_be_given_work() -> None:
    found = company(1)
    give(found, 2, kind="outbound")
    assert found.refused == ["nobody_to_give_work"]
    give(found, 1, kind="outbound", until=-5)
    assert found.refused == ["nobody_to_give_work", "until_is_past"]


def test_a_suggestion_waits_for_a_supervisor() -> None:
    found = company(2, seconds=40, mode="suggest", inbound_at_least=1)
    assert not moves(found)
    seen = views.blends(found.engine)[0]["suggestion"]
    assert seen["direction"] == "out" and len(seen["agents"]) == 1 and seen["why"]["idle"] == 2
    found.do(AnswerSuggestion(rule_id=RULE, accept=True, by=SUPERVISOR))
    assert moves(found)[0]["account_id"] == SUPERVISOR and moves(found)[0]["by"] == "rule"
    assert found.last("blending.accepted")["agent_ids"] == list(seen["agents"])
    assert views.blends(found.engine)[0]["suggestion"] is None
    found.do(AnswerSuggestion(rule_id=RULE, accept=True, by=SUPERVISOR))
    found.do(AnswerSuggestion(rule_id=UUID(int=5), accept=True, by=SUPERVISOR))
    assert found.refused == ["no_suggestion", "not_found"]


def test_a_dismissed_suggestion_goes() -> None:
    found = company(2, seconds=40, mode="suggest")
    found.do(AnswerSuggestion(rule_id=RULE, accept=False, by=SUPERVISOR))
    found.wait(60)
    assert views.blends(found.engine)[0]["suggestion"] is None
    assert "blending.dismissed" in found.kinds() and not moves(found)


def test_who_was_sent_out_by_a_rule_that_ends_comes_back() -> None:
    found = company(1, seconds=60)
    assert work(found, 1) == "outbound"
    without = msgspec.structs.replace(found.engine.config, blend_rules=())
    turn = Turn()
    found.engine.configure(without, found.now, turn)
    found.keep(turn)
    found.wait(6)
    assert found.agent(1).work is None and moves(found)[-1]["reason"] == "rule_ended"
    found.call("c1", "1")
    assert found.state("c1") == "offered"


def test_a_low_service_level_calls_back() -> None:
    found = company(2, inbound_at_least=1, back=Back(waiting_over=50, longest_wait_over=1000, service_level=0.8))
    give(found, 1, kind="outbound")
    give(found, 2, kind="outbound")
    for number in range(3):
        found.call(f"c{number}", "1")
    found.wait(21)
    for number in range(3):
        found.hang_up(f"c{number}")
    give(found, 2, kind=None)
    found.wait(6)
    assert views.blends(found.engine)[0]["service_level"] == 0.0
    assert views.blends(found.engine)[0]["load"] == "service_level"


def test_a_take_over_finds_work_pins_and_the_rules_memory() -> None:
    found = company(3, seconds=60, inbound_at_least=1)
    give(found, 3, kind="blended", until=500)
    after: Company = taken_over(found, set())
    stored = {key: msgspec.json.encode(state) for key, state in found.engine.blends.states.items()}
    after.engine.blends.load({key: msgspec.json.decode(state, type=BlendState) for key, state in stored.items()})
    assert after.engine.blends.states == found.engine.blends.states
    assert [work(after, number) for number in (1, 2, 3)] == [work(found, number) for number in (1, 2, 3)]
    out = next(number for number in (1, 2) if work(after, number) == "outbound")
    after.call("c1", "1")
    (record,) = after.engine.live.values()
    assert record.interaction.agent_id not in (None, agent_id(out))
    after.wait(400)
    assert after.now - START < timedelta(seconds=500) and work(after, 3) == "blended"


def test_the_agents_state_survives_the_database() -> None:
    found = company(1)
    give(found, 1, kind="outbound", until=60)
    state = found.agent(1)
    assert msgspec.json.decode(msgspec.json.encode(state), type=agents.AgentState) == state


def test_without_rules_and_pins_nothing_is_looked_at() -> None:
    found = Company(config(1))
    turn = Turn()
    found.engine.configure(found.engine.config, found.now, turn)
    assert not turn.timers
    found.ready(1)
    found.call("c1", "1")
    assert found.state("c1") == "offered"
    assert views.agent_view(found.engine, agent_id(1))["work"] == "blended"
