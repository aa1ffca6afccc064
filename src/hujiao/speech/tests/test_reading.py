"""What is said for numbers, money, dates and digits, by tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hujiao.speech.reading import As, read

LANGUAGES = ("zh-CN", "yue", "en")
NUMBERS = [
    ("0", "零", "零", "zero"),
    ("2", "二", "二", "two"),
    ("10", "十", "十", "ten"),
    ("12", "十二", "十二", "twelve"),
    ("20", "二十", "二十", "twenty"),
    ("110", "一百一十", "一百一十", "one hundred and ten"),
    ("105", "一百零五", "一百零五", "one hundred and five"),
    ("200", "两百", "二百", "two hundred"),
    ("222", "两百二十二", "二百二十二", "two hundred and twenty-two"),
    ("1010", "一千零一十", "一千零一十", "one thousand ten"),
    ("2002", "两千零二", "兩千零二", "two thousand two"),
    ("10000", "一万", "一萬", "ten thousand"),
    ("20000", "两万", "兩萬", "twenty thousand"),
    ("100500", "十万零五百", "十萬零五百", "one hundred thousand five hundred"),
    ("120000", "十二万", "十二萬", "one hundred and twenty thousand"),
    ("10001000", "一千万一千", "一千萬一千", "ten million one thousand"),
    ("200000000", "两亿", "兩億", "two hundred million"),
    ("100000001", "一亿零一", "一億零一", "one hundred million one"),
    ("-3.14", "负三点一四", "負三點一四", "minus three point one four"),
    ("2.50", "二点五零", "二點五零", "two point five zero"),
    ("twelve", "twelve", "twelve", "twelve"),
]
MONEY = [
    ("0", "零元", "零元", "zero yuan"),
    ("2", "两元", "兩元", "two yuan"),
    ("12.30", "十二元三角", "十二元三毫", "twelve yuan and thirty fen"),
    ("12.05", "十二元零五分", "十二元零五仙", "twelve yuan and five fen"),
    ("0.22", "两角两分", "兩毫兩仙", "twenty-two fen"),
    ("200.50", "两百元五角", "二百元五毫", "two hundred yuan and fifty fen"),
    ("1.005", "一元零一分", "一元零一仙", "one yuan and one fen"),
    ("-8", "负八元", "負八元", "minus eight yuan"),
    ("much", "much", "much", "much"),
    ("NaN", "NaN", "NaN", "NaN"),
]
DATES = [
    ("2026-12-01", "二零二六年十二月一日", "二零二六年十二月一日", "December first, twenty twenty-six"),
    ("2005-02-20", "二零零五年二月二十日", "二零零五年二月二十日", "February twentieth, two thousand five"),
    ("1906-01-31", "一九零六年一月三十一日", "一九零六年一月三十一日", "January thirty-first, nineteen oh six"),
    ("2026-10-22T14:05", "二零二六年十月二十二日十四点零五分", "二零二六年十月二十二日十四點零五分",
     "October twenty-second, twenty twenty-six, two oh five p.m."),
    ("2026-10-22 02:00:00", "二零二六年十月二十二日两点整", "二零二六年十月二十二日兩點整",
     "October twenty-second, twenty twenty-six, two a.m."),
    ("2026-02-30", "2026-02-30", "2026-02-30", "2026-02-30"),
]  # fmt: skip
PHONES = [
    ("13800138000", "幺三八，零零幺三，八零零零", "一三八，零零一三，八零零零",
     "one three eight, zero zero one three, eight zero zero zero"),
    ("+852 2345 6789", "加，八五二二，三四五六，七八九", "加，八五二二，三四五六，七八九",
     "plus, eight five two two, three four five six, seven eight nine"),
    ("95001", "九五零零，幺", "九五零零，一", "nine five zero zero, one"),
    ("home", "home", "home", "home"),
]  # fmt: skip
DIGITS = [("1 02", "一零二", "一零二", "one zero two"), ("11X", "一一X", "一一X", "one one X"), ("", "", "", "")]
TABLE = [
    (kind, value, language, said)
    for kind, rows in (("number", NUMBERS), ("money", MONEY), ("date", DATES), ("phone", PHONES), ("digits", DIGITS))
    for value, *words in rows
    for language, said in zip(LANGUAGES, words, strict=True)
]


@pytest.mark.parametrize(("kind", "value", "language", "said"), TABLE)
def test_it_is_said_so(kind: As, value: str, language: str, said: str) -> None:
    assert read(kind, value, language) == said


def test_taiwan_has_its_own_characters_and_says_one_in_numbers_of_phones() -> None:
    assert read("number", 20002, "zh-TW") == "兩萬零二"
    assert read("phone", "0912", "zh-TW") == "零九一二"


@example("number", "0" * 5000, "zh-CN")  # what Python makes no whole number of
@given(st.sampled_from(["text", "number", "digits", "phone", "money", "date"]), st.text() | st.floats() | st.integers(),
       st.sampled_from([*LANGUAGES, "zh-TW", "fr"]))  # fmt: skip
def test_whatever_comes_is_read(kind: As, value: Any, language: str) -> None:
    assert isinstance(read(kind, value, language), str)


@given(st.integers(0, 10**16 - 1))
def test_numbers_in_chinese_tell_them_apart(number: int) -> None:
    assert counted(read("number", number, "zh-CN")) == number


def counted(said: str) -> int:
    """The number that Chinese words stand for, read by rules of their own."""
    figures = {one: at for at, one in enumerate("零一二三四五六七八九")} | {"两": 2}
    units = {"十": 10, "百": 100, "千": 1000}
    total, group, figure = 0, 0, 0
    for one in said:
        if one in figures:
            figure = figures[one]
        elif one in units:
            group, figure = group + (figure or 1) * units[one], 0
        else:
            total, group, figure = total + (group + figure) * {"万": 10**4, "亿": 10**8, "兆": 10**12}[one], 0, 0
    return total + group + figure


@given(st.decimals(-(10**9), 10**9, places=4))
def test_money_is_exact(amount: Decimal) -> None:
    said = read("money", amount, "zh-CN")
    assert "元" in said or "角" in said or "分" in said
