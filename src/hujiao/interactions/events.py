"""What the ledger says of interactions: how each began and ended, waited, was offered, talked and was written up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hujiao.agents.forwarding import ForwardStop, ForwardTarget, ForwardWhy
from hujiao.interactions.contracts import (
    ConferenceBy,
    ConferenceLeft,
    Direction,
    EndReason,
    Origin,
    SupervisionMode,
    TransferTarget,
)
from hujiao.interactions.facts import InteractionFacts
from hujiao.interactions.folding import RATING, Folding, InteractionEvent
from hujiao.kit.events import described, kinds, meant

By = Literal["customer", "agent", "supervisor", "system", "transfer", "park"]
Left = Literal[
    "answered", "abandoned", "overflowed", "left", "timeout", "transferred", "ended", "callback_failed",
    "callback_expired", "callback_cancelled",
]  # fmt: skip
Missed = Literal["no_answer", "rejected", "unreachable", "no_sound", "caller_gone", "phone_gone", "rerouted", "unknown"]

Queue = Annotated[UUID | None, meant("the queue")]
QueueNow = Annotated[UUID, meant("the queue")]
Leg = Annotated[str, meant("the leg of the call")]
Cause = Annotated[int, meant("hang-up cause, Q.850")]
Number = Annotated[str, meant("the outside number")]
Rang = Annotated[float, meant("how long the agent's phone rang", unit="s")]
Talked = Annotated[float, meant("how long they talked", unit="s")]
Recording = Annotated[UUID, meant("the recording")]
Result = Annotated[UUID | None, meant("the result that the agent chose")]
ResultName = Annotated[str, meant("its name, after those above it, as it was then")]
DoneAt = Annotated[str, meant("where the agent did it: at the desktop (or by the API), or at the phone", values=Origin)]
ByAgent = Annotated[UUID | None, meant("the agent who did it; nobody: it follows from something else")]
ByAccount = Annotated[UUID | None, meant("the account that did it, if it is no agent of the conversation")]


# ── from the beginning to the end ────────────────────────────────────────────────────────────────────────────────────


class InteractionStarted(InteractionEvent, tag="interaction.started", kw_only=True):
    """A call has come in, or somebody is to be called back."""

    medium: str = "voice"
    direction: Annotated[str, meant("who called whom", values=Direction)] = "inbound"
    caller: Annotated[str, meant("the number as it came; empty if it is withheld")]
    caller_key: Annotated[str | None, meant("the form by which callers are compared; empty for nobody")] = None
    called: Annotated[str, meant("the number that was called; empty for a call-back from outside")]
    caller_name: str = ""
    variables: Annotated[dict[str, Any], meant("what the call brought along")] = msgspec.field(default_factory=dict)
    access_number_id: Annotated[UUID | None, meant("the number that was called, in the configuration")] = None
    flow_id: Annotated[UUID | None, meant("the flow that the number leads to")] = None
    flow_version: Annotated[int | None, meant("its published version")] = None
    project_id: UUID | None = None
    business_id: UUID | None = None
    language: str | None = None
    node: Annotated[str | None, meant("the node of the switch where the call came in")] = None
    leg_id: Annotated[str | None, meant("the caller's leg")] = None
    caller_sealed: Annotated[str | None, meant("a withheld number, encrypted", withheld=True)] = None
    queue_id: Annotated[UUID | None, meant("of a call-back: where it waits; of a call out: whose rules hold")] = None
    origin: Annotated[UUID | None, meant("of a call-back: the interaction in which it was asked for")] = None

    def facts(self, interaction_id: UUID, at: datetime) -> InteractionFacts:
        """Return what is known of an interaction that has just begun."""
        return InteractionFacts(
            id=interaction_id,
            started_at=at,
            medium=self.medium,
            direction=self.direction,
            caller=self.caller,
            caller_key=self.caller if self.caller_key is None else self.caller_key,
            called=self.called,
            project_id=self.project_id,
            business_id=self.business_id,
            flow_id=self.flow_id,
            flow_version=self.flow_version,
            language=self.language,
            variables=self.variables,
        )


class InteractionAnswered(InteractionEvent, tag="interaction.answered"):
    """The platform took the call, or the customer of a call-back did."""

    def fold(self, facts: Folding) -> None:
        facts.facts.answered_at = facts.at


class InteractionEnded(InteractionEvent, tag="interaction.ended"):
    """The customer is on the line no more; agents may still write up."""

    end_reason: Annotated[str, meant("why", values=EndReason)]
    hangup_cause: Cause
    ended_by: Annotated[str, meant("who ended it", values=By)]

    def fold(self, facts: Folding) -> None:
        known = facts.facts
        known.ended_at, known.end_reason = facts.at, self.end_reason
        known.hangup_cause, known.ended_by = self.hangup_cause, self.ended_by
        for segment in known.segments:
            facts.close(segment, self.end_reason)


class InteractionForcedEnd(InteractionEvent, tag="interaction.forced_end"):
    """A supervisor ends the call for everybody."""

    by_account: Annotated[UUID | None, meant("the supervisor's account")]
    by_agent: Annotated[UUID | None, meant("the supervisor as an agent, if they are one")]


class CallerRecognised(InteractionEvent, tag="caller.recognised"):
    """Something is known of the caller."""

    grade: Annotated[int, meant("the customer's grade")]
    own_agent: Annotated[UUID | None, meant("the customer's own agent")]
    last_agent: Annotated[UUID | None, meant("the agent whom they had last")]
    name: Annotated[str, meant("the customer's, if it is known")] = ""
    customer_id: Annotated[UUID | None, meant("the customer, if there is one with this number or address")] = None


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class QueueEntered(InteractionEvent, tag="queue.entered"):
    """The caller waits in a queue from now on."""

    queue_id: Queue
    service_level_seconds: Annotated[int, meant("an answer within it counts as in time", unit="s")] = 20
    short_abandon_seconds: Annotated[int, meant("who hangs up within it is not lost", unit="s")] = 5
    callback: Annotated[bool, meant("nobody is on the line: a place kept for somebody who is to be called")] = False
    again: Annotated[bool, meant("back after the agent's line had broken")] = False

    def fold(self, facts: Folding) -> None:
        known = facts.facts
        facts.close(facts.flow(), "queued")
        known.queue_id, known.queued_at = self.queue_id, known.queued_at or facts.at
        facts.open(
            "queue",
            queue_id=self.queue_id,
            service_level_seconds=self.service_level_seconds,
            short_abandon_seconds=self.short_abandon_seconds,
            callback=self.callback,
            counted=not self.callback and not facts.been_in(self.queue_id),
        )


class QueueLeft(InteractionEvent, tag="queue.left"):
    """The caller waits no more."""

    queue_id: Queue
    outcome: Annotated[str, meant("how the wait ended", values=Left)]
    wait_seconds: Annotated[float, meant("how long they waited in this queue", unit="s")]

    def fold(self, facts: Folding) -> None:
        facts.close(facts.current("queue"), self.outcome)
        facts.facts.wait_seconds = (facts.facts.wait_seconds or 0.0) + self.wait_seconds


class QueueRefused(InteractionEvent, tag="queue.refused"):
    """So many wait already that the caller was not let into the queue."""

    queue_id: QueueNow
    limit: Annotated[int | None, meant("how many may wait")]


class VoicemailEntered(InteractionEvent, tag="voicemail.entered"):
    """The waiting caller is asked to leave a message instead."""

    queue_id: QueueNow

    def fold(self, facts: Folding) -> None:
        facts.open("voicemail", queue_id=self.queue_id)


# ── call-backs ───────────────────────────────────────────────────────────────────────────────────────────────────────


class CallBackRequested(InteractionEvent, tag="callback.requested"):
    """The caller was promised a call-back."""

    callback_id: Annotated[UUID, meant("the interaction of the call-back")]
    queue_id: QueueNow
    number: Annotated[str, meant("the number that is called back")]
    already: Annotated[bool, meant("the promise had been made before: there is one call-back")]


class CallBackTried(InteractionEvent, tag="callback.tried"):
    """The customer of a call-back is being called."""

    number: Number
    leg_id: Leg
    tries: Annotated[int, meant("which try this is")]


class CallBackUnreached(InteractionEvent, tag="callback.unreached"):
    """The customer of a call-back did not answer."""

    cause: Cause
    tries: Annotated[int, meant("tries so far, this one counted")]


class CallBackGivenUp(InteractionEvent, tag="callback.given_up"):
    """The agent went before the customer answered."""

    by: Annotated[str, meant("the agent hung up, or the line broke", values=By)]


# ── calls out ────────────────────────────────────────────────────────────────────────────────────────────────────────


class OutgoingStarted(InteractionEvent, tag="outgoing.started"):
    """An agent calls a number or a colleague: the agent's phone is called, or has called by itself."""

    number: Number
    leg_id: Leg
    with_agent: Annotated[UUID | None, meant("the colleague who is called")] = None
    origin: DoneAt = "desktop"

    def fold(self, facts: Folding) -> None:
        facts.facts.agent_id = facts.agent_id


