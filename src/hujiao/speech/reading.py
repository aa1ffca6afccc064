"""Numbers, money, dates and digits in words, as they are said in Mandarin, Cantonese and English. Pure.

What is not of the kind that is asked for (a number that is none, a day that there is not) is left as it stands.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

As = Literal["text", "number", "digits", "phone", "money", "date"]

LARGEST = 10**16
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,20})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_MOBILE = re.compile(r"1\d{10}", re.ASCII)


def read(kind: As, value: Any, language: str) -> str:
    """The words for this value, of this kind, in this language."""
    text = str(value).strip()
    return _KINDS[kind](text, _family(language)) if kind in _KINDS else text


def _family(language: str) -> _Words:
    tag = language.lower()
    if tag.startswith(("yue", "zh-hk", "zh-mo")):
        return _CANTONESE
    if tag.startswith(("zh-tw", "zh-hant")):
        return _TAIWAN
    return _MANDARIN if tag.startswith("zh") else _ENGLISH


def _digits(text: str, words: _Words) -> str:
    return words.joint.join(words.digit(one, phone=False) for one in text if not one.isspace())


def _phone(text: str, words: _Words) -> str:
    """In groups, as people say them: 3-4-4 for a Chinese mobile number, else by four."""
    bare = re.sub(r"[\s()-]", "", text)
    if not re.fullmatch(r"\+?\d+", bare, re.ASCII):
        return text
    plus, bare = ("+", bare[1:]) if bare.startswith("+") else ("", bare)
    parts = [bare[:3], bare[3:7], bare[7:]] if _MOBILE.fullmatch(bare) else re.findall(r"\d{1,4}", bare)
    spoken = [words.joint.join(words.digit(one, phone=True) for one in part) for part in parts]
    return words.pause.join([words.plus, *spoken] if plus else spoken)


def _number(text: str, words: _Words) -> str:
    if not _NUMBER.fullmatch(text) or abs(Decimal(text)) >= LARGEST:
        return text
    negative = text.startswith("-") and Decimal(text) != 0
    whole, _, rest = text.lstrip("+-").partition(".")
    said = words.whole(int(whole))
    if rest:
        said = words.space.join([said, words.point, words.joint.join(words.digit(one, phone=False) for one in rest)])
    return words.space.join([words.minus, said]) if negative else said


def _money(text: str, words: _Words) -> str:
    """Rounded half up to hundredths."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return text
    if not exact.is_finite() or abs(exact) >= LARGEST:
        return text
    cents = int((abs(exact) * 100).to_integral_value(ROUND_HALF_UP))
    said = words.money(cents // 100, cents % 100)
    return words.space.join([words.minus, said]) if exact < 0 and cents else said


def _date(text: str, words: _Words) -> str:
    try:
        when = datetime.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        when = None
    if when is None:
        return text
    day = words.date(when)
    return words.day_and_time.join([day, words.time(when)]) if len(text) > len("2026-01-01") else day


class _Words(ABC):
    joint: str
    pause: str
    space: str
    minus: str
    point: str
    plus: str
    day_and_time: str

    @abstractmethod
    def digit(self, one: str, *, phone: bool) -> str:
        """One digit; of telephone numbers some languages say it in another way."""

    @abstractmethod
    def whole(self, number: int) -> str:
        """A whole number."""

    @abstractmethod
    def money(self, whole: int, cents: int) -> str:
        """An amount with its hundredths."""

    @abstractmethod
    def date(self, when: datetime) -> str:
        """The day."""

    @abstractmethod
    def time(self, when: datetime) -> str:
        """The time of day."""


class _Chinese(_Words):
    joint = space = ""
    pause = "，"
    day_and_time = ""
    figures = "零一二三四五六七八九"

    def __init__(self, *, simplified: bool, pairs: str, yao: str = "一", cents: tuple[str, str] = ("角", "分")) -> None:
        """`pairs`: before which units two is 两; `yao`: one in a telephone number."""
        self.two, self.myriads = ("两", ("", "万", "亿", "兆")) if simplified else ("兩", ("", "萬", "億", "兆"))
        self.minus, self.point, self.plus = ("负", "点", "加") if simplified else ("負", "點", "加")
        self.oclock = "点" if simplified else "點"
        self.pairs, self.yao, self.cents = pairs, yao, cents

    def digit(self, one: str, *, phone: bool) -> str:
        if one == "1" and phone:
            return self.yao
        return self.figures[int(one)] if one in "0123456789" else one

    def counted(self, number: int) -> str:
        """The number before a unit of measure."""
        return self.two if number == 2 else self.whole(number)

    def whole(self, number: int) -> str:
        if number == 0:
            return self.figures[0]
        parts: list[str] = []
        gap = False  # noughts were left out before this part
        for at in range(3, -1, -1):
            group = number // 10_000**at % 10_000
            if not group:
                gap = bool(parts)
                continue
            if parts and (gap or group < 1000):
                parts.append(self.figures[0])
            unit = self.myriads[at]
            alone = group == 2 and unit and unit in self.pairs
            parts.append((self.two if alone else self._group(group, leads=len(parts) == 0)) + unit)
            gap = False
        return "".join(parts)

    def _group(self, group: int, *, leads: bool) -> str:
        said, gap = "", False
        for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
            figure = group // size % 10
            if not figure:
                gap = bool(said)
                continue
            if gap:
                said += self.figures[0]
            gap = False
            if unit == "十" and figure == 1 and leads and not said:
                said += unit  # ten is 十, a hundred and ten is 一百一十
            else:
                said += (self.two if figure == 2 and unit and unit in self.pairs else self.figures[figure]) + unit
        return said

    def money(self, whole: int, cents: int) -> str:
        tens, ones = divmod(cents, 10)
        said = self.counted(whole) + "元" if whole or not cents else ""
        if tens:
            said += self.counted(tens) + self.cents[0]
        elif ones and whole:
            said += self.figures[0]
        return said + (self.counted(ones) + self.cents[1] if ones else "")

    def date(self, when: datetime) -> str:
        year = "".join(self.figures[int(one)] for one in f"{when.year:04d}")
        return f"{year}年{self.whole(when.month)}月{self.whole(when.day)}日"

    def time(self, when: datetime) -> str:
        hour = self.counted(when.hour) + self.oclock
        if not when.minute:
            return hour + ("整" if when.hour else "")
        return hour + (self.figures[0] if when.minute < 10 else "") + self.whole(when.minute) + "分"


# fmt: off
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)
# fmt: on


