"""A tenant's configuration as the engine needs it; never changed in place."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import msgspec

from hujiao.agents.contracts import WorkKind
from hujiao.agents.forwarding import NONE, Forwarding
from hujiao.alarms.contracts import Thresholds
from hujiao.calls.dialling import Dialling
from hujiao.calls.numbers import called_in
from hujiao.chat.contracts import ChatEntry
from hujiao.data_sources.contracts import DataSource
from hujiao.flows.document import FlowDocument
from hujiao.hours.contracts import Schedule
from hujiao.interactions.contracts import SummaryNeed
from hujiao.queues.contracts import QueueSettings
from hujiao.routing.blending import BlendRule
from hujiao.routing.capacity import item_order, own_media
from hujiao.routing.contracts import (
    AGENT_ORDER,
    MEDIA,
    WEB_MEDIA,
    QueueRouting,
    Requirement,
    Ring,
    RingSettings,
    RoutingAgent,
    RoutingPolicy,
    RoutingQueue,
    ServiceTarget,
    Setup,
    Share,
)
from hujiao.summaries.contracts import SummaryRule, rule_for


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    name: str
    sip_user: str
    phone_kind: str
    skills: dict[UUID, int]
    groups: frozenset[UUID] = frozenset()
    site: str = ""
    shares: tuple[Share, ...] = ()
    supervises: frozenset[UUID] = frozenset()  # projects
    projects: frozenset[UUID] | None = None  # whose work the agent sees; None: of all
    forwarding: Forwarding = NONE
    forwards_outside: bool = False  # may, by the role
    has_pin: bool = False  # for work by telephone
    work_number: str = ""  # where offers ring when they work by telephone; "": where they call from

    def sees(self, project_id: UUID | None) -> bool:
        return self.projects is None or project_id is None or project_id in self.projects

    def may_see(self, other: AgentSettings) -> bool:
        """Whether the other one is somebody of the agent's projects."""
        return self.projects is None or not self.projects.isdisjoint(other.projects or ())

    def routed(self) -> RoutingAgent:
        return RoutingAgent(
            id=self.id,
            skills=tuple(sorted(self.skills.items())),
            groups=self.groups,
            site=self.site,
            shares=self.shares,
            facts={"number": self.number, "name": self.name, "site": self.site},
        )


class SeatSettings(msgspec.Struct, frozen=True):
    """A place where agents work."""

    name: str
    room: str = ""


