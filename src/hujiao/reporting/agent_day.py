"""An agent's own figures of a day, folded from the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from hujiao.interactions.facts import LedgerEntry

STATE = "agent.state"
KINDS = (
    STATE, "offer.made", "offer.accepted", "offer.missed", "agent.disconnected", "colleague.disconnected",
    "wrap_up.completed", "break.began", "break.ended",
)  # fmt: skip


class MissedOffer(BaseModel):
    """`reason` is why it came to nothing, `caller` whose it was; "" if the number is withheld."""

    interaction_id: UUID
    at: datetime
    reason: str
    caller: str = ""


class Today(BaseModel):
    """`answered` and `missed` are offers of this day; times in states run up to now. Calls among colleagues are
    `internal`, and count in nothing else; `outbound` is the talk of calls out and call-backs, which counts in
    `talk_seconds`, too. `busy` is how often the agent became not ready otherwise than by signing in or for a break.
    """

    offered: int = 0
    answered: int = 0
    missed: int = 0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    signed_in_seconds: float = 0.0
    not_ready_seconds: float = 0.0
    available_seconds: float = 0.0
    aht_seconds: float | None = None
    busy: int = 0
    breaks: int = 0
    break_seconds: float = 0.0
    outbound: int = 0
    outbound_seconds: float = 0.0
    internal: int = 0
    internal_seconds: float = 0.0
    last_missed: MissedOffer | None = None


def day_of(now: datetime, time_zone: str) -> tuple[datetime, datetime]:
    """The day in the tenant's zone that holds this moment: its first moment and the next day's."""
    zone = ZoneInfo(time_zone)
    first = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    after = (first + timedelta(days=1)).replace(hour=0)
    return first, after


def fold(before: str, start: datetime, events: Iterable[LedgerEntry], now: datetime) -> Today:
    """`before` is the agent's state when the day began."""
    today = Today()
    state, since, handled = before, start, 0
    became_busy: datetime | None = None
    rests_since: datetime | None = None
    for event in events:
        data = event.data
        match event.kind:
            case "agent.state":
                _spent(today, state, (event.at - since).total_seconds())
                new = str(data.get("state"))
                if new == "not_ready" and state not in ("not_ready", "logged_out"):
                    became_busy = event.at
                    today.busy += 1
                state, since = new, event.at
            case "break.began":
                rests_since = event.at
                today.breaks += 1
                today.busy -= became_busy == event.at  # it was for the break
            case "break.ended":
                today.break_seconds += (event.at - (rests_since or start)).total_seconds()
                rests_since = None
            case "offer.made":
                today.offered += 1
            case "offer.accepted":
                today.answered += 1
            case "offer.missed":
                today.missed += 1
                if event.interaction_id:
                    today.last_missed = MissedOffer(
                        interaction_id=event.interaction_id, at=event.at, reason=str(data.get("reason"))
                    )
            case "colleague.disconnected":
                _internal(today, data)
            case "agent.disconnected" if data.get("internal"):
                _internal(today, data)
            case "agent.disconnected":
                handled += 1
                if data.get("outbound"):
                    today.outbound += 1
                    today.outbound_seconds += float(data.get("talk_seconds", 0.0))
                today.talk_seconds += float(data.get("talk_seconds", 0.0))
                today.hold_seconds += float(data.get("hold_seconds", 0.0))
            case "wrap_up.completed":
                today.wrap_up_seconds += float(data.get("wrap_up_seconds", 0.0))
            case _:
                pass
    _spent(today, state, max(0.0, (now - since).total_seconds()))
    if rests_since:
        today.break_seconds += max(0.0, (now - rests_since).total_seconds())
    if handled:
        today.aht_seconds = (today.talk_seconds + today.hold_seconds + today.wrap_up_seconds) / handled
    return today


def _internal(today: Today, data: dict[str, Any]) -> None:
    today.internal += 1
    today.internal_seconds += float(data.get("talk_seconds", 0.0))


def _spent(today: Today, state: str, seconds: float) -> None:
    if state != "logged_out":
        today.signed_in_seconds += seconds
    if state == "not_ready":
        today.not_ready_seconds += seconds
    elif state == "available":
        today.available_seconds += seconds
