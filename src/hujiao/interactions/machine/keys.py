"""Keys that the agent sends into the line: a menu at the other end, an extension. Pure."""

from __future__ import annotations

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import InteractionState, Party, SendKeys
from hujiao.interactions.machine.step import Handler, Step


def _send(step: Step, event: SendKeys) -> None:
    """What is not to be recorded is not written down either."""
    state = step.state
    party = _hearing(state)
    if state.state != "connected" or state.announcement or party is None:
        raise agents.Impossible("nobody_to_hear_keys")
    secret = state.recording is not None and state.recording.paused
    step.do(calls.SendKeys(leg_id=party.leg_id, keys=event.keys))
    step.fact("keys.sent", leg_id=party.leg_id, count=len(event.keys), keys="" if secret else event.keys)


def _hearing(state: InteractionState) -> Party | None:
    """Returns whom the agent talks with who is no colleague: an outside number before the customer."""
    agent = state.other
    if agent is None or agent.role != "agent":
        return None
    there = [party for party in state.parties if party.room == agent.room and party.state == "in"]
    outside = [party for party in there if party.role == "outside"]
    return next(iter(outside or [party for party in there if party.role == "customer" and not party.agent_id]), None)


EVENTS: dict[type, Handler] = {SendKeys: _send}
