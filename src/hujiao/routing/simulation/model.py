"""A scenario as people write it: a YAML document of queues, agents and callers; docs/users/simulation.md explains it.

Scalars are taken as text and understood by the field that they stand in, so that 14:00 is a time of day, not a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hujiao.routing import contracts
from hujiao.routing.blend_views import CalmView, LoadView
from hujiao.routing.blending import BlendRule
from hujiao.routing.simulation.outbound import Outbound
from hujiao.routing.simulation.plan import Load, Plan, Rate, Shift, Time

DAY = 86_400.0
MOST_AGENTS = 20_000


class BadScenario(ValueError):
    """Its text names the line, the field and what would be right; one line for each mistake."""


class _Misplaced(ValueError):
    """A mistake that shows in a field below the one that is checked."""

    def __init__(self, path: tuple[str | int, ...], problem: str) -> None:
        super().__init__(problem)
        self.path = path


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _time_of_day(value: Any) -> Any:
    """ "08:30" or "08:30:15" as seconds of the day; 24:00 is the day's end."""
    if isinstance(value, str):
        parts = value.split(":")
        if len(parts) not in (2, 3) or not all(part.isdigit() and len(part) <= 2 for part in parts):
            raise ValueError("should be a time of day like 08:30")
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        if minutes > 59 or seconds > 59 or hours * 3600 + minutes * 60 + seconds > DAY:
            raise ValueError("should be a time of day from 00:00 to 24:00")
        return float(hours * 3600 + minutes * 60 + seconds)
    return value


TimeOfDay = Annotated[float, BeforeValidator(_time_of_day)]
Seconds = Annotated[float, Field(ge=0, le=30 * DAY)]
Level = Annotated[int, Field(ge=1, le=10)]


class Duration(_Strict):
    """Seconds by chance. A number alone is the mean of exponential times."""

    distribution: Literal["exponential", "lognormal", "fixed"] = "exponential"
    mean: Seconds
    cv: Annotated[float, Field(gt=0, le=10)] = 1.0

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return {"mean": value} if isinstance(value, str | int | float) else value

    def time(self) -> Time:
        return Time(self.distribution, self.mean, self.cv)


def _none(value: Any) -> Any:
    return None if value in ("none", "") else value


Patience = Annotated[Duration | None, BeforeValidator(_none)]


def _criterion(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


class AgentCriterion(_Strict):
    kind: contracts.AgentCriterionKind = "expression"
    expression: str = ""


class ItemCriterion(_Strict):
    kind: contracts.ItemCriterionKind = "expression"
    expression: str = ""


AgentOrder = tuple[Annotated[AgentCriterion, BeforeValidator(_criterion)], ...]
ItemOrder = tuple[Annotated[ItemCriterion, BeforeValidator(_criterion)], ...]


class Arrivals(_Strict):
    """One of: a rate (`per_hour`, with a factor for each half hour), a `file` of times, or `times`.

    A time is seconds from the start, a time of day, or a date with time (then the first one's day is the first day).
    """

    per_hour: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    profile: tuple[Annotated[float, Field(ge=0, le=100)], ...] = ()
    file: str | None = None
    times: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.per_hour, self.file, self.times)) != 1:
            raise ValueError("should say exactly one of per_hour, file and times")
        if self.profile and self.per_hour is None:
            raise ValueError("a profile goes with per_hour")
        return self

    @field_validator("file")
    @classmethod
    def _readable(cls, value: str | None, info: ValidationInfo) -> str | None:
        """What the file holds takes its name's place: a scenario is whole in itself."""
        if value is None or info.context is None:
            return value
        try:
            return str(info.context["read"](value))
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{value} cannot be read: {getattr(error, 'strerror', None) or error}") from None

    def plan(self, begins_at: float) -> Rate | tuple[float, ...]:
        if self.per_hour is not None:
            return Rate(self.per_hour, self.profile)
        lines = self.times if self.times is not None else _first_column(self.file or "")
        return tuple(at for at in _times(lines, begins_at) if at >= 0)

    @model_validator(mode="after")
    def _times_are_times(self) -> Self:
        self.plan(0.0)
        return self


def _first_column(text: str) -> tuple[str, ...]:
    """Of a CSV; a heading is passed over."""
    cells = [line.split(",")[0].strip().strip('"') for line in text.splitlines() if line.strip()]
    if cells and not cells[0][:1].isdigit():
        del cells[0]
    return tuple(cells)


