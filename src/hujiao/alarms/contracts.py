"""How long something may last: which thresholds hold for whom, and the alarms that follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

# What an agent does, as a supervisor sees it: finer than the state by which calls are given out.
Activity = Literal[
    "logged_out", "idle", "chatting", "ringing", "talking", "outbound", "three_way", "held", "supervising", "wrap_up",
    "not_ready", "break",
]  # fmt: skip
# What can last too long: an agent's activity, or a caller's wait.
Watched = Literal[
    "idle", "chatting", "ringing", "talking", "outbound", "three_way", "held", "supervising", "wrap_up", "not_ready",
    "break", "waiting",
]  # fmt: skip
WAITING: Watched = "waiting"
Level = Literal["amber", "red"]


class Bounds(msgspec.Struct, frozen=True):
    """After how many seconds each level begins; None: never."""

    amber: int | None = None
    red: int | None = None


# What holds where a company says nothing.
USUAL: dict[str, Bounds] = {
    "ringing": Bounds(10, 20),
    "talking": Bounds(300, 600),
    "outbound": Bounds(300, 600),
    "three_way": Bounds(300, 600),
    "held": Bounds(60, 120),
    "wrap_up": Bounds(60, 120),
    "not_ready": Bounds(600, 1200),
    "break": Bounds(600, 1200),
    "waiting": Bounds(20, 60),
}

# State; the agent group, or the queue of `waiting`; the reason for not being ready.
Key = tuple[str, UUID | None, str | None]


class Thresholds(msgspec.Struct, frozen=True):
    """A tenant's own bounds, and the usual ones for what they do not say.

    A rule for the reason goes before one without; among these a group's before the company's. Of several groups of an
    agent the shortest time counts.
    """

    rules: dict[Key, Bounds] = {}

    def of_agent(self, activity: str, groups: Iterable[UUID] = (), reason: str | None = None) -> Bounds:
        found = sorted(groups)
        for why in (reason, None) if reason else (None,):
            own = [bounds for group in found if (bounds := self.rules.get((activity, group, why)))]
            if own:
                return Bounds(_shortest(one.amber for one in own), _shortest(one.red for one in own))
            if (company := self.rules.get((activity, None, why))) is not None:
                return company
        return USUAL.get(activity, Bounds())

    def of_queue(self, queue_id: UUID) -> Bounds:
        return self.rules.get((WAITING, queue_id, None)) or self.rules.get((WAITING, None, None)) or USUAL[WAITING]


def _shortest(seconds: Iterable[int | None]) -> int | None:
    return min((one for one in seconds if one is not None), default=None)


class Episode(msgspec.Struct, frozen=True):
    """A stretch of one state: whose (an agent's, or a waiting interaction's), which, and since when."""

    subject_id: UUID
    state: str
    since: datetime


class Exceeded(msgspec.Struct, frozen=True, kw_only=True):
    """An episode that has passed the bound of a level. Of an agent, or of a caller in a queue."""

    episode: Episode
    level: Level
    after_seconds: int
    agent_id: UUID | None = None
    interaction_id: UUID | None = None
    queue_id: UUID | None = None
    reason_code_id: str | None = None
