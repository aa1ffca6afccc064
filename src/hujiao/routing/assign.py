"""Who serves whom, decided event by event.

Work grows with what changed, never with what waits. Holds no truth: the same calls in the same order rebuild it.

Free agents stand in a *pool* for each requirement that some ring states and each medium; interactions wait in a *line*
for each queue, medium, ring and set of own needs. An arrival looks at the heads of its line's pools, a freed agent at
the heads of the lines that it may serve, so nobody is ever searched for.

`floor` has the agents and the pools, `waiting` the interactions and the lines, `reserving` who is kept free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge, nsmallest
from itertools import islice
from operator import itemgetter
from typing import Any
from uuid import UUID

from hujiao.routing.contracts import Explanation, Item, Match, RoutingQueue, Setup
from hujiao.routing.explain import decisive, values
from hujiao.routing.lines import Free, Line, Pool
from hujiao.routing.order import OF_THE_AGENT, Idle, Key, meets, proficiency, site_cost
from hujiao.routing.pairs import MOST, judged_together, with_pair
from hujiao.routing.reserving import Reserving


class Router(Reserving):
    """One tenant's free agents and waiting interactions. `seed` draws the lots, `score` evaluates expressions."""

    __slots__ = ("_full", "_mixed", "_names", "_pairs", "_static")

    def _reset(self, setup: Setup) -> None:
        super()._reset(setup)
        self._names = [criterion.kind for criterion in setup.item_order]
        self._static = [name for name in self._names if name not in OF_THE_AGENT]
        self._mixed = any(name in OF_THE_AGENT and name != "preferred" for name in self._names)
        self._full = _whole_key(self._names)
        self._pairs = judged_together(setup.item_order, self._score.pairs)

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
            found = self._best_agents(pools, line.queue, item, now)
            if found:
                return self._chosen_agent(item, ring, pools[0], found, now)
        return None

    def for_agent(self, agent_id: UUID, now: float) -> Match | None:
        """The best placed interaction that this free agent may serve; else one for whom they set another agent free."""
        idle = self._idle.get(agent_id)
        if idle is None:
            return None
        return self._best_item(idle, now) or (self._released(idle, now) if self._protected else None)

    def _released(self, idle: Idle, now: float) -> Match | None:
        """With one more agent free than a queue keeps for itself, any of them may serve others now."""
        return next((match for kept in self._set_free_by(idle) if (match := self._best_item(kept, now))), None)

    def _best_item(self, idle: Idle, now: float) -> Match | None:
        if self._pairs:
            return self._best_pair(idle, now)
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
            if self._protected and line.queue and self._kept_for(idle, line.queue, line.medium):
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
            decisive(names, best[0], second[0], "first_come") if second else "only_one",
            among,
            best[3],
            values(names, best[0], now),
            second[2] if second else None,
        )

    def _best_pair(self, idle: Idle, now: float) -> Match | None:
        """As `_best_item`, with what strategies say of this agent and each of the first who wait."""
        own = [line for line in self._own.get(idle.agent.id, ()) if line.head and line.medium in idle.room]
        served = self._served_by(idle.agent)
        lines = [one for one in served.lines if one[0].head and one[0].medium in idle.room]
        if not lines and not own:
            lines = [one for one in served.outbound if one[0].head and one[0].medium in idle.room]
        if self._protected:
            lines = [one for one in lines if one[0].queue and not self._kept_for(idle, one[0].queue, one[0].medium)]
        reached = [(line, 1, ring, minus_skill) for line, ring, minus_skill in lines]
        reached += [(line, 0, -1, 0) for line in own]

        def places(line: Line, asked: int, ring: int, minus_skill: int) -> Iterator[tuple[Key, int, UUID, int, int]]:
            for key, number, item_id in line.places.islice(0, MOST):
                yield self._full((*key, asked, ring, minus_skill)), number, item_id, ring, minus_skill

        first = islice(merge(*(places(*one) for one in reached)), MOST)
        judged = []
        for key, number, item_id, ring, minus_skill in first:
            item = self._items[item_id]
            queue = self.setup.queues[item.queue_id]
            whole = with_pair(key, self._pairs, self._score, idle, -minus_skill, item, queue, now)
            judged.append((whole, number, item_id, ring))
        if not judged:
            return None
        best, *others = nsmallest(2, judged)
        item = self._items[best[2]]
        if best[3] < 0 and not others:
            return self._preferred(item, idle.agent.id)
        return Match(
            item.id,
            item.queue_id,
            idle.agent.id,
            "interaction",
            decisive(self._names, best[0], others[0][0], "first_come") if others else "only_one",
            sum(len(line.places) for line, *_ in reached),
            best[3],
            values(self._names, best[0], now),
            others[0][2] if others else None,
        )

    def _best_agents(self, pools: tuple[Pool, ...], queue: RoutingQueue, item: Item, now: float) -> list[Free]:
        """The best of the pools' agents whom this queue may take, then the runner-up."""
        found: list[Free] = []
        lists = 0
        most = MOST if pools and pools[0].pairs else 2
        for pool in pools:
            at = pool.site_at
            for place, free in pool.free.items():
                if not free:
                    continue
                heads = free[:most]
                if self._protected:
                    heads = list(islice(self._not_kept(free, queue, item.medium), most))
                if at is not None:
                    cost = site_cost(self.setup, item.site, place)
                    heads = [((*key[:at], cost, *key[at:]), number, agent) for key, number, agent in heads]
                found += heads
                lists += 1
        if lists > 1:
            best: dict[UUID, Free] = {}
            for entry in sorted(found):  # an agent may meet more than one of a ring's requirements
                best.setdefault(entry[2], entry)
            found = list(best.values())
        if found and pools[0].pairs:
            found = sorted(self._with_pairs(pools, found[:most], item, now))
        return found[:2]

    def _with_pairs(self, pools: tuple[Pool, ...], found: list[Free], item: Item, now: float) -> Iterator[Free]:
        for key, number, agent_id in found:
            idle, skills = self._idle[agent_id], self._skills[agent_id]
            met = [pool.requirement for pool in pools if meets(idle.agent, skills, pool.requirement)]
            skill = max(proficiency(skills, requirement) for requirement in met)
            queue = self.setup.queues[item.queue_id]
            yield with_pair(key, pools[0].pairs, self._score, idle, skill, item, queue, now), number, agent_id

    def _not_kept(self, free: list[Free], queue: RoutingQueue, medium: str) -> Iterator[Free]:
        return (entry for entry in free if not self._kept_for(self._idle[entry[2]], queue, medium))

    def _chosen_agent(self, item: Item, ring: int, pool: Pool, found: list[Free], now: float) -> Match:
        best = found[0]
        names = [criterion.kind for criterion in pool.order]
        line, _ = self._places[item.id]
        return Match(
            item.id,
            item.queue_id,
            best[2],
            "agent",
            decisive(names, best[0], found[1][0], "longest_idle") if len(found) > 1 else "only_one",
            sum(len(part) for part in line.pools[ring]),
            ring,
            values(names, best[0], now),
            found[1][2] if len(found) > 1 else None,
        )

    def _preferred(self, item: Item, agent_id: UUID) -> Match:
        reason = next(preferred.reason for preferred in item.preferred if preferred.agent_id == agent_id)
        return Match(item.id, item.queue_id, agent_id, "agent", reason, 1, -1, (), None)

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
        free = [agent for agent in able if self.has_room(agent.id, item.medium)]
        return Explanation(
            interaction_id=item_id,
            queue_id=item.queue_id,
            medium=item.medium,
            position=self.position(item_id),
            ring=line.ring,
            rings=len(queue.rings),
            next_ring_at=self.opens_at(item_id, now),
            waits_for=line.owner,
            needs=needs,
            free=tuple(agent.id for agent in free),
            busy=sum(agent.id in self._present for agent in able) - len(free),
            away=sum(agent.id not in self._present for agent in able),
            reserved_for=tuple(
                {kept: None for agent in free for kept in self._kept_for(self._idle[agent.id], queue, item.medium)}
            ),
        )


def _whole_key(names: list[Any]) -> Callable[[tuple[float, ...]], Key]:
    """Puts what depends on the agent between what does not: from the static key, then own, ring and minus skill."""
    static = sum(name not in OF_THE_AGENT for name in names)
    of_agent = {"preferred": static + 1, "ring": static + 2, "agent_skill": static + 3}
    unchanging = iter(range(static))
    at = [of_agent[name] if name in OF_THE_AGENT else next(unchanging) for name in names]
    return itemgetter(*at, static) if at else itemgetter(slice(1))
