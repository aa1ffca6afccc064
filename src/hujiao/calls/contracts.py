"""Calls: what reaches us from the switch, and what we ask of it. The switch is Asterisk, but nothing here says so.

A leg is our record of one channel; `leg_id` is the channel's id. Times are UTC. Every event and effect is plain data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class CallEvent(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Something that a leg did."""

    leg_id: str
    at: datetime


class CallArrived(CallEvent, frozen=True):
    """A caller reached one of our access numbers; the leg is not answered yet.

    `diverted_from` is the number that passed the call on to ours, if the carrier says so. `withheld`: the number is not
    to be shown, if there is one; `sealed` is it then, for the platform's operator alone.
    """

    caller: str
    called: str
    name: str = ""
    trunk: str = ""
    diverted_from: str = ""
    withheld: bool = False
    sealed: str = ""


class CallPlaced(CallEvent, frozen=True):
    """The phone of this SIP user calls a number; the leg is not answered yet."""

    sip_user: str
    number: str


class LegRinging(CallEvent, frozen=True):
    pass


class LegAnswered(CallEvent, frozen=True):
    pass


class LegEnded(CallEvent, frozen=True):
    """`cause` is Q.850; `gone` says that nobody hung up: the leg is missing, or was sent elsewhere.

    `switch_lost` says that it went with the switch that held it.
    """

    cause: int = 16
    gone: bool = False
    switch_lost: bool = False


class LegHeld(CallEvent, frozen=True):
    """Its phone holds the call, by a key of its own: `on` False takes it back."""

    on: bool


class TransferAsked(CallEvent, frozen=True):
    """Its phone sends the call on: to `number`, or to whom the same phone talks with by `other_leg`."""

    number: str = ""
    other_leg: str = ""


class KeyPressed(CallEvent, frozen=True):
    key: str


class PlaybackFinished(CallEvent, frozen=True):
    playback_id: str
    failed: bool = False


class MessageRecorded(CallEvent, frozen=True):
    """A recorded message (not a call recording) is complete. `hung_up` says that its leg is ending."""

    name: str
    failed: bool = False
    hung_up: bool = False


class EffectFailed(CallEvent, frozen=True):
    """An effect could not be performed; `unknown` when it may have been, before a crash."""

    effect_id: str
    effect: str
    reason: str
    unknown: bool = False


AnyCallEvent = (
    CallArrived
    | CallPlaced
    | LegRinging
    | LegAnswered
    | LegEnded
    | LegHeld
    | TransferAsked
    | KeyPressed
    | PlaybackFinished
    | MessageRecorded
    | EffectFailed
)


class Effect(msgspec.Struct, tag=True, kw_only=True, omit_defaults=True):
    """A command to the switch. `attempted` is set before it goes out and `not_after` ends its use after a crash.

    `effect_id` counts the commands of one interaction.
    """

    effect_id: str = ""
    attempted: bool = False
    not_after: datetime | None = None


class AnswerLeg(Effect):
    leg_id: str


class Play(Effect):
    """Play prompts (content addresses, `sha256`) one after another as one playback."""

    leg_id: str
    playback_id: str
    prompts: list[str]


class StopPlayback(Effect):
    leg_id: str
    playback_id: str


class PlayToAll(Effect):
    """Play prompts to everybody in a bridge. `playback_id` is from `for_all`, its end is told as `leg_id`'s."""

    bridge_id: str
    leg_id: str
    playback_id: str
    prompts: list[str]


class SoundTones(Effect):
    """Let everybody in a bridge hear so many short tones."""

    bridge_id: str
    count: int


class StartMusic(Effect):
    """`again`: it may play already, and is not known to have been stopped."""

    leg_id: str
    music: str = "default"
    again: bool = False


class StopMusic(Effect):
    leg_id: str


class Ring(Effect):
    """Let the caller hear ringing; on an answered leg it is a tone that goes on until `StopRing`."""

    leg_id: str


class StopRing(Effect):
    leg_id: str


class CallAgent(Effect):
    """Create and dial a leg to an agent's phone. Never repeated once attempted. No `caller`: it is withheld."""

    leg_id: str
    sip_user: str
    caller: str
    caller_name: str
    timeout_seconds: int
    interaction_id: UUID
    automatic_answer: bool = False


class CallNumber(Effect):
    """Create and dial a leg to an outside number over a trunk. Never repeated once attempted.

    `heard_by` is a leg that hears the carrier from the start, before anybody answers, as a member of `bridge_id`.
    """

    leg_id: str
    number: str
    caller: str
    timeout_seconds: int
    heard_by: str = ""
    bridge_id: str = ""
    trunk: str = ""
    max_channels: int = 0  # of the trunk, both ways together; 0: as many as it takes
    codecs: tuple[str, ...] = ()  # that are offered, in this order


