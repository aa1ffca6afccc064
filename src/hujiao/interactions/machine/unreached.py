"""An agent whose call nobody answered is told why at once. Pure."""

from __future__ import annotations

from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.calls.failures import failure_by
from hujiao.interactions.contracts import Party, TellAgent
from hujiao.interactions.machine.step import Step


def tell(
    step: Step,
    agent_id: UUID | None,
    act: agents.FailedAct,
    cause: int,
    party: Party | None,
    *,
    number: str,
    colleague: UUID | None = None,
    comes_back: bool = False,
) -> None:
    """`party`: whom nobody answered for. A colleague's phone has nothing to do with a line to outside."""
    if agent_id is None:
        return
    failure = failure_by(cause, rang=bool(colleague) or (party is not None and party.rang_at is not None))
    if colleague and failure == "no_line":
        failure = "unreachable"
    told = agents.CallFailed(
        interaction_id=step.state.id,
        act=act,
        failure=failure,
        number="" if colleague else number,
        colleague=colleague,
        comes_back=comes_back,
    )
    step.ask(TellAgent(agent_id, told))
