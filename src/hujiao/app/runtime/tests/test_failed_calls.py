"""An agent whose call nobody answers is told at once why, and of whom."""

from __future__ import annotations

from uuid import UUID

import pytest

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests import test_callbacks as callbacks
from hujiao.app.runtime.tests import test_consulting as consulting
from hujiao.app.runtime.tests import test_internal as internal
from hujiao.app.runtime.tests import test_outgoing as outgoing
from hujiao.app.runtime.tests import test_transfers as transfers
from hujiao.app.runtime.tests.company import PROJECT, Company, agent_id
from hujiao.app.runtime.views import agent_view
from hujiao.calls import contracts as calls


def told(company: Company, number: int = 1) -> tuple[str, str, str, str] | None:
    """What the agent sees of it: the act, why, the number and the name."""
    failed = agent_view(company.engine, agent_id(number))["failed_call"]
    return (failed["act"], failed["failure"], failed["number"], failed["name"]) if failed else None


def comes_back(company: Company, number: int) -> bool:
    return bool(agent_view(company.engine, agent_id(number))["failed_call"]["comes_back"])


def directed(company: Company, leg: str = "c1") -> None:
    """Agent 2, who directs the project's calls, sends another agent's caller outside."""
    message = {
        "kind": "interaction.transfer",
        "interaction_id": str(company.engine.legs[leg]),
        "actor": {"account_id": str(UUID(int=77)), "agent_id": str(agent_id(2))},
        "directs": True,
        "projects": [str(PROJECT)],
        "to": "number",
        "target": transfers.OUTSIDE,
    }
    company.do(commands.event(company.engine, message))


@pytest.mark.parametrize(
    ("cause", "rang", "silent"),
    [
        (17, "busy", "busy"),
        (19, "no_answer", "no_answer"),
        (18, "no_answer", "no_line"),
        (102, "no_answer", "no_line"),
        (27, "no_answer", "no_line"),
        (21, "rejected", "unreachable"),
        (1, "no_such_number", "no_such_number"),
        (34, "no_line", "no_line"),
        (57, "not_allowed", "not_allowed"),
        (20, "unreachable", "unreachable"),
    ],
)
@pytest.mark.parametrize("rings", [True, False])
def test_an_own_call_says_why_nobody_came(cause: int, rang: str, silent: str, rings: bool) -> None:
    made, _, other = outgoing.dialled()
    assert told(made) is None
    if rings:
        made.do(calls.LegRinging(leg_id=other, at=made.now))
        made.wait(7)
    made.hang_up(other, cause=cause)
    assert told(made) == ("call", rang if rings else silent, outgoing.WHOM, "")
    assert made.last("outgoing.unreached")["ring_seconds"] == (7.0 if rings else None)
    failed = made.agent(1).failed_call
    assert failed and (failed.at, failed.interaction_id) == (made.now, outgoing.CALL)
    made.do(calls.LegEnded(leg_id=other, at=made.now, cause=16))
    assert made.agent(1).failed_call == failed


def test_who_rings_too_long_does_not_answer() -> None:
    made, _, _ = outgoing.dialled()
    made.wait(60)
    assert told(made) == ("call", "no_answer", outgoing.WHOM, "")


@pytest.mark.parametrize(
    ("reason", "why"), [(calls.TRUNK_FULL, "no_line"), ("refused", "no_line"), ("number_not_allowed", "not_allowed")]
)
def test_a_call_that_was_never_made_says_so(reason: str, why: str) -> None:
    made, _, other = outgoing.dialled()
    made.do(calls.EffectFailed(leg_id=other, at=made.now, effect_id="", effect="CallNumber", reason=reason))
    assert told(made) == ("call", why, outgoing.WHOM, "")


def test_who_gives_up_is_told_nothing() -> None:
    made, agent, _ = outgoing.dialled()
    made.hang_up(agent)
    assert told(made) is None


def test_a_colleague_is_named() -> None:
    made, _, other = internal.called()
    made.hang_up(other, cause=17)
    assert told(made) == ("call", "busy", "1002", "agent 2")
    assert told(made, 2) is None


def test_a_colleague_whose_phone_is_gone_cannot_be_reached() -> None:
    made, _, _ = internal.called()
    made.do(PhonesSeen(frozenset({"sip1", "sip3"})))
    assert told(made) == ("call", "unreachable", "1002", "agent 2")


def test_who_is_asked_and_does_not_come() -> None:
    company = consulting.talking()
    company.hang_up(consulting.ask_number(company), cause=1)
    assert told(company) == ("consult", "no_such_number", consulting.OUTSIDE, "")
    for rings, why in ((True, "no_answer"), (False, "no_line")):
        asked = consulting.ask_number(company)
        if rings:
            company.do(calls.LegRinging(leg_id=asked, at=company.now))
        company.hang_up(asked, cause=18)
        assert told(company) == ("consult", why, consulting.OUTSIDE, "")
    consulting.ask_agent(company)
    consulting.act(company, "reject", number=2)
    assert told(company) == ("consult", "rejected", "1002", "agent 2")


def test_who_takes_back_the_question_is_told_nothing() -> None:
    company = consulting.talking()
    consulting.ask_number(company)
    consulting.act(company, "end_consultation")
    assert told(company) is None


def test_who_sent_the_caller_to_a_number() -> None:
    company = transfers.talking(others=0)
    transfers.transfer(company, "c1", "number", transfers.OUTSIDE)
    company.do(calls.LegRinging(leg_id=transfers.out_leg(company), at=company.now))
    company.hang_up(transfers.out_leg(company), cause=21)
    assert told(company) == ("transfer", "rejected", transfers.OUTSIDE, "")
    assert comes_back(company, 1)


def test_the_caller_comes_back_to_who_had_them_and_not_to_who_directed() -> None:
    company = transfers.talking(others=1)
    directed(company)
    company.hang_up(transfers.out_leg(company), cause=17)
    for number, back in ((1, True), (2, False)):
        assert told(company, number) == ("transfer", "busy", transfers.OUTSIDE, "")
        assert comes_back(company, number) == back


def test_a_caller_who_only_waited_comes_back_to_nobody_in_person() -> None:
    company = transfers.talking(others=0)
    company.ready(2)
    company.do(AgentCommand(agent_id(2), agents.SetNotReady("lunch")))
    company.call("c2", "1")
    directed(company, "c2")
    company.hang_up(transfers.out_leg(company), cause=17)
    assert told(company) is None
    assert told(company, 2) == ("transfer", "busy", transfers.OUTSIDE, "")
    assert not comes_back(company, 2)


@pytest.mark.parametrize(("first", "expected"), [("agent", True), ("customer", False)])
def test_who_waits_at_the_phone_for_a_call_back(first: str, expected: bool) -> None:
    company = callbacks.Callers(callbacks.settings(first=first))
    company.leave_with_promise()
    company.ready(1)
    if first == "agent":
        company.pick_up(company.offers()[-1].leg_id)
    company.hang_up(company.called_back().leg_id, cause=17)
    failed = told(company)
    assert (failed is not None) == expected
    if failed:
        assert failed[:2] == ("call_back", "busy")


def test_signing_out_forgets_it() -> None:
    made, _, other = outgoing.dialled()
    made.hang_up(other, cause=17)
    made.wait(31)
    assert made.agent(1).state == "available" and told(made)
    made.do(AgentCommand(agent_id(1), agents.SignOut()))
    assert told(made) is None
