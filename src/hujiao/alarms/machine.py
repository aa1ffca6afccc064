"""Which alarms there are to raise and which are over, by the live view. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hujiao.alarms.contracts import WAITING, Episode, Exceeded, Level

Record = dict[str, Any]
Raised = tuple[Episode, Level]


def present(agents: Iterable[Record], interactions: Iterable[Record], queues: dict[str, Record]) -> Iterator[Exceeded]:
    """Every episode that has bounds, as each level that it has, passed or not."""
    for agent in agents:
        if agent.get("amber_after") is None and agent.get("red_after") is None:
            continue
        if agent["activity"] == "logged_out" or not agent.get("activity_since"):
            continue
        agent_id = UUID(agent["id"])
        since = datetime.fromisoformat(agent["activity_since"])
        for level, after in _levels(agent["amber_after"], agent["red_after"]):
            yield Exceeded(
                episode=Episode(agent_id, agent["activity"], since),
                level=level,
                after_seconds=after,
                agent_id=agent_id,
                interaction_id=UUID(agent["interaction_id"]) if agent.get("interaction_id") else None,
                reason_code_id=agent.get("reason_code_id"),
            )
    for call in interactions:
        queue = queues.get(call.get("queue_id") or "")
        if queue is None or call["state"] not in ("queued", "offered") or not call.get("queued_at"):
            continue
        interaction_id = UUID(call["id"])
        since = datetime.fromisoformat(call["queued_at"])
        for level, after in _levels(queue.get("amber_after"), queue.get("red_after")):
            yield Exceeded(
                episode=Episode(interaction_id, WAITING, since),
                level=level,
                after_seconds=after,
                interaction_id=interaction_id,
                queue_id=UUID(queue["id"]),
            )


def compare(there: Iterable[Exceeded], raised: Iterable[Raised], now: datetime) -> tuple[list[Exceeded], list[Raised]]:
    """What has passed its bound and is not raised yet, and what was raised whose episode is over."""
    known = set(raised)
    going_on: set[Episode] = set()
    new = []
    for one in there:
        going_on.add(one.episode)
        late = now >= one.episode.since + timedelta(seconds=one.after_seconds)
        if late and (one.episode, one.level) not in known:
            new.append(one)
    return new, [(episode, level) for episode, level in known if episode not in going_on]


def _levels(amber: int | None, red: int | None) -> Iterator[tuple[Level, int]]:
    if amber is not None:
        yield "amber", amber
    if red is not None:
        yield "red", red
