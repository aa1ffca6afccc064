"""One tenant's calls, agents and queues as one deterministic whole.

`Engine.handle` takes an event, runs the machines of flow, interaction and agent until they rest, and returns what is
to be committed and then performed. No I/O, no clock; ids come from `new_id`. It holds no truth that the database
lacks: `load` rebuilds it from the live rows.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.agents import machine as agent_machine
from hujiao.agents.contracts import AgentEvent, AgentState, Impossible, PhoneSeen, SignIn, SignOut
from hujiao.app.runtime import agent_skills
from hujiao.app.runtime.blending import Blending
from hujiao.app.runtime.callbacks import CallBacks, RequestCallBack, number_refused
from hujiao.app.runtime.dispatch import Dispatch
from hujiao.app.runtime.flowing import BUSY_CAUSE, FLOW_TIMER, Flowing
from hujiao.app.runtime.lookups import LookUps
from hujiao.app.runtime.queueing import OVERFLOW_TIMER, RING_TIMER, Queueing
from hujiao.app.runtime.tenant_config import NumberSettings, TenantConfig, reached
from hujiao.app.runtime.turn import (
    AgentCommand,
    AnswerSuggestion,
    AssignWork,
    BlendingDue,
    CallerFound,
    InteractionCommand,
    Live,
    LookUpCaller,
    PhonesSeen,
    ProblemMet,
    SourceAnswered,
    SpeechReady,
    TimerFired,
    Turn,
)
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Refusal
from hujiao.flows import contracts as flows
from hujiao.interactions import contracts as interactions
from hujiao.interactions import machine as interaction_machine
from hujiao.kit.expressions import Budget
from hujiao.routing.order import Score, no_score

CALLER_TIMER = "caller"
# One event that leads to more steps of one call goes in a ring.
MOST_STEPS = 1_000
CALLER_SECONDS = 0.5  # who comes to a queue sooner waits so long for what is known of them


class BrokenInvariant(Exception):
    """The machines contradict each other. What memory says now holds no more: it is dropped and read as committed."""


class Engine:
    def __init__(self, config: TenantConfig, *, node: str, new_id: Callable[[], UUID], score: Score = no_score) -> None:
        self.config = config
        self.node = node
        self.new_id = new_id
        self.live: dict[UUID, Live] = {}
        self.agents: dict[UUID, AgentState] = {}
        self.legs: dict[str, UUID] = {}
        self._legs_of: dict[UUID, set[str]] = {}
        self.phones: frozenset[str] | None = None  # SIP users who can be called, where that is known
        self.on_the_line: set[UUID] = set()  # whose customers are: neither kept places nor what is written up
        self.dispatch = Dispatch(config, score, site=node)
        self.flowing = Flowing(self)
        self.lookups = LookUps(self)
        self.queueing = Queueing(self)
        self.callbacks = CallBacks(self)
        self.blending = Blending(self)
        self._waiting: deque[tuple[UUID, Any]] = deque()
        self._changed = False  # by the event at hand
        self._steps: Counter[UUID] = Counter()  # of each call, that it has led to
        self._budget = Budget()
        self.allowance = self._budget.event()  # what its expressions may take

    # ── from outside ─────────────────────────────────────────────────────────────────────────────────────────────────

    def load(self, live: list[Live], agents: list[AgentState]) -> None:
        """Take over the committed state; callers keep their places."""
        self.agents = {agent.agent_id: agent for agent in agents}
        for record in live:
            state = record.interaction
            record.looking_up = False
            self.live[state.id] = record
            self._index(state)
        self.dispatch.load(self.agents.values(), [record.interaction for record in live])

    def configure(self, config: TenantConfig, now: datetime, turn: Turn) -> None:
        """New settings; calls in progress keep their flow's version, and who is no agent any more finishes theirs."""
        self._begin()
        self._sign_out(self.agents.keys() - config.agents.keys(), now, turn)
        kept = {key: document for key, document in self.config.flows.items() if key in self.flow_versions_in_use()}
        self.config = msgspec.structs.replace(config, flows={**kept, **config.flows})
        self._drop_needs(now, turn)
        self.dispatch.configure(self.config, self.agents.values(), now)
        for record in self.live.values():
            if record.interaction.state == "queued" and record.interaction.queue_id in self.config.queues:
                self.queueing.arm_ring(record, now, turn)
                self.queueing.overflow(record, now, turn, arriving=False)
            elif record.interaction.state == "queued":
                self.later(record.interaction.id, interactions.TimerDue(interaction_machine.MAX_WAIT))
        turn.queues |= set(self.config.queues)
        self.blending.arm(now, turn)
        self._rest(now, turn)

    def _sign_out(self, agent_ids: set[UUID], now: datetime, turn: Turn) -> None:
        """Who is no agent any more, when their call is over."""
        for agent_id in sorted(agent_ids):
            if self.agents[agent_id].next_state != "logged_out":
                self.agent(agent_id, SignOut(), now, turn)

    def _drop_needs(self, now: datetime, turn: Turn) -> None:
        """A skill that is there no more is asked of nobody: its callers would wait in vain."""
        for record in self.live.values():
            state = record.interaction
            needs = {skill: level for skill, level in state.needs.items() if skill in self.config.skills}
            if needs != state.needs:
                record.interaction = replace(state, needs=needs)
                turn.interactions.add(state.id)
                if self.dispatch.router.item(state.id):
                    self.dispatch.join(record.interaction, now)

    def flow_versions_in_use(self) -> set[tuple[UUID, int]]:
        runs = [run for record in self.live.values() for run in (record.flow, record.fragment) if run]
        return {(run.flow_id, run.version) for run in runs}

    def handle(self, event: Any, now: datetime, turn: Turn) -> None:
        """Take one event and run to rest. Raises `Impossible` for a command that may not happen now, before anything
        has changed. Whatever else it raises leaves a memory that is to be dropped.
        """
        self._begin()
        try:
            self._take(event, now, turn)
        except Impossible as refusal:
            self._waiting.clear()
            if self._changed:
                raise BrokenInvariant(f"{refusal.code} after a change") from refusal
            raise

    def _begin(self) -> None:
        self._changed = False
        self._steps.clear()
        self.allowance = self._budget.event()

    def _take(self, event: Any, now: datetime, turn: Turn) -> None:
        match event:
            case calls.CallArrived():
                self._arrived(event, now, turn)
            case PhonesSeen():
                self._phones_seen(event.users, now, turn)
            case calls.CallEvent():
                interaction_id = self.legs.get(event.leg_id)
                if interaction_id is not None:
                    self._leg_event(interaction_id, event, now, turn)
            case TimerFired():
                self._timer(event, now, turn)
            case SpeechReady():
                self.flowing.spoken(event, now, turn)
            case SourceAnswered():
                self.lookups.answered(event, now, turn)
            case ProblemMet():
                data = msgspec.structs.asdict(event.problem)
                turn.facts.append((now, None, interactions.Fact(kind="routing.problem", data=data)))
            case CallerFound():
                self._caller_found(event, now, turn)
            case RequestCallBack():
                self.callbacks.request(event, now, turn)
            case BlendingDue():
                self.blending.due(event, now, turn)
            case AssignWork():
                self.blending.assign(event, now, turn)
            case AnswerSuggestion():
                self.blending.answer(event, now, turn)
            case AgentCommand():
                if event.agent_id not in self.config.agents and event.agent_id not in self.agents:
                    raise Impossible("not_an_agent")
                self.agent(event.agent_id, event.event, now, turn)
            case agent_skills.GiveToAgents() | agent_skills.EndOfAgents() | agent_skills.SkillTimer():
                changes = agent_skills.each(event, self.agents, self.config.agents, self.new_id, now)
                for agent_id, change in list(changes):
                    self.agent(agent_id, change, now, turn)
            case InteractionCommand() if event.interaction_id in self.live:
                match event.event:
                    case interactions.Transfer(to="number", target=number, by_agent=agent, by_account=account):
                        self._may_be_called(event.interaction_id, number, agent, account, now, turn)
                    case interactions.Consult(number=number) if number:
                        agent = self.live[event.interaction_id].interaction.agent_id
                        self._may_be_called(event.interaction_id, number, agent, None, now, turn)
                self.later(event.interaction_id, event.event)
            case InteractionCommand():
                raise Impossible("not_possible_in_this_state")
            case _:
                raise TypeError(f"unknown event {type(event).__name__}")
        self._rest(now, turn)

    def messages(self) -> list[str]:
        """The names of the messages that callers are leaving."""
        return [
            str(record.interaction.message.recording_id) for record in self.live.values() if record.interaction.message
        ]

    def resume(self, found: interactions.Resumed, now: datetime, turn: Turn) -> None:
        """After a take-over: every interaction asks again for what can be ensured.

        Nobody is offered before all are known: who came first might be known last.
        """
        for interaction_id, record in list(self.live.items()):
            self._begin()
            state = record.interaction
            record.pending = []
            self.flowing.stop_fragment(record)
            self.later(interaction_id, found)
            self._run(now, turn)
            if state.customer_leg in found.legs and state.state == "flow" and record.flow and not state.message:
                self.flowing.step(interaction_id, flows.GoTo(record.flow.node), now, turn)
                self._run(now, turn)
        self._sign_out(self.agents.keys() - self.config.agents.keys(), now, turn)
        # What was begun about these may not have been finished.
        gone = [(agent.interaction_id, agent.agent_id) for agent in self.agents.values() if agent.unreachable_since]
        self._phones_seen(self.phones, now, turn)
        for engaged, agent_id in gone:
            if engaged:
                self.later(engaged, interactions.PhoneGone(agent_id))
        self._run(now, turn)
        self.dispatch.ask_again(self.agents.values())
        self.blending.arm(now, turn)
        self._rest(now, turn)

    def done(self, interaction_id: UUID, effect: calls.AnyEffect) -> None:
        """The switch has done it: no crash needs to know of it any more."""
        record = self.live.get(interaction_id)
        if record:
            record.pending = [waiting for waiting in record.pending if waiting.effect_id != effect.effect_id]

    def _may_be_called(
        self, interaction_id: UUID, number: str, agent: UUID | None, account: UUID | None, now: datetime, turn: Turn
    ) -> None:
        """Refused before the caller is taken from anybody; the attempt is kept."""
        if refusal := self.config.dialling.refusal(number, by_agent=agent is not None):
            turn.facts.append(
                (now, interaction_id, number_refused(number, refusal, by_agent=agent, by_account=account))
            )
            raise Impossible(refusal, "target")

    # ── arrivals and legs ────────────────────────────────────────────────────────────────────────────────────────────

    def _arrived(self, event: calls.CallArrived, now: datetime, turn: Turn) -> None:
        if event.leg_id in self.legs:
            return
        number = self.config.number(event.called)
        if number is None:
            raise LookupError(f"{event.called} is not a number of this tenant")
        state = self._start(event, number, now)
        record = Live(interaction=state)
        kept = {"caller_sealed": event.sealed} if event.sealed else {}
        self.begin(record, now, turn, node=self.node, leg_id=event.leg_id, **kept)
        if self.config.suspended:
            self.later(state.id, interactions.EndCall(reason="suspended", cause=21))
        elif reached(self.config.limits.calls, lambda: len(self.on_the_line) - 1):
            self.later(state.id, interactions.EndCall(reason="refused_full", cause=BUSY_CAUSE))
        else:
            self.recognise(record, now, turn)
            self.flowing.start(record, number.flow_id, now, turn)

    def recognise(self, record: Live, now: datetime, turn: Turn) -> None:
        """Ask what is known of the caller, if routing looks at it."""
        state = record.interaction
        if state.caller_key and self.config.knows_callers():
            turn.callers.append(LookUpCaller(interaction_id=state.id, caller_key=state.caller_key))
            record.looking_up = True
            self.set_timer(record, CALLER_TIMER, now + timedelta(seconds=CALLER_SECONDS), turn)

    def _start(self, event: calls.CallArrived, number: NumberSettings, now: datetime) -> interactions.InteractionState:
        key = "" if event.withheld else self.config.dialling.canonical(event.caller)
        return interactions.InteractionState(
            id=self.new_id(),
            tenant_id=self.config.id,
            caller=event.caller if key else "",
            called=number.number,
            caller_key=key,
            caller_name=event.name if key else "",
            variables={"diverted_from": event.diverted_from} if event.diverted_from else {},
            access_number_id=number.id,
            project_id=number.project_id,
            business_id=number.business_id,
            flow_id=number.flow_id,
            flow_version=self.config.published.get(number.flow_id),
            language=number.language or self.config.language,
            started_at=now,
            since=now,
            parties=(interactions.Party(role="customer", leg_id=event.leg_id, state="in", since=now, called_at=now),),
        )

    def begin(self, record: Live, now: datetime, turn: Turn, **more: Any) -> None:
        """The interaction is there from now on."""
        self._changed = True
        state = record.interaction
        self.live[state.id] = record
        self._index(state)
        turn.interactions.add(state.id)
        data = {
            "medium": state.medium,
            "direction": state.direction,
            "caller": state.caller,
            "caller_key": state.caller_key,
            "called": state.called,
            "caller_name": state.caller_name,
            "variables": state.variables,
            "access_number_id": state.access_number_id,
            "flow_id": state.flow_id,
            "flow_version": state.flow_version,
            "project_id": state.project_id,
            "business_id": state.business_id,
            "language": state.language,
            **more,
        }
        turn.facts.append((now, state.id, interactions.Fact(kind="interaction.started", data=data)))

    def _leg_event(self, interaction_id: UUID, event: calls.CallEvent, now: datetime, turn: Turn) -> None:
        state = self.live[interaction_id].interaction
        record = self.live[interaction_id]
        in_flow = (state.state == "flow" or record.fragment is not None) and event.leg_id == state.customer_leg
        match event:
            case calls.KeyPressed() if in_flow and self.flowing.listens(record, event.key):
                self.flowing.step(interaction_id, flows.Key(event.key), now, turn)
            case calls.PlaybackFinished() if in_flow:
                number = event.playback_id.rpartition(".")[2]
                if number.isdigit():
                    self.flowing.step(interaction_id, flows.Played(int(number)), now, turn)
                self.later(interaction_id, event)
            case calls.LegAnswered() if state.party(event.leg_id) is None:
                # Given up before it answered, because the switch was slow to say so: nobody waits for it.
                self.command(self.live[interaction_id], calls.HangUp(leg_id=event.leg_id), turn)
            case _:
                self.later(interaction_id, event)

    def _timer(self, event: TimerFired, now: datetime, turn: Turn) -> None:
        record = self.live.get(event.interaction_id)
        if record is None or record.timers.get(event.name) != event.due_at:
            return
        self._changed = True
        del record.timers[event.name]
        turn.interactions.add(event.interaction_id)
        if event.name == FLOW_TIMER:
            waits = record.interaction.state == "flow" or record.fragment
            if waits and not self.lookups.wait_over(record, now, turn):
                self.flowing.step(event.interaction_id, flows.WaitOver(), now, turn)
        elif event.name == RING_TIMER:
            self.queueing.widen(record, now, turn)
        elif event.name == OVERFLOW_TIMER:
            if record.interaction.state == "queued":
                self.queueing.overflow(record, now, turn, arriving=False)
        elif event.name == CALLER_TIMER:
            record.looking_up = False
            if record.interaction.state == "queued":
                self.queueing.join(record, now, turn, arriving=True)
        else:
            self.later(event.interaction_id, interactions.TimerDue(event.name))

    def _caller_found(self, event: CallerFound, now: datetime, turn: Turn) -> None:
        record = self.live.get(event.interaction_id)
        if record is None:
            return
        known = {"grade": event.grade, "own_agent": event.own_agent, "last_agent": event.last_agent}
        if any(known.values()):
            turn.facts.append((now, event.interaction_id, interactions.Fact(kind="caller.recognised", data=known)))
        found = interactions.Recognised(
            arriving=record.looking_up,
            grade=event.grade,
            own_agent=event.own_agent,
            last_agent=event.last_agent,
            last_agent_at=event.last_agent_at,
        )
        record.looking_up = False
        record.timers.pop(CALLER_TIMER, None)
        self.later(event.interaction_id, found)

    # ── phones ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _phones_seen(self, users: frozenset[str] | None, now: datetime, turn: Turn) -> None:
        self.phones = users
        for agent_id in list(self.agents):
            self._look_at_phone(agent_id, now, turn)

    def _look_at_phone(self, agent_id: UUID, now: datetime, turn: Turn) -> None:
        settings, before = self.config.agents.get(agent_id), self.agents[agent_id]
        if self.phones is None or settings is None:
            return
        self.agent(agent_id, PhoneSeen(settings.sip_user in self.phones), now, turn)
        agent = self.agents[agent_id]
        if agent.unreachable_since and not before.unreachable_since and agent.interaction_id:
            self.later(agent.interaction_id, interactions.PhoneGone(agent_id))

    def phone_is_gone(self, interaction_id: UUID, leg_id: str) -> bool:
        """Whether the leg is still that of an agent whose phone does not answer."""
        record = self.live.get(interaction_id)
        party = record.interaction.party(leg_id) if record else None
        agent = self.agents.get(party.agent_id) if party and party.agent_id else None
        return agent is not None and agent.unreachable_since is not None

    # ── running to rest ──────────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self, now: datetime, turn: Turn) -> None:
        self._run(now, turn)
        while match := self.dispatch.next(now):
            self.queueing.offer(match)
            self._run(now, turn)

    def _run(self, now: datetime, turn: Turn) -> None:
        """What waits, without a decision about who serves whom."""
        while self._waiting:
            interaction_id, event = self._waiting.popleft()
            self.step(interaction_id, event, now, turn)

    def changes(self, interaction_id: UUID) -> None:
        """Say that memory will differ from what was committed; raises `BrokenInvariant` for a ring without end."""
        self._changed = True
        self._steps[interaction_id] += 1
        if self._steps[interaction_id] > MOST_STEPS:
            raise BrokenInvariant(f"one event led to more than {MOST_STEPS} steps of one call")

    def later(self, interaction_id: UUID, event: Any, *, first: bool = False) -> None:
        """Give the interaction this event before the turn rests; `first`: before those that wait already."""
        if first:
            self._waiting.appendleft((interaction_id, event))
        else:
            self._waiting.append((interaction_id, event))

    def arm(self, record: Live, name: str, due: datetime | None, turn: Turn) -> None:
        if due is None:
            record.timers.pop(name, None)
        else:
            self.set_timer(record, name, due, turn)

    def step(self, interaction_id: UUID, event: Any, now: datetime, turn: Turn) -> None:
        record = self.live.get(interaction_id)
        if record is None:
            return
        before = record.interaction
        state, effects = interaction_machine.step(before, event, now)
        record.interaction = state
        if state is not before or effects:
            self.changes(interaction_id)
            turn.interactions.add(interaction_id)
        self._index(state)
        if state.queue_id:
            turn.queues.add(state.queue_id)
        for effect in effects:
            self._effect(record, effect, now, turn)
            if self.live.get(interaction_id) is not record:
                return  # a flow that it led to has ended the call: nothing of it goes on
        if state.state == "ended" and before.state != "ended":
            self._forget(record, turn)

    def _effect(self, record: Live, effect: interaction_machine.AnyEffect, now: datetime, turn: Turn) -> None:
        state = record.interaction
        match effect:
            case interactions.Fact():
                turn.facts.append((now, state.id, effect))
                if effect.kind == "queue.left":
                    queue_id, outcome = effect.data["queue_id"], effect.data["outcome"]
                    waited = effect.data["wait_seconds"]
                    self.dispatch.left(state, queue_id, outcome, waited, now)
                    self.blending.left(queue_id, outcome, waited, now)
                    self.flowing.stop_fragment(record)
            case interactions.SetTimer():
                self.set_timer(record, effect.name, effect.due_at, turn)
            case interactions.CancelTimer():
                record.timers.pop(effect.name, None)
            case interactions.JoinQueue():
                if not record.looking_up:
                    self.queueing.join(record, now, turn, arriving=effect.arriving)
            case interactions.LeaveQueue():
                self.dispatch.leave(state, now)
                record.timers.pop(RING_TIMER, None)
                record.timers.pop(OVERFLOW_TIMER, None)
            case interactions.StartFlow():
                self.flowing.start(record, effect.flow_id, now, turn)
            case interactions.AnnouncePosition():
                self.queueing.announce(record, now, turn)
            case interactions.TellAgent():
                self.agent(effect.agent_id, effect.event, now, turn)
            case interactions.StartVoicemail():
                self.flowing.start_voicemail(record, effect, now, turn)
            case interactions.StartCallBackOffer():
                self.flowing.start_call_back_offer(record, effect, now, turn)
            case interactions.MessageTaken():
                taken = flows.MessageDone(str(effect.recording_id))
                self.flowing.step(
                    state.id, flows.Failed("no message could be recorded") if effect.failed else taken, now, turn
                )
            case interactions.ContinueFlow():
                if record.flow and effect.node:
                    self.flowing.step(state.id, flows.GoTo(effect.node), now, turn)
                else:
                    self.later(state.id, interactions.EndCall(reason="flow_ended"))
            case calls.CallNumber() if refusal := self._refusal(state, effect.number):
                turn.facts.append((now, state.id, number_refused(effect.number, refusal)))
                failed = calls.EffectFailed(
                    leg_id=effect.leg_id, at=now, effect_id="", effect="CallNumber", reason=refusal
                )
                self.later(state.id, failed)
            case _:
                if isinstance(effect, calls.Refuse) and not effect.prompts:
                    effect = replace(effect, prompts=self.prompts(("all_busy",), state.language))
                self.command(record, effect, turn)

    def _refusal(self, state: interactions.InteractionState, number: str) -> Refusal | None:
        """Why this number is not called; what an agent sent the caller to is the agent's own call."""
        if state.consulted and state.consulted.number == number:
            return self.config.dialling.refusal(number, by_agent=True)
        last = state.transfers[-1] if state.transfers else None
        own = state.state == "transferred" and last is not None and (last.to, last.target) == ("number", number)
        return self.config.dialling.refusal(number, by_agent=own and last is not None and last.by_agent is not None)

    def command(self, record: Live, effect: calls.AnyEffect, turn: Turn) -> None:
        """A command to the switch; attempted from the commit on, so that a crash never repeats it blindly."""
        record.commands += 1
        effect.effect_id = str(record.commands)
        effect.attempted = True
        record.pending.append(effect)
        turn.effects.append((record.interaction.id, effect))
        if record.interaction.state != "ended":
            turn.interactions.add(record.interaction.id)

    def agent(self, agent_id: UUID, event: AgentEvent, now: datetime, turn: Turn) -> None:
        before = self.agents.get(agent_id) or AgentState(agent_id=agent_id, since=now)
        arriving = isinstance(event, SignIn) and before.state == "logged_out"
        if arriving and reached(self.config.limits.agents, self._signed_in):
            raise Impossible("too_many_agents")
        agent = agent_machine.step(before, event, now)
        if agent is before:
            return
        self._changed = True
        self.agents[agent_id] = agent
        turn.agents.add(agent_id)
        turn.queues |= self.dispatch.router.queues_of(agent_id)
        if (agent.state, agent.reason) != (before.state, before.reason):
            data = {
                "state": agent.state,
                "reason": agent.reason,
                "previous": before.state,
                "phone_kind": agent.phone_kind,
                "seat_id": agent.seat_id,
            }
            turn.facts.append((now, None, interactions.Fact(kind="agent.state", data=data, agent_id=agent_id)))
        if agent.state != "logged_out" and agent.unreachable_since != before.unreachable_since:
            turn.facts.append((now, None, _reach(agent, before, now)))
        if agent.work != before.work:
            turn.queues |= self.dispatch.router.queues_of(agent_id, any_work=True)
            self.blending.moved(before, agent, event, now, turn)
        self.dispatch.agent(before, agent, now)
        if agent.temporary != before.temporary:
            turn.queues |= self.dispatch.router.queues_of(agent_id)
            turn.timers += agent_skills.timers(agent, before)
            turn.facts += [(now, None, fact) for fact in agent_skills.facts(before, agent, event, now)]
        if isinstance(event, SignIn):
            self._look_at_phone(agent_id, now, turn)

    def _signed_in(self) -> int:
        return sum(agent.state != "logged_out" for agent in self.agents.values())

    # ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

    def play(self, interaction_id: UUID, playback: int, prompts: list[str], turn: Turn) -> None:
        record = self.live[interaction_id]
        playback_id = f"{interaction_id}.{playback}"
        leg = record.interaction.customer_leg
        self.command(record, calls.Play(leg_id=leg, playback_id=playback_id, prompts=prompts), turn)

    def prompts(self, names: tuple[str, ...], language: str) -> list[str]:
        return [found for name in names if (found := self.config.prompt(name, language))]

    def set_timer(self, record: Live, name: str, due_at: datetime, turn: Turn) -> None:
        if self.live.get(record.interaction.id) is not record:
            return  # it has just ended
        record.timers[name] = due_at
        turn.interactions.add(record.interaction.id)
        turn.timers.append(TimerFired(interaction_id=record.interaction.id, name=name, due_at=due_at))

    def _index(self, state: interactions.InteractionState) -> None:
        for leg in (party.leg_id for party in state.parties):
            if leg not in self.legs:
                self.legs[leg] = state.id
                self._legs_of.setdefault(state.id, set()).add(leg)
        if state.customer_leg and state.state not in ("wrap_up", "ended"):
            self.on_the_line.add(state.id)
        else:
            self.on_the_line.discard(state.id)

    def _forget(self, record: Live, turn: Turn) -> None:
        """The live row goes with the commit that says that it ended; late events of its legs mean nothing."""
        interaction_id = record.interaction.id
        self.dispatch.router.leave(interaction_id)
        for leg in self._legs_of.pop(interaction_id, ()):
            del self.legs[leg]
        del self.live[interaction_id]
        turn.interactions.discard(interaction_id)
        turn.ended.add(interaction_id)


def _reach(agent: AgentState, before: AgentState, now: datetime) -> interactions.Fact:
    """That no call reaches the agent any more, or that one does again, and after how long."""
    if agent.unreachable_since:
        return interactions.Fact(
            kind="agent.unreachable", data={"phone_kind": agent.phone_kind}, agent_id=agent.agent_id
        )
    away = (now - before.unreachable_since).total_seconds() if before.unreachable_since else 0.0
    data = {"phone_kind": agent.phone_kind, "seconds": round(away, 3)}
    return interactions.Fact(kind="agent.reachable", data=data, agent_id=agent.agent_id)
