"""Which thresholds hold for whom, and what is raised and ended, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.alarms.contracts import USUAL, Bounds, Thresholds
from hujiao.alarms.machine import Raised, compare, present

BEGAN = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY_TEAM, NIGHT_TEAM, QUEUE, OTHER_QUEUE = (uuid4() for _ in range(4))
LUNCH, TEA = str(uuid4()), str(uuid4())

RULES = Thresholds(
    {
        ("talking", None, None): Bounds(200, 400),
        ("talking", DAY_TEAM, None): Bounds(100, None),
        ("talking", NIGHT_TEAM, None): Bounds(150, 300),
        ("break", None, None): Bounds(600, 900),
        ("break", None, LUNCH): Bounds(1800, 2400),
        ("break", DAY_TEAM, None): Bounds(300, 500),
        ("break", DAY_TEAM, TEA): Bounds(None, 250),
        ("waiting", None, None): Bounds(15, 30),
        ("waiting", QUEUE, None): Bounds(5, None),
    }
)


@pytest.mark.parametrize(
    ("activity", "groups", "reason", "bounds"),
    [
        ("talking", (), None, Bounds(200, 400)),
        ("talking", (NIGHT_TEAM,), None, Bounds(150, 300)),
        ("talking", (DAY_TEAM, NIGHT_TEAM), None, Bounds(100, 300)),
        ("break", (), None, Bounds(600, 900)),
        ("break", (), LUNCH, Bounds(1800, 2400)),
        ("break", (DAY_TEAM,), LUNCH, Bounds(1800, 2400)),
        ("break", (DAY_TEAM,), TEA, Bounds(None, 250)),
        ("break", (DAY_TEAM,), "other", Bounds(300, 500)),
        ("wrap_up", (DAY_TEAM,), None, USUAL["wrap_up"]),
        ("idle", (), None, Bounds()),
    ],
)
def test_whose_threshold_holds(activity: str, groups: tuple[UUID, ...], reason: str | None, bounds: Bounds) -> None:
    assert RULES.of_agent(activity, groups, reason) == bounds


def test_a_queue_has_its_own_or_the_companys() -> None:
    assert RULES.of_queue(QUEUE) == Bounds(5, None)
    assert RULES.of_queue(OTHER_QUEUE) == Bounds(15, 30)
    assert Thresholds().of_queue(QUEUE) == USUAL["waiting"]


def test_nothing_is_watched_that_is_switched_off() -> None:
    off = Thresholds({("talking", None, None): Bounds()})
    assert off.of_agent("talking") == Bounds()


def agent(activity: str = "talking", amber: int | None = 60, red: int | None = 120, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "activity": activity,
        "activity_since": BEGAN.isoformat(),
        "amber_after": amber,
        "red_after": red,
        "interaction_id": None,
        "reason_code_id": None,
        **more,
    }


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def test_an_episode_is_raised_once_for_each_level_and_ends() -> None:
    one = agent()
    raised: set[Raised] = set()
    told = []
    for second in range(0, 200, 10):
        new, over = compare(present([one], [], {}), raised, at(second))
        raised |= {(exceeded.episode, exceeded.level) for exceeded in new}
        told += [(second, exceeded.level) for exceeded in new]
        assert over == []
    assert told == [(60, "amber"), (120, "red")]
    resting = {**one, "activity": "idle", "activity_since": at(200).isoformat(), "amber_after": None, "red_after": None}
    _, over = compare(present([resting], [], {}), raised, at(200))
    assert {level for _, level in over} == {"amber", "red"}


def test_the_same_state_again_is_another_episode() -> None:
    one = agent()
    raised = {(exceeded.episode, exceeded.level) for exceeded in compare(present([one], [], {}), (), at(70))[0]}
    again = {**one, "activity_since": at(80).isoformat()}
    new, over = compare(present([again], [], {}), raised, at(90))
    assert (new, set(over)) == ([], raised)
    assert [exceeded.level for exceeded in compare(present([again], [], {}), (), at(140))[0]] == ["amber"]


def test_a_waiting_caller_alarms_by_the_queue() -> None:
    queue = {"id": str(QUEUE), "amber_after": 5, "red_after": None}
    call = {"id": str(uuid4()), "state": "queued", "queue_id": str(QUEUE), "queued_at": BEGAN.isoformat()}
    talking = {**call, "id": str(uuid4()), "state": "connected"}
    new, _ = compare(present([], [call, talking], {queue["id"]: queue}), (), at(6))
    assert [(one.state, str(one.subject_id)) for one in (exceeded.episode for exceeded in new)] == [
        ("waiting", call["id"])
    ]
    assert new[0].queue_id == QUEUE


def test_whoever_is_away_or_unknown_alarms_nobody() -> None:
    silent = [agent("logged_out"), agent(amber=None, red=None), {"id": str(uuid4()), "state": "available"}]
    assert list(present(silent, [], {})) == []


seconds = st.one_of(st.none(), st.integers(1, 300))


@given(st.lists(st.tuples(seconds, seconds), max_size=5), st.lists(st.integers(0, 400), max_size=8))
def test_who_looks_more_often_raises_nothing_twice(
    bounds: list[tuple[int | None, int | None]], looks: list[int]
) -> None:
    """However often and whenever it is looked, and by whom: each level of an episode that has passed is raised once,
    and also by somebody who begins anew with what is stored."""
    agents = [agent(amber=amber, red=red) for amber, red in bounds]
    raised: set[Raised] = set()
    for second in sorted(looks):
        new, over = compare(present(agents, [], {}), set(raised), at(second))
        keys = [(one.episode, one.level) for one in new]
        assert len(keys) == len(set(keys))
        assert raised.isdisjoint(keys)
        assert not over
        raised |= set(keys)
    last = max(looks, default=-1)
    expected = sum(after is not None and after <= last for pair in bounds for after in pair)
    assert len(raised) == expected