def _times(lines: tuple[str, ...], begins_at: float) -> Iterator[float]:
    midnight: datetime | None = None
    for number, line in enumerate(lines, 1):
        try:
            if "-" in line[1:]:
                at = datetime.fromisoformat(line).replace(tzinfo=None)
                midnight = midnight or at.replace(hour=0, minute=0, second=0, microsecond=0)
                yield (at - midnight).total_seconds() - begins_at
            elif ":" in line:
                yield _time_of_day(line) - begins_at
            else:
                at_seconds = float(line)
                if not isfinite(at_seconds):
                    raise ValueError
                yield at_seconds
        except ValueError:
            raise ValueError(
                f"time {number}, {line!r}, should be seconds from the start, a time of day like 08:30:15, "
                "or a date with time like 2026-03-02T08:30:15"
            ) from None


class Who(_Strict):
    """Agents with every skill at its level or better, in one of the groups, at one of the sites."""

    skills: dict[str, Level] = {}
    groups: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()


class RingModel(Who):
    queues: tuple[str, ...] = ()
    after_seconds: Seconds | None = None
    expected_wait_over: Seconds | None = None
    free_at_most: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.skills or self.groups or self.sites or self.queues):
            raise ValueError("should name skills, groups, sites or queues whose agents may help")
        return self


class QueueModel(Who):
    """`handle` may be left out where the scenario's `handle` names the queue's first skill."""

    arrivals: Arrivals
    handle: Duration | None = None
    wrap_up: Duration | None = None
    patience: Patience = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    tier: Annotated[int, Field(ge=0, le=9)] = 0
    reserved: Annotated[int, Field(ge=0, le=1000)] = 0
    target_percent: Annotated[int, Field(ge=1, le=99)] | None = None
    reserved_most: Annotated[int, Field(ge=1, le=1000)] = 10
    rings: tuple[RingModel, ...] = ()
    agent_order: AgentOrder = ()
    grades: dict[int, Annotated[float, Field(ge=0, le=1)]] = {}
    service_level_seconds: Seconds = 20.0
    short_abandon_seconds: Seconds = 5.0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not (self.skills or self.groups or self.sites):
            raise ValueError("should name the skills, groups or sites of the agents who serve it")
        if sum(self.grades.values()) > 1.000001:
            raise ValueError("the grades' shares should not be more than 1 together")
        if self.target_percent is not None and self.reserved > self.reserved_most:
            raise _Misplaced(("reserved",), "should not be more than reserved_most")
        return self


