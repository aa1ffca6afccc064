"""Another published flow as a step of this one: it gets parameters, and its results become variables here.

It sees none of the caller's variables but these, and its own stay its own. `parameters` and `results` are its steps
that say what it takes and gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from hujiao.flows.contracts import HIDDEN
from hujiao.flows.events import AtNode
from hujiao.flows.nodes.base import Expression, Flaw, FlowId, Known, Node, Variable, Walk, Way
from hujiao.interactions.folding import Folding
from hujiao.kit.events import meant


class FlowCalled(AtNode, tag="flow.called"):
    """The caller goes through another flow, as a step of this one."""

    flow_id: UUID
    version: Annotated[int, meant("its version")]
    values: Annotated[dict[str, Any], meant("its parameters; secret ones are masked")]


class FlowReturned(AtNode, tag="flow.returned"):
    """The called flow has ended, and the caller is back at the step that called it."""

    flow_id: UUID
    values: Annotated[dict[str, Any], meant("the variables that its results became; secret ones are masked")]

    def fold(self, facts: Folding) -> None:
        facts.remember_all(self.values)


class SubFlow(Node):
    group = "decide"
    icon = "flow"
    summary = ("flow",)
    says = (FlowCalled, FlowReturned)

    type: Literal["sub_flow"]
    flow: FlowId
    parameters: dict[str, Expression] = Field(default={}, max_length=50)
    results: dict[str, Variable] = Field(default={}, max_length=50)
    next: Way
    on_failure: Way | None = None

    def flaws(self, known: Known) -> Iterator[Flaw]:
        called = known.flows.get(self.flow)
        if called is None:
            return
        given = {name for name, source in self.parameters.items() if source}
        for name in sorted(called.required - given):
            yield Flaw(f"parameters.{name}", "flow.parameter_missing", {"name": name})
        for name in sorted(self.parameters.keys() - called.parameters):
            yield Flaw(f"parameters.{name}", "flow.parameter_unknown", {"name": name})
        for name in sorted(self.results.keys() - called.results):
            yield Flaw(f"results.{name}", "flow.result_unknown", {"name": name})

    def enter(self, walk: Walk) -> None:
        tried = {name: walk.attempt(f"parameters.{name}", source) for name, source in self.parameters.items() if source}
        given = {name: value for name, value in tried.items() if value is not None}  # else what is usual holds
        hidden = {name for name in given if walk.tells_secret(self.parameters[name], given[name])}
        walk.call(self.flow, given, hidden, self.on_failure)

    def returned(self, walk: Walk, values: dict[str, Any], hidden: Collection[str]) -> None:
        kept = {variable: values[name] for name, variable in self.results.items() if variable and name in values}
        secret = {variable for name, variable in self.results.items() if name in hidden}
        shown = {variable: HIDDEN if variable in secret else value for variable, value in kept.items()}
        walk.note("flow.returned", {"flow_id": self.flow, "values": shown})
        walk.remember(kept, secret)
        walk.goto(self.next)
