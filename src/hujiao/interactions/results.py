"""Contacts counted by their results, at every level of the tree. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from hujiao.interactions.views import DispositionReport, DispositionRow, DispositionView


def report(counts: Iterable[tuple[UUID | None, str, int]], tree: Sequence[DispositionView]) -> DispositionReport:
    """`counts` are result, direction and number; `tree` is in the order in which its levels are shown."""
    inbound, outbound = Counter[UUID | None](), Counter[UUID | None]()
    for result, direction, number in counts:
        (inbound if direction == "inbound" else outbound)[result] += number
    chosen = inbound + outbound
    below: dict[UUID | None, list[DispositionView]] = defaultdict(list)
    for one in tree:
        below[one.parent_id].append(one)

    def total(of: Counter[UUID | None], one: DispositionView) -> int:
        return of[one.id] + sum(total(of, other) for other in below[one.id])

    def rows(parent: UUID | None, depth: int) -> Iterator[DispositionRow]:
        for one in below[parent]:
            yield DispositionRow(
                disposition_id=one.id,
                name=one.name,
                depth=depth,
                retired=one.retired,
                chosen=chosen[one.id],
                inbound=total(inbound, one),
                outbound=total(outbound, one),
                total=total(chosen, one),
            )
            yield from rows(one.id, depth + 1)

    return DispositionReport(rows=list(rows(None, 0)), contacts=chosen.total(), without=chosen[None])
