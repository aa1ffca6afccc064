"""ARI's events as call events. Unknown types and fields are passed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from hujiao.calls.contracts import (
    AnyCallEvent,
    CallArrived,
    CallPlaced,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegHeld,
    LegRinging,
    MessageRecorded,
    PlaybackFinished,
    TransferAsked,
    is_outside,
    told_to,
)
from hujiao.calls.numbers import names_nobody


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


class _Wanted(msgspec.Struct, frozen=True):
    destination: str = ""
    protocol_id: str = ""  # the Call-ID that Replaces names


class _ReferTo(msgspec.Struct):
    requested_destination: _Wanted = _Wanted()
    destination_channel: _Channel | None = None


class _ReferredBy(msgspec.Struct):
    source_channel: _Channel | None = None


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
    refer_to: _ReferTo | None = None
    referred_by: _ReferredBy | None = None
    state: str = ""  # of a transfer that has been answered


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
    "Dial",
)

_decode: Any = msgspec.json.Decoder(AriEvent).decode

# How legs that we make ourselves enter Stasis, and how snoops do.
LONGEST_TEXT = 80
PEER, SNOOP, WATCH, INBOUND, FROM_AGENT, DIALLED = "peer", "snoop", "watch", "inbound", "agent", "dialled"
DIVERTED_FROM = "HUJIAO_DIVERTED_FROM"  # ari.conf lets each event bring this variable of its channel

# Asterisk's presentations, and values of the Privacy header (RFC 3323, 3325), of numbers that are not to be shown.
_WITHHELD_PRESENTATIONS = ("prohib", "unavailable")
_WITHHELD = frozenset(("id", "user", "header", "full"))
_NOBODYS_HOST = "anonymous.invalid"


def parse(text: str) -> AriEvent:
    event: AriEvent = _decode(text)
    return event


def text(said: str) -> str:
    """Returns what a caller says of itself, without characters that steer a terminal, a page or a file."""
    return "".join(character for character in said if character.isprintable())[:LONGEST_TEXT]


def type_of(event: str) -> str:
    """An event's type, for the log: what else is in it may be a number or a key that a caller pressed."""
    found = re.search(r'"type": ?"(\w+)"', event)
    return found[1] if found else "?"


def channel_of(event: str) -> str:
    """The id of an event's channel, for the log."""
    found = re.search(r'"channel": ?\{ ?"id": ?"([A-Za-z0-9_.-]{1,80})"', event)
    return found[1] if found else "?"


def arrival(
    leg_id: str, caller: str, name: str, arguments: Sequence[str], at: datetime, diverted_from: str = ""
) -> CallArrived:
    """A caller whom the dialplan sent us with these arguments."""
    called, trunk, presentation, privacy, host = (*arguments, "", "", "", "", "")[:5]
    return CallArrived(
        leg_id=leg_id,
        at=at,
        caller=text(caller),
        name=text(name),
        called=called,
        trunk=trunk,
        diverted_from=text(diverted_from),
        withheld=names_nobody(caller)
        or presentation.startswith(_WITHHELD_PRESENTATIONS)
        or not _WITHHELD.isdisjoint(re.findall("[a-z]+", privacy))
        or host == _NOBODYS_HOST,
    )


def call_event(event: AriEvent, at: datetime) -> AnyCallEvent | None:
    """The call event that this is, if it is one."""
    channel, playback, recording = event.channel, event.playback, event.recording
    match event.type:
        case "StasisStart" if channel and event.args[:1] == [INBOUND]:
            caller = channel.caller or _Party()
            diverted_from = channel.channelvars.get(DIVERTED_FROM, "")
            return arrival(channel.id, caller.number, caller.name, event.args[1:], at, diverted_from)
        case "StasisStart" if channel and event.args[:1] == [FROM_AGENT]:
            _, number, sip_user = (*event.args, "", "")[:3]
            return CallPlaced(leg_id=channel.id, at=at, sip_user=sip_user, number=number)
        case "StasisStart" if channel and event.args[:1] == [PEER]:
            return LegAnswered(leg_id=channel.id, at=at)
        case "ChannelStateChange" if channel and channel.state == "Ringing":
            return LegRinging(leg_id=channel.id, at=at)
        case "ChannelHold" | "ChannelUnhold" if channel:
            return LegHeld(leg_id=channel.id, at=at, on=event.type == "ChannelHold")
        # Who is called outside is in Stasis before the number rings.
        case "ChannelStateChange" if channel and channel.state == "Up" and is_outside(channel.id):
            return LegAnswered(leg_id=channel.id, at=at)
        case "ChannelTransfer" if not event.state:
            return _transfer(event, at)
        case "ChannelDtmfReceived" if channel:
            return KeyPressed(leg_id=channel.id, at=at, key=event.digit)
        # A leg that was in Stasis ends for us with StasisEnd; one that never was (not answered) with its destruction.
        case "ChannelDestroyed" | "StasisEnd" if channel:
            return LegEnded(leg_id=channel.id, at=at, cause=event.cause or 16)
        case "PlaybackFinished" if playback:
            to_all = playback.target_uri.startswith("bridge:")
            leg = told_to(playback.id) if to_all else playback.target_uri.removeprefix("channel:")
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


def _transfer(event: AriEvent, at: datetime) -> TransferAsked | None:
    """A REFER. One that would replace a dialog which is none here names nobody."""
    source = event.referred_by.source_channel if event.referred_by else None
    if source is None or event.refer_to is None:
        return None
    wanted, other = event.refer_to.requested_destination, event.refer_to.destination_channel
    number = "" if wanted.protocol_id else text(wanted.destination)
    return TransferAsked(leg_id=source.id, at=at, number=number, other_leg=other.id if other else "")
