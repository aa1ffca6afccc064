"""Calendar files as special days."""

from __future__ import annotations

import pytest

from hujiao.hours.calendar_file import MOST_EVENTS, read
from hujiao.hours.views import CalendarFile
from hujiao.kit.errors import BadField


def file(*events: str, title: str = "Works council") -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\nX-WR-CALNAME:{title}\r\n{inside}END:VCALENDAR\r\n"


def days(found: CalendarFile) -> list[str]:
    return [day.date.isoformat() for day in found.days]


def of(*lines: str) -> CalendarFile:
    return read(file("\r\n".join(lines)), 2026)


def test_a_day_and_a_stretch_of_days() -> None:
    one, more = "DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas", "DTSTART;VALUE=DATE:20261230\r\nSUMMARY:Closed"
    found = read(file(one, more + "\r\nDTEND;VALUE=DATE:20270102"), 2026)
    assert days(found) == ["2026-12-25", "2026-12-30", "2026-12-31", "2027-01-01"]
    assert (found.name, found.days[0].name, found.days[0].spans) == ("Works council", "Christmas", [])
    assert days(of("DTSTART;VALUE=DATE:20261225", "DURATION:P2D")) == ["2026-12-25", "2026-12-26"]


def test_what_recurs_every_year_is_written_out() -> None:
    found = of("DTSTART;VALUE=DATE:20000101", "RRULE:FREQ=YEARLY", "SUMMARY:New Year", "EXDATE;VALUE=DATE:20270101")
    assert days(found) == ["2026-01-01", "2028-01-01", "2029-01-01", "2030-01-01"]
    thanksgiving = of("DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271231T000000Z")
    assert days(thanksgiving) == ["2026-11-26", "2027-11-25"]
    assert days(of("DTSTART;VALUE=DATE:20250501", "RRULE:FREQ=YEARLY;COUNT=2")) == ["2026-05-01"]
    assert days(of("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY")) == ["2028-02-29"]
    over = of("DTSTART;VALUE=DATE:20201231", "DTEND;VALUE=DATE:20210102", "RRULE:FREQ=YEARLY;COUNT=6")
    assert days(over) == ["2026-01-01"] and over.earlier == 0, "it begins in the year before"


def test_midnight_to_midnight_is_a_day_and_hours_are_not() -> None:
    found = of("DTSTART:20261224T000000", "DTEND:20261226T000000")
    assert days(found) == ["2026-12-24", "2026-12-25"]
    timed = of("DTSTART:20261224T140000Z", "DTEND:20261224T180000Z", "SUMMARY:Party")
    assert timed.days == [] and [(one.name, str(one.date), one.why) for one in timed.left_out] == [
        ("Party", "2026-12-24", "timed")
    ]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY"], "recurs"),
        (["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=YEARLY;BYHOUR=1,2,3"], "recurs"),
        (["DTSTART;VALUE=DATE:00010105", "RRULE:FREQ=YEARLY"], "recurs"),
        (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20270105"], "too_long"),
        (["SUMMARY:Some day"], "no_date"),
    ],
)
def test_what_is_left_out_is_told(lines: list[str], why: str) -> None:
    found = of(*lines)
    assert found.days == [] and [one.why for one in found.left_out] == [why]


def test_days_that_are_said_twice_cancelled_or_gone() -> None:
    day = "DTSTART;VALUE=DATE:20260501\r\nSUMMARY:"
    found = read(file(f"{day}Labour Day", f"{day}May Day", f"{day}May Day", f"{day}Off\r\nSTATUS:CANCELLED"), 2026)
    assert [one.name for one in found.days] == ["Labour Day / May Day"]
    gone = of("DTSTART;VALUE=DATE:20200501")
    assert (gone.days, gone.earlier) == ([], 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "error.not_a_calendar_file"),
        ("PK\x03\x04", "error.not_a_calendar_file"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "error.not_a_calendar_file"),
        (file(), "error.calendar_file_empty"),
        (file(*["DTSTART;VALUE=DATE:20260501"] * (MOST_EVENTS + 1)), "error.calendar_file_too_many"),
        (
            file(
                *[
                    f"DTSTART;VALUE=DATE:{y}{m:02}01\r\nDURATION:P28D"
                    for y in (2026, 2027, 2028, 2029)
                    for m in range(1, 13)
                ]
            ),
            "error.calendar_file_too_many",
        ),
    ],
)
def test_what_is_no_calendar_or_too_much(text: str, message: str) -> None:
    with pytest.raises(BadField) as refused:
        read(text, 2026)
    assert refused.value.message == message and refused.value.field == "text"


YEARLY = "DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=YEARLY"


def test_a_moved_or_cancelled_occurrence_holds_as_its_own_event_says() -> None:
    series = "UID:labour\r\nDTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Labour Day"
    moved = "UID:labour\r\nRECURRENCE-ID;VALUE=DATE:20270501\r\nDTSTART;VALUE=DATE:20270503\r\nSUMMARY:Moved"
    off = "UID:labour\r\nRECURRENCE-ID;VALUE=DATE:20280501\r\nDTSTART;VALUE=DATE:20280501\r\nStatus:Cancelled"
    for events in ([series, moved, off], [off, moved, series]):
        found = read(file(*events), 2026)
        assert days(found) == ["2026-05-01", "2027-05-03", "2029-05-01", "2030-05-01"]
    other = read(file(series, moved.replace("labour", "other")), 2026)
    assert "2027-05-01" in days(other), "another series' occurrence"
    at = "UID:x\r\nDTSTART;TZID=Asia/Shanghai:20260501T000000\r\nDTEND;TZID=Asia/Shanghai:20260502T000000\r\n"
    off = at + "RECURRENCE-ID:20270430T160000Z\r\nSTATUS:cancelled"
    utc = read(file(at + "RRULE:FREQ=YEARLY;COUNT=2", off), 2026, "Asia/Shanghai")
    assert days(utc) == ["2026-05-01"]


