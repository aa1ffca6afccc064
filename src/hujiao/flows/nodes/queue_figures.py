"""What a queue is like now, as variables."""

from __future__ import annotations

from typing import Literal

from hujiao.flows.contracts import AskQueueFigures
from hujiao.flows.nodes.base import Node, QueueId, Walk, Way


class QueueFigures(Node):
    group = "decide"
    icon = "chart"
    summary = ("queue",)
    makes = ("waiting", "agents_free", "agents_signed_in", "expected_minutes")
    waits = False

    type: Literal["queue_figures"]
    queue: QueueId
    next: Way

    def enter(self, walk: Walk) -> None:
        walk.become("away")
        walk.effect(AskQueueFigures(self.queue, self.next))
