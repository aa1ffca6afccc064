"""Variables by expressions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.base import Expression, Node, Variable, Walk, Way


class Set(Node):
    group = "decide"
    icon = "form"
    summary = ("values",)

    type: Literal["set"]
    values: dict[Variable, Expression] = Field(min_length=1, max_length=100, examples=[{"name": '""'}])
    next: Way

    def enter(self, walk: Walk) -> None:
        values = {name: walk.attempt(f"values.{name}", source) for name, source in self.values.items()}
        hidden = {name for name, source in self.values.items() if walk.tells_secret(source, values[name])}
        walk.remember(values, hidden)
        walk.goto(self.next)
