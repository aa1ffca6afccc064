"""Keys that an agent sends into the line: who hears them, and what is written down."""

from __future__ import annotations

from hujiao.app.runtime.tests.company import Company
from hujiao.app.runtime.tests.test_consulting import act, ask_agent, ask_number, talking
from hujiao.calls import contracts as calls


def sent(company: Company) -> list[tuple[str, str]]:
    return [(effect.leg_id, effect.keys) for effect in company.sent if isinstance(effect, calls.SendKeys)]


def test_the_customer_hears_them() -> None:
    company = talking()
    act(company, "keys", keys="12#")
    assert sent(company) == [("c1", "12#")]
    assert {name: company.last("keys.sent")[name] for name in ("keys", "count")} == {"keys": "12#", "count": 3}


def test_whoever_is_asked_outside_hears_them_and_not_the_customer() -> None:
    company = talking()
    asked = ask_number(company)
    act(company, "keys", keys="1")
    assert sent(company) == [] and company.refused == ["nobody_to_hear_keys"]
    company.pick_up(asked)
    act(company, "keys", keys="1")
    act(company, "swap")
    act(company, "keys", keys="2")
    act(company, "join")
    act(company, "keys", keys="3")
    assert sent(company) == [(asked, "1"), ("c1", "2"), (asked, "3")]


def test_a_colleague_does_not_hear_keys() -> None:
    company = talking()
    company.pick_up(ask_agent(company))
    act(company, "keys", keys="1")
    act(company, "keys", number=2, keys="1")
    assert sent(company) == [] and company.refused == ["nobody_to_hear_keys", "for_the_host_alone"]


def test_on_hold_nobody_hears_them() -> None:
    company = talking()
    act(company, "hold")
    act(company, "keys", keys="1")
    assert sent(company) == [] and company.refused == ["nobody_to_hear_keys"]


def test_what_is_not_to_be_recorded_is_not_written_down() -> None:
    company = talking()
    act(company, "recording", act="pause")
    act(company, "keys", keys="4711#")
    told = company.last("keys.sent")
    assert sent(company) == [("c1", "4711#")] and (told["keys"], told["count"]) == ("", 5)