class OutgoingCalled(InteractionEvent, tag="outgoing.called"):
    """The agent is on the line, and the number is called."""

    number: Number
    leg_id: Leg
    caller: Annotated[str, meant("what the other end sees; empty: the trunk's own number")]


class OutgoingUnreached(InteractionEvent, tag="outgoing.unreached"):
    """The number did not answer."""

    number: Number
    cause: Cause
    ring_seconds: Annotated[float | None, meant("how long it rang; missing if it did not", unit="s")] = None

    def fold(self, facts: Folding) -> None:
        facts.facts.ring_seconds = self.ring_seconds


class OutgoingGivenUp(InteractionEvent, tag="outgoing.given_up"):
    """The agent did not come to the phone, or hung up before the number answered."""

    by: Annotated[str, meant("the agent hung up, or the phone was not reached", values=By)]


# ── the offer ────────────────────────────────────────────────────────────────────────────────────────────────────────


class OfferMade(InteractionEvent, tag="offer.made"):
    """An agent was chosen, and the phone is called."""

    queue_id: Queue
    leg_id: Leg
    chosen: Annotated[
        str, meant("an agent for the caller, or a caller for the agent", values=Literal["agent", "interaction"])
    ]
    reason: Annotated[str, meant("the criterion that decided; `only_one` when there was no choice")]
    among: Annotated[int, meant("out of how many")]
    ring: Annotated[int, meant("the ring of the queue, from 0; -1 for an agent who was waited for")]
    values: Annotated[dict[str, float], meant("what the chosen one had, by criterion")]
    over: Annotated[UUID | None, meant("who came second")]


