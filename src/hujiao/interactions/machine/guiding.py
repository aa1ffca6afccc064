"""A flow that joins customer and agent, so that the agent can help the customer with it. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.interactions.contracts import (
    MOST_PARTIES,
    EndGuidance,
    EndOfGuidance,
    Guidance,
    Guide,
    Prompts,
    StartGuidance,
    TakeAlong,
)
from hujiao.interactions.machine.step import Handler, Step


def _guide(step: Step, event: Guide) -> None:
    state = step.state
    quiet = state.held or state.announcement or state.consulted or state.guidance
    if state.state != "connected" or quiet or len(state.parties) >= MOST_PARTIES:
        raise agents.Impossible("not_possible_in_this_state")
    step.on_the_way(guidance=Guidance(flow_id=event.flow_id, since=step.now))
    step.fact("guidance.started", flow_id=event.flow_id)
    if event.values:
        step.ask(TakeAlong(values=event.values, by_agent=state.agent_id))
    step.ask(StartGuidance(event.flow_id))


def prompts(step: Step, prompts: Prompts | None) -> None:
    """What all hear from the flow now."""
    guidance = step.state.guidance
    if guidance and guidance.prompts != prompts:
        step.on_the_way(guidance=replace(guidance, prompts=prompts))


def end(step: Step, by: str) -> None:
    """If a flow is there, it goes."""
    if guidance := step.state.guidance:
        step.on_the_way(guidance=None)
        step.fact("guidance.ended", by=by, seconds=step.seconds_since(guidance.since))
        step.ask(EndOfGuidance())


def _end(step: Step, event: EndGuidance) -> None:
    if step.state.guidance is None and event.by == "agent":
        raise agents.Impossible("not_possible_in_this_state")
    end(step, event.by)


EVENTS: dict[type, Handler] = {Guide: _guide, EndGuidance: _end}
