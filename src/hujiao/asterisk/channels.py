"""What the switch says of its channels, also when it cannot say it of all of them.

A text that is not UTF-8 has no JSON. If it is the channel's own, Asterisk answers 500 to the whole list with that
channel in it; if it is one of its place in the dialplan, the channel comes without that place. Each of the others can
still be asked for by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

# Asks for a resource: HTTP's status, and the JSON that came with it.
Get = Callable[[str], Awaitable[tuple[int, Any]]]

INDESCRIBABLE = 500


class Channels(NamedTuple):
    readable: list[dict[str, Any]]
    unreadable: set[str]


async def read(get: Get, wanted: Iterable[str]) -> Channels:
    """Returns the channels of the switch, those that are `wanted` at least; of these also the unreadable ones.

    Raises `ConnectionError` when Asterisk does not answer.
    """
    ids = sorted(set(wanted))
    status, listed = await get("channels")
    if status == INDESCRIBABLE:
        answers = await asyncio.gather(*(get(f"channels/{channel}") for channel in ids))
        status = next((status for status, _ in answers if status not in (200, 404, INDESCRIBABLE)), 200)
        # One that cannot be described is there: Asterisk answers 200, and nothing.
        listed = [found or {"id": name} for name, (status, found) in zip(ids, answers, strict=True) if status != 404]
    if status != 200:
        raise ConnectionError(f"Asterisk answered {status} to the question for its channels")
    readable = [channel for channel in listed if channel.get("dialplan") and channel.get("caller")]
    unreadable = {channel["id"] for channel in listed} - {channel["id"] for channel in readable}
    return Channels(readable, unreadable.intersection(ids))
