"""Who serves whom: what a tenant sets, what waits, and what was decided and why.

Times are seconds on one clock (POSIX seconds in the engine, simulated ones in a simulation).
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec

from hujiao.agents.contracts import WorkKind
from hujiao.queues.contracts import Direction
from hujiao.routing.overflow import OverflowRule

Skills = tuple[tuple[UUID, int], ...]

# How an agent is chosen for an interaction; the first criterion that differs decides, longest idle settles a tie.
AgentCriterionKind = Literal[
    "proficiency",  # the better in the skills that the ring asks for (their levels added)
    "longest_idle",  # who has been free longest
    "fewest_handled",  # who has handled fewest interactions since signing in
    "least_loaded",  # who has least in hand, in points of their capacity
    "least_occupied",  # who has been busy for the smallest share of the signed-in time
    "random",  # by lot; the same seed draws the same lots
    "nearest_site",  # same site first, then by the cost between sites
    "expression",  # the higher value of a CEL expression over `agent` and `queue`
    "plugin",  # the higher score by a strategy that the operator has installed
]

# How an interaction is chosen for an agent; the first criterion that differs decides, first come settles a tie.
ItemCriterionKind = Literal[
    "real_time",  # real-time media before those that can wait
    "queue_priority",  # the queue's priority, and what a flow added to it
    "grade",  # the customer's grade, strictly: a lower grade waits while a higher one does
    "preferred",  # who waits for this very agent
    "age",  # who came first; a grade's head start counts as time waited, so nobody waits for ever
    "ring",  # who is in an inner ring for this agent: own work before help for others
    "agent_skill",  # the agent's best skill first
    "expression",  # the higher value of a CEL expression over `interaction` and `queue`
    "plugin",  # the higher score by a strategy that the operator has installed
]


# What can fail while calls are routed.
ProblemKind = Literal[
    "criterion",  # an expression of an order
    "plugin",  # a strategy
    "source",  # a data source
    "flow",  # an expression of a flow
]


class AgentCriterion(msgspec.Struct, frozen=True):
    """`rank`, by what supervisors have set of agents in the queue, goes before what a tenant orders by."""

    kind: AgentCriterionKind | Literal["rank"]
    expression: str = ""
    plugin: str = ""


class ItemCriterion(msgspec.Struct, frozen=True):
    kind: ItemCriterionKind
    expression: str = ""
    plugin: str = ""


AGENT_ORDER = (AgentCriterion("least_loaded"), AgentCriterion("longest_idle"))
ITEM_ORDER = (
    ItemCriterion("real_time"),
    ItemCriterion("queue_priority"),
    ItemCriterion("preferred"),
    ItemCriterion("age"),
)


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """Agents with every skill at its level or better, in one of the groups and at one of the sites (none: any), whose
    work is of this direction; none of those who are `left_out`.

    `queue_id` is set of the rings of a queue for which some agents are lent, barred or ranked: who is lent to it needs
    but an interaction's own `needs`, who is barred from it is nobody's.
    """

    skills: Skills = ()
    groups: frozenset[UUID] = frozenset()
    sites: frozenset[str] = frozenset()
    direction: Direction = "inbound"
    left_out: frozenset[UUID] = frozenset()
    queue_id: UUID | None = None
    needs: Skills = ()


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a queue may use besides its inner rings' agents, and when: the first condition that holds opens it.

    `after_seconds` counts from the arrival; `expected_wait_over` in seconds; `free_at_most` counts the free agents of
    the rings inside. A ring opens after the rings inside it.
    """

    who: tuple[Requirement, ...]
    after_seconds: float | None = None
    expected_wait_over: float | None = None
    free_at_most: int | None = None


class ServiceTarget(msgspec.Struct, frozen=True, kw_only=True):
    """`share` of the callers answered in `seconds`; at `most` so many agents are kept free to reach it.

    Who gives up in `short_seconds` does not count.
    """

    share: float
    seconds: float
    short_seconds: float = 0.0
    most: int


class RoutingQueue(msgspec.Struct, frozen=True, kw_only=True):
    """`reserved` agents are kept free for this queue: interactions of a lower `tier` (a higher number) leave them.

    With a `target` that is the least; see `tiers`. Interactions of all media wait in it.
    """

    id: UUID
    name: str = ""
    direction: Direction = "inbound"
    priority: int = 0
    tier: int = 0
    reserved: int = 0
    target: ServiceTarget | None = None
    rings: tuple[Ring, ...] = ()
    agent_order: tuple[AgentCriterion, ...] = ()


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of work. An item takes `weight` of an agent's 100 points; `most` items at once (None: as fit).

    Real-time media go before the others. What is `interruptible` can be put aside for what is not.
    """

    name: str
    weight: int
    real_time: bool
    interruptible: bool
    most: int | None = None


# An agent who is kept free has room for one of these; and what waits, unless it says otherwise.
CALL = "voice"

# A call fills an agent. Three chats do, too; two e-mails do, and are put aside when somebody calls.
MEDIA = {
    medium.name: medium
    for medium in (
        Medium(name="voice", weight=100, real_time=True, interruptible=False),
        Medium(name="video", weight=100, real_time=True, interruptible=False),
        Medium(name="web_call", weight=100, real_time=True, interruptible=False),
        Medium(name="chat", weight=33, real_time=True, interruptible=False),
        Medium(name="email", weight=50, real_time=False, interruptible=True),
        Medium(name="fax", weight=50, real_time=False, interruptible=True),
        Medium(name="sms", weight=25, real_time=False, interruptible=True),
    )
}


# Media that come to an agent's phone.
PHONE_MEDIA = frozenset({"voice", "web_call", "video"})
WRITTEN_MEDIA = frozenset(MEDIA) - PHONE_MEDIA

# Real-time media that come in over the web.
WEB_MEDIA = frozenset({"web_call", "video", "chat"})


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's own weight and limit of a medium; `most` 0: none of it. `interruptible` None: as usual."""

    medium: str
    weight: int
    most: int | None = None
    interruptible: bool | None = None


