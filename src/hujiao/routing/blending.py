"""Who leaves inbound work for outbound, and who is called back (削峰填谷): thresholds with hysteresis. Pure.

A rule watches some inbound queues. While they are calm (all of: service level, waiting, idle) for some time, idle
agents go out; as soon as they are under load (any of: service level, waiting, longest wait, too few agents) agents
come back. The two thresholds lie apart, so what is calm is never under load, and between them nobody moves.

Times are seconds on one clock. An agent is never taken out of an interaction: only the idle go out, and who is busy
with outbound work when called back comes when that is over (`AgentNow.leaving`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.agents.contracts import WorkKind

MINUTE = 60.0
DISMISSED_SECONDS = 300.0  # a suggestion that was dismissed is not made again for so long

Direction = Literal["out", "back"]
Reason = Literal["calm", "service_level", "waiting", "longest_wait", "too_few"]


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """All hold for `for_seconds`: agents may go out. `service_level` is a share of 1."""

    service_level: float = 0.9
    waiting_at_most: int = 0
    idle_at_least: int = 2
    for_seconds: float = 60.0


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """Any holds: agents come back."""

    service_level: float = 0.8
    waiting_over: int = 1
    longest_wait_over: float = 15.0


class BlendRule(msgspec.Struct, frozen=True, kw_only=True):
    """`queues` are watched; `agents` may move. Moves a minute and least times are kept for each direction apart."""

    id: UUID
    name: str = ""
    queues: frozenset[UUID] = frozenset()
    agents: frozenset[UUID] = frozenset()
    mode: Literal["automatic", "suggest"] = "automatic"
    out: Out = Out()
    back: Back = Back()
    level_seconds: float = 900.0
    out_per_minute: int = 2
    back_per_minute: int = 10
    least_outbound_seconds: float = 60.0
    least_inbound_seconds: float = 300.0
    inbound_at_least: int = 1


class AgentNow(msgspec.Struct, frozen=True, kw_only=True):
    """One agent of the rule or of its queues, who is at work.

    `movable`: the rule may move them, and nobody has pinned them; `serves` one of the queues. `since` is when the
    present work began, `leaving` that they come back when the interaction at hand is over. `starts` and `seconds` are
    today's of outbound work; `places` are what moves are balanced over besides agents: rooms, groups, queues.
    """

    id: UUID
    work: WorkKind = "inbound"
    since: float = 0.0
    idle_since: float | None = None
    serves: bool = True
    movable: bool = True
    leaving: bool = False
    starts: int = 0
    seconds: float = 0.0
    places: tuple[str, ...] = ()

    @property
    def inbound(self) -> bool:
        """Counts as one who takes the queues' callers now."""
        return self.serves and (self.work != "outbound" or self.leaving)


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """The rule's queues together. `service_level` None: nobody called in the time that it looks at."""

    service_level: float | None = None
    waiting: int = 0
    longest_wait: float = 0.0
    agents: tuple[AgentNow, ...] = ()

    @property
    def idle(self) -> int:
        return sum(agent.inbound and not agent.leaving and agent.idle_since is not None for agent in self.agents)

    @property
    def inbound(self) -> int:
        return sum(agent.inbound for agent in self.agents)


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The figures at the time, the deciding one by `reason`."""

    reason: Reason
    service_level: float | None
    waiting: int
    longest_wait: float
    idle: int
    inbound: int


class Move(msgspec.Struct, frozen=True):
    """Who goes where; one who is busy goes when the interaction is over."""

    agent_id: UUID
    to: Direction
    why: Why


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule would do, for a supervisor to accept or dismiss."""

    direction: Direction
    agents: tuple[UUID, ...]
    why: Why
    since: float


