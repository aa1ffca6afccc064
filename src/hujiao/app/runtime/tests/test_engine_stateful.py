"""The engine against a random world: whatever callers, agents and the switch do, these things stay true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.agents.adjustments import effective
from hujiao.agents.machine import BUSY, has_break
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant import breaks
from hujiao.app.runtime.tenant.agent_adjustments import AdjustAgents, EndOfAgents
from hujiao.app.runtime.tenant.call_backs import RequestCallBack
from hujiao.app.runtime.tenant.config import Breaks, TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, CallerFound, InteractionCommand, PhonesSeen
from hujiao.app.runtime.tests.company import (
    BILLS,
    FLOW,
    PROJECT,
    REPAIRS,
    SKILL_BILLS,
    SKILL_REPAIRS,
    Company,
    agent_id,
    config,
    taken_over,
)
from hujiao.app.runtime.tests.ears import Ears
from hujiao.app.runtime.tests.test_callbacks import WHILE_WAITING
from hujiao.app.runtime.tests.test_callbacks import settings as waiting_callers
from hujiao.calls import contracts as calls
from hujiao.hours.contracts import Schedule
from hujiao.interactions import contracts as interactions
from hujiao.interactions import sound
from hujiao.routing.contracts import QueueRouting, Requirement, RingSettings, RoutingPolicy
from hujiao.routing.overflow import OverflowRule

AGENTS = 3
AGENT = st.integers(1, AGENTS)
COMMAND = st.sampled_from(
    [
        interactions.Hold(),
        interactions.Resume(),
        interactions.Mute(True),
        interactions.AgentHangsUp(),
        interactions.AgentRejects(),
        interactions.WrapUp(note="x"),
    ]
)
AGENT_COMMAND = st.sampled_from(
    [
        agents.SignIn(phone_kind="browser"),
        agents.SetAvailable(),
        agents.SetNotReady("lunch"),
        agents.SignOut(),
    ]
)


def nobody_free_has_work(company: Company) -> None:
    """As the router sees it."""
    for agent in company.engine.agents.values():
        if agent.state == "available" and agent.unreachable_since is None:
            assert company.engine.dispatch.router.for_agent(agent.agent_id, company.now.timestamp()) is None


def hears_music(ears: Ears, leg: str) -> bool:
    return ears.of(leg) == {"music"}


class World(RuleBasedStateMachine):
    conversations: ClassVar[int] = 0  # seen in all runs of it

    def __init__(self) -> None:
        super().__init__()
        self.company = Company(self.settings())
        self.legs: list[str] = []
        self.started = 0
        self.ears = Ears()
        self.placed: set[str] = set()

    def settings(self) -> TenantConfig:
        """With a supervisor, a queue that records on demand, one agent at a time who may rest, and night for ever."""
        plain = config(AGENTS)
        boss = replace(plain.agents[agent_id(AGENTS)], supervises=frozenset({PROJECT}))
        asked = replace(plain.queues[REPAIRS], recording="on_demand")
        return replace(
            plain,
            agents={**plain.agents, boss.id: boss},
            queues={**plain.queues, REPAIRS: asked},
            breaks=Breaks(most=1, reasons=frozenset({"tea"})),
            hours={UUID(int=61): Schedule(id=UUID(int=61), zone="UTC", weekly=((),) * 7, night_bell=True)},
            night_bells=frozenset({agent_id(1), agent_id(2)}),
        )

    def some_leg(self, data: Any) -> str | None:
        known = list(self.company.engine.legs)
        return data.draw(st.sampled_from(known)) if known else None

    @initialize(ready=st.sets(AGENT))
    def some_are_ready(self, ready: set[int]) -> None:
        for number in sorted(ready):
            self.company.ready(number)

    @rule(key=st.sampled_from(["", "1", "2"]))
    def somebody_calls(self, key: str = "") -> None:
        """And passes the menu, or not yet."""
        self.started += 1
        self.company.call(f"c{self.started}", key)

    @rule()
    def a_phone_that_rings_is_answered(self) -> None:
        states = [record.interaction for record in self.company.engine.live.values()]
        for leg in [party.leg_id for state in states for party in state.parties if party.state == "calling"][:1]:
            self.company.pick_up(leg)

    @rule(number=AGENT)
    def a_caller_is_answered(self, number: int) -> None:
        """If one is ready, or this one can be."""
        self.company.ready(number)
        self.somebody_calls("1")
        self.a_phone_that_rings_is_answered()

    @rule(data=st.data(), key=st.sampled_from("0123456789*#"))
    def a_key(self, data: Any, key: str) -> None:
        if leg := self.some_leg(data):
            self.company.press(leg, key)

    @rule(data=st.data(), cause=st.sampled_from([16, 17, 19, 20, 21, 44]), gone=st.booleans())
    def a_leg_ends(self, data: Any, cause: int, gone: bool) -> None:
        if leg := self.some_leg(data):
            self.company.do(calls.LegEnded(leg_id=leg, at=self.company.now, cause=cause, gone=gone))

    @rule(users=st.none() | st.frozensets(st.sampled_from([f"sip{number}" for number in range(1, AGENTS + 1)])))
    def phones_come_and_go(self, users: frozenset[str] | None) -> None:
        """Nobody is called at a phone that is not there."""
        before = len(self.company.offers())
        self.company.do(PhonesSeen(users))
        assert users is None or {offer.sip_user for offer in self.company.offers()[before:]} <= users

    @rule(data=st.data(), on=st.booleans())
    def a_hold_key(self, data: Any, on: bool) -> None:
        if leg := self.some_leg(data):
            self.company.do(calls.LegHeld(leg_id=leg, at=self.company.now, on=on))

    @rule(data=st.data())
    def a_phone_answers(self, data: Any) -> None:
        if leg := self.some_leg(data):
            self.company.pick_up(leg)

    @rule(data=st.data())
    def something_is_played(self, data: Any) -> None:
        plays = [effect for effect in self.company.sent if isinstance(effect, calls.Play)]
        if plays:
            play = data.draw(st.sampled_from(plays[-5:]))
            finished = calls.PlaybackFinished(leg_id=play.leg_id, at=self.company.now, playback_id=play.playback_id)
            self.ears.over(play.leg_id, play.playback_id)
            self.company.do(finished)

    @rule(failed=st.booleans(), hung_up=st.booleans())
    def a_message_ends(self, failed: bool, hung_up: bool) -> None:
        leaving = [record.interaction for record in self.company.engine.live.values() if record.interaction.message]
        for state in leaving[:1]:
            assert state.message
            name = str(state.message.recording_id)
            leg = state.customer_leg
            self.company.do(
                calls.MessageRecorded(leg_id=leg, at=self.company.now, name=name, failed=failed, hung_up=hung_up)
            )
            if hung_up:
                self.company.hang_up(leg)

    @rule(number=AGENT, event=AGENT_COMMAND)
    def an_agent(self, number: int, event: Any) -> None:
        self.company.do(AgentCommand(agent_id(number), event))

    @rule(
        number=AGENT, skill=st.sampled_from([SKILL_BILLS, SKILL_REPAIRS]), level=st.integers(0, 9), timed=st.booleans()
    )
    def a_supervisor_gives_a_skill(self, number: int, skill: UUID, level: int, timed: bool) -> None:
        until = self.company.now + timedelta(seconds=60) if timed else None
        given = AdjustAgents(
            agent_ids=(agent_id(number),), changes=(("skill", str(skill), level),), by=UUID(int=7), until_at=until
        )
        self.company.do(given)

    @rule(number=AGENT)
    def a_supervisor_takes_it_back(self, number: int) -> None:
        state = self.company.engine.agents.get(agent_id(number))
        ids = frozenset(skill.id for skill in state.adjustments) if state else frozenset()
        self.company.do(EndOfAgents(ids=ids, by=UUID(int=7)))

    @rule(number=AGENT, kind=st.sampled_from(["break.ask", "break.ask", "agent.set_state", "break.withdraw"]))
    def an_agent_wants_a_break(self, number: int, kind: str) -> None:
        message = {"kind": kind, "actor": {"agent_id": str(agent_id(number))}, "reason_code_id": "tea"}
        with suppress(agents.Impossible):
            self.company.do(commands.event(self.company.engine, {**message, "state": "not_ready"}))

    @rule(number=AGENT, kind=st.sampled_from(["breaks.grant", "breaks.refuse", "breaks.end", "agents.force"]))
    def a_supervisor_decides_about_breaks(self, number: int, kind: str) -> None:
        agent = str(agent_id(number))
        forced = {"agent_ids": [agent], "state": "not_ready", "reason_code_id": "tea"}
        message = {"kind": kind, "actor": {"account_id": str(UUID(int=7))}, "agent_id": agent, "word": "", **forced}
        with suppress(agents.Impossible):
            self.company.do(commands.event(self.company.engine, message))

    @invariant()
    def no_more_rest_than_may_and_nobody_waits_for_a_free_place(self) -> None:
        """But for whom a supervisor has granted it."""
        engine = self.company.engine
        asking = {agent.agent_id: agent for agent in engine.agents.values() if agent.break_request}
        assert engine.break_requests == asking.keys()
        resting = [agent for agent in asking.values() if has_break(agent)]
        waiting = sorted((agent.break_request.asked_at, key) for key, agent in asking.items() if not has_break(agent))
        assert sum(agent.break_request.granted_by is None for agent in resting) <= 1
        assert resting or not waiting
        assert [breaks.place(engine, key) for _, key in waiting] == list(range(1, len(waiting) + 1))
        for agent in resting:
            if agent.state in BUSY:
                assert (agent.next_state, agent.next_reason) == ("not_ready", "tea")
            else:
                assert (agent.state, agent.reason) == ("not_ready", "tea") and agent.break_request.began_at
        for agent in engine.agents.values():
            assert (agent.state, agent.reason) != ("not_ready", "tea") or has_break(agent)

    @invariant()
    def the_night_bell_rings_where_nobody_takes_a_caller(self) -> None:
        """At the desks of those who have it on and do not talk."""
        engine = self.company.engine
        assert engine.bells == {agent.agent_id for agent in engine.agents.values() if agent.bell_since}
        router = engine.dispatch.router
        for agent in engine.agents.values():
            queues = {
                queue for queue in router.queues_of(agent.agent_id, any_work=True) if not router.free_agents(queue)
            }
            called = any(
                (state.state == "offered" and state.agent_id == agent.agent_id)
                or (state.state == "queued" and bool(state.customer_leg) and state.queue_id in queues)
                for state in self.states()
            )
            on = agent.agent_id in engine.config.night_bells and agent.state not in ("logged_out", "engaged")
            assert (agent.bell_since is not None) == (on and called)

    @invariant()
    def routing_goes_by_the_levels_that_hold_now(self) -> None:
        engine = self.company.engine
        for agent in engine.agents.values():
            assert all(skill.until_at is None or skill.until_at > self.company.now for skill in agent.adjustments)
            levels = effective(engine.config.agents[agent.agent_id].skills, agent.adjustments)
            assert dict(engine.dispatch.router.setup.agents[agent.agent_id].skills) == levels

    @rule(data=st.data(), event=COMMAND)
    def a_command(self, data: Any, event: Any) -> None:
        if leg := self.some_leg(data):
            self.company.command(leg, event)

    @rule(data=st.data(), to=st.sampled_from(["agent", "queue", "flow", "supervisor", "number"]), number=AGENT)
    def somebody_is_sent_on(self, data: Any, to: str, number: int) -> None:
        """By the agent who talks, or by who directs all calls."""
        if leg := self.some_leg(data):
            targets = {"agent": agent_id(number), "queue": data.draw(st.sampled_from([BILLS, REPAIRS])), "flow": FLOW}
            message = {
                "kind": "interaction.transfer",
                "interaction_id": str(self.company.engine.legs[leg]),
                "actor": {"account_id": None, "agent_id": str(agent_id(data.draw(AGENT)))},
                "to": to,
                "target": str(targets.get(to, "100")),
                "wait_seconds": 10,
                "directs": data.draw(st.booleans()),
            }
            with suppress(agents.Impossible):
                self.company.do(commands.event(self.company.engine, message))

    @rule(data=st.data())
    def a_page_has_lost_its_call(self, data: Any) -> None:
        """Of this leg, which may be anybody's."""
        if leg := self.some_leg(data):
            self.an_agent_acts(data, "return", leg_id=leg)

    @rule(data=st.data(), to=st.sampled_from(["agent", "number"]), number=AGENT)
    def somebody_is_asked_beside(self, data: Any, to: str, number: int) -> None:
        target = str(agent_id(number)) if to == "agent" else "02088886666"
        self.an_agent_acts(data, "consult", to=to, target=target)

    @rule(data=st.data())
    def a_customer_is_led_through_a_flow(self, data: Any) -> None:
        self.an_agent_acts(data, "guide", flow_id=str(FLOW), values={"topic": "bill"})

    @rule(data=st.data(), failed=st.booleans())
    def something_is_said_to_all(self, data: Any, failed: bool) -> None:
        said = [effect for effect in self.company.sent if isinstance(effect, calls.PlayToAll)]
        if said:
            one = data.draw(st.sampled_from(said[-3:]))
            over = {"leg_id": one.leg_id, "playback_id": one.playback_id, "failed": failed}
            self.company.do(calls.PlaybackFinished(at=self.company.now, **over))

    @invariant()
    def a_flow_beside_an_agent_is_known_to_both(self) -> None:
        for record in self.company.engine.live.values():
            if record.interaction.state == "connected":
                led = record.interaction.guidance is not None
                assert (record.fragment is not None) == led
                customer = record.interaction.customer
                assert customer is not None
                if customer.away is None:
                    assert sound.declared(record.interaction).lines[customer.leg_id].keys_kept == led

    @rule(
        data=st.data(),
        kind=st.sampled_from(["end_guidance", "swap", "end_consultation", "join", "hand_over", "hang_up", "park"]),
    )
    def an_agent_acts(self, data: Any, kind: str, **more: Any) -> None:
        """One of those who have a part in it."""
        states = [record.interaction for record in self.company.engine.live.values()]
        parts = [(state.id, party.agent_id) for state in states for party in state.parties if party.agent_id]
        if parts:
            interaction_id, agent = data.draw(st.sampled_from(parts))
            message = {"kind": f"interaction.{kind}", "interaction_id": str(interaction_id), **more}
            with suppress(agents.Impossible):
                event = commands.event(self.company.engine, {**message, "actor": {"agent_id": str(agent)}})
                self.company.do(event)

    @rule(data=st.data())
    def something_is_done_with_one_of_the_conference(self, data: Any) -> None:
        if leg := self.some_leg(data):
            acts = ["hang_up_party", "hold_party", "resume_party", "mute_party", "unmute_party"]
            self.an_agent_acts(data, data.draw(st.sampled_from(acts)), leg_id=leg)

    @rule(data=st.data(), act=st.sampled_from(["start", "pause", "pause", "resume"]), directs=st.booleans())
    def a_recording_is_controlled(self, data: Any, act: str, directs: bool) -> None:
        if directs:
            self.a_supervisor(data, "interaction.recording", None, act=act, directs=True)
        else:
            self.an_agent_acts(data, "recording", act=act)

    @rule(number=AGENT, whom=st.sampled_from(["13800000007", "110"]))
    def an_agent_calls_somebody(self, number: int, whom: str) -> None:
        """Who is not called is refused before anything has begun."""
        call = str(self.company.engine.new_id())
        message = {"kind": "calls.dial", "interaction_id": call, "number": whom, "actor": {}}
        message["actor"] = {"agent_id": str(agent_id(number))}
        before = len(self.company.refused)
        self.company.do(commands.event(self.company.engine, message))
        assert whom != "110" or len(self.company.refused) == before + 1

    @rule(number=AGENT, whom=AGENT)
    def an_agent_calls_a_colleague(self, number: int, whom: int) -> None:
        call, colleague = str(self.company.engine.new_id()), str(agent_id(whom))
        message = {"kind": "calls.dial", "interaction_id": call, "colleague_id": colleague}
        self.company.do(commands.event(self.company.engine, {**message, "actor": {"agent_id": str(agent_id(number))}}))

    @rule(data=st.data(), number=AGENT)
    def somebody_is_picked_up(self, data: Any, number: int) -> None:
        parked = [key for key, record in self.company.engine.live.items() if record.interaction.state == "parked"]
        if parked:
            message = {"kind": "interaction.pick_up", "interaction_id": str(data.draw(st.sampled_from(parked)))}
            with suppress(agents.Impossible):
                actor = {"agent_id": str(agent_id(number))}
                self.company.do(commands.event(self.company.engine, {**message, "actor": actor}))

    @invariant()
    def who_is_parked_has_a_place_and_a_time(self) -> None:
        """Each a place of their own, and nobody for ever: a time is set, or an agent's phone is called."""
        records = list(self.company.engine.live.values())
        parked = [one for one in records if isinstance(one.interaction.journey, interactions.Parked)]
        places = [one.interaction.journey.place for one in parked]
        assert len(places) == len(set(places)) and all(1 <= place <= 20 for place in places)
        for one in parked:
            picking, state = one.interaction.journey.picking, one.interaction
            assert ("pick_up" in one.timers) == (picking is not None)
            assert picking or "park" in one.timers
            assert state.agent_id == (picking.agent_id if picking else None)
            assert state.agent_leg == (picking.leg_id if picking else None)
            assert hears_music(self.ears, state.customer_leg)

    @rule(number=AGENT, whom=st.sampled_from(["13800000007", "110", "1001", "1002"]))
    def an_agents_phone_calls(self, number: int, whom: str) -> None:
        """Out, or beside a conversation; what is refused has begun nothing."""
        leg = f"placed-{len(self.placed)}"
        self.placed.add(leg)
        before = len(self.company.sent)
        self.company.do(calls.CallPlaced(leg_id=leg, at=self.company.now, sip_user=f"sip{number}", number=whom))
        sent = self.company.sent[before:]
        answered = any(isinstance(effect, calls.AnswerLeg) and effect.leg_id == leg for effect in sent)
        assert answered == (leg in self.company.engine.legs)

    @rule(data=st.data(), whom=st.sampled_from(["13800000007", "110", "1002", ""]))
    def a_transfer_key(self, data: Any, whom: str) -> None:
        if leg := self.some_leg(data):
            other = "" if whom else self.some_leg(data) or ""
            self.company.do(calls.TransferAsked(leg_id=leg, at=self.company.now, number=whom, other_leg=other))

    def parties(self) -> list[interactions.Party]:
        return [party for state in self.states() for party in state.parties]

    def states(self) -> list[interactions.InteractionState]:
        return [record.interaction for record in self.company.engine.live.values()]

    @invariant()
    def a_call_out_has_its_agent(self) -> None:
        for record in self.company.engine.live.values():
            state = record.interaction
            if state.state == "dialling":
                assert state.agent_id is not None and state.other is not None
                agent = self.company.engine.agents[state.agent_id]
                assert agent.state == ("engaged" if state.other.state == "in" else "reserved")
                assert bool(state.customer_leg) == (state.other.state == "in")
                assert state.internal == (state.colleague is not None)
                assert state.colleague is None or self.company.engine.agents[state.colleague].state == "reserved"

    @rule(data=st.data())
    def keys_are_sent(self, data: Any) -> None:
        """Never to a colleague."""
        before = len(self.company.sent)
        self.an_agent_acts(data, "keys", keys="1#")
        legs = [effect.leg_id for effect in self.company.sent[before:] if isinstance(effect, calls.SendKeys)]
        assert not any(calls.phone_of(leg) for leg in legs)

    @invariant()
    def nothing_is_recorded_in_a_pause(self) -> None:
        """What the switch was told last is what the state says."""
        told: dict[Any, str] = {}
        for effect in self.company.sent:
            match effect:
                case calls.StartRecording():
                    told[effect.recording_id] = "on"
                case calls.PauseRecording():
                    assert effect.recording_id in told
                    told[effect.recording_id] = "paused" if effect.on else "on"
                case calls.StopRecording():
                    del told[effect.recording_id]
        states = [record.interaction.recording for record in self.company.engine.live.values()]
        assert told == {one.id: "paused" if one.paused else "on" for one in states if one}

    @rule(data=st.data(), mode=st.sampled_from(["listen", "coach", "barge", "intercept", None]), number=AGENT)
    def a_supervisor_comes_or_goes(self, data: Any, mode: str | None, number: int) -> None:
        more = {"mode": mode} if mode else {}
        self.a_supervisor(data, "interaction.supervise" if mode else "interaction.end_supervision", number, **more)

    @rule(data=st.data(), sure=st.integers(0, 4))
    def a_supervisor_ends_a_call(self, data: Any, sure: int) -> None:
        if sure == 0:  # now and then: the other rules want calls
            self.a_supervisor(data, "interaction.disconnect", None)

    @rule(data=st.data(), state=st.sampled_from(["available", "not_ready", "logged_out"]), number=AGENT)
    def a_supervisor_changes_a_state(self, data: Any, state: str, number: int) -> None:
        self.a_supervisor(data, "agents.force", None, agent_ids=[str(agent_id(number))], state=state)

    def a_supervisor(self, data: Any, kind: str, number: int | None, **more: Any) -> None:
        if live := sorted(self.company.engine.live):
            actor = {"account_id": str(UUID(int=7)), "agent_id": str(agent_id(number)) if number else None}
            message = {"kind": kind, "interaction_id": str(data.draw(st.sampled_from(live))), "actor": actor, **more}
            with suppress(agents.Impossible):
                self.company.do(commands.event(self.company.engine, message))

    @invariant()
    def no_phone_is_left_alone(self) -> None:
        """Whoever was called is one of the parties, was hung up, or has hung up."""
        made = calls.CallAgent | calls.CallNumber
        called = {effect.leg_id for effect in self.company.sent if isinstance(effect, made)}
        called |= {effect.leg_id for effect in self.company.sent if isinstance(effect, calls.AnswerLeg)} & self.placed
        hung_up = {effect.leg_id for effect in self.company.sent if isinstance(effect, calls.HangUp)}
        states = [record.interaction for record in self.company.engine.live.values()]
        parties = {leg for state in states for party in state.parties for leg in party.legs}
        assert called <= hung_up | self.company.over | parties

    @invariant()
    def who_hears_whom_is_what_rooms_and_states_say(self) -> None:
        states = [record.interaction for record in self.company.engine.live.values()]
        there = {leg for state in states for party in state.parties for leg in party.legs}
        self.ears.listen(self.company.sent, gone=self.company.engine.legs.keys() - there)
        for state in states:
            if state.state != "connected" or state.announcement:
                continue
            for party in state.parties:
                others = [other for other in state.parties if other.room == party.room and other != party]
                heard = self.ears.of(party.talks_by)
                coaches = {one.leg_id for one in state.parties if one.mode == "coach" and one.state == "in"}
                if party == state.other:
                    heard -= coaches
                if party.unheard:
                    if party.state == "in" and state.other and state.other.state == "in":
                        talked = {state.other.talks_by} - {one.talks_by for one in state.parties if one.silent}
                        assert heard == talked | (self.ears.of(state.other.talks_by) - {party.leg_id})
                elif party.state == "held":
                    assert heard == {"music"}
                elif party.state == "in" and not any(other.state == "calling" or other.away for other in others):
                    assert heard == {other.talks_by for other in others if other.state == "in" and not other.silent}
                    assert "music" not in heard
                    assert party.role != "customer" or any(other.state == "in" for other in others), "left in silence"

    @rule()
    def another_runtime_takes_over(self) -> None:
        """Nothing but what was committed is left; the switch has all legs."""
        before, legs = self.company, set(self.company.engine.legs)
        after = taken_over(before, legs, up=legs)
        after.timers += before.timers
        after.facts, after.dated = before.facts + after.facts, before.dated + after.dated
        after.sent = before.sent + after.sent
        after.over = before.over
        self.company = after

    @rule(seconds=st.sampled_from([0.5, 3, 10, 25, 70]))
    def time_passes(self, seconds: float) -> None:
        self.company.wait(seconds)

    @invariant()
    def one_end_for_each_interaction(self) -> None:
        ended = [interaction for interaction, fact in self.company.facts if fact.kind == "interaction.ended"]
        assert len(ended) == len(set(ended))
        running = {key for key, record in self.company.engine.live.items() if record.interaction.state != "wrap_up"}
        assert len(ended) + len(running) == self.company.kinds().count("interaction.started") >= self.started

    @invariant()
    def nobody_is_lost(self) -> None:
        """Who is not in a flow, with somebody or ringing somebody stands in a queue, at one place."""
        engine = self.company.engine
        router = engine.dispatch.router
        waiting = Counter(item.id for queue_id in engine.config.queues for item in router.waiting(queue_id))
        for key, record in engine.live.items():
            state = record.interaction
            assert waiting[key] == (state.state == "queued" and not record.looking_up)
            if state.state in ("offered", "connected", "transferred") and not state.line_lost:
                assert state.agent_leg in engine.legs

    @invariant()
    def who_lost_the_phone_has_the_customer_for_a_time(self) -> None:
        for record in self.company.engine.live.values():
            state = record.interaction
            assert ("line_lost" in record.timers) == (state.line_lost is not None)
            if state.line_lost:
                assert state.other and state.other.state in ("lost", "calling")
                away = state.customer is not None and state.customer.away is not None
                assert away or hears_music(self.ears, state.customer_leg)
            for party in state.parties:
                kept = state.line_lost if party == state.other else party.away
                assert party.state != "lost" or kept
                if party.away:
                    assert f"away:{party.agent_id}" in record.timers and party.state in ("lost", "calling")

    @invariant()
    def each_offer_is_over_before_the_next(self) -> None:
        offered: set[Any] = set()
        for interaction, fact in self.company.facts:
            if fact.kind == "offer.made":
                assert interaction not in offered
                offered.add(interaction)
            elif fact.kind in ("offer.missed", "offer.accepted"):
                offered.remove(interaction)

    @invariant()
    def each_recording_goes_on_or_was_stopped_once(self) -> None:
        """No row stays open that nobody will ever close."""
        facts = [fact for _, fact in self.company.facts]
        began = [fact.data["recording_id"] for fact in facts if fact.kind == "recording.started"]
        stopped = [fact.data["recording_id"] for fact in facts if fact.kind == "recording.stopped"]
        states = [record.interaction for record in self.company.engine.live.values()]
        going = [state.message.recording_id for state in states if state.message]
        going += [state.recording.id for state in states if state.recording]
        assert sorted(map(str, began)) == sorted(map(str, [*stopped, *going]))

    @invariant()
    def an_agent_has_one_interaction(self) -> None:
        engine = self.company.engine
        states = [record.interaction for record in engine.live.values()]
        busy = [
            party.agent_id
            for state in states
            for party in state.parties
            if party.role != "supervisor" and party.agent_id
        ]
        assert len(busy) == len(set(busy))
        for agent in busy:
            assert agent is not None
            assert engine.agents[agent].state in ("reserved", "engaged")

    @invariant()
    def who_rings_is_counted(self) -> None:
        engine = self.company.engine
        states = [record.interaction for record in engine.live.values()]
        ringing = Counter(state.queue_id for state in states if state.state == "offered")
        assert {queue: engine.ringing.of(queue) for queue in engine.config.queues} == {
            queue: ringing[queue] for queue in engine.config.queues
        }

    @invariant()
    def a_busy_agent_is_busy_with_something(self) -> None:
        engine = self.company.engine
        for agent in engine.agents.values():
            if agent.state in ("reserved", "engaged", "wrap_up"):
                assert agent.interaction_id in engine.live
                record = engine.live[agent.interaction_id].interaction
                parts = [party.agent_id for party in record.parties]
                assert agent.agent_id in (record.agent_id, record.colleague, *record.wrap_ups, *parts)

    @invariant()
    def nobody_waits_beside_a_free_agent(self) -> None:
        engine = self.company.engine
        for record in engine.live.values():
            state = record.interaction
            if state.state == "queued" and state.queue_id and engine.dispatch.router.ring(state.id)[0] >= 0:
                free = [
                    agent
                    for agent in engine.agents.values()
                    if agent.state == "available"
                    and agent.unreachable_since is None
                    and state.queue_id in engine.dispatch.router.queues_of(agent.agent_id)
                ]
                assert not free

    @invariant()
    def conversations_are_counted(self) -> None:
        talks = [1 for record in self.company.engine.live.values() if record.interaction.state == "connected"]
        type(self).conversations += len(talks)

    @invariant()
    def who_waits_longest_is_first(self) -> None:
        engine = self.company.engine
        for queue_id in engine.config.queues:
            places = engine.dispatch.router.waiting(queue_id)
            assert [place.joined_at for place in places] == sorted(place.joined_at for place in places)
            assert len({place.id for place in places}) == len(places)


