"""Ledger events folded into facts: an interaction, its segments, and each queue entry's share of an interval.

Pure: the same events in the same order give the same facts, so everything that is reported can be computed again. What
an event changes stands with the event; which events there are is said by whoever folds.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

from hujiao.interactions.events import InteractionStarted
from hujiao.interactions.facts import InteractionFacts, LedgerEntry
from hujiao.interactions.folding import Folding, InteractionEvent
from hujiao.kit.events import Event, Kinds, kind_of, read

_START = kind_of(InteractionStarted)

Fold = Callable[[InteractionFacts | None, LedgerEntry], InteractionFacts | None]


def folder(known: Kinds) -> Fold:
    """Return the fold of these kinds of events: the facts after an event.

    Events of an interaction whose start is unknown change nothing, and neither do those of other kinds.
    """
    folded = {kind: event for kind, event in known.items() if event is InteractionStarted or _folds(event)}

    def fold(facts: InteractionFacts | None, entry: LedgerEntry) -> InteractionFacts | None:
        if entry.interaction_id is None or (facts is None and entry.kind != _START):
            return facts
        event = read(folded, entry.kind, entry.data)
        if isinstance(event, InteractionStarted):
            return event.facts(entry.interaction_id, entry.at)
        if facts and isinstance(event, InteractionEvent):
            event.fold(Folding(facts, entry.at, entry.agent_id))
        return facts

    return fold


def _folds(event: type[Event]) -> bool:
    return issubclass(event, InteractionEvent) and event.fold is not InteractionEvent.fold


def segment_id(interaction_id: UUID, ordinal: int) -> UUID:
    """Derived, so that folding again writes the same row."""
    return uuid5(interaction_id, str(ordinal))
