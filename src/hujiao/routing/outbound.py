"""What a dialler needs to know of a queue's agents. Pure.

An outbound interaction waits in a queue of direction outbound and is offered like any other; this says how many a
dialler may bring. A turn names every queue whose agents came, went or changed (`Turn.queues`): then it is worth asking.
"""

from __future__ import annotations

from math import exp

import msgspec


class OutboundCapacity(msgspec.Struct, frozen=True):
    """Agents `free` for the queue now, and how many more are `expected` to be within the seconds that were asked for.

    `waiting` interactions of the queue have these agents before any new one.
    """

    free: int
    expected: float
    waiting: int


def done_within(seconds: float, handle_seconds: float) -> float:
    """The chance that somebody busy is done in time, whose whole time is exponential: it has no memory."""
    return 1 - exp(-seconds / handle_seconds) if handle_seconds > 0 else 1.0