class OfferRinging(InteractionEvent, tag="offer.ringing"):
    """The agent's phone rings."""


class OfferMissed(InteractionEvent, tag="offer.missed"):
    """The offer came to nothing."""

    queue_id: Queue
    reason: Annotated[str, meant("why", values=Missed)]
    ring_seconds: Rang


class OfferAccepted(InteractionEvent, tag="offer.accepted"):
    """The agent answered."""

    queue_id: Queue
    ring_seconds: Rang


# ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────────


class AgentConnected(InteractionEvent, tag="agent.connected"):
    """Customer and agent are joined."""

    queue_id: Queue
    ring_seconds: Rang

    def fold(self, facts: Folding) -> None:
        known = facts.facts
        known.agent_id, known.connected_at = facts.agent_id, known.connected_at or facts.at
        known.ring_seconds = (known.ring_seconds or 0.0) + self.ring_seconds
        segment = facts.open("agent", agent_id=facts.agent_id, queue_id=known.queue_id)
        segment.ring_seconds = self.ring_seconds


class AgentDisconnected(InteractionEvent, tag="agent.disconnected"):
    """The agent's part of the conversation is over."""

    queue_id: Queue
    by: Annotated[str, meant("who ended it; `transfer`, `park`: the customer was sent on or parked", values=By)]
    talk_seconds: Annotated[float, meant("how long they talked, hold not counted", unit="s")]
    hold_seconds: Annotated[float, meant("how long the customer was on hold", unit="s")]
    internal: Annotated[bool, meant("the agent had called a colleague: no customer was there")] = False
    outbound: Annotated[bool, meant("the customer had been called: a call out or a call-back")] = False

    def fold(self, facts: Folding) -> None:
        known = facts.facts
        known.talk_seconds = (known.talk_seconds or 0.0) + self.talk_seconds
        known.hold_seconds = (known.hold_seconds or 0.0) + self.hold_seconds
        if segment := facts.current("agent"):
            segment.talk_seconds, segment.hold_seconds = self.talk_seconds, self.hold_seconds
            facts.close(segment, self.by)


class ColleagueConnected(InteractionEvent, tag="colleague.connected"):
    """Whom an agent called in an internal call has answered; `agent_id` is theirs."""

    def fold(self, facts: Folding) -> None:
        facts.open("colleague", agent_id=facts.agent_id)


