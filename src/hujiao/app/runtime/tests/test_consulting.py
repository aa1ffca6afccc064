"""An agent asks somebody beside the customer: who hears whom, who has the customer afterwards, what is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests.company import BILLS, REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.ears import Ears
from hujiao.app.runtime.tests.test_transfers import facts, interaction
from hujiao.app.runtime.views import interaction_view
from hujiao.calls import contracts as calls

OUTSIDE = "02088886666"


def talking() -> Company:
    """Customer c1 with agent 1; agents 2 and 3 are free."""
    company = Company(config(3))
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    company.ready(2)
    company.ready(3)
    company.wait(20)
    return company


def act(company: Company, kind: str, number: int = 1, **more: Any) -> None:
    """What an agent's desktop asks for."""
    message = {"kind": f"interaction.{kind}", "interaction_id": str(interaction(company, "c1").id), **more}
    try:
        event = commands.event(company.engine, {**message, "actor": {"agent_id": str(agent_id(number))}})
    except agents.Impossible as error:
        company.refused.append(error.code)
        return
    company.do(event)


def ask_agent(company: Company, number: int = 2) -> str:
    act(company, "consult", to="agent", target=str(agent_id(number)))
    return company.offers()[-1].leg_id


def ask_number(company: Company) -> str:
    act(company, "consult", to="number", target=OUTSIDE)
    return [effect for effect in company.sent if isinstance(effect, calls.CallNumber)][-1].leg_id


def hears(company: Company, *legs: str) -> list[set[str]]:
    """Of those who are still there: nobody commands what a leg that has ended hears."""
    parties = (party for record in company.engine.live.values() for party in record.interaction.parties)
    there = {leg for party in parties for leg in party.legs}
    ears = Ears()
    ears.listen(company.sent, gone=company.engine.legs.keys() - there)
    return [ears.of(leg) for leg in legs]


ASK = pytest.mark.parametrize("ask", [ask_agent, ask_number], ids=["agent", "number"])


def test_who_is_asked_reads_what_the_agent_has_written() -> None:
    company = talking()
    act(company, "consult", to="agent", target=str(agent_id(2)), note="may I refund?")
    record = company.engine.live[interaction(company, "c1").id]
    notes = {one["agent_id"]: one["note"] for one in interaction_view(company.engine, record)["parties"]}
    assert (notes[agent_id(1)], notes[agent_id(2)]) == ("", "may I refund?")
    assert company.last("consultation.started")["note"] == "may I refund?"


@ASK
def test_the_customer_hears_music_while_somebody_is_asked(ask: Callable[[Company], str]) -> None:
    company = talking()
    first = company.offers()[0].leg_id
    asked = ask(company)
    assert hears(company, "c1")[0] == {"music"} and "tone" in hears(company, first)[0]
    company.pick_up(asked)
    assert hears(company, "c1", first, asked) == [{"music"}, {asked}, {first}]
    assert company.state("c1") == "held"
    company.hang_up("c1")
    assert company.state("c1") == "wrap_up"
    assert {first, asked} <= {effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)}
    assert company.agent(1).state == "wrap_up" and company.agent(2).state == "available"


def test_the_carrier_is_heard_before_the_number_answers() -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask_number(company)
    dialled = [effect for effect in company.sent if isinstance(effect, calls.CallNumber)][-1]
    assert (dialled.heard_by, dialled.number) == (first, OUTSIDE)
    assert hears(company, "c1", first) == [{"music"}, {asked, "tone"}]


@ASK
def test_swapped_to_the_customer_and_back(ask: Callable[[Company], str]) -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask(company)
    company.pick_up(asked)
    company.wait(5)
    act(company, "swap")
    assert hears(company, "c1", first, asked) == [{first}, {"c1"}, {"music"}]
    assert company.state("c1") == "connected"
    company.wait(7)
    act(company, "swap")
    assert hears(company, "c1", first, asked) == [{"music"}, {asked}, {first}]
    company.wait(1)
    act(company, "end_consultation")
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    company.hang_up("c1")
    ended = company.last("agent.disconnected")
    assert (ended["talk_seconds"], ended["hold_seconds"]) == (27.0, 6.0)


