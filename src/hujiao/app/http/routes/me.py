"""The agent's own desktop: signing in to work, states, the call, today's figures."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from hujiao.agents import service as agents
from hujiao.agents.contracts import AdjustmentKind, DecidedBy, FailedAct, MediumName, WorkKind
from hujiao.agents.forwarding import ForwardTarget, ForwardWhy
from hujiao.agents.views import PhoneKind, ReasonCodeView, SeatView, SkillView
from hujiao.alarms.contracts import Activity
from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.commands import command, raise_refusal
from hujiao.app.http.ice import IceServer, ice_servers
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.summarised import name_of_result
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.calls.failures import CallFailure
from hujiao.hours import service as hours
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.interactions.contracts import PartyState, Role, SupervisionMode, TransferTarget
from hujiao.interactions.service import Dispositions, Interactions
from hujiao.interactions.views import DispositionView, InteractionFilter, InteractionView, Sight
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.paging import EVERYTHING, Page
from hujiao.kit.secrets import sip_digest
from hujiao.kit.views import Input
from hujiao.queues.contracts import RecordingRule
from hujiao.queues.service import Queues
from hujiao.reporting import agent_day
from hujiao.reporting.agent_day import Today
from hujiao.tenancy import service as tenancy
from hujiao.tenancy.contracts import WholeScreenRule

REALM = "hujiao"
BUSY = {"reserved", "engaged", "wrap_up"}

router = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])


class ItemLive(BaseModel):
    """What the agent has in hand beside the phone, from its offer to the end of its wrap-up."""

    interaction_id: UUID
    medium: MediumName
    since: datetime


class AdjustmentLive(BaseModel):
    """What a supervisor has set of the agent, as it is in `adjustments`."""

    id: UUID
    kind: AdjustmentKind
    subject: str
    name: str | None = Field(default=None, description="The queue's")
    level: int
    reason: str = ""
    given_by: UUID
    given_at: datetime
    until_at: datetime | None = None
    for_good: bool = False


BreakState = Literal["waiting", "granted", "began"]


class BreakLive(BaseModel):
    """A break that an agent asked for. `granted`: it begins when nothing is in hand."""

    state: BreakState
    reason_code_id: str
    place: int | None = Field(default=None, description="Among those who wait for the same; of who does")
    asked_at: datetime
    began_at: datetime | None = None
    over_limit: bool = Field(default=False, description="A supervisor granted it")


class BreakRefusedLive(BaseModel):
    """What became of an agent's last request, until the next one; `word` is the supervisor's."""

    reason_code_id: str
    at: datetime
    word: str = ""
    full: bool = Field(default=False, description="As many rest as may")


class ForwardedCallLive(BaseModel):
    """The last call to the agent in person that went elsewhere, until the next one."""

    at: datetime
    caller: str
    why: ForwardWhy
    to: ForwardTarget
    name: str


class FailedCallLive(BaseModel):
    """The agent's last call that nobody answered, until the next one. A `colleague` is meant by number and name.

    `comes_back`: the customer waits for the agent now, before all others.
    """

    at: datetime
    interaction_id: UUID
    act: FailedAct
    failure: CallFailure
    number: str
    name: str = ""
    colleague: UUID | None = None
    comes_back: bool = False


class ForwardedLive(BaseModel):
    """A call to this agent in person was forwarded by a rule of theirs."""

    agent_id: UUID
    agent_name: str
    why: ForwardWhy
    to: ForwardTarget
    target: str
    name: str = ""
    caller: str = ""


class AgentLive(BaseModel):
    id: UUID
    number: str
    name: str
    state: Literal["logged_out", "available", "reserved", "engaged", "wrap_up", "not_ready"]
    reason_code_id: str | None = None
    next_state: str | None = None
    since: datetime | None = None
    interaction_id: UUID | None = None
    phone_kind: PhoneKind | Literal["number"]
    phone_number: str = Field(default="", description="The outside number where the agent works by telephone alone")
    seat: str | None = Field(default=None, description="The seat's name, where one was chosen at sign-in")
    seat_id: UUID | None = None
    group_ids: list[UUID] = []
    activity: Activity = Field(default="logged_out", description="What the agent does, as it is shown")
    activity_since: datetime | None = None
    amber_after: int | None = Field(default=None, description="Seconds of it after which the first level begins")
    red_after: int | None = None
    queue_ids: list[UUID] = []
    wrap_up_until: datetime | None = None
    unreachable_since: datetime | None = Field(default=None, description="No call reaches the agent's phone")
    items: list[ItemLive] = []
    adjustments: list[AdjustmentLive] = []
    work: WorkKind = "blended"
    work_by: DecidedBy | None = None
    work_since: datetime | None = None
    work_until: datetime | None = None
    work_rule_id: UUID | None = None
    work_why: dict[str, Any] = {}
    next_work: WorkKind | None = None
    outbound_starts: int = 0
    outbound_seconds: float = 0.0
    break_request: BreakLive | None = None
    break_refused: BreakRefusedLive | None = None
    forwarding: list[ForwardWhy] = Field(default=[], description="What calls to the agent in person are forwarded for")
    forwards_now: ForwardWhy | None = Field(default=None, description="Why such a call does not ring here just now")
    forwarded: ForwardedCallLive | None = None
    failed_call: FailedCallLive | None = None
    bell: bool = Field(default=False, description="Ring by the loudspeaker: it is night, and a caller is there")


class FlowStep(BaseModel):
    node: str
    label: str | None = None
    keys: str | None = None


class CallBackLive(BaseModel):
    """A call-back (回拨): who is called first, and how often the customer has been called."""

    first: str
    tries: int
    most_tries: int
    expires_at: datetime
    origin: UUID | None = None


class PassedOn(BaseModel):
    """Once that somebody sent the caller on; `from_agent` had the call, or it waited."""

    at: datetime
    to: TransferTarget
    target: str
    name: str = ""
    from_agent: UUID | None = None
    from_name: str = ""
    by_agent: UUID | None = None
    note: str = Field(default="", description="For whoever has the caller next")


class WrittenLive(BaseModel):
    """What an agent has written of a contact that goes on with somebody else."""

    at: datetime
    agent_id: UUID
    name: str = ""
    result: str = ""
    note: str = ""


class PartyLive(BaseModel):
    """Somebody on the line. Who is `beside` talks with the agent at hand, unheard by the `main` room.

    An agent's `number` is their own (工号). A supervisor has a `mode`, and is `apart` while listening or coaching.
    """

    leg_id: str
    role: Role
    state: PartyState
    room: Literal["main", "beside", "apart"]
    since: datetime
    agent_id: UUID | None = None
    number: str = ""
    name: str = ""
    muted: bool = Field(default=False, description="By the host")
    self_muted: bool = False
    mode: SupervisionMode | None = None
    note: str = Field(default="", description="What the agent who asks them has written for them")
    lost_until: datetime | None = Field(default=None, description="Their phone is lost: they are awaited until then")


class GuidanceLive(BaseModel):
    """The flow that customer and agent are in; `step` is what it is at."""

    flow_id: UUID
    flow_name: str
    since: datetime
    step: str = ""


class InConferenceLive(BaseModel):
    """The conference of several calls that this one takes part in."""

    id: UUID
    room: str
    host: bool


class ChatLive(BaseModel):
    """What there is besides of a chat. `heard` is the last `client_number` of each agent's own messages."""

    entry_id: UUID
    fields: dict[str, str] = Field(default={}, description="What the visitor wrote before the chat")
    page_url: str = ""
    page_title: str = ""
    heard: dict[str, int] = {}
    awaits: Literal["visitor", "agent"] | None = Field(default=None, description="Whose turn it is")
    awaits_since: datetime | None = None
    read_by_visitor: int = 0
    answer_until: datetime | None = Field(default=None, description="An offer that is not taken by then is over")


