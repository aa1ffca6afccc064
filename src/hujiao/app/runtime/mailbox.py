"""A tenant's place in a runtime: its engine, what waits to be committed, and who waits for an answer."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents import adjustments
from hujiao.app.runtime import views
from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.ledger import Batch
from hujiao.app.runtime.sealing import sealed
from hujiao.app.runtime.tenant import activity
from hujiao.app.runtime.tenant.turn import Turn
from hujiao.kit.secrets import TenantSecrets
from hujiao.recordings.contracts import RecordingChange

# Readers get twenty deltas a second of a tenant, each with all that changed. A call's few changes are told one by one.
DELTA_SECONDS = 0.05
AT_ONCE = 5  # deltas after a quiet time that need not wait


class Prepared(msgspec.Struct):
    """A commit's worth of one tenant: the rows, then what follows once they are written."""

    batch: Batch
    turn: Turn
    waiting: list[asyncio.Future[None]]
    frames: list[dict[str, Any]] = []  # for those who are in chats


class Mailbox:
    """Everything of one tenant happens here in one order: the event loop's, one event after another."""

    def __init__(self, engine: Engine, secrets: TenantSecrets, *, shard: int, fence: int, seq: int) -> None:
        self.engine = engine
        self.secrets = secrets
        self.shard = shard
        self.fence = fence
        self.seq = seq
        self.committed_seq = seq
        self.published = seq
        self._next_delta = -math.inf  # when it is due if deltas come evenly, by the event loop's clock
        self.changed = Changed()
        self._queues_told: dict[UUID, dict[str, Any]] = {}  # since the last snapshot
        self.turn = Turn()
        self.waiting: list[asyncio.Future[None]] = []
        self._positions: dict[UUID, int] = {}
        self._being_written = False
        self._doing = {key: activity.of(engine, agent) for key, agent in engine.agents.items()}

    @property
    def tenant_id(self) -> UUID:
        return self.engine.config.id

    @property
    def dirty(self) -> bool:
        return bool(self.waiting) or not self.turn.empty()

    @property
    def written(self) -> bool:
        """Whether the database has all that has happened, too."""
        return not (self.dirty or self._being_written)

    def handle(self, event: Any, now: datetime) -> dict[str, Any]:
        return self.engine.handle(event, now, self.turn)

    def prepare(self) -> Prepared:
        """Take what has happened so far and number it; states are copied now, as they are with these events."""
        turn, self.turn = self.turn, Turn()
        engine = self.engine
        batch = Batch(self.tenant_id, self.shard, self.fence)
        for at, interaction_id, fact in turn.facts:
            self.seq += 1
            batch.events.append((self.seq, at, fact.kind, interaction_id, fact.agent_id, fact.data))
            self._recording(batch, at, interaction_id, fact.kind, fact.data)
            if fact.kind in (adjustments.SKILL_CHANGED, adjustments.CHANGED) and fact.agent_id:
                batch.adjustments.append(adjustments.recorded(fact.kind, fact.agent_id, fact.data))
        batch.interactions = {
            key: msgspec.Raw(msgspec.json.encode(sealed(engine.live[key], self.secrets)))
            for key in turn.interactions | (turn.kept - turn.ended)
        }
        batch.agents = {key: msgspec.Raw(msgspec.json.encode(engine.agents[key])) for key in turn.agents}
        batch.ended = turn.ended
        states = engine.blends.states
        batch.blends = {key: msgspec.Raw(msgspec.json.encode(states[key])) for key in turn.blends if key in states}
        batch.conversations = turn.conversations
        batch.messages = turn.messages
        waiting, self.waiting = self.waiting, []
        self._being_written = True
        return Prepared(batch, turn, waiting, list(views.chat_frames(engine, turn)))

    def _recording(
        self, batch: Batch, at: datetime, interaction_id: UUID | None, kind: str, data: dict[str, Any]
    ) -> None:
        if kind not in ("recording.started", "recording.stopped") or interaction_id is None:
            return
        batch.recordings.append(
            RecordingChange(
                recording_id=data["recording_id"],
                interaction_id=interaction_id,
                node=self.engine.node,
                started_at=data.get("started_at", at),
                ended_at=at if kind == "recording.stopped" else None,
                channels=data.get("channels", 2),
                pauses=data.get("pauses", []),
            )
        )

    def committed(self, prepared: Prepared) -> None:
        """What was written is what desktops may see, from the next delta on."""
        self._being_written = False
        self.committed_seq = max(self.committed_seq, *(event[0] for event in prepared.batch.events), 0)
        self.changed.merge(prepared.turn)

    def told_in(self, now: float) -> float:
        """Seconds that a change waits for others before it is told: none after a quiet time."""
        return max(0.0, self._next_delta - (AT_ONCE - 1) * DELTA_SECONDS - now)

    def telling(self, now: float) -> None:
        """A delta is told now."""
        self._next_delta = max(self._next_delta, now) + DELTA_SECONDS

    def delta(self) -> dict[str, Any]:
        """What changed since the last delta; `prev_seq` lets a reader see a gap.

        Agents and interactions are told whole, queues by their id and the fields that changed: each agent who comes or
        goes changes a figure of all their queues.
        """
        engine, changed, previous = self.engine, self.changed, self.published
        self.changed, self.published = Changed(), self.committed_seq
        self._look_at(changed)
        return {
            "prev_seq": previous,
            "seq": self.published,
            "agents": [views.agent_view(engine, key) for key in changed.agents if key in engine.config.agents],
            "queues": [told for key in changed.queues if (told := self._queue_changes(key))],
            "interactions": [
                views.interaction_view(engine, engine.live[key]) for key in changed.interactions if key in engine.live
            ],
            "ended": sorted(changed.ended, key=str),
            "blends": views.blends(engine) if changed.blends else None,
        }

    def _queue_changes(self, queue_id: UUID) -> dict[str, Any] | None:
        if queue_id not in self.engine.config.queues:
            self._queues_told.pop(queue_id, None)
            return None
        before, now = self._queues_told.get(queue_id, {}), views.queue_view(self.engine, queue_id)
        self._queues_told[queue_id] = now
        changes = {name: value for name, value in now.items() if name not in before or before[name] != value}
        return {"id": queue_id, **changes} if changes else None

    def _look_at(self, changed: Changed) -> None:
        """Add the agents who do something else because their call has changed, and no others: that a supervisor came
        to it is nothing that they learn."""
        engine = self.engine
        calls = (engine.live[key].interaction for key in changed.interactions if key in engine.live)
        for agent_id in changed.agents.union(activity.agents_in(calls)):
            doing = activity.of(engine, engine.agents.get(agent_id))
            if self._doing.get(agent_id) != doing:
                self._doing[agent_id] = doing
                changed.agents.add(agent_id)

    def moved_up(self) -> list[dict[str, Any]]:
        """What visitors are to be told who wait at another place than they were told last."""
        before, self._positions = self._positions, views.chat_positions(self.engine)
        moved = [key for key, place in self._positions.items() if before.get(key) != place]
        return views.chats_standing(self.engine, moved)

    def snapshot(self) -> dict[str, Any]:
        self._queues_told.clear()  # who asks may have any state between two deltas: the next one tells all of a queue
        return views.snapshot(self.engine, self.published)


class Changed:
    """Ids whose views are to be told."""

    def __init__(self) -> None:
        self.agents: set[UUID] = set()
        self.queues: set[UUID] = set()
        self.interactions: set[UUID] = set()
        self.ended: set[UUID] = set()
        self.blends = False

    def merge(self, turn: Turn) -> None:
        self.agents |= turn.agents
        self.queues |= turn.queues
        self.interactions |= turn.interactions
        self.ended |= turn.ended
        self.blends |= bool(turn.blends)
