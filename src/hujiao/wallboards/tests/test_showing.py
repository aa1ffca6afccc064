"""What tiles show of records of the live view."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from hujiao.kit.errors import BadField
from hujiao.reporting.views import Bound, IndicatorSettings
from hujiao.wallboards.service import check_places
from hujiao.wallboards.showing import MOST_AGENTS, MOST_QUEUES, Floor, level_of, value_of
from hujiao.wallboards.views import Tile

ONE, TWO = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"
GROUP = "01900000-0000-7000-8000-000000000003"
_tile: TypeAdapter[Tile] = TypeAdapter(Tile)


def tile(kind: str, **more: Any) -> Tile:
    return _tile.validate_python({"id": "a", "kind": kind, "x": 0, "y": 0, "w": 2, "h": 2, **more})


def queue(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "name": name, "waiting": 0, "longest_wait_since": None, "recent": None, **more}


def agent(number: str, activity: str, queue_ids: tuple[str, ...] = (ONE,), groups: tuple[str, ...] = ()) -> Any:
    times = {"activity_since": "2026-01-05T08:00:00Z", "amber_after": 60, "red_after": None}
    named = {"id": number, "number": number, "name": f"Agent {number}", "caller": "+8613800000000"}
    return {**named, "activity": activity, "queue_ids": queue_ids, "group_ids": groups, **times}


RECENT = {"entered": 8, "answered": 6, "in_service": 4, "lost": 1, "within": [1, 2, 3, 6]}
QUEUES = [
    queue(
        TWO, "Beta", waiting=4, longest_wait_since="2026-01-05T08:00:00Z", amber_after=10, red_after=20,
        service_level_numerator_today=1, service_level_denominator_today=1, expected_wait_seconds=50,
    ),
    queue(
        ONE, "Alpha", waiting=3, longest_wait_since="2026-01-05T08:00:30Z", amber_after=30, red_after=40,
        service_level_numerator_today=0, service_level_denominator_today=3, recent=RECENT, expected_wait_seconds=None,
    ),
]  # fmt: skip
AGENTS = [
    agent("2", "talking", groups=(GROUP,)),
    agent("1", "idle", groups=(GROUP,)),
    agent("3", "held", (TWO,)),
    agent("4", "logged_out"),
]
FLOOR = Floor(queues=QUEUES, agents=AGENTS, in_flow=2, settings=IndicatorSettings())


def shown(kind: str, **more: Any) -> Any:
    return value_of(tile(kind, **more), FLOOR)


def test_figures_of_queues_are_sums_over_sums() -> None:
    assert shown("figure", figure="waiting") == {"value": 7, "level": "amber"}
    assert shown("figure", figure="waiting", queue_ids=[ONE]) == {"value": 3, "level": "calm"}
    assert shown("figure", figure="service_level_today")["value"] == 0.25, "not the mean of 100 % and 0 %"
    assert shown("figure", figure="service_level") == {"value": 0.5, "level": "red"}
    assert shown("figure", figure="loss") == {"value": 0.125, "level": "red"}
    assert shown("figure", figure="within", seconds=10)["value"] == 0.25
    assert shown("figure", figure="within", seconds=7)["value"] is None, "the indicators know no such time"
    assert shown("figure", figure="service_level", queue_ids=[TWO]) == {"value": None, "level": "calm"}
    assert shown("figure", figure="expected_wait")["value"] == 50
    assert shown("figure", figure="in_flow")["value"] == 2


def test_the_longest_wait_is_the_oldest_with_its_queues_bounds() -> None:
    assert shown("figure", figure="longest_wait") == {"since": "2026-01-05T08:00:00Z", "amber": 10, "red": 20}
    own = shown("figure", figure="longest_wait", queue_ids=[ONE], bounds={"amber": 5, "red": 6})
    assert own == {"since": "2026-01-05T08:00:30Z", "amber": 5, "red": 6}
    assert value_of(tile("figure", figure="longest_wait"), Floor([], [], 0, IndicatorSettings())) == {"since": None}


def test_agents_by_queue_and_group() -> None:
    assert shown("figure", figure="signed_in")["value"] == 3
    assert shown("figure", figure="talking")["value"] == 2, "held calls are talked, too"
    assert shown("figure", figure="talking", queue_ids=[ONE])["value"] == 1
    assert shown("figure", figure="idle", group_ids=[GROUP], bounds={"amber": 2, "red": 1})["level"] == "amber"
    assert shown("bars", of="agents", group_ids=[GROUP]) == {
        "bars": [{"name": "idle", "value": 1}, {"name": "talking", "value": 1}]
    }


def test_tables_and_bars_are_in_order_and_say_nothing_more() -> None:
    assert [(bar["name"], bar["value"]) for bar in shown("bars", of="waiting")["bars"]] == [("Alpha", 3), ("Beta", 4)]
    rows = shown("queues", columns=["waiting", "service_level_today"])["rows"]
    assert [(row["name"], [cell["value"] for cell in row["cells"]]) for row in rows] == [
        ("Alpha", [3, 0.0]),
        ("Beta", [4, 1.0]),
    ]
    people = shown("agents")["rows"]
    assert [one["number"] for one in people] == ["1", "2", "3"], "who is free first, who is signed out not at all"
    assert people[0].keys() == {"number", "name", "activity", "since", "amber", "red"}
    assert shown("text", text="Hello") is None


def test_what_has_no_room_is_counted() -> None:
    queues = [queue(str(number), f"Q{number:03}") for number in range(MOST_QUEUES + 3)]
    agents = [agent(f"{number:03}", "idle") for number in range(MOST_AGENTS + 5)]
    floor = Floor(queues, [*agents, agent("999", "logged_out")], 0, IndicatorSettings())
    for one, shows, more in (
        (tile("queues", columns=["waiting"]), MOST_QUEUES, 3),
        (tile("bars", of="waiting"), MOST_QUEUES, 3),
        (tile("agents"), MOST_AGENTS, 5),
    ):
        value = value_of(one, floor)
        assert value is not None
        assert (len(value.get("rows") or value["bars"]), value["more"]) == (shows, more), one
    assert shown("agents")["more"] == shown("queues", columns=["waiting"])["more"] == 0


@pytest.mark.parametrize(
    ("value", "low", "level"),
    [(5, False, "calm"), (6, False, "amber"), (11, False, "red"), (None, False, "calm"), (5, True, "red")],
)
def test_levels(value: float | None, low: bool, level: str) -> None:
    bounds = Bound(amber=10, red=6) if low else Bound(amber=5, red=10)
    assert level_of(bounds, value, low_is_bad=low) == level


def placed(key: str, x: int, y: int, w: int = 2, h: int = 2) -> Tile:
    return _tile.validate_python({"id": key, "kind": "clock", "x": x, "y": y, "w": w, "h": h})


@pytest.mark.parametrize(
    ("tiles", "field"),
    [
        ([placed("a", 0, 0), placed("b", 1, 1)], "tiles.1"),
        ([placed("a", 11, 0)], "tiles.0"),
        ([placed("a", 0, 7)], "tiles.0"),
        ([placed("a", 0, 0), placed("a", 4, 0)], "tiles.1.id"),
    ],
)
def test_tiles_lie_within_the_grid_and_not_over_each_other(tiles: list[Tile], field: str) -> None:
    check_places([placed("a", 0, 0), placed("b", 2, 0), placed("c", 10, 6)])
    with pytest.raises(BadField) as refused:
        check_places(tiles)
    assert refused.value.field == field