class ParkedLive(BaseModel):
    """Where a customer is parked; they ring back at `by_agent` at `until`."""

    place: int
    by_agent: UUID
    by_name: str = ""
    until: datetime
    picking_agent: UUID | None = Field(default=None, description="Whose phone is called to pick them up")


class InteractionLive(BaseModel):
    id: UUID
    state: str
    medium: str
    direction: str
    caller: str
    called: str
    caller_name: str = ""
    customer_id: UUID | None = None
    project_id: UUID | None = None
    business_id: UUID | None = None
    queue_id: UUID | None = None
    queue_name: str | None = None
    agent_id: UUID | None = None
    wrapping_agent_ids: list[UUID] = []
    language: str | None = None
    started_at: datetime
    since: datetime | None = None
    queued_at: datetime | None = None
    offered_at: datetime | None = None
    connected_at: datetime | None = None
    held: bool = False
    held_at_phone: bool = Field(default=False, description="By the phone's own hold key: taken back there")
    two_calls_at_phone: bool = Field(default=False, description="Whom the agent asks is the phone's second call")
    muted: bool = False
    line_lost_until: datetime | None = Field(
        default=None, description="The agent's phone is gone; so long the customer is kept for it"
    )
    recording: Literal["off", "on", "paused"] = "off"
    recording_rule: RecordingRule = "never"
    position: int | None = None
    flow_path: list[FlowStep] = []
    keys: str = ""
    variables: dict[str, Any] = {}
    parties: list[PartyLive] = []
    callback: CallBackLive | None = None
    guidance: GuidanceLive | None = None
    transfers: list[PassedOn] = []
    written: list[WrittenLive] = []
    forwarded: list[ForwardedLive] = []
    malicious: bool = Field(default=False, description="Somebody has marked it so")
    parked: ParkedLive | None = None
    conference: InConferenceLive | None = None
    chat: ChatLive | None = None
    last: int = Field(default=0, description="The number of the last message of a chat")
    unread: int = Field(default=0, description="The visitor's messages that the agent has not read")


