"""How a call failed by itself, and until when a next call is due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from hujiao.calls.failures import CAUSES, RANG, SILENT, CallFailure
from hujiao.customers.failures import failure_of
from hujiao.customers.own import due_by
from hujiao.customers.views import DueWithin, Failure
from hujiao.kit import i18n


@pytest.mark.parametrize(
    ("cause", "rang", "silent"),
    [
        (17, "busy", "busy"),
        (19, "no_answer", "no_answer"),
        (0, "no_answer", "no_answer"),
        (None, "no_answer", "no_answer"),
        (18, "no_answer", "no_line"),
        (102, "no_answer", "no_line"),
        (27, "no_answer", "no_line"),
        (21, "rejected", "unreachable"),
        (1, "no_such_number", "no_such_number"),
        (20, "unreachable", "unreachable"),
        (38, "no_line", "no_line"),
        (3, "no_line", "no_line"),
        (52, "not_allowed", "not_allowed"),
    ],
)
def test_the_cause_and_the_ringing_say_how_a_call_failed(cause: int | None, rang: Failure, silent: Failure) -> None:
    assert failure_of("not_reached", cause, rang=True) == rang
    assert failure_of("not_reached", cause, rang=False) == silent


def test_who_talked_or_talks_did_not_fail_and_who_gave_up_says_so() -> None:
    assert failure_of("completed", 16, rang=True) is None
    assert failure_of(None, None, rang=False) is None
    assert failure_of("given_up", 17, rang=False) == "given_up"


def test_no_cause_means_two_things_and_every_failure_has_its_words() -> None:
    for more in (RANG, SILENT):
        causes = [cause for each in (*CAUSES.values(), *more.values()) for cause in each]
        assert len(causes) == len(set(causes))
    for language in i18n.LANGUAGES:
        for failure in (*get_args(CallFailure), "given_up"):
            assert i18n.translate(f"call_failure.{failure}", language) != f"call_failure.{failure}"


@pytest.mark.parametrize(
    ("within", "until"),
    [
        ("overdue", "2026-11-25T16:30:00+00:00"),  # Thursday, half past midnight in Shanghai
        ("today", "2026-11-26T15:59:59.999999+00:00"),
        ("week", "2026-11-29T15:59:59.999999+00:00"),
    ],
)
def test_days_and_weeks_end_in_the_tenants_time(within: DueWithin, until: str) -> None:
    now = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
    assert due_by(within, now, "Asia/Shanghai").astimezone(UTC).isoformat() == until


def test_on_sunday_the_week_ends_with_the_day() -> None:
    sunday = datetime(2026, 11, 29, 3, tzinfo=UTC)
    assert due_by("week", sunday, "Asia/Shanghai") == due_by("today", sunday, "Asia/Shanghai")
