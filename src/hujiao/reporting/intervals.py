"""What one interaction adds to the queues' quarters of an hour. Pure.

A contact counts once in a queue, in the interval in which it first entered it, with all that followed there, so that a
report over any span equals the contacts that it leads to: who comes back because a number did not answer, or because
an agent's line broke, is not offered twice. Who gives up in the queue's short time is no loss: short abandoned, and not
abandoned. Service level: answered within the queue's time, over answered plus abandoned plus redirected. A call-back is
the second entry of a customer who has been counted: of it only the work counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from hujiao.interactions.facts import InteractionFacts, SegmentFacts

QUARTER = timedelta(minutes=15)
SERVICE_LEVEL_FORMULA = "answered_in_time / (answered + abandoned + redirected)"

Key = tuple[UUID, datetime, str]  # queue, quarter, medium
Share = dict[str, float]


def quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def shares(facts: InteractionFacts | None) -> dict[Key, Share]:
    """Sums by queue, quarter and medium. `longest_wait_seconds` is a maximum, not a sum."""
    found: dict[Key, Share] = {}
    medium = facts.medium if facts else ""
    stays: dict[UUID, list[SegmentFacts]] = {}
    last: list[SegmentFacts] | None = None
    for segment in facts.segments if facts else ():
        if segment.kind == "queue" and segment.queue_id:
            last = stays.setdefault(segment.queue_id, [])
            last.append(segment)
        elif segment.kind == "agent" and last and segment.ended_at:
            _add(found.setdefault((*_entry(last), medium), {}), _handled(segment))
    for stay in stays.values():
        _add(found.setdefault((*_entry(stay), medium), {}), _entered(stay) if stay[0].counted else {})
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


def _entry(stay: Sequence[SegmentFacts]) -> tuple[UUID, datetime]:
    """Where all of a contact's waits in one queue count."""
    assert stay[0].queue_id
    return stay[0].queue_id, quarter(stay[0].started_at)


class Wait(Protocol):
    """A stretch of a contact in a queue, and how it ended."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> str | None: ...


def wait_of(stay: Sequence[Wait]) -> tuple[float, str | None]:
    """The waits of one contact in one queue as one, up to the first answer, else to the last one's end: how many
    seconds, and how it ended; None while the contact waits."""
    waits = _waits(stay)
    wait = sum((segment.ended_at - segment.started_at).total_seconds() for segment in waits if segment.ended_at)
    return wait, (waits[-1].outcome or "") if waits[-1].ended_at else None


def _waits(stay: Sequence[Wait]) -> Sequence[Wait]:
    answered = next((at for at, segment in enumerate(stay) if segment.outcome == "answered"), None)
    return stay if answered is None else stay[: answered + 1]


def _entered(stay: Sequence[SegmentFacts]) -> Share:
    first = stay[0]
    wait, outcome = wait_of(stay)
    share: Share = {"offered": 1}
    if any(segment.ended_at for segment in _waits(stay)):
        share["longest_wait_seconds"] = wait
    if outcome is None:
        return share
    if outcome == "answered":
        share |= {"answered": 1, "answer_wait_seconds": wait, "service_level_denominator": 1}
        if wait <= first.service_level_seconds:
            share["service_level_numerator"] = 1
    elif outcome == "abandoned" and wait <= first.short_abandon_seconds:
        share["short_abandoned"] = 1
    elif outcome == "abandoned":
        share |= {"abandoned": 1, "abandon_wait_seconds": wait, "service_level_denominator": 1}
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
