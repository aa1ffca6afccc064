"""A calendar file (.ics, RFC 5545) as special days: whole days are closed, what is hours long is left out. Pure.

What it costs is bounded by the process that it runs in (`kit/apart.py`); an event that is wrong is left out alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar

from hujiao.hours.views import MOST_DAYS, CalendarFile, LeftOut, LeftOutWhy, SpecialDayView
from hujiao.kit.errors import BadField

SECONDS = 1.0  # of processor time for one file
YEARS_AHEAD = 4  # what recurs is written out so far
MOST_EVENTS = 500
LONGEST_DAYS = 60
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
LARGEST_COUNT = 1000
# The calendar repeats after 400 years, weekdays and weeks with it. Rules are worked out so much later, near the last
# year that there is: one that never occurs is then looked for in some hundred years, not in eight thousand.
_LATER = 7600
# What a day that comes once or a few times a year is said with, and its bounds; hours and seconds have no place in it.
_YEARLY = {
    "FREQ": None,
    "UNTIL": None,
    "WKST": None,
    "INTERVAL": (1, LARGEST_COUNT),
    "COUNT": (1, LARGEST_COUNT),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYDAY": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "RRULE", "RECURRENCE-ID")
_TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "STATUS"}


def read(text: str, this_year: int, zone: str = "UTC") -> CalendarFile:
    """The days from this year on; several names of one day are joined. Times in UTC are told by the clock of `zone`."""
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise BadField("error.calendar_file_too_many", field="text", detail={"number": MOST_EVENTS})
    try:
        calendars: list[Any] = Calendar.from_ical(text.lstrip("\ufeff \t\r\n"), multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # the library fails in many ways
        raise BadField("error.not_a_calendar_file", field="text") from error
    if not calendars:
        raise BadField("error.not_a_calendar_file", field="text")
    if all(_cancelled(event) for event in found):
        raise BadField("error.calendar_file_empty", field="text")
    clock = ZoneInfo(zone)
    names: dict[date, list[str]] = {}
    left_out: list[LeftOut] = []
    earlier = 0
    replaced = _replaced(found, clock)
    for event in found:
        if _cancelled(event):
            continue
        name = _name(event)
        try:
            days = list(_days(event, this_year, clock, replaced))
        except _LeftOutError as error:
            left_out.append(LeftOut(name=name[:80], date=error.day, why=error.why))
            continue
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            left_out.append(LeftOut(name=name[:80], date=None, why="not_understood"))
            continue
        for day in days:
            if day.year < this_year:
                earlier += "RRULE" not in event
            elif name not in names.setdefault(day, []):
                names[day].append(name)
        if len(names) > MOST_DAYS:
            raise BadField("error.calendar_file_too_many", field="text", detail={"number": MOST_DAYS})
    shown = [SpecialDayView(date=day, name=" / ".join(filter(None, of))[:80]) for day, of in sorted(names.items())]
    title = str(calendars[0].get("X-WR-CALNAME", "")).strip()[:60]
    return CalendarFile(name=title, days=shown, left_out=left_out, earlier=earlier)


class _LeftOutError(Exception):
    def __init__(self, day: date | None, why: LeftOutWhy) -> None:
        super().__init__(why)
        self.day = day
        self.why = why


def _name(event: Any) -> str:
    said = event.get("SUMMARY", "")
    return str(said[0] if isinstance(said, list) and said else said).strip()


def _cancelled(event: Any) -> bool:
    return str(event.get("STATUS", "")).strip().upper() == "CANCELLED"


def _replaced(events: Collection[Any], clock: ZoneInfo) -> dict[str, set[date]]:
    """By the series' UID, the days of occurrences that are moved, changed or cancelled: their events say what holds."""
    found: dict[str, set[date]] = defaultdict(set)
    for event in events:
        which = getattr(event.get("RECURRENCE-ID"), "dt", None)
        if which is not None:
            found[str(event.get("UID", ""))].add(_day(which, clock))
    return found


