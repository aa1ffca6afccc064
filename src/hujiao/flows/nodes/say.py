"""Speak a text made now."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import Speak
from hujiao.flows.nodes.base import Language, Node, Template, Voice, Walk, Way
from hujiao.speech.reading import read


class Say(Node):
    """`read_as`: how the values of variables are said; in writing they stand as they are."""

    group = "sound"
    icon = "message"
    summary = ("text",)

    type: Literal["say"]
    text: Template = Field(min_length=1, max_length=2000)
    read_as: Literal["text", "number", "digits", "phone", "money", "date"] = "text"
    language: Language | None = None
    voice: Voice | None = None
    next: Way

    def enter(self, walk: Walk) -> None:
        language = self.language or walk.caller.language
        text = walk.filled(self.text, lambda value: read(self.read_as, value, language))
        written = None if self.read_as == "text" else walk.filled(self.text)
        walk.effect(Speak(walk.count("playing"), text, self.language, self.voice, written))

    def played(self, walk: Walk) -> None:
        walk.goto(self.next)
