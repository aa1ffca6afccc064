"""Wait for an agent. `after` goes on when the agent has hung up (satisfaction, say)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import ToQueue
from hujiao.flows.nodes.base import Expression, Key, Node, QueueId, SkillId, Walk, Way

HIGHEST_LEVEL = 10  # of a skill


class Queue(Node):
    """`queue_from` and `priority_from` are expressions that go before `queue` and `priority`; `needs` are levels of
    skills, by id, as expressions: below 1 the skill is not needed."""

    group = "queue"
    icon = "headset"
    summary = ("queue_from", "queue")

    type: Literal["queue"]
    queue: QueueId
    priority: int = Field(default=0, ge=-1_000_000, le=1_000_000)
    max_wait_seconds: int | None = Field(default=None, ge=1, le=31 * 86_400)
    keys: dict[Key, Way] = Field(default={}, max_length=12)
    queue_from: Expression = Field(default="", max_length=2000)
    priority_from: Expression = Field(default="", max_length=2000)
    needs: dict[SkillId, Expression] = Field(default={}, max_length=20)
    on_timeout: Way | None = None
    after: Way | None = None

    def enter(self, walk: Walk) -> None:
        walk.become("away")
        wanted = walk.attempt("queue_from", self.queue_from) if self.queue_from else None
        priority = walk.whole("priority_from", self.priority_from) if self.priority_from else None
        needs = {skill: walk.whole(f"needs.{skill}", source) or 0 for skill, source in self.needs.items()}
        walk.effect(
            ToQueue(
                queue=self.queue,
                wanted=str(wanted) if wanted else "",
                priority=self.priority if priority is None else priority,
                needs={skill: min(level, HIGHEST_LEVEL) for skill, level in needs.items() if level > 0},
                max_wait_seconds=self.max_wait_seconds,
                on_timeout=self.on_timeout,
                after=self.after,
                keys=self.keys,
            )
        )