@ASK
def test_the_consultation_ends_as_a_transfer(ask: Callable[[Company], str]) -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask(company)
    company.pick_up(asked)
    company.wait(9)
    act(company, "hand_over")
    assert hears(company, "c1", asked) == [{asked}, {"c1"}]
    assert first in {effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)}
    assert company.agent(1).state == "wrap_up"
    assert company.last("consultation.ended")["talk_seconds"] == 9.0
    company.wait(30)
    company.hang_up("c1")
    told = facts(company, "c1")
    assert (told.talk_seconds, told.hold_seconds) == ((50.0, 9.0) if asked.startswith("agent-") else (20.0, 9.0))
    assert [segment.kind for segment in told.segments if segment.kind != "flow"] == [
        "queue", "agent", "consult", "agent" if asked.startswith("agent-") else "outside",
    ]  # fmt: skip


def test_the_next_agent_is_recorded_and_writes_up() -> None:
    company = talking()
    asked = ask_agent(company)
    company.pick_up(asked)
    act(company, "hand_over")
    assert not [effect for effect in company.sent if isinstance(effect, calls.StopRecording)]
    assert interaction(company, "c1").agent_id == agent_id(2)
    act(company, "hang_up", 2)
    assert "recording.stopped" in company.kinds() and company.agent(2).state == "wrap_up"
    assert [effect.leg_id for effect in company.sent if isinstance(effect, calls.StopRecording)] == ["c1"]


@ASK
def test_all_three_talk_and_one_leaves(ask: Callable[[Company], str]) -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask(company)
    company.pick_up(asked)
    act(company, "join")
    assert hears(company, "c1", first, asked) == [{first, asked}, {"c1", asked}, {"c1", first}]
    act(company, "mute")
    assert hears(company, "c1", asked) == [{asked}, {"c1"}]
    act(company, "unmute")
    company.wait(10)
    company.hang_up(asked)
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    assert company.last("party.left")["talk_seconds"] == 10.0
    assert company.agent(2).state == "available"
    company.hang_up(first)
    assert company.state("c1") == "flow"


@ASK
def test_the_others_go_on_when_the_agent_leaves_a_conference(ask: Callable[[Company], str]) -> None:
    company = talking()
    asked = ask(company)
    company.pick_up(asked)
    act(company, "join")
    act(company, "hang_up")
    assert hears(company, "c1", asked) == [{asked}, {"c1"}]
    assert company.agent(1).state == "wrap_up"
    company.hang_up("c1")
    assert company.last("interaction.ended")["end_reason"] == "completed"


def test_a_conference_of_five() -> None:
    company = talking()
    first, legs = company.offers()[0].leg_id, ["c1"]
    for ask in (ask_agent, lambda one: ask_agent(one, 3), ask_number):
        legs.append(ask(company))
        company.pick_up(legs[-1])
        assert hears(company, legs[-1], first) == [{first}, {legs[-1]}]
        act(company, "join")
    everybody = {first, *legs}
    assert hears(company, *everybody) == [everybody - {leg} for leg in everybody]
    talk_on = everybody - {first, legs[3]}
    act(company, "hang_up_party", leg_id=legs[3])
    again = ask_number(company)
    company.pick_up(again)
    assert hears(company, *talk_on, first) == [*(talk_on - {leg} for leg in talk_on), {again}], "the others talk on"
    act(company, "hang_up_party", leg_id=legs[1])
    act(company, "hang_up_party", leg_id=legs[2])
    assert hears(company, "c1") == [{"music"}], "alone"
    act(company, "hand_over")
    assert hears(company, "c1", again) == [{again}, {"c1"}]


def test_one_of_a_conference_is_dropped_and_then_the_agent_leaves_it_asking() -> None:
    company = talking()
    legs = ["c1"]
    for ask in (ask_agent, lambda one: ask_agent(one, 3)):
        legs.append(ask(company))
        company.pick_up(legs[-1])
        act(company, "join")
    asked = ask_number(company)
    company.pick_up(asked)
    act(company, "hang_up")
    everybody = {asked, *legs}
    assert hears(company, *everybody) == [everybody - {leg} for leg in everybody]
    assert interaction(company, "c1").agent_id == agent_id(2) and company.agent(1).state == "wrap_up"
    act(company, "hang_up_party", 2, leg_id=legs[2])
    assert company.agent(3).state == "available" and company.last("party.left")["with_agent"] == agent_id(3)
    assert hears(company, "c1") == [everybody - {"c1", legs[2]}]
    act(company, "hang_up_party", 2, leg_id="c1")
    act(company, "hang_up_party", 2, leg_id="nobody")
    assert company.refused == ["not_possible_in_this_state"] * 2


