"""When a queue is in trouble: how long it lasts, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hujiao.suggestions.machine import CALM, LASTS, Trouble, figures_of, troubles

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def queue(waited: float | None, red_after: int | None = 60, **more: Any) -> dict[str, Any]:
    since = None if waited is None else (NOW - waited * SECOND).isoformat()
    waiting = int(waited is not None)
    figures = {"agents_available": 0, "agents_signed_in": 0, "expected_wait_seconds": None}
    return {"id": "q", "waiting": waiting, "longest_wait_since": since, "red_after": red_after, **figures, **more}


def look(
    one: dict[str, Any], before: Trouble | None = None, low: tuple[str, ...] = (), at: datetime = NOW
) -> Trouble | None:
    return troubles([one], low, {"q": before} if before else {}, at).get("q")


def test_it_begins_when_the_longest_wait_turns_red() -> None:
    assert look(queue(59)) is None
    assert look(queue(None)) is None
    assert look(queue(3600, red_after=None)) is None
    begun = look(queue(70))
    assert begun == Trouble("wait", NOW - 10 * SECOND)
    assert not begun.lasts(NOW)
    assert begun.lasts(begun.since + LASTS)


def test_it_goes_on_with_the_next_caller() -> None:
    before = Trouble("wait", NOW - 300 * SECOND)
    assert look(queue(61), before) == before


def test_a_low_service_level_is_one_while_somebody_waits() -> None:
    assert look(queue(5), low=("q",)) == Trouble("service_level", NOW)
    assert look(queue(None), low=("q",)) is None
    before = Trouble("service_level", NOW - 30 * SECOND)
    assert look(queue(5), before, low=("q",)) == before


def test_it_is_over_when_it_stays_better_or_nobody_waits() -> None:
    lasting = Trouble("wait", NOW - 300 * SECOND)
    better = look(queue(5), lasting)
    assert better == Trouble("wait", lasting.since, NOW)
    assert look(queue(5), better, at=NOW + CALM - SECOND) == better
    assert look(queue(5), better, at=NOW + CALM) is None
    assert look(queue(None), lasting) is None
    assert look(queue(90), better) == lasting, "red again: as if it had not been better"
    assert look(queue(5), Trouble("wait", NOW - 30 * SECOND)) is None, "what never lasted is over at once"


def test_figures_are_of_the_moment() -> None:
    told = figures_of(queue(70, agents_signed_in=2, expected_wait_seconds=30.0), NOW)
    assert (told["waiting"], told["longest_wait_seconds"], told["expected_wait_seconds"]) == (1, 70.0, 30.0)
    assert figures_of(queue(70), NOW)["expected_wait_seconds"] is None, "nobody is there"
    assert figures_of(queue(None, agents_available=1, agents_signed_in=1), NOW)["expected_wait_seconds"] == 0.0
