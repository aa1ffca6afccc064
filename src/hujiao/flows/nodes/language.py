"""The language from here on, by a rule or by a key: prompts, speech, the agent's page and greeting follow it.

The rule goes before the question; where it gives none, or there is none, the keys are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from hujiao.flows.contracts import SpeakLanguage
from hujiao.flows.events import AtNode
from hujiao.flows.nodes.asking import ask, ask_again
from hujiao.flows.nodes.base import Expression, Flaw, Key, Known, Node, PromptNames, Walk, Way
from hujiao.flows.nodes.base import Language as LanguageCode
from hujiao.interactions.folding import Folding
from hujiao.kit.events import meant

_FORM = r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$"


class FlowLanguage(AtNode, tag="flow.language"):
    """The language of the call was chosen."""

    language: Annotated[str, meant("its code")]

    def fold(self, facts: Folding) -> None:
        facts.facts.language = self.language


class Language(Node):
    group = "sound"
    icon = "language"
    summary = ("language_from", "prompts")
    says = (FlowLanguage,)
    asks = True

    type: Literal["language"]
    language_from: Expression = Field(default="", max_length=2000)
    prompts: PromptNames = Field(default=[])
    keys: dict[Key, Annotated[LanguageCode, Field(pattern=_FORM)]] = Field(default={}, max_length=12)
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    tries: int = Field(default=2, ge=1, le=10)
    next: Way

    def flaws(self, known: Known) -> Iterator[Flaw]:
        if not self.keys and not self.language_from:
            yield Flaw("keys", "flow.no_language")
        if self.keys and not self.prompts:
            yield Flaw("prompts", "error.too_few", {"min_length": "1"})

    def enter(self, walk: Walk) -> None:
        wanted = walk.attempt("language_from", self.language_from) if self.language_from else None
        if isinstance(wanted, str) and re.fullmatch(_FORM, wanted):
            self._chosen(walk, wanted)
        elif self.keys and self.prompts:
            ask(self, walk)
        else:
            walk.goto(self.next)

    def played(self, walk: Walk) -> None:
        walk.wait(self.timeout_seconds)

    def key_pressed(self, walk: Walk, key: str) -> None:
        walk.hush()
        walk.chose(key)
        if key in self.keys:
            self._chosen(walk, self.keys[key])
        else:
            ask_again(self, walk, (), self.next)

    def choices(self) -> Mapping[str, str]:
        return self.keys

    def text_given(self, walk: Walk, text: str) -> None:
        said = text.strip()
        self.key_pressed(walk, next((key for key, code in self.keys.items() if code == said), said[:1]))

    def wait_over(self, walk: Walk) -> None:
        ask_again(self, walk, (), self.next)

    def _chosen(self, walk: Walk, language: str) -> None:
        walk.note("flow.language", {"language": language})
        walk.effect(SpeakLanguage(language))
        walk.goto(self.next)