@pytest.mark.parametrize(
    "fails",
    [
        lambda company, leg: company.hang_up(leg, 21),
        lambda company, leg: company.wait(60),
        lambda company, leg: act(company, "reject", 2),
        lambda company, leg: act(company, "end_consultation"),
        lambda company, leg: company.do(PhonesSeen(frozenset({"sip1", "sip3"}))),
        lambda company, leg: company.do(
            calls.EffectFailed(leg_id=leg, at=company.now, effect_id="", effect="CallAgent", reason="404")
        ),
    ],
    ids=["rejected", "no answer", "by the desktop", "taken back", "phone gone", "not called"],
)
def test_whoever_cannot_be_asked_leaves_the_agent_with_the_customer(fails: Callable[[Company, str], None]) -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask_agent(company)
    assert company.agent(2).state == "reserved"
    fails(company, asked)
    assert company.agent(2).state == "available"
    if company.state("c1") == "held":  # until the agent takes them back
        assert hears(company, "c1", first) == [{"music"}, set()]
        act(company, "resume")
    assert hears(company, "c1", first) == [{first}, {"c1"}]


def test_who_is_asked_leaves_by_their_own_desktop() -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask_agent(company)
    company.pick_up(asked)
    act(company, "hang_up", 2)
    assert hears(company, "c1", first) == [{"music"}, set()]
    assert company.last("consultation.ended")["with_agent"] == agent_id(2)


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda company: company.do(AgentCommand(agent_id(2), agents.SetNotReady("lunch"))), "target_not_ready"),
        (lambda company: company.do(AgentCommand(agent_id(2), agents.SignOut())), "target_signed_out"),
        (lambda company: company.call("c2", "1"), "target_busy"),
        (lambda company: company.do(PhonesSeen(frozenset({"sip1", "sip3"}))), "target_busy"),
        (lambda company: ask_agent(company, 3), "not_possible_in_this_state"),
    ],
)
def test_who_cannot_be_asked_is_told_before_the_customer_is_held(prepare: Callable[[Company], Any], code: str) -> None:
    company = talking()
    prepare(company)
    state = company.state("c1")
    act(company, "consult", to="agent", target=str(agent_id(2)))
    assert company.refused == [code] and company.state("c1") == state


def test_an_emergency_number_and_strangers_are_refused() -> None:
    company = talking()
    act(company, "consult", to="number", target="110")
    assert company.refused == ["emergency_number"] and company.state("c1") == "connected"
    assert "number.refused" in company.kinds()
    act(company, "consult", 3, to="agent", target=str(agent_id(2)))
    act(company, "swap", 3)
    assert company.refused[1:] == ["not_your_interaction"] * 2


@ASK
@pytest.mark.parametrize("room", ["beside", "main"])
def test_a_take_over_finds_everybody_where_they_were(ask: Callable[[Company], str], room: str) -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask(company)
    company.pick_up(asked)
    if room == "main":
        act(company, "join")
    legs = {"c1", first, asked}
    after = taken_over(company, legs, up=legs)
    assert hears(after, *sorted(legs)) == hears(company, *sorted(legs))
    act(after, "hand_over" if room == "beside" else "hang_up")
    assert hears(after, "c1", asked) == [{asked}, {"c1"}]


@ASK
def test_a_take_over_sees_who_answered_or_left_meanwhile(ask: Callable[[Company], str]) -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask(company)
    answered = taken_over(company, {"c1", first, asked}, up={"c1", first, asked})
    assert hears(answered, "c1", first, asked) == [{"music"}, {asked}, {first}]
    gone = taken_over(answered, {"c1", first}, up={"c1", first})
    assert hears(gone, "c1", first) == [{"music"}, set()]
    assert gone.agent(2).state == "available"


def test_the_agent_whose_phone_is_lost_in_a_consultation_costs_the_customer_nothing() -> None:
    company = talking()
    first, asked = company.offers()[0].leg_id, ask_agent(company)
    company.pick_up(asked)
    company.do(AgentCommand(agent_id(2), agents.SetNotReady("lunch")))
    company.do(AgentCommand(agent_id(3), agents.SetNotReady("lunch")))
    company.hang_up(first, 44)
    assert company.state("c1") == "held" and hears(company, "c1") == [{"music"}]
    assert company.agent(2).state == "not_ready"
    company.wait(30)
    assert company.state("c1") == "queued" and hears(company, "c1") == [{"music"}]


