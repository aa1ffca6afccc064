"""What agents do at their phones: the same as at the desktop, by the same rules, and the ledger says where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.app.runtime.tests.company import NUMBER, PROJECT, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_consulting import hears
from hujiao.app.runtime.tests.test_outgoing import WHOM, hung_up, numbers
from hujiao.app.runtime.tests.test_supervising import watching
from hujiao.app.runtime.tests.test_transfers import OUTSIDE, talking
from hujiao.app.runtime.views import interaction_view
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Dialling, NumberRules
from hujiao.interactions.contracts import EndConsultation, Swap

OWN = "1764423.12"  # the leg of a call that the phone makes is named by the switch


def place(made: Company, number: str, *, user: str = "sip1", leg: str = OWN) -> None:
    made.do(calls.CallPlaced(leg_id=leg, at=made.now, sip_user=user, number=number))


def refer(made: Company, leg: str, number: str = "", **more: Any) -> None:
    made.do(calls.TransferAsked(leg_id=leg, at=made.now, number=number, **more))


def told(made: Company) -> list[tuple[str, bool]]:
    """What phones were told of their transfers."""
    return [(effect.leg_id, effect.done) for effect in made.sent if isinstance(effect, calls.TellTransfer)]


def free(**changes: Any) -> Company:
    made = Company(replace(config(3), **changes))
    for number in (1, 2):
        made.ready(number)
    return made


# ── a call out ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_free_agents_phone_calls_out_and_is_not_called_itself() -> None:
    made = free()
    place(made, WHOM)
    assert not made.offers() and [e.leg_id for e in made.sent if isinstance(e, calls.AnswerLeg)] == [OWN]
    (number,) = numbers(made)
    assert (number.number, number.caller, number.heard_by) == (WHOM, NUMBER, OWN)
    assert made.last("outgoing.started") == {
        "number": WHOM, "leg_id": OWN, "with_agent": None, "origin": "phone",
    }  # fmt: skip
    assert hears(made, OWN) == [{number.leg_id, "tone"}] and made.agent(1).state == "engaged"
    made.pick_up(number.leg_id)
    assert hears(made, OWN, number.leg_id) == [{number.leg_id}, {OWN}]
    made.wait(30)
    made.hang_up(OWN)
    assert number.leg_id in hung_up(made) and made.agent(1).state == "wrap_up"
    assert made.last("agent.disconnected")["talk_seconds"] == 30.0


def test_a_free_agents_phone_calls_a_colleague() -> None:
    made = free()
    place(made, "1002")
    (ringing,) = made.offers()
    assert (ringing.sip_user, ringing.caller) == ("sip2", "1001") and "tone" in hears(made, OWN)[0]
    made.pick_up(ringing.leg_id)
    assert hears(made, OWN, ringing.leg_id) == [{ringing.leg_id}, {OWN}]
    assert made.last("interaction.started")["direction"] == "internal"
    refer(made, OWN, OUTSIDE)
    assert made.refused == ["not_for_internal_calls"]
    place(made, OUTSIDE, user="sip2", leg="called")
    assert made.refused[1:] == ["you_have_a_call"], "who was called asks nobody beside"
    made.hang_up(OWN)
    assert ringing.leg_id in hung_up(made) and made.agent(1).state == made.agent(2).state == "available"


def test_a_phone_that_is_put_down_while_the_number_rings_gives_up() -> None:
    made = free()
    place(made, WHOM)
    (number,) = numbers(made)
    made.hang_up(OWN, cause=26)
    assert number.leg_id in hung_up(made) and made.last("interaction.ended")["end_reason"] == "given_up"
    made.pick_up(number.leg_id)  # at the same moment
    assert "agent.connected" not in made.kinds()


def test_a_number_that_is_busy_ends_the_phones_call() -> None:
    made = free()
    place(made, WHOM)
    made.hang_up(numbers(made)[0].leg_id, cause=17)
    assert OWN in hung_up(made) and made.last("outgoing.unreached")["cause"] == 17


@pytest.mark.parametrize("up", [True, False])
def test_a_take_over_keeps_the_phones_call_and_answers_it_if_nobody_has(up: bool) -> None:
    made = free()
    place(made, WHOM)
    legs = {OWN, numbers(made)[0].leg_id}
    after = taken_over(made, legs, up={OWN} if up else set())
    assert [e.leg_id for e in after.sent if isinstance(e, calls.AnswerLeg)] == ([] if up else [OWN])
    assert after.agent(1).state == "engaged" and not hung_up(after)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110", "emergency_number"),
        ("anonymous", "number_withheld"),
        ("*8", "not_a_number_to_call"),
        (WHOM, "number_not_allowed"),
        ("1003", "target_signed_out"),
        ("1001", "your_own_number"),
        (NUMBER, "number_not_allowed"),
    ],
)
def test_what_a_phone_may_not_call_is_refused_and_kept(number: str, code: str) -> None:
    made = free(dialling=Dialling(own=NumberRules(allow=("+86138",))))
    place(made, number)
    assert made.refused == [code] and not made.engine.live and not made.sent
    assert made.agent(1).state == "available"
    if not number.startswith("100"):
        assert made.last("number.refused") == {
            "number": number, "reason": code, "by_agent": agent_id(1),
        }  # fmt: skip


def test_whose_phone_may_not_call_now() -> None:
    made = free()
    place(made, WHOM, user="sip3")
    place(made, WHOM, user="nobody")
    assert made.refused == ["not_signed_in_to_work"] * 2
    place(made, WHOM)
    place(made, OUTSIDE, leg="another")
    assert made.refused[2:] == ["you_have_a_call"]
    made.hang_up(OWN)
    assert made.agent(1).state == "wrap_up"
    place(made, OUTSIDE, leg="third")
    assert made.refused[3:] == ["you_have_a_call"] and len(numbers(made)) == 1


# ── sent on ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_transfer_key_sends_the_caller_to_a_number_and_the_phone_is_told_first() -> None:
    made = talking()
    phone = made.offers()[0].leg_id
    refer(made, phone, "020-8765 4321")
    assert told(made) == [(phone, True)]
    order = [type(effect) for effect in made.sent if getattr(effect, "leg_id", "") == phone]
    assert order.index(calls.TellTransfer) < order.index(calls.HangUp)
    assert numbers(made)[-1].number == OUTSIDE and made.state("c1") == "transferred"
    asked = made.last("transfer.requested")
    assert (asked["to"], asked["target"], asked["by_agent"], asked["origin"]) == (
        "number", OUTSIDE, agent_id(1), "phone",
    )  # fmt: skip
    assert made.agent(1).state == "wrap_up"


def test_to_a_colleagues_extension_and_back_to_the_queue_if_they_do_not_answer() -> None:
    made = talking()
    refer(made, made.offers()[0].leg_id, "1002")
    assert made.offers()[-1].sip_user == "sip2"
    assert made.last("transfer.requested")["target_name"] == "agent 2"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1001", "target_has_the_call"),
        ("1003", "target_signed_out"),
        ("110", "emergency_number"),
        ("", "not_your_interaction"),
        ("anonymous", "number_withheld"),
        ("1", "not_a_number_to_call"),
        ("0013125550100", "number_beyond_bounds"),
    ],
)
def test_a_refused_transfer_leaves_the_call_with_the_agent(number: str, code: str) -> None:
    made = talking()
    before = len(made.sent)
    refer(made, made.offers()[0].leg_id, number)
    assert made.refused == [code] and made.sent[before:] == [] and made.state("c1") == "connected"


def test_a_colleague_of_other_projects_is_no_colleague() -> None:
    settings = config(3)
    apart = {
        key: replace(one, projects=frozenset({PROJECT if one.number == "1001" else UUID(int=99)}))
        for key, one in settings.agents.items()
    }
    made = talking(replace(settings, agents=apart))
    refer(made, made.offers()[0].leg_id, "1002")
    place(made, "1002")
    assert made.refused == ["unknown_reference"] * 2 and made.state("c1") == "connected"


def test_an_emergency_number_is_nobodys_extension() -> None:
    settings = config(3)
    named = {key: replace(one, number="110") if one.number == "1002" else one for key, one in settings.agents.items()}
    made = free(agents=named, dialling=Dialling(emergency=True))
    place(made, "110")
    assert [call.number for call in numbers(made)] == ["110"]


def test_only_who_has_the_customer_sends_on() -> None:
    made = talking()
    phone = made.offers()[0].leg_id
    refer(made, "c1", OUTSIDE)  # no switch lets a caller do it
    refer(made, "unknown", OUTSIDE)
    refer(made, phone, OUTSIDE, other_leg="c1")
    assert made.refused == ["not_your_interaction"] * 3
    made.hang_up("c1")
    refer(made, phone, OUTSIDE)  # it has just ended
    assert made.refused[3:] == ["not_your_interaction"] and not numbers(made)


def test_the_transfer_key_comes_too_late_when_a_supervisor_has_taken_the_call() -> None:
    made, phone, _ = watching("intercept")
    assert phone in hung_up(made)
    refer(made, phone, OUTSIDE)
    assert made.refused == ["not_your_interaction"] and not numbers(made) and not told(made)
    assert made.state("c1") == "connected"


# ── asking beside ────────────────────────────────────────────────────────────────────────────────────────────────────


def held(made: Company, leg: str, *, on: bool) -> None:
    made.do(calls.LegHeld(leg_id=leg, at=made.now, on=on))


def asking(number: str = OUTSIDE, *, answers: bool = True) -> tuple[Company, str, str]:
    """The agent holds customer c1 at the phone and asks by a second call; the phone's first leg, and who is asked."""
    made = talking()
    phone = made.offers()[0].leg_id
    held(made, phone, on=True)
    place(made, number)
    asked = numbers(made)[-1].leg_id if number == OUTSIDE else made.offers()[-1].leg_id
    if answers:
        made.pick_up(asked)
    return made, phone, asked


