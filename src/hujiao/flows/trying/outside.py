"""What may become of what a flow asks the outside for, as the engine tells it to the interpreter. Pure."""

from __future__ import annotations

from uuid import UUID

from hujiao.flows import contracts as flows
from hujiao.flows.trying.script import Happening, Waits
from hujiao.interactions.contracts import EndReason
from hujiao.kit.i18n import Said

OutsideEffect = (
    flows.AskSource
    | flows.CheckAgent
    | flows.ActAsAgent
    | flows.ToQueue
    | flows.AskCallBack
    | flows.AskQueueFigures
    | flows.ToNumber
    | flows.ToConference
)
SOME_AGENT = UUID(int=1)

_WAITS: dict[type, Waits] = {
    flows.AskSource: "source",
    flows.CheckAgent: "agent_check",
    flows.ActAsAgent: "agent_act",
    flows.ToQueue: "queue",
    flows.AskCallBack: "call_back",
    flows.AskQueueFigures: "figures",
    flows.ToNumber: "transfer",
    flows.ToConference: "conference",
}
CHOICES: dict[Waits, tuple[Happening, ...]] = {
    "queue": ("answered", "nobody"),
    "transfer": ("answered", "nobody"),
    "call_back": ("done", "refused"),
    "conference": ("ended", "left", "full", "refused"),
    "agent_check": ("done", "refused"),
    "agent_act": ("done", "refused"),
}


class Unfit(Exception):
    """The act has no meaning where the caller is."""


def waits_for(effect: OutsideEffect) -> Waits:
    return _WAITS[type(effect)]


def becomes(effect: OutsideEffect | None, what: Happening) -> flows.FlowEvent | EndReason:
    """What the interpreter is told, or why the call is over. Raises `Unfit`."""
    if effect is None or what not in CHOICES.get(waits_for(effect), ()):
        raise Unfit
    match effect:
        case flows.ToQueue():
            return _on(effect.after, "completed") if what == "answered" else _on(effect.on_timeout, "no_agent")
        case flows.ToNumber():
            return "completed" if what == "answered" else _on(effect.on_failure)
        case flows.AskCallBack():
            if what == "done":
                return flows.GoTo(effect.next)
            failed = flows.Failed(Said("problem.no_queue_to_call_back", {"number": effect.number}))
            return flows.GoTo(effect.on_failure) if effect.on_failure else failed
        case flows.ToConference():
            terms = effect.terms
            ways = {"ended": terms.on_ended, "left": terms.on_left, "full": terms.on_full, "refused": terms.on_refused}
            return _on(ways[what])
        case flows.CheckAgent():
            if what == "refused":
                return flows.AgentTold(serial=effect.serial, outcome="refused")
            return flows.AgentTold(serial=effect.serial, outcome="told", agent_id=SOME_AGENT)
        case flows.ActAsAgent():
            if what == "refused":
                return flows.AgentTold(serial=effect.serial, outcome="refused", act=effect.act)
            return flows.AgentTold(serial=effect.serial, outcome="told", act=effect.act, path=effect.path)
        case _:
            raise Unfit


def _on(way: str | None, otherwise: EndReason = "flow_ended") -> flows.FlowEvent | EndReason:
    return flows.GoTo(way) if way else otherwise