class RoutingAgent(msgspec.Struct, frozen=True, kw_only=True):
    """`shares` are where the agent's capacity differs from the tenant's.

    The agent serves the queues to which they are `lent`, whatever these ask for, and none from which they are `barred`;
    in a queue of `ranks` who ranks higher is asked first (0 where nothing is said).
    """

    id: UUID
    skills: Skills = ()
    groups: frozenset[UUID] = frozenset()
    site: str = ""
    shares: tuple[Share, ...] = ()
    work: WorkKind = "blended"
    lent: frozenset[UUID] = frozenset()
    barred: frozenset[UUID] = frozenset()
    ranks: tuple[tuple[UUID, int], ...] = ()
    facts: dict[str, Any] = {}

    @property
    def adjusted(self) -> frozenset[UUID]:
        """The queues in which this agent stands otherwise than skills, groups and sites say."""
        return self.lent | self.barred | {queue_id for queue_id, _ in self.ranks}


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's routing. `head_starts`: grade → seconds. `site_costs`: (site, site) → cost; unknown pairs cost 1."""

    queues: dict[UUID, RoutingQueue] = {}
    agents: dict[UUID, RoutingAgent] = {}
    media: dict[str, Medium] = msgspec.field(default_factory=lambda: MEDIA)
    item_order: tuple[ItemCriterion, ...] = ITEM_ORDER
    agent_order: tuple[AgentCriterion, ...] = AGENT_ORDER
    head_starts: dict[int, float] = {}
    site_costs: dict[tuple[str, str], float] = {}


class RingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A ring as a tenant sets it: its own requirement, other queues' agents, or both."""

    who: Requirement = Requirement()
    queues: tuple[UUID, ...] = ()
    after_seconds: float | None = None
    expected_wait_over: float | None = None
    free_at_most: int | None = None


class QueueRouting(msgspec.Struct, frozen=True, kw_only=True):
    """One queue's routing beyond its skills. `last_agent_*`: who served the caller in so many days is waited for.

    `target_percent` answered in the queue's service level time, by keeping `reserved` to `reserved_most` agents free.
    """

    groups: frozenset[UUID] = frozenset()
    sites: frozenset[str] = frozenset()
    rings: tuple[RingSettings, ...] = ()
    agent_order: tuple[AgentCriterion, ...] = ()
    tier: int = 0
    reserved: int = 0
    target_percent: int | None = None
    reserved_most: int = 10
    overflow: tuple[OverflowRule, ...] = ()
    hours_id: UUID | None = None
    last_agent_days: int = 0
    last_agent_seconds: int = 0
    own_agent_seconds: int = 0


class RoutingPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's routing. `head_starts`: (grade, seconds); `site_costs`: (site, site, cost); no order: the default."""

    item_order: tuple[ItemCriterion, ...] = ()
    agent_order: tuple[AgentCriterion, ...] = ()
    head_starts: tuple[tuple[int, float], ...] = ()
    site_costs: tuple[tuple[str, str, float], ...] = ()


class Preferred(msgspec.Struct, frozen=True):
    """An agent to wait for until then; `reason` is `last_agent`, `customer_agent` or `transfer`."""

    agent_id: UUID
    until: float
    reason: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An interaction that waits. `needs` are skills beyond the queue's; `priority` is added to the queue's; it comes to
    nobody who is `left_out`. `joined_at` gives its place; `entered_at` is when its wait in this queue began, if not
    then."""

    id: UUID
    queue_id: UUID
    joined_at: float
    entered_at: float | None = None
    medium: str = CALL
    priority: int = 0
    grade: int = 0
    needs: Skills = ()
    left_out: frozenset[UUID] = frozenset()
    preferred: tuple[Preferred, ...] = ()
    site: str = ""
    facts: dict[str, Any] = {}

    @property
    def waits_since(self) -> float:
        return self.joined_at if self.entered_at is None else self.entered_at


class Match(msgspec.Struct, frozen=True):
    """Who serves whom, and why.

    `chosen` says which side was chosen; `reason` is the criterion that decided (`only_one` when there was no choice),
    `among` out of how many, `over` the runner-up. `values` are the chosen one's values of the criteria in their order.
    `ring` counts from 0; -1 is an agent who was waited for, whose reason is then `preferred`.
    """

    interaction_id: UUID
    queue_id: UUID
    agent_id: UUID
    chosen: Literal["agent", "interaction"]
    reason: str
    among: int
    ring: int
    values: tuple[tuple[str, float], ...]
    over: UUID | None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a waiting interaction waits for: the agents of its open rings by what they do, and what comes next.

    `position` is among its queue's interactions of the same medium; `free` have room for one of it.
    """

    interaction_id: UUID
    queue_id: UUID
    medium: str
    position: int
    ring: int
    rings: int
    next_ring_at: float | None
    waits_for: UUID | None
    needs: tuple[Requirement, ...]
    free: tuple[UUID, ...]
    busy: int
    away: int
    reserved_for: tuple[UUID, ...]