def runs(world: type[World], *, examples: int) -> Callable[[], None]:
    """Returns the test of a world; it fails, too, when nobody ever talks there, for then little of it is tried."""

    def test() -> None:
        world.conversations = 0
        run_state_machine_as_test(
            world, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None)
        )
        assert world.conversations > examples / 2

    return test


test_world = runs(World, examples=150)


class TalkingWorld(World):
    """The same at work: agents are ready, callers get through, and who is parked or called is answered."""

    @initialize()
    def all_are_ready(self) -> None:
        for number in range(1, AGENTS + 1):
            self.company.ready(number)

    @rule(number=AGENT)
    def an_agent_is_ready(self, number: int) -> None:
        self.company.ready(number)

    @rule(number=AGENT, whom=AGENT)
    def colleagues_talk(self, number: int, whom: int) -> None:
        for one in (number, whom):
            self.company.ready(one)
        self.an_agent_calls_a_colleague(number, whom)
        for _ in range(2):
            self.a_phone_that_rings_is_answered()

    @rule(number=AGENT, by=AGENT | st.none(), answers=st.booleans())
    def a_customer_is_parked(self, number: int, by: int | None, answers: bool) -> None:
        """And picked up, or left until they ring back."""
        self.a_caller_is_answered(number)
        for record in list(self.company.engine.live.values()):
            self.command_of(record.interaction, "park", record.interaction.agent_id)
        for record in list(self.company.engine.live.values())[:1]:
            if by:
                self.command_of(record.interaction, "pick_up", agent_id(by))
            else:
                self.company.wait(61)
        if answers:
            self.a_phone_that_rings_is_answered()

    def command_of(self, state: interactions.InteractionState, kind: str, agent: UUID | None) -> None:
        message = {"kind": f"interaction.{kind}", "interaction_id": str(state.id), "actor": {"agent_id": str(agent)}}
        if agent:
            with suppress(agents.Impossible):
                self.company.do(commands.event(self.company.engine, message))


