"""An agent's phone is lost in a conversation: the customer is kept, and the phone is called when it is there again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents.contracts import SignIn, SignOut
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests.company import PROJECT, Company, agent_id, taken_over
from hujiao.app.runtime.tests.test_consulting import act, ask_agent, hears, talking
from hujiao.app.runtime.tests.test_transfers import facts
from hujiao.calls import contracts as calls

LOST = 38


def returns(company: Company, *, instead_of: str = "") -> str:
    """The agent's page has its phone again; the leg by which that is called."""
    before = len(company.offers())
    act(company, "return", leg_id=instead_of)
    called = company.offers()[before:]
    assert len(called) == 1 and called[0].sip_user == "sip1" and called[0].automatic_answer
    return called[0].leg_id


def lost() -> tuple[Company, str]:
    company = talking()
    leg = company.offers()[0].leg_id
    company.wait(10)
    company.hang_up(leg, LOST)
    return company, leg


def test_the_customer_hears_music_and_then_the_agent_again() -> None:
    company, leg = lost()
    assert company.state("c1") == "held" and hears(company, "c1") == [{"music"}]
    assert company.agent(1).state == "engaged"
    company.wait(2)
    again = returns(company)
    assert again != leg and hears(company, "c1") == [{"music"}], "no tone while the phone is called"
    company.wait(1)
    company.pick_up(again)
    assert company.state("c1") == "connected" and hears(company, "c1", again) == [{again}, {"c1"}]
    assert company.last("agent.line_back") == {"away_seconds": 3.0}
    company.wait(60)
    assert company.state("c1") == "connected", "the time is over only for who stays away"
    company.hang_up("c1")
    told = company.last("agent.disconnected")
    assert (told["talk_seconds"], told["hold_seconds"]) == (90.0, 3.0)
    assert [segment.kind for segment in facts(company, "c1").segments] == ["flow", "queue", "agent"]


def test_who_was_on_hold_stays_so() -> None:
    company = talking()
    act(company, "hold")
    company.hang_up(company.offers()[0].leg_id, LOST)
    again = returns(company)
    company.pick_up(again)
    assert company.state("c1") == "held" and hears(company, "c1", again) == [{"music"}, set()]
    act(company, "resume")
    assert hears(company, "c1", again) == [{again}, {"c1"}]


def test_who_was_muted_stays_so() -> None:
    company = talking()
    act(company, "mute")
    company.hang_up(company.offers()[0].leg_id, LOST)
    again = returns(company)
    company.pick_up(again)
    assert hears(company, "c1", again) == [set(), {"c1"}]


def test_who_stays_away_gives_the_customer_back() -> None:
    company, _ = lost()
    company.wait(29)
    again = returns(company)
    company.wait(1)
    assert company.state("c1") == "offered", "to a colleague"
    assert calls.HangUp(leg_id=again).leg_id in {one.leg_id for one in company.sent if isinstance(one, calls.HangUp)}
    assert (company.agent(1).state, company.agent(1).reason) == ("not_ready", "connection_lost")


def test_a_phone_that_is_called_too_early_is_called_again() -> None:
    company, _ = lost()
    first = returns(company)
    company.do(calls.EffectFailed(leg_id=first, at=company.now, effect_id="1", effect="CallAgent", reason="no contact"))
    assert company.state("c1") == "held" and hears(company, "c1") == [{"music"}]
    company.pick_up(returns(company))
    assert company.state("c1") == "connected"


def test_an_agent_who_does_not_want_the_call_back_gives_it_up() -> None:
    company, _ = lost()
    company.hang_up(returns(company), 21)
    assert company.state("c1") == "offered"


