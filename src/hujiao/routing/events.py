"""What the ledger says of routing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from hujiao.interactions.folding import InteractionEvent
from hujiao.kit.events import Event, SaidCode, SaidValues, kinds, meant
from hujiao.routing.blending import Direction
from hujiao.routing.contracts import ProblemKind
from hujiao.routing.overflow import OverflowCondition, OverflowTarget

Queue = Annotated[UUID, meant("the queue")]
WhyRule = Annotated[str, meant("the condition of the queue's rule", values=OverflowCondition)]


class QueueWidened(InteractionEvent, tag="queue.widened"):
    """More agents may be offered a waiting caller: the next ring of the queue has opened."""

    queue_id: Queue
    ring: Annotated[int, meant("the ring that opened, from 0")]
    rings: Annotated[int, meant("how many the queue has")]


class QueueOverflowed(InteractionEvent, tag="queue.overflowed"):
    """A rule of the queue passed the waiting caller on."""

    queue_id: Queue
    why: WhyRule
    to: Annotated[str, meant("what the rule leads to", values=OverflowTarget)]
    target: Annotated[str, meant("the id or the number that it leads to")]


class CallBackOffered(InteractionEvent, tag="callback.offered"):
    """A rule of the queue offers the waiting caller a call-back."""

    queue_id: Queue
    why: WhyRule


class CallBackNotOffered(InteractionEvent, tag="callback.not_offered"):
    """A rule of the queue would offer a call-back, but this caller cannot be called."""

    queue_id: Queue
    why: WhyRule
    reason: Annotated[str, meant("why the number is not called (see `number.refused`), or `no_prompt`")]


class RoutingProblem(Event, tag="routing.problem"):
    """Something of the configuration failed and its default was used; of those alike the first one is written."""

    kind: Annotated[str, meant("what failed", values=ProblemKind)]
    place: Annotated[str, meant("where, in the words of the screens")]
    about: Annotated[UUID | None, meant("the object to be mended")]
    problem: Annotated[str, meant("what went wrong")]
    code: SaidCode = None
    values: SaidValues = msgspec.field(default_factory=dict)


class _Answered(Event):
    rule_id: Annotated[UUID, meant("the blending rule")]
    rule_name: str
    account_id: Annotated[UUID, meant("the supervisor")]
    direction: Annotated[str, meant("out to outbound work, or back", values=Direction)]
    agent_ids: Annotated[list[UUID], meant("the agents whom the rule would move")]


class BlendingAccepted(_Answered, tag="blending.accepted"):
    """A supervisor accepted what a blending rule suggests."""


class BlendingDismissed(_Answered, tag="blending.dismissed"):
    """A supervisor dismissed what a blending rule suggests."""


EVENTS = kinds(
    QueueWidened,
    QueueOverflowed,
    CallBackOffered,
    CallBackNotOffered,
    RoutingProblem,
    BlendingAccepted,
    BlendingDismissed,
)
