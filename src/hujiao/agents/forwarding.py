"""Call forwarding (呼叫前转): where a call to an agent in person goes instead, by the agent's own rules. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from uuid import UUID

import msgspec

from hujiao.agents.contracts import AgentState

ForwardWhy = Literal["always", "busy", "no_answer"]
ForwardTarget = Literal["agent", "queue", "number"]
# Why a rule was not followed: the call has been there, has gone far enough, or the rule leads nowhere now.
ForwardStop = Literal["loop", "too_many", "not_possible"]
MOST_HOPS = 2


class ForwardRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`target` is an id, or the number. `lent`: it is followed only while a supervisor lets its agent."""

    to: ForwardTarget
    target: str
    lent: bool = False


class Forwarding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent's rules: before the phone rings, when the agent is busy, and when nobody answers in that time."""

    always: ForwardRule | None = None
    busy: ForwardRule | None = None
    no_answer: ForwardRule | None = None
    no_answer_seconds: int = 20

    def rule(self, why: ForwardWhy | None) -> ForwardRule | None:
        rules = {"always": self.always, "busy": self.busy, "no_answer": self.no_answer}
        return rules[why] if why else None

    @property
    def on(self) -> list[ForwardWhy]:
        """What calls are forwarded for."""
        whys: tuple[ForwardWhy, ...] = ("always", "busy", "no_answer")
        return [why for why in whys if self.rule(why)]

    def at_once(self, agent: AgentState | None) -> ForwardWhy | None:
        """Returns why a call does not even ring at the agent; None: it may."""
        why = "always" if self.always else condition(agent)
        return why if self.rule(why) else None


NONE = Forwarding()


def condition(agent: AgentState | None) -> ForwardWhy | None:
    """Returns `busy` of who has a call or is not ready, `no_answer` of whom no call reaches, None of who is free."""
    if agent is None or agent.state == "logged_out" or agent.unreachable_since:
        return "no_answer"
    return None if agent.state == "available" else "busy"


class Hop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call to this agent in person went elsewhere; `caller` is who called, as the agent is told."""

    agent_id: UUID
    agent_name: str
    why: ForwardWhy
    to: ForwardTarget
    target: str
    name: str
    caller: str = ""


class Trail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a call was forwarded, from its first agent on. `stopped`: the rule of `stopped_at` was not followed."""

    hops: tuple[Hop, ...] = ()
    stopped: ForwardStop | None = None
    stopped_at: UUID | None = None

    @property
    def agents(self) -> frozenset[UUID]:
        """Whose rules these were."""
        return frozenset(hop.agent_id for hop in self.hops)

    @property
    def ended(self) -> bool:
        """Whether no rule is followed any more."""
        return self.stopped is not None or len(self.hops) >= MOST_HOPS


def follow(
    agent_id: UUID,
    why: ForwardWhy | None,
    trail: Trail,
    *,
    rule: Callable[[UUID, ForwardWhy], ForwardRule],
    at_once: Callable[[UUID], ForwardWhy | None],
    hop: Callable[[UUID, ForwardWhy, ForwardRule], Hop | None],
    there: frozenset[UUID] = frozenset(),
) -> Trail:
    """Returns the trail with what the rules of this agent, forwarding for `why`, and of those after them add.

    `at_once` says why the next one forwards without ringing; `hop` makes a step, or None of one that is not possible.
    The call never goes to whom it has been at, nor to who is in it already (`there`).
    """
    while why is not None and not trail.stopped:
        found, been = rule(agent_id, why), trail.agents | {agent_id} | there
        stopped: ForwardStop | None = None
        step = None
        if len(trail.hops) >= MOST_HOPS:
            stopped = "too_many"
        elif found.to == "agent" and UUID(found.target) in been:
            stopped = "loop"
        else:
            step = hop(agent_id, why, found)
            stopped = None if step else "not_possible"
        if step is None:
            return msgspec.structs.replace(trail, stopped=stopped, stopped_at=agent_id)
        trail = msgspec.structs.replace(trail, hops=(*trail.hops, step))
        if found.to != "agent":
            return trail
        agent_id = UUID(found.target)
        why = at_once(agent_id)
    return trail
