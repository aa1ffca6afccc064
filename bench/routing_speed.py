"""How many routing decisions a second, and how long each takes.

A decision is one event wholly processed as the engine does it: an arrival, an agent who becomes free, an abandonment, a
change of skills, a ring that is due. Where somebody is matched, the stored reason (`Match`) is built and both leave.
With mixed media calls, chats and e-mails wait in every queue, and agents have several items in hand: whoever has room
left after a match is asked again, which is a decision of its own.
Times are the processor's, one core's, so that other programs do not count; `wall_p99_ms` is by the clock on the wall.
"""

from __future__ import annotations

import gc
import heapq
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from resource import getpagesize
from typing import Any
from uuid import UUID

from bench.answers import percentile
from hujiao.app.cli import output
from hujiao.routing.assign import Router
from hujiao.routing.contracts import (
    CALL,
    AgentCriterion,
    Item,
    ItemCriterion,
    Match,
    Requirement,
    Ring,
    RoutingAgent,
    RoutingQueue,
    Setup,
    Skills,
)

GOAL_DECISIONS, GOAL_P99_MS = 20_000, 1.0
GOAL_AT = (10_000, 100_000)
QUEUES = 50
QUIET = 10  # these go first and are mostly empty, so that arrivals find free agents there
HANDLE_SECONDS = 180.0
AGENT_ORDER = (AgentCriterion("proficiency"), AgentCriterion("fewest_handled"), AgentCriterion("longest_idle"))
ITEM_ORDER = (ItemCriterion("queue_priority"), ItemCriterion("ring"), ItemCriterion("age"))
CALLS = {"voice": 1}
MIXED = {"voice": 60, "chat": 25, "email": 15}
MIX = {"arrival": 45, "idle": 40, "abandon": 5, "skill_change": 10}  # rings come when they are due

SKILL_IDS = [UUID(int=1_000 + number) for number in range(QUEUES)]
QUEUE_IDS = [UUID(int=2_000 + number) for number in range(QUEUES)]


