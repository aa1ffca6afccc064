"""The formulas of the last minutes, by example and by what must hold of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from hujiao.reporting.indicators import Window, recent

BEGAN = datetime(2026, 11, 22, 8, tzinfo=UTC)
BILLS, REPAIRS = uuid4(), uuid4()


@dataclass
class Stay:
    interaction_id: UUID
    queue_id: UUID
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    counted: bool = True


def stay(seconds: float | None, outcome: str | None, queue: UUID = BILLS, **more: object) -> Stay:
    ended = None if seconds is None else BEGAN + timedelta(seconds=seconds)
    values: dict[str, object] = {"interaction_id": uuid4(), "counted": True, **more}
    return Stay(queue_id=queue, started_at=BEGAN, ended_at=ended, outcome=outcome, **values)  # type: ignore[arg-type]


def test_the_formulas_by_example() -> None:
    """Ten entered: answered after 3, 8, 14, 20 and 45 s, abandoned after 2, 5, 19 and 60 s; one waits still."""
    answered = [stay(seconds, "answered") for seconds in (3, 8, 14, 20, 45)]
    abandoned = [stay(seconds, "abandoned") for seconds in (2, 5, 19, 60)]
    sums = recent([*answered, *abandoned, stay(None, None)], Window())[BILLS]
    assert (sums.entered, sums.answered, sums.abandoned) == (10, 5, 4)
    assert sums.within == [1, 2, 3, 4], "within 5, 10, 15, 20 s"
    assert sums.in_service == 4 + 3, "service level 70 %"
    assert sums.lost == 2, "loss 20 %: who gave up within 5 s is none"


def test_who_comes_back_in_the_queue_entered_once() -> None:
    """A phone that nobody answers sends the caller back: both waits are one."""
    caller = uuid4()
    first = stay(10, "returned", interaction_id=caller)
    again = Stay(caller, BILLS, BEGAN + timedelta(seconds=20), BEGAN + timedelta(seconds=29), "answered", counted=False)
    sums = recent([first, again], Window())[BILLS]
    assert (sums.entered, sums.answered, sums.within) == (1, 1, [0, 0, 0, 1]), "19 s in all"


def test_who_entered_before_the_window_is_not_of_it() -> None:
    assert recent([stay(3, "answered", counted=False)], Window()) == {}


def test_each_queue_has_its_own() -> None:
    found = recent([stay(3, "answered"), stay(3, "abandoned", REPAIRS), stay(30, "overflow", REPAIRS)], Window())
    assert (found[BILLS].entered, found[REPAIRS].entered, found[REPAIRS].in_service) == (1, 2, 1)


waits = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(0, 200)), st.sampled_from(["answered", "abandoned", "overflow"])),
    max_size=30,
)
windows = st.builds(
    Window,
    service_seconds=st.integers(1, 60),
    short_seconds=st.integers(0, 20),
    within=st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True).map(lambda each: tuple(sorted(each))),
)


@given(waits, windows)
def test_no_share_is_more_than_the_whole(waited: list[tuple[float | None, str]], window: Window) -> None:
    stays = [stay(seconds, None if seconds is None else outcome) for seconds, outcome in waited]
    found = recent(stays, window)
    assert (BILLS in found) == bool(stays)
    for sums in found.values():
        assert sums.entered == len(stays)
        assert sums.within == sorted(sums.within)
        assert max(sums.within) <= sums.answered
        assert sums.lost <= sums.abandoned
        assert sums.answered + sums.abandoned <= sums.entered
        assert sums.in_service + sums.lost <= sums.entered or window.short_seconds < window.service_seconds
        assert sums.in_service <= sums.answered + sums.abandoned