@pytest.mark.parametrize("number", [OUTSIDE, "1002"])
def test_a_second_call_in_a_conversation_asks_beside(number: str) -> None:
    made, phone, asked = asking(number, answers=False)
    assert made.last("consultation.started")["origin"] == "phone"
    assert hears(made, "c1", phone) == [{"music"}, set()] and "tone" in hears(made, OWN)[0]
    made.pick_up(asked)
    assert hears(made, "c1", phone, OWN, asked) == [{"music"}, set(), {asked}, {OWN}]
    made.wait(20)
    made.hang_up(asked)
    assert OWN in hung_up(made), "the phone is left with the customer's call"
    assert hears(made, "c1", phone) == [{"music"}, set()]
    held(made, phone, on=False)
    assert hears(made, "c1", phone) == [{phone}, {"c1"}]
    assert made.last("consultation.ended")["talk_seconds"] == 20.0


def test_the_hold_keys_of_the_two_calls_say_with_whom_the_agent_talks() -> None:
    made, phone, asked = asking()
    held(made, OWN, on=True)
    assert hears(made, "c1", phone, OWN, asked) == [{"music"}, set(), set(), {"music"}]
    held(made, phone, on=False)
    assert hears(made, "c1", phone, OWN, asked) == [{phone}, {"c1"}, set(), {"music"}]
    assert made.last("consultation.swapped")["to"] == "customer"
    assert interaction_view(made.engine, next(iter(made.engine.live.values())))["two_calls_at_phone"]
    made.command("c1", Swap())
    assert made.refused == ["held_at_phone"]
    held(made, phone, on=True)
    assert hears(made, "c1") == [{"music"}]
    held(made, phone, on=False)
    assert hears(made, "c1") == [{phone}]
    held(made, phone, on=True)
    held(made, OWN, on=False)
    assert hears(made, "c1", phone, OWN, asked) == [{"music"}, set(), {asked}, {OWN}]
    assert made.last("consultation.swapped")["to"] == "consulted"


