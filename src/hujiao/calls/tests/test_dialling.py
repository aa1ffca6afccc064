"""Which outside numbers may be called."""

from __future__ import annotations

import pytest

from hujiao.calls.dialling import Dialling, NumberRules, Refusal
from hujiao.calls.service import dialling_of
from hujiao.kit.countries import country_of
from hujiao.tenancy.views import DiallingBounds, NumberRulesIn

BEYOND: Refusal = "number_beyond_bounds"
NOTHING: Refusal = "not_a_number_to_call"


@pytest.mark.parametrize(
    ("home", "dialled", "number"),
    [
        ("CN", "13800138000", "+8613800138000"),
        ("CN", "010 12345678".replace(" ", ""), "+861012345678"),
        ("CN", "0044207946000", "+44207946000"),
        ("CN", "+442079460000", "+442079460000"),
        ("CN", "10086", "+8610086"),
        ("CN", "095001", "+8695001"),
        ("TW", "0900123456", "+886900123456"),
        ("US", "12125551234", "+12125551234"),
        ("US", "011442079460000", "+442079460000"),
    ],
)
def test_a_dialled_number_in_e164(home: str, dialled: str, number: str) -> None:
    assert Dialling(home=home).e164(dialled) == number


@pytest.mark.parametrize(
    ("home", "dialled", "refusal"),
    [
        ("CN", "13800138000", None),
        ("CN", "4008001234", None),
        ("CN", "100", None),
        ("CN", "+442079460000", BEYOND),
        ("CN", "0044207946000", BEYOND),
        ("CN", "+85221234567", BEYOND),
        ("CN", "+88161234567", BEYOND),  # satellite
        ("CN", "16812345", "premium_number"),
        ("US", "2125551234", None),
        ("US", "18765551234", BEYOND),  # Jamaica, by the same code
        ("US", "19005551234", "premium_number"),
        ("GB", "+441534880000", BEYOND),  # Jersey
        ("CN", "", "number_withheld"),
        ("CN", "1", NOTHING),
        ("CN", "anonymous", "number_withheld"),
        ("CN", "100@evil.example", NOTHING),
        ("CN", "100&PJSIP", NOTHING),
        ("CN", "1380013800١", NOTHING),  # a digit, but none to dial
        ("CN", "9" * 30, NOTHING),
    ],
)
def test_what_is_called_when_nothing_is_said(home: str, dialled: str, refusal: Refusal | None) -> None:
    assert Dialling(home=home).refusal(dialled) == refusal


@pytest.mark.parametrize("number", ["110", "120", "+86 110", "0119", "12110", "112", "911", "+44999", "010110"])
def test_emergency_numbers_are_for_agents_whom_the_operator_lets_call_them(number: str) -> None:
    everything = NumberRules(allow=("+",))
    assert Dialling(bounds=everything).refusal(number) == "emergency_number"
    assert Dialling(bounds=everything).refusal(number, by_agent=True) == "emergency_number"
    assert Dialling(emergency=True).refusal(number) == "emergency_number", "never by flows"
    assert Dialling(emergency=True).refusal(number, by_agent=True) is None
    assert dialling_of(DiallingBounds(emergency=True), NumberRulesIn(), "UTC").emergency


def test_the_longest_prefix_decides() -> None:
    bounds = NumberRules(allow=("+44", "+8613800"), deny=("+441534", "+86138"))
    rules = Dialling(bounds=bounds)
    assert rules.refusal("+442079460000") is None
    assert rules.refusal("+441534880000") == BEYOND
    assert rules.refusal("13812345678") == BEYOND
    assert rules.refusal("13800138000") is None
    assert rules.refusal("13900000000") is None, "the home country's, as always"
    assert rules.refusal("+33123456789") == BEYOND


def test_everything_and_nothing() -> None:
    assert Dialling(bounds=NumberRules(allow=("+",))).refusal("+33123456789") is None
    assert Dialling(bounds=NumberRules(deny=("+",))).refusal("13800138000") == BEYOND
    assert Dialling(premium=True).refusal("16812345") is None


def test_a_tenant_narrows_what_the_operator_lets() -> None:
    own = NumberRules(allow=("+86",), deny=("+86139",))
    rules = Dialling(bounds=NumberRules(allow=("+44",)), own=own)
    assert rules.refusal("13800138000") is None
    assert rules.refusal("13900138000") == "number_not_allowed"
    assert rules.refusal("+442079460000") == "number_not_allowed", "only what it allows, once it allows something"
    wider = Dialling(own=NumberRules(allow=("+33", "+86")))
    assert wider.refusal("+33123456789") == BEYOND, "never more than the operator"
    assert Dialling(own=NumberRules(deny=("+86139",))).refusal("13800138000") is None


def test_what_a_tenant_may_allow() -> None:
    rules = Dialling(bounds=NumberRules(allow=("+44",), deny=("+44153", "+861390")))
    assert [
        prefix for prefix in ("+86138", "+44207", "+4415", "+441534", "+1", "+", "+861390") if rules.lets(prefix)
    ] == [
        "+86138",
        "+44207",
        "+4415",
    ]


def test_home_is_the_country_of_the_time_zone() -> None:
    assert [country_of(zone) for zone in ("Asia/Taipei", "Europe/London", "UTC")] == ["TW", "GB", None]
    own = NumberRulesIn()
    assert dialling_of(DiallingBounds(), own, "Europe/London").home == "GB"
    assert dialling_of(DiallingBounds(), own, "UTC").home == "CN"
    assert dialling_of(DiallingBounds(home="FR"), own, "Europe/London").home == "FR"
