"""Agents: states, what changes them, and what follows from a change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from hujiao.calls.failures import CallFailure

State = Literal["logged_out", "available", "reserved", "engaged", "wrap_up", "not_ready"]

# Reasons that the platform sets itself; tenants' own reason codes are rows of `reason_code`.
NO_ANSWER = "no_answer"
UNREACHABLE = "unreachable"
CONNECTION_LOST = "connection_lost"
REJECTED = "rejected"
NO_SOUND = "no_sound"  # the phone and we have no sound that both understand: encryption, or codecs

AT_NUMBER = "number"  # the phone of who works at an outside number

# Of a desk phone's sound: never, as it likes, or no call without.
PhoneEncryption = Literal["off", "optional", "required"]

# What an agent takes: callers, outbound work, or both with callers first.
WorkKind = Literal["inbound", "outbound", "blended"]
DecidedBy = Literal["rule", "supervisor"]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """The work that somebody gave an agent. A supervisor's is a pin: no rule moves the agent until `until_at`, or
    until the agent signs out where there is none. `why` has the figures at the time."""

    kind: WorkKind
    by: DecidedBy
    since: datetime
    until_at: datetime | None = None
    rule_id: UUID | None = None
    account_id: UUID | None = None
    why: dict[str, Any] = {}


class OutboundTally(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often and how many seconds the agent was given outbound work on the tenant's `day` (an ordinal)."""

    day: int = 0
    starts: int = 0
    seconds: float = 0.0

    def on(self, day: int) -> OutboundTally:
        return self if self.day == day else OutboundTally(day)


class GiveWork(msgspec.Struct, frozen=True, kw_only=True):
    """Work from now on; None takes back what was given. `why` and `by` say so in the ledger."""

    work: Assignment | None
    by: DecidedBy
    day: int
    why: dict[str, Any] = {}


MediumName = Literal["voice", "video", "web_call", "chat", "email", "fax", "sms"]


class HeldItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item beside the conversation at the phone, from its offer to the end of its wrap-up."""

    interaction_id: UUID
    medium: MediumName
    since: datetime


# What of an agent a supervisor adjusts while work goes on; `subject` and `level` of each:
AdjustmentKind = Literal[
    "skill",  # a skill's id: its level, 0 takes it away
    "rank",  # a queue's id: who is asked first in it, above 0 before the others, below 0 after them
    "queue",  # a queue's id: 1 serves it whatever it asks for, 0 does not serve it
    "project",  # a project's id: the same of all its queues, where nothing is said of the queue itself
    "medium",  # a medium: so many items of it at once, 0 takes none
    "act",  # an `Act`: 1 may, 0 may not
]

# What an agent may do by the role, or not, and a supervisor can change.
Act = Literal["dial_out", "transfer_outside", "record", "forward_outside"]
ACTS: tuple[Act, ...] = ("dial_out", "transfer_outside", "record", "forward_outside")


class Adjustment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a supervisor has set of an agent, in place of what is usual; `before` is what held until then.

    It ends at `until_at`; without one, when the agent signs in to work the next time, or `for_good` by hand alone.
    What is not for good lies above what is, of the same subject.
    """

    id: UUID
    kind: AdjustmentKind = "skill"
    subject: str
    level: int
    before: int | None = None
    given_by: UUID
    given_at: datetime
    until_at: datetime | None = None
    for_good: bool = False
    reason: str = ""


class BreakRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A break (小休): it waits for a place; then it has one and begins when nothing is in hand; then it lasts.

    `granted_by` is the supervisor who granted it whatever the limit; None of a granted one: there was a place.
    """

    reason: str
    asked_at: datetime
    granted_at: datetime | None = None
    granted_by: UUID | None = None
    began_at: datetime | None = None


class BreakRefused(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the agent's last request; kept until the next one. `by` None: no place was free."""

    reason: str
    at: datetime
    by: UUID | None = None
    word: str = ""


class ForwardedCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last call to the agent in person that went elsewhere, until the next one: whose, why and where to."""

    at: datetime
    caller: str
    why: str
    to: str
    name: str


# What the agent's call was: their own, somebody asked beside a customer, a customer sent to a number, a call-back.
FailedAct = Literal["call", "consult", "transfer", "call_back"]


class CallFailed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody answered whom the agent called: what the call was, of whom, and why.

    `comes_back`: the customer waits for this agent now.
    """

    interaction_id: UUID
    act: FailedAct
    failure: CallFailure
    number: str = ""
    colleague: UUID | None = None
    comes_back: bool = False


class FailedCall(CallFailed, frozen=True, kw_only=True):
    """The agent's last one, until the next."""

    at: datetime


