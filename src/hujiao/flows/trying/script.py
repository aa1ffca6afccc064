"""A script, by which a flow is walked without a telephone, and what the walk was like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hujiao.data_sources.contracts import Outcome, Plain
from hujiao.hours.contracts import Schedule
from hujiao.kit.views import Input, Moment

MOST_ACTS = 300
LONGEST_VALUE = 4000
PlainValue = Annotated[str, StringConstraints(max_length=LONGEST_VALUE)] | bool | int | float | None

# What may become of what a flow asks the outside for.
Happening = Literal["answered", "nobody", "done", "refused", "ended", "left", "full"]
Waits = Literal[
    "playing", "key", "recording", "source", "queue", "figures", "transfer", "call_back", "conference",
    "agent_check", "agent_act", "ended",
]  # fmt: skip


class Press(Input):
    """The caller presses keys."""

    do: Literal["press"]
    keys: str = Field(pattern=r"^[0-9*#]{1,64}$")


class Write(Input):
    """The customer writes this, where the flow serves a chat."""

    do: Literal["write"]
    text: str = Field(min_length=1, max_length=1000)


class Wait(Input):
    """The caller does nothing: what plays is heard to its end, a time-out comes, a message is recorded."""

    do: Literal["wait"]


class TriedAnswer(Input):
    """What the data source answers; what is left out has its default."""

    do: Literal["answer"]
    outcome: Outcome = "ok"
    values: dict[str, PlainValue] = Field(default={}, max_length=100)
    seconds: float = Field(default=0.0, ge=0, le=60)


class TriedFigures(Input):
    """What the queue is like."""

    do: Literal["figures"]
    waiting: int = Field(default=0, ge=0, le=100_000)
    agents_free: int = Field(default=1, ge=0, le=100_000)
    agents_signed_in: int = Field(default=1, ge=0, le=100_000)
    expected_minutes: int = Field(default=0, ge=0, le=100_000)


class Happen(Input):
    """What becomes of the caller at a queue, a transfer, a call-back, a conference, or as an agent."""

    do: Literal["happen"]
    what: Happening


class HangUp(Input):
    do: Literal["hang_up"]


Act = Annotated[Press | Write | Wait | TriedAnswer | TriedFigures | Happen | HangUp, Field(discriminator="do")]


class Script(Input):
    """Who calls, whom, when, in which language, and what they do. Without `at` it is now; by another `draw` shares of
    callers are drawn anew."""

    caller: str = Field(default="13800138000", max_length=40)
    called: str = Field(default="95001", max_length=40)
    language: str = Field(default="zh-CN", min_length=2, max_length=16)
    at: Moment | None = None
    draw: int = Field(default=0, ge=0, le=1_000_000)
    acts: list[Act] = Field(default=[], max_length=MOST_ACTS)


@dataclass(frozen=True, slots=True)
class Around:
    """What there is around a flow: business hours, data sources with their defaults and the documents of the flows that
    it may call, by id; prompts by name and language, of which the tenant's `language` stands in for the others."""

    now: datetime
    zone: str
    language: str
    schedules: Mapping[str, Schedule]
    prompts: frozenset[tuple[str, str]]
    sources: Mapping[str, Mapping[str, Plain]]
    flows: Mapping[str, dict[str, Any]]

    def has_prompt(self, name: str, language: str) -> bool:
        return bool({(name, language), (name, self.language)} & self.prompts)


@dataclass(slots=True)
class Heard:
    """Prompts, of which `missing` are not there, or a text that is spoken."""

    prompts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    text: str = ""


@dataclass(slots=True)
class Trouble:
    field: str
    message: str


@dataclass(slots=True)
class Noted:
    """What is written into the ledger of a call."""

    kind: str
    data: dict[str, Any]


@dataclass(slots=True)
class TriedStep:
    """What happened at one node by one act (None: the call came). `way` led here from the node before. `flow` is that
    of the node when it is another one, which the walk goes through as a step."""

    act: int | None
    flow: str | None
    node: str
    type: str
    label: str
    way: str | None
    heard: list[Heard] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    problems: list[Trouble] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Question:
    """What a data source is asked just now; what was typed in secret is masked where `shown` says so."""

    source: str
    parameters: dict[str, Plain]


@dataclass(slots=True)
class Walked:
    """The whole walk, and what the caller waits for after it. `choices` are what may become of it.

    `misfit` is the first act that had no meaning where the caller was; nothing after it was done.
    """

    steps: list[TriedStep]
    node: str
    waits: Waits
    choices: list[str]
    question: Question | None
    ended: str | None
    misfit: int | None
    cut_off: bool
    path: list[str]
    ways: list[tuple[str, str]]
    variables: dict[str, Any]
