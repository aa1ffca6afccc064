"""Flow document, version 1: a graph of nodes as JSON. This is what the editor saves and the interpreter runs.

Prompts are named; a name stands for the tenant's prompt in the caller's language. Expressions are CEL over `vars`
(the flow's variables), `caller`, `called`, `keys`, `language`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hujiao.interactions.views import CallBackTermsView

PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")  # of a variable in a text

Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
MOST_NODES = 500
Names = Annotated[list[str], Field(max_length=50)]
NodeId = Annotated[str, Field(min_length=1, max_length=64)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=4000)


class Position(Strict):
    x: float = Field(ge=-1e6, le=1e6)
    y: float = Field(ge=-1e6, le=1e6)


class Node(Strict):
    label: str = ""
    position: Position | None = None


class Answer(Node):
    type: Literal["answer"]
    next: NodeId


class Play(Node):
    type: Literal["play"]
    prompts: Names = Field(min_length=1)
    barge_in: bool = False
    next: NodeId


class Say(Node):
    """Speak a text made now; `{{name}}` in it is the variable `name`."""

    type: Literal["say"]
    text: str = Field(min_length=1, max_length=2000)
    language: str | None = None
    voice: str | None = None
    next: NodeId


class Menu(Node):
    type: Literal["menu"]
    prompts: Names = Field(min_length=1)
    keys: dict[Key, NodeId] = Field(min_length=1, max_length=12)
    repeat_key: Key | None = None
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    tries: int = Field(default=3, ge=1, le=10)
    timeout_prompts: Names = []
    invalid_prompts: Names = []
    on_timeout: NodeId | None = None
    on_invalid: NodeId | None = None


class Collect(Node):
    """Digits into a variable: `terminator` or the time-out ends them, `restart_key` begins again."""

    type: Literal["collect"]
    prompts: Names = Field(min_length=1)
    variable: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    min_digits: int = Field(default=1, ge=0, le=64)
    max_digits: int = Field(default=20, ge=1, le=64)
    terminator: Key | None = "#"
    restart_key: Key | None = "*"
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    tries: int = Field(default=3, ge=1, le=10)
    secret: bool = False
    next: NodeId
    on_timeout: NodeId | None = None


class Set(Node):
    type: Literal["set"]
    values: dict[str, str] = Field(min_length=1, max_length=100)
    next: NodeId


class Case(Strict):
    when: str = Field(min_length=1)
    next: NodeId


class Branch(Node):
    type: Literal["branch"]
    cases: list[Case] = Field(min_length=1, max_length=100)
    otherwise: NodeId


class Hours(Node):
    """Which way by whether business hours are open now. Without a way of their own, a holiday and an emergency (closed
    by hand) go on as closed."""

    type: Literal["hours"]
    hours: str
    open: NodeId
    closed: NodeId
    holiday: NodeId | None = None
    emergency: NodeId | None = None


class Share(Strict):
    percent: float = Field(ge=0, le=100)
    label: str = ""
    next: NodeId


class Split(Node):
    """So many per cent go each way; `by` the caller the same caller always goes the same way."""

    type: Literal["split"]
    branches: list[Share] = Field(min_length=1, max_length=20)
    by: Literal["interaction", "caller"] = "interaction"


class LookUp(Node):
    """Ask a data source; its results become variables, with `prefix` before their names.

    Without a way of their own, *not found* and *failure* go on as usual, with the source's defaults.
    """

    type: Literal["look_up"]
    source: str
    parameters: dict[str, str] = Field(default={}, max_length=50)
    prefix: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,31})?$")
    next: NodeId
    on_not_found: NodeId | None = None
    on_failure: NodeId | None = None


class Queue(Node):
    """Wait for an agent. `after` goes on when the agent has hung up (satisfaction, say).

    `queue_from` and `priority_from` are expressions that go before `queue` and `priority`; `needs` are levels of
    skills, by id, as expressions: below 1 the skill is not needed.
    """

    type: Literal["queue"]
    queue: str
    queue_from: str = Field(default="", max_length=2000)
    priority: int = Field(default=0, ge=-1_000_000, le=1_000_000)
    priority_from: str = Field(default="", max_length=2000)
    needs: dict[UUID, str] = Field(default={}, max_length=20)
    max_wait_seconds: int | None = Field(default=None, ge=1, le=31 * 86_400)
    on_timeout: NodeId | None = None
    after: NodeId | None = None
    keys: dict[Key, NodeId] = Field(default={}, max_length=12)


class CallBack(Node, CallBackTermsView):
    """Enter a call-back for the caller, at the place they have just left, and go on; then the flow says goodbye.

    `queue` empty: the queue just left. `number` empty: the caller's own; `{{name}}` in it is the variable `name`.
    """

    type: Literal["call_back"]
    queue: str = ""
    number: str = ""
    next: NodeId
    on_failure: NodeId | None = None


class ReturnToQueue(Node):
    """In a flow that plays to waiting callers: wait on, at the place that was kept all the time."""

    type: Literal["return"]


class QueueFigures(Node):
    """What a queue is like now, as variables: `waiting`, `agents_free`, `agents_signed_in`, `expected_minutes`."""

    type: Literal["queue_figures"]
    queue: str
    next: NodeId


class Transfer(Node):
    type: Literal["transfer"]
    to: str = Field(min_length=1)
    timeout_seconds: int = Field(default=30, ge=5, le=120)
    on_failure: NodeId | None = None


class RecordMessage(Node):
    """After a tone record the caller until `#`, `silence_seconds` without a word (0: never) or the longest time."""

    type: Literal["record_message"]
    prompts: Names = []
    max_seconds: int = Field(default=120, ge=1, le=600)
    silence_seconds: int = Field(default=10, ge=0, le=60)
    variable: str = "message"
    next: NodeId


class HangUp(Node):
    type: Literal["hang_up"]
    cause: int = Field(default=16, ge=1, le=127)


AnyNode = Annotated[
    Answer
    | Play
    | Say
    | Menu
    | Collect
    | Set
    | Branch
    | Hours
    | Split
    | LookUp
    | Queue
    | CallBack
    | ReturnToQueue
    | QueueFigures
    | Transfer
    | RecordMessage
    | HangUp,
    Field(discriminator="type"),
]


class FlowDocument(Strict):
    version: Literal[1] = 1
    start: NodeId
    nodes: dict[NodeId, AnyNode] = Field(min_length=1, max_length=MOST_NODES)