class AgentsModel(_Strict):
    """`count` agents alike; without from and to they work all the time, with them every day."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    count: Annotated[int, Field(ge=1, le=MOST_AGENTS)]
    skills: dict[str, Level] = {}
    groups: frozenset[str] = frozenset()
    site: str = ""
    begins: Annotated[TimeOfDay, Field(alias="from")] = 0.0
    ends: Annotated[TimeOfDay, Field(alias="to")] = DAY
    facts: dict[str, str] = {}

    @model_validator(mode="after")
    def _works(self) -> Self:
        if self.begins == self.ends:
            raise _Misplaced(("to",), "should be another time than from")
        return self


class BlendingModel(_Strict):
    """Who of `groups` (none: everybody) does outbound work while `queues` (none: all) are calm. `handle`: of one."""

    handle: Duration
    queues: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    out: CalmView = CalmView()
    back: LoadView = LoadView()
    level_minutes: Annotated[int, Field(ge=1, le=240)] = 15
    out_per_minute: Annotated[int, Field(ge=1, le=1000)] = 2
    back_per_minute: Annotated[int, Field(ge=1, le=1000)] = 10
    least_outbound_seconds: Seconds = 60.0
    least_inbound_seconds: Seconds = 300.0
    inbound_at_least: Annotated[int, Field(ge=0, le=10_000)] = 1

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.back.service_level_percent >= self.out.service_level_percent:
            raise _Misplaced(("back", "service_level_percent"), "should be below that of out")
        if self.back.waiting_over < self.out.waiting_at_most:
            raise _Misplaced(("back", "waiting_over"), "should be no lower than waiting_at_most of out")
        return self

    def plan(self, queues: frozenset[UUID], agents: frozenset[UUID]) -> Outbound:
        rule = BlendRule(
            id=UUID(int=3 << 64),
            queues=queues,
            agents=agents,
            out=self.out.threshold(),
            back=self.back.threshold(),
            level_seconds=self.level_minutes * 60.0,
            out_per_minute=self.out_per_minute,
            back_per_minute=self.back_per_minute,
            least_outbound_seconds=self.least_outbound_seconds,
            least_inbound_seconds=self.least_inbound_seconds,
            inbound_at_least=self.inbound_at_least,
        )
        return Outbound(rule, self.handle.time())


class Scenario(_Strict):
    name: str = "Simulation"
    start: TimeOfDay = 0.0
    hours: Annotated[float, Field(gt=0, le=24 * 62)]
    warm_up_minutes: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 1
    runs: Annotated[int, Field(ge=1, le=1000)] = 1
    queues: Annotated[dict[str, QueueModel], Field(min_length=1)]
    agents: Annotated[tuple[AgentsModel, ...], Field(min_length=1)]
    handle: dict[str, Duration] = {}
    item_order: ItemOrder = ()
    agent_order: AgentOrder = ()
    head_starts: dict[int, Seconds] = {}
    site_costs: tuple[tuple[str, str, Annotated[float, Field(ge=0)]], ...] = ()
    blending: BlendingModel | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.warm_up_minutes >= self.hours * 60:
            raise _Misplaced(("warm_up_minutes",), "should end before the simulation does")
        if sum(agents.count for agents in self.agents) > MOST_AGENTS:
            raise _Misplaced(("agents",), f"should be no more than {MOST_AGENTS} together")
        for name in self.blending.queues if self.blending else ():
            if name not in self.queues:
                raise _Misplaced(("blending", "queues"), f"names {name!r}, which is no queue here")
        for name, queue in self.queues.items():
            if queue.handle is None and not any(skill in self.handle for skill in queue.skills):
                raise _Misplaced(("queues", name, "handle"), "is missing, and handle names none of its skills")
            for number, ring in enumerate(queue.rings):
                unknown = [other for other in ring.queues if other not in self.queues]
                if unknown:
                    path = ("queues", name, "rings", number, "queues")
                    raise _Misplaced(path, f"names {unknown[0]!r}, which is no queue here")
        return self

    def plan(self) -> Plan:
        ids = _Ids()
        length = self.hours * 3600
        agents: dict[UUID, contracts.RoutingAgent] = {}
        shifts: list[Shift] = []
        for alike in self.agents:
            for _ in range(alike.count):
                agent = contracts.RoutingAgent(
                    id=UUID(int=(2 << 64) + len(agents)),
                    skills=ids.skills(alike.skills),
                    groups=frozenset(map(ids, alike.groups)),
                    site=alike.site,
                    facts={"site": alike.site, **alike.facts},
                )
                agents[agent.id] = agent
                shifts += [Shift(agent.id, *shift) for shift in _shifts(alike, self.start, length)]
        return Plan(
            contracts.Setup(
                queues={ids(name): self._queue(name, queue, ids) for name, queue in self.queues.items()},
                agents=agents,
                item_order=_order(contracts.ItemCriterion, self.item_order) or contracts.ITEM_ORDER,
                agent_order=_order(contracts.AgentCriterion, self.agent_order) or contracts.AGENT_ORDER,
                head_starts=dict(self.head_starts),
                site_costs={(one, other): cost for one, other, cost in self.site_costs},
            ),
            {ids(name): self._load(queue) for name, queue in self.queues.items()},
            tuple(shifts),
            length,
            self.warm_up_minutes * 60,
            self.start,
            {ids(name): name for name in self.queues},
            outbound=self._outbound(agents, ids),
        )

    def _outbound(self, agents: dict[UUID, contracts.RoutingAgent], ids: _Ids) -> Outbound | None:
        if self.blending is None:
            return None
        groups = frozenset(map(ids, sorted(self.blending.groups)))
        may = frozenset(agent.id for agent in agents.values() if not groups or groups & agent.groups)
        return self.blending.plan(frozenset(map(ids, self.blending.queues or self.queues)), may)

    def _queue(self, name: str, queue: QueueModel, ids: _Ids) -> contracts.RoutingQueue:
        rings = [contracts.Ring(who=(ids.who(queue),))]
        for ring in queue.rings:
            own = (ids.who(ring),) if ring.skills or ring.groups or ring.sites else ()
            rings.append(
                contracts.Ring(
                    who=own + tuple(ids.who(self.queues[other]) for other in ring.queues),
                    after_seconds=ring.after_seconds,
                    expected_wait_over=ring.expected_wait_over,
                    free_at_most=ring.free_at_most,
                )
            )
        return contracts.RoutingQueue(
            id=ids(name),
            name=name,
            priority=queue.priority,
            tier=queue.tier,
            reserved=queue.reserved,
            target=contracts.ServiceTarget(
                share=queue.target_percent / 100,
                seconds=queue.service_level_seconds,
                short_seconds=queue.short_abandon_seconds,
                most=queue.reserved_most,
            )
            if queue.target_percent is not None
            else None,
            rings=tuple(rings),
            agent_order=_order(contracts.AgentCriterion, queue.agent_order),
        )

    def _load(self, queue: QueueModel) -> Load:
        handle = queue.handle or next(self.handle[skill] for skill in queue.skills if skill in self.handle)
        return Load(
            queue.arrivals.plan(self.start),
            handle.time(),
            queue.wrap_up.time() if queue.wrap_up else None,
            queue.patience.time() if queue.patience else None,
            tuple(queue.grades.items()),
            queue.service_level_seconds,
            queue.short_abandon_seconds,
        )


class _Ids:
    """Names of queues, skills and groups as ids, the same for the same scenario."""

    def __init__(self) -> None:
        self._known: dict[str, UUID] = {}

    def __call__(self, name: str) -> UUID:
        return self._known.setdefault(name, UUID(int=(1 << 64) + len(self._known)))

    def skills(self, skills: dict[str, int]) -> contracts.Skills:
        return tuple(sorted((self(name), level) for name, level in skills.items()))

    def who(self, who: Who) -> contracts.Requirement:
        return contracts.Requirement(
            skills=self.skills(who.skills), groups=frozenset(map(self, sorted(who.groups))), sites=who.sites
        )


def _order(kind: Callable[[Any, str], Any], order: AgentOrder | ItemOrder) -> tuple[Any, ...]:
    return tuple(kind(criterion.kind, criterion.expression) for criterion in order)


def _shifts(agents: AgentsModel, start: float, length: float) -> Iterator[tuple[float, float]]:
    """The shifts that touch the simulation; one that ends before it begins goes over midnight."""
    if agents.begins == 0.0 and agents.ends == DAY:
        yield 0.0, length
        return
    long = (agents.ends - agents.begins) % DAY
    begins = agents.begins - start - DAY
    while begins < length:
        if begins + long > 0:
            yield max(0.0, begins), begins + long
        begins += DAY


# ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────────


def parse(text: str, read: Callable[[str], str]) -> Scenario:
    """The scenario in this text; `read` gives what a file that it names holds."""
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise BadScenario(f"{where}this is not YAML: {getattr(error, 'problem', None) or error}") from None
    if node is None:
        raise BadScenario("line 1: there is nothing in it; hours, queues and agents are needed")
    try:
        document = _value(node, (), lines)
    except RecursionError:
        raise BadScenario("line 1: an alias stands inside its own anchor") from None
    try:
        return Scenario.model_validate(document, context={"read": read})
    except ValidationError as error:
        raise BadScenario("\n".join(_sentence(one, lines) for one in error.errors())) from None


def _value(node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                raise BadScenario(f"line {line}: {_path((*path, name))} is said twice")
            lines[(*path, name)] = line
            found[name] = _value(value, (*path, name), lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(value, (*path, at), lines) for at, value in enumerate(node.value)]
    return node.value


def _sentence(error: Any, lines: dict[tuple[str | int, ...], int]) -> str:
    """Pydantic's finding with its line; a field that is missing is shown where it should be."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, _Misplaced):
        path += cause.path
    at = path
    while at not in lines:
        at = at[:-1]
    if error["type"] == "missing":
        problem = "is missing"
    elif error["type"] == "extra_forbidden":
        problem = "is not a setting that is known here"
    else:
        problem = error["msg"].removeprefix("Value error, ").removeprefix("Input ").partition(", unable to")[0]
        problem = problem.replace("tuple", "list").replace("frozenset", "list").replace("dictionary", "mapping")
        given = error["input"]
        if isinstance(given, str) and repr(given) not in problem and len(given) < 100 and path:
            problem += f", not {given!r}"
    return f"line {lines[at]}: {_path(path) or 'the scenario'} {problem}"


def _path(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))
