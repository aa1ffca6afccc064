"""What goes wrong beside a call, or is changed under it, costs no caller: they wait on, at their place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime.tenant.config import Limits, TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, AssignWork, Turn
from hujiao.app.runtime.tests.company import (
    BILLS,
    DOCUMENT,
    FLOW,
    REPAIRS,
    SKILL_BILLS,
    SKILL_REPAIRS,
    START,
    Company,
    agent_id,
    config,
    taken_over,
)
from hujiao.app.runtime.tests.test_callbacks import Callers, settings
from hujiao.app.runtime.tests.test_routing import found, one_talks_and_one_is_free, routed, rule
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument
from hujiao.interactions import contracts as interactions
from hujiao.routing.contracts import QueueRouting, RingSettings

GONE = UUID(int=77)


def configured(company: Company, settings: TenantConfig) -> None:
    turn = Turn()
    company.engine.configure(settings, company.now, turn)
    company.keep(turn)


def test_an_agent_awaited_for_two_reasons_is_awaited_for_the_longer() -> None:
    company = routed(last_agent_days=7, last_agent_seconds=60, own_agent_seconds=10)
    one_talks_and_one_is_free(company)
    company.call("c1")
    found(company, "c1", own_agent=agent_id(1), last_agent=agent_id(1), last_agent_at=company.now)
    company.press("c1", "1")
    company.wait(11)
    assert company.state("c1") == "queued"
    due = company.engine.live[company.engine.legs["c1"]].timers["ring"]
    assert due == START + timedelta(seconds=60), "once, then: not again and again until then"
    company.wait(50)
    assert company.state("c1") == "offered" and company.agent(2).state == "reserved"


def lost() -> Company:
    """The caller of a queue with a longest wait of 60 s is back in it: after 5 minutes the agent's line broke."""
    company = Company()
    company.ready(1)
    company.call("c1", "2")
    company.pick_up(company.offers()[-1].leg_id)
    company.wait(300)
    company.hang_up(company.offers()[-1].leg_id, cause=41)
    company.wait(30)
    assert company.state("c1") == "queued"
    return company


def test_the_longest_wait_begins_anew_after_a_broken_line() -> None:
    company = lost()
    company.wait(59)
    assert company.state("c1") == "queued"
    company.wait(2)
    assert company.last("queue.left")["outcome"] == "timeout" and company.state("c1") == "ended"


def test_who_is_refused_after_a_broken_line_waits_on() -> None:
    company = lost()
    company.do(AgentCommand(agent_id(1), agents.SetAvailable()))
    company.command("c1", interactions.AgentRejects())
    assert company.state("c1") == "queued"


@pytest.mark.parametrize("to", ["queue", "flow"])
def test_a_rule_that_leads_nowhere_any_more_takes_nobody_out(to: str) -> None:
    company = routed(overflow=(rule("waited", to, GONE, 30), rule("waited", "queue", REPAIRS, 40)))
    company.call("c1", "1")
    company.wait(35)
    assert company.state("c1") == "queued"
    company.wait(10)
    assert company.last("queue.overflowed")["target"] == str(REPAIRS)


def test_an_outside_number_that_fails_brings_the_caller_back_to_the_place() -> None:
    company = routed(overflow=(rule("waited", "number", "100", 30),))
    company.call("early", "1")
    company.wait(20)
    company.call("late", "1")
    company.wait(11)
    dialled = next(effect for effect in company.sent if isinstance(effect, calls.CallNumber))
    company.hang_up(dialled.leg_id, cause=17)
    assert company.state("early") == "queued" and company.last("transfer.failed") == {"cause": 17}
    company.wait(60)
    assert company.kinds().count("queue.overflowed") == 2, "each of them once"
    company.hang_up([effect for effect in company.sent if isinstance(effect, calls.CallNumber)][-1].leg_id, cause=17)
    company.ready(1)
    assert (company.state("early"), company.state("late")) == ("offered", "queued")


def test_the_flow_says_where_who_is_not_taken_outside_goes() -> None:
    nodes = {**DOCUMENT["nodes"], "bills": {**DOCUMENT["nodes"]["bills"], "max_wait_seconds": 90, "on_timeout": "menu"}}
    company = routed(overflow=(rule("waited", "number", "100", 30),))
    document = FlowDocument.model_validate({**DOCUMENT, "nodes": nodes})
    configured(company, replace(company.engine.config, flows={(FLOW, 1): document}))
    company.call("c1", "1")
    company.wait(31)
    company.hang_up(next(one for one in company.sent if isinstance(one, calls.CallNumber)).leg_id, cause=17)
    assert company.state("c1") == "flow"


