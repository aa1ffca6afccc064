"""Agents between inbound and outbound work: what the rules decide and supervisors want, done in the engine. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs

from hujiao.agents.contracts import AgentEvent, AgentState, Assignment, DecidedBy, GiveWork, Impossible, WorkKind
from hujiao.agents.machine import may_be_offered
from hujiao.app.runtime.turn import AnswerSuggestion, AssignWork, BlendingDue, Turn
from hujiao.interactions.contracts import Fact
from hujiao.routing import blending
from hujiao.routing.blending import AgentNow, BlendRule, BlendState, Measures, Move

if TYPE_CHECKING:
    from hujiao.app.runtime.engine import Engine

CHECK_SECONDS = 5.0


class Blending:
    """`states` are committed like the agents; a check comes every few seconds while there is a rule or a pin."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.states: dict[UUID, BlendState] = {}
        self.views: dict[UUID, dict[str, Any]] = {}
        self._written: dict[UUID, BlendState] = {}
        self._due: datetime | None = None

    @property
    def rules(self) -> tuple[BlendRule, ...]:
        return self.engine.config.blend_rules

    def load(self, states: dict[UUID, BlendState]) -> None:
        self.states, self._written = dict(states), dict(states)

    def arm(self, now: datetime, turn: Turn) -> None:
        """Look again soon, if there is anything to look at; a take-over and another configuration begin here."""
        rules = {rule.id for rule in self.rules}
        for kept in (self.states, self.views, self._written):
            for gone in kept.keys() - rules:
                del kept[gone]
        pinned = any(agent.work is not None for agent in self.engine.agents.values())
        self._due = now + timedelta(seconds=CHECK_SECONDS) if self.rules or pinned else None
        if self._due:
            turn.timers.append(BlendingDue(self._due))

    def due(self, event: BlendingDue, now: datetime, turn: Turn) -> None:
        if event.due_at == self._due:
            self._look(now, turn)
            self.arm(now, turn)

    def left(self, queue_id: UUID | None, outcome: str, waited: float, now: datetime) -> None:
        """A wait in a queue ended."""
        queue = self.engine.config.queues.get(queue_id) if queue_id else None
        if queue is None or (outcome != "answered" and waited <= queue.short_abandon_seconds):
            return
        in_time = outcome == "answered" and waited <= queue.service_level_seconds
        for rule in self.rules:
            if queue.id in rule.queues:
                self.states[rule.id] = blending.counted(self._state(rule), rule, in_time, now.timestamp())

    # ── what supervisors want ────────────────────────────────────────────────────────────────────────────────────────

    def assign(self, event: AssignWork, now: datetime, turn: Turn) -> None:
        """Pin these agents, or leave them to the rules again. Who is not signed in has nothing to be pinned to."""
        here = [agent_id for agent_id in event.agent_ids if self._signed_in(agent_id)]
        if not here:
            raise Impossible("nobody_to_give_work")
        if event.until_at and event.until_at <= now:
            raise Impossible("until_is_past")
        pin = (
            Assignment(
                kind=event.work,
                by="supervisor",
                since=now,
                until_at=event.until_at,
                account_id=event.by,
                why={"reason": "pinned"},
            )
            if event.work
            else None
        )
        for agent_id in here:
            self._give(agent_id, pin, "supervisor", now, turn, "released")
        self._look(now, turn)
        self.arm(now, turn)

    def answer(self, event: AnswerSuggestion, now: datetime, turn: Turn) -> None:
        rule = self._rule(event.rule_id)
        if rule is None:
            raise Impossible("not_found")
        state = self._state(rule)
        if state.suggestion is None:
            raise Impossible("no_suggestion")
        data = {
            "rule_id": rule.id,
            "rule_name": rule.name,
            "account_id": event.by,
            "direction": state.suggestion.direction,
            "agent_ids": list(state.suggestion.agents),
        }
        kind = "blending.accepted" if event.accept else "blending.dismissed"
        turn.facts.append((now, None, Fact(kind=kind, data=data)))
        measures = self.measures(rule, now)
        if event.accept:
            after, moves = blending.accept(rule, state, measures, now.timestamp())
            self._apply(rule, moves, now, turn, accepted_by=event.by)
        else:
            after = blending.dismiss(state, now.timestamp())
        self._keep(rule, after, measures, turn)

    # ── the check ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _look(self, now: datetime, turn: Turn) -> None:
        for agent in list(self.engine.agents.values()):
            work = agent.work
            if work is None or agent.next_work is not None:
                continue
            if work.by == "supervisor" and work.until_at and work.until_at <= now:
                self._give(agent.agent_id, None, work.by, now, turn, "time_over")
            elif work.by == "rule" and not ((rule := self._rule(work.rule_id)) and agent.agent_id in rule.agents):
                self._give(agent.agent_id, None, work.by, now, turn, "rule_ended")
        for rule in self.rules:
            measures = self.measures(rule, now)
            after, moves = blending.step(rule, self._state(rule), measures, now.timestamp())
            self._apply(rule, moves, now, turn)
            self._keep(rule, after, self.measures(rule, now) if moves else measures, turn)

    def measures(self, rule: BlendRule, now: datetime) -> Measures:
        """What the rule's queues and agents are like now."""
        router, moment = self.engine.dispatch.router, now.timestamp()
        queues = [queue_id for queue_id in rule.queues if queue_id in self.engine.config.queues]
        joined = [item.joined_at for queue_id in queues for item in router.waiting(queue_id)]
        return Measures(
            service_level=blending.service_level(self._state(rule), rule, moment),
            waiting=len(joined),
            longest_wait=moment - min(joined) if joined else 0.0,
            agents=tuple(
                found
                for agent in self.engine.agents.values()
                if agent.state not in ("logged_out", "not_ready") and (found := self._agent_now(rule, agent, now))
            ),
        )

    def _agent_now(self, rule: BlendRule, agent: AgentState, now: datetime) -> AgentNow | None:
        config = self.engine.config
        settings = config.agents.get(agent.agent_id)
        if settings is None:
            return None
        member = agent.agent_id in rule.agents
        serves = rule.queues & self.engine.dispatch.router.queues_of(agent.agent_id, any_work=True)
        if not (member or serves):
            return None
        room = config.rooms.get(agent.seat_id) if agent.seat_id else None
        tally = agent.tally.on(self.day(now))
        work, coming = agent.work, agent.next_work
        kind = self.kind(agent)
        since = work.since if work else agent.signed_in_at or agent.since
        out_for = (now - since).total_seconds() if kind == "outbound" else 0.0
        pinned = any(given is not None and given.by == "supervisor" for given in (work, coming))
        return AgentNow(
            id=agent.agent_id,
            work=kind,
            since=since.timestamp(),
            idle_since=agent.idle_since.timestamp()
            if agent.state == "available" and may_be_offered(agent) and agent.idle_since and not agent.items
            else None,
            serves=bool(serves),
            movable=member and not pinned,
            leaving=coming is not None and self._kind(agent.agent_id, coming.work) != "outbound",
            starts=tally.starts,
            seconds=tally.seconds + out_for,
            places=(
                *([f"room {room}"] if room else []),
                *(f"group {group}" for group in sorted(settings.groups)),
                *(f"queue {queue}" for queue in sorted(serves)),
            ),
        )

    def _apply(
        self, rule: BlendRule, moves: tuple[Move, ...], now: datetime, turn: Turn, accepted_by: UUID | None = None
    ) -> None:
        for move in moves:
            kind: WorkKind = "outbound" if move.to == "out" else "inbound"
            why = structs.asdict(move.why)
            work = Assignment(kind=kind, by="rule", since=now, rule_id=rule.id, account_id=accepted_by, why=why)
            self._give(move.agent_id, work, "rule", now, turn)

    def _give(
        self, agent_id: UUID, work: Assignment | None, by: DecidedBy, now: datetime, turn: Turn, reason: str = ""
    ) -> None:
        why = work.why if work else {"reason": reason}
        self.engine.agent(agent_id, GiveWork(work=work, by=by, day=self.day(now), why=why), now, turn)

    def _keep(self, rule: BlendRule, state: BlendState, measures: Measures, turn: Turn) -> None:
        view = self._view(rule, state, measures)
        if state != self._written.get(rule.id) or view != self.views.get(rule.id):
            turn.blends.add(rule.id)
        self.states[rule.id] = self._written[rule.id] = state
        self.views[rule.id] = view

    # ── what follows ─────────────────────────────────────────────────────────────────────────────────────────────────

    def moved(self, before: AgentState, agent: AgentState, event: AgentEvent, now: datetime, turn: Turn) -> None:
        """An agent has other work, or the same for another reason: the ledger says from where, to where and why."""
        given = agent.work or (event if isinstance(event, GiveWork) else before.next_work)
        if agent.state == "logged_out" or given is None:
            given = GiveWork(work=None, by="supervisor", day=0, why={"reason": "signed_out"})
        work = agent.work
        rule = self._rule(work.rule_id) if work else None
        data = {
            "from": self.kind(before),
            "to": self.kind(agent),
            "by": given.by,
            "rule_id": work.rule_id if work else None,
            "rule_name": rule.name if rule else None,
            "account_id": work.account_id if work else None,
            "until_at": work.until_at if work else None,
            **given.why,
        }
        turn.facts.append((now, None, Fact(kind="agent.moved", data=data, agent_id=agent.agent_id)))

    # ── to be seen ───────────────────────────────────────────────────────────────────────────────────────────────────

    def kind(self, agent: AgentState) -> WorkKind:
        """What the agent takes now."""
        return self._kind(agent.agent_id, agent.work)

    def agent_view(self, agent_id: UUID, agent: AgentState | None) -> dict[str, Any]:
        work, coming = (agent.work, agent.next_work) if agent else (None, None)
        return {
            "work": self._kind(agent_id, work),
            "work_by": work.by if work else None,
            "work_since": work.since if work else None,
            "work_until": work.until_at if work else None,
            "work_rule_id": work.rule_id if work else None,
            "work_why": work.why if work else {},
            "next_work": self._kind(agent_id, coming.work) if coming else None,
            "outbound_starts": agent.tally.starts if agent else 0,
            "outbound_seconds": agent.tally.seconds if agent else 0.0,
        }

    def _view(self, rule: BlendRule, state: BlendState, measures: Measures) -> dict[str, Any]:
        suggestion = state.suggestion
        return {
            "id": rule.id,
            "name": rule.name,
            "mode": rule.mode,
            "queue_ids": sorted(rule.queues),
            "agent_ids": sorted(rule.agents),
            "service_level": measures.service_level,
            "waiting": measures.waiting,
            "longest_wait": round(measures.longest_wait),
            "idle": measures.idle,
            "inbound": measures.inbound,
            "outbound": sum(not agent.inbound and agent.id in rule.agents for agent in measures.agents),
            "load": blending.load(rule, measures),
            "calm_since": _time(state.calm_since),
            "suggestion": {
                **structs.asdict(suggestion),
                "why": structs.asdict(suggestion.why),
                "since": _time(suggestion.since),
            }
            if suggestion
            else None,
        }

    # ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

    def day(self, now: datetime) -> int:
        return now.astimezone(ZoneInfo(self.engine.config.time_zone)).toordinal()

    def _kind(self, agent_id: UUID, work: Assignment | None) -> WorkKind:
        return work.kind if work else self.engine.config.usual_work(agent_id)

    def _rule(self, rule_id: UUID | None) -> BlendRule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def _state(self, rule: BlendRule) -> BlendState:
        return self.states.get(rule.id) or BlendState()

    def _signed_in(self, agent_id: UUID) -> bool:
        agent = self.engine.agents.get(agent_id)
        return agent is not None and agent.state != "logged_out"


def _time(moment: float | None) -> datetime | None:
    return datetime.fromtimestamp(moment, UTC) if moment is not None else None
