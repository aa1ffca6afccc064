"""What the switch has, read after a connection was lost or a shard was taken over."""

from __future__ import annotations

from typing import Any

import msgspec

from hujiao.asterisk.client import AriSocket
from hujiao.asterisk.decode import INBOUND, UNREAD_TYPES


class SwitchState(msgspec.Struct):
    """`legs` are the ids of all live channels; `arrived` are callers (leg, caller, name, called, trunk) in Stasis."""

    legs: frozenset[str]
    arrived: list[tuple[str, str, str, str, str]]
    own: frozenset[str]
    bridges: frozenset[str]


async def choose_events(socket: AriSocket) -> None:
    """Keep away what nobody reads. A list of what is allowed would keep the answers to our commands away too."""
    unread = {"disallowed": [{"type": name} for name in UNREAD_TYPES]}
    answer = await socket.request("PUT", f"applications/{socket.application}/eventFilter", unread)
    if not answer.ok:
        raise ConnectionError(f"Asterisk answered {answer.status} to the choice of events")


async def read(socket: AriSocket) -> SwitchState:
    """Read channels and what this application is subscribed to. `ConnectionError` when Asterisk does not answer."""
    application = await _get(socket, f"applications/{socket.application}")
    channels = await _get(socket, "channels")
    own = frozenset(application.get("channel_ids", ()))
    arrived = []
    for channel in sorted(channels, key=lambda item: item.get("creationtime", "")):
        dialplan = channel.get("dialplan", {})
        if channel["id"] in own and dialplan.get("app_name") == "Stasis":
            arguments = dialplan.get("app_data", "").split(",")
            if arguments[1:2] == [INBOUND]:
                called, trunk = (*arguments[2:], "", "")[:2]
                caller = channel.get("caller", {})
                arrived.append((channel["id"], caller.get("number", ""), caller.get("name", ""), called, trunk))
    return SwitchState(
        legs=frozenset(channel["id"] for channel in channels),
        arrived=arrived,
        own=own,
        bridges=frozenset(application.get("bridge_ids", ())),
    )


async def _get(socket: AriSocket, resource: str) -> Any:
    answer = await socket.request("GET", resource)
    if not answer.ok:
        raise ConnectionError(f"Asterisk answered {answer.status} to {resource}")
    return answer.json()
