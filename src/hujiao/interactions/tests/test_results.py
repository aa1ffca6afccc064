"""Counts by result add up at every level."""

from __future__ import annotations

from uuid import UUID

from hujiao.interactions.results import report
from hujiao.interactions.views import DispositionView

TOP, LEAF, GONE = UUID(int=1), UUID(int=2), UUID(int=3)
TREE = [
    DispositionView(id=LEAF, name="Late", parent_id=TOP),
    DispositionView(id=TOP, name="Complaint"),
    DispositionView(id=GONE, name="Fax", retired=True),
]


def test_a_level_counts_what_is_below_it() -> None:
    counts = [(LEAF, "inbound", 3), (LEAF, "callback", 1), (TOP, "inbound", 2), (None, "outbound", 5)]
    found = report(counts, TREE)
    rows = [(row.name, row.depth, row.chosen, row.inbound, row.outbound, row.total) for row in found.rows]
    assert rows == [("Complaint", 0, 2, 5, 1, 6), ("Late", 1, 4, 3, 1, 4), ("Fax", 0, 0, 0, 0, 0)]
    assert (found.contacts, found.without) == (11, 5)
    assert all(row.inbound + row.outbound == row.total for row in found.rows)
    assert sum(row.chosen for row in found.rows) + found.without == found.contacts
