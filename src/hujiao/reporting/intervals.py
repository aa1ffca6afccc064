"""What one interaction adds to the queues' quarters of an hour. Pure.

Each queue entry counts in the interval in which the caller entered the queue, with all that followed from it, so that
a report over any span equals the interactions that entered in it. Service level: answered within the queue's time,
over answered plus abandoned plus timed out, where calls abandoned in the queue's short time do not count. A call-back
is the second entry of a customer who has been counted: of it only the work counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hujiao.interactions.facts import InteractionFacts, SegmentFacts

QUARTER = timedelta(minutes=15)
SERVICE_LEVEL_FORMULA = "answered_in_time / (answered + abandoned + redirected - short_abandoned)"

Key = tuple[UUID, datetime]
Share = dict[str, float]


def quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def shares(facts: InteractionFacts | None) -> dict[Key, Share]:
    """Sums by queue and quarter. `longest_wait_seconds` is a maximum, not a sum."""
    found: dict[Key, Share] = {}
    if facts is None:
        return found
    entry: Key | None = None
    for segment in facts.segments:
        if segment.kind == "queue" and segment.queue_id and not segment.again:
            entry = (segment.queue_id, quarter(segment.started_at))
            _add(found.setdefault(entry, {}), {} if segment.callback else _entered(segment))
        elif segment.kind == "agent" and entry and segment.ended_at:
            _add(found[entry], _handled(segment))
    return found


def difference(before: dict[Key, Share], after: dict[Key, Share]) -> dict[Key, Share]:
    """What must be added to the stored sums to go from one to the other."""
    changed: dict[Key, Share] = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        delta = {
            name: new.get(name, 0) - (0 if name == "longest_wait_seconds" else old.get(name, 0))
            for name in old.keys() | new.keys()
        }
        if old != new:
            changed[key] = delta
    return changed


def _entered(segment: SegmentFacts) -> Share:
    share: Share = {"offered": 1}
    if segment.ended_at is None:
        return share
    wait = (segment.ended_at - segment.started_at).total_seconds()
    share["longest_wait_seconds"] = wait
    if segment.outcome == "answered":
        share |= {"answered": 1, "answer_wait_seconds": wait, "service_level_denominator": 1}
        if wait <= segment.service_level_seconds:
            share["service_level_numerator"] = 1
    elif segment.outcome == "abandoned":
        share |= {"abandoned": 1, "abandon_wait_seconds": wait}
        if wait <= segment.short_abandon_seconds:
            share["short_abandoned"] = 1
        else:
            share["service_level_denominator"] = 1
    else:
        share |= {"redirected": 1, "service_level_denominator": 1}
    return share


def _handled(segment: SegmentFacts) -> Share:
    return {
        "handled": 1,
        "talk_seconds": segment.talk_seconds or 0.0,
        "hold_seconds": segment.hold_seconds or 0.0,
        "wrap_up_seconds": segment.wrap_up_seconds or 0.0,
    }


def _add(share: Share, more: Share) -> None:
    for name, value in more.items():
        if name == "longest_wait_seconds":
            share[name] = max(share.get(name, 0.0), value)
        else:
            share[name] = share.get(name, 0) + value