class NumberSettings(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    flow_id: UUID
    project_id: UUID
    business_id: UUID
    language: str | None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator lets the tenant have at the same time; None: no limit."""

    agents: int | None = None
    calls: int | None = None
    waiting: int | None = None
    waiting_web: int | None = None
    chats: int | None = None

    def of_waiting(self, medium: str) -> tuple[int | None, frozenset[str]]:
        """How many may wait beside somebody of this medium, and whose media count together. Who writes may wait."""
        if medium in WEB_MEDIA:
            return self.waiting_web, WEB_MEDIA
        return (self.waiting if medium == "voice" else None), frozenset({medium})


class Parking(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers can be parked at the same time, and after how long each rings back."""

    places: int = 20
    seconds: int = 60


class Breaks(msgspec.Struct, frozen=True, kw_only=True):
    """How many agents may rest at once: of each of these `teams`, and of those in none of them `most`; None: all.

    `reasons` are the reason codes that are breaks. `waits`: who finds no place waits for one, else is refused.
    """

    most: int | None = None
    waits: bool = True
    reasons: frozenset[str] = frozenset()
    teams: dict[UUID, int] = {}


class TenantConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a call may need. `numbers` are by number and by its bare form; `flows` holds the documents by (flow,
    version), `published` the current version.

    `shares`: where the capacity of all agents differs from the platform's. An agent is of one
    blending rule at most. `names_callers`: there are customers. `night_bells`: agents who have theirs on. `reasons`
    for not being ready have their names, in their order; `outside_numbers`: agents may work at such.
    """

    id: UUID
    slug: str
    language: str
    suspended: bool
    agents: dict[UUID, AgentSettings]
    queues: dict[UUID, QueueSettings]
    numbers: dict[str, NumberSettings]
    flows: dict[tuple[UUID, int], FlowDocument]
    published: dict[UUID, int]
    prompts: dict[tuple[str, str], str]
    routing_policy: RoutingPolicy = RoutingPolicy()
    queue_routing: dict[UUID, QueueRouting] = {}
    shares: tuple[Share, ...] = ()
    limits: Limits = Limits()
    dialling: Dialling = Dialling()
    flow_names: dict[UUID, str] = {}
    skills: frozenset[UUID] = frozenset()
    sources: dict[UUID, DataSource] = {}
    hours: dict[UUID, Schedule] = {}
    time_zone: str = "UTC"
    blend_rules: tuple[BlendRule, ...] = ()
    seats: dict[UUID, SeatSettings] = {}
    names_callers: bool = False
    chat_entries: dict[UUID, ChatEntry] = {}
    prompt_texts: dict[tuple[str, str], str] = {}
    parking: Parking = Parking()
    breaks: Breaks = Breaks()
    summary_rules: tuple[SummaryRule, ...] = ()
    night_bells: frozenset[UUID] = frozenset()
    thresholds: Thresholds = Thresholds()
    reasons: dict[str, str] = {}
    outside_numbers: bool = False

    def number(self, called: str) -> NumberSettings | None:
        """The access number that was called, however it is written."""
        return called_in(self.numbers, called)

    def queue(self, reference: str) -> QueueSettings | None:
        """A queue by its id or its name: flows may say either."""
        for queue in self.queues.values():
            if str(queue.id) == reference or queue.name == reference:
                return queue
        return None

    def summary_need(self, queue: QueueSettings | None, direction: str, business_id: UUID | None = None) -> SummaryNeed:
        """What agents have to write of contacts of this queue, or else of this business."""
        queue_id, business_id = (queue.id, queue.business_id) if queue else (None, business_id)
        return rule_for(self.summary_rules, queue_id=queue_id, business_id=business_id, direction=direction).need

    def source(self, reference: str) -> DataSource | None:
        return next((source for source in self.sources.values() if str(source.id) == reference), None)

    def prompt(self, name: str, language: str) -> str | None:
        """The content address of a prompt in the caller's language, else in the tenant's."""
        return self.prompts.get((name, language)) or self.prompts.get((name, self.language))

    def prompt_text(self, name: str, language: str) -> str:
        """What the prompt says, for those who read; "" for one of which there is only a sound."""
        return self.prompt_texts.get((name, language)) or self.prompt_texts.get((name, self.language), "")

    def whose_phone(self, sip_user: str) -> AgentSettings | None:
        return next((agent for agent in self.agents.values() if agent.sip_user == sip_user), None)

    def knows_callers(self) -> bool:
        """Whether anybody knows callers, or routing looks at who calls."""
        policy = self.routing_policy
        return (
            self.names_callers
            or bool(policy.head_starts)
            or any(criterion.kind in ("grade", "expression", "plugin") for criterion in policy.item_order)
            or any(own.own_agent_seconds or own.last_agent_seconds for own in self.queue_routing.values())
        )

    def usual_work(self, agent_id: UUID) -> WorkKind:
        """What an agent takes whom nobody has given work: whom a rule may move begins with callers."""
        return "inbound" if any(agent_id in rule.agents for rule in self.blend_rules) else "blended"

    def routing(self) -> Setup:
        """Who may serve whom, as the router needs it. A queue's skills are its innermost ring."""
        policy = self.routing_policy
        queues = {queue.id: self._routing_queue(queue) for queue in self.queues.values()}
        return Setup(
            queues=queues,
            agents={
                agent.id: msgspec.structs.replace(agent.routed(), work=self.usual_work(agent.id))
                for agent in sorted(self.agents.values(), key=lambda agent: agent.id)
            },
            media=own_media(MEDIA, self.shares),
            item_order=item_order(policy.item_order),
            agent_order=policy.agent_order or AGENT_ORDER,
            head_starts=dict(policy.head_starts),
            site_costs={(one, other): cost for one, other, cost in policy.site_costs},
        )

    def _routing_queue(self, queue: QueueSettings) -> RoutingQueue:
        own = self.queue_routing.get(queue.id) or QueueRouting()
        innermost = self._own_agents(queue)
        rings = (Ring(who=(innermost,)),) if innermost != Requirement() else ()
        return RoutingQueue(
            id=queue.id,
            name=queue.name,
            direction=queue.direction,
            priority=queue.priority,
            tier=own.tier,
            reserved=own.reserved,
            target=ServiceTarget(
                share=own.target_percent / 100,
                seconds=queue.service_level_seconds,
                short_seconds=queue.short_abandon_seconds,
                most=own.reserved_most,
            )
            if own.target_percent is not None
            else None,
            rings=rings + tuple(self._ring(ring) for ring in own.rings) if rings else (),
            agent_order=own.agent_order,
        )

    def _own_agents(self, queue: QueueSettings) -> Requirement:
        own = self.queue_routing.get(queue.id) or QueueRouting()
        return Requirement(skills=tuple(sorted(queue.skills.items())), groups=own.groups, sites=own.sites)

    def _ring(self, ring: RingSettings) -> Ring:
        others = (self._own_agents(self.queues[queue_id]) for queue_id in ring.queues if queue_id in self.queues)
        borrowed = tuple(other for other in others if other != Requirement())
        own = () if ring.who == Requirement() else (ring.who,)
        return Ring(
            who=own + borrowed,
            after_seconds=ring.after_seconds,
            expected_wait_over=ring.expected_wait_over,
            free_at_most=ring.free_at_most,
        )


def reached(limit: int | None, present: Callable[[], int]) -> bool:
    return limit is not None and present() >= limit
