"""The rule of capacity said plainly, for tests: other words than the product's, so that both can be wrong apart."""

from __future__ import annotations

from collections.abc import Iterable

from hujiao.routing.contracts import MEDIA, RoutingAgent


def has_room(agent: RoutingAgent, in_hand: Iterable[str], medium: str) -> bool:
    """Whether one more of this medium fits beside what is in hand."""
    in_hand = list(in_hand)
    weight = {name: one.weight for name, one in MEDIA.items()}
    most = {name: one.most for name, one in MEDIA.items()}
    for share in agent.shares:
        weight[share.medium], most[share.medium] = share.weight, share.most
    limit = most[medium]
    if limit is not None and in_hand.count(medium) >= limit:
        return False
    taken = 0
    for name in in_hand:
        put_aside = MEDIA[name].interruptible and not MEDIA[medium].interruptible
        taken += 0 if put_aside else weight[name]
    return taken + weight[medium] <= 100
