"""Enter a call-back for the caller, at the place they have just left, and go on; then the flow says goodbye."""

from __future__ import annotations

from typing import Literal

from hujiao.flows.contracts import AskCallBack
from hujiao.flows.nodes.base import Node, OutsideNumber, QueueId, Walk, Way
from hujiao.interactions.views import CallBackTermsView


class CallBack(Node, CallBackTermsView):
    """`queue` empty: the queue just left. `number` empty: the caller's own."""

    group = "queue"
    icon = "rollback"
    summary = ("queue", "number")

    type: Literal["call_back"]
    queue: QueueId = ""
    number: OutsideNumber = ""
    next: Way
    on_failure: Way | None = None

    def enter(self, walk: Walk) -> None:
        walk.become("away")
        walk.effect(
            AskCallBack(
                queue=self.queue,
                number=walk.filled(self.number) or walk.caller.caller,
                terms=self.terms(),
                next=self.next,
                on_failure=self.on_failure,
            )
        )
