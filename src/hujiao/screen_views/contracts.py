"""Screen views: what may be viewed, why views end, how many there may be, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

EndReason = Literal[
    "left",  # the supervisor closed the page
    "agent_signed_out",  # of work
    "switched_off",  # by the tenant
    "not_allowed",  # the right or the reach was taken away
    "rule_changed",  # between announced and silent: the supervisor's page opens another view
    "session_ended",  # the supervisor's
    "time_over",
    "server_stopped",
]

OF_ACCOUNT, OF_AGENT, OF_TENANT = 4, 10, 100  # views at the same time, over all processes
OPENED_AT_ONCE, OPENED_EACH_SECONDS = 30, 2.0  # by an account: then one each so many seconds

LONGEST = timedelta(minutes=30)
KEPT = timedelta(days=365)
LOST = timedelta(seconds=60)  # a view that has not been seen for so long ended with its process


@dataclass(frozen=True, slots=True)
class Permission:
    """What the tenant allows who may view an agent's screen."""

    announced: bool
    whole_screen: bool
