"""After a tone record the caller until `#`, `silence_seconds` without a word (0: never) or the longest time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import TakeMessage
from hujiao.flows.nodes.base import Node, PromptNames, Variable, Walk, Way


class RecordMessage(Node):
    group = "sound"
    icon = "audio"
    voice_only = True
    summary = ("prompts",)

    type: Literal["record_message"]
    prompts: PromptNames = Field(default=[])
    max_seconds: int = Field(default=120, ge=1, le=600)
    silence_seconds: int = Field(default=10, ge=0, le=60)
    variable: Variable = "message"
    next: Way

    def enter(self, walk: Walk) -> None:
        if self.prompts:
            walk.play(self.prompts)
        else:
            self.played(walk)

    def played(self, walk: Walk) -> None:
        walk.become("recording")
        walk.effect(TakeMessage(self.max_seconds, self.silence_seconds))

    def message_done(self, walk: Walk, name: str) -> None:
        walk.remember({self.variable: name})
        walk.goto(self.next)