class ColleagueDisconnected(InteractionEvent, tag="colleague.disconnected"):
    """The internal call is over for whom an agent had called."""

    talk_seconds: Talked

    def fold(self, facts: Folding) -> None:
        if segment := facts.current("colleague"):
            segment.talk_seconds = self.talk_seconds
            facts.close(segment, "completed")


class AgentHeld(InteractionEvent, tag="agent.held"):
    """The agent put the customer on hold."""

    by: Annotated[str, meant("where the agent pressed the key", values=Literal["phone", "desktop"])]


class AgentResumed(InteractionEvent, tag="agent.resumed"):
    """The agent took the customer back from hold."""


class AgentMuted(InteractionEvent, tag="agent.muted"):
    """Nobody hears the agent."""


class AgentUnmuted(InteractionEvent, tag="agent.unmuted"):
    """The agent is heard again."""


class AgentLineLost(InteractionEvent, tag="agent.line_lost"):
    """The agent's phone is gone; the customer, or the colleague, hears music and waits for them for a while."""


class AgentLineBack(InteractionEvent, tag="agent.line_back"):
    """The agent's phone is there again, and they talk on."""

    away_seconds: Annotated[float, meant("how long it was gone", unit="s")]


class AgentLineMeasured(InteractionEvent, tag="agent.line_measured"):
    """What the agent's browser has measured of its line, from the answer to the end."""

    seconds: Annotated[float, meant("how long it was measured", unit="s")]
    mos: Annotated[float, meant("what the sound was worth to the ear, 1 to 4.5 (ITU-T G.107)")]
    mos_lowest: Annotated[float, meant("the same of the worst moment")]
    loss_percent: Annotated[float, meant("how much of the sound was lost, the worse of both directions", unit="%")]
    jitter_ms: Annotated[float, meant("the mean jitter, the worse of both directions", unit="ms")]
    round_trip_ms: Annotated[float, meant("the mean time to the switch and back", unit="ms")]
    codec: Annotated[str, meant("how the sound was coded")] = ""

    def fold(self, facts: Folding) -> None:
        known = facts.facts
        if known.line_mos is not None and known.line_mos <= self.mos:
            return
        known.line_mos, known.line_loss_percent = self.mos, self.loss_percent
        known.line_jitter_ms, known.line_round_trip_ms = self.jitter_ms, self.round_trip_ms


class RecordingStarted(InteractionEvent, tag="recording.started"):
    """The conversation, or a message of the caller, is recorded."""

    recording_id: Recording
    by_agent: ByAgent = None
    by_account: ByAccount = None
    started_at: datetime | None = None
    channels: Annotated[int, meant("2: a conversation with a side each, 1: a message of the caller")] = 2


class RecordingPaused(InteractionEvent, tag="recording.paused"):
    """Nothing is recorded until the recording goes on; its time is kept."""

    recording_id: Recording
    reason: Annotated[str, meant("why, in the words of whoever did it")]
    by_agent: ByAgent
    by_account: ByAccount


class RecordingResumed(InteractionEvent, tag="recording.resumed"):
    """The recording goes on."""

    recording_id: Recording
    paused_seconds: Annotated[float, meant("how long nothing was recorded", unit="s")]
    by_agent: ByAgent = None
    by_account: ByAccount = None


class RecordingStopped(InteractionEvent, tag="recording.stopped"):
    """The recording is over; its audio is made ready."""

    recording_id: Recording
    channels: Annotated[int, meant("as in `recording.started`")] = 2
    pauses: Annotated[
        list[list[float]], meant("from which second of it for how many nothing was recorded", unit="s")
    ] = msgspec.field(default_factory=list)
    message_left: Annotated[bool, meant("the caller has said something")] = False

    def fold(self, facts: Folding) -> None:
        if self.message_left:
            facts.facts.message_left = True


class KeysSent(InteractionEvent, tag="keys.sent"):
    """The agent pressed keys for whoever is at the other end."""

    leg_id: Leg
    count: Annotated[int, meant("how many")]
    keys: Annotated[str, meant("which; empty if the recording was paused")]


class _Asked(InteractionEvent):
    leg_id: Leg
    with_agent: Annotated[UUID | None, meant("the agent who was asked")]
    number: Annotated[str, meant("the outside number that was asked, else empty")]


