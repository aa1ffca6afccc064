"""The flow interpreter: one event in, the caller's new place and what to do out. Pure; expressions are CEL.

It drives the nodes, whose kinds are in `nodes/`: it knows none of them.

A node that fails, a missing node or a ring without end never leaves a caller in silence: the flow says that something
went wrong and ends with `flow_error`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.flows.contracts import (
    HIDDEN,
    AgentTold,
    AnswerCall,
    Begin,
    Caller,
    End,
    Failed,
    FlowEffect,
    FlowEvent,
    FlowRun,
    Frame,
    GoTo,
    Key,
    Looked,
    MessageDone,
    Note,
    Phase,
    Played,
    PlayNamed,
    Problem,
    SpeakLanguage,
    StopPlaying,
    StopWaiting,
    Text,
    WaitForKey,
    WaitOver,
)
from hujiao.flows.document import FlowDocument
from hujiao.flows.nodes.base import PLACE, Node, Walk
from hujiao.interactions.contracts import EndReason
from hujiao.kit.expressions import FLOW, BadExpression, OverBudget
from hujiao.kit.i18n import Said

# More steps than this without anything to wait for is a ring without end. What comes back to the flow without a wait (a
# queue that is full, figures, an answer at hand) counts for more: it takes more work.
MOST_STEPS = 1000
RETURN_STEPS = 20
# Of one call, however long it waits between them.
MOST_NODES = 10_000
# What is kept with the call: the last nodes of its way, keys, and bytes of variables as JSON.
LONGEST_PATH = 200
MOST_KEYS = 200
MOST_DATA = 50_000
LONGEST_TEXT = 5_000  # to be spoken, with its variables
MOST_DEPTH = 10  # of flows in flows
SYSTEM_FAILURE = "system_failure"
TELLING = 3  # fewer digits than these stand in many a text by chance
Arriving = Callable[[FlowRun, str, int], None]


class Stuck(Exception):
    """The flow cannot go on."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.said = Said(key, values)


def step(
    document: FlowDocument, run: FlowRun, event: FlowEvent, caller: Caller, arriving: Arriving | None = None
) -> tuple[FlowRun, list[FlowEffect]]:
    """The caller's new place, and what to do. `document` is that of the flow that the caller entered first; `arriving`
    is told of each node that the caller comes to: the run before it, and how many effects there are."""
    walk = _Walk(document, run, caller, arriving)
    try:
        walk.take(event)
    except (BadExpression, Stuck) as error:
        walk.fail(error.said)
    except LookupError as error:
        walk.fail(Said(str(error)))
    return walk.run, walk.effects


