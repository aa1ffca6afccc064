"""Percentage splits. Pure: the same caller or contact goes the same way as long as the percentages stay."""

from __future__ import annotations

import hashlib

from hujiao.flows import document as doc

_WHOLE = 10_000  # hundredths of a per cent


def total(node: doc.Split) -> float:
    return sum(_share(branch) for branch in node.branches) / 100


def adds_up(node: doc.Split) -> bool:
    return sum(_share(branch) for branch in node.branches) == _WHOLE


def way(node: doc.Split, place: str, who: str) -> int:
    """Which branch this one takes. `place` tells splits apart, so that two in a row are independent of each other."""
    drawn = int.from_bytes(hashlib.blake2b(f"{place}\n{who}".encode(), digest_size=8).digest()) % _WHOLE
    last = 0
    for at, branch in enumerate(node.branches):
        if not (share := _share(branch)):
            continue
        last = at
        drawn -= share
        if drawn < 0:
            break
    return last


def _share(branch: doc.Share) -> int:
    return round(branch.percent * 100)
