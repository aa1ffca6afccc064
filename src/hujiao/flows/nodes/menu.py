"""Ask for one key that decides the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hujiao.flows.nodes.asking import ask, ask_again
from hujiao.flows.nodes.base import Key, Node, PromptNames, Walk, Way

_SHORT_CUT = re.compile(r"[0-9*#](?:[-\s][0-9*#]){1,11}", re.ASCII)

Label = Annotated[str, Field(max_length=80)]


class Menu(Node):
    group = "sound"
    icon = "list"
    summary = ("prompts",)
    asks = True

    type: Literal["menu"]
    prompts: PromptNames = Field(min_length=1)
    keys: dict[Key, Way] = Field(min_length=1, max_length=12, examples=[{"1": ""}])
    labels: dict[Key, Label] = Field(default={}, max_length=12)
    repeat_key: Key | None = None
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    tries: int = Field(default=3, ge=1, le=10)
    timeout_prompts: PromptNames = Field(default=[])
    invalid_prompts: PromptNames = Field(default=[])
    on_timeout: Way | None = None
    on_invalid: Way | None = None

    def enter(self, walk: Walk) -> None:
        ask(self, walk)

    def played(self, walk: Walk) -> None:
        walk.wait(self.timeout_seconds)

    def key_pressed(self, walk: Walk, key: str) -> None:
        walk.hush()
        walk.chose(key)
        if key in self.keys:
            walk.goto(self.keys[key])
        elif key == self.repeat_key:
            ask(self, walk)
        else:
            ask_again(self, walk, self.invalid_prompts, self.on_invalid)

    def choices(self) -> Mapping[str, str]:
        return {key: self.labels.get(key) or key for key in self.keys}

    def text_given(self, walk: Walk, text: str) -> None:
        """One of the keys, or what stands on its button; `1-3-2` walks on through the menus that follow."""
        said = text.strip().casefold()
        named = {label.casefold(): key for key, label in self.choices().items()}
        if said not in named and said[:1] in self.keys and _SHORT_CUT.fullmatch(said):
            for key in said[2::2]:
                walk.keep_key(key)
        self.key_pressed(walk, said if said in self.keys else named.get(said, said[:1]))

    def wait_over(self, walk: Walk) -> None:
        ask_again(self, walk, self.timeout_prompts, self.on_timeout)
