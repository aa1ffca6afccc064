"""Flows at run time: where a caller is in the graph, what moves it, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.data_sources.contracts import Outcome, Plain
from hujiao.interactions.contracts import CallBackTerms, ConferenceTerms, EndReason
from hujiao.kit.expressions import Allowance
from hujiao.kit.i18n import Said

Phase = Literal["ready", "playing", "waiting_key", "recording", "looking_up", "away", "failing", "over"]
AgentAct = Literal["state", "available", "not_ready", "result", "sign_in_or_out"]
HIDDEN = "•••"  # stands where a secret was


class CallBackOffer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a queue offers its waiting callers, and the prompts by which it does."""

    prompts: tuple[str, ...]
    terms: CallBackTerms


class Frame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a flow has called another one, and what it knew."""

    flow_id: UUID
    version: int
    node: str
    variables: dict[str, Any] = {}
    secrets: dict[str, Any] = {}


class FlowRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A caller's place in a flow. `typed_ahead` holds keys pressed before anything asked for them.

    `secrets` are variables that expressions and look-ups may use and that nobody is shown; a stored run has them, and
    the keys that may become one, `sealed`.

    `frames` are the flows that called this one, the outermost first; `versions` those of all flows that may be called,
    as they were published when the caller entered the first.

    Two flows are not a tenant's: a queue's voicemail, of which `voicemail` is the greeting, and its `offer` of a
    call-back; `flow_id` is then the queue's.
    """

    flow_id: UUID
    version: int
    node: str
    phase: Phase = "ready"
    playback: int = 0
    tries: int = 0
    digits: str = ""
    typed_ahead: str = ""
    keys: str = ""
    variables: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    sealed: str = ""
    path: tuple[tuple[str, str, str], ...] = ()
    voicemail: tuple[str, ...] | None = None
    offer: CallBackOffer | None = None
    stage: tuple[str, ...] = ()  # where the caller is in a step of several parts
    unwaited: int = 0  # steps since there was something to wait for
    entered: int = 0  # nodes, in the whole call
    frames: tuple[Frame, ...] = ()
    versions: dict[str, int] = {}

    def _parts(self) -> tuple[Frame | FlowRun, ...]:
        return (*self.frames, self)

    def begun(self) -> Frame | FlowRun:
        """Return the place in the flow that the caller entered first."""
        return self.frames[0] if self.frames else self

    def in_use(self) -> set[tuple[UUID, int]]:
        """Return all flows that the caller may come through, with their versions."""
        places = {(part.flow_id, part.version) for part in self._parts()}
        return places | {(UUID(flow_id), version) for flow_id, version in self.versions.items()}

    def given(self, values: Mapping[str, Any]) -> FlowRun:
        """Return the run with these besides what it and the flows that called it know."""

        def more(part: Any) -> Any:
            return replace(part, variables={**part.variables, **values})

        run: FlowRun = more(self)
        return replace(run, frames=tuple(map(more, self.frames)))

    def without_secrets(self) -> FlowRun:
        frames = tuple(replace(frame, secrets={}) for frame in self.frames)
        return replace(self, secrets={}, frames=frames)

    def all_variables(self) -> dict[str, Any]:
        """Return the variables of this flow and of those that called it."""
        return {name: value for part in self._parts() for name, value in part.variables.items()}

    def secret_texts(self) -> set[str]:
        """Return what must not be shown: also that of flows that call the same name something else."""
        return {str(value) for part in self._parts() for value in part.secrets.values()} - {""}

    def all_secrets(self) -> dict[str, Any]:
        """Return the secrets of this flow and of those that called it."""
        return {name: value for part in self._parts() for name, value in part.secrets.items()}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """What a flow may know of the caller. `customer` is the same for all forms of a number, "" for nobody.

    `now` is the time where the tenant is, and `zone` which that is.

    `phase_of` says whether business hours are open now, None if unknown; `flow_of` gives the version and
    the document of a flow that may be called; `allowance` is what its expressions may take.
    """

    caller: str
    called: str
    language: str
    customer: str = ""
    interaction: str = ""
    now: str = ""
    zone: str = "UTC"
    phase_of: Callable[[str], str | None] = lambda hours: None
    flow_of: Callable[[str], tuple[int, Any] | None] = lambda flow_id: None
    allowance: Allowance | None = None


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Begin(msgspec.Struct, frozen=True):
    """Enter the node in the run."""


class GoTo(msgspec.Struct, frozen=True):
    """Go on at this node, with these variables besides those that there are."""

    node: str
    variables: dict[str, Any] = {}


class Key(msgspec.Struct, frozen=True):
    key: str


class Text(msgspec.Struct, frozen=True):
    """What somebody wrote where others press keys."""

    text: str