def masked(run: FlowRun, value: Any) -> Any:
    """What may be shown of a value: a text or number without the caller's secrets."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    text = str(value)
    for secret in sorted(run.secret_texts(), key=len, reverse=True):
        if len(secret) >= TELLING:
            text = text.replace(secret, HIDDEN)
        elif text == secret:
            text = HIDDEN
    return text if text != str(value) else value


def _masked(run: FlowRun, said: Said) -> Said:
    key = said.key if said.code else masked(run, said.key)
    return Said(key, {name: masked(run, value) for name, value in said.values.items()})


class _Walk(Walk):
    """One step's working place: the run as it becomes and the effects so far."""

    def __init__(self, document: FlowDocument, run: FlowRun, caller: Caller, arriving: Arriving | None) -> None:
        self._begun = document
        self._arriving = arriving
        self._run = run
        self._caller = caller
        self.effects: list[FlowEffect] = []
        self.unwaited = run.unwaited
        self.following: str | None = None
        self.ahead = ""

    def take(self, event: FlowEvent) -> None:
        """Let the node take the event, and those where it leads to, until there is something to wait for."""
        self.meet(event)
        while self.following is not None or self.ahead:
            if self.following is not None:
                node_id, self.following = self.following, None
                self.arrive(node_id)
            else:
                key, self.ahead = self.ahead[0], self.ahead[1:]
                self.meet(Key(key))

    def meet(self, event: FlowEvent) -> None:
        run = self.run
        waited = event.waited if isinstance(event, Played) else isinstance(event, Key | Text | WaitOver | MessageDone)
        self.unwaited = 0 if waited else run.unwaited + RETURN_STEPS
        match event:
            case Begin():
                self.goto(run.node)
            case GoTo():
                if event.variables:
                    self.remember(event.variables)
                if run.phase in ("playing", "failing"):  # a take-over asks anew, and the old prompt still plays
                    self.effect(StopPlaying(run.playback))
                self.goto(event.node)
            case Failed() if run.phase == "failing":
                self.end("flow_error")
            case Failed():
                self.fail(event.said)
            case Played() if run.phase == "failing":
                self.end("flow_error")
            case Played() if event.playback == run.playback and run.phase == "playing":
                self.node().played(self)
            case Key() if run.phase in ("playing", "waiting_key"):
                self.node().key_pressed(self, event.key)
            case Key() if run.phase in ("ready", "away", "looking_up"):
                self.keep_key(event.key)
            case Text() if run.phase in ("playing", "waiting_key"):
                self.node().text_given(self, event.text)
            case WaitOver() if run.phase == "waiting_key":
                self.node().wait_over(self)
            case MessageDone() if run.phase == "recording":
                self.node().message_done(self, event.name)
            case Looked() if run.phase == "looking_up" and event.serial == run.playback:
                self.node().looked_up(self, event)
            case AgentTold() if run.phase == "away" and event.serial == run.playback:
                self.node().agent_told(self, event)
            case _:
                pass

    def arrive(self, node_id: str) -> None:
        if self._arriving:
            self._arriving(self.run, node_id, len(self.effects))
        node = self.found(node_id)
        label = node.label or node.type
        path = (*self.run.path[-(LONGEST_PATH - 1) :], (node_id, label, ""))
        self.unwaited += 1
        entered = self.run.entered + 1
        self.change(node=node_id, tries=0, digits="", stage=(), phase="ready", path=path)
        self.change(unwaited=self.unwaited, entered=entered)
        if self.unwaited > MOST_STEPS:
            raise Stuck("problem.endless_ring")
        if entered > MOST_NODES:
            raise Stuck("problem.too_many_steps", most=MOST_NODES)
        self.note("flow.node", {"type": node.type, "label": label})
        if node.asks:  # what was pressed ahead answers it before it is played
            ahead, self.ahead = self.ahead, ""
            for key in ahead:
                self.keep_key(key)
        node.enter(self)

    def node(self) -> Node:
        return self.found(self.run.node)

    def found(self, node_id: str) -> Node:
        document = self.document()
        if document is None:
            raise Stuck("problem.no_flow")
        node = document.nodes.get(node_id)
        if node is None:
            raise Stuck("problem.no_step", name=node_id)
        return node

    def document(self) -> FlowDocument | None:
        """The flow in which the caller is."""
        if not self.run.frames:
            return self._begun
        called = self.caller.flow_of(str(self.run.flow_id))
        document: FlowDocument | None = called[1] if called else None
        return document

    def fail(self, said: Said) -> None:
        told = _masked(self.run, said)
        self.note("flow.failed", told.facts("error"))
        document = self.document()
        node = document.nodes.get(self.run.node) if document else None
        label = (node.label if node else "") or self.run.node
        self.effect(Problem(flow_id=self.run.flow_id, node=self.run.node, label=label, said=told))
        serial = self.count("failing")
        self.effects += [AnswerCall(), PlayNamed(serial, (SYSTEM_FAILURE,))]

    def change(self, **changes: Any) -> None:
        self._run = replace(self._run, **changes)

    # ── what a node may do ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def run(self) -> FlowRun:
        return self._run

    @property
    def caller(self) -> Caller:
        return self._caller

    def goto(self, node_id: str) -> None:
        self.following = node_id

    def leads_on(self) -> bool:
        return self.following is not None

    def end(self, reason: EndReason, cause: int = 16, *, wanted: bool = False) -> None:
        if self.run.frames and reason == "flow_ended" and not wanted:
            self.give_back({})
            return
        self.change(phase="over")
        self.effect(End(reason=reason, cause=cause, wanted=wanted))

    def effect(self, effect: FlowEffect) -> None:
        if isinstance(effect, SpeakLanguage):
            self._caller = replace(self._caller, language=effect.language)
        self.effects.append(effect)

    def note(self, kind: str, data: dict[str, Any]) -> None:
        self.effect(Note(kind, {"node": self.run.node, **data}))

    def become(
        self,
        phase: Phase,
        *,
        tries: int | None = None,
        digits: str | None = None,
        stage: tuple[str, ...] | None = None,
    ) -> None:
        said = {"tries": tries, "digits": digits, "stage": stage}
        self.change(phase=phase, **{name: value for name, value in said.items() if value is not None})

    def count(self, phase: Phase) -> int:
        self.change(phase=phase, playback=self.run.playback + 1)
        return self.run.playback

    def play(self, prompts: Collection[str]) -> None:
        self.effect(PlayNamed(self.count("playing"), tuple(prompts)))

    def wait(self, seconds: int) -> None:
        self.become("waiting_key")
        self.effect(WaitForKey(seconds))

    def hush(self) -> None:
        if self.run.phase == "playing":
            self.effect(StopPlaying(self.run.playback))
        elif self.run.phase == "waiting_key":
            self.effect(StopWaiting())
        self.become("waiting_key")

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def keep_key(self, key: str) -> None:
        if len(self.run.typed_ahead) < MOST_KEYS:
            self.change(typed_ahead=self.run.typed_ahead + key)

    def kept_keys(self) -> str:
        kept = self.run.typed_ahead
        self.change(typed_ahead="")
        return kept

    def press(self, keys: str) -> None:
        self.ahead = keys + self.ahead

    def chose(self, keys: str) -> None:
        path = self.run.path
        if path:
            node, label, before = path[-1]
            path = (*path[:-1], (node, label, (before + keys)[-MOST_KEYS:]))
        self.change(keys=(self.run.keys + keys)[-MOST_KEYS:], path=path)
        self.note("flow.key", {"keys": keys})

    # ── flows in flows ───────────────────────────────────────────────────────────────────────────────────────────────

    def call(self, flow: str, given: Mapping[str, Any], hidden: Collection[str], otherwise: str | None) -> None:
        run = self.run
        called = self.caller.flow_of(flow)
        clear = {name: value for name, value in given.items() if name not in hidden}
        secret = {name: value for name, value in given.items() if name in hidden}
        here = Frame(
            flow_id=run.flow_id, version=run.version, node=run.node, variables=run.variables, secrets=run.secrets
        )
        why: Said | None = None
        if called is None:
            why = Said("problem.no_flow")
        elif len(run.frames) >= MOST_DEPTH:
            why = Said("problem.too_deep", {"most": MOST_DEPTH})
        elif self.have_room(clear, secret, (*run.frames, here), "parameters"):
            version, document = called
            shown = {name: HIDDEN if name in hidden else value for name, value in given.items()}
            self.note("flow.called", {"flow_id": flow, "version": version, "values": shown})
            self.change(flow_id=UUID(flow), version=version, variables=clear, secrets=secret)
            self.change(frames=(*run.frames, here), node=document.start)
            self.goto(document.start)
            return
        if otherwise is None:
            raise Stuck(why.key if why else "problem.no_room", **(why.values if why else {}))
        if why:
            self.trouble("flow", why)
        self.goto(otherwise)

    def give_back(self, values: Mapping[str, Any], hidden: Collection[str] = ()) -> None:
        if not self.run.frames:
            self.end("flow_ended")
            return
        *outer, here = self.run.frames
        self.change(frames=tuple(outer), flow_id=here.flow_id, version=here.version, node=here.node)
        self.change(variables=here.variables, secrets=here.secrets, phase="ready", tries=0, digits="", stage=())
        self.node().returned(self, dict(values), hidden)

    # ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def remember(self, values: dict[str, Any], hidden: Collection[str] = ()) -> None:
        run = self.run
        clear = {name: value for name, value in values.items() if name not in hidden}
        secret = {name: value for name, value in values.items() if name in hidden}
        variables = {name: value for name, value in {**run.variables, **clear}.items() if name not in secret}
        secrets = {name: value for name, value in {**run.secrets, **secret}.items() if name not in clear}
        if self.have_room(variables, secrets, run.frames, "values"):
            self.change(variables=variables, secrets=secrets)

    def have_room(
        self, variables: dict[str, Any], secrets: dict[str, Any], frames: tuple[Frame, ...], field: str
    ) -> bool:
        """Whether all this can be kept with the call; what cannot is told."""
        size = len(msgspec.json.encode((variables, secrets, frames)))
        if size > MOST_DATA:
            self.trouble(field, Said("problem.too_much_data", {"size": size, "most": MOST_DATA}))
        return size <= MOST_DATA

    def attempt(self, field: str, source: str) -> Any:
        """As `Walk` says. Raises `OverBudget`: the flow ends."""
        try:
            return self.value(source)
        except OverBudget:
            raise
        except BadExpression as error:
            self.trouble(field, error.said)
            return None

    def whole(self, field: str, source: str) -> int | None:
        value = self.attempt(field, source)
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError, OverflowError):
            self.trouble(field, Said("problem.not_a_number", {"value": f"{value!r:.100}"}))
            return None

    def tells_secret(self, source: str, value: Any) -> bool:
        """Whether the value would be another without the secrets. What is true may be shown."""
        if not self.run.secrets or value is None or isinstance(value, bool):
            return False
        try:
            return bool(self.value(source, self.run.variables) != value)
        except BadExpression:
            return True

    def filled(self, text: str, said: Callable[[Any], str] = str) -> str:
        """The text with its variables; the rest of what would be too long is left out, and told."""
        parts, size, at = [], 0, 0
        for found in PLACE.finditer(text):
            parts += [text[at : found.start()], said(self.run.variables.get(found[1], ""))]
            size, at = size + len(parts[-1]) + len(parts[-2]), found.end()
            if size > LONGEST_TEXT:
                self.trouble("text", Said("problem.long_text", {"most": LONGEST_TEXT}))
                return "".join(parts)[:LONGEST_TEXT]
        return "".join([*parts, text[at:]])

    def masked(self, value: Any) -> Any:
        return masked(self.run, value)

    def value(self, source: str, variables: dict[str, Any] | None = None) -> Any:
        return FLOW.evaluate(
            source,
            {
                "vars": {**self.run.variables, **self.run.secrets} if variables is None else variables,
                "caller": self.caller.caller,
                "called": self.caller.called,
                "keys": self.run.keys,
                "language": self.caller.language,
                "now": self.caller.now,
                "zone": self.caller.zone,
            },
            self.caller.allowance,
        )

    def trouble(self, field: str, said: Said) -> None:
        node, run = self.node(), self.run
        label = node.label or run.node
        told = _masked(run, said)
        self.effect(Problem(flow_id=run.flow_id, node=run.node, label=label, field=field, said=told))
