"""What the ledger says of agents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hujiao.agents.adjustments import CHANGED, SKILL_CHANGED, EndedWhy
from hujiao.agents.contracts import AdjustmentKind, DecidedBy, State, WorkKind
from hujiao.kit.events import Event, kinds, meant

PhoneKind = Annotated[str, meant("`browser`, `phone` (a desk phone), or `number` (an outside number)")]
WhyMoved = Literal[
    "calm", "service_level", "waiting", "longest_wait", "too_few", "pinned", "released", "time_over", "rule_ended",
    "signed_out",
]  # fmt: skip


class AgentStateChanged(Event, tag="agent.state"):
    """An agent's state, or the reason of it, has become another one."""

    state: Annotated[str, meant("the state from now on", values=State)]
    reason: Annotated[str | None, meant("a reason code of the tenant's, or why the platform set the state")]
    previous: Annotated[str, meant("the state until now", values=State)]
    phone_kind: PhoneKind
    seat_id: Annotated[UUID | None, meant("the seat where the agent works")]


class AgentForced(Event, tag="agent.forced"):
    """A supervisor puts the agent into a state; one with a call comes to it afterwards."""

    state: Annotated[str, meant("the state", values=State)]
    reason: Annotated[str | None, meant("a reason code of the tenant's")]
    by_account: Annotated[UUID, meant("the supervisor's account")]


class AgentUnreachable(Event, tag="agent.unreachable"):
    """The phone of an agent who is signed in to work answers no more."""

    phone_kind: PhoneKind


class AgentReachable(Event, tag="agent.reachable"):
    """The phone of an agent answers again."""

    phone_kind: PhoneKind
    seconds: Annotated[float, meant("how long it did not", unit="s")]


class SkillChanged(Event, tag=SKILL_CHANGED):
    """A temporary skill began (without `ended_at`) or ended."""

    id: Annotated[UUID, meant("the temporary skill")]
    skill_id: Annotated[UUID, meant("the skill")]
    level: Annotated[int, meant("the level; 0 takes the skill away")]
    given_by: Annotated[UUID, meant("the account that gave it")]
    given_at: datetime
    until_at: Annotated[datetime | None, meant("when it ends by itself; without one at the next signing in to work")]
    ended_at: datetime | None
    ended_why: Annotated[str | None, meant("why it ended", values=EndedWhy)]
    ended_by: Annotated[UUID | None, meant("the account that ended it")]
    before: Annotated[int | None, meant("the level that held until then")] = None
    for_good: Annotated[bool, meant("whether it ends by hand alone")] = False
    reason: Annotated[str, meant("why, in the supervisor's words")] = ""


class AgentAdjusted(Event, tag=CHANGED):
    """A supervisor's change of an agent's rank, queues, media or acts began (without `ended_at`) or ended."""

    id: Annotated[UUID, meant("the change")]
    kind: Annotated[str, meant("what is changed", values=AdjustmentKind)]
    subject: Annotated[str, meant("of what: the queue's or project's id, the medium or the act")]
    level: Annotated[int, meant("from now on; 0 takes it away, a rank above 0 is asked before others, below 0 after")]
    before: Annotated[int | None, meant("what held until then")]
    given_by: Annotated[UUID, meant("the account that gave it")]
    given_at: datetime
    until_at: Annotated[datetime | None, meant("when it ends by itself; without one at the next signing in to work")]
    for_good: Annotated[bool, meant("whether it ends by hand alone")]
    reason: Annotated[str, meant("why, in the supervisor's words")]
    ended_at: datetime | None
    ended_why: Annotated[str | None, meant("why it ended", values=EndedWhy)]
    ended_by: Annotated[UUID | None, meant("the account that ended it")]


class AgentMoved(Event, tag="agent.moved"):
    """An agent went from inbound to outbound work or back, or does the same for another reason."""

    before: Annotated[str, meant("the work until now", values=WorkKind)] = msgspec.field(name="from")
    to: Annotated[str, meant("the work from now on", values=WorkKind)]
    by: Annotated[str, meant("who decided", values=DecidedBy)]
    rule_id: Annotated[UUID | None, meant("the blending rule that decided")]
    rule_name: Annotated[str | None, meant("its name at the time")]
    account_id: Annotated[UUID | None, meant("the supervisor who decided, or accepted what a rule suggested")]
    until_at: Annotated[datetime | None, meant("until when a supervisor's decision holds")]
    reason: Annotated[str, meant("why", values=WhyMoved)]
    service_level: Annotated[float | None, meant("of the rule's queues at the time, 0 to 1")] = None
    waiting: Annotated[int | None, meant("callers who waited at the time")] = None
    longest_wait: Annotated[float | None, meant("of them", unit="s")] = None
    idle: Annotated[int | None, meant("agents free for callers at the time")] = None
    inbound: Annotated[int | None, meant("agents on inbound work at the time")] = None


Reason = Annotated[str, meant("the reason code of the break")]


class BreakAsked(Event, tag="break.asked"):
    """An agent asks for a break."""

    reason: Reason


class BreakGranted(Event, tag="break.granted"):
    """A break has a place, or a supervisor grants it whatever the limit; it begins when nothing is in hand."""

    reason: Reason
    by_account: Annotated[UUID | None, meant("the supervisor; none: a place was free")]
    seconds: Annotated[float, meant("how long the agent waited for it", unit="s")]


class BreakRefused(Event, tag="break.refused"):
    """A break that was asked for will not be."""

    reason: Reason
    by_account: Annotated[UUID | None, meant("the supervisor; none: no place was free")]
    word: Annotated[str, meant("what the supervisor says to it")]


class BreakWithdrawn(Event, tag="break.withdrawn"):
    """A break will not be, because the agent, or a supervisor with another state for the agent, chose otherwise."""

    reason: Reason
    by_account: Annotated[UUID | None, meant("the supervisor; none: the agent")]
    seconds: Annotated[float, meant("how long ago it was asked for", unit="s")]


class BreakBegan(Event, tag="break.began"):
    """The agent rests from here on."""

    reason: Reason


class BreakEnded(Event, tag="break.ended"):
    """The agent rests no more."""

    reason: Reason
    by_account: Annotated[UUID | None, meant("the supervisor who ended it; none: the agent")]
    seconds: Annotated[float, meant("how long it lasted", unit="s")]


class BellStarted(Event, tag="bell.started"):
    """The night bell begins to ring at an agent's desktop: it is night, and a caller is there whom nobody takes."""


class BellEnded(Event, tag="bell.ended"):
    """The night bell rings at the agent's desktop no more."""


EVENTS = kinds(
    AgentStateChanged, AgentForced, AgentUnreachable, AgentReachable, SkillChanged, AgentAdjusted, AgentMoved,
    BreakAsked, BreakGranted, BreakRefused, BreakWithdrawn, BreakBegan, BreakEnded, BellStarted, BellEnded,
)  # fmt: skip
