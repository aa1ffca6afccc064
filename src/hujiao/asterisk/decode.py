"""ARI's events as call events. Unknown types and fields are passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from hujiao.calls.contracts import (
    AnyCallEvent,
    CallArrived,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegHeld,
    LegRinging,
    MessageRecorded,
    PlaybackFinished,
)


class _Party(msgspec.Struct):
    number: str = ""
    name: str = ""


class _Channel(msgspec.Struct):
    id: str
    state: str = ""
    caller: _Party | None = None  # null when Asterisk has no JSON for it


class _Playback(msgspec.Struct):
    id: str
    target_uri: str = ""
    state: str = ""


class _Recording(msgspec.Struct):
    name: str
    target_uri: str = ""


class AriEvent(msgspec.Struct):
    """The fields that we read of any event."""

    type: str
    application: str = ""
    channel: _Channel | None = None
    playback: _Playback | None = None
    recording: _Recording | None = None
    args: list[str] = []
    digit: str = ""
    cause: int = 0


# Frequent events that nobody here reads.
UNREAD_TYPES = (
    "ChannelVarset",
    "ChannelDialplan",
    "ChannelCallerId",
    "ChannelConnectedLine",
    "ChannelCreated",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "BridgeCreated",
    "BridgeDestroyed",
    "ContactStatusChange",
    "EndpointStateChange",
    "PeerStatusChange",
    "PlaybackStarted",
    "PlaybackContinuing",
    "RecordingStarted",
    "Dial",
)

_decode: Any = msgspec.json.Decoder(AriEvent).decode

# How legs that we make ourselves enter Stasis, and how snoops do.
LONGEST_TEXT = 80
PEER, SNOOP, INBOUND, FROM_AGENT = "peer", "snoop", "inbound", "agent"


def parse(text: str) -> AriEvent:
    event: AriEvent = _decode(text)
    return event


def text(said: str) -> str:
    """Returns what a caller says of itself, without characters that steer a terminal, a page or a file."""
    return "".join(character for character in said if character.isprintable())[:LONGEST_TEXT]


def call_event(event: AriEvent, at: datetime) -> AnyCallEvent | None:
    """The call event that this is, if it is one."""
    channel, playback, recording = event.channel, event.playback, event.recording
    match event.type:
        case "StasisStart" if channel and event.args[:1] == [INBOUND]:
            called, trunk = (*event.args[1:], "", "")[:2]
            caller = channel.caller or _Party()
            return CallArrived(
                leg_id=channel.id,
                at=at,
                caller=text(caller.number),
                name=text(caller.name),
                called=called,
                trunk=trunk,
            )
        case "StasisStart" if channel and event.args[:1] == [PEER]:
            return LegAnswered(leg_id=channel.id, at=at)
        case "ChannelStateChange" if channel and channel.state == "Ringing":
            return LegRinging(leg_id=channel.id, at=at)
        case "ChannelHold" | "ChannelUnhold" if channel:
            return LegHeld(leg_id=channel.id, at=at, on=event.type == "ChannelHold")
        case "ChannelDtmfReceived" if channel:
            return KeyPressed(leg_id=channel.id, at=at, key=event.digit)
        # A leg that was in Stasis ends for us with StasisEnd; one that never was (not answered) with its destruction.
        case "ChannelDestroyed" | "StasisEnd" if channel:
            return LegEnded(leg_id=channel.id, at=at, cause=event.cause or 16)
        case "PlaybackFinished" if playback:
            leg = playback.target_uri.removeprefix("channel:")
            return PlaybackFinished(leg_id=leg, at=at, playback_id=playback.id, failed=playback.state == "failed")
        case "RecordingFinished" | "RecordingFailed" if recording:
            return MessageRecorded(
                leg_id=recording.target_uri.removeprefix("channel:"),
                at=at,
                name=recording.name,
                failed=event.type == "RecordingFailed",
            )
        case _:
            return None
