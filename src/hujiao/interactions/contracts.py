"""Interactions: the state of one engagement, the events that move it, and what it asks of others.

What the switch must do are effects of `calls`; what agents, queues and flows must do are the effects below.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from hujiao.agents.forwarding import ForwardWhy, Hop, Trail
from hujiao.queues.contracts import RecordingRule

# `scheduled`: a call-back between two tries; `calling`: the customer of a call-back is being called.
State = Literal[
    "flow", "queued", "scheduled", "calling", "dialling", "offered", "connected", "parked", "transferred", "conference",
    "wrap_up", "ended",
]  # fmt: skip

Direction = Literal["inbound", "callback", "outbound", "internal"]

ByRule = Literal["no", "yes", "paused"]  # how a conversation is recorded by rule
# `calling`: their phone is being called; `held`: they hear music; `waiting`: they do, not let into the conference yet;
# `lost`: their phone is gone, and will be called when it is there again.
PartyState = Literal["calling", "in", "held", "waiting", "lost"]
Role = Literal["customer", "agent", "outside", "supervisor"]
# What a supervisor does in a conversation: hears it, speaks to the agent alone, speaks to all, takes it over.
SupervisionMode = Literal["listen", "coach", "barge", "intercept"]
RecordingAct = Literal["start", "pause", "resume"]
MAIN, BESIDE = "main", "beside"  # rooms
MOST_PARTIES = 20

# When a guest comes into a conference: at once, as soon as a host is there, when somebody lets them in.
Admission = Literal["at_once", "with_host", "by_host"]
# What is done with one of a conference: let in or taken back, held out with music, unheard, heard again, removed.
ConferenceAct = Literal["admit", "hold", "mute", "unmute", "remove"]
# What a host's keys ask for.
HostWish = Literal["admit_next", "hold_last", "take_back", "mute_guests", "unmute_guests", "end"]
ConferenceBy = Literal["host", "self", "supervisor", "system"]
ConferenceLeft = Literal["left", "hung_up", "removed", "refused", "ended", "host_left", "unreached", "system"]

CallBackFirst = Literal["agent", "customer"]

TransferTarget = Literal["agent", "queue", "flow", "supervisor", "number"]
Origin = Literal["desktop", "phone"]  # where the agent did it

EndReason = Literal[
    "completed",
    "abandoned_in_flow",
    "abandoned_in_queue",
    "abandoned_ringing",
    "refused_unknown_number",
    "refused_full",
    "suspended",
    "flow_error",
    "flow_ended",
    "no_agent",
    "callback_requested",
    "callback_failed",
    "callback_expired",
    "callback_cancelled",
    "not_reached",
    "given_up",
    "system_failure",
    "switch_lost",
    "visitor_silent",
    "abandoned_parked",
    "not_picked_up",
]


class Pause(msgspec.Struct, frozen=True, omit_defaults=True):
    began: datetime
    ended: datetime | None = None


class Recording(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of the conversation. In its `pauses` nothing is recorded; the last one may still go on."""

    id: UUID
    started_at: datetime
    pauses: tuple[Pause, ...] = ()

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].ended is None


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the flow records of the caller alone (留言)."""

    recording_id: UUID
    since: datetime
    max_seconds: int
    silence_seconds: int


class CallBackTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How somebody is to be called back (回拨). `first` is who is called first when an agent is free.

    The customer is called `most_tries` times at most, `retry_seconds` apart.
    """

    first: CallBackFirst = "agent"
    ring_seconds: int = 30
    most_tries: int = 3
    retry_seconds: int = 300
    expires_seconds: int = 28_800


class CallBack(CallBackTerms, frozen=True, kw_only=True):
    """A customer who is to be called back. `tries` were made; `origin` is the interaction that asked for it."""

    expires_at: datetime
    origin: UUID | None = None
    tries: int = 0


class Prompts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Prompts (content addresses) played one after another as one playback."""

    playback_id: str
    prompts: list[str]


class SummaryNeed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an agent has to write of a contact."""

    disposition: bool = False
    note: bool = False

    def without(self, given: WrapUp) -> SummaryNeed:
        return SummaryNeed(
            disposition=self.disposition and given.disposition_id is None, note=self.note and not given.note
        )

    @property
    def lacks(self) -> list[str]:
        """The fields that are missing, by name."""
        needed = (("disposition_id", self.disposition), ("note", self.note))
        return [name for name, missing in needed if missing]


class CallTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is done with a conversation."""

    music: str
    wrap_up_seconds: int
    recording: RecordingRule
    summary: SummaryNeed = SummaryNeed()


class OwnTerms(CallTerms, frozen=True, kw_only=True):
    """Of a call that came by no queue; `queue_id` is whose rules these are."""

    queue_id: UUID | None = None


class QueueTerms(CallTerms, frozen=True, kw_only=True):
    """How somebody waits in a queue, and what is done with the conversation that comes of it.

    `max_wait_seconds` leads to the flow's node `on_timeout`, `keys` lead out of the queue to a node; `after` is the
    node for the customer when the agent has gone. They come to nobody who is `left_out`: by whose rules they are here.
    """

    queue_id: UUID
    announce_every_seconds: int
    announce_first_seconds: int = 0
    needs: dict[UUID, int] = {}
    left_out: frozenset[UUID] = frozenset()
    max_wait_seconds: int | None = None
    on_timeout: str | None = None
    after: str | None = None
    keys: dict[str, str] = {}


class EnterQueue(QueueTerms, frozen=True, kw_only=True):
    """The customer is sent to a queue. `place` is since when they count as waiting there, if not from now on."""

    service_level_seconds: int = 20
    short_abandon_seconds: int = 5
    priority: int = 0
    variables: dict[str, Any] = {}
    place: datetime | None = None


class QueuePlace(QueueTerms, frozen=True, kw_only=True):
    """Where the customer waits, is served from, or waited last. `queued_at` orders the queue and is kept when an offer
    fails; `entered_at` is when they really came. `sought` agents are waited for until then."""

    queued_at: datetime
    entered_at: datetime
    wait_until: datetime | None = None
    sought: tuple[UUID, ...] = ()
    sought_until: datetime | None = None

    def waits_since(self, *, on_the_line: bool) -> datetime:
        """When the wait in this queue began; of a call-back, when its customer first came."""
        return self.entered_at if on_the_line else self.queued_at


class SecondCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The call by which an agent's phone asks somebody beside; `held`: the phone's hold key is pressed in it."""

    leg_id: str
    held: bool = False


