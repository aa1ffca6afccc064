"""Criteria as sort keys: the smaller key is chosen, position by position. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from msgspec.structs import replace

from hujiao.queues.contracts import Direction
from hujiao.routing.contracts import (
    AgentCriterion,
    Item,
    ItemCriterion,
    Requirement,
    Ring,
    RoutingAgent,
    RoutingQueue,
    Setup,
    Skills,
)

Criterion = AgentCriterion | ItemCriterion
Key = tuple[float, ...]


class Score(Protocol):
    """What an expression or a strategy says; a failing one is worth what the score decides.

    `pairs` are the strategies that judge an agent and an interaction together.
    """

    @property
    def pairs(self) -> frozenset[str]: ...
    def __call__(self, criterion: Criterion, facts: Mapping[str, Any]) -> float: ...


class NoScore:
    """For who has neither expressions nor strategies."""

    pairs: frozenset[str] = frozenset()

    def __call__(self, criterion: Criterion, facts: Mapping[str, Any]) -> float:
        return 0.0


no_score = NoScore()


# Criteria of interactions that depend on who asks; their values stand between those that never change.
OF_THE_AGENT = frozenset({"preferred", "ring", "agent_skill"})
_MASK = (1 << 64) - 1
RANK = AgentCriterion("rank")


class Idle:
    """A free agent: since when, the day's figures that criteria look at, what they have in hand and room for.

    `without` are media by which they cannot be reached.
    """

    __slots__ = ("agent", "busy_share", "handled", "held", "load", "lot", "room", "since", "without")

    def __init__(
        self,
        agent: RoutingAgent,
        since: float,
        handled: int,
        busy_share: float,
        lot: int,
        held: tuple[str, ...],
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.agent = agent
        self.since = since
        self.handled = handled
        self.busy_share = busy_share
        self.lot = lot
        self.held = held
        self.without = without
        self.room: frozenset[str] = frozenset()
        self.load = 0

    def with_agent(self, agent: RoutingAgent) -> Idle:
        """The same with other settings."""
        return Idle(agent, self.since, self.handled, self.busy_share, self.lot, self.held, self.without)


def lot(seed: int, agent_id: UUID, draw: int) -> int:
    """A number by chance (splitmix64): the same seed, agent and draw give the same."""
    z = (seed ^ (agent_id.int & _MASK)) + draw * 0x9E3779B97F4A7C15 & _MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return z ^ z >> 31


def proficiency(skills: Mapping[UUID, int], requirement: Requirement) -> int:
    return sum(skills.get(skill, 0) for skill, _ in requirement.skills)


def meets(agent: RoutingAgent, skills: Mapping[UUID, int], requirement: Requirement) -> bool:
    return takes(agent, requirement.direction) and able(agent, skills, requirement)


def able(agent: RoutingAgent, skills: Mapping[UUID, int], requirement: Requirement) -> bool:
    """Whatever work the agent has at present."""
    if requirement.queue_id:
        if requirement.queue_id in agent.barred:
            return False
        if requirement.queue_id in agent.lent and agent.id not in requirement.left_out:
            return all(skills.get(skill, 0) >= level for skill, level in requirement.needs)
    return (
        all(skills.get(skill, 0) >= level for skill, level in requirement.skills)
        and (not requirement.groups or not requirement.groups.isdisjoint(agent.groups))
        and (not requirement.sites or agent.site in requirement.sites)
        and agent.id not in requirement.left_out
    )


def takes(agent: RoutingAgent, direction: Direction) -> bool:
    """Whether the agent's work is of this direction now."""
    return agent.work in ("blended", direction)


def with_needs(requirement: Requirement, needs: Skills, left_out: frozenset[UUID] = frozenset()) -> Requirement:
    """The requirement with an interaction's own needs: of a skill in both, the higher level."""
    if not needs and not left_out:
        return requirement
    levels = dict(requirement.skills)
    for skill, level in needs:
        levels[skill] = max(level, levels.get(skill, 0))
    own = needs if requirement.queue_id else ()  # which alone is asked of who is lent
    return replace(requirement, skills=tuple(sorted(levels.items())), left_out=left_out, needs=own)


