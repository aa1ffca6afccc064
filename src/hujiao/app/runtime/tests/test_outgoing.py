"""An agent calls a number: who is called when, who hears whom, what becomes of it, what is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests.company import BILLS, FLOW, NUMBER, REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_consulting import hears
from hujiao.app.runtime.tests.test_facts import facts_of
from hujiao.app.runtime.tests.test_supervising import facts
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Dialling, NumberRules

CALL = UUID(int=77)
WHOM = "02088886666"


def company(**changes: Any) -> Company:
    made = Company(replace(config(3), **changes))
    for number in (1, 2):
        made.ready(number)
    return made


def dial(made: Company, number: int = 1, *, whom: str = WHOM, call: UUID = CALL, **more: Any) -> None:
    message = {"kind": "calls.dial", "interaction_id": str(call), "number": whom, **more}
    try:
        event = commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(number))}})
    except agents.Impossible as error:
        made.refused.append(error.code)
        return
    made.do(event)


def act(made: Company, kind: str, **more: Any) -> None:
    message = {"kind": f"interaction.{kind}", "interaction_id": str(CALL), **more}
    made.do(commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(1))}}))


def numbers(made: Company) -> list[calls.CallNumber]:
    return [effect for effect in made.sent if isinstance(effect, calls.CallNumber)]


def dialled(**changes: Any) -> tuple[Company, str, str]:
    """The agent's leg is up, the number rings; and both legs."""
    made = company(**changes)
    dial(made)
    agent = made.offers()[-1].leg_id
    made.wait(2)
    made.pick_up(agent)
    return made, agent, numbers(made)[-1].leg_id


def talking(**changes: Any) -> tuple[Company, str, str]:
    made, agent, other = dialled(**changes)
    made.wait(5)
    made.pick_up(other)
    return made, agent, other


def hung_up(made: Company) -> set[str]:
    return {effect.leg_id for effect in made.sent if isinstance(effect, calls.HangUp)}


def test_the_agents_phone_first_then_the_number_whose_progress_is_heard() -> None:
    made = company()
    dial(made)
    (phone,) = made.offers()
    assert (phone.sip_user, phone.caller, phone.automatic_answer) == ("sip1", WHOM, True) and not numbers(made)
    assert made.agent(1).state == "reserved" and made.engine.live[CALL].interaction.direction == "outbound"
    made.pick_up(phone.leg_id)
    (number,) = numbers(made)
    assert (number.number, number.caller, number.heard_by) == (WHOM, NUMBER, phone.leg_id)
    assert hears(made, phone.leg_id) == [{number.leg_id, "tone"}]
    assert made.agent(1).state == "engaged"
    made.pick_up(number.leg_id)
    assert hears(made, phone.leg_id, number.leg_id) == [{number.leg_id}, {phone.leg_id}]


def test_it_is_recorded_written_up_and_counted_as_a_call_out() -> None:
    made, agent, other = talking()
    made.wait(60)
    made.hang_up(other)
    assert agent in hung_up(made) and made.agent(1).state == "wrap_up"
    assert made.last("recording.stopped") and made.last("interaction.ended")["end_reason"] == "completed"
    made.do(
        commands.event(
            made.engine,
            {
                "kind": "interaction.wrap_up",
                "interaction_id": str(CALL),
                "note": "will pay",
                "actor": {"agent_id": str(agent_id(1))},
            },
        )
    )
    assert made.agent(1).state == "available" and not made.engine.live
    (told,) = facts_of(made).values()
    assert (told.direction, told.caller, told.agent_id, told.note) == ("outbound", WHOM, agent_id(1), "will pay")
    assert (told.talk_seconds, told.ring_seconds) == (60.0, 5.0)
    assert [(one.kind, one.queue_id) for one in told.segments] == [("agent", None)]


def test_who_does_not_answer_is_written_up_too() -> None:
    made, agent, other = dialled()
    made.hang_up(other, cause=17)
    assert agent in hung_up(made) and made.agent(1).state == "wrap_up"
    assert made.last("outgoing.unreached")["cause"] == 17
    assert made.last("interaction.ended")["end_reason"] == "not_reached"
    assert not facts(made, "recording.started")
    made.wait(31)
    assert made.agent(1).state == "available" and not made.engine.live