class World:
    """A company with more callers than its agents can take, and its clock."""

    def __init__(self, agents: int, waiting: int, seed: int, media: dict[str, int] = CALLS) -> None:
        self.random = Random(seed)
        self.media = media
        self.now = 0.0
        self.router = Router(seed)
        self.waiting: list[UUID] = []
        self._at: dict[UUID, int] = {}
        self.busy: list[tuple[UUID, str]] = []  # each item in hand
        self.held: dict[UUID, list[str]] = {}
        self.room_left: list[UUID] = []
        self.due: list[tuple[float, int, UUID]] = []
        self.rate = agents / HANDLE_SECONDS / (MIX["idle"] / sum(MIX.values()))
        self.handled: dict[UUID, int] = {}
        self.assignments = 0
        self.took: dict[str, list[tuple[float, float]]] = {}
        queues = {queue.id: queue for queue in map(_queue, range(QUEUES))}
        everybody = {agent.id: agent for agent in (self._agent(self._id()) for _ in range(agents))}
        self.router.configure(
            Setup(queues=queues, agents=everybody, item_order=ITEM_ORDER, agent_order=AGENT_ORDER), 0.0
        )
        self.everybody = list(everybody)
        oldest = waiting / (agents / HANDLE_SECONDS)
        for age in sorted((self.random.random() * oldest for _ in range(waiting)), reverse=True):
            item = self._item(self.random.randrange(QUIET, QUEUES), -age)
            self.router.join(item, 0.0)
            self._waits(item.id)
        for agent_id in everybody:  # whoever could serve somebody does
            self.handled[agent_id] = 0
            self.held[agent_id] = []
            self.router.agent_free(agent_id, 0.0)
            match = self.router.for_agent(agent_id, 0.0)
            if match:
                self._takes(agent_id, self.router.item(match.interaction_id))
                self.room_left.clear()

    def _id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def _skills(self) -> Skills:
        chosen = self.random.sample(SKILL_IDS, self.random.randint(2, 5))
        return tuple(sorted((skill, self.random.randint(1, 10)) for skill in chosen))

    def _agent(self, agent_id: UUID) -> RoutingAgent:
        return RoutingAgent(id=agent_id, skills=self._skills())

    def _item(self, queue: int, joined_at: float) -> Item:
        medium = self.random.choices(list(self.media), list(self.media.values()))[0] if len(self.media) > 1 else CALL
        return Item(id=self._id(), queue_id=QUEUE_IDS[queue], joined_at=joined_at, medium=medium)

    def _takes(self, agent_id: UUID, item: Item | None) -> None:
        """Beside what they have; a call fills the desk."""
        assert item is not None
        self.held[agent_id].append(item.medium)
        self.busy.append((agent_id, item.medium))
        if item.medium == CALL:
            self.router.agent_busy(agent_id)
        else:
            self._free(agent_id)
            self.room_left.append(agent_id)

    def _free(self, agent_id: UUID) -> None:
        self.router.agent_free(agent_id, self.now, self.handled[agent_id], 0.9, tuple(self.held[agent_id]))

    def _waits(self, item_id: UUID) -> None:
        self._at[item_id] = len(self.waiting)
        self.waiting.append(item_id)
        self._arm(item_id)

    def _arm(self, item_id: UUID) -> None:
        at = self.router.widens_at(item_id, self.now)
        if at is not None:
            heapq.heappush(self.due, (at, item_id.int, item_id))

    def _left(self, item_id: UUID) -> None:
        place, last = self._at.pop(item_id), self.waiting.pop()
        if last != item_id:
            self.waiting[place] = last
            self._at[last] = place

    # ── events: what happens is drawn first, then decided on the clock ───────────────────────────────────────────────

    def step(self) -> None:
        if self.room_left:
            agent_id = self.room_left.pop()
            self._decide("room_left", lambda: self.router.for_agent(agent_id, self.now))
            return None
        while self.due and self.due[0][0] <= self.now:
            _, _, item_id = heapq.heappop(self.due)
            if item_id in self._at:
                return self._ring_due(item_id)
        self.now += self.random.expovariate(self.rate)
        match self.random.choices(list(MIX), list(MIX.values()))[0]:
            case "idle" if self.busy:
                return self._idle()
            case "abandon" if self.waiting:
                return self._abandon()
            case "skill_change":
                return self._skill_change()
            case _:
                return self._arrival()

    def _decide(self, kind: str, decide: Callable[[], Match | None]) -> Match | None:
        wall, processor = time.perf_counter(), time.thread_time()
        match = decide()
        if match:
            item = self.router.item(match.interaction_id)
            self.router.leave(match.interaction_id)
            self.handled[match.agent_id] += 1
            self._takes(match.agent_id, item)
        processor, wall = time.thread_time() - processor, time.perf_counter() - wall
        self.took.setdefault(kind, []).append((processor, wall))
        if match:
            self.assignments += 1
            if match.interaction_id in self._at:
                self._left(match.interaction_id)
        return match

    def _arrival(self) -> None:
        router, now = self.router, self.now
        item = self._item(self.random.randrange(QUEUES), now)

        def decide() -> Match | None:
            router.join(item, now)
            router.widens_at(item.id, now)
            return router.for_item(item.id, now)

        if not self._decide("arrival", decide):
            self._waits(item.id)

    def _idle(self) -> None:
        router, now = self.router, self.now
        at = self.random.randrange(len(self.busy))
        self.busy[at], self.busy[-1] = self.busy[-1], self.busy[at]
        agent_id, medium = self.busy.pop()
        self.held[agent_id].remove(medium)

        def decide() -> Match | None:
            self._free(agent_id)
            return router.for_agent(agent_id, now)

        self._decide("idle", decide)

    def _abandon(self) -> None:
        item_id = self.waiting[self.random.randrange(len(self.waiting))]
        self._decide("abandon", lambda: self.router.leave(item_id))
        self._left(item_id)

    def _skill_change(self) -> None:
        """Of anybody; who is free may serve others at once."""
        router, now = self.router, self.now
        agent = self._agent(self.random.choice(self.everybody))

        def decide() -> Match | None:
            router.change_agent(agent)
            return router.for_agent(agent.id, now)

        self._decide("skill_change", decide)

    def _ring_due(self, item_id: UUID) -> None:
        router, now = self.router, self.now

        def decide() -> Match | None:
            match = router.for_item(item_id, now) if router.widen(item_id, now) else None
            router.widens_at(item_id, now)
            return match

        if not self._decide("ring_due", decide):
            self._arm(item_id)