class CallSettings(BaseModel):
    """Of the queue that the interaction came by, where there is one."""

    no_answer_seconds: int | None = None
    wrap_up_seconds: int | None = None
    automatic_answer: bool = False


class NightBell(Input):
    """Whether the night bell rings at the agent's desktop."""

    on: bool


class Desktop(BaseModel):
    agent: AgentLive
    interaction: InteractionLive | None
    items: list[InteractionLive] = Field(default=[], description="Chats in hand, offered ones too")
    reason_codes: list[ReasonCodeView]
    dispositions: list[DispositionView]
    skills: list[SkillView]
    today: Today
    call_settings: CallSettings
    night_bell: bool | None = Field(description="Whether the agent has it on; none: the company has no night bell")
    screen_viewed: bool = Field(description="Supervisors may view the agent's desktop while the agent is at work")
    whole_screen: WholeScreenRule = Field(
        description="Whether the agent is asked at sign-in to work to share all of the screen, and may say no"
    )


class SignInToWork(Input):
    phone_kind: PhoneKind
    seat_id: UUID | None = None


class SeatToTake(BaseModel):
    id: UUID
    name: str
    room: str
    taken: bool = Field(description="A colleague is signed in there")
    taken_by: str | None = Field(default=None, description="Who, if it is one of your projects")


class SipAccess(BaseModel):
    """The browser phone's registration; the password holds until the next sign-in."""

    uri: str
    authorization_user: str
    password: str
    websocket_path: str
    realm: str
    ice_servers: list[IceServer]


class SignedInToWork(BaseModel):
    sip: SipAccess | None


class StateChange(Input):
    state: Literal["available", "not_ready"]
    reason_code_id: UUID | None = None


class WrapUp(Input):
    disposition_id: UUID | None = None
    note: str = Field(default="", max_length=4000)
    keep_open: bool = False


class Keys(Input):
    keys: str = Field(pattern=r"^[0-9A-D*#]{1,32}$", description="As on a telephone, in their order")


class LostLeg(Input):
    leg_id: str = Field(max_length=80, description="The agent's own of the parties")


class Done(BaseModel):
    ok: Literal[True] = True


CallAction = Literal[
    "reject", "hold", "resume", "mute", "unmute", "hang-up", "swap", "end-consultation", "join", "hand-over",
    "extend-wrap-up",
]  # fmt: skip
_Parts = Annotated[Parts, Depends(parts_of)]
_Caller = Annotated[Caller, need(Right.AGENT_WORK)]
_InteractionId = Annotated[UUID, Path()]


