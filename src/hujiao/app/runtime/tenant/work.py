"""What one event leads to, item by item, until the tenant rests: all that a handler may do. Pure.

A handler never calls another one. It changes the tenant's state, writes what is to be committed into the turn, and
says what comes next; the engine looks up who takes that.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live, TimerFired, Turn
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import Fact
from hujiao.kit.expressions import Allowance

# One event that leads to more steps of one call goes in a ring.
MOST_STEPS = 1_000


class BrokenInvariant(Exception):
    """The machines contradict each other. What memory says now holds no more: it is dropped and read as committed."""


class ToInteraction(msgspec.Struct, frozen=True):
    """An event for the interaction's machine."""

    interaction_id: UUID
    event: Any


class ToFlow(msgspec.Struct, frozen=True):
    """An event for the flow that speaks to the caller now."""

    interaction_id: UUID
    event: Any


class Follow(msgspec.Struct, frozen=True):
    """What a machine asks for. Whoever is registered for its type does it; a command goes to the switch."""

    interaction_id: UUID
    effect: Any


class ToChat(msgspec.Struct, frozen=True):
    """A command of a chat, which no switch carries out."""

    effect: calls.AnyEffect


class Forget(msgspec.Struct, frozen=True):
    """The interaction has ended."""


Item = ToInteraction | ToFlow | Follow


class Work:
    def __init__(self, tenant: Tenant, now: datetime, turn: Turn, allowance: Allowance) -> None:
        """`allowance` is what the event's expressions may take."""
        self.tenant = tenant
        self.now = now
        self.turn = turn
        self.allowance = allowance
        self.changed = False
        self.answer: dict[str, Any] = {}  # what the sender of a command is told
        self._steps: Counter[UUID] = Counter()
        self._next: list[Item] = []
        self._stack: list[Item] = []
        self._waiting: deque[Item] = deque()

    # ── what comes next ──────────────────────────────────────────────────────────────────────────────────────────────

    def interaction(self, interaction_id: UUID, event: Any) -> None:
        self._next.append(ToInteraction(interaction_id, event))

    def flow(self, interaction_id: UUID, event: Any) -> None:
        self._next.append(ToFlow(interaction_id, event))

    def follow(self, interaction_id: UUID, *effects: Any) -> None:
        self._next += [Follow(interaction_id, effect) for effect in effects]

    def later(self, interaction_id: UUID, event: Any) -> None:
        """Give the interaction this event when all that is at hand is done."""
        self._waiting.append(ToInteraction(interaction_id, event))

    def pop(self) -> Item | None:
        """The next item: what the last handler asked for, depth first; then what can wait. None: all is done."""
        self._stack += reversed(self._next)
        self._next.clear()
        if self._stack:
            return self._stack.pop()
        return self._waiting.popleft() if self._waiting else None

    # ── what is to be committed ──────────────────────────────────────────────────────────────────────────────────────

    def fact(self, kind: str, interaction_id: UUID | None, *, agent_id: UUID | None = None, **data: Any) -> None:
        """A ledger event."""
        self.turn.facts.append((self.now, interaction_id, Fact(kind=kind, data=data, agent_id=agent_id)))

    def command(self, record: Live, effect: calls.AnyEffect) -> None:
        """A command to the switch; attempted from the commit on, so that a crash never repeats it blindly."""
        if record.chat is not None:
            self.follow(record.interaction.id, ToChat(effect))
            return
        record.commands += 1
        effect.effect_id = str(record.commands)
        effect.attempted = True
        record.pending.append(effect)
        self.turn.effects.append((record.interaction.id, effect))
        if record.interaction.state != "ended":
            self.turn.interactions.add(record.interaction.id)

    def set_timer(self, record: Live, name: str, due_at: datetime) -> None:
        """A durable timer; setting it again replaces it."""
        interaction_id = record.interaction.id
        if self.tenant.live.get(interaction_id) is not record:
            return  # it has just ended
        record.timers[name] = due_at
        self.turn.interactions.add(interaction_id)
        self.turn.timers.append(TimerFired(interaction_id=interaction_id, name=name, due_at=due_at))

    def arm(self, record: Live, name: str, due_at: datetime | None) -> None:
        """Set the timer, or stop it."""
        if due_at is None:
            record.timers.pop(name, None)
        else:
            self.set_timer(record, name, due_at)

    def changes(self, interaction_id: UUID) -> None:
        """Say that memory will differ from what was committed; raises `BrokenInvariant` for a ring without end."""
        self.changed = True
        self.turn.interactions.add(interaction_id)
        self._steps[interaction_id] += 1
        if self._steps[interaction_id] > MOST_STEPS:
            raise BrokenInvariant(f"one event led to more than {MOST_STEPS} steps of one call")


# By the type of an event from outside, of what a machine asks for, and by a timer's name.
EventHandler = Callable[[Work, Any], None]
EffectHandler = Callable[[Work, Live, Any], None]
TimerHandler = Callable[[Work, Live], None]
