"""A supervisor in a conversation: who hears whom, what becomes of the call, what is told to whom."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests.company import Company, agent_id, taken_over
from hujiao.app.runtime.tests.test_consulting import act, ask_agent, hears, talking
from hujiao.app.runtime.tests.test_transfers import interaction
from hujiao.calls import contracts as calls

ACCOUNT = str(uuid4())


def direct(company: Company, kind: str, number: int | None = 3, **more: Any) -> None:
    """What a supervisor asks for, whose own agent's number this is."""
    actor = {"account_id": ACCOUNT, "agent_id": str(agent_id(number)) if number else None}
    call = company.engine.legs.get("c1", uuid4())
    message = {"kind": kind, "interaction_id": str(call), "actor": actor, **more}
    try:
        event = commands.event(company.engine, message)
    except agents.Impossible as error:
        company.refused.append(error.code)
        return
    company.do(event)


def facts(company: Company, kind: str) -> list[dict[str, Any]]:
    return [fact.data for _, fact in company.facts if fact.kind == kind]


def watching(mode: str = "listen") -> tuple[Company, str, str]:
    """Agent 1 talks with c1, agent 3 supervises; and the legs of both."""
    company = talking()
    first = company.offers()[0].leg_id
    direct(company, "interaction.supervise", mode=mode)
    supervisor = company.offers()[-1].leg_id
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    company.pick_up(supervisor)
    return company, first, supervisor


def test_a_listener_hears_both_and_is_heard_by_nobody() -> None:
    company, first, ear = watching()
    assert hears(company, "c1", first, ear) == [{first}, {"c1"}, {first, "c1"}]
    assert company.agent(3).state == "engaged" and company.agent(3).handled == 0


def test_a_coach_is_heard_by_the_agent_alone() -> None:
    company, first, coach = watching("coach")
    assert hears(company, "c1", first, coach) == [{first}, {"c1", coach}, {first, "c1"}]


def test_from_listening_to_coaching_nothing_but_the_voice_changes() -> None:
    company, first, supervisor = watching()
    before = len(company.sent)
    direct(company, "interaction.supervise", mode="coach")
    assert company.sent[before:] == [effect for effect in company.sent[before:] if isinstance(effect, calls.MuteLeg)]
    assert hears(company, "c1", first, supervisor) == [{first}, {"c1", supervisor}, {first, "c1"}]
    direct(company, "interaction.supervise", mode="listen")
    assert hears(company, "c1", first, supervisor) == [{first}, {"c1"}, {first, "c1"}]


def test_who_barges_in_is_heard_by_all_and_may_go_back_to_listening() -> None:
    company, first, supervisor = watching()
    direct(company, "interaction.supervise", mode="barge")
    assert hears(company, "c1", first, supervisor) == [{first, supervisor}, {"c1", supervisor}, {"c1", first}]
    direct(company, "interaction.supervise", mode="listen")
    assert hears(company, "c1", first, supervisor) == [{first}, {"c1"}, {first, "c1"}]
    direct(company, "interaction.end_supervision")
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    assert company.agent(3).state == "available"
    assert [fact["mode"] for fact in facts(company, "supervision.changed")] == ["barge", "listen"]


def test_the_call_is_taken_over() -> None:
    company, first, supervisor = watching()
    company.wait(5)
    direct(company, "interaction.supervise", mode="intercept")
    assert hears(company, "c1", supervisor) == [{supervisor}, {"c1"}]
    assert first in {effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)}
    assert company.agent(1).state == "wrap_up" and interaction(company, "c1").agent_id == agent_id(3)
    assert company.last("agent.disconnected")["by"] == "supervisor"
    assert company.last("supervision.ended")["talk_seconds"] == 5.0
    company.wait(4)
    company.hang_up("c1")
    assert company.last("agent.disconnected")["talk_seconds"] == 4.0
    assert company.agent(3).state == "wrap_up"


def test_a_call_is_taken_over_as_soon_as_the_supervisor_is_there() -> None:
    company, _, supervisor = watching("intercept")
    assert hears(company, "c1", supervisor) == [{supervisor}, {"c1"}]
    assert interaction(company, "c1").agent_leg == supervisor


def test_the_agent_who_leaves_takes_the_listener_along_but_not_who_has_barged_in() -> None:
    company, _, supervisor = watching()
    act(company, "hang_up")
    assert supervisor in {effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)}
    assert company.agent(3).state == "available"
    company, _, supervisor = watching("barge")
    act(company, "hang_up")
    assert hears(company, "c1", supervisor) == [{supervisor}, {"c1"}]
    assert company.state("c1") == "connected" and interaction(company, "c1").agent_id == agent_id(3)


