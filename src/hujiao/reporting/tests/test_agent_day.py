from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from hujiao.interactions.facts import LedgerEntry
from hujiao.reporting.agent_day import day_of, fold

START = datetime(2026, 11, 22, tzinfo=UTC)
AGENT = UUID(int=7)


def event(minute: float, kind: str, **data: Any) -> LedgerEntry:
    return LedgerEntry(1, START + timedelta(minutes=minute), kind, None, AGENT, data)


def test_a_day_with_one_call() -> None:
    events = [
        event(0, "agent.state", state="not_ready"),
        event(10, "agent.state", state="available"),
        event(20, "offer.made"),
        event(20, "agent.state", state="reserved"),
        event(21, "offer.accepted"),
        event(21, "agent.state", state="engaged"),
        event(25, "agent.disconnected", talk_seconds=200, hold_seconds=40),
        event(25, "agent.state", state="wrap_up"),
        event(26, "wrap_up.completed", wrap_up_seconds=60),
        event(26, "agent.state", state="available"),
    ]
    today = fold("logged_out", START, events, START + timedelta(minutes=30))
    assert (today.offered, today.answered, today.missed) == (1, 1, 0)
    assert today.signed_in_seconds == 30 * 60
    assert today.not_ready_seconds == 10 * 60
    assert today.available_seconds == 14 * 60
    assert today.aht_seconds == 300


def test_breaks_are_told_from_other_times_not_ready_and_calls_out_from_those_that_came() -> None:
    events = [
        event(0, "agent.state", state="not_ready"),  # signs in
        event(1, "agent.state", state="available"),
        event(10, "agent.state", state="not_ready", reason="tea"),
        event(10, "break.began", reason="tea"),
        event(15, "break.ended", reason="tea", seconds=300),
        event(15, "agent.state", state="available"),
        event(20, "agent.state", state="not_ready"),
        event(21, "agent.state", state="not_ready", reason="tea"),
        event(21, "break.began", reason="tea"),  # from not ready: it was that once by itself
        event(22, "break.ended", reason="tea", seconds=60),
        event(22, "agent.state", state="engaged"),
        event(24, "agent.disconnected", talk_seconds=100, hold_seconds=10, outbound=True),
        event(24, "agent.disconnected", talk_seconds=20, hold_seconds=0),
        event(25, "agent.state", state="not_ready", reason="tea"),
        event(25, "break.began", reason="tea"),
    ]
    today = fold("logged_out", START, events, START + timedelta(minutes=27))
    assert (today.busy, today.breaks, today.break_seconds) == (1, 3, (5 + 1 + 2) * 60)
    assert (today.outbound, today.outbound_seconds, today.talk_seconds) == (1, 100, 120)


def test_the_last_missed_offer_is_told() -> None:
    calls = [UUID(int=1), UUID(int=2)]
    missed = [event(n, "offer.missed", reason="no_answer") for n in (1, 2)]
    events = [msgspec.structs.replace(one, interaction_id=call) for one, call in zip(missed, calls, strict=True)]
    today = fold("available", START, events, START + timedelta(minutes=5))
    assert today.missed == 2
    assert today.last_missed is not None
    assert (today.last_missed.interaction_id, today.last_missed.reason) == (calls[1], "no_answer")


def test_a_break_of_yesterday_counts_from_midnight() -> None:
    events = [event(7, "break.ended", reason="tea", seconds=3600)]
    today = fold("not_ready", START, events, START + timedelta(minutes=10))
    assert (today.breaks, today.break_seconds) == (0, 7 * 60)


def test_a_state_of_yesterday_goes_on_after_midnight() -> None:
    today = fold("available", START, [event(15, "agent.state", state="logged_out")], START + timedelta(hours=5))
    assert today.available_seconds == today.signed_in_seconds == 15 * 60
    assert today.aht_seconds is None


def test_days_are_the_tenants() -> None:
    first, after = day_of(datetime(2026, 11, 22, 17, tzinfo=UTC), "Asia/Shanghai")
    assert first == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert after - first == timedelta(days=1)
    spring, next_day = day_of(datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/London")
    assert next_day.astimezone(UTC) - spring.astimezone(UTC) == timedelta(hours=23)
