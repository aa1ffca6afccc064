"""The rows of an interaction's facts: what is to be written when some of them have changed."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from hujiao.interactions.facts import InteractionFacts, SegmentFacts
from hujiao.interactions.fold import segment_id

# Of each table the columns that a fold gives, besides the keys.
INTERACTION = [name for name in InteractionFacts.__struct_fields__ if name not in ("id", "segments")]
_NOT_KEPT = ("service_level_seconds", "short_abandon_seconds", "callback")
SEGMENT = [name for name in SegmentFacts.__struct_fields__ if name not in _NOT_KEPT]
_interaction, _segment = attrgetter(*INTERACTION), attrgetter(*SEGMENT)

Values = tuple[Any, ...]


class Rows(NamedTuple):
    """An interaction and its segments, as they are at a moment."""

    interaction: Values | None = None
    segments: Sequence[Values] = ()


def rows(facts: InteractionFacts | None) -> Rows:
    """Return what a fold has given so far; the facts themselves change with the next event."""
    return Rows(_interaction(facts), [_segment(segment) for segment in facts.segments]) if facts else Rows()


class Changes:
    """The rows that differ from those that there are."""

    def __init__(self) -> None:
        self._interactions: list[dict[str, Any]] = []
        self._segments: list[dict[str, Any]] = []

    def add(self, interaction_id: UUID, before: Rows, after: Rows) -> None:
        if after.interaction is not None and after.interaction != before.interaction:
            self._interactions.append({"id": interaction_id, **dict(zip(INTERACTION, after.interaction, strict=True))})
        for ordinal, values in enumerate(after.segments):
            if ordinal >= len(before.segments) or values != before.segments[ordinal]:
                keys = {"id": segment_id(interaction_id, ordinal), "interaction_id": interaction_id}
                self._segments.append({**keys, **dict(zip(SEGMENT, values, strict=True))})

    async def write(self, connection: Any, tenant_id: UUID) -> None:
        """Write them, by one statement for each table that has any."""
        for table, columns, changed in (
            ("interaction", ["id", *INTERACTION], self._interactions),
            ("segment", ["id", "interaction_id", *SEGMENT], self._segments),
        ):
            if changed:
                await connection.execute(_upsert(table, columns), tenant_id, msgspec.json.encode(changed).decode())


def _upsert(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(columns)
    update = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    return (
        f"INSERT INTO {table} (tenant_id, {names}) SELECT $1, {names} FROM"
        f" json_populate_recordset(NULL::{table}, $2::text::json)"
        f" ON CONFLICT (tenant_id, id) DO UPDATE SET {update}"
    )
