"""Variables by expressions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from hujiao.flows.contracts import HIDDEN
from hujiao.flows.events import AtNode
from hujiao.flows.nodes.base import Expression, Node, Variable, Walk, Way
from hujiao.interactions.folding import Folding
from hujiao.kit.events import meant


class FlowSet(AtNode, tag="flow.set"):
    """Variables got values."""

    values: Annotated[dict[str, Any], meant("the variables; secret ones are masked")]

    def fold(self, facts: Folding) -> None:
        facts.remember_all(self.values)


class Set(Node):
    group = "decide"
    icon = "form"
    summary = ("values",)
    says = (FlowSet,)
    waits = False

    type: Literal["set"]
    values: dict[Variable, Expression] = Field(min_length=1, max_length=100, examples=[{"name": '""'}])
    next: Way

    def enter(self, walk: Walk) -> None:
        values = {name: walk.attempt(f"values.{name}", source) for name, source in self.values.items()}
        hidden = {name for name, source in self.values.items() if walk.tells_secret(source, values[name])}
        walk.note("flow.set", {"values": {name: HIDDEN if name in hidden else values[name] for name in values}})
        walk.remember(values, hidden)
        walk.goto(self.next)