class ConsultationStarted(_Asked, tag="consultation.started"):
    """The agent calls somebody, without the customer hearing it."""

    origin: DoneAt = "desktop"
    note: Annotated[str, meant("what the agent has written for them")] = ""


class ConsultationAnswered(_Asked, tag="consultation.answered"):
    """Who was asked has answered."""

    def fold(self, facts: Folding) -> None:
        facts.open("consult", agent_id=self.with_agent)


class ConsultationFailed(_Asked, tag="consultation.failed"):
    """Who was asked did not answer."""

    cause: Cause


class ConsultationCancelled(_Asked, tag="consultation.cancelled"):
    """The agent did not wait for the answer."""


class ConsultationSwapped(_Asked, tag="consultation.swapped"):
    """The agent went to the other side."""

    to: Annotated[str, meant("whom the agent hears now", values=Literal["customer", "consulted"])]


class ConferenceJoined(_Asked, tag="conference.joined"):
    """Who was asked beside hears everybody, and is heard."""

    parties: Annotated[int, meant("how many are in the conference")]


class _AskedLeft(_Asked):
    talk_seconds: Talked

    def fold(self, facts: Folding) -> None:
        for segment in facts.facts.segments:
            if segment.kind == "consult" and segment.agent_id == self.with_agent and segment.ended_at is None:
                segment.talk_seconds = self.talk_seconds
                facts.close(segment, "completed")
                return


class ConsultationEnded(_AskedLeft, tag="consultation.ended"):
    """Who was asked beside the customer is so no more: they left, or have the customer from now on."""


class PartyHeld(_Asked, tag="party.held"):
    """One of a conference hears music, by the agent at hand."""


class PartyResumed(_Asked, tag="party.resumed"):
    """One of a conference is back."""


class PartyMuted(_Asked, tag="party.muted"):
    """One of a conference is heard by nobody, by the agent at hand."""


class PartyUnmuted(_Asked, tag="party.unmuted"):
    """One of a conference is heard again."""


class PartyLeft(_AskedLeft, tag="party.left"):
    """One of a conference left it, or has the customer from now on."""


# ── conferences of several calls ─────────────────────────────────────────────────────────────────────────────────────


class ConferenceEntered(InteractionEvent, tag="conference.entered"):
    """The caller comes to a conference, by a flow."""

    room: Annotated[str, meant("its name")]
    leg_id: Leg
    host: Annotated[bool, meant("as a host")]
    waits: Annotated[bool, meant("they hear music until they are let in")]
    muted: Annotated[bool, meant("nobody hears them until somebody allows it")]

    def fold(self, facts: Folding) -> None:
        facts.close(facts.flow(), "conference")
        facts.open("conference")


class ConferenceRefused(InteractionEvent, tag="conference.refused"):
    """The caller could not come to the conference."""

    room: Annotated[str, meant("its name")]
    why: Annotated[str, meant("why", values=Literal["full", "no_name"])]


class _OfConference(InteractionEvent):
    leg_id: Leg
    number: Annotated[str, meant("the number that was called to the conference; empty for the caller")]


class ConferenceInvited(_OfConference, tag="conference.invited"):
    """A number is called to the conference."""


class ConferenceAnswered(_OfConference, tag="conference.answered"):
    """The number that was called takes part."""


class _Controlled(_OfConference):
    by: Annotated[str, meant("who did it", values=ConferenceBy)]
    by_account: Annotated[UUID | None, meant("the account that did it, if it is a supervisor's")]


class ConferenceAdmitted(_Controlled, tag="conference.admitted"):
    """Who waited is in the conference."""


class ConferenceHeld(_Controlled, tag="conference.held"):
    """They are held out of the conference and hear music."""


class ConferenceResumed(_Controlled, tag="conference.resumed"):
    """They are back in the conference."""


class ConferenceMuted(_Controlled, tag="conference.muted"):
    """Nobody hears them any more."""


class ConferenceUnmuted(_Controlled, tag="conference.unmuted"):
    """They are heard again."""


class ConferencePartLeft(_OfConference, tag="conference.left"):
    """They take part no more, or were never reached."""

    why: Annotated[str, meant("why", values=ConferenceLeft)]
    conference_seconds: Annotated[float, meant("since they were let in; 0 if they never were", unit="s")]
    by_account: Annotated[UUID | None, meant("the account that did it, if it is a supervisor's")]

    def fold(self, facts: Folding) -> None:
        segment = facts.current("conference")
        if segment and not self.number:
            segment.talk_seconds = self.conference_seconds
            facts.close(segment, self.why)


