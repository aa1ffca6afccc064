"""Which queues are in trouble, and since when, by the live view. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

Kind = Literal["wait", "service_level"]
LASTS = timedelta(seconds=60)  # so long before anything is suggested; and so long after something was applied
CALM = timedelta(seconds=20)  # so long may what lasts be better, while somebody waits, and still not be over


class Trouble(msgspec.Struct, frozen=True):
    """A queue's: somebody waits past the second threshold, or the last minutes' service level is under its bound.
    `calm_since`: it is better, but may not be over."""

    kind: Kind
    since: datetime
    calm_since: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        return now >= self.since + LASTS


def troubles(
    queues: Iterable[Mapping[str, Any]], low: Collection[str], before: Mapping[str, Trouble], now: datetime
) -> dict[str, Trouble]:
    """By queue. `low` are those under the bound; `before`: as of the last look, from which a trouble goes on."""
    found = {}
    for queue in queues:
        queue_id, known = queue["id"], before.get(queue["id"])
        red_at = _red_at(queue)
        if red_at is not None and red_at <= now:
            found[queue_id] = Trouble("wait", known.since if known else red_at)
        elif queue_id in low and queue["waiting"]:
            found[queue_id] = Trouble("service_level", known.since if known else now)
        elif known and known.lasts(now) and queue["waiting"]:
            calm_since = known.calm_since or now
            if now - calm_since < CALM:
                found[queue_id] = Trouble(known.kind, known.since, calm_since)
    return found


def figures_of(queue: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A queue of the live view as a suggestion's `QueueFigures`."""
    first = queue.get("longest_wait_since")
    longest = max(0.0, (now - datetime.fromisoformat(first)).total_seconds()) if first else 0.0
    expected = None if queue["waiting"] and not queue["agents_signed_in"] else queue.get("expected_wait_seconds")
    return {
        "waiting": queue["waiting"],
        "longest_wait_seconds": longest,
        "expected_wait_seconds": 0.0 if queue["agents_available"] > queue["waiting"] else expected,
        "agents_free": queue["agents_available"],
        "agents_signed_in": queue["agents_signed_in"],
    }


def _red_at(queue: Mapping[str, Any]) -> datetime | None:
    """When the longest wait turns red; None: nobody waits, or it never does."""
    since, after = queue.get("longest_wait_since"), queue.get("red_after")
    if since is None or after is None:
        return None
    return datetime.fromisoformat(since) + timedelta(seconds=after)
