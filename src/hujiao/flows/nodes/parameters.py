"""What this flow takes from a flow that calls it, with what holds when it is not given; nothing: it must be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.base import Expression, Node, Variable, Walk, Way


class Parameters(Node):
    group = "decide"
    icon = "form"
    summary = ("values",)

    type: Literal["parameters"]
    values: dict[Variable, Expression] = Field(min_length=1, max_length=50, examples=[{"name": ""}])
    next: Way

    def enter(self, walk: Walk) -> None:
        there = {**walk.run.variables, **walk.run.secrets}
        absent = {name: source for name, source in self.values.items() if name not in there}
        usual = {name: walk.attempt(f"values.{name}", source) if source else None for name, source in absent.items()}
        walk.remember(usual, {name for name, source in absent.items() if walk.tells_secret(source, usual[name])})
        walk.goto(self.next)
