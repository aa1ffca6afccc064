"""What the switch has, read after a connection was lost or a shard was taken over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from hujiao.asterisk import channels as switch_channels
from hujiao.asterisk.client import AriSocket
from hujiao.asterisk.decode import DIVERTED_FROM, INBOUND, UNREAD_TYPES, arrival
from hujiao.calls.contracts import CallArrived
from hujiao.kit.clock import utc_now

# Where the node sends callers whose runtime is gone: they hear its announcement and are nobody's any more.
FALLBACK = "fallback"


class SwitchState(msgspec.Struct):
    """`legs` are the ids of all live channels, `up` of the answered ones, which can be commanded.

    `arrived` are callers in Stasis who were not answered yet. Of the messages asked for, `recording` go on and
    `recorded` have a file. The switch runs since `since`. `unreadable` are channels of which it can tell nothing: they
    count as gone, and have to be hung up.
    """

    since: datetime
    legs: frozenset[str]
    up: frozenset[str]
    arrived: list[CallArrived]
    own: frozenset[str]
    bridges: frozenset[str]
    recording: frozenset[str]
    recorded: frozenset[str]
    unreadable: frozenset[str] = frozenset()


async def choose_events(socket: AriSocket) -> None:
    """Keep away what nobody reads. A list of what is allowed would keep the answers to our commands away too."""
    unread = {"disallowed": [{"type": name} for name in UNREAD_TYPES]}
    answer = await socket.request("PUT", f"applications/{socket.application}/eventFilter", unread)
    if not answer.ok:
        raise ConnectionError(f"Asterisk answered {answer.status} to the choice of events")


async def read(socket: AriSocket, known: Iterable[str], messages: Iterable[str]) -> SwitchState:
    """Read channels, what this application is subscribed to and what became of these messages.

    The `known` legs and the application's own are found even if the switch cannot describe some other channel.

    `ConnectionError` when Asterisk does not answer.
    """
    info = await _get(socket, "asterisk/info?only=status")
    application = await _get(socket, f"applications/{socket.application}")
    own = frozenset(application.get("channel_ids", ()))
    channels, unreadable = await switch_channels.read(lambda resource: _ask(socket, resource), own.union(known))
    arrived = []
    for channel in sorted(channels, key=lambda item: item.get("creationtime", "")):
        dialplan = channel.get("dialplan", {})
        # Who is up was answered by us: a caller nobody knows any more has been served, and only the hang-up was lost.
        if channel["id"] in own and dialplan.get("app_name") == "Stasis" and channel.get("state") != "Up":
            arguments = dialplan.get("app_data", "").split(",")
            if arguments[1:2] == [INBOUND]:
                caller = channel.get("caller") or {}
                number, name = caller.get("number", ""), caller.get("name", "")
                diverted_from = channel.get("channelvars", {}).get(DIVERTED_FROM, "")
                arrived.append(arrival(channel["id"], number, name, arguments[2:], utc_now(), diverted_from))
    recording, recorded = set(), set()
    for name in messages:
        if await _exists(socket, f"recordings/live/{name}"):
            recording.add(name)
        elif await _exists(socket, f"recordings/stored/{name}"):
            recorded.add(name)
    return SwitchState(
        since=datetime.fromisoformat(info["status"]["startup_time"]),
        legs=frozenset(channel["id"] for channel in channels if channel.get("dialplan", {}).get("context") != FALLBACK),
        up=frozenset(
            channel["id"]
            for channel in channels
            if channel.get("state") == "Up" and channel.get("dialplan", {}).get("app_name") == "Stasis"
        ),
        arrived=arrived,
        own=own,
        bridges=frozenset(application.get("bridge_ids", ())),
        recording=frozenset(recording),
        recorded=frozenset(recorded),
        unreadable=frozenset(unreadable),
    )


async def _ask(socket: AriSocket, resource: str) -> tuple[int, Any]:
    answer = await socket.request("GET", resource)
    return answer.status, answer.json() if answer.ok else None


async def _get(socket: AriSocket, resource: str) -> Any:
    answer = await socket.request("GET", resource)
    if not answer.ok:
        raise ConnectionError(f"Asterisk answered {answer.status} to {resource}")
    return answer.json()


async def _exists(socket: AriSocket, resource: str) -> bool:
    answer = await socket.request("GET", resource)
    if not answer.ok and answer.status != 404:
        raise ConnectionError(f"Asterisk answered {answer.status} to {resource}")
    return answer.ok
