"""Who serves whom, decided event by event.

Work grows with what changed, never with what waits. Holds no truth: the same calls in the same order rebuild it.

Free agents stand in a *pool* for each requirement that some ring states; interactions wait in a *line* for each queue,
ring and set of own needs. An arrival looks at the heads of its line's pools, a freed agent at the heads of the lines
that it may serve, so nobody is ever searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from operator import itemgetter
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sortedcontainers import SortedList

from hujiao.routing.capacity import Capacities
from hujiao.routing.contracts import (
    Explanation,
    Item,
    Match,
    Preferred,
    Requirement,
    RoutingAgent,
    RoutingQueue,
    Setup,
    Skills,
)
from hujiao.routing.lines import Line, Place, Pool
from hujiao.routing.order import (
    OF_THE_AGENT,
    Idle,
    Key,
    Score,
    agent_key,
    item_key,
    lot,
    meets,
    no_score,
    proficiency,
    site_cost,
    takes,
    with_needs,
)

RECHECK_SECONDS = 5.0  # how often a ring's condition other than time is looked at again
SPARE_LINES = 64  # lines of interactions' own needs that may stand empty before they are forgotten
_SLACK = 0.001  # a timer may fire this much early
_NEGATED = frozenset({"real_time", "proficiency", "queue_priority", "grade", "expression", "agent_skill"})
_SINCE = frozenset({"longest_idle", "age", "first_come"})

Candidate = tuple[Key, int, UUID]


class _Served:
    """What agents of the same skills, groups, site and work may do: pools, and lines with ring and minus skill.

    `outbound` lines are looked at when nobody waits in the others.
    """

    __slots__ = ("lines", "outbound", "pools")

    def __init__(self, pools: tuple[tuple[Pool, int], ...], lines: tuple[tuple[Line, int, int], ...]) -> None:
        self.pools = pools
        self.lines = tuple(one for one in lines if one[0].queue and one[0].queue.direction == "inbound")
        self.outbound = tuple(one for one in lines if one[0].queue and one[0].queue.direction == "outbound")


class Router:
    """One tenant's free agents and waiting interactions. `seed` draws the lots, `score` evaluates expressions."""

    def __init__(self, seed: int = 0, score: Score = no_score) -> None:
        self.setup = Setup()
        self._seed = seed
        self._score = score
        self.expected: Callable[[UUID, int], float | None] = lambda queue_id, ahead: None
        self._draws = 0
        self._items: dict[UUID, Item] = {}
        self._places: dict[UUID, tuple[Line, Place]] = {}
        self._queues: dict[UUID, SortedList[Place]] = {}
        self._idle: dict[UUID, Idle] = {}
        self._unlisted: dict[UUID, Idle] = {}  # free, and not in their pools yet: most are taken at once
        self._occupied: dict[UUID, Idle] = {}  # what they have in hand leaves no room
        self._entries: dict[UUID, list[tuple[Pool, Candidate]]] = {}
        self._present: set[UUID] = set()
        self._reset(Setup())

    def _reset(self, setup: Setup) -> None:
        self.setup = setup
        self._capacities = Capacities(setup.media)
        self._skills = {agent.id: dict(agent.skills) for agent in setup.agents.values()}
        self._pools: dict[Any, Pool] = {}
        self._pools_by_skill: dict[UUID | None, list[Pool]] = {}
        self._lines: dict[tuple[UUID, Skills, int], Line] = {}
        self._numbers = count()
        self._lines_until = SPARE_LINES
        self._own: dict[UUID, list[Line]] = {}
        self._own_waiting = 0
        self._served: dict[Any, _Served] = {}
        self._reserved = {queue.id: queue.reserved for queue in setup.queues.values()}
        self._protected = [queue for queue in setup.queues.values() if queue.rings and queue.reserved]
        self._names = [criterion.kind for criterion in setup.item_order]
        self._static = [name for name in self._names if name not in OF_THE_AGENT]
        self._mixed = any(name in OF_THE_AGENT and name != "preferred" for name in self._names)
        self._full = _whole_key(self._names)
        for queue in setup.queues.values():
            for ring in range(len(queue.rings)):
                self._line(queue, (), ring)

    # ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────

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

    def change_agent(self, agent: RoutingAgent) -> None:
        """One agent's skills, groups, site or capacity changed."""
        self.setup.agents[agent.id] = agent
        self._skills[agent.id] = dict(agent.skills)
        free = self._idle.get(agent.id) or self._occupied.get(agent.id)
        if free:
            self._withdraw(agent.id)
            self._enlist(free.with_agent(agent))

    def reserve(self, queue_id: UUID, count: int) -> list[UUID]:
        """Keep so many agents free for this queue. Returns who is free and may serve others by that."""
        fewer = count < self._reserved[queue_id]
        self._reserved[queue_id] = count
        self._protected = [queue for queue in self.setup.queues.values() if queue.rings and self._reserved[queue.id]]
        if not fewer:
            return []
        self._list()
        pools = self._line(self.setup.queues[queue_id], (), 0).pools[:1]
        return [entry[2] for part in pools for pool in part for free in pool.free.values() for entry in free]

    def reserved(self, queue_id: UUID) -> int:
        """How many agents are kept free for this queue from lower tiers."""
        return self._reserved.get(queue_id, 0)

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def agent_free(
        self, agent_id: UUID, since: float, handled: int = 0, busy_share: float = 0.0, held: tuple[str, ...] = ()
    ) -> None:
        """The agent can take what has room beside `held`, the media of the items in hand, and could since then."""
        agent = self.setup.agents.get(agent_id)
        if agent is None:
            return
        self._withdraw(agent_id)
        self._present.add(agent_id)
        self._draws += 1
        self._enlist(Idle(agent, since, handled, busy_share, lot(self._seed, agent_id, self._draws), held))

    def agent_busy(self, agent_id: UUID) -> None:
        """Signed in and with room for nothing; who waits for this very agent goes on waiting."""
        self._withdraw(agent_id)
        if agent_id in self.setup.agents:
            self._present.add(agent_id)

    def agent_away(self, agent_id: UUID, now: float) -> list[UUID]:
        """Not to be waited for. Returns who waited for this very agent and now waits for others."""
        self._withdraw(agent_id)
        self._present.discard(agent_id)
        places = sorted(place for line in self._own.get(agent_id, ()) for place in line.places)
        left = [item_id for _, _, item_id in places]
        for item_id in left:
            self.widen(item_id, now)
        return left

    def is_free(self, agent_id: UUID) -> bool:
        """Whether there is room for something."""
        return agent_id in self._idle

    def has_room(self, agent_id: UUID, medium: str) -> bool:
        idle = self._idle.get(agent_id)
        return idle is not None and medium in idle.room

    def _enlist(self, idle: Idle) -> None:
        idle.room, idle.load = self._capacities.of(idle.agent.shares, idle.held)
        if idle.room:
            self._idle[idle.agent.id] = self._unlisted[idle.agent.id] = idle
        else:
            self._occupied[idle.agent.id] = idle

    def _list(self) -> None:
        """Put the free agents into their pools, before anybody looks into one."""
        for agent_id, idle in self._unlisted.items():
            agent, room = idle.agent, idle.room
            entries: list[tuple[Pool, Candidate]] = []
            for pool, skill in self._served_by(agent).pools:
                if pool.medium not in room:
                    continue
                entry = (agent_key(pool.order, idle, skill, pool.queue, self._score), agent_id.int, agent_id)
                pool.add(agent.site, entry)
                entries.append((pool, entry))
            self._entries[agent_id] = entries
        self._unlisted.clear()

    def _withdraw(self, agent_id: UUID) -> None:
        self._occupied.pop(agent_id, None)
        idle = self._idle.pop(agent_id, None)
        if idle and not self._unlisted.pop(agent_id, None):
            for pool, entry in self._entries.pop(agent_id):
                pool.remove(idle.agent.site, entry)

    # ── interactions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def join(self, item: Item, now: float) -> None:
        """Wait. Who joins again keeps the place of `joined_at`."""
        self.leave(item.id)
        self._items[item.id] = item
        queue = self.setup.queues[item.queue_id]
        key = item_key(self.setup.item_order, item, queue, self.setup, self._score)
        place = (key, item.id.int, item.id)
        line = self._line_for(item, now, may_await=True)
        line.add(place)
        self._own_waiting += line.owner is not None
        self._places[item.id] = (line, place)
        self._queues.setdefault(item.queue_id, SortedList()).add(place)

    def leave(self, item_id: UUID) -> None:
        item = self._items.pop(item_id, None)
        if item:
            line, place = self._places.pop(item_id)
            line.remove(place)
            self._own_waiting -= line.owner is not None
            self._queues[item.queue_id].remove(place)

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
        item = self._items.get(item_id)
        if item is None:
            return None
        line, _ = self._places[item_id]
        if line.owner:
            return next(preferred.until for preferred in item.preferred if preferred.agent_id == line.owner)
        rings = self.setup.queues[item.queue_id].rings
        if line.ring + 1 >= len(rings):
            return None
        following = rings[line.ring + 1]
        at = item.joined_at + following.after_seconds if following.after_seconds is not None else None
        if following.expected_wait_over is None and following.free_at_most is None:
            return at
        again = now + RECHECK_SECONDS
        return again if at is None else min(at, again)

    def _line_for(self, item: Item, now: float, *, may_await: bool) -> Line:
        """Who waits for everybody does not go back to waiting for one agent."""
        queue = self.setup.queues[item.queue_id]
        wanted = self._wanted(item, now) if may_await else None
        if wanted:
            return self._own_line(wanted.agent_id, queue.medium)
        ring = 0
        while ring + 1 < len(queue.rings) and self._opens(queue, ring, item, now):
            ring += 1
        return self._line(queue, item.needs, ring)

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
            if here and takes(self.setup.agents[preferred.agent_id], self.setup.queues[item.queue_id].direction):
                return preferred
        return None

    def _opens(self, queue: RoutingQueue, ring: int, item: Item, now: float) -> bool:
        following = queue.rings[ring + 1]
        if following.after_seconds is not None and now + _SLACK >= item.joined_at + following.after_seconds:
            return True
        if following.expected_wait_over is not None:
            expected = self.expected(queue.id, max(0, (self.position(item.id) or self.waiting_count(queue.id) + 1) - 1))
            if expected is not None and expected > following.expected_wait_over:
                return True
        if following.free_at_most is not None:
            line = self._line(queue, item.needs, ring)
            self._list()
            return sum(len(pool) for pools in line.pools for pool in pools) <= following.free_at_most
        return following.after_seconds is None and following.expected_wait_over is None

    # ── pools and lines ──────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, queue: RoutingQueue, needs: Skills, ring: int) -> Line:
        line = self._lines.get((queue.id, needs, ring))
        if line is None:
            if needs:
                self._lines_until -= 1
                if self._lines_until < 0:
                    self._forget_empty()
            pools = tuple(
                tuple(self._pool(queue, with_needs(who, needs)) for who in part.who) for part in queue.rings[: ring + 1]
            )
            line = self._lines[(queue.id, needs, ring)] = Line(next(self._numbers), queue.medium, queue, ring, pools)
            for at, part in enumerate(pools):
                for pool in part:
                    pool.lines.append((line, at))
            self._served.clear()
        return line

    def _forget_empty(self) -> None:
        """Lines for needs that nobody has any more, and their pools; seldom, so that it costs next to nothing each."""
        self._lines = {key: line for key, line in self._lines.items() if not key[1] or line.places}
        self._lines_until = SPARE_LINES + sum(bool(needs) for _, needs, _ in self._lines)
        lines = set(self._lines.values())
        pools = {pool for line in lines for part in line.pools for pool in part}
        self._pools = {name: pool for name, pool in self._pools.items() if pool in pools}
        for skill, of_skill in self._pools_by_skill.items():
            self._pools_by_skill[skill] = [pool for pool in of_skill if pool in pools]
        for pool in pools:
            pool.lines = [(line, ring) for line, ring in pool.lines if line in lines]
        for agent_id, entries in self._entries.items():
            self._entries[agent_id] = [(pool, entry) for pool, entry in entries if pool in pools]
        self._served.clear()

    def _pool(self, queue: RoutingQueue, requirement: Requirement) -> Pool:
        if requirement.direction != queue.direction:
            requirement = replace(requirement, direction=queue.direction)
        order = queue.agent_order or self.setup.agent_order
        judged = any(criterion.kind in ("expression", "plugin") for criterion in order)
        name = (queue.medium, requirement, order, queue.id if judged else None)
        pool = self._pools.get(name)
        if pool is None:
            self._list()
            pool = self._pools[name] = Pool(queue, requirement, order)
            first = requirement.skills[0][0] if requirement.skills else None
            self._pools_by_skill.setdefault(first, []).append(pool)
            for idle in self._idle.values():
                skills = self._skills[idle.agent.id]
                if queue.medium in idle.room and meets(idle.agent, skills, requirement):
                    skill = proficiency(skills, requirement)
                    entry = (agent_key(order, idle, skill, queue, self._score), idle.agent.id.int, idle.agent.id)
                    pool.add(idle.agent.site, entry)
                    self._entries[idle.agent.id].append((pool, entry))
        return pool

    def _served_by(self, agent: RoutingAgent) -> _Served:
        kind = (agent.skills, agent.groups, agent.site, agent.work)
        served = self._served.get(kind)
        if served is None:
            skills = self._skills[agent.id]
            pools = tuple(
                (pool, proficiency(skills, pool.requirement))
                for first in (None, *skills)
                for pool in self._pools_by_skill.get(first, ())
                if meets(agent, skills, pool.requirement)
            )
            best: dict[Line, tuple[int, int]] = {}  # the innermost ring and there the greatest skill
            for pool, skill in pools:
                for line, ring in pool.lines:
                    found = best.get(line)
                    if found is None or (ring, -skill) < found:
                        best[line] = (ring, -skill)
            lines = tuple((line, *best[line]) for line in sorted(best, key=lambda one: one.number))
            served = self._served[kind] = _Served(pools, lines)
        return served

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def for_item(self, item_id: UUID, now: float) -> Match | None:
        """The best free agent for this interaction, unless somebody who waits for the same agents is before it."""
        item = self._items.get(item_id)
        if item is None:
            return None
        line, place = self._places[item_id]
        if line.head != place:
            return None
        if line.owner:
            return self._preferred(item, line.owner) if self.has_room(line.owner, line.medium) else None
        assert line.queue is not None
        self._list()
        for ring, pools in enumerate(line.pools):
            found = self._best_agents(pools, line.queue, item.site)
            if found:
                return self._chosen_agent(item, ring, pools[0], found, now)
        return None

    def for_agent(self, agent_id: UUID, now: float) -> Match | None:
        """The best placed interaction that this free agent may serve; else one for whom they set another agent free."""
        idle = self._idle.get(agent_id)
        if idle is None:
            return None
        return self._best_item(idle, now) or (self._released(idle.agent, now) if self._protected else None)

    def _released(self, agent: RoutingAgent, now: float) -> Match | None:
        """With one more agent free than a queue keeps for itself, any of them may serve others now."""
        self._list()
        for protected in self._protected:
            pools = self._line(protected, (), 0).pools[0]
            if not any(meets(agent, self._skills[agent.id], pool.requirement) for pool in pools):
                continue
            if sum(map(len, pools)) != self._reserved[protected.id] + 1:
                continue
            for _, _, kept in [entry for pool in pools for free in pool.free.values() for entry in free]:
                match = self._best_item(self._idle[kept], now)
                if match:
                    return match
        return None

    def _best_item(self, idle: Idle, now: float) -> Match | None:
        agent_id, room = idle.agent.id, idle.room
        own = self._own.get(agent_id, ()) if self._own_waiting else ()
        own = [line for line in own if line.head and line.medium in room]
        mixed = self._mixed or bool(own)
        best: tuple[Key, int, UUID, int] | None = None
        second: tuple[Key, int, UUID, int] | None = None
        best_line: Line | None = None
        best_skill = 0
        among = 0
        served = self._served_by(idle.agent)
        lines = served.lines
        if served.outbound and not own and not any(line.head and line.medium in room for line, _, _ in lines):
            lines = served.outbound
        for line, ring, minus_skill in lines:
            head = line.head
            if head is None or line.medium not in room:
                continue
            if self._protected and self._kept(idle.agent, line):
                continue
            among += len(line.places)
            key, number, item_id = head
            found = (self._full((*key, 1, ring, minus_skill)) if mixed else key, number, item_id, ring)
            if best is None or found < best:
                best, second, best_line, best_skill = found, best, line, minus_skill
            elif second is None or found < second:
                second = found
        for line in own:
            among += len(line.places)
            key, number, item_id = line.places[0]
            found = (self._full((*key, 0, -1, 0)), number, item_id, -1)
            if best is None or found < best:
                best, second, best_line = found, best, line
            elif second is None or found < second:
                second = found
        if best is None or best_line is None:
            return None
        if len(best_line.places) > 1:  # the next of the same line may be the runner-up
            key, number, item_id = best_line.places[1]
            asked = int(best_line.owner is None)
            found = (self._full((*key, asked, best[3], best_skill)) if mixed else key, number, item_id, best[3])
            if second is None or found < second:
                second = found
        item = self._items[best[2]]
        if best_line.owner and second is None:
            return self._preferred(item, agent_id)
        names = self._names if mixed else self._static
        return Match(
            item.id,
            item.queue_id,
            agent_id,
            "interaction",
            _decisive(names, best[0], second[0], "first_come") if second else "only_one",
            among,
            best[3],
            _values(names, best[0], now),
            second[2] if second else None,
        )

    def _best_agents(self, pools: tuple[Pool, ...], queue: RoutingQueue, site: str) -> list[Candidate]:
        """The best of the pools' agents whom this queue may take, then the runner-up."""
        found: list[Candidate] = []
        lists = 0
        for pool in pools:
            at = pool.site_at
            for place, free in pool.free.items():
                if not free:
                    continue
                heads = free[:2] if not self._protected else list(self._open(free, queue))
                if at is not None:
                    cost = site_cost(self.setup, site, place)
                    heads = [((*key[:at], cost, *key[at:]), number, agent) for key, number, agent in heads]
                found += heads
                lists += 1
        if lists > 1:
            best: dict[UUID, Candidate] = {}
            for entry in sorted(found):  # an agent may meet more than one of a ring's requirements
                best.setdefault(entry[2], entry)
            found = list(best.values())
        return found[:2]

    def _open(self, free: list[Candidate], queue: RoutingQueue) -> Iterator[Candidate]:
        count = 0
        for entry in free:
            if not self._kept_for(self.setup.agents[entry[2]], queue):
                yield entry
                count += 1
                if count == 2:
                    return

    def _kept(self, agent: RoutingAgent, line: Line) -> bool:
        return line.queue is not None and bool(self._kept_for(agent, line.queue))

    def _kept_for(self, agent: RoutingAgent, queue: RoutingQueue) -> list[UUID]:
        """The queues of a better tier that this agent is kept free for."""
        self._list()
        kept = []
        for protected in self._protected:
            if protected.tier < queue.tier and protected.medium == queue.medium:
                pools = self._line(protected, (), 0).pools[0]
                skills = self._skills[agent.id]
                if any(meets(agent, skills, pool.requirement) for pool in pools):
                    free = sum(len(pool) for pool in pools)
                    if free <= self._reserved[protected.id]:
                        kept.append(protected.id)
        return kept

    def _chosen_agent(self, item: Item, ring: int, pool: Pool, found: list[Candidate], now: float) -> Match:
        best = found[0]
        names = [criterion.kind for criterion in pool.order]
        line, _ = self._places[item.id]
        return Match(
            item.id,
            item.queue_id,
            best[2],
            "agent",
            _decisive(names, best[0], found[1][0], "longest_idle") if len(found) > 1 else "only_one",
            sum(len(part) for part in line.pools[ring]),
            ring,
            _values(names, best[0], now),
            found[1][2] if len(found) > 1 else None,
        )

    def _preferred(self, item: Item, agent_id: UUID) -> Match:
        reason = next(preferred.reason for preferred in item.preferred if preferred.agent_id == agent_id)
        return Match(item.id, item.queue_id, agent_id, "agent", reason, 1, -1, (), None)

    # ── to be seen ───────────────────────────────────────────────────────────────────────────────────────────────────

    def queues_of(self, agent_id: UUID, *, any_work: bool = False) -> frozenset[UUID]:
        """The queues whose innermost ring the agent is in; `any_work`: whatever work the agent has at present."""
        agent = self.setup.agents.get(agent_id)
        if agent is None:
            return frozenset()
        served = self._served_by(replace(agent, work="blended") if any_work else agent)
        lines = served.lines + served.outbound
        return frozenset(line.queue.id for line, ring, _ in lines if line.queue and not line.ring and not ring)

    def free_agents(self, queue_id: UUID) -> int:
        """How many free agents the queue's innermost ring has."""
        queue = self.setup.queues[queue_id]
        self._list()
        return sum(len(pool) for pool in self._line(queue, (), 0).pools[0]) if queue.rings else 0

    def item(self, item_id: UUID) -> Item | None:
        """Who waits under this id, if anybody does."""
        return self._items.get(item_id)

    def position(self, item_id: UUID) -> int:
        """1 for who is next of the queue; 0 for who does not wait."""
        found = self._places.get(item_id)
        return int(self._queues[self._items[item_id].queue_id].bisect_left(found[1])) + 1 if found else 0

    def ring(self, item_id: UUID) -> tuple[int, int]:
        """The outermost open ring of a waiting interaction (-1: one agent is waited for), and how many there are."""
        line, _ = self._places[item_id]
        return line.ring, len(self.setup.queues[self._items[item_id].queue_id].rings)

    def waiting(self, queue_id: UUID) -> list[Item]:
        return [self._items[place[2]] for place in self._queues.get(queue_id, ())]

    def waiting_count(self, queue_id: UUID) -> int:
        return len(self._queues.get(queue_id, ()))

    def explain(self, item_id: UUID, now: float) -> Explanation | None:
        """What this interaction waits for; walks over all agents, so for people who ask, not for every call."""
        item = self._items.get(item_id)
        if item is None:
            return None
        line, _ = self._places[item_id]
        queue = self.setup.queues[item.queue_id]
        needs = tuple({pool.requirement: None for part in line.pools for pool in part})
        able = [
            agent
            for agent in self.setup.agents.values()
            if agent.id == line.owner or any(meets(agent, self._skills[agent.id], need) for need in needs)
        ]
        free = [agent for agent in able if self.has_room(agent.id, queue.medium)]
        return Explanation(
            interaction_id=item_id,
            queue_id=item.queue_id,
            position=self.position(item_id),
            ring=line.ring,
            rings=len(queue.rings),
            next_ring_at=self.widens_at(item_id, now),
            waits_for=line.owner,
            needs=needs,
            free=tuple(agent.id for agent in free),
            busy=sum(agent.id in self._present for agent in able) - len(free),
            away=sum(agent.id not in self._present for agent in able),
            reserved_for=tuple({kept: None for agent in free for kept in self._kept_for(agent, queue)}),
        )


def _whole_key(names: list[Any]) -> Callable[[tuple[float, ...]], Key]:
    """Puts what depends on the agent between what does not: from the static key, then own, ring and minus skill."""
    static = sum(name not in OF_THE_AGENT for name in names)
    of_agent = {"preferred": static + 1, "ring": static + 2, "agent_skill": static + 3}
    unchanging = iter(range(static))
    at = [of_agent[name] if name in OF_THE_AGENT else next(unchanging) for name in names]
    return itemgetter(*at, static) if at else itemgetter(slice(1))


def _decisive(names: list[Any], best: Key, second: Key, tie: str) -> str:
    for name, one, other in zip(names, best, second, strict=False):
        if one != other:
            return str(name)
    return tie


def _values(names: list[Any], key: Key, now: float) -> tuple[tuple[str, float], ...]:
    """The key's parts as people count them: seconds since, levels and priorities the right way round."""
    return tuple(
        (name, -value if name in _NEGATED else round(now - value, 3) if name in _SINCE else value)
        for name, value in zip(names, key, strict=False)
    )