def test_a_phone_that_holds_neither_call_joins_them_here() -> None:
    made, phone, asked = asking()
    held(made, phone, on=False)
    assert OWN in hung_up(made) and made.last("conference.joined")
    assert hears(made, "c1", phone, asked) == [{phone, asked}, {"c1", asked}, {"c1", phone}]


@pytest.mark.parametrize("how", ["hang up", "desktop"])
def test_the_second_call_ends_and_the_customer_waits_for_the_phone(how: str) -> None:
    made, phone, asked = asking()
    if how == "hang up":
        made.hang_up(OWN)
        assert OWN not in hung_up(made)
    else:
        made.command("c1", EndConsultation())
        assert OWN in hung_up(made)
    assert asked in hung_up(made) and hears(made, "c1") == [{"music"}]
    held(made, phone, on=False)
    assert hears(made, "c1", phone) == [{phone}, {"c1"}]


@pytest.mark.parametrize("by_second", [False, True])
@pytest.mark.parametrize("number", [OUTSIDE, "1002"])
def test_the_transfer_key_hands_over_to_whom_the_agent_asked(number: str, by_second: bool) -> None:
    made, phone, asked = asking(number)
    made.wait(10)
    one, other = (OWN, phone) if by_second else (phone, OWN)
    refer(made, one, other_leg=other)
    assert told(made) == [(one, True)] and {phone, OWN} <= hung_up(made)
    order = [type(effect) for effect in made.sent if getattr(effect, "leg_id", "") == one]
    assert order.index(calls.TellTransfer) < order.index(calls.HangUp)
    assert hears(made, "c1", asked) == [{asked}, {"c1"}]
    assert made.last("consultation.ended")["talk_seconds"] == 10.0 and made.agent(1).state == "wrap_up"
    made.hang_up(OWN)  # they say so later
    made.hang_up(phone)
    assert hears(made, "c1", asked) == [{asked}, {"c1"}]
    made.hang_up("c1")
    assert made.state("c1") == "wrap_up"