def test_nobody_rings_for_ever() -> None:
    made, agent, other = dialled()
    made.wait(60)
    assert {agent, other} <= hung_up(made) and made.last("outgoing.unreached")["cause"] == 19


@pytest.mark.parametrize("how", ["key", "phone", "timer", "switch"])
def test_the_agent_gives_up_before_the_number_is_called(how: str) -> None:
    made = company()
    dial(made)
    agent = made.offers()[0].leg_id
    match how:
        case "key":
            act(made, "hang_up")
        case "phone":
            made.hang_up(agent, cause=21)
        case "timer":
            made.wait(40)
        case "switch":
            made.do(calls.EffectFailed(leg_id=agent, at=made.now, effect_id="1", effect="CallAgent", reason="no"))
    assert made.agent(1).state == "available" and not made.engine.live and not numbers(made)
    assert made.last("interaction.ended")["end_reason"] == "given_up"
    made.pick_up(agent)  # too late
    assert not numbers(made)


@pytest.mark.parametrize("how", ["key", "phone"])
def test_the_agent_hangs_up_while_it_rings(how: str) -> None:
    made, agent, other = dialled()
    if how == "key":
        act(made, "hang_up")
    else:
        made.hang_up(agent)
    assert other in hung_up(made) and made.agent(1).state == "wrap_up"
    assert made.last("outgoing.given_up")["by"] == "agent"
    made.pick_up(other)  # at the same moment
    assert not facts(made, "agent.connected")


def test_who_was_not_ready_is_so_again() -> None:
    made = company()
    made.do(AgentCommand(agent_id(1), agents.SetNotReady("paper")))
    dial(made)
    made.pick_up(made.offers()[0].leg_id)
    made.hang_up(numbers(made)[0].leg_id, cause=17)
    made.wait(31)
    assert (made.agent(1).state, made.agent(1).reason) == ("not_ready", "paper")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (WHOM, "number_not_allowed"),
        ("110", "emergency_number"),
        ("anonymous", "number_withheld"),
        ("1x", "not_a_number_to_call"),
    ],
)
def test_what_may_not_be_called_is_refused_and_kept(number: str, code: str) -> None:
    made = company(dialling=Dialling(own=NumberRules(allow=("+86138",))))
    dial(made, whom=number)
    assert made.refused == [code] and not made.engine.live and made.agent(1).state == "available"
    assert made.last("number.refused")["by_agent"] == agent_id(1)


def test_who_cannot_call_now_is_told_why() -> None:
    made, _, _ = talking()
    dial(made, call=UUID(int=78))
    dial(made, 3, call=UUID(int=78))
    made.do(PhonesSeen(frozenset({"sip1"})))
    dial(made, 2, call=UUID(int=78))
    assert made.refused == ["you_have_a_call", "not_signed_in_to_work", "your_phone_is_unreachable"]
    made = company(suspended=True)
    dial(made)
    assert made.refused == ["suspended"]
    made = company()
    dial(made, caller_number_id=str(UUID(int=4)))
    assert made.refused == ["unknown_reference"]


def test_the_queues_rules_hold_one_for_outbound_work_first() -> None:
    plain = config(3)
    out = replace(plain.queues[REPAIRS], direction="outbound", wrap_up_seconds=7, recording="on_demand")
    made, _, other = talking(queues={**plain.queues, REPAIRS: out})
    view = views.interaction_view(made.engine, made.engine.live[CALL])
    assert (view["recording"], view["recording_rule"], view["queue_id"]) == ("off", "on_demand", None)
    act(made, "recording", act="start")
    made.hang_up(other)
    made.wait(8)
    assert made.agent(1).state == "available" and len(facts(made, "recording.stopped")) == 1


