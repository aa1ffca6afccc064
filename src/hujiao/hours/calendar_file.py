"""A calendar file (.ics, RFC 5545) as special days: whole days are closed, what is hours long is left out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from hujiao.hours.views import MOST_DAYS, CalendarFile, LeftOut, LeftOutWhy, SpecialDayView
from hujiao.kit.errors import BadField

YEARS_AHEAD = 4  # what recurs is written out so far
MOST_EVENTS = 2000
LONGEST_DAYS = 60
EARLIEST_YEAR = 1900
# What a day that comes once or a few times a year is said with; hours and seconds have no place in it.
_YEARLY = frozenset(
    [
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "BYMONTH",
        "BYMONTHDAY",
        "BYDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYSETPOS",
        "WKST",
    ]
)


def read(text: str, this_year: int) -> CalendarFile:
    """The days from this year on; several names of one day are joined."""
    try:
        calendar: Any = Calendar.from_ical(text)
        events = [event for event in calendar.walk("VEVENT") if str(event.get("STATUS", "")) != "CANCELLED"]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise BadField("error.not_a_calendar_file", field="text") from error
    if not events:
        raise BadField("error.calendar_file_empty", field="text")
    if len(events) > MOST_EVENTS:
        raise BadField("error.calendar_file_too_many", field="text", detail={"number": MOST_EVENTS})
    names: dict[date, list[str]] = {}
    left_out: list[LeftOut] = []
    earlier = 0
    for event in events:
        name = str(event.get("SUMMARY", "")).strip()
        try:
            for day in _days(event, this_year):
                if day.year < this_year:
                    earlier += "RRULE" not in event
                elif name not in names.setdefault(day, []):
                    names[day].append(name)
        except _LeftOutError as error:
            left_out.append(LeftOut(name=name[:80], date=error.day, why=error.why))
        if len(names) > MOST_DAYS:
            raise BadField("error.calendar_file_too_many", field="text", detail={"number": MOST_DAYS})
    days = [SpecialDayView(date=day, name=" / ".join(filter(None, found))[:80]) for day, found in sorted(names.items())]
    title = str(calendar.get("X-WR-CALNAME", "")).strip()[:60]
    return CalendarFile(name=title, days=days, left_out=left_out, earlier=earlier)


class _LeftOutError(Exception):
    def __init__(self, day: date | None, why: LeftOutWhy) -> None:
        super().__init__(why)
        self.day = day
        self.why = why


def _days(event: Any, this_year: int) -> Iterator[date]:
    begin, length = _extent(event)
    rule = event.get("RRULE")
    starts = [begin] if rule is None else _recurring(rule, begin, this_year)
    except_for = set(_dates(event.get("EXDATE")))
    for start in starts:
        if start not in except_for:
            yield from (start + timedelta(days=number) for number in range(length))


def _extent(event: Any) -> tuple[date, int]:
    """The first day and how many there are; a time is a day when it lasts from midnight to midnight."""
    try:
        begin: Any = event["DTSTART"].dt
        end: Any = event["DTEND"].dt if "DTEND" in event else None
        lasts: timedelta | None = event["DURATION"].dt if "DURATION" in event else None
    except (KeyError, AttributeError, ValueError):
        raise _LeftOutError(None, "no_date") from None
    if isinstance(begin, datetime):
        until = end if isinstance(end, datetime) else begin + (lasts or timedelta())
        whole = begin.time() == until.time() == time() and until.date() > begin.date()
        if not whole:
            raise _LeftOutError(begin.date(), "timed")
        begin, end = begin.date(), until.date()
    if isinstance(end, datetime):
        end = end.date()
    length = (end - begin).days if end is not None else (lasts.days if lasts else 1)
    if length > LONGEST_DAYS:
        raise _LeftOutError(begin, "too_long")
    return begin, max(1, length)


def _recurring(rule: Any, begin: date, this_year: int) -> list[date]:
    """The days of a yearly rule from the year before on: a stretch may reach into this one."""
    yearly = [str(part).upper() for part in rule.get("FREQ", [])] == ["YEARLY"]
    if not yearly or not {name.upper() for name in rule} <= _YEARLY or begin.year < EARLIEST_YEAR:
        raise _LeftOutError(begin, "recurs")
    until = [end.date() if isinstance(end, datetime) else end for end in rule.get("UNTIL", [])]
    if until:
        rule["UNTIL"] = until
    first, last = date(this_year - 1, 1, 1), date(this_year + YEARS_AHEAD, 12, 31)
    try:
        found = rrulestr(rule.to_ical().decode(), dtstart=datetime.combine(begin, time()))
        between = found.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
        return [moment.date() for moment in between]
    except (ValueError, TypeError) as error:
        raise _LeftOutError(begin, "recurs") from error


def _dates(lists: Any) -> Iterator[date]:
    for several in lists if isinstance(lists, list) else [lists] if lists is not None else []:
        for one in several.dts:
            yield one.dt.date() if isinstance(one.dt, datetime) else one.dt