def test_who_is_not_reached_yet_is_no_target() -> None:
    made, phone, asked = asking(answers=False)
    refer(made, phone, other_leg=OWN)
    refer(made, OWN, OUTSIDE)
    assert made.refused == ["not_possible_in_this_state", "not_your_interaction"] and not told(made)
    assert not {phone, OWN, asked} & hung_up(made)


def test_one_second_call_at_a_time() -> None:
    made, phone, asked = asking()
    place(made, "02087654322", leg="third")
    assert made.refused == ["not_possible_in_this_state"] and len(numbers(made)) == 1
    made.hang_up("c1")
    assert {phone, OWN, asked} <= hung_up(made)
    place(made, OUTSIDE, leg="fourth")
    assert made.refused[1:] == ["you_have_a_call"]


def test_the_phone_that_hangs_up_both_leaves_the_customer_with_whom_it_asked() -> None:
    made, phone, asked = asking()
    made.hang_up(phone)
    assert OWN in hung_up(made) and hears(made, "c1", asked) == [{asked}, {"c1"}]


@pytest.mark.parametrize("there", [True, False])
def test_a_take_over_keeps_the_second_call_or_finds_it_gone(there: bool) -> None:
    made, phone, asked = asking()
    legs = {"c1", phone, asked} | ({OWN} if there else set())
    after = taken_over(made, legs, up=legs)
    assert (asked in hung_up(after)) is not there
    if there:
        assert OWN in after.engine.legs and not hung_up(after)
        held(after, OWN, on=True)
        held(after, phone, on=False)
        assert after.last("consultation.swapped")["to"] == "customer"