class BlendState(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule remembers: since when it is calm, its moves of the last minute, calls of the last minutes
    (minute, in time, counted), and what is suggested. `quiet` are directions dismissed until then."""

    calm_since: float | None = None
    moves: tuple[tuple[float, Direction], ...] = ()
    calls: tuple[tuple[int, int, int], ...] = ()
    suggestion: Suggestion | None = None
    quiet: dict[Direction, float] = {}


def counted(state: BlendState, rule: BlendRule, in_time: bool, now: float) -> BlendState:
    """A call of one of the queues was answered or given up; short abandonments are not to be given."""
    minute = int(now // MINUTE)
    calls = state.calls
    if calls and calls[-1][0] == minute:
        _, good, all_ = calls[-1]
        calls = (*calls[:-1], (minute, good + in_time, all_ + 1))
    else:
        oldest = int((now - rule.level_seconds) // MINUTE)
        calls = (*(one for one in calls if one[0] > oldest), (minute, int(in_time), 1))
    return replace(state, calls=calls)


def service_level(state: BlendState, rule: BlendRule, now: float) -> float | None:
    """The share of 1 answered in time over the rule's last minutes, the present one with them."""
    oldest = int((now - rule.level_seconds) // MINUTE)
    recent = [one for one in state.calls if one[0] > oldest]
    all_ = sum(one[2] for one in recent)
    return sum(one[1] for one in recent) / all_ if all_ else None


def load(rule: BlendRule, now: Measures) -> Reason | None:
    """Why agents have to come back; None while nothing says so."""
    if now.waiting > rule.back.waiting_over:
        return "waiting"
    if now.longest_wait > rule.back.longest_wait_over:
        return "longest_wait"
    if now.service_level is not None and now.service_level < rule.back.service_level:
        return "service_level"
    return "too_few" if now.inbound < rule.inbound_at_least else None


def calm(rule: BlendRule, now: Measures) -> bool:
    return (
        (now.service_level is None or now.service_level >= rule.out.service_level)
        and now.waiting <= rule.out.waiting_at_most
        and now.idle >= rule.out.idle_at_least
        and load(rule, now) is None
    )


def step(rule: BlendRule, state: BlendState, measures: Measures, now: float) -> tuple[BlendState, tuple[Move, ...]]:
    """What is to be done by now; a rule that only suggests moves nobody and keeps a suggestion instead."""
    reason = load(rule, measures)
    is_calm = reason is None and calm(rule, measures)
    since = (now if state.calm_since is None else state.calm_since) if is_calm else None
    recent = tuple(move for move in state.moves if now - move[0] < MINUTE)
    state = replace(state, calm_since=since, moves=recent)
    moves: tuple[Move, ...] = ()
    if reason:
        moves = _moves(rule, state, measures, "back", reason, now)
    elif since is not None and now - since >= rule.out.for_seconds:
        moves = _moves(rule, state, measures, "out", "calm", now)
    if rule.mode == "automatic":
        return _moved(replace(state, suggestion=None), moves, now), moves
    return replace(state, suggestion=_suggested(state, moves, now)), ()


def accept(rule: BlendRule, state: BlendState, measures: Measures, now: float) -> tuple[BlendState, tuple[Move, ...]]:
    """Do what was suggested, as far as it is still possible: never below the least number, none in an interaction."""
    wanted = state.suggestion
    if wanted is None:
        return state, ()
    able = {agent.id for agent in _able(rule, measures, wanted.direction, now)}
    chosen = [agent_id for agent_id in wanted.agents if agent_id in able]
    if wanted.direction == "out":
        chosen = chosen[: max(0, measures.inbound - rule.inbound_at_least)]
    moves = tuple(Move(agent_id, wanted.direction, wanted.why) for agent_id in chosen)
    return _moved(replace(state, suggestion=None), moves, now), moves


def dismiss(state: BlendState, now: float) -> BlendState:
    if state.suggestion is None:
        return state
    quiet = {**state.quiet, state.suggestion.direction: now + DISMISSED_SECONDS}
    return replace(state, suggestion=None, quiet=quiet)


def _suggested(state: BlendState, moves: tuple[Move, ...], now: float) -> Suggestion | None:
    """The suggestion that stands: who is named changes with the floor, since when it stands does not."""
    if not moves or now < state.quiet.get(moves[0].to, 0.0):
        return None
    direction, agents = moves[0].to, tuple(move.agent_id for move in moves)
    before = state.suggestion if state.suggestion and state.suggestion.direction == direction else None
    return Suggestion(direction=direction, agents=agents, why=moves[0].why, since=before.since if before else now)


def _moved(state: BlendState, moves: tuple[Move, ...], now: float) -> BlendState:
    return replace(state, moves=state.moves + tuple((now, move.to) for move in moves)) if moves else state


def _moves(
    rule: BlendRule, state: BlendState, measures: Measures, to: Direction, reason: Reason, now: float
) -> tuple[Move, ...]:
    per_minute = rule.out_per_minute if to == "out" else rule.back_per_minute
    most = per_minute - sum(direction == to for _, direction in state.moves)
    if to == "out":  # the idle that have to stay, and the least that have to be there
        most = min(most, measures.idle - rule.out.idle_at_least + 1, measures.inbound - rule.inbound_at_least)
    why = Why(
        reason=reason,
        service_level=measures.service_level,
        waiting=measures.waiting,
        longest_wait=round(measures.longest_wait, 1),
        idle=measures.idle,
        inbound=measures.inbound,
    )
    able = _able(rule, measures, to, now)
    chosen = _fairest_out(measures.agents, able, most) if to == "out" else _first_back(able, most)
    return tuple(Move(agent.id, to, why) for agent in chosen)


def _able(rule: BlendRule, measures: Measures, to: Direction, now: float) -> list[AgentNow]:
    """Who may move this way now. Nobody has to stay out for the least time when too few are left."""
    movable = [agent for agent in measures.agents if agent.movable]
    if to == "out":
        return [
            agent
            for agent in movable
            if agent.work == "inbound"
            and agent.idle_since is not None
            and (not agent.starts or now - agent.since >= rule.least_inbound_seconds)
        ]
    urgent = measures.inbound < rule.inbound_at_least
    return [
        agent
        for agent in movable
        if agent.work == "outbound"
        and not agent.leaving
        and (urgent or now - agent.since >= rule.least_outbound_seconds)
    ]


def _fairest_out(everybody: Iterable[AgentNow], able: list[AgentNow], most: int) -> list[AgentNow]:
    """Who started least often today; then from the room, group or queue with the fewest starts for each of its agents,
    then of the shortest outbound time, their own and their places'; then who has been idle longest."""
    chosen: list[AgentNow] = []
    starts = {agent.id: agent.starts for agent in everybody if agent.movable}
    seconds = {agent.id: agent.seconds for agent in everybody if agent.movable}
    members: dict[str, list[UUID]] = {}
    for agent in everybody:
        for place in agent.places if agent.movable else ():
            members.setdefault(place, []).append(agent.id)
    left = list(able)
    while left and len(chosen) < most:
        by_place = {place: sum(map(starts.__getitem__, ids)) / len(ids) for place, ids in members.items()}
        times = {place: sum(map(seconds.__getitem__, ids)) / len(ids) for place, ids in members.items()}
        best = min(
            left,
            key=lambda agent: (
                agent.starts,
                max((by_place[place] for place in agent.places), default=0.0),
                agent.seconds,
                max((times[place] for place in agent.places), default=0.0),
                agent.idle_since,
                agent.id,
            ),
        )
        left.remove(best)
        chosen.append(best)
        starts[best.id] += 1
    return chosen


def _first_back(able: list[AgentNow], most: int) -> list[AgentNow]:
    """The idle at once, before those who have something in hand; among equals who has been out longest today."""
    ordered = sorted(able, key=lambda agent: (agent.idle_since is None, -agent.seconds, agent.since, agent.id))
    return ordered[: max(0, most)]