@router.get("/desktop", name="read_desktop")
async def read_desktop(work: InTenant, parts: _Parts) -> Desktop:
    caller = work.caller
    agent = caller.own_agent
    view = await parts.hub.view(caller.principal.tenant_id, caller.principal.shard)
    own, scope = view.agents.get(str(agent.id)), await scope_of(parts, caller)
    live = view.interactions.get(str(own["interaction_id"])) if own and own.get("interaction_id") else None
    items = [found for item in (own or {}).get("items", ()) if (found := view.interactions.get(item["interaction_id"]))]
    reasons = await agents.ReasonCodes(work.session, work.tenant_id).page(EVERYTHING)
    results = await Dispositions(work.session, work.tenant_id).every()
    skills = await agents.Skills(work.session, work.tenant_id).page(EVERYTHING)
    settings = CallSettings()
    if live is not None and live.get("queue_id"):
        queue = await Queues(work.session, work.tenant_id).get(UUID(live["queue_id"]))
        settings = CallSettings(**queue.model_dump(include=set(CallSettings.model_fields)))
    chosen = await tenancy.settings(work.session, work.tenant_id)
    return Desktop(
        agent=AgentLive.model_validate(own or _logged_out(caller)),
        interaction=InteractionLive.model_validate(scope.shown(live)) if live else None,
        items=[InteractionLive.model_validate(scope.shown(item)) for item in items],
        reason_codes=reasons.items,
        dispositions=[one for one in results if not one.retired],
        skills=skills.items,
        today=await _today(work),
        call_settings=settings,
        night_bell=await agents.night_bell(work.session, agent.id)
        if await hours.has_night_bell(work.session)
        else None,
        screen_viewed=chosen.screen_view != "off",
        whole_screen=chosen.whole_screen_now,
    )


@router.put("/night-bell", name="set_night_bell")
async def set_night_bell(work: InTenant, body: NightBell) -> NightBell:
    """Kept with the agent; `bell` of the live record says when to ring."""
    await agents.set_night_bell(work.session, work.caller.own_agent.id, on=body.on)
    work.configuration_changed()
    return body


@router.get("/today", name="read_today")
async def read_today(work: InTenant) -> Today:
    return await _today(work)


@router.get("/interactions", name="list_own_interactions")
async def list_own_interactions(work: InTenant, query: AskedList) -> Page[InteractionView]:
    sight = Sight(own_agent=work.caller.own_agent.id)
    return await Interactions(work.session, sight).page(InteractionFilter(), query)


@router.get("/seats", name="list_seats_to_take")
async def list_seats_to_take(work: InTenant, parts: _Parts) -> list[SeatToTake]:
    """Every seat, by room and name, for who signs in to work."""
    principal, own = work.caller.principal, str(work.caller.own_agent.id)
    view = await parts.hub.view(principal.tenant_id, principal.shard)
    known = None if work.projects is None else await agents.in_projects(work.session, work.projects)
    others = {one["seat"]: one for one in view.agents.values() if one.get("seat") and one["id"] != own}

    def shown(seat: SeatView) -> SeatToTake:
        place, other = seat.model_dump(include={"id", "name", "room"}), others.get(seat.name)
        named = other is not None and (known is None or UUID(other["id"]) in known)
        return SeatToTake(**place, taken=other is not None, taken_by=other["name"] if other and named else None)

    return [shown(seat) for seat in (await agents.Seats(work.session, work.tenant_id).page(EVERYTHING)).items]


@router.post("/sign-in", name="sign_in_to_work")
async def sign_in_to_work(work: InTenant, parts: _Parts, body: SignInToWork) -> SignedInToWork:
    """A browser gets a secret of this sign-in; what it had before stops working."""
    caller = work.caller
    agent = caller.own_agent
    if body.seat_id is not None:
        await agents.Seats(work.session, work.tenant_id).get(body.seat_id)
    sip = None
    if body.phone_kind == "browser":
        password = secrets.token_urlsafe(24)
        md5 = sip_digest(agent.sip_user, password, REALM)
        await _endpoint(parts, caller, op="set", sip_user=agent.sip_user, md5=md5)
        sip = SipAccess(
            uri=f"sip:{agent.sip_user}@{REALM}",
            authorization_user=agent.sip_user,
            password=password,
            websocket_path="/sip",
            realm=REALM,
            ice_servers=ice_servers(),
        )
    elif not agent.has_phone:
        raise Conflict("error.no_phone_secret", code="no_phone_secret", field="phone_kind")
    else:
        await _endpoint(parts, caller, op="remove", sip_user=agent.sip_user)  # a browser's, of an earlier sign-in
    await command(parts, caller, "agent.sign_in", phone_kind=body.phone_kind, seat_id=body.seat_id)
    return SignedInToWork(sip=sip)