class Played(msgspec.Struct, frozen=True):
    """`waited` False: nobody had to listen, it stands written in a chat."""

    playback: int
    waited: bool = True


class WaitOver(msgspec.Struct, frozen=True):
    """The digit timer is due."""


class MessageDone(msgspec.Struct, frozen=True):
    name: str


class Failed(msgspec.Struct, frozen=True):
    """What the node asked for could not be done."""

    said: Said


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking a data source: every result has its value or its default."""

    serial: int
    outcome: Outcome
    values: dict[str, Plain]
    seconds: float = 0.0
    cached: bool = False
    problem: str = ""


class AgentTold(msgspec.Struct, frozen=True, kw_only=True):
    """What came of `CheckAgent` and `ActAsAgent`: sentences for the agent at the telephone, or names to choose from.

    `more`: the same choice is read on; `failed`: number and PIN could not be checked.
    """

    serial: int
    outcome: Literal["refused", "failed", "told", "choose", "more"]
    act: AgentAct = "state"
    path: tuple[int, ...] = ()
    said: tuple[Said, ...] = ()
    choices: tuple[str, ...] = ()
    agent_id: UUID | None = None


FlowEvent = Begin | GoTo | Key | Text | Played | WaitOver | MessageDone | Failed | Looked | AgentTold


# ── effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class AnswerCall(msgspec.Struct, frozen=True):
    pass


class PlayNamed(msgspec.Struct, frozen=True):
    """Play these prompts of the tenant, by name."""

    playback: int
    names: tuple[str, ...]


class Speak(msgspec.Struct, frozen=True):
    """Make this text into sound and play it; `written` is what stands in a chat, if not the text."""

    playback: int
    text: str
    language: str | None
    voice: str | None
    written: str | None = None


class SpeakLanguage(msgspec.Struct, frozen=True):
    """Let the call go on in this language."""

    language: str


class StopPlaying(msgspec.Struct, frozen=True):
    playback: int


class WaitForKey(msgspec.Struct, frozen=True):
    seconds: int


class StopWaiting(msgspec.Struct, frozen=True):
    pass


class AskSource(msgspec.Struct, frozen=True, kw_only=True):
    """Ask a data source and come back with `Looked`."""

    serial: int
    source: str
    parameters: dict[str, Plain]


class CheckAgent(msgspec.Struct, frozen=True, kw_only=True):
    """Ask whether the caller is the agent with this own number (工号), and come back with `AgentTold`."""

    serial: int
    number: str
    pin: str


class ActAsAgent(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent who was known wants; `path` is what was chosen, from 1, level by level."""

    serial: int
    act: AgentAct
    path: tuple[int, ...] = ()
    more: bool = False


class ToQueue(msgspec.Struct, frozen=True, kw_only=True):
    """`wanted` is a queue's name or id that an expression gave; it goes before `queue` if there is such a queue."""

    queue: str
    priority: int
    wanted: str = ""
    needs: dict[UUID, int] = {}
    max_wait_seconds: int | None
    on_timeout: str | None
    after: str | None
    keys: dict[str, str] = {}


class AskCallBack(msgspec.Struct, frozen=True, kw_only=True):
    """Enter a call-back; the flow goes on at `next`, or at `on_failure` when nobody can be called so."""

    queue: str
    number: str
    terms: CallBackTerms
    next: str
    on_failure: str | None


class AskQueueFigures(msgspec.Struct, frozen=True):
    """Set the queue's figures as variables and go on at `next`."""

    queue: str
    next: str


class Return(msgspec.Struct, frozen=True):
    """Wait on in the queue."""


class ToNumber(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    timeout_seconds: int
    on_failure: str | None


class ToConference(msgspec.Struct, frozen=True):
    """Take part in a conference; when that is not possible, the flow goes on where the terms say."""

    terms: ConferenceTerms


class TakeMessage(msgspec.Struct, frozen=True):
    max_seconds: int
    silence_seconds: int


class End(msgspec.Struct, frozen=True, kw_only=True):
    """`wanted`: a node says so; else the flow knows no other way on."""

    reason: EndReason
    cause: int = 16
    wanted: bool = False


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An expression that failed and without whose value the flow goes on; without a `field`, a step that ended it."""

    flow_id: UUID
    node: str
    label: str
    field: str = ""
    said: Said


class Note(msgspec.Struct, frozen=True):
    """For the ledger."""

    kind: str
    data: dict[str, Any]


FlowEffect = (
    AnswerCall
    | PlayNamed
    | Speak
    | SpeakLanguage
    | StopPlaying
    | WaitForKey
    | StopWaiting
    | AskSource
    | CheckAgent
    | ActAsAgent
    | ToQueue
    | AskCallBack
    | AskQueueFigures
    | Return
    | ToNumber
    | ToConference
    | TakeMessage
    | End
    | Problem
    | Note
)