def test_who_is_free_longest_in_a_queue_is_asked() -> None:
    company = talking()
    company.do(AgentCommand(agent_id(2), agents.SetNotReady()))
    company.do(AgentCommand(agent_id(2), agents.SetAvailable()))
    act(company, "consult", to="queue", target=str(BILLS))
    assert interaction(company, "c1").consulted.agent_id == agent_id(3)
    act(company, "end_consultation")
    act(company, "consult", to="queue", target=str(REPAIRS))  # agent 2 does not serve it
    assert interaction(company, "c1").consulted.agent_id == agent_id(3)
    act(company, "end_consultation")
    company.do(AgentCommand(agent_id(3), agents.SetNotReady()))
    act(company, "consult", to="queue", target=str(REPAIRS))
    act(company, "consult", to="supervisor", target="")
    assert company.refused[-2:] == ["nobody_free_to_ask", "nobody_free_to_ask"]


@ASK
def test_one_of_the_conference_is_held_and_muted_by_itself(ask: Callable[[Company], str]) -> None:
    company = talking()
    first, guest = company.offers()[0].leg_id, ask(company)
    company.pick_up(guest)
    act(company, "hold_party", leg_id=guest)
    assert company.refused[-1] == "not_possible_in_this_state"  # not in a conference yet
    act(company, "join")
    act(company, "mute_party", leg_id=guest)
    assert hears(company, "c1", first, guest) == [{first}, {"c1"}, {"c1", first}]
    act(company, "hold_party", leg_id=guest)
    assert hears(company, "c1", first, guest) == [{first}, {"c1"}, {"music"}]
    act(company, "resume_party", leg_id=guest)
    act(company, "unmute_party", leg_id=guest)
    assert hears(company, "c1", first, guest) == [{first, guest}, {"c1", guest}, {"c1", first}]
    act(company, "hold_party", leg_id="c1")
    assert company.refused[-1] == "not_possible_in_this_state"
    act(company, "hold_party", leg_id=guest)
    act(company, "hang_up")
    assert hears(company, "c1", guest) == [{guest}, {"c1"}], "who held them has gone"


def test_who_was_taken_in_mutes_themselves_apart_from_the_host() -> None:
    company = talking()
    first, guest = company.offers()[0].leg_id, ask_agent(company)
    act(company, "mute", 2)
    assert company.refused[-1] == "not_possible_in_this_state"  # their phone still rings
    company.pick_up(guest)
    act(company, "mute", 2)
    assert hears(company, first, guest) == [set(), {first}], "beside the customer, too"
    assert [fact.agent_id for _, fact in company.facts if fact.kind == "agent.muted"] == [agent_id(2)]
    act(company, "join")
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    act(company, "mute_party", leg_id=guest)
    act(company, "unmute", 2)
    assert hears(company, "c1", first) == [{first}, {"c1"}], "the host's is another one"
    act(company, "mute", 2)
    act(company, "unmute_party", leg_id=guest)
    assert hears(company, "c1", first) == [{first}, {"c1"}], "their own stays"
    act(company, "unmute", 2)
    assert hears(company, "c1", first) == [{first, guest}, {"c1", guest}]
    for kind in ("hold", "park", "consult"):
        act(company, kind, 2, to="agent", target=str(agent_id(3)))
        assert company.refused[-1] == "for_the_host_alone"


def test_whom_the_host_had_muted_may_speak_as_the_host() -> None:
    company = talking()
    guest = ask_agent(company)
    company.pick_up(guest)
    act(company, "join")
    act(company, "mute_party", leg_id=guest)
    act(company, "hang_up")
    assert hears(company, "c1") == [set()] and interaction(company, "c1").agent_id == agent_id(2)
    act(company, "unmute", 2)
    assert hears(company, "c1") == [{guest}]


@ASK
def test_who_is_muted_stays_so_while_somebody_is_called_beside(ask: Callable[[Company], str]) -> None:
    company = talking()
    act(company, "mute")
    asked = ask(company)
    muted = [effect.on for effect in company.sent if isinstance(effect, calls.MuteLeg)]
    assert muted == [True]
    company.pick_up(asked)
    assert hears(company, asked) == [set()]
