"""The agent to whom a call was in person did not come: it goes elsewhere by their rules, or ends as it would. Pure."""

from __future__ import annotations

from hujiao.agents import contracts as agents
from hujiao.interactions.contracts import Consult, Dial, Forwarded, NotForwarded, TellAgent, Transfer
from hujiao.interactions.machine import outgoing, redirecting, rooms, sending_on
from hujiao.interactions.machine.step import Handler, Step
from hujiao.interactions.machine.waiting import back_in_queue


def _forwarded(step: Step, event: Forwarded) -> None:
    match event.instead:
        case Dial() as dial if step.state.state == "dialling":
            outgoing.call_instead(step, dial)
        case Consult() as consult if _asked(step):
            rooms.ask_instead(step, consult, event.cause)
        case Transfer() as transfer if step.state.state == "queued":
            step.ask(TellAgent(event.agent_id, agents.OfferEnded(None)))
            sending_on.send_instead(step, transfer)


def _not_forwarded(step: Step, event: NotForwarded) -> None:
    consulted = step.state.consulted
    if event.trail.stopped:
        redirecting.note(step, event.trail, known=len(event.trail.hops))
    if step.state.state == "dialling":
        outgoing.unreached(step, event.cause)
    elif consulted and _asked(step):
        rooms.party_gone(step, consulted, event.cause)
    elif step.state.state == "queued":
        step.ask(TellAgent(event.agent_id, agents.OfferEnded(event.blame)))
        back_in_queue(step)


def _asked(step: Step) -> bool:
    consulted = step.state.consulted
    return step.state.state == "connected" and consulted is not None and consulted.state == "calling"


EVENTS: dict[type, Handler] = {Forwarded: _forwarded, NotForwarded: _not_forwarded}