test_talking_world = runs(TalkingWorld, examples=60)


class PhoneWorld(World):
    """Agents in conversations, who do all at their phones."""

    def __init__(self) -> None:
        super().__init__()
        for number in range(1, AGENTS + 1):
            self.company.ready(number)
        self.somebody_talks()

    @rule()
    def somebody_talks(self) -> None:
        self.somebody_calls()
        leg = f"c{self.started}"
        self.company.press(leg, "1")
        if self.company.state(leg) == "offered":
            self.company.pick_up(self.company.offers()[-1].leg_id)

    @rule(data=st.data(), whom=st.sampled_from(["13800000007", "13800000007", "1001", "1002"]), answers=st.booleans())
    def somebody_asks(self, data: Any, whom: str, answers: bool) -> None:
        talking = [state.agent_id for state in self.states() if state.state == "connected" and state.agent_id]
        if not talking:
            self.somebody_talks()
            return
        self.an_agents_phone_calls(data.draw(st.sampled_from(talking)).int - agent_id(0).int, whom)
        for party in self.parties():
            if answers and party.state == "calling":
                self.company.pick_up(party.leg_id)

    @rule(data=st.data(), acts=st.lists(st.sampled_from(["hold", "resume", "hold", "resume", "hang up", "join"])))
    def something_is_done_with_two_calls(self, data: Any, acts: list[str]) -> None:
        if not any(party.second for party in self.parties()):
            self.somebody_asks(data, "13800000007", answers=True)
        for act in acts:
            two = [party.legs for party in self.parties() if party.second]
            if not two:
                return
            leg, other = data.draw(st.permutations(data.draw(st.sampled_from(two))))
            if act == "hang up":
                self.company.hang_up(leg)
            elif act == "join":
                self.company.do(calls.TransferAsked(leg_id=leg, at=self.company.now, other_leg=other))
            else:
                self.company.do(calls.LegHeld(leg_id=leg, at=self.company.now, on=act == "hold"))
            self.who_hears_whom_is_what_rooms_and_states_say()


