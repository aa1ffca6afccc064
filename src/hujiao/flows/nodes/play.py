"""Play prompts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.base import Node, PromptNames, Walk, Way


class Play(Node):
    group = "sound"
    icon = "sound"
    summary = ("prompts",)

    type: Literal["play"]
    prompts: PromptNames = Field(min_length=1)
    barge_in: bool = False
    next: Way

    def enter(self, walk: Walk) -> None:
        walk.play(self.prompts)

    def played(self, walk: Walk) -> None:
        walk.goto(self.next)

    def key_pressed(self, walk: Walk, key: str) -> None:
        if self.barge_in:
            walk.hush()
            walk.goto(self.next)
        walk.keep_key(key)