def test_a_listener_goes_with_the_agent_into_a_consultation_and_on_to_who_has_the_call_next() -> None:
    company, first, ear = watching()
    second = ask_agent(company, 2)
    company.pick_up(second)
    assert hears(company, "c1", ear) == [{"music"}, {first, second}]
    act(company, "hand_over")
    assert hears(company, "c1", second, ear) == [{second}, {"c1"}, {second, "c1"}]


def test_a_customer_on_hold_hears_music_alone_while_the_agent_is_coached() -> None:
    company, first, coach = watching("coach")
    act(company, "hold")
    assert hears(company, "c1", first, coach) == [{"music"}, {coach}, {first}]
    act(company, "resume")
    assert hears(company, "c1", first, coach) == [{first}, {"c1", coach}, {first, "c1"}]


@pytest.mark.parametrize("mode", ["listen", "coach", "barge"])
def test_after_a_take_over_everybody_hears_what_they_heard(mode: str) -> None:
    company, first, supervisor = watching(mode)
    before = hears(company, "c1", first, supervisor)
    after = taken_over(company, {"c1", first, supervisor}, up={"c1", first, supervisor})
    assert hears(after, "c1", first, supervisor) == before


def test_supervisors_who_do_not_answer_or_vanish_cost_the_conversation_nothing() -> None:
    company = talking()
    first = company.offers()[0].leg_id
    direct(company, "interaction.supervise", mode="listen")
    ear = company.offers()[-1].leg_id
    company.wait(36)
    assert facts(company, "supervision.failed")[-1]["cause"] == 19
    assert company.agent(3).state == "available" and interaction(company, "c1").party(ear) is None
    direct(company, "interaction.supervise", mode="coach")
    company.pick_up(company.offers()[-1].leg_id)
    company.do(PhonesSeen(frozenset()))
    company.hang_up(company.offers()[-1].leg_id)
    assert hears(company, "c1", first) == [{first}, {"c1"}] and company.state("c1") == "connected"


def test_what_is_refused() -> None:
    company = talking()
    direct(company, "interaction.supervise", 1, mode="listen")
    direct(company, "interaction.supervise", None, mode="listen")
    direct(company, "interaction.end_supervision")
    direct(company, "interaction.supervise", mode="listen", projects=[])
    company.do(AgentCommand(agent_id(3), agents.SignOut()))
    direct(company, "interaction.supervise", mode="listen")
    assert company.refused[-5:] == [
        "your_own_call", "no_agent_number", "not_your_interaction", "not_your_interaction", "not_signed_in_to_work",
    ]  # fmt: skip
    company.ready(3)
    company.call("c2", "1")  # offered to the next agent
    other = {"interaction_id": str(interaction(company, "c2").id)}
    direct(company, "interaction.supervise", mode="listen", **other)
    assert company.refused[-1] == "not_possible_in_this_state"
    company.hang_up("c1")
    direct(company, "interaction.supervise", mode="listen")
    assert company.refused[-1] in ("not_possible_in_this_state", "not_your_interaction")


def test_the_agent_cannot_drop_a_supervisor() -> None:
    company, _, supervisor = watching("barge")
    act(company, "hang_up_party", leg_id=supervisor)
    assert company.refused[-1] == "not_possible_in_this_state"


def test_who_was_not_ready_is_not_ready_again() -> None:
    company = talking()
    company.do(AgentCommand(agent_id(3), agents.SetNotReady("lunch")))
    direct(company, "interaction.supervise", mode="listen")
    company.pick_up(company.offers()[-1].leg_id)
    company.hang_up(company.offers()[-1].leg_id)
    assert (company.agent(3).state, company.agent(3).reason) == ("not_ready", "lunch")


@pytest.mark.parametrize("asked", [False, True])
def test_a_call_is_ended_for_everybody(asked: bool) -> None:
    company, first, supervisor = watching()
    if asked:
        company.pick_up(ask_agent(company, 2))
    direct(company, "interaction.disconnect")
    ended = {effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)}
    assert {"c1", first, supervisor} <= ended
    assert company.last("interaction.ended")["ended_by"] == "supervisor"
    assert company.agent(1).state == "wrap_up" and company.agent(2).state == "available"


def test_agents_are_put_into_a_state() -> None:
    company = talking()
    direct(company, "agents.force", agent_ids=[str(agent_id(1)), str(agent_id(2))], state="not_ready")
    assert company.agent(2).state == "not_ready" and company.agent(1).state == "engaged"
    assert len(facts(company, "agent.forced")) == 2
    company.hang_up("c1")
    company.wait(60)
    assert company.agent(1).state == "not_ready"
    direct(company, "agents.force", agent_ids=[str(agent_id(1))], state="logged_out")
    direct(company, "agents.force", agent_ids=[str(agent_id(1))], state="available")
    assert company.agent(1).state == "logged_out" and company.refused[-1] == "nobody_signed_in"


# ── the supervisor's phone is lost ───────────────────────────────────────────────────────────────────────────────────

LOST = 38


