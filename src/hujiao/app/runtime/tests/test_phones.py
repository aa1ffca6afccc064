"""Agents' phones: who can be called, phones that vanish, and the phone's own hold key."""

from __future__ import annotations

import pytest

from hujiao.agents.contracts import SetNotReady
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests.company import Company, agent_id, config, taken_over
from hujiao.app.runtime.views import agent_view
from hujiao.calls import contracts as calls
from hujiao.interactions import contracts as interactions


def seen(company: Company, *users: str) -> None:
    company.do(PhonesSeen(frozenset(users)))


def held(company: Company, *, on: bool) -> None:
    company.do(calls.LegHeld(leg_id=company.offers()[-1].leg_id, at=company.now, on=on))


def talking() -> Company:
    company = Company()
    seen(company, "sip1", "sip2")
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    return company


def test_nobody_is_offered_at_a_phone_that_is_not_registered_until_it_registers() -> None:
    company = Company()
    seen(company, "sip2")
    company.ready(1)
    assert company.agent(1).state == "available", "what the agent has chosen stays"
    assert agent_view(company.engine, agent_id(1))["unreachable_since"] == company.now
    company.call("c1", "1")
    assert not company.offers()
    company.wait(7)
    seen(company, "sip1", "sip2")
    assert [offer.sip_user for offer in company.offers()] == ["sip1"]
    assert company.last("agent.reachable") == {"phone_kind": "browser", "seconds": 7.0}
    assert agent_view(company.engine, agent_id(1))["unreachable_since"] is None


def test_while_nobody_says_who_is_registered_everybody_is_offered() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    assert len(company.offers()) == 1
    company.do(PhonesSeen(None))
    assert company.agent(1).unreachable_since is None


def test_a_phone_that_goes_while_it_rings_passes_the_caller_on_without_blame() -> None:
    company = Company()
    seen(company, "sip1", "sip2")
    company.ready(1)
    company.wait(1)
    company.ready(2)
    company.call("c1", "1")
    leg = company.offers()[0].leg_id
    seen(company, "sip2")
    assert [offer.sip_user for offer in company.offers()] == ["sip1", "sip2"]
    assert calls.HangUp(leg_id=leg).leg_id in [e.leg_id for e in company.sent if isinstance(e, calls.HangUp)]
    assert company.last("offer.missed")["reason"] == "phone_gone"
    assert (company.agent(1).state, company.agent(2).state) == ("available", "reserved")


def test_an_offer_that_found_out_that_the_phone_is_gone_leaves_the_agents_choice() -> None:
    company = Company()
    seen(company, "sip1")
    company.ready(1)
    company.call("c1", "1")
    leg = company.offers()[0].leg_id
    company.do(calls.EffectFailed(leg_id=leg, at=company.now, effect_id="1", effect="CallAgent", reason="no contact"))
    assert company.agent(1).reason == "unreachable"
    company.wait(1)
    seen(company)
    assert (company.agent(1).state, company.agent(1).unreachable_since) == ("available", company.now)
    assert len(company.offers()) == 1
    seen(company, "sip1")
    assert len(company.offers()) == 2


def test_a_choice_to_be_away_outlives_a_lost_phone() -> None:
    company = Company()
    seen(company, "sip1")
    company.ready(1)
    company.do(AgentCommand(agent_id(1), SetNotReady("break")))
    seen(company)
    seen(company, "sip1")
    assert (company.agent(1).state, company.agent(1).reason) == ("not_ready", "break")


def test_a_phone_that_vanishes_in_a_call_is_listened_for_and_then_ended_as_lost() -> None:
    company = talking()
    leg = company.offers()[0].leg_id
    seen(company, "sip2")
    assert [effect.leg_id for effect in company.sent if isinstance(effect, calls.EndIfSilent)] == [leg]
    interaction = company.engine.legs["c1"]
    assert company.engine.phone_is_gone(interaction, leg)
    assert not company.engine.phone_is_gone(interaction, "another leg")
    assert company.state("c1") == "connected", "sound may come still"
    company.hang_up(leg, cause=27)
    assert company.state("c1") == "held"
    assert isinstance(company.sent[-1], calls.StartMusic)
    company.wait(30)
    assert company.state("c1") == "queued"
    assert company.agent(1).reason == "connection_lost"


def test_a_phone_that_comes_back_in_a_call_is_left_alone() -> None:
    company = talking()
    leg = company.offers()[0].leg_id
    seen(company, "sip2")
    seen(company, "sip1", "sip2")
    assert not company.engine.phone_is_gone(company.engine.legs["c1"], leg)
    assert company.state("c1") == "connected"


def test_a_take_over_knows_who_was_gone_and_listens_again() -> None:
    company = talking()
    leg = company.offers()[0].leg_id
    seen(company, "sip2")
    after = taken_over(company, {"c1", leg}, up={"c1", leg})
    assert after.agent(1).unreachable_since is not None
    assert [effect.leg_id for effect in after.sent if isinstance(effect, calls.EndIfSilent)] == [leg]


def test_the_phones_hold_key_holds_and_takes_back() -> None:
    company = talking()
    company.wait(10)
    held(company, on=True)
    assert company.state("c1") == "held"
    assert isinstance(company.sent[-1], calls.StartMusic)
    assert company.last("agent.held") == {"by": "phone"}
    company.wait(20)
    held(company, on=False)
    assert company.state("c1") == "connected"
    assert isinstance(company.sent[-1], calls.Bridge)
    company.wait(5)
    company.hang_up("c1")
    assert company.last("agent.disconnected")["hold_seconds"] == 20.0


def test_a_hold_at_the_phone_is_taken_back_there() -> None:
    company = talking()
    held(company, on=True)
    company.command("c1", interactions.Resume())
    assert company.refused == ["held_at_phone"]
    held(company, on=False)
    company.command("c1", interactions.Hold())
    assert company.last("agent.held") == {"by": "desktop"}
    held(company, on=True)  # both: the phone has the last word
    company.command("c1", interactions.Resume())
    assert company.refused == ["held_at_phone"] * 2
    held(company, on=False)
    assert company.state("c1") == "connected"


def test_a_hold_in_the_greeting_begins_when_it_is_over() -> None:
    company = Company(config(greeting="greeting"))
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    held(company, on=True)
    assert company.state("c1") == "connected"
    company.played("c1")
    assert company.state("c1") == "held"


def test_a_customers_own_hold_is_no_hold_of_the_agent() -> None:
    company = talking()
    company.do(calls.LegHeld(leg_id="c1", at=company.now, on=True))
    assert company.state("c1") == "connected"


@pytest.mark.parametrize("on", [True, False])
def test_after_a_take_over_the_desktop_may_take_back_what_the_phone_held(on: bool) -> None:
    company = talking()
    held(company, on=True)
    leg = company.offers()[0].leg_id
    after = taken_over(company, {"c1", leg}, up={"c1", leg})
    if on:
        after.do(calls.LegHeld(leg_id=leg, at=after.now, on=False))
    else:
        after.command("c1", interactions.Resume())
    assert after.state("c1") == "connected"
