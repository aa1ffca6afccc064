"""Which way by whether business hours are open now. Without a way of their own, a holiday and an emergency (closed by
hand) go on as closed."""

from __future__ import annotations

from typing import Annotated, Literal

from hujiao.flows.events import AtNode
from hujiao.flows.nodes.base import HoursId, Node, Walk, Way
from hujiao.hours.contracts import Phase
from hujiao.kit.events import meant


class FlowHours(AtNode, tag="flow.hours"):
    """The step asked whether business hours are open."""

    hours: Annotated[str, meant("the id of the business hours")]
    phase: Annotated[str, meant("what they are now", values=Phase)]


class Hours(Node):
    group = "decide"
    icon = "clock"
    summary = ("hours",)
    says = (FlowHours,)
    waits = False

    type: Literal["hours"]
    hours: HoursId
    open: Way
    closed: Way
    holiday: Way | None = None
    emergency: Way | None = None

    def enter(self, walk: Walk) -> None:
        phase = walk.caller.phase_of(self.hours)
        if phase is None:
            raise LookupError(f"no business hours {self.hours}")
        walk.note("flow.hours", {"hours": self.hours, "phase": phase})
        ways = {"open": self.open, "holiday": self.holiday, "emergency": self.emergency}
        walk.goto(ways.get(phase) or self.closed)
