"""A walk through a flow by a script. The rules are the interpreter's; here is only what the world around it does.

Pure and bounded: by the acts of the script, and by the steps that are shown.
"""

from __future__ import annotations

from typing import Any, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hujiao.flows import contracts as flows
from hujiao.flows.document import FlowDocument
from hujiao.flows.machine import masked, step
from hujiao.flows.trying.outside import CHOICES, OutsideEffect, Unfit, becomes, waits_for
from hujiao.flows.trying.script import (
    Act,
    Around,
    HangUp,
    Happen,
    Heard,
    Noted,
    Press,
    Question,
    Script,
    TriedAnswer,
    TriedFigures,
    TriedStep,
    Trouble,
    Wait,
    Waits,
    Walked,
    Write,
)
from hujiao.flows.trying.ways import Placed, placed
from hujiao.hours.schedule import phase_at
from hujiao.interactions.contracts import EndReason
from hujiao.kit.expressions import Allowance
from hujiao.kit.i18n import Said, translate

MOST_STEPS = 2000
MOST_SHOWN = 4_000_000  # bytes of variables, in all steps
_BY_PHASE: dict[str, Waits] = {
    "playing": "playing",
    "failing": "playing",
    "waiting_key": "key",
    "recording": "recording",
}


def walk(document: dict[str, Any], flow_id: UUID, script: Script, around: Around, reader: str) -> Walked:
    """The walk of a valid document; its problems are said in the reader's language."""
    walking = _Walking(FlowDocument.model_validate(document), flow_id, script, around, reader)
    walking.go()
    return walking.walked()


def asked(document: dict[str, Any], flow_id: UUID, script: Script, around: Around) -> Question | None:
    """What a data source is asked at the end of the walk, unmasked."""
    walking = _Walking(FlowDocument.model_validate(document), flow_id, script, around, "en")
    walking.go()
    pending = walking.outside
    if walking.misfit is not None or not isinstance(pending, flows.AskSource):
        return None
    return Question(pending.source, dict(pending.parameters))


