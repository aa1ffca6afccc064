"""Digits with check digits, read back, with time-outs of their own; the language that is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from hujiao.flows import contracts as flows
from hujiao.flows.check import check
from hujiao.flows.tests.test_kinds import NOTHING
from hujiao.flows.tests.test_machine import BYE, Running, collect

CARD, ID = "79927398713", "11010519491231002"


def asks(**changes: Any) -> Running:
    return Running("ask", ask=collect(**changes), bye=BYE, sorry={"type": "play", "prompts": ["p"], "next": "bye"})


def test_the_first_digit_may_have_longer_than_the_next() -> None:
    flow = asks(first_timeout_seconds=12, timeout_seconds=3)
    assert flow.played() == [flows.WaitForKey(12)]
    assert flow.take(flows.Key("4"))[-1] == flows.WaitForKey(3)
    assert flow.take(flows.Key("*"))[-1] == flows.WaitForKey(12), "who begins again has as long"


@pytest.mark.parametrize(("typed", "right"), [(CARD, True), (CARD[:-1] + "4", False)])
def test_a_card_number_is_checked(typed: str, right: bool) -> None:
    flow = asks(check="luhn", invalid_prompts=["wrong"], tries=2, on_invalid="sorry")
    flow.keys(typed + "#")
    if right:
        assert flow.run.variables == {"number": CARD}
    else:
        assert flow.effects[-1] == flows.PlayNamed(2, ("wrong", "number"))
        flow.keys(typed + "#")
        assert flow.run.node == "sorry" and flow.run.variables == {}


def test_a_star_is_the_x_of_an_identity_number_and_else_begins_again() -> None:
    flow = asks(check="chinese_id")
    flow.keys("11*" + ID + "*")
    assert flow.run.variables == {"number": ID + "X"}
    wrong = asks(check="chinese_id", tries=1, on_invalid="sorry")
    wrong.keys(ID + "3")
    assert wrong.run.node == "sorry"


def test_what_was_typed_is_read_back_and_counts_when_it_is_confirmed() -> None:
    flow = asks(max_digits=3, confirm_prompts=["right"])
    assert flow.keys("472")[-1] == flows.Speak(2, "四七二", None, None, written="472")
    assert flow.played() == [flows.PlayNamed(3, ("right",))]
    assert flow.take(flows.Key("2"))[-1] == flows.PlayNamed(4, ("number",)), "asked anew"
    assert flow.run.variables == {}
    flow.keys("4731")
    assert flow.run.variables == {"number": "473"}, "confirmed while it was read"


def test_without_barge_in_the_question_is_heard_and_no_key_is_lost() -> None:
    flow = asks(barge_in=False, max_digits=3)
    assert flow.keys("12") == []
    assert flow.run.phase == "playing"
    assert flows.WaitForKey(5) in flow.played()
    assert flow.run.digits == "12"
    flow.keys("3")
    assert flow.run.variables == {"number": "123"}


def test_in_writing_all_is_checked_and_confirmed_as_well() -> None:
    flow = asks(check="chinese_id", confirm_prompts=["right"])
    flow.take(flows.Text(ID + "x"))
    flow.take(flows.Text("1"))
    assert flow.run.variables == {"number": ID + "X"}


def test_settings_that_cannot_hold_are_refused() -> None:
    nodes = {
        "ask": collect(min_digits=9, max_digits=8, check="chinese_id", secret=True, confirm_prompts=["p"]),
        "bye": BYE,
    }
    found = {(one.field, one.message) for one in check({"start": "ask", "nodes": nodes}, NOTHING)}
    assert found >= {
        ("min_digits", "flow.fewest_above_most"),
        ("confirm_prompts", "flow.secret_read_back"),
        ("max_digits", "flow.too_short_for_id"),
    }


def language(**fields: Any) -> dict[str, Any]:
    return {"type": "language", "prompts": ["which"], "keys": {"1": "zh-CN", "2": "en"}, "next": "then", **fields}


SAYS = {"type": "set", "values": {"spoken": "language"}, "next": "bye"}


def test_a_key_chooses_the_language_and_it_holds_at_once() -> None:
    flow = Running("ask", ask=language(), then=SAYS, bye=BYE)
    effects = flow.take(flows.Key("2"))
    assert flows.SpeakLanguage("en") in effects
    assert flow.run.variables == {"spoken": "en"}


def test_a_rule_goes_before_the_question() -> None:
    by_rule = Running("ask", ask=language(language_from="caller.startsWith('138') ? 'yue' : ''"), then=SAYS, bye=BYE)
    assert by_rule.run.variables == {"spoken": "yue"}
    asked = Running("ask", ask=language(language_from="''"), then=SAYS, bye=BYE)
    assert asked.run.phase == "playing"
    odd = Running("ask", ask=language(language_from="'no such language'", keys={}), then=SAYS, bye=BYE)
    assert odd.run.variables == {"spoken": "zh-CN"}, "as it was"


def test_who_chooses_nothing_goes_on_as_before() -> None:
    flow = Running("ask", ask=language(tries=1), then=SAYS, bye=BYE)
    flow.played()
    flow.take(flows.WaitOver())
    assert flow.run.variables == {"spoken": "zh-CN"}


def test_variables_are_said_as_what_they_are() -> None:
    say = {"type": "say", "text": "{{number}}!", "read_as": "money", "next": "bye"}
    flow = Running("ask", ask=collect(next="say", max_digits=2), say=say, bye=BYE)
    flow.keys("12")
    assert flow.effects[-1] == flows.Speak(2, "十二元!", None, None, written="12!")
