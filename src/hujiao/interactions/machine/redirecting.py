"""A call to an agent in person goes elsewhere by the agent's own rules: asking for that, and telling of it. Pure."""

from __future__ import annotations

from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.agents.forwarding import ForwardWhy, Trail
from hujiao.interactions.contracts import SeekForward, TellAgent
from hujiao.interactions.machine.causes import BUSY, REJECTED
from hujiao.interactions.machine.step import Step


def why_not(cause: int) -> ForwardWhy:
    """Returns by which rule a call goes on whose agent did not come: who says no at the phone is busy."""
    return "busy" if cause in (BUSY, REJECTED) else "no_answer"


def seek(step: Step, agent_id: UUID, cause: int, blame: str | None = None) -> None:
    """Ask where the call goes instead; the agent is to `blame` for not coming if it goes nowhere."""
    step.ask(SeekForward(agent_id=agent_id, why=why_not(cause), cause=cause, blame=blame))


def note(step: Step, trail: Trail, *, known: int = 0) -> None:
    """Keep how the call was forwarded, and tell what is new of it: the ledger, and whose rules these are."""
    for number, hop in enumerate(trail.hops[known:], start=known + 1):
        step.fact(
            "call.forwarded",
            hop.agent_id,
            why=hop.why,
            to=hop.to,
            target=hop.target,
            target_name=hop.name,
            hop=number,
        )
        told = agents.CallForwarded(caller=hop.caller, why=hop.why, to=hop.to, name=hop.name)
        step.ask(TellAgent(hop.agent_id, told))
    if trail.stopped:
        step.fact("call.forwarding_stopped", trail.stopped_at, why=trail.stopped)
    step.change(forwarded=trail.hops)
