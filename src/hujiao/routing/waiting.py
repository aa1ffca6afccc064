"""The interactions that wait: the line of each, the rings that open for it, the agent whom it awaits. Pure."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sortedcontainers import SortedList

from hujiao.routing.contracts import Item, Preferred, Ring, RoutingQueue, Setup
from hujiao.routing.floor import Floor
from hujiao.routing.lines import Line, Place
from hujiao.routing.order import Score, item_key, no_score, takes

RECHECK_SECONDS = 5.0  # how often a ring's condition other than time is looked at again
_SLACK = 0.001  # a timer may fire this much early


class Waiting(Floor):
    """A place is kept within the queue's interactions of one medium: those of another do not want the same room."""

    __slots__ = ("_items", "_own", "_own_waiting", "_places", "_queues", "expected")

    def __init__(self, seed: int = 0, score: Score = no_score) -> None:
        self.expected: Callable[[UUID, str, int], float | None] = lambda queue_id, medium, ahead: None
        self._items: dict[UUID, Item] = {}
        self._places: dict[UUID, tuple[Line, Place]] = {}
        self._queues: dict[tuple[UUID, str], SortedList[Place]] = {}
        super().__init__(seed, score)

    def _reset(self, setup: Setup) -> None:
        self._own: dict[UUID, list[Line]] = {}
        self._own_waiting = 0
        super()._reset(setup)

    def configure(self, setup: Setup, now: float) -> None:
        """Other settings: everybody keeps their time of arrival and their idle time and finds their new place."""
        items, idle = list(self._items.values()), [*self._idle.values(), *self._occupied.values()]
        self._items, self._places, self._queues = {}, {}, {}
        self._idle, self._unlisted, self._entries, self._occupied = {}, {}, {}, {}
        self._reset(setup)
        self._present &= set(setup.agents)
        for free in idle:
            agent = setup.agents.get(free.agent.id)
            if agent:
                self._enlist(free.with_agent(agent))
        for item in items:
            if item.queue_id in setup.queues:
                self.join(item, now)

    def agent_away(self, agent_id: UUID, now: float) -> list[UUID]:
        """Not to be waited for. Returns who waited for this very agent and now waits for others."""
        self._withdraw(agent_id)
        self._present.discard(agent_id)
        places = sorted(place for line in self._own.get(agent_id, ()) for place in line.places)
        left = [item_id for _, _, item_id in places]
        for item_id in left:
            self.widen(item_id, now)
        return left

    # ── coming and going ─────────────────────────────────────────────────────────────────────────────────────────────

    def join(self, item: Item, now: float) -> None:
        """Wait. Who joins again keeps the place of `joined_at`."""
        self.leave(item.id)
        self._items[item.id] = item
        if item.medium not in self._media:
            self._open(item.medium)
        queue = self.setup.queues[item.queue_id]
        key = item_key(self.setup.item_order, item, queue, self.setup, self._score)
        place = (key, item.id.int, item.id)
        line = self._line_for(item, now, may_await=True)
        line.add(place)
        self._own_waiting += line.owner is not None
        self._places[item.id] = (line, place)
        of_queue = self._queues.get((item.queue_id, item.medium))
        if of_queue is None:
            of_queue = self._queues[item.queue_id, item.medium] = SortedList()
        of_queue.add(place)

    def leave(self, item_id: UUID) -> None:
        item = self._items.pop(item_id, None)
        if item:
            line, place = self._places.pop(item_id)
            line.remove(place)
            self._own_waiting -= line.owner is not None
            self._queues[item.queue_id, item.medium].remove(place)

    def widen(self, item_id: UUID, now: float) -> bool:
        """Open what is due for this interaction; tells whether others may serve it now."""
        item = self._items.get(item_id)
        if item is None:
            return False
        line, place = self._places[item_id]
        wider = self._line_for(item, now, may_await=line.owner is not None)
        if wider is line:
            return False
        line.remove(place)
        wider.add(place)
        self._own_waiting += (wider.owner is not None) - (line.owner is not None)
        self._places[item_id] = (wider, place)
        return True

    def widens_at(self, item_id: UUID, now: float) -> float | None:
        """When `widen` may have something to do."""
        at, following = self.opens_at(item_id, now), self._next_ring(item_id)
        if following is None or (following.expected_wait_over is None and following.free_at_most is None):
            return at
        again = now + RECHECK_SECONDS
        return again if at is None else min(at, again)

    def opens_at(self, item_id: UUID, now: float) -> float | None:
        """When the next ring opens, at the latest if there are conditions too, or one agent is waited for no more."""
        item = self._items.get(item_id)
        if item is None:
            return None
        line, _ = self._places[item_id]
        if line.owner:
            # The same agent may be awaited for two reasons, one of which is over.
            untils = (wanted.until for wanted in item.preferred if wanted.agent_id == line.owner)
            return next((until for until in untils if until > now + _SLACK), now)
        following = self._next_ring(item_id)
        after = following.after_seconds if following else None
        return None if after is None else item.joined_at + after

    def _next_ring(self, item_id: UUID) -> Ring | None:
        """None of who waits in the last one, for one agent, or not at all."""
        item = self._items.get(item_id)
        if item is None:
            return None
        line, _ = self._places[item_id]
        rings = self.setup.queues[item.queue_id].rings
        return None if line.owner or line.ring + 1 >= len(rings) else rings[line.ring + 1]

    # ── whom for ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _line_for(self, item: Item, now: float, *, may_await: bool) -> Line:
        """Who waits for everybody does not go back to waiting for one agent."""
        queue = self.setup.queues[item.queue_id]
        wanted = self._wanted(item, now) if may_await else None
        if wanted:
            return self._own_line(wanted.agent_id, item.medium)
        ring = 0
        while ring + 1 < len(queue.rings) and self._opens(queue, ring, item, now):
            ring += 1
        return self._line(queue, item.medium, item.needs, ring, item.left_out)

    def _own_line(self, agent_id: UUID, medium: str) -> Line:
        lines = self._own.setdefault(agent_id, [])
        for line in lines:
            if line.medium == medium:
                return line
        line = Line(-1, medium, None, -1, ())
        line.owner = agent_id
        lines.append(line)
        return line

    def _wanted(self, item: Item, now: float) -> Preferred | None:
        for preferred in item.preferred:
            here = preferred.until > now + _SLACK and preferred.agent_id in self._present
            here = here and preferred.agent_id not in item.left_out
            agent = self.setup.agents.get(preferred.agent_id) if here else None
            if agent and item.queue_id not in agent.barred and takes(agent, self.setup.queues[item.queue_id].direction):
                return preferred
        return None

    def _opens(self, queue: RoutingQueue, ring: int, item: Item, now: float) -> bool:
        following = queue.rings[ring + 1]
        if following.after_seconds is not None and now + _SLACK >= item.joined_at + following.after_seconds:
            return True
        if following.expected_wait_over is not None:
            place = self.position(item.id) or self.waiting_count(queue.id, item.medium) + 1
            expected = self.expected(queue.id, item.medium, place - 1)
            if expected is not None and expected > following.expected_wait_over:
                return True
        if following.free_at_most is not None:
            line = self._line(queue, item.medium, item.needs, ring, item.left_out)
            self._list()
            return sum(len(pool) for pools in line.pools for pool in pools) <= following.free_at_most
        return following.after_seconds is None and following.expected_wait_over is None

    # ── to be seen ───────────────────────────────────────────────────────────────────────────────────────────────────

    def item(self, item_id: UUID) -> Item | None:
        """Who waits under this id, if anybody does."""
        return self._items.get(item_id)

    def position(self, item_id: UUID) -> int:
        """1 for who is next of the queue's interactions of that medium; 0 for who does not wait."""
        found = self._places.get(item_id)
        if found is None:
            return 0
        item = self._items[item_id]
        return int(self._queues[item.queue_id, item.medium].bisect_left(found[1])) + 1

    def ring(self, item_id: UUID) -> tuple[int, int]:
        """The outermost open ring of a waiting interaction (-1: one agent is waited for), and how many there are."""
        line, _ = self._places[item_id]
        return line.ring, len(self.setup.queues[self._items[item_id].queue_id].rings)

    def waiting(self, queue_id: UUID) -> list[Item]:
        """In the order of the tenant's criteria, all media."""
        places = sorted(place for medium in self._media for place in self._queues.get((queue_id, medium), ()))
        return [self._items[place[2]] for place in places]

    def waiting_count(self, queue_id: UUID, medium: str | None = None) -> int:
        """Of one medium, or of all."""
        media = self._media if medium is None else (medium,)
        return sum(len(self._queues.get((queue_id, one), ())) for one in media)