class Bridge(Effect):
    """These legs hear each other, as members of this bridge. With `keys_kept` their keys reach nobody there."""

    bridge_id: str
    legs: list[str]
    keys_kept: bool = False


class LeaveBridge(Effect):
    bridge_id: str
    leg_id: str


class EndBridge(Effect):
    bridge_id: str


class MuteLeg(Effect):
    """`direction` in: nobody hears this leg."""

    leg_id: str
    on: bool
    direction: Literal["in", "out", "both"] = "in"


class SendKeys(Effect):
    """Let whoever is at this leg hear these keys pressed (DTMF)."""

    leg_id: str
    keys: str


class Watch(Effect):
    """`leg_id` hears all that `watched` says and hears, and is heard by `watched` alone; both by way of `bridge_id`."""

    watch_id: str
    leg_id: str
    watched: str
    bridge_id: str


class EndWatch(Effect):
    watch_id: str


class StartRecording(Effect):
    """Record the leg's two directions: `in` what it says, `out` what it hears."""

    leg_id: str
    recording_id: UUID


class StopRecording(Effect):
    leg_id: str
    recording_id: UUID


class PauseRecording(Effect):
    """Record nothing until it is taken back; may be said again."""

    leg_id: str
    recording_id: UUID
    on: bool


class RecordMessage(Effect):
    """A tone, then record what the leg says until it presses the key, is silent that long (0: any time) or the end."""

    leg_id: str
    name: str
    max_seconds: int
    silence_seconds: int
    terminator: str = "#"


class StopMessage(Effect):
    leg_id: str
    name: str


class Refuse(Effect):
    """End an unanswered call with early media where there is a prompt, then the cause."""

    leg_id: str
    cause: int
    prompts: list[str] = []


class HangUp(Effect):
    leg_id: str
    cause: int = 16


class TellTransfer(Effect):
    """Tell the phone that sent its call on whether that is `done`, or refused."""

    leg_id: str
    done: bool


class EndIfSilent(Effect):
    """End a leg whose phone does not answer any more, once no sound has come from it for so long either."""

    leg_id: str
    seconds: float = 4.0


AnyEffect = (
    AnswerLeg
    | Play
    | PlayToAll
    | SoundTones
    | StopPlayback
    | StartMusic
    | StopMusic
    | Ring
    | StopRing
    | CallAgent
    | CallNumber
    | Bridge
    | LeaveBridge
    | EndBridge
    | MuteLeg
    | SendKeys
    | Watch
    | EndWatch
    | StartRecording
    | StopRecording
    | PauseRecording
    | RecordMessage
    | StopMessage
    | Refuse
    | HangUp
    | TellTransfer
    | EndIfSilent
)

_AGENT_LEG, _OUTSIDE_LEG, _CONFERENCE = "agent-", "out-", "conf-"
_ALL = "~"
WATCH = "watch-"  # what carries a conversation to a supervisor, no leg of anybody


def agent_leg(agent_id: UUID, new_id: UUID) -> str:
    """A leg to an agent's phone; its id tells the phone."""
    return f"{_AGENT_LEG}{agent_id.hex[-6:]}-{new_id}"


def phone_of(leg_id: str) -> str | None:
    """The same for all legs to one agent's phone; None for other legs."""
    return leg_id.removeprefix(_AGENT_LEG).partition("-")[0] if leg_id.startswith(_AGENT_LEG) else None


def outside_leg(new_id: UUID) -> str:
    """A leg to an outside number."""
    return f"{_OUTSIDE_LEG}{new_id}"


def conference_bridge(conference_id: UUID) -> str:
    """The bridge of a conference, which has legs of several interactions."""
    return f"{_CONFERENCE}{conference_id}"


def conference_of(bridge_id: str) -> UUID:
    return UUID(bridge_id.removeprefix(_CONFERENCE))


def for_all(leg_id: str, name: str) -> str:
    """The id of a playback that everybody in a bridge hears, and whose end is told as this leg's."""
    return f"{leg_id}{_ALL}{name}"


def told_to(playback_id: str) -> str:
    """The leg whose the end of such a playback is."""
    return playback_id.partition(_ALL)[0]


def is_outside(leg_id: str) -> bool:
    return leg_id.startswith(_OUTSIDE_LEG)


TRUNK_FULL = "the trunk has as many calls as it may"  # why a CallNumber failed

# What a crash leaves open is decided by kind: an attempted one of these is never sent twice.
NEVER_REPEATED = (CallAgent, CallNumber)
