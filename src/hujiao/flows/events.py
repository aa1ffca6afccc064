"""What the ledger says of a caller's way through a flow; what a kind of node says besides stands with the kind."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from hujiao.interactions.folding import Folding, InteractionEvent
from hujiao.kit.events import SaidCode, SaidValues, kinds, meant


class FlowEntered(InteractionEvent, tag="flow.entered"):
    """The caller enters a flow at its start."""

    flow_id: UUID
    version: Annotated[int, meant("its published version")]

    def fold(self, facts: Folding) -> None:
        facts.open("flow", flow_id=self.flow_id)


class AtNode(InteractionEvent):
    """Something that happened at a step."""

    node: Annotated[str, meant("the step of the flow, by its key in the document")]


class FlowNode(AtNode, tag="flow.node"):
    """The caller has come to a step."""

    type: Annotated[str, meant("the kind of the step")]
    label: Annotated[str, meant("its name, or its kind if it has none")]

    def fold(self, facts: Folding) -> None:
        known = facts.facts
        if not facts.flow() and not facts.current("agent"):  # whom an agent leads through it is with the agent
            facts.open("after" if known.agent_id else "flow", flow_id=known.flow_id)


class FlowKey(AtNode, tag="flow.key"):
    """The caller pressed keys that the step asked for."""

    keys: Annotated[str, meant("the keys; dots stand for secret ones")]

    def fold(self, facts: Folding) -> None:
        facts.facts.keys += self.keys


class FlowExpressionFailed(AtNode, tag="flow.expression_failed"):
    """An expression of the step gave nothing; the flow goes on without its value."""

    field: Annotated[str, meant("the setting of the step")]
    problem: Annotated[str, meant("what went wrong")]
    code: SaidCode = None
    values: SaidValues = msgspec.field(default_factory=dict)


class FlowFailed(AtNode, tag="flow.failed"):
    """The step failed, and with it the flow: the caller hears that, and the call ends."""

    error: Annotated[str, meant("what went wrong")]
    code: SaidCode = None
    values: SaidValues = msgspec.field(default_factory=dict)

    def fold(self, facts: Folding) -> None:
        facts.close(facts.flow(), "failed")


EVENTS = kinds(FlowEntered, FlowNode, FlowKey, FlowExpressionFailed, FlowFailed)