def _queue(number: int) -> RoutingQueue:
    """One skill; then at a lower level, then another skill."""
    own, other = SKILL_IDS[number], SKILL_IDS[(number + 1) % QUEUES]
    return RoutingQueue(
        id=QUEUE_IDS[number],
        name=f"queue {number}",
        priority=int(number < QUIET),
        rings=(
            Ring(who=(Requirement(skills=((own, 5),)),)),
            Ring(who=(Requirement(skills=((own, 1),)),), after_seconds=20.0),
            Ring(who=(Requirement(skills=((other, 1),)),), after_seconds=60.0),
        ),
    )


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * getpagesize() / 1e6


def one(agents: int, waiting: int, events: int, seed: int, media: dict[str, int] = CALLS) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own. The garbage collector is as the runtime has it: on."""
    gc.collect()
    before = _resident_mb()
    began = time.thread_time()
    world = World(agents, waiting, seed, media)
    filled = time.thread_time() - began
    memory = _resident_mb() - before
    for _ in range(events // 10):  # what is only paid once: agents' kinds, lines
        world.step()
    world.assignments = 0
    world.took.clear()
    for _ in range(events):
        world.step()
    together = [processor for times in world.took.values() for processor, _ in times]
    total = sum(together)
    wall = [seconds for times in world.took.values() for _, seconds in times]
    return {
        "agents": agents,
        "waiting": waiting,
        "media": " ".join(f"{medium} {share}" for medium, share in media.items()),
        "waiting_at_end": len(world.waiting),
        "free_at_end": agents - len({agent_id for agent_id, _ in world.busy}),
        "decisions": len(together),
        "decisions_per_s": round(len(together) / total),
        "assignments_per_s": round(world.assignments / total),
        "mean_us": round(total / len(together) * 1e6, 1),
        "p50_ms": round(percentile(together, 0.5) * 1e3, 4),
        "p99_ms": round(percentile(together, 0.99) * 1e3, 4),
        "max_ms": round(max(together) * 1e3, 3),
        "wall_p99_ms": round(percentile(wall, 0.99) * 1e3, 4),
        "fill_seconds": round(filled, 2),
        "memory_mb": round(memory, 1),
        "by_event": {
            kind: {
                "share": round(len(times) / len(together), 3),
                "mean_us": round(statistics.fmean(processor for processor, _ in times) * 1e6, 1),
                "p99_ms": round(percentile([processor for processor, _ in times], 0.99) * 1e3, 4),
            }
            for kind, times in sorted(world.took.items())
        },
    }


def measure(agents: list[int], waiting: list[int], events: int, seed: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        sizes = [(staff, line, CALLS) for staff in agents for line in waiting]
        for staff, line, media in [*sizes, (agents[-1], waiting[-1], MIXED)]:
            row = pool.submit(one, staff, line, events, seed, media).result()
            rows.append(row)
            mixed = ", mixed media" if media is MIXED else ""
            output.say(
                f"  {staff:>6} agents, {line:>7} waiting{mixed}: {row['decisions_per_s']:>7} decisions/s "
                f"({row['assignments_per_s']} assignments/s), p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms, "
                f"max {row['max_ms']} ms, {row['memory_mb']} MB"
            )
    growth = {}
    for staff in agents:
        of_staff = [row for row in rows[:-1] if row["agents"] == staff and row["waiting"]]
        if len(of_staff) > 1:
            growth[str(staff)] = round(of_staff[-1]["mean_us"] / of_staff[0]["mean_us"], 2)
    most = next((row for row in rows if (row["agents"], row["waiting"]) == GOAL_AT), rows[-2])
    output.say(f"  a decision's time over that with the fewest waiting: {growth}")
    return {
        "queues": QUEUES,
        "skills": QUEUES,
        "skills_per_agent": "2-5",
        "rings": 3,
        "agent_order": [criterion.kind for criterion in AGENT_ORDER],
        "item_order": [criterion.kind for criterion in ITEM_ORDER],
        "gc": "on, thresholds " + ", ".join(map(str, gc.get_threshold())),
        "seed": seed,
        "rows": rows,
        "growth": growth,
        "decisions_per_s": most["decisions_per_s"],
        "assignments_per_s": most["assignments_per_s"],
        "p99_ms": most["p99_ms"],
        "mixed_decisions_per_s": rows[-1]["decisions_per_s"],
        "goal_met": most["decisions_per_s"] >= GOAL_DECISIONS and most["p99_ms"] <= GOAL_P99_MS,
    }
