"""Take the call."""

from __future__ import annotations

from typing import Literal

from hujiao.flows.contracts import AnswerCall
from hujiao.flows.nodes.base import Node, Walk, Way


class Answer(Node):
    group = "call"
    icon = "phone"
    waits = False

    type: Literal["answer"]
    next: Way

    def enter(self, walk: Walk) -> None:
        walk.effect(AnswerCall())
        walk.goto(self.next)