class _Walking:
    def __init__(self, document: FlowDocument, flow_id: UUID, script: Script, around: Around, reader: str) -> None:
        self.document = placed(document)
        self.script, self.around, self.reader = script, around, reader
        self.language = script.language
        self.called: dict[str, FlowDocument] = {}
        self.run = flows.FlowRun(flow_id=flow_id, version=0, node=document.start)
        self.steps: list[TriedStep] = []
        self.ways: list[tuple[str, str]] = []
        self.outside: OutsideEffect | None = None
        self.act: int | None = None
        self.ended: EndReason | None = None
        self.misfit: int | None = None
        self.shown = 0

    @property
    def cut_off(self) -> bool:
        return len(self.steps) >= MOST_STEPS or self.shown >= MOST_SHOWN

    def go(self) -> None:
        self.take(flows.Begin())
        for at, act in enumerate(self.script.acts):
            self.act = at
            try:
                self.do(act)
            except Unfit:
                self.misfit = at
                return
            if self.cut_off:
                return

    def walked(self) -> Walked:
        pending = self.outside
        waits = self._waits()
        question = None
        if isinstance(pending, flows.AskSource):
            shown = {name: masked(self.run, value) for name, value in pending.parameters.items()}
            question = Question(pending.source, shown)
        choices = sorted(pending.keys) if isinstance(pending, flows.ToQueue) else []
        return Walked(
            steps=self.steps,
            node=str(self.run.node),
            waits=waits,
            choices=[*CHOICES.get(waits, ()), *choices],
            question=question,
            ended=self.ended,
            misfit=self.misfit,
            cut_off=self.cut_off,
            path=[one.node for at, one in enumerate(self.steps) if at == 0 or one.way is not None],
            ways=self.ways,
            variables=self._variables(self.run),
        )

    def _waits(self) -> Waits:
        if self.ended is not None:
            return "ended"
        return waits_for(self.outside) if self.outside else _BY_PHASE.get(self.run.phase, "ended")

    # ── what the script says ─────────────────────────────────────────────────────────────────────────────────────────

    def do(self, act: Act) -> None:
        if self.ended is not None:
            raise Unfit
        match act:
            case Press():
                for key in act.keys:
                    self.press(key)
            case Write():
                self.take(flows.Text(act.text))
            case Wait():
                self.wait()
            case TriedAnswer():
                self.answer(act)
            case TriedFigures():
                if not isinstance(self.outside, flows.AskQueueFigures):
                    raise Unfit
                self.take(flows.GoTo(self.outside.next, act.model_dump(exclude={"do"})))
            case Happen():
                found = becomes(self.outside, act.what)
                if isinstance(found, str):
                    self.end(found)
                else:
                    self.take(found)
            case HangUp():
                self.end("abandoned_in_queue" if isinstance(self.outside, flows.ToQueue) else "abandoned_in_flow")
            case _:
                assert_never(act)

    def press(self, key: str) -> None:
        if self.ended is not None:
            return  # the line is dead
        pending = self.outside
        if isinstance(pending, flows.ToQueue):
            if key in pending.keys:
                self.take(flows.GoTo(pending.keys[key]))
        elif self.run.phase == "recording":
            if key == "#":
                self.wait()
        else:
            self.take(flows.Key(key))

    def wait(self) -> None:
        match self.run.phase:
            case "playing" | "failing":
                self.take(flows.Played(self.run.playback))
            case "waiting_key":
                self.take(flows.WaitOver())
            case "recording":
                self.take(flows.MessageDone("message"))
            case _:
                raise Unfit

    def answer(self, act: TriedAnswer) -> None:
        pending = self.outside
        if not isinstance(pending, flows.AskSource):
            raise Unfit
        defaults = self.around.sources[pending.source]
        given = {name: value for name, value in act.values.items() if name in defaults}
        self.take(
            flows.Looked(serial=pending.serial, outcome=act.outcome, values={**defaults, **given}, seconds=act.seconds)
        )

    def end(self, reason: EndReason) -> None:
        self.ended, self.outside = reason, None

    # ── what the interpreter makes of it ─────────────────────────────────────────────────────────────────────────────

    def take(self, event: flows.FlowEvent) -> None:
        """Let the interpreter take the event, and what comes back at once."""
        events: list[flows.FlowEvent] = [event]
        while events and self.ended is None and not self.cut_off:
            events += self._take(events.pop(0))

    def _take(self, event: flows.FlowEvent) -> list[flows.FlowEvent]:
        arrived: list[tuple[flows.FlowRun, str, int]] = []
        before = self.run
        if not isinstance(event, flows.Key | flows.Text):
            self.outside = None
        self.run, effects = step(self.document, before, event, self._caller(), lambda *arrival: arrived.append(arrival))
        first = effects[: arrived[0][2]] if arrived else effects
        back: list[flows.FlowEvent] = []
        if not isinstance(event, flows.Begin | flows.GoTo) or first:
            back += self._show(before.node, None, before, arrived[0][0] if arrived else self.run, first)
        following = [*arrived[1:], (self.run, "", len(effects))]
        for (so_far, node_id, start), (after, _, end) in zip(arrived, following, strict=bool(arrived)):
            came_from = next((one.node for one in reversed(self.steps) if one.flow is None), None)
            way = node_id.place if isinstance(node_id, Placed) and not so_far.frames else None
            if came_from is not None and way is not None:
                self.ways.append((came_from, way))
            back += self._show(node_id, way, so_far, after, effects[start:end])
        return back

    def _show(
        self,
        node_id: str,
        way: str | None,
        before: flows.FlowRun,
        after: flows.FlowRun,
        effects: list[flows.FlowEffect],
    ) -> list[flows.FlowEvent]:
        """Write down what happened at a node; what comes back of it at once."""
        last = self.steps[-1] if self.steps else None
        flow = str(before.flow_id) if before.frames else None
        if last is not None and way is None and (last.act, last.flow, last.node) == (self.act, flow, str(node_id)):
            shown = last  # one act of several keys
        else:
            document = self.document if flow is None else self._document(flow)
            node = document.nodes.get(node_id) if document else None
            shown = TriedStep(
                self.act, flow, str(node_id), node.type if node else "", (node.label if node else "") or node_id, way
            )
            shown.before = self._variables(before)
            self.steps.append(shown)
        shown.after = self._variables(after)
        self.shown += 2 * len(msgspec.json.encode(shown.after))
        back = [self._perform(shown, effect) for effect in effects]
        return [event for event in back if event is not None]

    def _perform(self, shown: TriedStep, effect: flows.FlowEffect) -> flows.FlowEvent | None:
        match effect:
            case flows.Note(kind="flow.node"):
                return None
            case flows.Note():
                shown.noted.append(Noted(effect.kind, effect.data))
            case flows.Problem():
                words = translate(effect.said.key, self.reader, dict(effect.said.values))
                shown.problems.append(Trouble(effect.field, words))
            case flows.PlayNamed():
                there = {name for name in effect.names if self.around.has_prompt(name, self.language)}
                missing = [name for name in effect.names if name not in there]
                shown.heard.append(Heard(prompts=list(effect.names), missing=missing))
                if not there:
                    return flows.Failed(Said("problem.no_prompt", {"name": ", ".join(effect.names)}))
            case flows.SpeakLanguage():
                self.language = effect.language
            case flows.Speak():
                shown.heard.append(Heard(text=effect.text))
            case flows.AskSource():
                if effect.source not in self.around.sources:
                    shown.problems.append(Trouble("source", translate("source.unknown", self.reader)))
                    return flows.Looked(serial=effect.serial, outcome="unknown", values={})
                self.outside = effect
            case flows.Return():
                return flows.Failed(Said("problem.nobody_returns"))
            case flows.End():
                self.end(effect.reason)
            case (
                flows.AnswerCall()
                | flows.StopPlaying()
                | flows.WaitForKey()
                | flows.StopWaiting()
                | flows.TakeMessage()
            ):
                return None
            case _:
                self.outside = effect
        return None

    def _caller(self) -> flows.Caller:
        script, around = self.script, self.around
        at = script.at or around.now

        def phase_of(hours: str) -> str | None:
            schedule = around.schedules.get(hours)
            return phase_at(schedule, at) if schedule else None

        def flow_of(flow_id: str) -> tuple[int, FlowDocument] | None:
            document = self._document(flow_id)
            return (0, document) if document else None

        return flows.Caller(
            caller=script.caller,
            called=script.called,
            language=self.language,
            customer=script.caller,
            interaction=str(script.draw),
            now=at.astimezone(ZoneInfo(around.zone)).isoformat(timespec="seconds"),
            zone=around.zone,
            flow_of=flow_of,
            phase_of=phase_of,
            allowance=Allowance(),
        )

    def _document(self, flow_id: str) -> FlowDocument | None:
        """The flow that is called as a step."""
        known = self.around.flows.get(flow_id)
        if known is not None and flow_id not in self.called:
            self.called[flow_id] = FlowDocument.model_validate(known)
        return self.called.get(flow_id)

    @staticmethod
    def _variables(run: flows.FlowRun) -> dict[str, Any]:
        shown = {name: masked(run, value) for name, value in run.variables.items()}
        return {**shown, **dict.fromkeys(run.secrets, flows.HIDDEN)}
