"""Public holidays that come from outside: what a schedule needs is in them."""

from __future__ import annotations

from datetime import date

import pytest

from hujiao.hours.public_holidays import public_holidays
from hujiao.kit.errors import BadField


def test_chinas_holidays_with_the_days_worked_instead() -> None:
    found = public_holidays("CN", 2026, "zh-CN")
    days = {day.date: day for day in found.days}
    assert found.complete
    assert days[date(2026, 2, 17)].name == "春节"
    assert [day.date for day in found.days if day.as_weekday is not None] == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    made_up = days[date(2026, 2, 14)]
    assert (made_up.name, made_up.as_weekday, made_up.spans) == ("调休上班", 4, [])  # for Friday the 20th
    assert days[date(2026, 2, 20)].as_weekday is None
    assert all(day.date.year == 2026 for day in found.days)


def test_a_year_whose_make_up_days_are_unknown_says_so() -> None:
    assert not public_holidays("CN", 2090, "en").complete


@pytest.mark.parametrize(("language", "name"), [("zh-CN", "元旦"), ("zh-TW", "元旦"), ("en", "New Year's Day")])
def test_names_in_the_readers_language(language: str, name: str) -> None:
    assert public_holidays("CN", 2026, language).days[0].name == name


def test_a_country_that_nobody_knows() -> None:
    with pytest.raises(BadField):
        public_holidays("XX", 2026, "en")
