"""In a flow that plays to waiting callers: wait on, at the place that was kept all the time."""

from __future__ import annotations

from typing import Literal

from hujiao.flows.contracts import Return
from hujiao.flows.nodes.base import Node, Walk


class ReturnToQueue(Node):
    group = "queue"
    icon = "return"

    type: Literal["return"]

    def enter(self, walk: Walk) -> None:
        walk.become("over")
        walk.effect(Return())
