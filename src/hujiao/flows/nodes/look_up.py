"""Ask a data source; its results become variables, with `prefix` before their names.

Without a way of their own, *not found* and *failure* go on as usual, with the source's defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from hujiao.data_sources.contracts import Outcome, Plain
from hujiao.flows.contracts import HIDDEN, AskSource, Looked
from hujiao.flows.events import AtNode
from hujiao.flows.nodes.base import Expression, Flaw, Known, Node, SourceId, Walk, Way
from hujiao.interactions.folding import Folding
from hujiao.kit.events import meant


class FlowLookedUp(AtNode, tag="flow.looked_up"):
    """A data source was asked."""

    source: Annotated[str, meant("its name or id")]
    outcome: Annotated[str, meant("what came of it", values=Outcome)]
    seconds: Annotated[float, meant("how long it took", unit="s")]
    cached: Annotated[bool, meant("the answer was known already")]
    values: Annotated[dict[str, Plain], meant("the variables; secret ones are masked")]
    problem: Annotated[str, meant("what went wrong, if anything did")] = ""

    def fold(self, facts: Folding) -> None:
        facts.remember_all(self.values)


class LookUp(Node):
    group = "decide"
    icon = "database"
    summary = ("source",)
    says = (FlowLookedUp,)
    waits = False

    type: Literal["look_up"]
    source: SourceId
    parameters: dict[str, Expression] = Field(default={}, max_length=50)
    prefix: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,31})?$")
    next: Way
    on_not_found: Way | None = None
    on_failure: Way | None = None

    def flaws(self, known: Known) -> Iterator[Flaw]:
        asked = known.sources.get(self.source)
        if asked is None:
            return
        for name in sorted(asked - self.parameters.keys()):
            yield Flaw(f"parameters.{name}", "flow.source_parameter_missing", {"name": name})
        for name in sorted(self.parameters.keys() - asked):
            yield Flaw(f"parameters.{name}", "flow.source_parameter_unknown", {"name": name})

    def enter(self, walk: Walk) -> None:
        serial = walk.count("looking_up")
        parameters = {
            name: _plain(walk.attempt(f"parameters.{name}", source)) for name, source in self.parameters.items()
        }
        walk.effect(AskSource(serial=serial, source=self.source, parameters=parameters))

    def looked_up(self, walk: Walk, found: Looked) -> None:
        values = {self.prefix + name: value for name, value in found.values.items()}
        hidden = {name for name, value in values.items() if value != walk.masked(value)}
        shown = {name: HIDDEN if name in hidden else value for name, value in values.items()}
        data: dict[str, Any] = {"source": self.source, "outcome": found.outcome}
        data |= {"seconds": found.seconds, "cached": found.cached, "values": shown}
        problem = walk.masked(found.problem)
        walk.note("flow.looked_up", {**data, "problem": problem} if problem else data)
        walk.remember(values, hidden)
        ways = {"ok": self.next, "not_found": self.on_not_found}
        walk.goto(ways.get(found.outcome, self.on_failure) or self.next)


def _plain(value: Any) -> Plain:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