def _days(event: Any, this_year: int, clock: ZoneInfo, replaced: dict[str, set[date]]) -> Iterator[date]:
    if any(isinstance(event.get(name), list) for name in _ONCE):
        raise _LeftOutError(None, "not_understood")
    begin, length = _extent(event, clock)
    if (
        begin.year > LATEST_YEAR
        or "EXRULE" in event
        or "RANGE" in getattr(event.get("RECURRENCE-ID"), "params", {})
        or any(name in _TIMES for name, _ in event.errors)
    ):
        raise _LeftOutError(begin, "not_understood")
    rule = event.get("RRULE")
    starts = {begin} if rule is None else set(_recurring(rule, begin, this_year, clock))
    starts |= set(_dates(event.get("RDATE"), clock, begin))
    starts -= set(_dates(event.get("EXDATE"), clock, begin))
    if "RECURRENCE-ID" not in event:
        starts -= replaced.get(str(event.get("UID", "")), set())
    for start in sorted(starts):
        yield from (start + timedelta(days=number) for number in range(length))


def _extent(event: Any, clock: ZoneInfo) -> tuple[date, int]:
    """The first day and how many there are; a time is a day when it lasts from midnight to midnight."""
    try:
        begin: Any = _local(event["DTSTART"].dt, clock)
        end: Any = _local(event["DTEND"].dt, clock) if "DTEND" in event else None
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


def _recurring(rule: Any, begin: date, this_year: int, clock: ZoneInfo) -> list[date]:
    """The days of a yearly rule from the year before on: a stretch may reach into this one."""
    if isinstance(rule, list) or not all(_in_bounds(name, values) for name, values in rule.items()):
        raise _LeftOutError(begin, "not_understood")
    yearly = [str(part).upper() for part in rule.get("FREQ", [])] == ["YEARLY"]
    days_only = {name.upper() for name in rule} <= _YEARLY.keys()
    if not yearly or not days_only or begin.year < EARLIEST_YEAR or begin.year > this_year + YEARS_AHEAD:
        raise _LeftOutError(begin, "recurs")
    parts = {name: values for name, values in rule.items() if name.upper() != "UNTIL"}
    until = [_day(end, clock) for end in rule.get("UNTIL", [])]
    if len(until) > 1 or (until and "COUNT" in rule):
        raise _LeftOutError(begin, "not_understood")
    text = type(rule)(parts).to_ical().decode()
    if until:
        text += f";UNTIL={_later(min(until[0], date(this_year + YEARS_AHEAD, 12, 31))):%Y%m%d}"
    first, last = date(this_year - 1, 1, 1), date(this_year + YEARS_AHEAD, 12, 31)
    found = rrulestr(text, dtstart=datetime.combine(_later(begin), time()))
    between = found.between(datetime.combine(_later(first), time()), datetime.combine(_later(last), time()), inc=True)
    return [moment.date().replace(year=moment.year - _LATER) for moment in between]


def _later(day: date) -> date:
    return day.replace(year=day.year + _LATER)


def _in_bounds(name: str, values: Any) -> bool:
    """Whether a part of a rule is as RFC 5545 has it, and not too large."""
    known = name.upper()
    bounds = _YEARLY.get(known)
    if bounds is None:
        return True
    for value in values:
        number = getattr(value, "relative", None) if known == "BYDAY" else int(value)
        if number is not None and (not bounds[0] <= number <= bounds[1] or number == 0):
            return False
    return True


def _local(value: Any, clock: ZoneInfo) -> Any:
    """A time by its own wall clock; one in UTC has none, and is told by ours."""
    in_utc = isinstance(value, datetime) and value.tzinfo is not None and value.tzname() in {"UTC", "Z"}
    return value.astimezone(clock) if in_utc else value


def _day(value: Any, clock: ZoneInfo) -> date:
    """The day of a date or a time."""
    value = _local(value, clock)
    return value.date() if isinstance(value, datetime) else value


def _dates(lists: Any, clock: ZoneInfo, begin: date) -> Iterator[date]:
    for several in lists if isinstance(lists, list) else [lists] if lists is not None else []:
        for one in several.dts:
            if isinstance(one.dt, tuple):  # a period of hours
                raise _LeftOutError(begin, "not_understood")
            yield _day(one.dt, clock)