test_phone_world = runs(PhoneWorld, examples=100)


class RoutedWorld(World):
    """The same with rings, overflow both ways, and callers who are known or wait for one agent."""

    def settings(self) -> TenantConfig:
        ring = RingSettings(who=Requirement(skills=((SKILL_BILLS, 1),)), after_seconds=10)
        away = OverflowRule(when="nobody_signed_in", to="queue", target=str(BILLS))
        long = OverflowRule(when="waited", over=20, to="queue", target=str(REPAIRS))
        return replace(
            super().settings(),
            queue_routing={
                REPAIRS: QueueRouting(rings=(ring,), overflow=(away,)),
                BILLS: QueueRouting(overflow=(long,), last_agent_days=1, last_agent_seconds=8),
            },
            routing_policy=RoutingPolicy(head_starts=((3, 15.0),)),
        )

    @rule(data=st.data(), grade=st.sampled_from([0, 3]), number=AGENT)
    def a_caller_is_known(self, data: Any, grade: int, number: int) -> None:
        if leg := self.some_leg(data):
            known = self.company.engine.legs[leg]
            self.company.do(
                CallerFound(
                    interaction_id=known, grade=grade, last_agent=agent_id(number), last_agent_at=self.company.now
                )
            )

    @invariant()
    def nobody_waits_beside_a_free_agent(self) -> None:
        """But for who waits for one agent, or for what is known of them; and behind those of their line."""
        nobody_free_has_work(self.company)

    @invariant()
    def who_waits_longest_is_first(self) -> None:
        """Within a grade."""
        engine = self.company.engine
        for queue_id in engine.config.queues:
            for grade in (0, 3):
                places = [item for item in engine.dispatch.router.waiting(queue_id) if item.grade == grade]
                assert [item.joined_at for item in places] == sorted(item.joined_at for item in places)


