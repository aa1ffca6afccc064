"""Digits into a variable: `terminator` or the time-out ends them, `restart_key` begins again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from hujiao.flows.events import AtNode
from hujiao.flows.nodes.asking import ask, ask_again
from hujiao.flows.nodes.base import Key, Node, PromptNames, Variable, Walk, Way
from hujiao.interactions.folding import Folding


class FlowCollected(AtNode, tag="flow.collected"):
    """Digits became a variable; secret ones are not written."""

    variable: str
    value: str

    def fold(self, facts: Folding) -> None:
        facts.remember(self.variable, self.value)


class Collect(Node):
    group = "sound"
    icon = "digits"
    summary = ("variable", "prompts")
    says = (FlowCollected,)
    asks = True

    type: Literal["collect"]
    prompts: PromptNames = Field(min_length=1)
    variable: Variable = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["digits"])
    min_digits: int = Field(default=1, ge=0, le=64)
    max_digits: int = Field(default=20, ge=1, le=64)
    terminator: Key | None = "#"
    restart_key: Key | None = "*"
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    tries: int = Field(default=3, ge=1, le=10)
    secret: bool = False
    next: Way
    on_timeout: Way | None = None

    def secrets(self) -> Collection[str]:
        return {self.variable} if self.secret else ()

    def enter(self, walk: Walk) -> None:
        ask(self, walk)

    def played(self, walk: Walk) -> None:
        walk.wait(self.timeout_seconds)

    def key_pressed(self, walk: Walk, key: str) -> None:
        walk.hush()
        if key == self.terminator:
            self._collected(walk)
        elif key == self.restart_key:
            walk.become("waiting_key", digits="")
            walk.wait(self.timeout_seconds)
        else:
            digits = walk.run.digits + key
            walk.become("waiting_key", digits=digits)
            if len(digits) >= self.max_digits:
                self._collected(walk)
            else:
                walk.wait(self.timeout_seconds)

    def text_given(self, walk: Walk, text: str) -> None:
        """All of it at once, as far as it is not too long."""
        said = text.strip()
        walk.hush()
        if len(said) > self.max_digits:
            ask_again(self, walk, (), self.on_timeout)
            return
        walk.become("waiting_key", digits=said)
        self._collected(walk)

    def wait_over(self, walk: Walk) -> None:
        if walk.run.digits:
            self._collected(walk)
        else:
            ask_again(self, walk, (), self.on_timeout)

    def _collected(self, walk: Walk) -> None:
        digits = walk.run.digits
        if len(digits) < self.min_digits:
            ask_again(self, walk, (), self.on_timeout)
            return
        walk.chose("•" * len(digits) if self.secret else digits)
        if not self.secret:
            walk.note("flow.collected", {"variable": self.variable, "value": digits})
        walk.become(walk.run.phase, digits="")
        walk.remember({self.variable: digits}, self.secrets())
        walk.goto(self.next)
