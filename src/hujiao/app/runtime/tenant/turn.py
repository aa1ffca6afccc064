"""What the engine takes besides the capabilities' own events, what it keeps of a call, and what a turn led to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents.contracts import AgentEvent, WorkKind
from hujiao.app.runtime.tenant.agent_adjustments import AdjustmentTimer
from hujiao.app.runtime.tenant.agent_questions import AskAgent
from hujiao.calls import contracts as calls
from hujiao.chat.contracts import ChatState, Conversation, Message
from hujiao.data_sources.contracts import Found, Plain
from hujiao.flows import contracts as flows
from hujiao.interactions import contracts as interactions
from hujiao.kit.i18n import Said
from hujiao.routing.blending import BlendState
from hujiao.routing.contracts import ProblemKind


class MakeSpeech(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the speech service for this text and report with `SpeechReady`."""

    interaction_id: UUID
    playback: int
    text: str
    language: str
    voice: str | None
    leg_id: str = ""  # of an agent who is to hear it; "": the flow says it


class SpeechReady(msgspec.Struct, frozen=True, kw_only=True):
    """`prompt` is the sound's content address; None when it could not be made."""

    interaction_id: UUID
    playback: int
    prompt: str | None
    leg_id: str = ""


class AskSource(msgspec.Struct, frozen=True, kw_only=True):
    """Ask this data source and report with `SourceAnswered`."""

    interaction_id: UUID
    serial: int
    source_id: UUID
    parameters: dict[str, Plain]


class SourceAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """`serial` is the question's; an answer to another one comes too late."""

    interaction_id: UUID
    serial: int
    found: Found


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something failed and its default was used; `about` is the object to be mended."""

    kind: ProblemKind
    place: str
    about: UUID | None = None
    said: Said


class ProblemMet(msgspec.Struct, frozen=True):
    """A problem that nobody has been told of yet."""

    problem: Problem


class LookUpCaller(msgspec.Struct, frozen=True, kw_only=True):
    """Ask what is known of the caller and report with `CallerFound`; the call goes on meanwhile.

    `meant`: the customer whom an agent calls, also where others have the number.
    """

    interaction_id: UUID
    caller_key: str
    project_id: UUID | None = None
    meant: UUID | None = None


class CallerFound(msgspec.Struct, frozen=True, kw_only=True):
    interaction_id: UUID
    customer_id: UUID | None = None
    name: str = ""
    grade: int = 0
    own_agent: UUID | None = None
    last_agent: UUID | None = None
    last_agent_at: datetime | None = None


class TimerFired(msgspec.Struct, frozen=True, kw_only=True):
    interaction_id: UUID
    name: str
    due_at: datetime


class BlendingDue(msgspec.Struct, frozen=True):
    """Look again who should move between inbound and outbound work."""

    due_at: datetime


class LineDue(msgspec.Struct, frozen=True, kw_only=True):
    """The trunk had no line to the agent's outside number: it may be called again."""

    agent_id: UUID
    due_at: datetime


class NightDue(msgspec.Struct, frozen=True):
    """Night may begin or end now."""

    due_at: datetime


class AssignWork(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor gives agents work until a time or until they sign out; None: as the rules say."""

    agent_ids: tuple[UUID, ...]
    work: WorkKind | None
    until_at: datetime | None
    by: UUID


class AnswerSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor accepts or dismisses what a blending rule suggests."""

    rule_id: UUID
    accept: bool
    by: UUID


class AgentCommand(msgspec.Struct, frozen=True):
    agent_id: UUID
    event: AgentEvent


class InteractionCommand(msgspec.Struct, frozen=True):
    interaction_id: UUID
    event: Any


class PhonesSeen(msgspec.Struct, frozen=True):
    """Who is registered and answers, by SIP user; None: that is not known."""

    users: frozenset[str] | None


class CallBackAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A flow asks for a call-back. `came_by` is the flow that led to the queue; another one may have led out of it."""

    effect: flows.AskCallBack
    came_by: flows.FlowRun | None


class Live(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A running interaction: its machine, its place in a flow, timers, and effects not yet known to be done.

    `fragment` is its place in a flow that plays while it waits, `chat` what there is besides of a chat. `unconfirmed`
    are legs to agents at outside numbers who have not said that they take the call, and how often each was asked;
    `worker` is the agent who works by this call's keys. It is stored without what is as by default, in all its parts: a
    default keeps its meaning from one version to the next.
    """

    interaction: interactions.InteractionState
    flow: flows.FlowRun | None = None
    fragment: flows.FlowRun | None = None
    timers: dict[str, datetime] = {}
    pending: list[calls.AnyEffect] = []
    commands: int = 0
    looking_up: bool = False
    chat: ChatState | None = None
    unconfirmed: dict[str, int] = {}
    worker: UUID | None = None

    @property
    def run(self) -> flows.FlowRun | None:
        """The flow that speaks to the caller now."""
        return self.fragment or self.flow


class Blends:
    """What blending keeps: a state of each rule, committed like the agents, and how it looks; when to look again."""

    def __init__(self) -> None:
        self.states: dict[UUID, BlendState] = {}
        self.written: dict[UUID, BlendState] = {}
        self.views: dict[UUID, dict[str, Any]] = {}
        self.due: datetime | None = None

    def load(self, states: dict[UUID, BlendState]) -> None:
        self.states, self.written = dict(states), dict(states)


class Turn:
    """What one or more events led to, since the last commit."""

    def __init__(self) -> None:
        self.facts: list[tuple[datetime, UUID | None, interactions.Fact]] = []
        self.effects: list[tuple[UUID, calls.AnyEffect]] = []
        self.speech: list[MakeSpeech] = []
        self.callers: list[LookUpCaller] = []
        self.questions: list[AskSource | AskAgent] = []
        self.problems: list[Problem] = []
        self.interactions: set[UUID] = set()
        self.ended: set[UUID] = set()
        self.agents: set[UUID] = set()
        self.queues: set[UUID] = set()
        self.timers: list[TimerFired | AdjustmentTimer | BlendingDue | NightDue | LineDue] = []
        self.blends: set[UUID] = set()
        self.kept: set[UUID] = set()  # interactions that are to be written though nobody's view of them changes
        self.conversations: list[Conversation] = []
        self.messages: list[tuple[UUID, Message]] = []
        self.chat_reads: list[tuple[UUID, str, int]] = []
        self.sought: set[UUID] = set()  # chats whose visitors are looked for
        self.chat_states: set[UUID] = set()  # of which the visitors are to be told how they stand

    def empty(self) -> bool:
        happened = self.facts or self.effects or self.interactions or self.agents or self.timers or self.blends
        return not (happened or self.kept or self.messages)
