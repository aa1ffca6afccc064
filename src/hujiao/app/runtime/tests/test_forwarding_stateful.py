"""Whatever agents' rules lead to: nobody is lost, nobody kept for nothing, and no call goes round."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from msgspec.structs import replace

from hujiao.agents.forwarding import MOST_HOPS, Forwarding, ForwardRule
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.config import AgentSettings
from hujiao.app.runtime.tenant.turn import Turn
from hujiao.app.runtime.tests.company import REPAIRS, agent_id
from hujiao.app.runtime.tests.test_engine_stateful import AGENT, AGENTS, TalkingWorld, runs
from hujiao.calls import contracts as calls

TARGETS = [
    None,
    *(ForwardRule(to="agent", target=str(agent_id(number))) for number in range(1, AGENTS + 1)),
    ForwardRule(to="queue", target=str(REPAIRS)),
    ForwardRule(to="number", target="13800000009"),
    ForwardRule(to="number", target="110"),
]
TARGET = st.sampled_from(TARGETS)
RULES = st.builds(Forwarding, always=st.none() | TARGET, busy=TARGET, no_answer=TARGET, no_answer_seconds=st.just(7))


class ForwardingWorld(TalkingWorld):
    @initialize(rules=st.lists(RULES, min_size=AGENTS, max_size=AGENTS))
    def agents_have_rules(self, rules: list[Forwarding]) -> None:
        for number, own in enumerate(rules, start=1):
            self.they_change(number, own)

    @rule(number=AGENT, own=RULES)
    def they_change(self, number: int, own: Forwarding) -> None:
        agents = self.company.engine.config.agents
        self.agents_are({**agents, agent_id(number): replace(agents[agent_id(number)], forwarding=own)})

    def agents_are(self, agents: dict[UUID, AgentSettings]) -> None:
        turn = Turn()
        self.company.engine.configure(replace(self.company.engine.config, agents=agents), self.company.now, turn)
        self.company.keep(turn)

    @rule(number=AGENT, whom=AGENT, ends=st.sampled_from(["busy", "silent", "nobody"]), account=st.booleans())
    def a_colleague_does_not_come(self, number: int, whom: int, ends: str, account: bool) -> None:
        """The one who calls may lose their account meanwhile, and is given it back."""
        self.company.ready(number)
        self.an_agent_calls_a_colleague(number, whom)
        self.a_phone_that_rings_is_answered()
        before = self.company.engine.config.agents
        if not account:
            self.agents_are({key: one for key, one in before.items() if key != agent_id(number)})
        self.whoever_is_called(ends)
        self.agents_are(dict(before))

    @rule(number=AGENT, whom=AGENT)
    def a_colleague_declines_before_the_caller_is_there(self, number: int, whom: int) -> None:
        self.company.ready(number)
        self.an_agent_calls_a_colleague(number, whom)
        for state in self.states():
            if state.state == "dialling" and state.colleague == agent_id(whom):
                message = {"kind": "interaction.reject", "interaction_id": str(state.id)}
                actor = {"agent_id": str(agent_id(whom))}
                self.company.do(commands.event(self.company.engine, {**message, "actor": actor}))
        self.a_phone_that_rings_is_answered()

    @rule(
        data=st.data(),
        number=AGENT,
        to=st.sampled_from(["consult", "transfer"]),
        ends=st.sampled_from(["busy", "silent"]),
    )
    def a_customer_is_to_come_to_an_agent(self, data: Any, number: int, to: str, ends: str) -> None:
        self.a_caller_is_answered(number)
        target = data.draw(AGENT)
        if to == "consult":
            self.an_agent_acts(data, "consult", to="agent", target=str(agent_id(target)))
        else:
            self.somebody_is_sent_on(data, "agent", target)
        self.whoever_is_called(ends)

    def whoever_is_called(self, ends: str) -> None:
        if ends == "nobody":
            self.company.wait(60)
            return
        for party in [party for party in self.parties() if party.state == "calling"][:1]:
            ended = calls.LegEnded(leg_id=party.leg_id, at=self.company.now, cause=17 if ends == "busy" else 19)
            self.company.do(ended)

    @invariant()
    def no_call_goes_round(self) -> None:
        for state in self.states():
            been = [hop.agent_id for hop in state.forwarded]
            assert len(been) <= MOST_HOPS and len(set(been)) == len(been)

    @invariant()
    def a_call_out_has_its_agent(self) -> None:
        """An internal call may have gone to an outside number."""
        for state in self.states():
            if state.state == "dialling":
                assert state.agent_id is not None and state.other is not None
                agent = self.company.engine.agents[state.agent_id]
                assert agent.state == ("engaged" if state.other.state == "in" else "reserved")
                assert bool(state.customer_leg) == (state.other.state == "in")
                assert state.internal or state.colleague is None
                assert state.internal <= bool(state.colleague or state.forwarded)
                assert state.colleague is None or self.company.engine.agents[state.colleague].state == "reserved"


test_forwarding_world = runs(ForwardingWorld, examples=120)
