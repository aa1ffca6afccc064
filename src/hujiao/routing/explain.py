"""Why somebody was chosen: the criterion that decided, and the values as people count them. Pure."""

from __future__ import annotations

from typing import Any

from hujiao.routing.order import Key

_NEGATED = frozenset(
    {"real_time", "proficiency", "queue_priority", "grade", "expression", "plugin", "agent_skill", "rank"}
)
_SINCE = frozenset({"longest_idle", "age", "first_come"})


def decisive(names: list[Any], best: Key, second: Key, tie: str) -> str:
    """The first criterion in which the runner-up differs."""
    for name, one, other in zip(names, best, second, strict=False):
        if one != other:
            return str(name)
    return tie


def values(names: list[Any], key: Key, now: float) -> tuple[tuple[str, float], ...]:
    """The key's parts as people count them: seconds since, levels and priorities the right way round."""
    return tuple(
        (name, -value if name in _NEGATED else round(now - value, 3) if name in _SINCE else value)
        for name, value in zip(names, key, strict=False)
    )
