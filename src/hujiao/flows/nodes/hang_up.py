"""End the call."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.base import Node, Walk


class HangUp(Node):
    group = "call"
    icon = "power"

    type: Literal["hang_up"]
    cause: int = Field(default=16, ge=1, le=127)

    def enter(self, walk: Walk) -> None:
        walk.end("flow_ended", self.cause, wanted=True)
