"""Public holidays by country and year, with the working days that make up for them. From the library `holidays`."""

from __future__ import annotations

import re
from datetime import date

import holidays

from hujiao.hours.views import PublicHolidays, SpecialDayView
from hujiao.kit.errors import BadField

# Their governments announce each year which days of a weekend are worked instead.
MAKES_UP = frozenset({"CN"})
_LANGUAGES = {"zh-CN": ("zh_CN", "zh_TW"), "zh-TW": ("zh_TW", "zh_HK", "zh_CN"), "en": ("en_US", "en_GB", "en_HK")}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MADE_UP = {"zh-CN": "调休上班", "zh-TW": "補班", "en": "Working day"}


def public_holidays(country: str, year: int, language: str) -> PublicHolidays:
    """In the reader's language where the library has it, else in the country's own."""
    if country not in holidays.list_supported_countries():
        raise BadField("error.hours_country", field="country")
    known = holidays.country_holidays(country).supported_languages
    chosen = next((code for code in _LANGUAGES[language] if code in known), None)
    found = holidays.country_holidays(country, years=year, language=chosen)
    days = [SpecialDayView(date=day, name=name[:80]) for day, name in found.items() if day.year == year]
    worked = sorted(day for day in found.weekend_workdays if day.year == year)
    instead_of = _swapped(country, year)
    days += [
        SpecialDayView(date=day, name=_MADE_UP[language], as_weekday=instead_of.get(day, date.min).weekday())
        for day in worked
    ]
    complete = country not in MAKES_UP or bool(worked)
    return PublicHolidays(country=country, year=year, complete=complete, days=sorted(days, key=lambda day: day.date))


def _swapped(country: str, year: int) -> dict[date, date]:
    """Made-up working day → the day off that it pays for; the library says so in that day's own name.

    A day of which it is not known works like a Monday (`date.min` is one).
    """
    own_language = holidays.country_holidays(country).default_language
    found = holidays.country_holidays(country, years=(year - 1, year, year + 1), language=own_language)
    swapped: dict[date, date] = {}
    for day_off, name in found.items():
        for text in _DATE.findall(name):
            swapped[date.fromisoformat(text)] = day_off
    return swapped
