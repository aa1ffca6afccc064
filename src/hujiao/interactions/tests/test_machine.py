"""The machine of an interaction, step by step; its life with flows and agents is tested in `app/runtime`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hujiao.calls import contracts as calls
from hujiao.interactions import machine
from hujiao.interactions.contracts import (
    CancelTimer,
    ContinueFlow,
    InteractionState,
    Party,
    SetTimer,
    TimerDue,
    TransferOut,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BUSY = calls.LegEnded(leg_id="out", at=NOW, cause=17)


def in_flow() -> InteractionState:
    return InteractionState(
        id=UUID(int=1),
        tenant_id=UUID(int=2),
        caller="13800000001",
        called="95001",
        caller_name="",
        access_number_id=UUID(int=3),
        project_id=UUID(int=4),
        business_id=UUID(int=5),
        flow_id=UUID(int=6),
        flow_version=1,
        language="zh-CN",
        started_at=NOW,
        since=NOW,
        parties=(Party(role="customer", leg_id="c1", state="in", since=NOW, called_at=NOW),),
        answered=True,
    )


@pytest.mark.parametrize(
    ("event", "on_failure", "kinds"),
    [
        (calls.LegAnswered(leg_id="out", at=NOW), None, [calls.StopRing, calls.Bridge]),
        (BUSY, "sorry", [calls.StopRing, calls.LeaveBridge, calls.EndBridge]),
        (BUSY, None, [calls.EndBridge, calls.HangUp]),
    ],
)
def test_ringing_stops_before_the_caller_hears_anything_else(
    event: Any, on_failure: str | None, kinds: list[type]
) -> None:
    transfer = TransferOut(number="100", leg_id="out", timeout_seconds=20, on_failure=on_failure)
    state, effects = machine.step(in_flow(), transfer, NOW)
    assert calls.Ring(leg_id="c1") in effects
    _, effects = machine.step(state, event, NOW)
    sent = [type(effect) for effect in effects if isinstance(effect, calls.AnyEffect)]
    assert sent == kinds


def test_a_transfer_that_the_switch_never_ends_fails_by_itself() -> None:
    transfer = TransferOut(number="100", leg_id="out", timeout_seconds=20, on_failure="sorry")
    state, effects = machine.step(in_flow(), transfer, NOW)
    timer = next(effect for effect in effects if isinstance(effect, SetTimer))
    assert timer.due_at > NOW + timedelta(seconds=20)
    late, effects = machine.step(state, TimerDue(timer.name), timer.due_at)
    assert calls.HangUp(leg_id="out") in effects
    assert ContinueFlow("sorry") in effects
    assert late.state == "flow"
    answered, effects = machine.step(state, calls.LegAnswered(leg_id="out", at=NOW), NOW)
    assert CancelTimer(timer.name) in effects
    assert machine.step(answered, TimerDue(timer.name), timer.due_at) == (answered, [])