def test_it_is_held_asked_about_and_sent_on_like_any_other() -> None:
    made, agent, other = talking()
    act(made, "hold")
    assert hears(made, other) == [{"music"}]
    act(made, "resume")
    act(made, "consult", to="agent", target=str(agent_id(2)))
    asked = made.offers()[-1].leg_id
    made.pick_up(asked)
    act(made, "hand_over")
    assert hears(made, other, asked) == [{asked}, {other}] and agent in hung_up(made)
    made, agent, other = talking()
    act(made, "transfer", to="queue", target=str(BILLS))
    assert made.agent(2).state == "reserved" and agent in hung_up(made)
    made.pick_up(made.offers()[-1].leg_id)
    assert hears(made, other, made.offers()[-1].leg_id) == [{made.offers()[-1].leg_id}, {other}]


@pytest.mark.parametrize("queues", [True, False])
def test_the_customer_goes_through_a_flow_with_data_and_is_back_at_an_agent(queues: bool) -> None:
    """Whether or not the agent who called is of any queue."""
    without = {agent_id(1): replace(config(3).agents[agent_id(1)], skills={})}
    made, agent, other = talking(**({} if queues else {"agents": {**config(3).agents, **without}}))
    act(made, "transfer", to="flow", target=str(FLOW), values={"topic": "moving"})
    assert not made.refused and made.engine.live[CALL].interaction.state == "flow" and agent in hung_up(made)
    assert made.agent(1).state == "wrap_up"
    made.press(other, "1")
    assert made.engine.live[CALL].interaction.queue_id == BILLS
    back = made.offers()[-1]
    assert back.sip_user == "sip2"
    made.pick_up(back.leg_id)
    view = views.interaction_view(made.engine, made.engine.live[CALL])
    assert (view["state"], view["agent_id"], view["variables"]) == ("connected", agent_id(2), {"topic": "moving"})
    assert hears(made, other, back.leg_id) == [{back.leg_id}, {other}]
    made.hang_up(other)
    (told,) = facts_of(made).values()
    assert (told.direction, told.variables) == ("outbound", {"topic": "moving"})
    assert [one.kind for one in told.segments if one.kind != "queue"] == ["agent", "flow", "agent"]


def test_the_call_ends_when_the_agents_line_stays_broken() -> None:
    made, agent, other = talking()
    made.do(calls.LegEnded(leg_id=agent, at=made.now, cause=44))
    made.wait(30)
    assert other in hung_up(made) and made.last("interaction.ended")["end_reason"] == "completed"
    assert made.agent(1).state == "not_ready" and not made.engine.live


@pytest.mark.parametrize("there", ["agent", "agent up", "both", "both up", "no agent", "nobody"])
def test_after_a_take_over_it_goes_on_as_the_switch_has_it(there: str) -> None:
    if there in ("agent", "agent up"):
        made = company()
        dial(made)
        agent = made.offers()[-1].leg_id
        after = taken_over(made, {agent}, up={agent} if there == "agent up" else set())
        assert bool(numbers(after)) == (there == "agent up")
        return
    made, agent, other = dialled()
    legs = {"both": {agent, other}, "both up": {agent, other}, "no agent": {other}, "nobody": set()}[there]
    after = taken_over(made, legs, up=legs if there == "both up" else {agent} & legs)
    assert not numbers(after), "never twice"
    if there == "both":
        assert after.engine.live[CALL].interaction.state == "dialling"
        after.pick_up(other)
    if there in ("both", "both up"):
        assert hears(after, agent, other) == [{other}, {agent}]
    else:
        assert after.agent(1).state == "wrap_up" and after.last("interaction.ended")["end_reason"] == "given_up"
        assert legs <= hung_up(after)


def test_the_customer_who_is_meant_is_known_from_the_start_and_asked_for() -> None:
    made, whom = company(names_callers=True), UUID(int=5)
    message = {"kind": "calls.dial", "interaction_id": str(CALL), "number": WHOM, "customer_id": str(whom)}
    turn = made.do(commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(1))}}))
    assert made.engine.live[CALL].interaction.customer_id == whom
    assert [wanted.meant for wanted in turn.callers] == [whom]
