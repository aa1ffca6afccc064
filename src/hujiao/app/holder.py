"""Asking the runtime that holds a shard, also while the shard changes hands."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from hujiao.kit.bus import Bus
from hujiao.kit.errors import NobodyThere, Unavailable

# So long may a shard be between two runtimes before its users are told.
CHANGE_SECONDS = 3.0


async def ask(bus: Bus, subject: str, message: dict[str, Any]) -> dict[str, Any]:
    """The holder's answer, which may be a refusal; while the shard changes hands, the next holder's.

    `Unavailable` when there is none; the refusal `not_here` when it does not serve the tenant.
    """
    until = time.monotonic() + CHANGE_SECONDS
    while True:
        late = time.monotonic() > until
        try:
            answer: dict[str, Any] = await bus.request(subject, message)
        except NobodyThere:
            if late:
                raise Unavailable("error.runtime_away", code="runtime_away") from None
        except Unavailable:
            raise Unavailable("error.runtime_away", code="runtime_away") from None
        else:
            if late or (answer.get("error") or {}).get("code") != "not_here":
                return answer
        await asyncio.sleep(0.2)