def test_a_page_that_has_forgotten_its_call_gets_it_back() -> None:
    """The browser was killed and said nothing: the switch has its leg still."""
    company = talking()
    leg = company.offers()[0].leg_id
    again = returns(company, instead_of=leg)
    assert leg in {one.leg_id for one in company.sent if isinstance(one, calls.HangUp)}
    company.hang_up(leg)
    assert company.state("c1") == "held", "what is told of it comes late"
    company.pick_up(again)
    assert hears(company, "c1", again) == [{again}, {"c1"}]


def test_a_word_about_another_leg_ends_no_call() -> None:
    company = talking()
    act(company, "return", leg_id="agent-of-before")
    assert company.state("c1") == "connected" and len(company.offers()) == 1
    company.hang_up(company.offers()[0].leg_id, LOST)
    again = returns(company)
    act(company, "return", leg_id="agent-of-before")
    assert len(company.offers()) == 2, "it is being called"
    company.pick_up(again)
    act(company, "return", leg_id="agent-of-before")
    assert company.state("c1") == "connected" and len(company.offers()) == 2


def test_a_phone_that_can_be_called_again_is_called_without_a_word() -> None:
    company = talking()
    company.do(PhonesSeen(frozenset({"sip1", "sip2"})))
    company.do(PhonesSeen(frozenset({"sip2"})))
    company.hang_up(company.offers()[0].leg_id, 27)
    company.do(PhonesSeen(frozenset({"sip1", "sip2"})))
    company.pick_up(company.offers()[1].leg_id)
    assert company.state("c1") == "connected"


def test_a_desk_phone_that_is_still_there_is_called_at_once() -> None:
    company = talking()
    company.do(AgentCommand(agent_id(1), SignIn(phone_kind="phone")))
    company.hang_up(company.offers()[0].leg_id, 41)
    assert [offer.sip_user for offer in company.offers()] == ["sip1", "sip1"]


def test_a_phone_that_vanishes_while_it_is_called_is_waited_for() -> None:
    company, _ = lost()
    company.do(PhonesSeen(frozenset({"sip1", "sip2"})))
    again = returns(company)
    company.do(PhonesSeen(frozenset({"sip2"})))
    assert company.state("c1") == "held" and hears(company, "c1") == [{"music"}]
    company.pick_up(again)
    assert company.state("c1") == "held", "it was given up"
    company.do(PhonesSeen(frozenset({"sip1", "sip2"})))
    company.pick_up(company.offers()[-1].leg_id)
    assert company.state("c1") == "connected"


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        (lambda company: company.hang_up("c1"), "wrap_up"),
        (lambda company: act(company, "hang_up"), "flow"),
        (lambda company: act(company, "park"), "parked"),
        (lambda company: company.do(AgentCommand(agent_id(1), SignOut())), "held"),
    ],
    ids=["the customer goes", "the agent hangs up", "the agent parks", "the agent signs out"],
)
def test_the_others_need_not_wait_for_it(what: Callable[[Company], None], ends: str) -> None:
    company, _ = lost()
    what(company)
    assert company.state("c1") == ends
    company.wait(31)
    assert "agent.line_back" not in company.kinds()


@pytest.mark.parametrize("kind", ["resume", "hold", "guide", "consult"])
def test_what_needs_the_agents_voice_waits_for_it(kind: str) -> None:
    company, _ = lost()
    more = {"to": "number", "target": "02088886666"} if kind == "consult" else {}
    more |= {"flow_id": str(agent_id(1)), "values": {}} if kind == "guide" else {}
    before = len(company.refused)
    act(company, kind, **more)
    assert len(company.refused) == before + 1
    assert hears(company, "c1") == [{"music"}]


def test_a_guest_goes_on_at_once() -> None:
    company = talking()
    asked = ask_agent(company)
    company.pick_up(asked)
    act(company, "join")
    company.hang_up(company.offers()[0].leg_id, LOST)
    assert hears(company, "c1", asked) == [{asked}, {"c1"}]
    assert "agent.line_lost" not in company.kinds()