# ── guidance ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class GuidanceStarted(InteractionEvent, tag="guidance.started"):
    """The agent leads the customer through a flow; both hear it."""

    flow_id: UUID


class GuidanceEnded(InteractionEvent, tag="guidance.ended"):
    """Customer and agent are alone again."""

    by: Annotated[str, meant("agent, flow, or whoever ended the conversation")]
    seconds: Annotated[float, meant("how long it took", unit="s")]


class InteractionData(InteractionEvent, tag="interaction.data"):
    """The agent gave values that go with the customer from now on; the rating is the customer's alone."""

    values: Annotated[dict[str, Any], meant("by name")]

    def fold(self, facts: Folding) -> None:
        facts.remember_all({name: value for name, value in self.values.items() if name != RATING})


class InteractionMarkedMalicious(InteractionEvent, tag="interaction.marked_malicious"):
    """Somebody marked the contact as malicious, or said another reason why it is."""

    by_account: Annotated[UUID, meant("the account that did it")]
    by_name: Annotated[str, meant("the name of who did it")]
    by_agent: Annotated[UUID | None, meant("the agent who did it, if the account is one")] = None
    reason: Annotated[str, meant("why; empty: it was not said")] = ""

    def fold(self, facts: Folding) -> None:
        facts.facts.malicious_at = facts.facts.malicious_at or facts.at
        facts.facts.malicious_by_name = self.by_name
        facts.facts.malicious_reason = self.reason


class InteractionMarkWithdrawn(InteractionEvent, tag="interaction.mark_withdrawn"):
    """Somebody took it back that the contact is malicious."""

    by_account: Annotated[UUID, meant("the account that did it")]
    by_name: Annotated[str, meant("the name of who did it")]
    by_agent: Annotated[UUID | None, meant("the agent who did it, if the account is one")] = None

    def fold(self, facts: Folding) -> None:
        facts.facts.malicious_at = facts.facts.malicious_by_name = facts.facts.malicious_reason = None


# ── supervision ──────────────────────────────────────────────────────────────────────────────────────────────────────

Mode = Annotated[str, meant("what the supervisor does", values=SupervisionMode)]


class SupervisionStarted(InteractionEvent, tag="supervision.started"):
    """A supervisor's phone is called, to be in the conversation."""

    leg_id: Leg
    with_agent: Annotated[UUID, meant("the supervisor as an agent")]
    mode: Mode
    by_account: Annotated[UUID | None, meant("the supervisor's account")]


class _Supervises(InteractionEvent):
    leg_id: Leg
    with_agent: Annotated[UUID | None, meant("the supervisor as an agent")]
    number: Annotated[str, meant("empty")]


class SupervisionAnswered(_Supervises, tag="supervision.answered"):
    """The supervisor's phone answered."""


class SupervisionFailed(_Supervises, tag="supervision.failed"):
    """The supervisor's phone did not answer."""

    cause: Cause


class SupervisionCancelled(_Supervises, tag="supervision.cancelled"):
    """The supervisor, or the conversation, did not wait for the answer."""


class SupervisionChanged(_Supervises, tag="supervision.changed"):
    """The supervisor does something else in the conversation."""

    mode: Mode


class SupervisionIntercepted(_Supervises, tag="supervision.intercepted"):
    """The supervisor has the customer from now on."""


class SupervisionEnded(_Supervises, tag="supervision.ended"):
    """The supervisor is in the conversation no more, or has the customer from now on."""

    talk_seconds: Annotated[float, meant("how long they were in it", unit="s")]


class SupervisionLineLost(_Supervises, tag="supervision.line_lost"):
    """The supervisor's phone is gone, and called again when it is there."""


class SupervisionLineBack(_Supervises, tag="supervision.line_back"):
    """The supervisor's phone is there again, and they are in the conversation as before."""

    away_seconds: Annotated[float, meant("how long it was gone", unit="s")]


