"""Ask for one key that decides the way."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.asking import ask, ask_again
from hujiao.flows.nodes.base import Key, Node, PromptNames, Walk, Way


class Menu(Node):
    group = "sound"
    icon = "list"
    summary = ("prompts",)
    asks = True

    type: Literal["menu"]
    prompts: PromptNames = Field(min_length=1)
    keys: dict[Key, Way] = Field(min_length=1, max_length=12, examples=[{"1": ""}])
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

    def wait_over(self, walk: Walk) -> None:
        ask_again(self, walk, self.timeout_prompts, self.on_timeout)
