"""What has to be written of a contact, and which results are offered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

import msgspec

from hujiao.interactions.contracts import SummaryNeed

RuleDirection = Literal["inbound", "outbound", "both"]


class SummaryRule(msgspec.Struct, frozen=True, kw_only=True):
    """For contacts of a queue, or of a business, or for all. `offers` are tops of parts of the tree; none: all."""

    queue_id: UUID | None = None
    business_id: UUID | None = None
    direction: RuleDirection = "both"
    need: SummaryNeed = SummaryNeed()
    offers: frozenset[UUID] = frozenset()


EVERYTHING = SummaryRule()  # where there is no rule


def rule_for(
    rules: Iterable[SummaryRule], *, queue_id: UUID | None, business_id: UUID | None, direction: str
) -> SummaryRule:
    """Returns the nearest rule: the queue's, the business's, the general one. A call-back goes out."""
    way = "inbound" if direction == "inbound" else "outbound"
    fitting = [
        rule
        for rule in rules
        if rule.queue_id in (None, queue_id)
        and rule.business_id in (None, business_id)
        and rule.direction in ("both", way)
    ]
    return max(fitting, key=_nearness, default=EVERYTHING)


def _nearness(rule: SummaryRule) -> tuple[bool, bool, bool]:
    return rule.queue_id is not None, rule.business_id is not None, rule.direction != "both"


def offered(parents: Mapping[UUID, UUID | None], tops: frozenset[UUID]) -> set[UUID]:
    """Returns the results in these parts of the tree, the tops with them; no tops: all."""
    return {result for result in parents if not tops or not tops.isdisjoint(line(parents, result))}


def line(parents: Mapping[UUID, UUID | None], result: UUID) -> list[UUID]:
    """Returns the result and those above it, from below."""
    found: list[UUID] = []
    above: UUID | None = result
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found