def test_a_ring_of_another_queue_has_just_its_agents() -> None:
    """By its skills, its groups and its sites; the queue may have groups alone."""
    group = UUID(int=500)
    made = config(3)
    levels: dict[int, dict[str, Any]] = {
        1: {"skills": {}, "groups": frozenset({group})},
        2: {"skills": {SKILL_REPAIRS: 5}},
        3: {"skills": {SKILL_REPAIRS: 5}, "groups": frozenset({group})},
    }
    people = {agent_id(n): replace(made.agents[agent_id(n)], **level) for n, level in levels.items()}
    rings = QueueRouting(rings=(RingSettings(queues=(REPAIRS,), after_seconds=10),))
    routing = {REPAIRS: QueueRouting(groups=frozenset({group})), BILLS: rings}
    company = Company(replace(made, agents=people, queue_routing=routing))
    company.ready(1)
    company.ready(2)
    company.call("c1", "1")
    company.wait(11)
    assert company.state("c1") == "queued"
    company.ready(3)
    assert company.state("c1") == "offered" and company.agent(3).state == "reserved"
    queues = {**made.queues, REPAIRS: replace(made.queues[REPAIRS], skills={})}
    configured(company, replace(company.engine.config, queues=queues))
    company.call("c2", "1")
    company.wait(11)
    assert company.state("c2") == "offered" and company.agent(1).state == "reserved"


def test_a_skill_that_is_removed_is_asked_of_nobody() -> None:
    made = config()
    bills = {"type": "queue", "queue": "bills", "needs": {str(SKILL_REPAIRS): "3"}}
    document = FlowDocument.model_validate({**DOCUMENT, "nodes": {**DOCUMENT["nodes"], "bills": bills}})
    company = Company(replace(made, flows={(FLOW, 1): document}))
    company.ready(2)
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    configured(company, replace(company.engine.config, skills=frozenset({SKILL_BILLS})))
    assert company.state("c1") == "offered"


@pytest.mark.parametrize("when", ["available", "ringing", "talking"])
def test_who_is_no_agent_any_more_is_signed_out_when_the_call_is_over(when: str) -> None:
    made = replace(config(), limits=Limits(agents=1))
    company = Company(made)
    company.ready(1)
    company.do(AssignWork(agent_ids=(agent_id(1),), work="inbound", until_at=None, by=GONE))
    if when != "available":
        company.call("c1", "1")
    if when == "talking":
        company.pick_up(company.offers()[-1].leg_id)
    configured(company, replace(made, agents={agent_id(2): made.agents[agent_id(2)]}))
    if when == "ringing":
        company.pick_up(company.offers()[-1].leg_id)
    if when != "available":
        assert company.state("c1") == "connected"
        company.hang_up("c1")
        company.wait(made.queues[BILLS].wrap_up_seconds)
    assert company.agent(1).state == "logged_out"
    company.ready(2)
    assert company.agent(2).state == "available" and not company.refused
    configured(company, made)
    company.call("c2", "1")
    assert company.agent(1).state == "logged_out", "back again, and not at work"


@pytest.mark.parametrize("when", ["available", "ringing", "talking", "wrap_up"])
def test_a_take_over_finds_somebody_who_is_no_agent_any_more(when: str) -> None:
    made = config(wrap_up_seconds=30)
    before = Company(made)
    before.ready(1)
    legs = {"c1"}
    if when != "available":
        before.call("c1", "1")
        legs.add(before.offers()[-1].leg_id)
    if when in ("talking", "wrap_up"):
        before.pick_up(before.offers()[-1].leg_id)
    if when == "wrap_up":
        before.hang_up("c1")
        legs.clear()
    before.engine.config = replace(made, agents={agent_id(2): made.agents[agent_id(2)]})
    company = taken_over(before, legs)
    company.timers += before.timers
    if when == "ringing":
        company.pick_up(before.offers()[-1].leg_id)
    if when in ("ringing", "talking"):
        assert company.state("c1") == "connected"
        company.hang_up("c1")
    company.wait(60)
    assert company.agent(1).state == "logged_out" and not company.engine.live and not company.refused


def test_what_is_written_up_is_no_call_any_more() -> None:
    company = Company(replace(config(wrap_up_seconds=60), limits=Limits(calls=1)))
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[-1].leg_id)
    company.call("refused")
    assert company.last("interaction.ended")["end_reason"] == "refused_full"
    company.hang_up("c1")
    assert company.state("c1") == "wrap_up"
    company.call("c2")
    assert company.state("c2") == "flow"


def test_whose_place_is_kept_neither_calls_nor_waits() -> None:
    company = Callers(replace(settings(), limits=Limits(calls=1, waiting=1)))
    company.leave_with_promise()
    company.hang_up("a")
    company.call("c2", "1")
    assert company.state("c2") == "queued"
    company.call("c3")
    assert company.last("interaction.ended")["end_reason"] == "refused_full"
