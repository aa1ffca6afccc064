"""Whether a schedule is open, and when that changes. Pure.

What counts is the wall clock of the schedule's zone: an hour that a change of the clocks skips opens nothing, one that
it repeats is open twice. A span belongs to the day on which it begins, also where it goes past midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hujiao.hours.contracts import DAY, Phase, Schedule, Span, SpecialDay, Switch

# Further ahead nobody is told of a change; it is looked for again by then.
LOOK_AHEAD_DAYS = 366


def open_at(schedule: Schedule, moment: datetime) -> bool:
    switch = _switch_at(schedule, moment)
    return switch.open if switch else _open_by_plan(schedule, moment)


def phase_at(schedule: Schedule, moment: datetime) -> Phase:
    """Open, or why it is closed."""
    if open_at(schedule, moment):
        return "open"
    if _switch_at(schedule, moment):
        return "emergency"
    special = schedule.special.get(moment.astimezone(ZoneInfo(schedule.zone)).date())
    return "holiday" if special and not _spans(schedule, special) else "closed"


def special_at(schedule: Schedule, moment: datetime) -> SpecialDay | None:
    """The special day that it is."""
    return schedule.special.get(moment.astimezone(ZoneInfo(schedule.zone)).date())


def next_change(schedule: Schedule, moment: datetime) -> datetime | None:
    """When it opens if it is closed, or closes if it is open; None if that is not within `LOOK_AHEAD_DAYS`."""
    now_open = open_at(schedule, moment)
    switch = _switch_at(schedule, moment)
    begin = moment
    if switch:
        if switch.until is None:
            return None
        begin = switch.until
        if open_at(schedule, begin) != now_open:
            return begin
    return next((at for at in _marks(schedule, begin) if open_at(schedule, at) != now_open), None)


def _switch_at(schedule: Schedule, moment: datetime) -> Switch | None:
    switch = schedule.switch
    return switch if switch and (switch.until is None or moment < switch.until) else None


def _open_by_plan(schedule: Schedule, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(schedule.zone))
    minute = local.hour * 60 + local.minute
    today, before = local.date(), local.date() - timedelta(days=1)
    return any(span.start <= minute < span.end for span in spans_of(schedule, today)) or any(
        span.end > DAY + minute for span in spans_of(schedule, before)
    )


def spans_of(schedule: Schedule, day: date) -> tuple[Span, ...]:
    """The spans that begin on this day."""
    special = schedule.special.get(day)
    return schedule.weekly[day.weekday()] if special is None else _spans(schedule, special)


def _spans(schedule: Schedule, special: SpecialDay) -> tuple[Span, ...]:
    return schedule.weekly[special.as_weekday] if special.as_weekday is not None else special.spans


def _marks(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Every moment after that one at which the plan may change, in order."""
    zone = ZoneInfo(schedule.zone)
    first = after.astimezone(zone).date() - timedelta(days=1)
    pending: set[datetime] = set()
    for number in range(LOOK_AHEAD_DAYS + 2):
        day = first + timedelta(days=number)
        # What begins on a later day is later: so much of what is pending can be told.
        begins = _instants(zone, day, 0)[0]
        ready = sorted(at for at in pending if at < begins)
        yield from (at for at in ready if at > after)
        pending.difference_update(ready)
        pending |= _changes_of_clocks(schedule.zone, day)
        for span in spans_of(schedule, day):
            pending.update(_instants(zone, day, span.start), _instants(zone, day, span.end))
    yield from (at for at in sorted(pending) if at > after)


def _instants(zone: ZoneInfo, day: date, minute: int) -> tuple[datetime, datetime]:
    """When the wall clock shows this minute of the day: twice when an hour is repeated."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=4096)
def _changes_of_clocks(zone_name: str, day: date) -> frozenset[datetime]:
    """The moment of this day at which the zone's clocks are changed, to the minute."""
    zone = ZoneInfo(zone_name)
    early = _instants(zone, day, 0)[0]
    late = _instants(zone, day + timedelta(days=1), 0)[1]
    before, after = early.astimezone(zone).utcoffset(), late.astimezone(zone).utcoffset()
    if before == after:
        return frozenset()
    minutes = int((late - early).total_seconds() // 60)
    low, high = 0, minutes
    while high - low > 1:
        middle = (low + high) // 2
        if (early + timedelta(minutes=middle)).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return frozenset({early + timedelta(minutes=high)})
