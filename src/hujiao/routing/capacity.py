"""What an agent has room for beside what they have in hand; one rule for all media (ADR 11). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from hujiao.routing.contracts import ITEM_ORDER, ItemCriterion, Medium, Share

FULL = 100  # points of an agent


class Capacities:
    """The rule, with what it said before: agents are alike, and so is what they have in hand."""

    def __init__(self, media: Mapping[str, Medium]) -> None:
        self.media = media
        self._own: dict[tuple[Share, ...], Mapping[str, Medium]] = {(): media}
        self._said: dict[tuple[tuple[Share, ...], tuple[str, ...]], tuple[frozenset[str], int]] = {}

    def of(self, shares: tuple[Share, ...], held: tuple[str, ...]) -> tuple[frozenset[str], int]:
        """The media of which one more has room beside those in hand, and how many points those take."""
        said = self._said.get((shares, held))
        if said is None:
            own = self._own.get(shares)
            if own is None:
                own = self._own[shares] = own_media(self.media, shares)
            said = self._said[(shares, held)] = room(own, held), load(own, held)
        return said


def own_media(media: Mapping[str, Medium], shares: Iterable[Share]) -> dict[str, Medium]:
    """The media with one agent's own weights and limits, and what may be put aside."""
    own = dict(media)
    for share in shares:
        if share.medium in own:
            usual = own[share.medium]
            aside = usual.interruptible if share.interruptible is None else share.interruptible
            own[share.medium] = replace(usual, weight=share.weight, most=share.most, interruptible=aside)
    return own


def room(media: Mapping[str, Medium], held: Sequence[str]) -> frozenset[str]:
    """What is interruptible needs room beside everything, the rest only beside what cannot be put aside for it."""
    fixed = load(media, [name for name in held if not media[name].interruptible])
    return frozenset(
        name
        for name, medium in media.items()
        if (medium.most is None or held.count(name) < medium.most)
        and (load(media, held) if medium.interruptible else fixed) + medium.weight <= FULL
    )


def at_once(medium: Medium) -> int:
    """How many of it alone an agent has in hand."""
    fit = FULL // medium.weight
    return fit if medium.most is None else min(fit, medium.most)


def load(media: Mapping[str, Medium], held: Iterable[str]) -> int:
    return sum(media[name].weight for name in held)


def item_order(order: tuple[ItemCriterion, ...]) -> tuple[ItemCriterion, ...]:
    """Real-time media go before the others, unless the tenant's order says where that counts."""
    if not order or any(criterion.kind == "real_time" for criterion in order):
        return order or ITEM_ORDER
    return (ItemCriterion("real_time"), *order)
