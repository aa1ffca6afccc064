"""The way of the first condition that holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.nodes.base import Expression, Node, Strict, Walk, Way


class Case(Strict):
    when: Expression = Field(min_length=1)
    next: Way


class Branch(Node):
    group = "decide"
    icon = "branches"
    waits = False

    type: Literal["branch"]
    cases: list[Case] = Field(min_length=1, max_length=100, examples=[[{"when": "true", "next": ""}]])
    otherwise: Way

    def enter(self, walk: Walk) -> None:
        for at, case in enumerate(self.cases):
            if walk.attempt(f"cases.{at}.when", case.when) is True:
                walk.goto(case.next)
                return
        walk.goto(self.otherwise)
