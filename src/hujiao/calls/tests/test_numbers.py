"""The one form of a number, callers who show none, and emergency numbers."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.calls import numbers
from hujiao.calls.numbers import bare, canonical, is_emergency, names_nobody, plain


@pytest.mark.parametrize(
    ("home", "one", "written"),
    [
        (
            "CN",
            "+8613800138000",
            ("13800138000", "013800138000", "8613800138000", "008613800138000", "138 0013-8000",
             "tel:+86-138-0013-8000", "13800138000;user=phone", "sip:+8613800138000@carrier.example;cpc=ordinary",
             "+86 (138) 0013 8000"),
        ),
        ("CN", "+862012345678", ("02012345678", "2012345678", "+862012345678", "0086 20 1234 5678", "(020) 1234-5678")),
        ("CN", "+8695001", ("95001", "+8695001", "008695001", "095001")),
        ("CN", "+864008001234", ("4008001234", "400-800-1234", "+864008001234", "04008001234")),
        ("CN", "+8610086", ("10086", "010086", "+8610086")),
        ("CN", "+865001", ("5001", "+865001")),
        ("CN", "+442079460000", ("+442079460000", "00442079460000", "+44 20 7946 0000")),
        ("TW", "+886900123456", ("0900123456", "900123456", "+886900123456", "002886900123456", "00886900123456")),
        ("GB", "+442079460000", ("02079460000", "+442079460000", "00442079460000")),
        ("US", "+12125551234", ("2125551234", "12125551234", "+12125551234", "011 1 212 555 1234", "(212) 555-1234")),
        ("IT", "+390612345678", ("0612345678", "+390612345678")),
    ],
)  # fmt: skip
def test_one_customer_however_the_number_is_written(home: str, one: str, written: tuple[str, ...]) -> None:
    assert {canonical(number, home) for number in (*written, one)} == {one}


def test_different_customers_stay_different() -> None:
    numbers = ["13800138000", "13800138001", "02012345678", "01012345678", "12345678", "95001", "5001", "+15005550006"]
    assert len({canonical(number, "CN") for number in numbers}) == len(numbers)
    assert canonical("0612345678", "IT") != canonical("612345678", "IT"), "that zero is part of the number"


def test_what_is_no_number_stays_as_it_is() -> None:
    assert [canonical(text, "CN") for text in ("alice", "Alice.B", "*72", "9", "9" * 31)] == [
        "alice", "Alice.B", "*72", "9", "9" * 31,
    ]  # fmt: skip


@given(st.text(max_size=40), st.sampled_from(["CN", "US", "IT", "GB", "TW"]))
def test_the_form_of_a_form_is_itself(text: str, home: str) -> None:
    once = canonical(text, home)
    assert canonical(once, home) == once
    assert isinstance(is_emergency(text, home), bool)


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(["", "+86", "0086", "0", "86"]))
def test_any_mobile_number_in_any_form(number: str, prefix: str) -> None:
    assert canonical(prefix + number, "CN") in (f"+86{number}", canonical(number, "CN"))


@pytest.mark.parametrize(
    "text",
    ["", " ", "anonymous", "Anonymous", "ANONYMOUS", "unknown", "Unavailable", "restricted", "private", "Private",
     "anonymous@anonymous.invalid", "sip:Anonymous@anonymous.invalid", "anonymous.invalid", "x@anonymous.invalid",
     '"Anonymous"', "anonymous;user=phone", " aNoNyMoUs "],
)  # fmt: skip
def test_callers_who_show_no_number(text: str) -> None:
    assert names_nobody(text)
    assert canonical(text, "CN") == ""


@pytest.mark.parametrize("text", ["13800138000", "alice", "anonymous1", "王", "private-office", "*67"])
def test_callers_who_are_somebody(text: str) -> None:
    assert not names_nobody(text)


@pytest.mark.parametrize("number", ["110", "119", "120", "122", "12110", "112", "911", "999"])
@pytest.mark.parametrize("prefix", ["", "0", "+86", "0086", "+860", "86", "010", "0571", "+8620", "00"])
def test_emergency_numbers_of_china_in_any_form(number: str, prefix: str) -> None:
    written = prefix + number
    assert is_emergency(written, "CN"), written
    assert is_emergency("-".join(written), "CN")
    assert is_emergency(f" {written} ;phone-context=+86", "CN")


@pytest.mark.parametrize(
    ("home", "number"),
    [("CN", "+44999"), ("CN", "+1911"), ("CN", "0081110"), ("CN", "+82119"), ("GB", "999"), ("GB", "112"),
     ("US", "911"), ("US", "1911"), ("US", "+1 911"), ("US", "01144999"), ("TW", "119"), ("AU", "000"),
     ("IN", "100"), ("FR", "15")],
)  # fmt: skip
def test_emergency_numbers_of_other_countries(home: str, number: str) -> None:
    assert is_emergency(number, home)


@pytest.mark.parametrize(
    "number",
    ["13800138000", "10086", "95001", "4008001234", "100", "12345", "02012345678", "11012345", "1201234567", "5001", "",
     "anonymous", "+862011012345", "01011012000", "13811011911"],
)  # fmt: skip
def test_other_numbers_are_no_emergency_numbers(number: str) -> None:
    assert not is_emergency(number, "CN")


def test_the_number_without_what_may_be_left_out() -> None:
    assert {bare(text) for text in ("+20020001", "20020001", "0020020001", "2002-0001", "+2002 0001;cpc=x")} == {
        "20020001"
    }
    assert [bare(text) for text in ("alice", "*72", "00", "+", "a.b-c")] == ["alice", "*72", "00", "+", "a.b-c"]
    assert plain("tel:+86 20-1;ext=2") == "+86201"


@pytest.mark.parametrize("home", ["CN", "TW", "HK", "JP", "DE", "IT", "AR", "BR", "US", "GB", "KZ"])
def test_the_short_way_to_a_mobile_number_ends_where_the_long_one_does(home: str) -> None:
    chance = random.Random(home)
    samples = [str(chance.randrange(10 ** chance.randint(3, 13))) for _ in range(1500)]
    example = phonenumbers.example_number_for_type(home, phonenumbers.PhoneNumberType.MOBILE)
    mobile = str(example.national_number)
    for _ in range(1500):
        kept = chance.randrange(len(mobile))
        samples.append(mobile[:kept] + "".join(chance.choice("0123456789") for _ in mobile[kept:]))
    code, usual = numbers._usual_mobile(home)
    short = [number for number in samples if usual and usual.fullmatch(number)]
    assert short or home not in {"CN", "TW", "HK", "JP", "DE"}
    for number in short:
        found = phonenumbers.parse(number, home)
        assert phonenumbers.is_valid_number(found)
        assert f"+{code}{number}" == phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
