"""So many per cent go each way. Pure: the same caller or contact goes the same way as long as the percentages stay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from hujiao.flows.events import AtNode
from hujiao.flows.nodes.base import Flaw, Known, Node, Strict, Walk, Way
from hujiao.kit.events import meant

_WHOLE = 10_000  # hundredths of a per cent


class FlowSplit(AtNode, tag="flow.split"):
    """The caller was sent one of the ways by their shares."""

    branch: Annotated[int, meant("the way, from 0")]
    way: Annotated[str, meant("its name")]
    percent: Annotated[float, meant("its share", unit="%")]


class Share(Strict):
    percent: float = Field(ge=0, le=100)
    label: str = ""
    next: Way


class Split(Node):
    """`by` the caller the same caller always goes the same way."""

    group = "decide"
    icon = "percent"
    says = (FlowSplit,)
    waits = False

    type: Literal["split"]
    branches: list[Share] = Field(
        min_length=1, max_length=20, examples=[[{"percent": 50, "next": ""}, {"percent": 50, "next": ""}]]
    )
    by: Literal["interaction", "caller"] = "interaction"

    def flaws(self, known: Known) -> Iterator[Flaw]:
        if not adds_up(self):
            yield Flaw("branches", "flow.split_sum", {"sum": f"{total(self):g}"})

    def enter(self, walk: Walk) -> None:
        who = walk.caller.customer if self.by == "caller" else ""
        at = way(self, f"{walk.run.flow_id} {walk.run.node}", who or walk.caller.interaction)
        branch = self.branches[at]
        walk.note("flow.split", {"branch": at, "way": branch.label, "percent": branch.percent})
        walk.goto(branch.next)


def total(node: Split) -> float:
    return sum(_share(branch) for branch in node.branches) / 100


def adds_up(node: Split) -> bool:
    return sum(_share(branch) for branch in node.branches) == _WHOLE


def way(node: Split, place: str, who: str) -> int:
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


def _share(branch: Share) -> int:
    return round(branch.percent * 100)