test_routed_world = runs(RoutedWorld, examples=150)


class CallBackWorld(World):
    """The same with call-backs, a flow for waiting callers, keys that leave the queue, and a greeting."""

    def settings(self) -> TenantConfig:
        patient = waiting_callers(
            waiting=WHILE_WAITING, announce_every_seconds=5, say_agent_number=True, first=self.first()
        )
        plain = super().settings()
        offered = OverflowRule(when="waited", over=8, to="callback")
        return replace(
            plain,
            flows=patient.flows,
            published=patient.published,
            prompts={**patient.prompts, ("callback_offer", "zh-CN"): "sha-callback_offer"},
            queues=patient.queues,
            queue_routing={BILLS: QueueRouting(overflow=(offered,))},
        )

    def first(self) -> str:
        return "agent"

    @rule(number=st.integers(1, 3), first=st.sampled_from(["agent", "customer"]), tries=st.integers(1, 2))
    def an_application_asks(self, number: int, first: Any, tries: int) -> None:
        terms = interactions.CallBackTerms(
            first=first, ring_seconds=10, most_tries=tries, retry_seconds=10, expires_seconds=60
        )
        self.company.do(
            RequestCallBack(
                id=self.company.engine.new_id(),
                queue_id=BILLS,
                number=f"1390000000{number}",
                terms=terms,
                by=UUID(int=9),
            )
        )

    @rule(number=AGENT)
    def an_agent_is_ready(self, number: int) -> None:
        self.company.ready(number)

    @rule(data=st.data(), answers=st.booleans())
    def its_phone(self, data: Any, answers: bool) -> None:
        """The agent's or the customer's."""
        states = [record.interaction for record in self.company.engine.live.values() if record.interaction.callback]
        legs = [leg for state in states for leg in (state.agent_leg, state.customer_leg) if leg]
        if legs:
            leg = data.draw(st.sampled_from(legs))
            if answers:
                self.company.pick_up(leg)
            else:
                self.company.hang_up(leg, cause=17)

    @rule(data=st.data(), sure=st.integers(0, 5))
    def it_is_cancelled(self, data: Any, sure: int) -> None:
        found = [key for key, record in self.company.engine.live.items() if record.interaction.callback]
        if found and sure == 0:
            chosen = data.draw(st.sampled_from(found))
            self.company.do(InteractionCommand(chosen, interactions.CancelCallBack()))

    @rule(data=st.data())
    def the_switch_cannot_call(self, data: Any) -> None:
        dialled = [effect for effect in self.company.sent if isinstance(effect, calls.CallNumber)]
        if dialled:
            leg = data.draw(st.sampled_from(dialled[-3:])).leg_id
            failed = calls.EffectFailed(
                leg_id=leg, at=self.company.now, effect_id="1", effect="CallNumber", reason="no way"
            )
            self.company.do(failed)

    @invariant()
    def every_promise_is_kept(self) -> None:
        """A call-back waits, is under way, or has ended in words; whose customer is called has an agent kept."""
        for record in self.company.engine.live.values():
            state = record.interaction
            if state.callback is None or state.answered:
                continue
            assert state.state in ("queued", "scheduled", "calling", "offered")
            assert bool(state.customer_leg) == (state.state == "calling")
            assert state.callback.tries <= state.callback.most_tries
            if state.state == "calling":
                assert state.agent_id
                agent = self.company.engine.agents[state.agent_id]
                assert agent.state == ("engaged" if state.agent_leg else "reserved")

    @invariant()
    def one_number_has_one_place(self) -> None:
        places = [
            (record.interaction.queue_id, record.interaction.caller)
            for record in self.company.engine.live.values()
            if record.interaction.callback and not record.interaction.answered
        ]
        assert len(places) == len(set(places))


test_call_back_world = runs(CallBackWorld, examples=150)


class CustomerFirstWorld(CallBackWorld):
    def first(self) -> str:
        return "customer"


test_customer_first_world = runs(CustomerFirstWorld, examples=100)
