"""The agents who could take something, each in the pools of what they may serve and have room for. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.routing.capacity import Capacities
from hujiao.routing.contracts import CALL, Requirement, RoutingAgent, RoutingQueue, Setup, Skills
from hujiao.routing.lines import Free, Line, Pool, Served
from hujiao.routing.order import Idle, Score, able, agent_key, lot, meets, no_score, proficiency, takes, with_needs
from hujiao.routing.pairs import judged_together

SPARE_LINES = 64  # lines of interactions' own needs that may stand empty before they are forgotten


class Floor:
    """Free agents, and the lines that they serve; see `assign.Router`.

    Calls have their lines from the beginning, another medium's are made when the first of it comes.
    """

    __slots__ = (
        "_capacities",
        "_draws",
        "_entries",
        "_idle",
        "_left_out",
        "_lines",
        "_lines_until",
        "_media",
        "_numbers",
        "_occupied",
        "_pools",
        "_pools_by_skill",
        "_present",
        "_queues_of",
        "_score",
        "_seed",
        "_served",
        "_skills",
        "_unlisted",
        "setup",
    )

    def __init__(self, seed: int = 0, score: Score = no_score) -> None:
        self.setup = Setup()
        self._seed = seed
        self._score = score
        self._draws = 0
        self._idle: dict[UUID, Idle] = {}
        self._unlisted: dict[UUID, Idle] = {}  # free, and not in their pools yet: most are taken at once
        self._occupied: dict[UUID, Idle] = {}  # what they have in hand leaves no room
        self._entries: dict[UUID, list[tuple[Pool, Free]]] = {}
        self._present: set[UUID] = set()
        self._media = [CALL]
        self._reset(Setup())

    def _reset(self, setup: Setup) -> None:
        self.setup = setup
        self._capacities = Capacities(setup.media)
        self._skills = {agent.id: dict(agent.skills) for agent in setup.agents.values()}
        self._pools: dict[Any, Pool] = {}
        self._pools_by_skill: dict[UUID | None, list[Pool]] = {}
        self._numbers = count()
        self._lines_until = SPARE_LINES
        self._served: dict[Hashable, Served] = {}
        self._queues_of: dict[Hashable, frozenset[UUID]] = {}
        self._lines: dict[tuple[UUID, str, Skills, int, frozenset[UUID]], Line] = {}
        self._left_out: frozenset[UUID] = frozenset()  # by some line: each of them serves lines of their own
        for medium in self._media:
            self._add_lines(medium)

    def _add_lines(self, medium: str) -> None:
        for queue in self.setup.queues.values():
            for ring in range(len(queue.rings)):
                self._line(queue, medium, (), ring)

    def _open(self, medium: str) -> None:
        """Somebody has come on it for the first time: all who are free find their places anew."""
        self._media.append(medium)
        for pool in self._pools.values():
            pool.free.clear()
        self._entries.clear()
        self._unlisted = dict(self._idle)
        self._add_lines(medium)

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def change_agent(self, agent: RoutingAgent) -> None:
        """One agent's skills, groups, site or capacity changed."""
        self.setup.agents[agent.id] = agent
        self._skills[agent.id] = dict(agent.skills)
        free = self._idle.get(agent.id) or self._occupied.get(agent.id)
        if free:
            self._withdraw(agent.id)
            self._enlist(free.with_agent(agent))

    def agent_free(
        self,
        agent_id: UUID,
        since: float,
        handled: int = 0,
        busy_share: float = 0.0,
        held: tuple[str, ...] = (),
        without: frozenset[str] = frozenset(),
    ) -> None:
        """The agent can take what has room beside `held`, the media of the items in hand, and could since then.

        `without` are media by which they cannot be reached.
        """
        agent = self.setup.agents.get(agent_id)
        if agent is None:
            return
        self._withdraw(agent_id)
        self._present.add(agent_id)
        self._draws += 1
        held = tuple(sorted(held)) if len(held) > 1 else held
        self._enlist(Idle(agent, since, handled, busy_share, lot(self._seed, agent_id, self._draws), held, without))

    def agent_busy(self, agent_id: UUID) -> None:
        """Signed in and with room for nothing; who waits for this very agent goes on waiting."""
        self._withdraw(agent_id)
        if agent_id in self.setup.agents:
            self._present.add(agent_id)

    def is_free(self, agent_id: UUID) -> bool:
        """Whether there is room for something."""
        return agent_id in self._idle

    def has_room(self, agent_id: UUID, medium: str) -> bool:
        idle = self._idle.get(agent_id)
        return idle is not None and medium in idle.room

    def queues_of(self, agent_id: UUID, *, any_work: bool = False) -> frozenset[UUID]:
        """The queues whose innermost ring the agent is in; `any_work`: whatever work the agent has at present."""
        agent = self.setup.agents.get(agent_id)
        if agent is None:
            return frozenset()
        kind = (*_place(agent), "blended" if any_work else agent.work)
        found = self._queues_of.get(kind)
        if found is None:
            found = self._queues_of[kind] = self._serves(agent, rings=1, any_work=any_work)
        return found

    def reaches(self, agent_id: UUID) -> frozenset[UUID]:
        """The queues in any of whose rings the agent is, with the work that they have at present."""
        agent = self.setup.agents.get(agent_id)
        if agent is None:
            return frozenset()
        kind = (*_place(agent), agent.work, "any ring")
        found = self._queues_of.get(kind)
        if found is None:
            found = self._queues_of[kind] = self._serves(agent, rings=None, any_work=False)
        return found

    def _serves(self, agent: RoutingAgent, *, rings: int | None, any_work: bool) -> frozenset[UUID]:
        """Of queues with these innermost rings (None: all)."""
        skills = self._skills[agent.id]
        return frozenset(
            queue.id
            for queue in self.setup.queues.values()
            if (any_work or takes(agent, queue.direction))
            and any(able(agent, skills, who) for ring in queue.rings[:rings] for who in ring.who)
        )

    def free_agents(self, queue_id: UUID, medium: str = CALL) -> int:
        """How many agents of the queue's innermost ring have room for one more of a medium."""
        queue = self.setup.queues[queue_id]
        self._list()
        return sum(len(pool) for pool in self._line(queue, medium, (), 0).pools[0]) if queue.rings else 0

    def _enlist(self, idle: Idle) -> None:
        idle.room, idle.load = self._capacities.of(idle.agent.shares, idle.held)
        if idle.without:
            idle.room = idle.room - idle.without
        if idle.room:
            self._idle[idle.agent.id] = self._unlisted[idle.agent.id] = idle
        else:
            self._occupied[idle.agent.id] = idle

    def _list(self) -> None:
        """Put the free agents into their pools, before anybody looks into one."""
        for agent_id, idle in self._unlisted.items():
            agent, room = idle.agent, idle.room
            entries: list[tuple[Pool, Free]] = []
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

    # ── pools and lines ──────────────────────────────────────────────────────────────────────────────────────────────

    def _line(
        self, queue: RoutingQueue, medium: str, needs: Skills, ring: int, left_out: frozenset[UUID] = frozenset()
    ) -> Line:
        line = self._lines.get((queue.id, medium, needs, ring, left_out))
        if line is None:
            if needs or left_out:
                self._lines_until -= 1
                if self._lines_until < 0:
                    self._forget_empty()
            pools = tuple(
                tuple(self._pool(queue, medium, with_needs(who, needs, left_out)) for who in part.who)
                for part in queue.rings[: ring + 1]
            )
            line = Line(next(self._numbers), medium, queue, ring, pools)
            self._lines[queue.id, medium, needs, ring, left_out] = line
            self._left_out |= left_out
            for at, part in enumerate(pools):
                for pool in part:
                    pool.lines.append((line, at))
            self._served.clear()
        return line

    def _forget_empty(self) -> None:
        """Lines for needs that nobody has any more, and their pools; seldom, so that it costs next to nothing each."""
        self._lines = {key: line for key, line in self._lines.items() if not (key[2] or key[4]) or line.places}
        self._lines_until = SPARE_LINES + sum(bool(needs or out) for _, _, needs, _, out in self._lines)
        self._left_out = frozenset().union(*(out for *_, out in self._lines))
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

    def _pool(self, queue: RoutingQueue, medium: str, requirement: Requirement) -> Pool:
        if requirement.direction != queue.direction:
            requirement = replace(requirement, direction=queue.direction)
        order = queue.agent_order or self.setup.agent_order
        judged = any(criterion.kind in ("expression", "plugin") for criterion in order)
        name = (medium, requirement, order, queue.id if judged else None)
        pool = self._pools.get(name)
        if pool is None:
            pool = self._pools[name] = Pool(
                queue, medium, requirement, order, judged_together(order, self._score.pairs)
            )
            first = requirement.skills[0][0] if requirement.skills else None
            self._pools_by_skill.setdefault(first, []).append(pool)
            for agent_id, entries in self._entries.items():
                idle, skills = self._idle[agent_id], self._skills[agent_id]
                if medium in idle.room and meets(idle.agent, skills, requirement):
                    skill = proficiency(skills, requirement)
                    entry = (agent_key(order, idle, skill, queue, self._score), agent_id.int, agent_id)
                    pool.add(idle.agent.site, entry)
                    entries.append((pool, entry))
        return pool

    def _served_by(self, agent: RoutingAgent) -> Served:
        own = agent.id if agent.id in self._left_out else None
        kind = (*_place(agent), agent.work, own)
        served = self._served.get(kind)
        if served is None:
            skills = self._skills[agent.id]
            firsts = self._pools_by_skill if agent.lent else (None, *skills)
            pools = tuple(
                (pool, proficiency(skills, pool.requirement))
                for first in firsts
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
            served = self._served[kind] = Served(pools, lines)
        return served


def _place(agent: RoutingAgent) -> tuple[Hashable, ...]:
    """What the queues, pools and lines of an agent depend on, beside the work."""
    return agent.skills, agent.groups, agent.site, agent.lent, agent.barred