class AgentState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One agent now. `idle_since` orders agents by longest idle; `next_*` is what was asked for during a call.

    Since signing in to work: `handled` interactions, and `busy_seconds` with them, the present one not counted.
    `unreachable_since`: no call can reach the agent's phone, whatever state the agent has chosen.
    `work` None: what the tenant's rules say for the agent; `next_work` is given when the interaction at hand is over.
    """

    agent_id: UUID
    state: State = "logged_out"
    since: datetime
    reason: str | None = None
    phone_kind: str = "browser"
    phone_number: str = ""  # the outside number where the agent works
    seat_id: UUID | None = None
    interaction_id: UUID | None = None
    idle_since: datetime | None = None
    wrap_up_until: datetime | None = None
    next_state: Literal["available", "not_ready", "logged_out"] = "available"
    next_reason: str | None = None
    signed_in_at: datetime | None = None
    handled: int = 0
    busy_since: datetime | None = None
    busy_seconds: float = 0.0
    adjustments: tuple[Adjustment, ...] = ()
    items: tuple[HeldItem, ...] = ()
    unreachable_since: datetime | None = None
    work: Assignment | None = None
    next_work: GiveWork | None = None
    tally: OutboundTally = OutboundTally()
    break_request: BreakRequest | None = None
    break_refused: BreakRefused | None = None
    bell_since: datetime | None = None  # the night bell rings at the agent's desktop
    forwarded: ForwardedCall | None = None
    failed_call: FailedCall | None = None

    def busy_share(self, now: datetime) -> float:
        """The share of the signed-in time spent with interactions, 0 to 1."""
        present = (now - self.signed_in_at).total_seconds() if self.signed_in_at else 0.0
        return self.busy_seconds / present if present > 0 else 0.0


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    phone_kind: str
    phone_number: str = ""
    seat_id: UUID | None = None


class SignOut(msgspec.Struct, frozen=True):
    pass


class SetAvailable(msgspec.Struct, frozen=True):
    pass


class SetNotReady(msgspec.Struct, frozen=True):
    reason: str | None = None


class PhoneSeen(msgspec.Struct, frozen=True):
    """Whether the agent's phone is registered and answers."""

    reachable: bool


class Reserved(msgspec.Struct, frozen=True):
    """An interaction is being offered."""

    interaction_id: UUID


class Supervises(msgspec.Struct, frozen=True):
    """Another agent's conversation is to be heard at this agent's phone; nothing is offered meanwhile."""

    interaction_id: UUID


class OwnCall(msgspec.Struct, frozen=True):
    """The agent calls somebody; nothing is offered meanwhile."""

    interaction_id: UUID


class Engaged(msgspec.Struct, frozen=True):
    """In a conversation. `own` False: in somebody else's, which does not count as handled."""

    own: bool = True


class OfferEnded(msgspec.Struct, frozen=True):
    """The offer came to nothing. `reason` is the agent's fault (not_ready follows) or None (back to available)."""

    reason: str | None = None


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """The conversation is over; `lost` when the agent's phone vanished, `refused` when they left a call-back before its
    customer was there."""

    wrap_up_seconds: int
    lost: bool = False
    refused: bool = False


class WrapUpCompleted(msgspec.Struct, frozen=True):
    pass


class WrapUpExtended(msgspec.Struct, frozen=True):
    """The agent has asked for more time to write up."""

    until: datetime


class TakeItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a medium that leaves the phone alone is the agent's from here on."""

    interaction_id: UUID
    medium: MediumName


class LeaveItem(msgspec.Struct, frozen=True):
    interaction_id: UUID


class Adjust(msgspec.Struct, frozen=True):
    """What was set before of the same kind and subject is replaced."""

    given: tuple[Adjustment, ...]


class EndAdjustments(msgspec.Struct, frozen=True):
    ids: frozenset[UUID]
    by: UUID


class AdjustmentsDue(msgspec.Struct, frozen=True):
    """The time of some adjustment may have come."""


class AskBreak(msgspec.Struct, frozen=True):
    """The agent asks for a break, and waits for a place."""

    reason: str


class GrantBreak(msgspec.Struct, frozen=True, kw_only=True):
    """The break that was asked for, or one for this `reason` that nobody has asked for. `by` None: a place is free."""

    by: UUID | None = None
    reason: str | None = None


class RefuseBreak(msgspec.Struct, frozen=True, kw_only=True):
    """What has not begun yet will not. `by` None: no place is free."""

    by: UUID | None = None
    word: str = ""


class EndBreak(msgspec.Struct, frozen=True, kw_only=True):
    """The agent takes work again, or withdraws the request; `by` is the supervisor who ends the break."""

    by: UUID | None = None


class RingBell(msgspec.Struct, frozen=True):
    """The night bell begins to ring at the agent's desktop, or stops."""

    on: bool


class CallForwarded(msgspec.Struct, frozen=True, kw_only=True):
    """A call to the agent in person went elsewhere."""

    caller: str
    why: str
    to: str
    name: str


AgentEvent = (
    SignIn
    | SignOut
    | SetAvailable
    | SetNotReady
    | PhoneSeen
    | Reserved
    | Supervises
    | OwnCall
    | Engaged
    | OfferEnded
    | Released
    | WrapUpCompleted
    | WrapUpExtended
    | TakeItem
    | LeaveItem
    | Adjust
    | EndAdjustments
    | AdjustmentsDue
    | GiveWork
    | AskBreak
    | GrantBreak
    | RefuseBreak
    | EndBreak
    | RingBell
    | CallForwarded
    | CallFailed
)


class Impossible(Exception):
    """The agent cannot do this in this state. `code` is stable; `field` is what of the command is wrong."""

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
