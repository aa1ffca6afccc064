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
    is_outside,
)


class _Party(msgspec.Struct):
    number: str = ""
    name: str = ""


class _Channel(msgspec.Struct):
    id: str
    state: str = ""
    caller: _Party | None = None  # null when Asterisk has no JSON for it
    channelvars: dict[str, str] = {}


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
    soft: bool = False  # the cause of a hang-up request is Asterisk's own figure, not Q.850


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
PEER, SNOOP, INBOUND, FROM_AGENT, DIALLED = "peer", "snoop", "inbound", "agent", "dialled"
DIVERTED_FROM = "HUJIAO_DIVERTED_FROM"  # ari.conf lets each event bring this variable of its channel


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
                diverted_from=channel.channelvars.get(DIVERTED_FROM, ""),
            )
        case "StasisStart" if channel and event.args[:1] == [PEER]:
            return LegAnswered(leg_id=channel.id, at=at)
        case "ChannelStateChange" if channel and channel.state == "Ringing":
            return LegRinging(leg_id=channel.id, at=at)
        case "ChannelHold" | "ChannelUnhold" if channel:
            return LegHeld(leg_id=channel.id, at=at, on=event.type == "ChannelHold")
        # Who is called outside is in Stasis before the number rings.
        case "ChannelStateChange" if channel and channel.state == "Up" and is_outside(channel.id):
            return LegAnswered(leg_id=channel.id, at=at)
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
