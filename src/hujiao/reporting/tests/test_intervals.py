"""The queue report against the contacts that it is about: whatever happened to them, the sums are theirs."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hujiao.interactions.events import EVENTS
from hujiao.interactions.facts import InteractionFacts, LedgerEntry
from hujiao.interactions.fold import folder
from hujiao.reporting.intervals import Key, Share, difference, quarter, shares

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUEUES = UUID(int=21), UUID(int=22), UUID(int=23)
AGENT = UUID(int=41)
NUMBER = "13800138000"
fold = folder(EVENTS)
Step = tuple[int, str, UUID]

# (minutes × 7 since the step before, how the wait ends, the queue)
steps = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["answered", "answered", "abandoned", "overflowed", "left", "timeout", "transferred", "open"]),
        st.sampled_from(QUEUES),
    ),
    max_size=6,
)


def history(number: int, steps: list[Step], *, called_back: bool = False) -> list[LedgerEntry]:
    """One contact's events: it goes from queue to queue, and back, until it is abandoned or the steps end."""
    interaction_id, at = UUID(int=number), START + timedelta(minutes=number)
    entries: list[LedgerEntry] = []

    def happened(kind: str, seconds: float, agent_id: UUID | None = None, **data: Any) -> None:
        nonlocal at
        at += timedelta(seconds=seconds)
        entries.append(LedgerEntry(len(entries) + 1, at, kind, interaction_id, agent_id, data))

    happened("interaction.started", 0, caller=NUMBER, called="", direction="callback" if called_back else "inbound")
    for place, (sevens, outcome, queue_id) in enumerate(steps):
        more = {"callback": True} if called_back and place == 0 else {}
        happened("queue.entered", sevens * 420, queue_id=queue_id, short_abandon_seconds=3, **more)
        if outcome == "open":
            return entries
        happened("queue.left", 1 + sevens * 2, queue_id=queue_id, outcome=outcome, wait_seconds=1 + sevens * 2)
        if outcome == "answered":
            happened("agent.connected", 0, AGENT, queue_id=queue_id, ring_seconds=0.0)
            talked = {"talk_seconds": 60.0, "hold_seconds": 0.0, "by": "transfer"}
            happened("agent.disconnected", 60, AGENT, queue_id=queue_id, **talked)
            happened("transfer.started", 0, number=NUMBER, leg_id="outside")
            happened("transfer.failed", 20, cause=17)
        if outcome == "abandoned":
            break
    happened("interaction.ended", 1, end_reason="completed", hangup_cause=16, ended_by="customer")
    return entries


def folded(entries: list[LedgerEntry]) -> InteractionFacts:
    facts = reduce(fold, entries, None)
    assert facts
    return facts


def contacts(all_facts: list[InteractionFacts]) -> dict[Key, set[UUID]]:
    """Those that a row of the report leads to."""
    found: dict[Key, set[UUID]] = defaultdict(set)
    for facts in all_facts:
        for segment in facts.segments:
            if segment.counted and segment.queue_id:
                found[segment.queue_id, quarter(segment.started_at), facts.medium].add(facts.id)
    return found


def summed(all_facts: list[InteractionFacts]) -> dict[Key, Share]:
    sums: dict[Key, Share] = defaultdict(lambda: defaultdict(float))
    for facts in all_facts:
        for key, share in shares(facts).items():
            for name, value in share.items():
                sums[key][name] += value
    return sums


def without_zeros(sums: dict[Key, Share]) -> set[tuple[Key, str, float]]:
    return {(key, name, value) for key, share in sums.items() for name, value in share.items() if value}


@given(st.lists(st.tuples(steps, st.booleans()), max_size=8))
def test_every_row_equals_its_contacts(histories: list[tuple[list[Step], bool]]) -> None:
    everything = [folded(history(at, steps, called_back=back)) for at, (steps, back) in enumerate(histories, 1)]
    behind, sums = contacts(everything), summed(everything)
    assert {key: share["offered"] for key, share in sums.items() if share.get("offered")} == {
        key: len(found) for key, found in behind.items()
    }
    for queue_id in QUEUES:
        ever = [contact for key, found in behind.items() if key[0] == queue_id for contact in found]
        assert len(ever) == len(set(ever)), "over any span, a contact counts once in a queue"
    for share in sums.values():
        counted = share["answered"] + share["abandoned"] + share["redirected"]
        assert counted + share["short_abandoned"] <= share["offered"]
        assert share["service_level_denominator"] == counted
        assert share["service_level_numerator"] <= share["answered"]
    talked = sum(facts.talk_seconds or 0 for facts in everything)
    assert sum(share.get("talk_seconds", 0) for share in sums.values()) == talked


@given(steps, st.integers(0, 30), st.booleans())
def test_counted_in_parts_or_at_once_it_is_the_same(steps: list[Step], cut: int, called_back: bool) -> None:
    entries = history(1, steps, called_back=called_back)
    before = shares(reduce(fold, entries[:cut], None))
    sums = {key: dict(share) for key, share in before.items()}
    for key, delta in difference(before, shares(folded(entries))).items():
        share = sums.setdefault(key, {})
        for name, value in delta.items():
            share[name] = value if name == "longest_wait_seconds" else share.get(name, 0) + value
    assert without_zeros(sums) == without_zeros(shares(folded(entries)))


def test_who_comes_back_from_a_number_that_failed_is_offered_once() -> None:
    """Sent on by an agent, the queue has answered; passed on while waiting, it decides how the second wait ends."""
    queue = QUEUES[0]
    sent = folded(history(1, [(0, "answered", queue), (3, "abandoned", queue)]))
    (share,) = shares(sent).values()
    assert (share["offered"], share["answered"], share.get("abandoned", 0)) == (1, 1, 0)
    passed = folded(history(1, [(0, "overflowed", queue), (3, "abandoned", queue)]))
    (share,) = shares(passed).values()
    assert (share["offered"], share["abandoned"], share.get("redirected", 0)) == (1, 1, 0)
    assert share["abandon_wait_seconds"] == 8, "both waits"
    passed = folded(history(1, [(0, "overflowed", queue), (3, "answered", queue)]))
    (share,) = shares(passed).values()
    assert (share["offered"], share["answered"], share.get("redirected", 0)) == (1, 1, 0)
