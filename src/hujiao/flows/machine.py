"""The flow interpreter: one event in, the caller's new place and what to do out. Pure; expressions are CEL.

A node that fails, a missing node or a ring without end never leaves a caller in silence: the flow says that something
went wrong and ends with `flow_error`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec.structs import replace

from hujiao.data_sources.contracts import Plain
from hujiao.flows import document as doc
from hujiao.flows import split
from hujiao.flows.contracts import (
    AnswerCall,
    AskCallBack,
    AskQueueFigures,
    AskSource,
    Begin,
    Caller,
    End,
    Failed,
    FlowEffect,
    FlowEvent,
    FlowRun,
    GoTo,
    Key,
    Looked,
    MessageDone,
    Note,
    Played,
    PlayNamed,
    Problem,
    Return,
    Speak,
    StopPlaying,
    StopWaiting,
    TakeMessage,
    ToNumber,
    ToQueue,
    WaitForKey,
    WaitOver,
)
from hujiao.kit.expressions import FLOW, BadExpression, OverBudget

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
HIGHEST_LEVEL = 10  # of a skill
SYSTEM_FAILURE = "system_failure"
HIDDEN = "•••"
TELLING = 3  # fewer digits than these stand in many a text by chance


def step(
    document: doc.FlowDocument, run: FlowRun, event: FlowEvent, caller: Caller
) -> tuple[FlowRun, list[FlowEffect]]:
    walk = _Walk(document, run, caller)
    try:
        walk.take(event)
    except (BadExpression, LookupError) as error:
        walk.fail(str(error))
    return walk.run, walk.effects


def masked(run: FlowRun, value: Any) -> Any:
    """What may be shown of a value: a text or number without the caller's secrets."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    text = str(value)
    for secret in sorted({str(secret) for secret in run.secrets.values()} - {""}, key=len, reverse=True):
        if len(secret) >= TELLING:
            text = text.replace(secret, HIDDEN)
        elif text == secret:
            text = HIDDEN
    return text if text != str(value) else value


