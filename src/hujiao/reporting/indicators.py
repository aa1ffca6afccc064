"""Indicators of the last minutes, by queue: sums, so that queues and pages of them add up. Pure.

Of the contacts that entered a queue within the window, each once:

- service level = (answered within `service_seconds` + abandoned within `service_seconds`) / entered
- loss = (abandoned - abandoned within `short_seconds`) / entered
- answer rate within so many seconds, and overall = answered within that time / entered

With 5 minutes, 20 and 5 seconds these are the formulas of the tender for Guangdong Telecom's outsourced contact center,
9.2.2. What left the queue otherwise, or still waits, has entered and counts as nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Protocol
from uuid import UUID

import msgspec

from hujiao.reporting.intervals import Wait, wait_of


class QueueWait(Wait, Protocol):
    """A stretch of a contact in a queue; `counted` where the contact entered it."""

    @property
    def interaction_id(self) -> UUID: ...
    @property
    def queue_id(self) -> UUID | None: ...
    @property
    def counted(self) -> bool: ...


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts count, and what is in time."""

    minutes: int = 5
    service_seconds: int = 20
    short_seconds: int = 5
    within: tuple[int, ...] = (5, 10, 15, 20)


class Recent(msgspec.Struct, kw_only=True):
    """Sums of a queue. `in_service`, `lost` and `within` are the numerators over `entered`."""

    within: list[int]
    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    in_service: int = 0
    lost: int = 0


def recent(stretches: Iterable[QueueWait], window: Window) -> dict[UUID, Recent]:
    """By queue, of these stretches in the order in which each contact had them."""
    found: dict[UUID, Recent] = {}
    contact = attrgetter("queue_id", "interaction_id")
    for (queue_id, _), stay in groupby(sorted(stretches, key=contact), key=contact):
        stretched = list(stay)
        if stretched[0].counted:
            sums = found.setdefault(queue_id, Recent(within=[0] * len(window.within)))
            _count(sums, stretched, window)
    return found


def _count(sums: Recent, stay: Sequence[QueueWait], window: Window) -> None:
    seconds, outcome = wait_of(stay)
    sums.entered += 1
    if outcome == "answered":
        sums.answered += 1
        for at, limit in enumerate(window.within):
            sums.within[at] += seconds <= limit
    elif outcome == "abandoned":
        sums.abandoned += 1
        sums.lost += seconds > window.short_seconds
    if outcome in ("answered", "abandoned"):
        sums.in_service += seconds <= window.service_seconds
