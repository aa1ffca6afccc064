"""Screen views: why they end, and for how long they last unless they are asked on."""

from __future__ import annotations

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

LONGEST = timedelta(minutes=30)
KEPT = timedelta(days=365)