class _Walk:
    """One step's working place: the run as it becomes and the effects so far."""

    def __init__(self, document: doc.FlowDocument, run: FlowRun, caller: Caller) -> None:
        self.document = document
        self.run = run
        self.caller = caller
        self.effects: list[FlowEffect] = []
        self.unwaited = run.unwaited

    def take(self, event: FlowEvent) -> None:
        run = self.run
        waited = isinstance(event, Key | Played | WaitOver | MessageDone)
        self.unwaited = 0 if waited else run.unwaited + RETURN_STEPS
        match event:
            case Begin():
                self.enter(run.node)
            case GoTo():
                if event.variables:
                    self.remember(event.variables)
                if run.phase in ("playing", "failing"):  # a take-over asks anew, and the old prompt still plays
                    self.effects.append(StopPlaying(run.playback))
                self.enter(event.node)
            case Failed() if run.phase == "failing":
                self.end("flow_error")
            case Failed():
                self.fail(event.error)
            case Played() if run.phase == "failing":
                self.end("flow_error")
            case Played() if event.playback == run.playback and run.phase == "playing":
                self.played()
            case Key() if run.phase in ("playing", "waiting_key"):
                self.key(event.key)
            case Key() if run.phase in ("ready", "away", "looking_up"):
                self.type_ahead(event.key)
            case WaitOver() if run.phase == "waiting_key":
                self.wait_over()
            case MessageDone() if run.phase == "recording":
                node = self.node()
                if isinstance(node, doc.RecordMessage):
                    self.remember({node.variable: event.name})
                    self.enter(node.next)
            case Looked() if run.phase == "looking_up" and event.serial == run.playback:
                self.looked(event)
            case _:
                pass

    # ── entering nodes ───────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, node_id: str) -> None:
        following: str | None = node_id
        while following is not None:
            following = self.arrive(following)

    def arrive(self, node_id: str) -> str | None:
        """Do what the node says; the next node's id when there is nothing to wait for."""
        node = self.document.nodes.get(node_id)
        if node is None:
            raise LookupError(f"node {node_id!r} does not exist")
        label = node.label or node.type
        path = (*self.run.path[-(LONGEST_PATH - 1) :], (node_id, label, ""))
        self.change(node=node_id, tries=0, digits="", phase="ready", path=path)
        self.unwaited += 1
        self.change(unwaited=self.unwaited, entered=self.run.entered + 1)
        if self.unwaited > MOST_STEPS:
            raise LookupError("the flow goes in a ring without anything to wait for")
        if self.run.entered > MOST_NODES:
            raise LookupError(f"the call has gone through {MOST_NODES} steps")
        self.note("flow.node", {"node": node_id, "type": node.type, "label": label})
        match node:
            case doc.Answer():
                self.effects.append(AnswerCall())
                return node.next
            case doc.Set():
                values = {name: self.attempt(f"values.{name}", source) for name, source in node.values.items()}
                hidden = {name for name, source in node.values.items() if self.tells_secret(source, values[name])}
                self.remember(values, hidden)
                return node.next
            case doc.Branch():
                for at, case in enumerate(node.cases):
                    if self.attempt(f"cases.{at}.when", case.when) is True:
                        return case.next
                return node.otherwise
            case doc.Play():
                self.play(tuple(node.prompts))
            case doc.Say():
                self.change(phase="playing", playback=self.run.playback + 1)
                self.effects.append(Speak(self.run.playback, self.filled(node.text), node.language, node.voice))
            case doc.Menu() | doc.Collect():
                self.ask(())
            case doc.Hours():
                return self.hours(node)
            case doc.Split():
                return self.split(node)
            case doc.LookUp():
                self.change(phase="looking_up", playback=self.run.playback + 1)
                parameters = {
                    name: _plain(self.attempt(f"parameters.{name}", source)) for name, source in node.parameters.items()
                }
                self.effects.append(AskSource(serial=self.run.playback, source=node.source, parameters=parameters))
            case doc.Queue():
                self.change(phase="away")
                self.to_queue(node)
            case doc.CallBack():
                self.change(phase="away")
                self.effects.append(
                    AskCallBack(
                        queue=node.queue,
                        number=self.filled(node.number) or self.caller.caller,
                        terms=node.terms(),
                        next=node.next,
                        on_failure=node.on_failure,
                    )
                )
            case doc.ReturnToQueue():
                self.change(phase="over")
                self.effects.append(Return())
            case doc.QueueFigures():
                self.change(phase="away")
                self.effects.append(AskQueueFigures(node.queue, node.next))
            case doc.Transfer():
                self.change(phase="away")
                number = self.filled(node.to)
                self.effects.append(
                    ToNumber(number=number, timeout_seconds=node.timeout_seconds, on_failure=node.on_failure)
                )
            case doc.RecordMessage():
                if node.prompts:
                    self.play(tuple(node.prompts))
                else:
                    self.record(node)
            case doc.HangUp():
                self.end("flow_ended", node.cause, wanted=True)
        return None

    def hours(self, node: doc.Hours) -> str:
        phase = self.caller.phase_of(node.hours)
        if phase is None:
            raise LookupError(f"no business hours {node.hours}")
        self.note("flow.hours", {"node": self.run.node, "hours": node.hours, "phase": phase})
        ways = {"open": node.open, "holiday": node.holiday, "emergency": node.emergency}
        return ways.get(phase) or node.closed

    # ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def split(self, node: doc.Split) -> str:
        who = self.caller.customer if node.by == "caller" else ""
        at = split.way(node, f"{self.run.flow_id} {self.run.node}", who or self.caller.interaction)
        branch = node.branches[at]
        self.note("flow.split", {"node": self.run.node, "branch": at, "way": branch.label, "percent": branch.percent})
        return branch.next

    def looked(self, event: Looked) -> None:
        node = self.node()
        assert isinstance(node, doc.LookUp)
        values = {node.prefix + name: value for name, value in event.values.items()}
        hidden = {name for name, value in values.items() if value != masked(self.run, value)}
        shown = {name: HIDDEN if name in hidden else value for name, value in values.items()}
        data: dict[str, Any] = {"node": self.run.node, "source": node.source, "outcome": event.outcome}
        data |= {"seconds": event.seconds, "cached": event.cached, "values": shown}
        problem = masked(self.run, event.problem)
        self.note("flow.looked_up", {**data, "problem": problem} if problem else data)
        self.remember(values, hidden)
        if event.outcome == "ok":
            self.enter(node.next)
        elif event.outcome == "not_found":
            self.enter(node.on_not_found or node.next)
        else:
            self.enter(node.on_failure or node.next)

    def to_queue(self, node: doc.Queue) -> None:
        wanted = self.attempt("queue_from", node.queue_from) if node.queue_from else None
        priority = self.whole("priority_from", node.priority_from) if node.priority_from else None
        needs = {skill: self.whole(f"needs.{skill}", source) or 0 for skill, source in node.needs.items()}
        self.effects.append(
            ToQueue(
                queue=node.queue,
                wanted=str(wanted) if wanted else "",
                priority=node.priority if priority is None else priority,
                needs={skill: min(level, HIGHEST_LEVEL) for skill, level in needs.items() if level > 0},
                max_wait_seconds=node.max_wait_seconds,
                on_timeout=node.on_timeout,
                after=node.after,
                keys=node.keys,
            )
        )

    # ── asking for keys ──────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, first: tuple[str, ...]) -> None:
        """Play the question, unless keys typed ahead already answer it."""
        node = self.node()
        assert isinstance(node, doc.Menu | doc.Collect)
        ahead, self.run = self.run.typed_ahead, replace(self.run, typed_ahead="", digits="")
        if not ahead:
            self.play((*first, *node.prompts))
            return
        self.change(phase="waiting_key")
        here, tries = self.run.node, self.run.tries
        for place, key in enumerate(ahead):
            self.key(key)
            if (self.run.node, self.run.tries) != (here, tries) or self.run.phase != "waiting_key":
                rest = ahead[place + 1 :]
                for further in rest:
                    self.take(Key(further))
                return
        self.wait(node.timeout_seconds)

    def key(self, key: str) -> None:
        node = self.node()
        match node:
            case doc.Menu():
                self.silence()
                self.pressed(key)
                if key in node.keys:
                    self.enter(node.keys[key])
                elif key == node.repeat_key:
                    self.ask(())
                else:
                    self.again(node.invalid_prompts, node.on_invalid)
            case doc.Collect():
                self.silence()
                if key == node.terminator:
                    self.collected(node)
                elif key == node.restart_key:
                    self.change(digits="")
                    self.wait(node.timeout_seconds)
                else:
                    self.change(digits=self.run.digits + key)
                    if len(self.run.digits) >= node.max_digits:
                        self.collected(node)
                    else:
                        self.wait(node.timeout_seconds)
            case doc.Play() if node.barge_in:
                self.silence()
                self.type_ahead(key)
                self.enter(node.next)
            case _:
                self.type_ahead(key)

    def type_ahead(self, key: str) -> None:
        if len(self.run.typed_ahead) < MOST_KEYS:
            self.change(typed_ahead=self.run.typed_ahead + key)

    def collected(self, node: doc.Collect) -> None:
        digits = self.run.digits
        if len(digits) < node.min_digits:
            self.again([], node.on_timeout)
            return
        self.pressed("•" * len(digits) if node.secret else digits)
        if not node.secret:
            self.note("flow.collected", {"node": self.run.node, "variable": node.variable, "value": digits})
        self.change(digits="")
        self.remember({node.variable: digits}, {node.variable} if node.secret else set())
        self.enter(node.next)

    def wait_over(self) -> None:
        node = self.node()
        if isinstance(node, doc.Collect) and self.run.digits:
            self.collected(node)
        elif isinstance(node, doc.Menu):
            self.again(node.timeout_prompts, node.on_timeout)
        elif isinstance(node, doc.Collect):
            self.again([], node.on_timeout)

    def again(self, first: list[str], otherwise: str | None) -> None:
        """Ask once more, until the tries are used up."""
        node = self.node()
        assert isinstance(node, doc.Menu | doc.Collect)
        self.change(tries=self.run.tries + 1)
        if self.run.tries < node.tries:
            self.ask(tuple(first))
        elif otherwise is not None:
            self.enter(otherwise)
        else:
            self.end("flow_ended")

    def pressed(self, keys: str) -> None:
        path = self.run.path
        if path:
            node, label, before = path[-1]
            path = (*path[:-1], (node, label, (before + keys)[-MOST_KEYS:]))
        self.change(keys=(self.run.keys + keys)[-MOST_KEYS:], path=path)
        self.note("flow.key", {"node": self.run.node, "keys": keys})

    # ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def play(self, names: tuple[str, ...]) -> None:
        self.change(phase="playing", playback=self.run.playback + 1)
        self.effects.append(PlayNamed(self.run.playback, names))

    def played(self) -> None:
        node = self.node()
        match node:
            case doc.Play() | doc.Say():
                self.enter(node.next)
            case doc.Menu() | doc.Collect():
                self.wait(node.timeout_seconds)
            case doc.RecordMessage():
                self.record(node)
            case _:
                pass

    def silence(self) -> None:
        if self.run.phase == "playing":
            self.effects.append(StopPlaying(self.run.playback))
        elif self.run.phase == "waiting_key":
            self.effects.append(StopWaiting())
        self.change(phase="waiting_key")

    def wait(self, seconds: int) -> None:
        self.change(phase="waiting_key")
        self.effects.append(WaitForKey(seconds))

    def record(self, node: doc.RecordMessage) -> None:
        self.change(phase="recording")
        self.effects.append(TakeMessage(node.max_seconds, node.silence_seconds))

    # ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

    def node(self) -> Any:
        node = self.document.nodes.get(self.run.node)
        if node is None:
            raise LookupError(f"node {self.run.node!r} does not exist")
        return node

    def filled(self, text: str) -> str:
        """The text with its variables; the rest of what would be too long is left out, and told."""
        parts, size, at = [], 0, 0
        for found in doc.PLACE.finditer(text):
            parts += [text[at : found.start()], str(self.run.variables.get(found[1], ""))]
            size, at = size + len(parts[-1]) + len(parts[-2]), found.end()
            if size > LONGEST_TEXT:
                self.trouble("text", f"with its variables it has more than {LONGEST_TEXT} characters")
                return "".join(parts)[:LONGEST_TEXT]
        return "".join([*parts, text[at:]])

    def tells_secret(self, source: str, value: Any) -> bool:
        """Whether the expression's value would be another without the secrets. What is true may be shown."""
        if not self.run.secrets or value is None or isinstance(value, bool):
            return False
        try:
            return bool(self.value(source, self.run.variables) != value)
        except BadExpression:
            return True

    def value(self, source: str, variables: dict[str, Any] | None = None) -> Any:
        return FLOW.evaluate(
            source,
            {
                "vars": {**self.run.variables, **self.run.secrets} if variables is None else variables,
                "caller": self.caller.caller,
                "called": self.caller.called,
                "keys": self.run.keys,
                "language": self.caller.language,
            },
            self.caller.allowance,
        )

    def remember(self, values: dict[str, Any], hidden: Collection[str] = ()) -> None:
        """Keep these variables with the call, as far as there is room for all of them; nobody sees the hidden ones."""
        run = self.run
        clear = {name: value for name, value in values.items() if name not in hidden}
        secret = {name: value for name, value in values.items() if name in hidden}
        variables = {name: value for name, value in {**run.variables, **clear}.items() if name not in secret}
        secrets = {name: value for name, value in {**run.secrets, **secret}.items() if name not in clear}
        size = len(msgspec.json.encode((variables, secrets)))
        if size > MOST_DATA:
            self.trouble("values", f"the variables of the call would take {size} bytes; {MOST_DATA} at most")
            return
        self.change(variables=variables, secrets=secrets)

    def attempt(self, field: str, source: str) -> Any:
        """The expression's value; None, and the problem told, when it has none. Raises `OverBudget`: the flow ends."""
        try:
            return self.value(source)
        except OverBudget:
            raise
        except BadExpression as error:
            self.trouble(field, error.first_line)
            return None

    def whole(self, field: str, source: str) -> int | None:
        """The expression's value as a whole number, texts of digits included."""
        value = self.attempt(field, source)
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError, OverflowError):
            self.trouble(field, f"{value!r} is not a number")
            return None

    def trouble(self, field: str, problem: str) -> None:
        node, run = self.node(), self.run
        label = node.label or run.node
        told = masked(run, problem)
        self.effects.append(Problem(flow_id=run.flow_id, node=run.node, label=label, field=field, problem=told))

    def change(self, **changes: Any) -> None:
        self.run = replace(self.run, **changes)

    def note(self, kind: str, data: dict[str, Any]) -> None:
        self.effects.append(Note(kind, data))

    def fail(self, error: str) -> None:
        told = masked(self.run, error)
        self.note("flow.failed", {"node": self.run.node, "error": told})
        node = self.document.nodes.get(self.run.node)
        label = (node.label if node else "") or self.run.node
        self.effects.append(Problem(flow_id=self.run.flow_id, node=self.run.node, label=label, problem=told))
        self.change(phase="failing", playback=self.run.playback + 1)
        self.effects += [AnswerCall(), PlayNamed(self.run.playback, (SYSTEM_FAILURE,))]

    def end(self, reason: Any, cause: int = 16, *, wanted: bool = False) -> None:
        self.change(phase="over")
        self.effects.append(End(reason=reason, cause=cause, wanted=wanted))


def _plain(value: Any) -> Plain:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