def test_days_are_added_and_taken_away() -> None:
    added = of("DTSTART;VALUE=DATE:20260501", "RDATE;VALUE=DATE:20260601,20260701", "RDATE;VALUE=DATE:20260801")
    assert days(added) == ["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"]
    both = of(*YEARLY, "RDATE;VALUE=DATE:20260601", "EXDATE;VALUE=DATE:20260501", "EXDATE;VALUE=DATE:20270501,20280501")
    assert days(both) == ["2026-06-01", "2029-05-01", "2030-05-01"]
    shanghai = "DTSTART;TZID=Asia/Shanghai:20260501T000000", "DURATION:P1D", "RRULE:FREQ=YEARLY;UNTIL=20270430T160000Z"
    assert days(read(file("\r\n".join(shanghai)), 2026, "Asia/Shanghai")) == ["2026-05-01", "2027-05-01"]
    utc = "DTSTART:20260430T160000Z\r\nDTEND:20260501T160000Z"
    assert days(read(file(utc), 2026, "Asia/Shanghai")) == ["2026-05-01"]
    assert [one.why for one in read(file(utc), 2026, "Europe/Berlin").left_out] == ["timed"]


@pytest.mark.parametrize("status", ["STATUS:CANCELLED", "Status:Cancelled", "status: cancelled"])
def test_a_cancelled_event_is_no_day(status: str) -> None:
    found = read(file("DTSTART;VALUE=DATE:20260501\r\n" + status, "DTSTART;VALUE=DATE:20260601"), 2026)
    assert days(found) == ["2026-06-01"]


@pytest.mark.parametrize(
    "lines",
    [
        [*YEARLY, "RRULE:FREQ=YEARLY;BYMONTH=6"],
        ["DTSTART;VALUE=DATE:20260501", "SUMMARY:One", "SUMMARY:Two"],
        ["DTSTART;VALUE=DATE:20260501", "DTSTART;VALUE=DATE:20260502"],
        [*YEARLY, "EXRULE:FREQ=YEARLY"],
        ["DTSTART;VALUE=DATE:20260501", "RDATE;VALUE=PERIOD:20260601T000000Z/PT1H"],
        ["DTSTART;VALUE=DATE:20260501", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260501"],
        *[
            ["DTSTART;VALUE=DATE:20260501", f"RRULE:{rule}"]
            for rule in (
                "FREQ=YEARLY;INTERVAL=0",
                "FREQ=YEARLY;INTERVAL=-1",
                "FREQ=SECONDLY;INTERVAL=0",
                "FREQ=YEARLY;COUNT=1000000000",
                "FREQ=YEARLY;COUNT=0",
                "FREQ=YEARLY;COUNT=many",
                "FREQ=YEARLY;BYDAY=99MO",
                "FREQ=YEARLY;BYDAY=XX",
                "FREQ=YEARLY;BYMONTH=13",
                "FREQ=YEARLY;BYMONTHDAY=0",
                "FREQ=YEARLY;COUNT=2;UNTIL=20270501",
                "FREQ=YEARLY;UNTIL=soon",
            )
        ],
    ],
)
def test_what_is_not_understood_is_told_and_the_rest_is_read(lines: list[str]) -> None:
    found = read(file("\r\n".join(lines), "DTSTART;VALUE=DATE:20261225"), 2026)
    assert days(found) == ["2026-12-25"]
    assert [one.why for one in found.left_out] == ["not_understood"]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=9", "FREQ=HOURLY", "FREQ=DAILY", "FREQ=MONTHLY", "FREQ=YEARLY;BYSECOND=1"],
)
def test_what_recurs_more_often_is_not_written_out(rule: str) -> None:
    assert [one.why for one in of("DTSTART;VALUE=DATE:20260501", f"RRULE:{rule}").left_out] == ["recurs"]


def test_a_rule_that_never_occurs_is_not_looked_for_to_the_end_of_time() -> None:
    found = of("DTSTART;VALUE=DATE:20000101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert found.days == [] and found.left_out == []
    assert days(of("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;INTERVAL=4")) == ["2028-02-29"]
    fridays = of("DTSTART;VALUE=DATE:20251128", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=-1FR")
    assert days(fridays) == ["2026-11-27", "2027-11-26", "2028-11-24", "2029-11-30", "2030-11-29"]
    for far in (["DTSTART;VALUE=DATE:99991231"], ["DTSTART;VALUE=DATE:99991231", "DURATION:P9D"]):
        assert [one.why for one in of(*far).left_out] == ["not_understood"]


def test_a_byte_order_mark_folded_lines_and_several_calendars() -> None:
    folded = file("DTSTART;VALUE=DATE:20260501\r\nSUMMARY:Labour\r\n  Day")
    assert [day.name for day in read("\ufeff" + folded, 2026).days] == ["Labour Day"]
    assert days(read(folded + file("DTSTART;VALUE=DATE:20260601"), 2026)) == ["2026-05-01", "2026-06-01"]
    assert days(read(folded.replace("\r\n", "\n"), 2026)) == ["2026-05-01"]