@router.post("/sign-out", name="sign_out_of_work")
async def sign_out_of_work(caller: _Caller, parts: _Parts) -> Done:
    """Signed out now, or after the call that is going on; the browser's secret stays until then."""
    agent = caller.own_agent
    view = await parts.hub.view(caller.principal.tenant_id, caller.principal.shard)
    own = view.agents.get(str(agent.id)) or {}
    await command(parts, caller, "agent.sign_out")
    if own.get("state") not in BUSY and own.get("phone_kind") == "browser":
        await _endpoint(parts, caller, op="remove", sip_user=agent.sip_user)
    return Done()


@router.post("/state", name="set_own_state")
async def set_own_state(work: InTenant, parts: _Parts, body: StateChange) -> Done:
    """A reason that is a break asks for one at once or none; `POST /me/break` also waits for it."""
    if body.reason_code_id is not None:
        if body.state == "available":
            raise BadField("error.reason_with_available", field="reason_code_id")
        await agents.ReasonCodes(work.session, work.tenant_id).get(body.reason_code_id)
    answer = await command(parts, work.caller, "agent.set_state", state=body.state, reason_code_id=body.reason_code_id)
    if answer.get("break") == "refused":
        raise Conflict("error.no_place_to_rest", code="no_place_to_rest", field="reason_code_id")
    return Done()


@router.post("/interactions/{interaction_id}/wrap-up", name="wrap_up")
async def wrap_up(work: InTenant, parts: _Parts, interaction_id: _InteractionId, body: WrapUp) -> Done:
    """Refused while something is missing that the contact needs, unless it is kept open."""
    name = await name_of_result(work, parts, interaction_id, body.disposition_id)
    what = {**body.model_dump(), "disposition_name": name}
    await command(parts, work.caller, "interaction.wrap_up", interaction_id=interaction_id, **what)
    return Done()


@router.post("/interactions/{interaction_id}/keys", name="send_keys")
async def send_keys(caller: _Caller, parts: _Parts, interaction_id: _InteractionId, body: Keys) -> Done:
    """Press keys for whom one talks with: the outside number that is asked or in the conference, else the customer."""
    await command(parts, caller, "interaction.keys", interaction_id=interaction_id, keys=body.keys)
    return Done()


@router.post("/interactions/{interaction_id}/return", name="return_to_interaction")
async def return_to_interaction(caller: _Caller, parts: _Parts, interaction_id: _InteractionId, body: LostLeg) -> Done:
    """Call one's phone again, which has lost the conversation: the customer hears music until it answers."""
    await command(parts, caller, "interaction.return", interaction_id=interaction_id, leg_id=body.leg_id)
    return Done()


@router.post("/interactions/{interaction_id}/{action}", name="act_on_interaction")
async def act_on_interaction(
    caller: _Caller, parts: _Parts, interaction_id: _InteractionId, action: CallAction
) -> Done:
    """Hold, mute, end … A phone answers its own call.

    In a consultation: `swap` goes to the customer and back, `end-consultation` ends it, `join` makes it a conference,
    and `hand-over` leaves the customer to whom was asked.
    """
    await command(parts, caller, f"interaction.{action.replace('-', '_')}", interaction_id=interaction_id)
    return Done()


async def _endpoint(parts: Parts, caller: Caller, **message: str) -> None:
    """Tell the node; the browser's SIP is what this process proxies to."""
    subject = parts.bus.subjects.node(parts.settings.node, "endpoint")
    raise_refusal(
        await parts.bus.request(subject, {**message, "transport": "browser", "shard": caller.principal.shard})
    )


def _logged_out(caller: Caller) -> dict[str, Any]:
    """An agent that the runtime does not know yet."""
    agent = caller.own_agent
    return {
        "id": agent.id,
        "number": agent.number,
        "name": agent.name,
        "state": "logged_out",
        "phone_kind": agent.phone_kind,
    }


async def _today(work: InTenant) -> Today:
    agent = work.caller.own_agent
    now = utc_now()
    start, end = agent_day.day_of(now, work.caller.principal.tenant_time_zone)
    last = await interactions.last_agent_event(work.session, agent.id, start, agent_day.STATE)
    events = await interactions.agent_events(work.session, agent.id, start, end, agent_day.KINDS)
    before = str(last.data.get("state")) if last else "logged_out"
    today = agent_day.fold(before, start, events, now)
    if missed := today.last_missed:
        missed.caller = await interactions.caller(work.session, missed.interaction_id)
    return today