# ── sent on ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class TransferRequested(InteractionEvent, tag="transfer.requested"):
    """Somebody sends the caller on."""

    to: Annotated[str, meant("where to", values=TransferTarget)]
    target: Annotated[str, meant("its id or number")]
    target_name: str
    from_agent: Annotated[UUID | None, meant("the agent who had the caller; nobody: the caller waited")]
    by_agent: Annotated[UUID | None, meant("the agent who did it")]
    by_account: Annotated[UUID | None, meant("the account that did it")]
    priority: Annotated[int, meant("the caller's from now on")]
    wait_seconds: Annotated[int, meant("how long only the agents meant are waited for", unit="s")]
    origin: DoneAt = "desktop"
    note: Annotated[str, meant("what is written for whoever has the caller next")] = ""


class CallForwarded(InteractionEvent, tag="call.forwarded"):
    """A call to an agent in person goes elsewhere by a rule of theirs; `agent_id` is whose."""

    why: Annotated[str, meant("always, or because the agent is busy or does not answer", values=ForwardWhy)]
    to: Annotated[str, meant("where to", values=ForwardTarget)]
    target: Annotated[str, meant("its id or number")]
    target_name: str
    hop: Annotated[int, meant("the first or the second time that this call is forwarded")]


class CallForwardingStopped(InteractionEvent, tag="call.forwarding_stopped"):
    """A rule of the agent's is not followed, and the call is as without it."""

    why: Annotated[
        str,
        meant("the call had been there, had been forwarded twice, or may not go there now", values=ForwardStop),
    ]


class TransferStarted(InteractionEvent, tag="transfer.started"):
    """An outside number is called for the customer, or has them from now on."""

    number: Number
    leg_id: Leg

    def fold(self, facts: Folding) -> None:
        facts.close(facts.flow(), "transferred")
        facts.open("outside")


class TransferAnswered(InteractionEvent, tag="transfer.answered"):
    """The outside number answered."""


class TransferFailed(InteractionEvent, tag="transfer.failed"):
    """The outside number did not answer."""

    cause: Cause

    def fold(self, facts: Folding) -> None:
        facts.close(facts.current("outside"), "failed")


class TransferEnded(InteractionEvent, tag="transfer.ended"):
    """The conversation with the outside number is over."""

    talk_seconds: Talked

    def fold(self, facts: Folding) -> None:
        if segment := facts.current("outside"):
            segment.talk_seconds = self.talk_seconds
            facts.close(segment, "completed")


# ── parked ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class ParkStarted(InteractionEvent, tag="park.started"):
    """The agent parked the customer, who hears music until somebody picks them up."""

    place: Annotated[int, meant("where")]
    until: Annotated[datetime, meant("when it rings back")]

    def fold(self, facts: Folding) -> None:
        facts.open("parked", queue_id=facts.facts.queue_id)


class ParkEnded(InteractionEvent, tag="park.ended"):
    """The customer is parked no more."""

    place: Annotated[int, meant("where")]
    outcome: Annotated[str, meant("how it ended", values=Literal["picked_up", "abandoned", "not_picked_up"])]
    parked_seconds: Annotated[float, meant("how long they were parked", unit="s")]

    def fold(self, facts: Folding) -> None:
        facts.close(facts.current("parked"), self.outcome)


class PickUpStarted(InteractionEvent, tag="pick_up.started"):
    """An agent picks the parked customer up: their phone is called."""

    leg_id: Leg
    rings_back: Annotated[bool, meant("nobody picked them up: the agent who parked them is called")]


class PickUpFailed(InteractionEvent, tag="pick_up.failed"):
    """The phone of who picks up was not answered, or the customer had gone."""

    cause: Cause


# ── written up ───────────────────────────────────────────────────────────────────────────────────────────────────────


class WrapUpStarted(InteractionEvent, tag="wrap_up.started"):
    """The agent writes up."""

    until: Annotated[datetime, meant("when it ends by itself")]


class WrapUpExtended(InteractionEvent, tag="wrap_up.extended"):
    """The agent has asked for more time to write up."""

    until: Annotated[datetime, meant("when it ends by itself")]


def _written(facts: Folding, result: UUID | None, name: str, note: str | None) -> None:
    if result:
        facts.facts.disposition_id, facts.facts.disposition_name = result, name or None
    if note:
        facts.facts.note = note


def _no_longer_due(facts: Folding) -> None:
    """The agent has written what was to be written."""
    due = {agent: lacks for agent, lacks in (facts.facts.summary_due or {}).items() if agent != str(facts.agent_id)}
    facts.facts.summary_due = due or None