def returns(company: Company) -> str:
    """The supervisor's page has its phone again; the leg by which that is called."""
    direct(company, "interaction.return", leg_id="")
    called = company.offers()[-1]
    assert called.sip_user == "sip3" and called.automatic_answer and called.caller == "1001"
    return called.leg_id


@pytest.mark.parametrize("mode", ["listen", "coach", "barge"])
def test_a_supervisor_whose_phone_is_back_hears_as_before(mode: str) -> None:
    company, first, ear = watching(mode)
    before = hears(company, "c1", first, ear)
    company.wait(10)
    company.hang_up(ear, LOST)
    assert company.agent(3).state == "engaged" and hears(company, "c1", first) == [{first}, {"c1"}]
    company.wait(3)
    again = returns(company)
    company.pick_up(again)
    assert hears(company, "c1", first, again) == [{again if leg == ear else leg for leg in heard} for heard in before]
    (back,) = facts(company, "supervision.line_back")
    assert (back["with_agent"], back["away_seconds"]) == (agent_id(3), 3.0)
    company.wait(60)
    assert company.agent(3).state == "engaged"
    direct(company, "interaction.end_supervision")
    assert facts(company, "supervision.ended")[0]["talk_seconds"] == 73.0
    assert not [fact for _, fact in company.facts if fact.kind.startswith("agent.line_")], "agents see nothing of it"


@pytest.mark.parametrize("mode", ["listen", "barge"])
def test_who_barged_in_and_is_back_where_no_agent_is_has_the_customer(mode: str) -> None:
    company, first, ear = watching(mode)
    company.hang_up(ear, LOST)
    company.hang_up(first, LOST)
    assert hears(company, "c1") == [{"music"}]
    again = returns(company)
    company.pick_up(again)
    if mode == "listen":
        assert hears(company, "c1", again) == [{"music"}, set()]
        return
    assert hears(company, "c1", again) == [{again}, {"c1"}] and facts(company, "supervision.intercepted")
    company.wait(31)
    assert company.state("c1") == "connected" and company.agent(3).state == "engaged"


def test_a_supervisor_whose_page_is_loaded_again_and_again_has_left() -> None:
    company, first, ear = watching()
    for _ in range(5):
        direct(company, "interaction.return", leg_id=ear)
        ear = company.offers()[-1].leg_id
        company.pick_up(ear)
    direct(company, "interaction.return", leg_id=ear)
    assert ear in {one.leg_id for one in company.sent if isinstance(one, calls.HangUp)}
    assert facts(company, "supervision.ended") and company.agent(3).state == "available"
    assert hears(company, "c1", first) == [{first}, {"c1"}]


@pytest.mark.parametrize("called", [False, True])
def test_a_supervisor_who_stays_away_listens_no_more(called: bool) -> None:
    company, first, ear = watching()
    company.hang_up(ear, LOST)
    again = returns(company) if called else ""
    company.wait(31)
    state = interaction(company, "c1")
    assert [party.role for party in state.parties] == ["customer", "agent"] and company.agent(3).state == "available"
    assert facts(company, "supervision.ended") and not facts(company, "supervision.failed")
    assert not called or again in {one.leg_id for one in company.sent if isinstance(one, calls.HangUp)}
    assert hears(company, "c1", first) == [{first}, {"c1"}]


@pytest.mark.parametrize("how", ["hangs up", "ends it", "the call is over", "says no"])
def test_a_supervisor_who_leaves_is_not_called_back(how: str) -> None:
    company, _, ear = watching()
    if how == "hangs up":
        company.hang_up(ear)
    else:
        company.hang_up(ear, LOST)
    match how:
        case "ends it":
            direct(company, "interaction.end_supervision")
        case "the call is over":
            company.hang_up("c1")
        case "says no":
            company.hang_up(returns(company), 21)
    assert company.agent(3).state == "available" and len(facts(company, "supervision.ended")) == 1
    before = len(company.offers())
    company.wait(31)
    assert len(company.offers()) == before and len(facts(company, "supervision.ended")) == 1


def test_a_supervisor_who_is_away_does_nothing_else_in_it() -> None:
    company, _, ear = watching()
    company.hang_up(ear, LOST)
    direct(company, "interaction.supervise", mode="barge")
    assert company.refused == ["your_phone_is_unreachable"]


@pytest.mark.parametrize("there", ["away", "answered", "called and gone"])
def test_a_take_over_keeps_the_supervisors_place(there: str) -> None:
    company, first, ear = watching()
    company.hang_up(ear, LOST)
    legs, again = {"c1", first}, ""
    if there != "away":
        again = returns(company)
        legs |= {again} if there == "answered" else set()
    after = taken_over(company, legs, up=legs)
    if there == "answered":
        assert hears(after, again) == [{first, "c1"}]
        return
    after.timers += company.timers
    after.wait(31)
    assert after.agent(3).state == "available" and facts(after, "supervision.ended")
