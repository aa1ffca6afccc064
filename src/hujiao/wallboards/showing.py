"""What the tiles of a board show of the live view. Pure.

Nothing but this leaves the server: a figure is a number, and a person is named only where a table of agents says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hujiao.reporting.views import Bound, IndicatorBounds, IndicatorSettings
from hujiao.wallboards.views import AGENT_FIGURES, LOW_IS_BAD, AgentsTile, BarsTile, FigureTile, QueuesTile, Tile

Record = Mapping[str, Any]
Value = dict[str, Any]

MOST_AGENTS, MOST_QUEUES = 60, 40
_TALKING = ("talking", "outbound", "three_way", "held")
_DOING = {
    "idle": ("idle",),
    "talking": _TALKING,
    "wrap_up": ("wrap_up",),
    "not_ready": ("not_ready",),
    "break": ("break",),
}
# In the order in which a supervisor looks at them.
ACTIVITIES = ("idle", "ringing", *_TALKING, "chatting", "wrap_up", "not_ready", "break", "supervising", "logged_out")
_SUMS = ("waiting", "offered_today", "answered_today", "abandoned_today")
_RECENT = {"answer_rate": "answered", "service_level": "in_service", "loss": "lost"}


class Floor(msgspec.Struct, frozen=True):
    """What a board may see now."""

    queues: Sequence[Record]
    agents: Sequence[Record]
    in_flow: int
    settings: IndicatorSettings


def value_of(tile: Tile, floor: Floor) -> Value | None:
    """What the tile shows now; None for what does not come from the live view."""
    match tile:
        case FigureTile():
            return _figure_tile(tile, floor)
        case BarsTile(of="agents"):
            counts = Counter(_activity(agent) for agent in _agents(tile, floor))
            return {"bars": [{"name": doing, "value": counts[doing]} for doing in ACTIVITIES if counts[doing]]}
        case BarsTile():
            found = _queues(tile.queue_ids, floor)
            bars = [
                {"name": one["name"], **queue_figure(tile.of, [one], floor.settings)} for one in found[:MOST_QUEUES]
            ]
            return {"bars": bars, "more": _more(found, MOST_QUEUES)}
        case QueuesTile():
            found = _queues(tile.queue_ids, floor)
            rows = [
                {
                    "name": queue["name"],
                    "cells": [queue_figure(name, [queue], floor.settings) for name in tile.columns],
                }
                for queue in found[:MOST_QUEUES]
            ]
            return {"rows": rows, "more": _more(found, MOST_QUEUES)}
        case AgentsTile():
            here = [agent for agent in _agents(tile, floor) if _activity(agent) != "logged_out"]
            return {"rows": _agent_rows(here), "more": _more(here, MOST_AGENTS)}
    return None


def queue_figure(
    name: str,
    queues: Sequence[Record],
    settings: IndicatorSettings,
    bounds: Bound | None = None,
    seconds: int | None = None,
) -> Value:
    """One figure of these queues together: sums over sums, never an average of shares."""
    if name == "longest_wait":
        return _longest(queues, bounds)
    if name in _SUMS:
        value: float | None = sum(queue.get(name) or 0 for queue in queues)
    elif name == "expected_wait":
        value = max((w for queue in queues if (w := queue.get("expected_wait_seconds")) is not None), default=None)
    elif name == "service_level_today":
        reached = sum(queue.get("service_level_numerator_today") or 0 for queue in queues)
        value = _share(reached, sum(queue.get("service_level_denominator_today") or 0 for queue in queues))
    else:
        value = _recent(name, [one for queue in queues if (one := queue.get("recent"))], settings, seconds)
    if bounds is None and name in IndicatorBounds.model_fields:
        bounds = getattr(settings.bounds, name)
    return {"value": value, "level": level_of(bounds, value, low_is_bad=name in LOW_IS_BAD)}


def level_of(bounds: Bound | None, value: float | None, *, low_is_bad: bool) -> str:
    for level in ("red", "amber"):
        limit = getattr(bounds, level, None)
        if limit is not None and value is not None and (value < limit if low_is_bad else value > limit):
            return level
    return "calm"


def _figure_tile(tile: FigureTile, floor: Floor) -> Value:
    if tile.figure in AGENT_FIGURES:
        doing = [_activity(agent) for agent in _agents(tile, floor)]
        wanted = _DOING.get(tile.figure)
        number = sum(one in wanted if wanted else one != "logged_out" for one in doing)
        return {"value": number, "level": level_of(tile.bounds, number, low_is_bad=tile.figure in LOW_IS_BAD)}
    if tile.figure == "in_flow":
        return {"value": floor.in_flow, "level": level_of(tile.bounds, floor.in_flow, low_is_bad=False)}
    return queue_figure(tile.figure, _queues(tile.queue_ids, floor), floor.settings, tile.bounds, tile.seconds)


def _longest(queues: Sequence[Record], bounds: Bound | None) -> Value:
    """The time goes on at the reader's: when it began, and when it is too long."""
    waiting = [queue for queue in queues if queue.get("longest_wait_since")]
    first = min(waiting, key=lambda queue: str(queue["longest_wait_since"]), default=None)
    if first is None:
        return {"since": None}
    amber = bounds.amber if bounds else first.get("amber_after")
    red = bounds.red if bounds else first.get("red_after")
    return {"since": first["longest_wait_since"], "amber": amber, "red": red}


def _recent(name: str, recent: Sequence[Record], settings: IndicatorSettings, seconds: int | None) -> float | None:
    entered: int = sum(one["entered"] for one in recent)
    if name == "entered":
        return entered
    if name != "within":
        return _share(sum(one[_RECENT[name]] for one in recent), entered)
    seconds = settings.within[-1] if seconds is None else seconds
    if seconds not in settings.within:
        return None  # the indicators have other times now
    at = settings.within.index(seconds)
    return _share(sum(one["within"][at] for one in recent if at < len(one["within"])), entered)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _queues(queue_ids: Iterable[Any], floor: Floor) -> list[Record]:
    wanted = set(map(str, queue_ids))
    found = [queue for queue in floor.queues if not wanted or queue["id"] in wanted]
    return sorted(found, key=lambda queue: str(queue["name"]))


def _agents(tile: FigureTile | BarsTile | AgentsTile, floor: Floor) -> list[Record]:
    queue_ids, group_ids = set(map(str, tile.queue_ids)), set(map(str, tile.group_ids))
    return [
        agent
        for agent in floor.agents
        if (not queue_ids or not queue_ids.isdisjoint(agent.get("queue_ids") or ()))
        and (not group_ids or not group_ids.isdisjoint(agent.get("group_ids") or ()))
    ]


def _activity(agent: Record) -> str:
    return str(agent.get("activity") or "logged_out")


def _more(found: Sequence[Record], most: int) -> int:
    """How many there are that are not shown."""
    return max(0, len(found) - most)


def _agent_rows(agents: Iterable[Record]) -> list[Value]:
    """Who can take work first."""
    here = sorted(agents, key=lambda agent: (ACTIVITIES.index(_activity(agent)), str(agent["number"])))
    return [
        {
            "number": agent["number"],
            "name": agent["name"],
            "activity": _activity(agent),
            "since": agent.get("activity_since"),
            "amber": agent.get("amber_after"),
            "red": agent.get("red_after"),
        }
        for agent in here[:MOST_AGENTS]
    ]