class _WrapUp(InteractionEvent):
    wrap_up_seconds: Annotated[float, meant("how long the agent has written", unit="s")]
    automatic: Annotated[bool, meant("the time ran out")] = False
    disposition_id: Result = None
    disposition_name: ResultName = ""
    note: str | None = None

    def fold(self, facts: Folding) -> None:
        _written(facts, self.disposition_id, self.disposition_name, self.note)


class WrapUpSaved(_WrapUp, tag="wrap_up.saved"):
    """The agent saved a result or a note and goes on."""


class WrapUpCompleted(_WrapUp, tag="wrap_up.completed"):
    """The agent has written up."""

    def fold(self, facts: Folding) -> None:
        _WrapUp.fold(self, facts)
        if not self.automatic:
            _no_longer_due(facts)
        facts.facts.wrap_up_seconds = (facts.facts.wrap_up_seconds or 0.0) + self.wrap_up_seconds
        for segment in reversed(facts.facts.segments):
            if segment.kind == "agent" and segment.agent_id == facts.agent_id:
                segment.wrap_up_seconds = self.wrap_up_seconds
                break


class SummaryDue(InteractionEvent, tag="summary.due"):
    """The agent went on without having written what has to be written; it is to be done later."""

    lacks: Annotated[list[str], meant("the fields that are missing")]

    def fold(self, facts: Folding) -> None:
        facts.facts.summary_due = {**(facts.facts.summary_due or {}), str(facts.agent_id): self.lacks}


class SummaryCompleted(InteractionEvent, tag="summary.completed"):
    """The agent wrote later what was to be written."""

    by_account: ByAccount = None
    disposition_id: Result = None
    disposition_name: ResultName = ""
    note: str | None = None

    def fold(self, facts: Folding) -> None:
        _written(facts, self.disposition_id, self.disposition_name, self.note)
        _no_longer_due(facts)


EVENTS = kinds(
    InteractionStarted,
    CallerRecognised,
    InteractionAnswered,
    QueueEntered,
    QueueRefused,
    VoicemailEntered,
    QueueLeft,
    CallBackRequested,
    CallBackTried,
    CallBackUnreached,
    CallBackGivenUp,
    OutgoingStarted,
    OutgoingCalled,
    OutgoingUnreached,
    OutgoingGivenUp,
    OfferMade,
    OfferRinging,
    OfferMissed,
    OfferAccepted,
    AgentConnected,
    ColleagueConnected,
    RecordingStarted,
    AgentHeld,
    AgentResumed,
    AgentMuted,
    AgentUnmuted,
    AgentLineLost,
    AgentLineBack,
    AgentLineMeasured,
    KeysSent,
    ConsultationStarted,
    ConsultationAnswered,
    ConsultationFailed,
    ConsultationCancelled,
    ConsultationSwapped,
    ConferenceJoined,
    ConsultationEnded,
    PartyHeld,
    PartyResumed,
    PartyMuted,
    PartyUnmuted,
    PartyLeft,
    ConferenceEntered,
    ConferenceRefused,
    ConferenceInvited,
    ConferenceAnswered,
    ConferenceAdmitted,
    ConferenceHeld,
    ConferenceResumed,
    ConferenceMuted,
    ConferenceUnmuted,
    ConferencePartLeft,
    GuidanceStarted,
    GuidanceEnded,
    InteractionData,
    InteractionMarkedMalicious,
    InteractionMarkWithdrawn,
    SupervisionStarted,
    SupervisionAnswered,
    SupervisionFailed,
    SupervisionCancelled,
    SupervisionChanged,
    SupervisionIntercepted,
    SupervisionEnded,
    SupervisionLineLost,
    SupervisionLineBack,
    TransferRequested,
    CallForwarded,
    CallForwardingStopped,
    TransferStarted,
    TransferAnswered,
    TransferFailed,
    TransferEnded,
    ParkStarted,
    PickUpStarted,
    PickUpFailed,
    ParkEnded,
    AgentDisconnected,
    ColleagueDisconnected,
    RecordingPaused,
    RecordingResumed,
    RecordingStopped,
    WrapUpStarted,
    WrapUpExtended,
    WrapUpSaved,
    WrapUpCompleted,
    SummaryDue,
    SummaryCompleted,
    InteractionForcedEnd,
    InteractionEnded,
)

# No tenant is shown these.
WITHHELD = frozenset(field.name for event in EVENTS.values() for field in described(event) if field.withheld)