@pytest.mark.parametrize("answered", [True, False], ids=["answered meanwhile", "gone meanwhile"])
def test_a_take_over_goes_on_with_it(answered: bool) -> None:
    company, _ = lost()
    waiting = taken_over(company, {"c1"}, up={"c1"})
    assert waiting.state("c1") == "held"
    again = returns(company)
    there = {"c1", again} if answered else {"c1"}
    after = taken_over(company, there, up=there)
    if not answered:
        assert after.state("c1") == "held"
        after.timers += company.timers
        after.wait(31)
        assert after.state("c1") == "offered"
    else:
        assert after.state("c1") == "connected" and hears(after, "c1", again) == [{again}, {"c1"}]


def supervises(company: Company, mode: str) -> str:
    """Agent 3, a supervisor from now on, does this in the conversation; the leg by which they do."""
    boss = replace(company.engine.config.agents[agent_id(3)], supervises=frozenset({PROJECT}))
    company.engine.config.agents[boss.id] = boss
    actor = {"account_id": str(UUID(int=7)), "agent_id": str(boss.id)}
    call = str(company.engine.legs["c1"])
    message = {"kind": "interaction.supervise", "interaction_id": call, "mode": mode, "actor": actor}
    company.do(commands.event(company.engine, message))
    return [offer.leg_id for offer in company.offers() if offer.sip_user == "sip3"][-1]


@pytest.mark.parametrize("mode", ["intercept", "barge"])
def test_a_supervisor_has_the_customer_who_waits_for_the_agent(mode: str) -> None:
    company, _ = lost()
    again = returns(company)
    leg = supervises(company, mode)
    company.pick_up(leg)
    assert hears(company, "c1", leg) == [{leg}, {"c1"}]
    assert again in {one.leg_id for one in company.sent if isinstance(one, calls.HangUp)}
    company.wait(31)
    assert company.state("c1") == "connected"


def test_who_listens_hears_nothing_until_they_barge_in() -> None:
    company = talking()
    leg = supervises(company, "listen")
    company.pick_up(leg)
    company.hang_up(company.offers()[0].leg_id, LOST)
    assert hears(company, "c1", leg) == [{"music"}, set()]
    supervises(company, "barge")
    assert hears(company, "c1", leg) == [{leg}, {"c1"}]


def test_a_phone_that_believes_in_its_old_call_is_busy_and_called_again() -> None:
    company, _ = lost()
    company.hang_up(returns(company), 17)
    assert company.state("c1") == "held"
    company.pick_up(returns(company))
    assert company.state("c1") == "connected"


def test_a_late_word_of_a_call_that_was_given_up_changes_nothing() -> None:
    company, _ = lost()
    first = returns(company)
    company.do(calls.EffectFailed(leg_id=first, at=company.now, effect_id="1", effect="CallAgent", reason="timeout"))
    second = returns(company)
    company.hang_up(first, 21)
    assert company.state("c1") == "held"
    company.pick_up(second)
    assert company.state("c1") == "connected"


def desk_phone() -> tuple[Company, str]:
    company = talking()
    company.do(AgentCommand(agent_id(1), SignIn(phone_kind="phone")))
    return company, company.offers()[0].leg_id


def test_a_desk_phone_that_does_not_answer_is_called_again() -> None:
    company, leg = desk_phone()
    company.hang_up(leg, 41)
    company.hang_up(company.offers()[-1].leg_id, 18)
    before = len(company.offers())
    company.wait(5)
    assert len(company.offers()) == before + 1


def test_a_phone_that_is_lost_again_and_again_does_not_keep_the_customer() -> None:
    company, leg = desk_phone()
    for _ in range(5):
        company.hang_up(leg, 41)
        leg = company.offers()[-1].leg_id
        company.pick_up(leg)
        assert company.state("c1") == "connected"
        company.wait(1)
    company.hang_up(leg, 41)
    assert company.state("c1") == "offered", "to a colleague"
    assert company.agent(1).reason == "connection_lost"
