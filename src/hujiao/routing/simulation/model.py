"""A scenario as people write it: a YAML document of queues, agents and callers; docs/users/simulation.md explains it.

Scalars are taken as text and understood by the field that they stand in, so that 14:00 is a time of day, not a number.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from hujiao.routing import contracts
from hujiao.routing.blend_views import CalmView, LoadView
from hujiao.routing.blending import BlendRule
from hujiao.routing.capacity import item_order
from hujiao.routing.simulation.document import parsed
from hujiao.routing.simulation.fields import (
    DAY,
    AgentOrder,
    Arrivals,
    Duration,
    ItemOrder,
    Level,
    MediumModel,
    Misplaced,
    Patience,
    Seconds,
    ShareModel,
    Strict,
    TimeOfDay,
)
from hujiao.routing.simulation.outbound import Outbound
from hujiao.routing.simulation.plan import Load, Plan, Shift

MOST_AGENTS = 20_000
SOON_SECONDS = 20.0  # within which callers should be answered, unless the scenario says otherwise
LATER_SECONDS = 4 * 3600.0  # the same of what is not real-time


class Who(Strict):
    """Agents with every skill at its level or better, in one of the groups, at one of the sites."""

    skills: dict[str, Level] = Field(default={})
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


class _Brings(Strict):
    """What those who come bring."""

    handle: Duration | None = None
    wrap_up: Duration | None = None
    patience: Patience = None
    grades: dict[int, Annotated[float, Field(ge=0, le=1)]] = Field(default={})
    service_level_seconds: Seconds | None = None
    short_abandon_seconds: Seconds = 5.0

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if sum(self.grades.values()) > 1.000001:
            raise ValueError("the grades' shares should not be more than 1 together")
        return self


class StreamModel(_Brings):
    """What comes to a queue on one medium. `handle`: unless the scenario's names the medium or one of the skills."""

    arrivals: Arrivals


class QueueModel(Who, _Brings):
    """What comes to it stands in its own fields, of the medium `medium`, or under `media`, or both."""

    medium: str = contracts.CALL
    arrivals: Arrivals | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    tier: Annotated[int, Field(ge=0, le=9)] = 0
    reserved: Annotated[int, Field(ge=0, le=1000)] = 0
    target_percent: Annotated[int, Field(ge=1, le=99)] | None = None
    reserved_most: Annotated[int, Field(ge=1, le=1000)] = 10
    rings: tuple[RingModel, ...] = ()
    agent_order: AgentOrder = ()
    media: dict[str, StreamModel] = Field(default={})

    @property
    def within(self) -> float:
        """Of its real-time media."""
        return SOON_SECONDS if self.service_level_seconds is None else self.service_level_seconds

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not (self.skills or self.groups or self.sites):
            raise ValueError("should name the skills, groups or sites of the agents who serve it")
        if self.arrivals is None and not self.media:
            raise Misplaced(("arrivals",), "is missing, and media names no others")
        if self.arrivals is not None and self.medium in self.media:
            raise Misplaced(("media", self.medium), "is what the queue's own arrivals are")
        if self.target_percent is not None and self.reserved > self.reserved_most:
            raise Misplaced(("reserved",), "should not be more than reserved_most")
        return self