def with_adjusted(setup: Setup) -> Setup:
    """The setup in which the queues for which agents are lent, barred or ranked have requirements of their own."""
    adjusted = {queue_id for agent in setup.agents.values() for queue_id in agent.adjusted}
    apart = {key: _apart(setup.queues[key], setup) for key in adjusted - set_apart(setup) if key in setup.queues}
    return replace(setup, queues=setup.queues | apart) if apart else setup


def set_apart(setup: Setup) -> set[UUID]:
    """The queues that have requirements of their own."""
    return {queue.id for queue in setup.queues.values() if queue.agent_order[:1] == (RANK,)}


def _apart(queue: RoutingQueue, setup: Setup) -> RoutingQueue:
    """A queue that asks for nothing has no agents but those who are lent: no group has a queue's id."""
    rings = queue.rings or (Ring(who=(Requirement(groups=frozenset({queue.id})),)),)
    own = tuple(replace(ring, who=tuple(replace(who, queue_id=queue.id) for who in ring.who)) for ring in rings)
    return replace(queue, rings=own, agent_order=(RANK, *(queue.agent_order or setup.agent_order)))


def agent_key(order: tuple[AgentCriterion, ...], idle: Idle, skill: int, queue: RoutingQueue, score: Score) -> Key:
    """An agent's key in one ring; the site's cost is put in when an interaction asks (see `site_at`)."""
    key: list[float] = []
    for criterion in order:
        match criterion.kind:
            case "proficiency":
                key.append(-skill)
            case "longest_idle":
                key.append(idle.since)
            case "fewest_handled":
                key.append(idle.handled)
            case "least_loaded":
                key.append(idle.load)
            case "least_occupied":
                key.append(idle.busy_share)
            case "random":
                key.append(idle.lot)
            case "expression" | "plugin":
                key.append(-score(criterion, {"agent": agent_facts(idle, skill), "queue": {"name": queue.name}}))
            case "rank":
                key.append(-dict(idle.agent.ranks).get(queue.id, 0))
            case "nearest_site":
                pass
    key.append(idle.since)
    return tuple(key)


def agent_facts(idle: Idle, skill: int) -> dict[str, Any]:
    """A free agent as expressions and strategies know it; `level`: in the skills that the ring asks for, added."""
    return {
        **idle.agent.facts,
        "level": skill,
        "idle_since": idle.since,
        "handled": idle.handled,
        "occupancy": idle.busy_share,
    }


def site_at(order: tuple[AgentCriterion, ...]) -> int | None:
    """Where the site's cost stands in an agent's key."""
    return next((at for at, criterion in enumerate(order) if criterion.kind == "nearest_site"), None)


def site_cost(setup: Setup, one: str, other: str) -> float:
    if one == other:
        return 0.0
    return setup.site_costs.get((one, other), setup.site_costs.get((other, one), 1.0))


def item_key(order: tuple[ItemCriterion, ...], item: Item, queue: RoutingQueue, setup: Setup, score: Score) -> Key:
    """The part of an interaction's key that never changes while it waits."""
    key: list[float] = []
    for criterion in order:
        match criterion.kind:
            case "real_time":
                key.append(-setup.media[item.medium].real_time)
            case "queue_priority":
                key.append(-(queue.priority + item.priority))
            case "grade":
                key.append(-item.grade)
            case "age":
                key.append(item.joined_at - setup.head_starts.get(item.grade, 0.0))
            case "expression" | "plugin":
                key.append(-score(criterion, {"interaction": item.facts, "queue": {"name": queue.name}}))
            case "preferred" | "ring" | "agent_skill":
                pass
    key.append(item.joined_at)
    return tuple(key)
