"""The end of this flow, with what it gives to the flow that called it; one that nobody called ends the call."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.base import Expression, Node, Variable, Walk


class Results(Node):
    group = "decide"
    icon = "rollback"
    summary = ("values",)

    type: Literal["results"]
    values: dict[Variable, Expression] = Field(default={}, max_length=50)

    def enter(self, walk: Walk) -> None:
        values = {name: walk.attempt(f"values.{name}", source) for name, source in self.values.items()}
        hidden = {name for name, source in self.values.items() if walk.tells_secret(source, values[name])}
        walk.give_back(values, hidden)
