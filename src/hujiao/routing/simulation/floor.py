"""A floor as it stands, for whoever looks ahead from there."""

from __future__ import annotations

from uuid import UUID

import msgspec

from hujiao.routing.contracts import CALL, Setup


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """What comes to a queue. `leaving`: how often per second one who waits gives up; `within`: so soon they should be
    answered."""

    queue_id: UUID
    medium: str = CALL
    per_hour: float = 0.0
    handle_seconds: float
    leaving: float = 0.0
    within: float = 20.0


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has waited so long."""

    queue_id: UUID
    seconds: float
    medium: str = CALL
    grade: int = 0


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Who works, which are the agents of the set-up, of whom these are `busy`, and who waits. `site_costs` are the
    set-up's, which has none of its own: they are kept by pairs, which no JSON object can have as names."""

    setup: Setup
    site_costs: tuple[tuple[str, str, float], ...] = ()
    busy: frozenset[UUID] = frozenset()
    streams: tuple[Stream, ...] = ()
    waiting: tuple[Waiting, ...] = ()
