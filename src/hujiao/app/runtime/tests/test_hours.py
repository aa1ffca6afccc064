"""Business hours in the engine: flows that ask for them, and callers who wait when they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.app.runtime.tests.company import FLOW, START, Company, config
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument
from hujiao.hours.contracts import Schedule, Span, Switch

HOURS = UUID(int=61)
NODES = {
    "ask": {"type": "hours", "hours": str(HOURS), "open": "wait", "closed": "bye", "emergency": "sorry"},
    "wait": {"type": "queue", "queue": "bills"},
    "sorry": {"type": "play", "prompts": ["rate"], "next": "bye"},
    "bye": {"type": "hang_up"},
}


def schedule(**more: Any) -> Schedule:
    """Open from nine to five in UTC, every day; the company's clock begins at nine."""
    return Schedule(id=HOURS, zone="UTC", weekly=((Span(9 * 60, 17 * 60),),) * 7, **more)


def asking(plan: Schedule) -> Company:
    document = FlowDocument.model_validate({"version": 1, "start": "ask", "nodes": NODES})
    return Company(replace(config(), flows={(FLOW, 1): document}, hours={HOURS: plan}))


@pytest.mark.parametrize(
    ("plan", "at", "state", "phase"),
    [
        (schedule(), START, "queued", "open"),
        (schedule(), START - timedelta(minutes=1), "ended", "closed"),
        (schedule(switch=Switch(open=False)), START, "flow", "emergency"),
        (schedule(switch=Switch(open=False, until=START)), START, "queued", "open"),
    ],
)
def test_a_flow_goes_by_the_hours(plan: Schedule, at: datetime, state: str, phase: str) -> None:
    company = asking(plan)
    company.now = at
    company.call("c1")
    assert company.state("c1") == state
    assert company.last("flow.hours") == {"node": "ask", "hours": str(HOURS), "phase": phase}


def test_hours_that_were_removed_leave_no_caller_in_silence() -> None:
    company = asking(schedule())
    company.engine.config = replace(company.engine.config, hours={})
    company.call("c1")
    played = [effect for effect in company.sent if isinstance(effect, calls.Play)]
    assert played[-1].prompts == ["sha-system_failure"]
