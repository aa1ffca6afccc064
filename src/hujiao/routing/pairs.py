"""What strategies say of an agent and an interaction together: asked for a decision, of a bounded number. Pure.

Keys are computed before anybody knows who will meet whom; there such a criterion counts as what the strategy says of
the one side alone (0 if it says nothing). The first `MOST` by those keys are then put in order anew with the pair's
score in the criterion's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from hujiao.routing.contracts import AgentCriterion, Item, ItemCriterion, RoutingQueue
from hujiao.routing.order import Idle, Key, Score, agent_facts

MOST = 50  # pairs that are judged for one decision

Kind = TypeVar("Kind", AgentCriterion, ItemCriterion)


def judged_together(order: Sequence[Kind], pairs: frozenset[str]) -> tuple[tuple[int, Kind], ...]:
    """The criteria that judge pairs, with their places in a key."""
    return tuple((at, one) for at, one in enumerate(order) if one.kind == "plugin" and one.plugin in pairs)


def with_pair(
    key: Key,
    judged: Sequence[tuple[int, AgentCriterion | ItemCriterion]],
    score: Score,
    idle: Idle,
    skill: int,
    item: Item,
    queue: RoutingQueue,
    now: float,
) -> Key:
    """The key with the pair's scores in their places; `skill` is the agent's in what the queue asks for."""
    found = list(key)
    facts: dict[str, Any] = {
        "agent": agent_facts(idle, skill),
        "interaction": {**item.facts, "waited": max(0.0, now - item.joined_at)},
        "queue": {"name": queue.name},
    }
    for at, criterion in judged:
        found[at] = -score(criterion, facts)
    return tuple(found)