class _English(_Words):
    joint = space = " "
    pause = ", "
    day_and_time = ", "
    minus, point, plus = "minus", "point", "plus"

    def digit(self, one: str, *, phone: bool) -> str:
        return _SMALL[int(one)] if one in "0123456789" else one

    def whole(self, number: int) -> str:
        if number == 0:
            return _SMALL[0]
        parts: list[str] = []
        for at in range(len(_SCALES) - 1, -1, -1):
            if group := number // 1000**at % 1000:
                parts += [*self._group(group), _SCALES[at]]
        return " ".join(filter(None, parts))

    def _group(self, group: int) -> list[str]:
        hundreds, rest = divmod(group, 100)
        said = [_SMALL[hundreds], "hundred"] if hundreds else []
        if rest:
            said += [*(["and"] if hundreds else []), self._below_hundred(rest)]
        return said

    def _below_hundred(self, number: int) -> str:
        tens, ones = divmod(number, 10)
        if number < len(_SMALL):
            return _SMALL[number]
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")

    def money(self, whole: int, cents: int) -> str:
        parts = [f"{self.whole(whole)} yuan"] if whole or not cents else []
        return " and ".join([*parts, *([f"{self._below_hundred(cents)} fen"] if cents else [])])

    def date(self, when: datetime) -> str:
        return f"{_MONTHS[when.month - 1]} {self._ordinal(when.day)}, {self._year(when.year)}"

    def _ordinal(self, number: int) -> str:
        first, joint, last = self._below_hundred(number).rpartition("-")
        return first + joint + _ORDINALS.get(last, last + "th")

    def _year(self, year: int) -> str:
        century, rest = divmod(year, 100)
        if century < 10 or (century % 10 == 0 and rest < 10):
            return self.whole(year)
        if rest == 0:
            return f"{self._below_hundred(century)} hundred"
        return f"{self._below_hundred(century)} {'oh ' if rest < 10 else ''}{self._below_hundred(rest)}"

    def time(self, when: datetime) -> str:
        hour = self._below_hundred((when.hour - 1) % 12 + 1)
        minute = f" {'oh ' if when.minute < 10 else ''}{self._below_hundred(when.minute)}" if when.minute else ""
        return f"{hour}{minute} {'a.m.' if when.hour < 12 else 'p.m.'}"


_MANDARIN = _Chinese(simplified=True, pairs="百千万亿", yao="幺")
_TAIWAN = _Chinese(simplified=False, pairs="百千萬億")
_CANTONESE = _Chinese(simplified=False, pairs="千萬億", cents=("毫", "仙"))
_ENGLISH = _English()

_KINDS: dict[As, Callable[[str, _Words], str]] = {
    "number": _number, "digits": _digits, "phone": _phone, "money": _money, "date": _date,
}  # fmt: skip