class AgentsModel(Strict):
    """`count` agents alike; without from and to they work all the time, with them every day.

    `capacity`: where it differs from the scenario's media.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    count: Annotated[int, Field(ge=1, le=MOST_AGENTS)]
    skills: dict[str, Level] = Field(default={})
    groups: frozenset[str] = frozenset()
    site: str = ""
    begins: Annotated[TimeOfDay, Field(alias="from")] = 0.0
    ends: Annotated[TimeOfDay, Field(alias="to")] = DAY
    capacity: dict[str, ShareModel] = Field(default={})
    facts: dict[str, str] = Field(default={})

    @model_validator(mode="after")
    def _works(self) -> Self:
        if self.begins == self.ends:
            raise Misplaced(("to",), "should be another time than from")
        return self


class BlendingModel(Strict):
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
            raise Misplaced(("back", "service_level_percent"), "should be below that of out")
        if self.back.waiting_over < self.out.waiting_at_most:
            raise Misplaced(("back", "waiting_over"), "should be no lower than waiting_at_most of out")
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


class Scenario(Strict):
    name: str = "Simulation"
    start: TimeOfDay = 0.0
    hours: Annotated[float, Field(gt=0, le=24 * 62)]
    warm_up_minutes: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 1
    runs: Annotated[int, Field(ge=1, le=1000)] = 1
    queues: Annotated[dict[str, QueueModel], Field(min_length=1)]
    agents: Annotated[tuple[AgentsModel, ...], Field(min_length=1)]
    media: dict[str, MediumModel] = Field(default={})
    handle: dict[str, Duration] = Field(default={})
    item_order: ItemOrder = ()
    agent_order: AgentOrder = ()
    head_starts: dict[int, Seconds] = Field(default={})
    site_costs: tuple[tuple[str, str, Annotated[float, Field(ge=0)]], ...] = ()
    blending: BlendingModel | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        media = self._media()
        for name, medium in self.media.items():
            if name not in contracts.MEDIA and medium.weight is None:
                raise Misplaced(("media", name, "weight"), "is missing: the platform has no such medium")
        for at, alike in enumerate(self.agents):
            for name in alike.capacity:
                if name not in media:
                    raise Misplaced(("agents", at, "capacity", name), "is no medium here")
        if self.warm_up_minutes >= self.hours * 60:
            raise Misplaced(("warm_up_minutes",), "should end before the simulation does")
        if sum(agents.count for agents in self.agents) > MOST_AGENTS:
            raise Misplaced(("agents",), f"should be no more than {MOST_AGENTS} together")
        for name in self.blending.queues if self.blending else ():
            if name not in self.queues:
                raise Misplaced(("blending", "queues"), f"names {name!r}, which is no queue here")
        for name, queue in self.queues.items():
            for of, handle, path in self._streams(name, queue):
                if of not in media:
                    raise Misplaced(path, f"is of {of!r}, which is no medium here")
                if handle is None and self._handle(queue, of) is None:
                    raise Misplaced((*path, "handle"), "is missing, and handle names neither the medium nor a skill")
            for number, ring in enumerate(queue.rings):
                unknown = [other for other in ring.queues if other not in self.queues]
                if unknown:
                    where = ("queues", name, "rings", number, "queues")
                    raise Misplaced(where, f"names {unknown[0]!r}, which is no queue here")
        return self

    @staticmethod
    def _streams(name: str, queue: QueueModel) -> Iterator[tuple[str, Duration | None, tuple[str, ...]]]:
        """Each medium that comes to a queue, what it takes, and where that is said."""
        if queue.arrivals is not None:
            yield queue.medium, queue.handle, ("queues", name)
        for medium, stream in queue.media.items():
            yield medium, stream.handle, ("queues", name, "media", medium)

    def _handle(self, queue: QueueModel, medium: str) -> Duration | None:
        """What the scenario says of the medium, or of one of the queue's skills."""
        return next((self.handle[name] for name in (medium, *queue.skills) if name in self.handle), None)

    def _media(self) -> dict[str, contracts.Medium]:
        return {**contracts.MEDIA, **{name: one.medium(name) for name, one in self.media.items()}}

    def plan(self) -> Plan:
        ids, media = _Ids(), self._media()
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
                    shares=tuple(
                        contracts.Share(medium=name, weight=share.weight or media[name].weight, most=share.most)
                        for name, share in alike.capacity.items()
                    ),
                    facts={"site": alike.site, **alike.facts},
                )
                agents[agent.id] = agent
                shifts += [Shift(agent.id, *shift) for shift in _shifts(alike, self.start, length)]
        return Plan(
            contracts.Setup(
                queues={ids(name): self._queue(name, queue, ids) for name, queue in self.queues.items()},
                agents=agents,
                media=media,
                item_order=item_order(_order(contracts.ItemCriterion, self.item_order)),
                agent_order=_order(contracts.AgentCriterion, self.agent_order) or contracts.AGENT_ORDER,
                head_starts=dict(self.head_starts),
                site_costs={(one, other): cost for one, other, cost in self.site_costs},
            ),
            {ids(name): self._load(queue, media) for name, queue in self.queues.items()},
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
                seconds=queue.within,
                short_seconds=queue.short_abandon_seconds,
                most=queue.reserved_most,
            )
            if queue.target_percent is not None
            else None,
            rings=tuple(rings),
            agent_order=_order(contracts.AgentCriterion, queue.agent_order),
        )

    def _load(self, queue: QueueModel, media: dict[str, contracts.Medium]) -> Load:
        streams = [self._stream(queue, queue.medium, queue, queue.arrivals, media)] if queue.arrivals else []
        streams += [self._stream(queue, name, one, one.arrivals, media) for name, one in queue.media.items()]
        return dataclasses.replace(streams[0], beside=tuple(streams[1:]))

    def _stream(
        self,
        queue: QueueModel,
        medium: str,
        said: QueueModel | StreamModel,
        arrivals: Arrivals,
        media: dict[str, contracts.Medium],
    ) -> Load:
        handle = said.handle or self._handle(queue, medium)
        assert handle is not None
        within = said.service_level_seconds
        if within is None:
            within = queue.within if media[medium].real_time else LATER_SECONDS
        return Load(
            arrivals.plan(self.start),
            handle.time(),
            said.wrap_up.time() if said.wrap_up else None,
            said.patience.time() if said.patience else None,
            tuple(said.grades.items()),
            within,
            said.short_abandon_seconds,
            medium=medium,
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


def _order(kind: Callable[[Any, str, str], Any], order: AgentOrder | ItemOrder) -> tuple[Any, ...]:
    return tuple(kind(criterion.kind, criterion.expression, criterion.plugin) for criterion in order)


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


def parse(text: str, read: Callable[[str], str]) -> Scenario:
    """The scenario in this text; `read` gives what a file that it names holds."""
    return parsed(Scenario, text, read)
