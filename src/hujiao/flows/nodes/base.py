"""What every kind of node has: its fields and what they stand for, what it checks, what it does with a caller.

A kind is one module of this folder with one class. Its fields say by their types what they stand for (`Way` leads to
another node, `Expression` is compiled, `QueueId` must exist, …): by that a flow is checked, drawn and edited. A node
never sees the interpreter: it moves the caller by the `Walk` that it is given, and knows no other kind.

The fields are pydantic's, as those of the whole document: what somebody sends is refused with its bounds and its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Annotated, Any, ClassVar, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hujiao.flows.contracts import AgentTold, Caller, FlowEffect, FlowRun, Looked, Phase
from hujiao.interactions.contracts import EndReason
from hujiao.kit.events import Event
from hujiao.kit.i18n import Said

PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")  # of a variable in a text

Group = Literal["sound", "decide", "queue", "call"]
Icon = Literal[
    "audio", "branches", "chart", "clock", "database", "digits", "form", "headset", "list", "message", "percent",
    "phone", "power", "return", "rollback", "sound", "swap", "flow", "language",
]  # fmt: skip
Role = Literal[
    "way", "key", "prompt", "expression", "template", "outside_number", "variable", "language", "voice",
    "queue", "hours", "skill", "source", "flow",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Is:
    """What a field, or a key or member of it, stands for."""

    role: Role


Way = Annotated[str, Field(min_length=1, max_length=64), Is("way")]
Key = Annotated[str, Field(pattern=r"^[0-9*#]$"), Is("key")]
PromptNames = Annotated[list[Annotated[str, Is("prompt")]], Field(max_length=50)]
Expression = Annotated[str, Is("expression")]
Template = Annotated[str, Is("template")]  # `{{name}}` in it is the variable `name`
OutsideNumber = Annotated[str, Is("outside_number")]  # a template, too
Variable = Annotated[str, Is("variable")]
Language = Annotated[str, Is("language")]
Voice = Annotated[str, Is("voice")]
QueueId = Annotated[str, Is("queue")]
HoursId = Annotated[str, Is("hours")]
SkillId = Annotated[UUID, Is("skill")]
SourceId = Annotated[str, Is("source")]
FlowId = Annotated[str, Is("flow")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=4000)


class Position(Strict):
    x: float = Field(ge=-1e6, le=1e6)
    y: float = Field(ge=-1e6, le=1e6)


@dataclass(frozen=True, slots=True)
class Called:
    """What a published flow takes and gives; `required` are the parameters that must be given."""

    parameters: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What the tenant has: ids, and of prompts the names; the `sources` with their parameters; the published `flows` of
    the same project. `refusal` says why a number is not called; `wrong` is what is wrong with which expression."""

    queues: frozenset[str]
    prompts: frozenset[str]
    hours: frozenset[str]
    skills: frozenset[str]
    sources: Mapping[str, frozenset[str]]
    refusal: Callable[[str], str | None]
    wrong: Mapping[str, Said]
    flows: Mapping[str, Called] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a node's field. `message` is a key of the language files, `detail` fills its places."""

    field: str
    message: str
    detail: dict[str, str] = made(default_factory=dict)
    severity: Literal["error", "warning"] = "error"


