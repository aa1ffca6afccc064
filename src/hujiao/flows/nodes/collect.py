"""Digits into a variable: `terminator` or the time-out ends them, `restart_key` begins again.

They may have check digits, and be read back before they count: key 1 takes them, another one asks anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import Speak
from hujiao.flows.events import AtNode
from hujiao.flows.nodes.asking import ask, ask_again
from hujiao.flows.nodes.base import Flaw, Key, Known, Node, PromptNames, Variable, Walk, Way
from hujiao.interactions.folding import Folding
from hujiao.kit.check_digits import is_chinese_id, is_luhn
from hujiao.speech.reading import read

ID_LENGTH = 18  # of a Chinese identity card; `*` stands for an X at its end
READING, CONFIRMING = ("reading",), ("confirming",)
TAKES = "1"


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
    barge_in: bool = True
    first_timeout_seconds: int | None = Field(default=None, ge=1, le=60)
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    tries: int = Field(default=3, ge=1, le=10)
    check: Literal["none", "luhn", "chinese_id"] = "none"
    invalid_prompts: PromptNames = Field(default=[])
    confirm_prompts: PromptNames = Field(default=[])
    secret: bool = False
    next: Way
    on_timeout: Way | None = None
    on_invalid: Way | None = None

    def secrets(self) -> Collection[str]:
        return {self.variable} if self.secret else ()

    def flaws(self, known: Known) -> Iterator[Flaw]:
        if self.min_digits > self.max_digits:
            yield Flaw("min_digits", "flow.fewest_above_most")
        if self.secret and self.confirm_prompts:
            yield Flaw("confirm_prompts", "flow.secret_read_back")
        if self.check == "chinese_id" and self.max_digits < ID_LENGTH:
            yield Flaw("max_digits", "flow.too_short_for_id")

    def enter(self, walk: Walk) -> None:
        self._ask(walk)

    def played(self, walk: Walk) -> None:
        if walk.run.stage == READING:
            walk.become("playing", stage=CONFIRMING)
            walk.play(self.confirm_prompts)
            return
        walk.wait(self._first_seconds() if walk.run.stage != CONFIRMING else self.timeout_seconds)
        walk.press(walk.kept_keys())

    def key_pressed(self, walk: Walk, key: str) -> None:
        if not self.barge_in and walk.run.phase == "playing":
            walk.keep_key(key)
            return
        walk.hush()
        digits = walk.run.digits
        if walk.run.stage:
            self._confirmed(walk, yes=key == TAKES)
        elif self.check == "chinese_id" and key == "*" and len(digits) == ID_LENGTH - 1:
            self._typed(walk, digits + "X")
        elif key == self.terminator:
            self._collected(walk)
        elif key == self.restart_key:
            walk.become("waiting_key", digits="")
            walk.wait(self._first_seconds())
        else:
            self._typed(walk, digits + key)

    def text_given(self, walk: Walk, text: str) -> None:
        """All of it at once, as far as it is not too long."""
        said = text.strip()
        walk.hush()
        if walk.run.stage:
            self._confirmed(walk, yes=said == TAKES)
        elif len(said) > self.max_digits:
            self._wrong(walk)
        else:
            walk.become("waiting_key", digits=said.upper() if self.check == "chinese_id" else said)
            self._collected(walk)

    def wait_over(self, walk: Walk) -> None:
        if walk.run.stage:
            self._confirmed(walk, yes=False)
        elif walk.run.digits:
            self._collected(walk)
        else:
            self._again(walk, (), self.on_timeout)

    def _first_seconds(self) -> int:
        return self.first_timeout_seconds or self.timeout_seconds

    def _ask(self, walk: Walk) -> None:
        """Keys typed ahead answer it, unless the question is to be heard."""
        if self.barge_in:
            ask(self, walk)
        else:
            walk.become(walk.run.phase, digits="")
            walk.play(self.prompts)

    def _typed(self, walk: Walk, digits: str) -> None:
        walk.become("waiting_key", digits=digits)
        if len(digits) >= (ID_LENGTH if self.check == "chinese_id" else self.max_digits):
            self._collected(walk)
        else:
            walk.wait(self.timeout_seconds)

    def _collected(self, walk: Walk) -> None:
        digits = walk.run.digits
        if len(digits) < self.min_digits or not self._checks(digits):
            self._wrong(walk)
        elif self.confirm_prompts and not self.secret:
            walk.become(walk.run.phase, stage=READING)
            language = walk.caller.language
            text = read("digits", digits, language)
            walk.effect(Speak(walk.count("playing"), text, None, None, written=digits))
        else:
            self._taken(walk)

    def _checks(self, digits: str) -> bool:
        match self.check:
            case "luhn":
                return is_luhn(digits)
            case "chinese_id":
                return is_chinese_id(digits)
        return True

    def _confirmed(self, walk: Walk, *, yes: bool) -> None:
        walk.become(walk.run.phase, stage=())
        if yes:
            self._taken(walk)
        else:
            self._again(walk, (), self.on_invalid or self.on_timeout)

    def _wrong(self, walk: Walk) -> None:
        self._again(walk, self.invalid_prompts, self.on_invalid or self.on_timeout)

    def _again(self, walk: Walk, first: Collection[str], otherwise: str | None) -> None:
        walk.become(walk.run.phase, digits="")
        ask_again(self, walk, tuple(first), otherwise)

    def _taken(self, walk: Walk) -> None:
        digits = walk.run.digits
        walk.chose("•" * len(digits) if self.secret else digits)
        if not self.secret:
            walk.note("flow.collected", {"variable": self.variable, "value": digits})
        walk.become(walk.run.phase, digits="")
        walk.remember({self.variable: digits}, self.secrets())
        walk.goto(self.next)
