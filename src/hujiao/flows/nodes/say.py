"""Speak a text made now."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import Speak
from hujiao.flows.nodes.base import Language, Node, Template, Voice, Walk, Way


class Say(Node):
    group = "sound"
    icon = "message"
    summary = ("text",)

    type: Literal["say"]
    text: Template = Field(min_length=1, max_length=2000)
    language: Language | None = None
    voice: Voice | None = None
    next: Way

    def enter(self, walk: Walk) -> None:
        walk.effect(Speak(walk.count("playing"), walk.filled(self.text), self.language, self.voice))

    def played(self, walk: Walk) -> None:
        walk.goto(self.next)