class Walk(Protocol):
    """One caller at one node: what a node may see and do.

    Where the caller goes next, and what was pressed ahead, is taken up when the node has returned.
    """

    @property
    def run(self) -> FlowRun: ...

    @property
    def caller(self) -> Caller: ...

    def goto(self, node_id: str) -> None:
        """Lead the caller to this node of the flow."""

    def end(self, reason: EndReason, cause: int = 16, *, wanted: bool = False) -> None:
        """End the call."""

    def effect(self, effect: FlowEffect) -> None:
        """Ask the engine for this."""

    def note(self, kind: str, data: dict[str, Any]) -> None:
        """Write this into the ledger; it has the node's id without being told."""

    def become(
        self,
        phase: Phase,
        *,
        tries: int | None = None,
        digits: str | None = None,
        stage: tuple[str, ...] | None = None,
    ) -> None:
        """Say what the caller waits for now, how often they were asked, what they have typed so far, and where in the
        step they are."""

    def count(self, phase: Phase) -> int:
        """`become`, with the next number, by which what comes back for it is known."""

    def play(self, prompts: Collection[str]) -> None:
        """Play these prompts; `played` comes back."""

    def wait(self, seconds: int) -> None:
        """Wait for a key; `key_pressed` or `wait_over` comes back."""

    def hush(self) -> None:
        """Stop what plays, or the waiting."""

    def keep_key(self, key: str) -> None:
        """Keep it for the next node that asks for keys."""

    def kept_keys(self) -> str:
        """Return the keys that were kept, once."""

    def press(self, keys: str) -> None:
        """Let these keys count as pressed when the node has returned."""

    def leads_on(self) -> bool:
        """Return whether the node has said where the caller goes next."""

    def call(self, flow: str, given: Mapping[str, Any], hidden: Collection[str], otherwise: str | None) -> None:
        """Lead the caller through another flow, which has these variables alone; `returned` comes back. Where it cannot
        be gone through, go on `otherwise`."""

    def give_back(self, values: Mapping[str, Any], hidden: Collection[str] = ()) -> None:
        """End this flow with these results, and go on in the one that called it; without one, end the call."""

    def chose(self, keys: str) -> None:
        """Write into ledger and course what the caller pressed."""

    def remember(self, values: dict[str, Any], hidden: Collection[str] = ()) -> None:
        """Keep these variables with the call, as far as there is room for all of them; nobody sees the hidden ones."""

    def attempt(self, field: str, source: str) -> Any:
        """Return the expression's value; None, and the problem told, when it has none."""

    def whole(self, field: str, source: str) -> int | None:
        """Return the expression's value as a whole number, texts of digits included; else as `attempt`."""

    def tells_secret(self, source: str, value: Any) -> bool:
        """Return whether the expression's value gives away what the caller typed in secret."""

    def filled(self, text: str, said: Callable[[Any], str] = str) -> str:
        """Return the text with its variables, each as it is said."""

    def masked(self, value: Any) -> Any:
        """Return what may be shown of a value."""


class Node(Strict):
    """A step of a flow.

    `group` and `icon` place it in the palette; `summary` names the fields that its card shows; `makes` are variables
    that it always sets, `says` are the kinds of events that it alone notes. A kind with `asks` has a question: while it
    is asked, keys are for nobody else. A kind with `voice_only` has no meaning where people write. Without `waits` it
    leads on at once: a ring of such steps alone may never end.
    """

    group: ClassVar[Group]
    icon: ClassVar[Icon]
    summary: ClassVar[tuple[str, ...]] = ()
    makes: ClassVar[tuple[str, ...]] = ()
    says: ClassVar[tuple[type[Event], ...]] = ()
    asks: ClassVar[bool] = False
    voice_only: ClassVar[bool] = False
    waits: ClassVar[bool] = True

    type: str
    label: str = ""
    position: Position | None = None

    def secrets(self) -> Collection[str]:
        """Return the variables of this node that nobody is shown."""
        return ()

    def flaws(self, known: Known) -> Iterator[Flaw]:
        """Yield what is wrong with it, besides what its fields' types say."""
        yield from ()

    def enter(self, walk: Walk) -> None:
        """Do what the node is for."""
        raise NotImplementedError

    def played(self, walk: Walk) -> None:
        """Go on when what it played has been heard."""

    def key_pressed(self, walk: Walk, key: str) -> None:
        """Take a key that was pressed while it played or waited; kept for the next node that asks, if not said
        otherwise."""
        walk.keep_key(key)

    def text_given(self, walk: Walk, text: str) -> None:
        """Take what somebody wrote; a step that asks nothing leaves it be."""

    def choices(self) -> Mapping[str, str]:
        """Return what may be answered and how it reads, in a chat: key → label; empty where anything may be."""
        return {}

    def wait_over(self, walk: Walk) -> None:
        """Go on when nobody pressed a key in time."""

    def looked_up(self, walk: Walk, found: Looked) -> None:
        """Go on with what a data source answered."""

    def returned(self, walk: Walk, values: dict[str, Any], hidden: Collection[str]) -> None:
        """Go on with what the flow that it called gives back."""

    def agent_told(self, walk: Walk, told: AgentTold) -> None:
        """Go on with what an agent at the telephone is told."""

    def message_done(self, walk: Walk, name: str) -> None:
        """Go on when the caller's message is recorded under this name."""


def kind_of(node: type[Node]) -> str:
    """Return the name of a kind: what stands as `type` in a document."""
    (name,) = node.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
    return str(name)
