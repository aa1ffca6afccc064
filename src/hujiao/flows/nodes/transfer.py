"""Send the caller to an outside number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import ToNumber
from hujiao.flows.nodes.base import Node, OutsideNumber, Walk, Way


class Transfer(Node):
    group = "call"
    icon = "swap"
    voice_only = True
    summary = ("to",)

    type: Literal["transfer"]
    to: OutsideNumber = Field(min_length=1)
    timeout_seconds: int = Field(default=30, ge=5, le=120)
    on_failure: Way | None = None

    def enter(self, walk: Walk) -> None:
        walk.become("away")
        number = walk.filled(self.to)
        walk.effect(ToNumber(number=number, timeout_seconds=self.timeout_seconds, on_failure=self.on_failure))
