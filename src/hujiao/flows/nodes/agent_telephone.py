"""An agent works by telephone alone: own number (工号) and PIN, then keys for the state, results, and signing out.

What is typed of number and PIN is nowhere but in the run's digits and stage, which are sealed, and goes to who checks
it.
"""

from __future__ import annotations

from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import Field

from hujiao.flows.contracts import ActAsAgent, AgentAct, AgentTold, CheckAgent, Speak
from hujiao.flows.events import AtNode
from hujiao.flows.nodes.base import Node, Walk, Way
from hujiao.kit import i18n
from hujiao.kit.events import meant
from hujiao.kit.i18n import Said

LONGEST = 20  # digits of a number or PIN
PAGE = 8  # choices that are read at a time; 9 reads the next ones
ACTS: dict[str, AgentAct] = {"0": "state", "1": "available", "2": "not_ready", "3": "result", "4": "sign_in_or_out"}
END, AGAIN, MORE, CHOICES = "#", "*", "9", "12345678"  # any other key of a choice leads back


class FlowAgentKnown(AtNode, tag="flow.agent_known"):
    """An agent has given number and PIN by telephone."""

    agent_id: Annotated[UUID, meant("the agent")]


class FlowAgentRefused(AtNode, tag="flow.agent_refused"):
    """Number and PIN that were typed are no agent's, or there were too many tries: the caller is not told which."""

    tries: Annotated[int, meant("how many tries this was in this step")]


class AgentTelephone(Node):
    """`run.stage` is where the caller is in it: `number`, `pin` after the number, `menu`, or a choice: what for, which
    page, and what has been chosen above it."""

    group = "call"
    icon = "phone"
    says = (FlowAgentKnown, FlowAgentRefused)
    asks = True
    voice_only = True

    type: Literal["agent_telephone"]
    timeout_seconds: int = Field(default=8, ge=2, le=60)
    tries: int = Field(default=3, ge=1, le=5)
    next: Way
    on_refused: Way | None = None
    on_timeout: Way | None = None

    def enter(self, walk: Walk) -> None:
        self._ask(walk, "number")

    def played(self, walk: Walk) -> None:
        walk.wait(self.timeout_seconds)

    def key_pressed(self, walk: Walk, key: str) -> None:
        walk.hush()
        match walk.run.stage:
            case ("number" | "pin", *_):
                self._digit(walk, key)
            case ("menu",):
                self._chose(walk, key)
                self._menu(walk, key)
            case (act, page, *path):
                self._chose(walk, key)
                self._choose(walk, cast(AgentAct, act), int(page), path, key)

    def wait_over(self, walk: Walk) -> None:
        if walk.run.digits:
            self._typed(walk)
            return
        walk.become(walk.run.phase, tries=walk.run.tries + 1)
        if walk.run.tries >= self.tries:
            self._leave(walk, self.on_timeout)
        elif walk.run.stage[0] in ("number", "pin"):
            self._ask(walk, *walk.run.stage)
        else:
            self._act(walk, "state")

    def agent_told(self, walk: Walk, told: AgentTold) -> None:
        match told.outcome:
            case "refused":
                tries = walk.run.tries + 1
                walk.note("flow.agent_refused", {"tries": tries})
                walk.become(walk.run.phase, tries=tries)
                if tries >= self.tries:
                    self._leave(walk, self.on_refused)
                else:
                    self._ask(walk, "number", before=(Said("by_telephone.refused"),))
            case "failed":
                self._ask(walk, "number", before=(Said("by_telephone.failed"),))
            case "choose":
                walk.become(walk.run.phase, stage=(told.act, "0", *map(str, told.path)))
                self._read(walk, told, 0)
            case "more":
                act, page, *path = walk.run.stage
                after = int(page) + 1 if (int(page) + 1) * PAGE < len(told.choices) else 0
                walk.become(walk.run.phase, stage=(act, str(after), *path))
                self._read(walk, told, after)
            case "told":
                if told.agent_id:
                    walk.note("flow.agent_known", {"agent_id": told.agent_id})
                walk.become(walk.run.phase, stage=("menu",), tries=0 if told.agent_id else None)
                self._say(walk, *told.said, Said("by_telephone.menu"))

    # ── number and PIN ───────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, walk: Walk, *stage: str, before: tuple[Said, ...] = ()) -> None:
        walk.become(walk.run.phase, digits="", stage=stage)
        self._say(walk, *before, Said(f"by_telephone.{stage[0]}"))

    def _digit(self, walk: Walk, key: str) -> None:
        digits = walk.run.digits + key
        if key == END:
            self._typed(walk)
        elif key == AGAIN:
            walk.become("waiting_key", digits="")
            walk.wait(self.timeout_seconds)
        else:
            walk.become("waiting_key", digits=digits)
            if len(digits) >= LONGEST:
                self._typed(walk)
            else:
                walk.wait(self.timeout_seconds)

    def _typed(self, walk: Walk) -> None:
        digits, stage = walk.run.digits, walk.run.stage
        if stage[0] == "number":
            self._ask(walk, "pin", digits)
            return
        walk.become(walk.run.phase, digits="", stage=("number",))
        walk.effect(CheckAgent(serial=walk.count("away"), number=stage[1], pin=digits))

    # ── the menu ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _chose(self, walk: Walk, key: str) -> None:
        walk.chose(key)
        walk.become(walk.run.phase, tries=0)

    def _menu(self, walk: Walk, key: str) -> None:
        if key == END:
            walk.goto(self.next)
        elif key in ACTS:
            self._act(walk, ACTS[key])
        else:
            self._say(walk, Said("by_telephone.menu"))

    def _choose(self, walk: Walk, act: AgentAct, page: int, path: list[str], key: str) -> None:
        chosen = tuple(map(int, path))
        if key == MORE:
            self._act(walk, act, chosen, more=True)
        elif key in CHOICES:
            self._act(walk, act, (*chosen, page * PAGE + int(key)))
        else:
            self._act(walk, "state")

    def _act(self, walk: Walk, act: AgentAct, path: tuple[int, ...] = (), *, more: bool = False) -> None:
        walk.effect(ActAsAgent(serial=walk.count("away"), act=act, path=path, more=more))

    def _read(self, walk: Walk, told: AgentTold, page: int) -> None:
        shown = told.choices[page * PAGE : (page + 1) * PAGE]
        said = [Said("by_telephone.choice", {"key": key, "name": name}) for key, name in enumerate(shown, start=1)]
        if len(told.choices) > PAGE:
            said.append(Said("by_telephone.more"))
        self._say(walk, *told.said, *said, Said("by_telephone.back"))

    # ── out of it ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _leave(self, walk: Walk, way: str | None) -> None:
        """What was typed ahead may be a PIN, and is no key for another step."""
        walk.kept_keys()
        if way is not None:
            walk.goto(way)
        else:
            walk.end("flow_ended")

    def _say(self, walk: Walk, *said: Said) -> None:
        """Speak the sentences; keys that were pressed meanwhile count."""
        language = i18n.match(walk.caller.language) or "en"
        text = " ".join(i18n.translate(one.key, language, dict(one.values)) for one in said)
        walk.effect(Speak(walk.count("playing"), text, None, None))
        walk.press(walk.kept_keys())
