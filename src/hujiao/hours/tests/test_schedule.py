"""Business hours against the plainest rule there is: look at the wall clock, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hujiao.hours.contracts import DAY, Schedule, Span, SpecialDay, Switch
from hujiao.hours.schedule import LOOK_AHEAD_DAYS, next_change, open_at, phase_at

OFFICE = (Span(9 * 60, 12 * 60), Span(13 * 60, 18 * 60))
WEEK = (*[OFFICE] * 5, (), ())
SHANGHAI, BERLIN, LORD_HOWE = "Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"
# Clocks are changed on 2026-03-29 and 2026-10-25 in Berlin, by half an hour on 2026-04-05 and 2026-10-04 on Lord Howe.
STARTS = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 27), (4, 3), (10, 2), (10, 23), (12, 30))]


def schedule(weekly: tuple[tuple[Span, ...], ...] = WEEK, zone: str = SHANGHAI, **more: object) -> Schedule:
    return Schedule(id=UUID(int=1), zone=zone, weekly=weekly, **more)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def plainly_open(plan: Schedule, moment: datetime) -> bool:
    """The same by the words of the documentation, with no thought of speed."""
    if plan.switch and (plan.switch.until is None or moment < plan.switch.until):
        return plan.switch.open
    wall = moment.astimezone(ZoneInfo(plan.zone)).replace(tzinfo=None)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        spans = plan.weekly[day.weekday()]
        if day in plan.special:
            special = plan.special[day]
            spans = plan.weekly[special.as_weekday] if special.as_weekday is not None else special.spans
        midnight = datetime.combine(day, time())
        for span in spans:
            if midnight + timedelta(minutes=span.start) <= wall < midnight + timedelta(minutes=span.end):
                return True
    return False


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    marks = sorted(draw(st.sets(st.integers(0, DAY // 15), min_size=0, max_size=6)))
    found = [Span(start * 15, end * 15) for start, end in zip(marks[::2], marks[1::2], strict=False)]
    if found and draw(st.booleans()):
        last = found[-1]
        found[-1] = Span(last.start, max(last.end, DAY + 15 * draw(st.integers(0, last.start // 15))))
    return tuple(found)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    begin = draw(st.sampled_from(STARTS)) + timedelta(minutes=draw(st.integers(0, 3 * DAY)))
    kinds = st.one_of(
        st.just(SpecialDay()),
        st.builds(SpecialDay, spans=spans()),
        st.builds(SpecialDay, as_weekday=st.integers(0, 6)),
    )
    days = st.integers(-1, 6).map(lambda back: begin.date() + timedelta(days=back))
    until = st.one_of(st.none(), st.integers(0, 5 * DAY).map(lambda minutes: begin + timedelta(minutes=minutes)))
    switch = st.one_of(st.none(), st.builds(Switch, open=st.booleans(), until=until))
    plan = Schedule(
        id=UUID(int=1),
        zone=draw(st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE])),
        weekly=tuple(draw(st.tuples(*[spans()] * 7))),
        special=draw(st.dictionaries(days, kinds, max_size=3)),
        switch=draw(switch),
    )
    return plan, begin


@given(schedules())
@settings(deadline=None)
def test_open_and_changing_exactly_as_the_wall_clock_says(drawn: tuple[Schedule, datetime]) -> None:
    plan, begin = drawn
    known = [plainly_open(plan, begin + timedelta(minutes=minute)) for minute in range(4 * DAY)]
    assert [open_at(plan, begin + timedelta(minutes=minute)) for minute in range(0, 4 * DAY, 7)] == known[::7]
    changed = next((minute for minute, is_open in enumerate(known) if is_open != known[0]), None)
    change = next_change(plan, begin)
    if changed is not None:
        assert change == begin + timedelta(minutes=changed)
    else:
        assert change is None or change >= begin + timedelta(minutes=4 * DAY)


@given(schedules(), st.integers(0, 59))
@settings(deadline=None)
def test_the_next_change_is_the_same_from_within_a_minute(drawn: tuple[Schedule, datetime], seconds: int) -> None:
    plan, begin = drawn
    change = next_change(plan, begin)
    later = begin + timedelta(seconds=seconds)
    if change is None or change > later:
        assert next_change(plan, later) == change


def test_an_hour_that_is_skipped_opens_nothing_and_one_repeated_is_open_twice() -> None:
    night = schedule(((Span(2 * 60, 3 * 60),),) * 7, BERLIN)
    assert next_change(night, datetime(2026, 3, 28, 2, tzinfo=UTC)) == datetime(2026, 3, 30, 0, tzinfo=UTC)
    change = next_change(night, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert change == datetime(2026, 10, 25, 2, tzinfo=UTC)  # open from 00:00 to 02:00 UTC: the hour comes twice


def test_past_midnight_belongs_to_the_day_it_begins_on() -> None:
    plan = schedule(((Span(22 * 60, DAY + 6 * 60),), *[()] * 6), special={date(2026, 11, 24): SpecialDay(name="x")})
    assert open_at(plan, at("2026-11-24 05:59"))  # Monday's night, though Tuesday is closed
    assert not open_at(plan, at("2026-11-24 06:00"))
    assert next_change(plan, at("2026-11-24 05:00")) == at("2026-11-24 06:00")


def test_open_across_midnight_without_a_gap_does_not_close() -> None:
    plan = schedule((*[(Span(0, DAY),)] * 5, (), ()))
    assert next_change(plan, at("2026-11-23 09:00")) == at("2026-11-28 00:00")


@pytest.mark.parametrize(
    ("special", "moment", "phase"),
    [
        (SpecialDay(name="holiday"), "2026-11-23 10:00", "holiday"),
        (SpecialDay(spans=(Span(600, 720),)), "2026-11-23 09:00", "closed"),
        (SpecialDay(spans=(Span(600, 720),)), "2026-11-23 10:00", "open"),
        (SpecialDay(as_weekday=6), "2026-11-23 10:00", "holiday"),
        (SpecialDay(as_weekday=1), "2026-11-23 10:00", "open"),
        (SpecialDay(as_weekday=1), "2026-11-23 12:30", "closed"),
    ],
)
def test_why_it_is_closed(special: SpecialDay, moment: str, phase: str) -> None:
    assert phase_at(schedule(special={date(2026, 11, 23): special}), at(moment)) == phase


def test_a_make_up_day_works_like_the_day_that_it_makes_up_for() -> None:
    plan = schedule(special={date(2026, 2, 14): SpecialDay(as_weekday=4)})
    assert phase_at(plan, at("2026-02-14 09:00")) == "open"
    assert phase_at(plan, at("2026-02-15 09:00")) == "closed"


def test_switched_by_hand() -> None:
    evening = at("2026-11-23 17:00")
    closed = schedule(switch=Switch(open=False))
    assert (phase_at(closed, evening), next_change(closed, evening)) == ("emergency", None)
    until = schedule(switch=Switch(open=False, until=at("2026-11-23 20:00")))
    assert next_change(until, evening) == at("2026-11-24 09:00")  # at eight it is closed anyway
    longer = schedule(switch=Switch(open=True, until=at("2026-11-23 20:00")))
    assert next_change(longer, evening) == at("2026-11-23 20:00")
    over = schedule(switch=Switch(open=False, until=evening))
    assert (phase_at(over, evening), next_change(over, evening)) == ("open", at("2026-11-23 18:00"))


def test_what_never_changes() -> None:
    assert next_change(schedule(((),) * 7), at("2026-11-23 10:00")) is None
    always = schedule(((Span(0, DAY),),) * 7)
    assert next_change(always, at("2026-11-23 10:00")) is None
    someday = schedule(
        ((),) * 7, special={date(2026, 11, 23) + timedelta(days=LOOK_AHEAD_DAYS): SpecialDay(spans=OFFICE)}
    )
    assert next_change(someday, at("2026-11-23 10:00")) == at("2027-11-24 09:00")