class Away(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The phone of a called colleague or of a supervisor was lost; they are waited for `until` then. `held`: to hear
    music when they are back. `recorded`: by rule, as the conversation is again then; `recording_id` is for that."""

    since: datetime
    until: datetime
    held: bool = False
    recorded: ByRule = "no"
    recording_id: UUID | None = None


class Party(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody on the line, in a `room` with others; `joined_at` says since when they talk.

    `muted`: the host lets nobody hear them; `self_muted`: they do so themselves. `held_at_phone`: the hold key of their
    own phone is pressed. `rang_at`: when the phone began to ring. `second` is another call of that phone, by which they
    talk beside. `mode` is a supervisor's. `note`: for them, by the agent who asks them. `forwards`: if they do not
    come, the rules of theirs that may lead the call elsewhere. `losses`: how often their phone has been lost, one
    quickly after the other.
    """

    role: Role
    leg_id: str
    state: PartyState
    since: datetime
    called_at: datetime
    room: str = MAIN
    agent_id: UUID | None = None
    number: str = ""
    joined_at: datetime | None = None
    rang_at: datetime | None = None
    muted: bool = False
    self_muted: bool = False
    held_at_phone: bool = False
    mode: SupervisionMode | None = None
    second: SecondCall | None = None
    note: str = ""
    forwards: tuple[ForwardWhy, ...] = ()
    away: Away | None = None
    losses: int = 0

    @property
    def legs(self) -> tuple[str, ...]:
        """Those of a lost phone are gone."""
        if self.state == "lost":
            return ()
        return (self.leg_id, self.second.leg_id) if self.second else (self.leg_id,)

    @property
    def talks_by(self) -> str:
        """The leg by which they are in their room."""
        return self.second.leg_id if self.second and self.room == BESIDE else self.leg_id

    @property
    def silent(self) -> bool:
        """Whether nobody hears them, whoever wished it."""
        return self.muted or self.self_muted

    @property
    def unheard(self) -> bool:
        """Whether only a supervisor's ear is there, or a voice for the agent alone: not in the conversation itself."""
        return self.mode in ("listen", "coach")


class Passed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Once that somebody sent the caller on to `target`, an id or a number; `from_agent` had the call, or it waited."""

    at: datetime
    to: TransferTarget
    target: str
    name: str
    from_agent: UUID | None
    from_name: str
    by_agent: UUID | None
    note: str = ""


class Written(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent's result and note of a contact that goes on with somebody else, as they stand."""

    at: datetime
    agent_id: UUID
    disposition_name: str = ""
    note: str = ""


class ConferenceTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a caller takes part in the conference of this `room`, which is the tenant's.

    `numbers` are called to it. The `on_` are nodes of the flow, None: the call ends.
    """

    room: str
    host: bool = False
    admission: Admission = "at_once"
    muted: bool = False
    most_parties: int = MOST_PARTIES
    ends_with_host: bool = True
    tones: bool = True
    music: str = "default"
    numbers: tuple[str, ...] = ()
    ring_seconds: int = 30
    on_ended: str | None = None
    on_left: str | None = None
    on_full: str | None = None
    on_refused: str | None = None


class WhyOffered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why routing chose: `reason` is the criterion that decided, among how many, over whom.

    `chosen` says whether an agent was chosen for the interaction or the interaction for an agent; `ring` counts from 0,
    -1 is an agent who was waited for; `values` are the chosen one's by criterion.
    """

    chosen: str
    reason: str
    among: int
    ring: int
    values: dict[str, float]
    over: UUID | None


class OfferTo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Routing chose this agent."""

    agent_id: UUID
    sip_user: str
    leg_id: str
    recording_id: UUID
    no_answer_seconds: int
    automatic_answer: bool
    why: WhyOffered
    greeting: list[str] = []
    customer_leg: str = ""
    forwards: tuple[ForwardWhy, ...] = ()  # to an agent in person, who has rules for who does not come


class Dial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent calls a number, which sees `caller`; or a `colleague` (an agent's id), whose phone shows `caller_name`
    too. Of `origin` phone, their leg is that of the phone's own call. The colleague was reached by `trail`; `forwards`
    are the rules of theirs that may lead elsewhere if they do not come."""

    agent_id: UUID
    sip_user: str
    agent_leg: str
    number: str
    customer_leg: str
    caller: str
    recording_id: UUID
    ring_seconds: int
    phone_seconds: int
    colleague: UUID | None = None
    colleague_user: str = ""
    caller_name: str = ""
    origin: Origin = "desktop"
    trail: Trail = Trail()
    forwards: tuple[ForwardWhy, ...] = ()


# ── journey ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class InFlow(msgspec.Struct, frozen=True, kw_only=True, tag="flow", omit_defaults=True):
    """A flow serves the customer. `message` is being recorded; `place` is kept of the queue left by choice."""

    message: Message | None = None
    place: datetime | None = None


class Queued(msgspec.Struct, frozen=True, kw_only=True, tag="queued", omit_defaults=True):
    announcement: Prompts | None = None


class Scheduled(msgspec.Struct, frozen=True, tag="scheduled", omit_defaults=True):
    """A call-back between two tries."""


class Offered(msgspec.Struct, frozen=True, kw_only=True, tag="offered", omit_defaults=True):
    offer: OfferTo
    announcement: Prompts | None = None


class Calling(msgspec.Struct, frozen=True, kw_only=True, tag="calling", omit_defaults=True):
    """The customer of a call-back is being called, for the agent of this offer."""

    offer: OfferTo


class Guidance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A flow is with customer and agent: all hear its `prompts`, and the customer's keys are the flow's alone."""

    flow_id: UUID
    since: datetime
    prompts: Prompts | None = None


class Dialling(msgspec.Struct, frozen=True, kw_only=True, tag="dialling", omit_defaults=True):
    """An agent's own call: their phone is called, then the number."""

    dial: Dial


class LineLost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The phone of the agent at hand was lost; the customer is kept for them `until` then. `held`: on hold already."""

    since: datetime
    until: datetime
    held: bool = False


class Connected(msgspec.Struct, frozen=True, kw_only=True, tag="connected", omit_defaults=True):
    """Customer and agent. `announcement` is the greeting, before they hear each other. `losses`: how often the
    agent's phone has been lost, one quickly after the other."""

    recording: Recording | None = None
    held_seconds: float = 0.0
    announcement: Prompts | None = None
    guidance: Guidance | None = None
    line_lost: LineLost | None = None
    losses: int = 0


class PickUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent picks up who is parked; `rings_back`: time is over, and the agent who had parked them is called."""

    agent_id: UUID
    sip_user: str
    leg_id: str
    recording_id: UUID
    ring_seconds: int
    rings_back: bool = False


class Parked(msgspec.Struct, frozen=True, kw_only=True, tag="parked", omit_defaults=True):
    """The customer is at a place for any agent to pick up, and `until` then, when they ring back at `by_agent`.

    `picking`: an agent's phone is being called.
    """

    place: int
    by_agent: UUID
    until: datetime
    picking: PickUp | None = None


class Outside(msgspec.Struct, frozen=True, kw_only=True, tag="transferred", omit_defaults=True):
    """The customer is with an outside number. When that fails: `back` to a queue, where `sought` agents are waited for
    first, else to the flow's node `on_failure`."""

    on_failure: str | None = None
    back: EnterQueue | None = None
    sought: tuple[UUID, ...] = ()


class InConference(msgspec.Struct, frozen=True, kw_only=True, tag="conference", omit_defaults=True):
    """The customer takes part in a conference, and the numbers called for them; `bridge` is that of all its calls.

    `alone`: nobody else is in. `star`: the first of two keys is pressed. `own_mute`: the caller wished to be unheard.
    """

    terms: ConferenceTerms
    bridge: str
    alone: bool = True
    star: bool = False
    own_mute: bool = False


class WrappingUp(msgspec.Struct, frozen=True, kw_only=True, tag="wrap_up", omit_defaults=True):
    """The customer has gone; agents still write up."""

    end_reason: EndReason


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended", omit_defaults=True):
    end_reason: EndReason


Journey = (
    InFlow
    | Queued
    | Scheduled
    | Offered
    | Calling
    | Dialling
    | Connected
    | Parked
    | Outside
    | InConference
    | WrappingUp
    | Ended
)


class InteractionState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One interaction now. `journey` is the customer's way since `since`; `queue` outlives the waiting in it;
    an agent's own call has `own_terms` instead.

    `agent_id` is who is offered, connected or was last; `wrap_ups` are the agents who still write up, since when, and
    `summaries` what each has still to give.
    `message_left` says that one has been recorded. A call-back has no customer among its `parties` until they are
    called; `promised` says that one was asked for here, `callback_offered` is the queue that has offered one.
    `forwarded` is how the last call to an agent in person went elsewhere.
    `waited_seconds` in queues before the present one. `caller` is the number as it came, "" if it is withheld,
    `caller_key` the form by which callers are compared.
    """

    id: UUID
    tenant_id: UUID
    caller: str
    called: str
    caller_key: str = ""
    caller_name: str = ""
    customer_id: UUID | None = None
    medium: str = "voice"
    direction: str = "inbound"
    access_number_id: UUID | None = None
    project_id: UUID | None = None
    business_id: UUID | None = None
    flow_id: UUID | None = None
    flow_version: int | None = None
    language: str = "zh-CN"
    started_at: datetime
    since: datetime
    journey: Journey = InFlow()
    queue: QueuePlace | None = None
    own_terms: OwnTerms | None = None
    parties: tuple[Party, ...] = ()
    answered: bool = False
    waited_seconds: float = 0.0
    overflowed_from: list[str] = []
    priority: int = 0
    grade: int = 0
    own_agent: UUID | None = None
    last_agent: UUID | None = None
    last_agent_at: datetime | None = None
    variables: dict[str, Any] = {}
    agent_id: UUID | None = None
    callback: CallBack | None = None
    promised: bool = False
    callback_offered: UUID | None = None
    message_left: bool = False
    caller_works: bool = False  # an agent who works by the keys of this call, and abandons nothing by hanging up
    wrap_ups: dict[UUID, datetime] = {}
    summaries: dict[UUID, SummaryNeed] = {}
    written: tuple[Written, ...] = ()
    transfers: tuple[Passed, ...] = ()
    forwarded: tuple[Hop, ...] = ()
    malicious: bool = False

    @property
    def state(self) -> State:
        return cast("State", self.journey.__struct_config__.tag)

    @property
    def terms(self) -> CallTerms | None:
        """The queue's, or those of a call that came by none."""
        return self.queue or self.own_terms

    @property
    def queue_id(self) -> UUID | None:
        return self.queue.queue_id if self.queue else None

    @property
    def announcement(self) -> Prompts | None:
        """What the customer hears instead of music or the agent."""
        return self.journey.announcement if isinstance(self.journey, Queued | Offered | Connected) else None

    @property
    def guidance(self) -> Guidance | None:
        return self.journey.guidance if isinstance(self.journey, Connected) else None

    @property
    def line_lost(self) -> LineLost | None:
        return self.journey.line_lost if isinstance(self.journey, Connected) else None

    @property
    def message(self) -> Message | None:
        return self.journey.message if isinstance(self.journey, InFlow) else None

    @property
    def conference(self) -> InConference | None:
        return self.journey if isinstance(self.journey, InConference) else None

    @property
    def recording(self) -> Recording | None:
        """Of the conversation, while it is recorded."""
        return self.journey.recording if isinstance(self.journey, Connected) else None

    def party(self, leg_id: str) -> Party | None:
        return next((party for party in self.parties if party.leg_id == leg_id), None)

    @property
    def customer(self) -> Party | None:
        return next((party for party in self.parties if party.role == "customer"), None)

    @property
    def customer_leg(self) -> str:
        """ "" while the customer of a call-back is not called."""
        customer = self.customer
        return customer.leg_id if customer else ""

    @property
    def internal(self) -> bool:
        """An agent calls a colleague, who has the customer's part in it."""
        return self.direction == "internal"

    @property
    def colleague(self) -> UUID | None:
        """The agent who is called in an internal call, kept for it from its beginning."""
        if isinstance(self.journey, Dialling):
            return self.journey.dial.colleague
        return self.customer.agent_id if self.customer else None

    @property
    def other(self) -> Party | None:
        """Whom the customer is offered to or talks with: the agent at hand or a number. Of a conference nobody is."""
        if self.conference:
            return None
        return next((party for party in self.parties if party.role in ("agent", "outside")), None)

    @property
    def agent_leg(self) -> str | None:
        return self.other.leg_id if self.other else None

    @property
    def connected_at(self) -> datetime | None:
        return self.other.joined_at if self.other else None

    @property
    def ring_started_at(self) -> datetime | None:
        return self.other.called_at if self.other and self.other.role == "agent" else None

    @property
    def consulted(self) -> Party | None:
        """Whom the agent at hand asks, or is about to ask, without the customer hearing it."""
        return next((party for party in self.parties if party.room == BESIDE and party != self.other), None)

    def supervisor(self, agent_id: UUID) -> Party | None:
        return next(
            (party for party in self.parties if party.role == "supervisor" and party.agent_id == agent_id), None
        )

    def bridge(self, room: str) -> str:
        return str(self.id) if room == MAIN else f"{self.id}.{room}"

    @property
    def place_only(self) -> bool:
        """A call-back whose customer has not been reached: nobody waits, only a place is kept."""
        return self.callback is not None and (not self.customer_leg or self.state == "calling")

    @property
    def held(self) -> bool:
        customer = self.customer
        return customer is not None and (customer.away.held if customer.away else customer.state == "held")


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Answer(msgspec.Struct, frozen=True):
    """Take the call, if it is not taken yet."""


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the caller; no `name`: as their phone says. `arriving`: who is in a queue already has waited for
    this to stand in its line."""

    customer_id: UUID | None = None
    name: str = ""
    grade: int
    own_agent: UUID | None
    last_agent: UUID | None
    last_agent_at: datetime | None
    arriving: bool = False


class LeaveByChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The waiting caller goes on in a flow; the place is kept in case they wait again."""

    node: str | None = None


class Overflow(msgspec.Struct, frozen=True, kw_only=True):
    """A queue's rule passes the waiting caller on; `enter` is the queue that it leads to, or the way back from a number
    that fails."""

    why: str
    to: str
    target: str
    enter: EnterQueue | None
    leg_id: str
    prompts: list[str] = []


class OfferCallBack(msgspec.Struct, frozen=True, kw_only=True):
    """A queue's rule offers the waiting caller a call-back; `impossible` says why this one cannot have it."""

    why: str
    terms: CallBackTerms
    prompts: tuple[str, ...]
    impossible: str | None


class Announce(msgspec.Struct, frozen=True, kw_only=True):
    """Play these prompts to a waiting caller; the music comes back after."""

    playback_id: str
    prompts: list[str]


class StopAnnouncing(msgspec.Struct, frozen=True):
    """Back to the music."""


class Hold(msgspec.Struct, frozen=True):
    pass


class Resume(msgspec.Struct, frozen=True):
    pass


class Mute(msgspec.Struct, frozen=True):
    """An agent lets nobody hear them: one who was asked or called, or None, the agent at hand."""

    on: bool
    agent_id: UUID | None = None


class AgentReturns(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's phone is there again, and is called as `leg_id`. `instead_of` is a leg that the phone does not know
    any more; `recording_id` is for a recording that begins when it answers."""

    agent_id: UUID
    sip_user: str
    leg_id: str
    recording_id: UUID
    caller: str
    caller_name: str
    instead_of: str = ""


class PhoneMoved(msgspec.Struct, frozen=True, kw_only=True):
    """An agent works at another phone than when this leg was planned: it is called as the leg `to`."""

    leg_id: str
    to: str


class ControlRecording(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody begins to record the conversation, pauses that or goes on. `reason` is theirs, for the ledger."""

    act: RecordingAct
    recording_id: UUID
    reason: str = ""
    by_agent: UUID | None = None
    by_account: UUID | None = None


class SendKeys(msgspec.Struct, frozen=True):
    """The agent at hand presses keys for whom they talk with."""

    keys: str


class Consult(msgspec.Struct, frozen=True, kw_only=True):
    """The agent at hand asks another agent, whose phone shows `caller`, or an outside `number`; `by_leg` if their phone
    has called for that."""

    leg_id: str
    ring_seconds: int
    agent_id: UUID | None = None
    sip_user: str = ""
    caller: str = ""
    caller_name: str = ""
    number: str = ""
    by_leg: str = ""
    note: str = ""
    trail: Trail = Trail()
    forwards: tuple[ForwardWhy, ...] = ()


class Swap(msgspec.Struct, frozen=True):
    """From the one whom the agent asks to the customer, or back."""


class EndConsultation(msgspec.Struct, frozen=True):
    pass


class Join(msgspec.Struct, frozen=True):
    """All in one room."""


class HandOver(msgspec.Struct, frozen=True):
    """The agent leaves the customer to whom they asked; `told_by` is the leg by which the phone asked for that."""

    told_by: str = ""


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """The agent leads the customer through a flow; `values` go along."""

    flow_id: UUID
    values: dict[str, Any] = {}


class EndGuidance(msgspec.Struct, frozen=True):
    """Customer and agent are alone again."""

    by: Literal["agent", "flow"]


class HangUpParty(msgspec.Struct, frozen=True):
    leg_id: str


class Supervise(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor comes to the conversation, or does something else in it. `caller` is shown on the phone."""

    mode: SupervisionMode
    agent_id: UUID
    sip_user: str
    leg_id: str
    ring_seconds: int = 30
    caller: str = ""
    caller_name: str = ""
    by_account: UUID | None = None


class EndSupervision(msgspec.Struct, frozen=True):
    agent_id: UUID


class Disconnect(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor ends the call for everybody (强拆)."""

    by_account: UUID | None = None
    by_agent: UUID | None = None


class HoldParty(msgspec.Struct, frozen=True):
    """A guest hears music, and nobody hears them; or comes back."""

    leg_id: str
    on: bool


class MuteParty(msgspec.Struct, frozen=True):
    """Nobody hears a guest, who hears everybody."""

    leg_id: str
    on: bool


class EnterConference(msgspec.Struct, frozen=True, kw_only=True):
    """The flow's caller comes to a conference; `legs` are those of the numbers to be called."""

    terms: ConferenceTerms
    bridge: str
    legs: tuple[str, ...] = ()


class ControlParty(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody does this with one of a conference. A supervisor is told when it is not possible."""

    leg_id: str
    act: ConferenceAct
    by: ConferenceBy
    by_account: UUID | None = None


class NobodyElseThere(msgspec.Struct, frozen=True):
    """Whether anybody but the one of this call is in the conference."""

    alone: bool


class SoundTones(msgspec.Struct, frozen=True):
    """Let everybody in the conference hear so many short tones."""

    count: int


class ConferenceOver(msgspec.Struct, frozen=True, kw_only=True):
    """The conference has ended for everybody."""

    why: ConferenceLeft
    by_account: UUID | None = None


class PhoneGone(msgspec.Struct, frozen=True):
    """The phone of an agent who has a part in it does not answer any more."""

    agent_id: UUID


class CustomerSilent(msgspec.Struct, frozen=True):
    """A customer who writes has said nothing for so long that nobody waits any more."""


class AgentAway(msgspec.Struct, frozen=True):
    """An agent who has it in hand beside the phone is there no more: the customer waits for another one."""

    agent_id: UUID


class AgentHangsUp(msgspec.Struct, frozen=True):
    pass


class ColleagueLeaves(msgspec.Struct, frozen=True):
    """Who is called in an internal call hangs up, or does not want to talk."""


class AgentRejects(msgspec.Struct, frozen=True):
    pass


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's result; `automatic` when its time ran out. `keep_open` saves without ending the wrap-up.

    No `agent_id`: the one who has written longest. `disposition_name` is the result's, with those above it.
    """

    agent_id: UUID | None = None
    disposition_id: UUID | None = None
    disposition_name: str = ""
    note: str = ""
    automatic: bool = False
    keep_open: bool = False


class ExtendWrapUp(msgspec.Struct, frozen=True):
    """The agent has time to write up until then."""

    agent_id: UUID
    until: datetime


class TransferOut(msgspec.Struct, frozen=True, kw_only=True):
    """The caller goes to an outside number; when that fails, `back` to a queue, else to the flow's `on_failure`."""

    number: str
    leg_id: str
    timeout_seconds: int
    on_failure: str | None
    back: EnterQueue | None = None


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody sends the caller on, away from the agent who has them or from where they wait.

    `enter` is the queue for an agent, a supervisor or a queue, and for a number the way back; a flow needs none.
    `sought` agents are waited for so long, then anybody of the queue. `values` go along.
    """

    to: TransferTarget
    target: str
    name: str
    from_name: str
    by_account: UUID | None
    by_agent: UUID | None
    priority: int
    enter: EnterQueue | None
    sought: tuple[UUID, ...]
    wait_seconds: int
    ring_seconds: int
    leg_id: str
    values: dict[str, Any] = {}
    note: str = ""
    origin: Origin = "desktop"
    trail: Trail = Trail()


class Forwarded(msgspec.Struct, frozen=True, kw_only=True):
    """The call to an agent who did not come, for `cause`, goes elsewhere: the call, the consultation or the transfer in
    its place."""

    agent_id: UUID
    cause: int
    instead: Dial | Consult | Transfer


class NotForwarded(msgspec.Struct, frozen=True, kw_only=True):
    """No rule of the agent who did not come leads anywhere; `cause` and `blame` are why they did not. `trail` may say
    why not."""

    agent_id: UUID
    cause: int
    blame: str | None = None
    trail: Trail = Trail()


class Declines(msgspec.Struct, frozen=True):
    """Who is asked beside does not want to talk."""

    leg_id: str


class Park(msgspec.Struct, frozen=True, kw_only=True):
    """The agent at hand leaves the customer at a place, for so long."""

    place: int
    seconds: int


class NotPickedUp(msgspec.Struct, frozen=True):
    """Nobody has picked up who is parked: back to the queue (`enter`), if there is one."""

    enter: EnterQueue | None


class TakeMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The flow records the caller."""

    recording_id: UUID
    max_seconds: int
    silence_seconds: int


class EndCall(msgspec.Struct, frozen=True, kw_only=True):
    """The flow, or the system, ends the call."""

    reason: EndReason
    cause: int = 16


class CallBackPromised(msgspec.Struct, frozen=True):
    """A call-back was entered for this caller."""


class CancelCallBack(msgspec.Struct, frozen=True):
    """Nobody is to be called back any more; only while nobody is being called."""


class TimerDue(msgspec.Struct, frozen=True):
    name: str


class Resumed(msgspec.Struct, frozen=True):
    """A runtime took this interaction over; what can be ensured is asked for again.

    `legs` are the legs that the switch still has, and since when it runs tells why others are missing; those of them
    that are answered are `up`. Of messages, `recording` go on and `recorded` are complete.
    """

    legs: frozenset[str]
    switch_since: datetime
    up: frozenset[str] = frozenset()
    recording: frozenset[str] = frozenset()
    recorded: frozenset[str] = frozenset()


# ── effects on others ────────────────────────────────────────────────────────────────────────────────────────────────


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger event to be written with the next number."""

    kind: str
    data: dict[str, Any] = {}
    agent_id: UUID | None = None


class SetTimer(msgspec.Struct, frozen=True, kw_only=True):
    """A durable timer; setting it again replaces it."""

    name: str
    due_at: datetime


class CancelTimer(msgspec.Struct, frozen=True):
    name: str


class JoinQueue(msgspec.Struct, frozen=True):
    """Wait in the state's queue (again), at the place that `queued_at` gives. `arriving`: for the first time."""

    arriving: bool = False


class LeaveQueue(msgspec.Struct, frozen=True):
    """Wait no more."""


class AnnouncePosition(msgspec.Struct, frozen=True):
    """Tell the caller their place: the answer is an `Announce`."""


class TellAgent(msgspec.Struct, frozen=True):
    """Give the agent's machine this event."""

    agent_id: UUID
    event: Any


class ContinueFlow(msgspec.Struct, frozen=True):
    """Go on in the flow at this node; None: the flow has nothing more."""

    node: str | None


class StartFlow(msgspec.Struct, frozen=True):
    """Run another flow from its start."""

    flow_id: UUID


class TakeAlong(msgspec.Struct, frozen=True, kw_only=True):
    """Keep these values with the customer from now on; the agent gave them."""

    values: dict[str, Any]
    by_agent: UUID | None


class StartGuidance(msgspec.Struct, frozen=True):
    """Run the flow with customer and agent."""

    flow_id: UUID


class EndOfGuidance(msgspec.Struct, frozen=True):
    """Stop it; what it found stays with the customer."""


class StartVoicemail(msgspec.Struct, frozen=True):
    """Let the caller leave a message for the queue; `prompts` are heard first."""

    queue_id: UUID
    prompts: tuple[str, ...]


class RingBack(msgspec.Struct, frozen=True):
    """Ring back at who had parked the customer: the answer is a `PickUp`, or `NotPickedUp` if that is not possible."""

    possible: bool = True


class SeekForward(msgspec.Struct, frozen=True, kw_only=True):
    """The agent did not come: the answer is `Forwarded`, by a rule of theirs, or `NotForwarded`. `blame`: why they are
    not ready then if it is the latter."""

    agent_id: UUID
    why: ForwardWhy
    cause: int
    blame: str | None = None


class SeekPhone(msgspec.Struct, frozen=True):
    """Call the agent's phone again if it can be called: the answer is `AgentReturns`."""

    agent_id: UUID


class StartCallBackOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Let the waiting caller choose a call-back; `prompts` are heard."""

    queue_id: UUID
    terms: CallBackTerms
    prompts: tuple[str, ...]


class ConferenceChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is in, or out: see to the calls in this bridge. `over`: it ends for the others, too.

    `tones` are to be heard by those who are there then.
    """

    bridge: str
    over: bool = False
    tones: int = 0


class HostWishes(msgspec.Struct, frozen=True):
    """A host has pressed keys about the others."""

    bridge: str
    wish: HostWish


class MessageTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Tell the flow that its message is complete, or could not be recorded."""

    recording_id: UUID
    failed: bool = False


Effect = (
    Fact
    | SetTimer
    | CancelTimer
    | JoinQueue
    | LeaveQueue
    | AnnouncePosition
    | TellAgent
    | ContinueFlow
    | StartFlow
    | TakeAlong
    | StartGuidance
    | EndOfGuidance
    | StartVoicemail
    | StartCallBackOffer
    | RingBack
    | SeekForward
    | SeekPhone
    | ConferenceChanged
    | HostWishes
    | MessageTaken
)
