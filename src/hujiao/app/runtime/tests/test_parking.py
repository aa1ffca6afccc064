"""Customers are parked and picked up: who is called when, who hears what, what becomes of whom nobody picks up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant.config import Parking
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests import test_internal, test_outgoing
from hujiao.app.runtime.tests.company import BILLS, PROJECT, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_consulting import hears
from hujiao.app.runtime.tests.test_facts import facts_of
from hujiao.app.runtime.tests.test_outgoing import hung_up
from hujiao.app.runtime.tests.test_supervising import facts
from hujiao.calls import contracts as calls


def company(**changes: Any) -> Company:
    """The first agent takes callers, the second is not ready."""
    made = Company(replace(config(3), **changes))
    made.ready(1)
    made.do(AgentCommand(agent_id(2), agents.SignIn(phone_kind="browser")))
    return made


def act(made: Company, kind: str, leg: str = "c1", *, by: int = 1, **more: Any) -> dict[str, Any]:
    """Returns the answer; what is refused is kept."""
    message = {"kind": f"interaction.{kind}", "interaction_id": str(made.engine.legs[leg]), **more}
    try:
        event = commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(by))}})
        return made.answer(event)
    except agents.Impossible as error:
        made.refused.append(error.code)
        return {}


def talking(**changes: Any) -> Company:
    made = company(**changes)
    made.call("c1", "1")
    made.wait(3)
    made.pick_up(made.offers()[-1].leg_id)
    made.wait(20)
    return made


def parked(**changes: Any) -> Company:
    made = talking(**changes)
    act(made, "park")
    return made


def state(made: Company, number: int) -> str:
    return made.agent(number).state


def picked(made: Company, by: int = 2) -> str:
    """Returns the leg of who picks up."""
    act(made, "pick_up", by=by)
    return made.offers()[-1].leg_id


def test_the_agent_is_free_at_once_and_the_customer_hears_music() -> None:
    made = talking()
    phone = made.offers()[-1].leg_id
    assert act(made, "park") == {"place": 1}
    assert state(made, 1) == "available" and phone in hung_up(made)
    assert made.state("c1") == "parked" and hears(made, "c1") == [{"music"}]
    view = views.interaction_view(made.engine, made.engine.live[made.engine.legs["c1"]])
    assert view["agent_id"] is None
    told = view["parked"]
    assert (told["place"], told["by_name"], told["picking_agent"]) == (1, "agent 1", None)
    assert (told["until"] - made.now).total_seconds() == 60


def test_any_agent_picks_up_and_writes_up() -> None:
    made = parked()
    made.wait(10)
    leg = picked(made)
    phone = made.offers()[-1]
    assert (phone.sip_user, phone.caller, phone.automatic_answer) == ("sip2", "13800000001", True)
    assert hears(made, "c1") == [{"music"}] and state(made, 2) == "reserved"
    made.wait(2)
    made.pick_up(leg)
    assert hears(made, "c1", leg) == [{leg}, {"c1"}] and state(made, 2) == "engaged"
    made.wait(100)  # nothing rings back any more
    assert made.state("c1") == "connected"
    made.hang_up("c1")
    assert [state(made, number) for number in (1, 2)] == ["available", "wrap_up"]
    made.wait(200)
    assert state(made, 2) == "not_ready", "as before"
    (told,) = facts_of(made).values()
    parts = [(one.kind, one.agent_id, one.outcome) for one in told.segments if one.kind in ("agent", "parked")]
    assert parts == [
        ("agent", agent_id(1), "park"), ("parked", None, "picked_up"), ("agent", agent_id(2), "customer"),
    ]  # fmt: skip
    assert (told.talk_seconds, told.hold_seconds, told.end_reason) == (120.0, 0.0, "completed")
    assert made.last("park.ended")["parked_seconds"] == 12.0
    assert len({one.data["recording_id"] for _, one in made.facts if one.kind == "recording.started"}) == 2


def test_who_parked_picks_up_again() -> None:
    made = parked()
    leg = picked(made, by=1)
    made.pick_up(leg)
    assert hears(made, "c1", leg) == [{leg}, {"c1"}] and state(made, 1) == "engaged"


def test_two_at_once_one_gets_it() -> None:
    made = parked()
    leg = picked(made, by=2)
    act(made, "pick_up", by=1)
    assert made.refused == ["being_picked_up"] and made.offers()[-1].leg_id == leg and state(made, 1) == "available"
    made.pick_up(leg)
    act(made, "pick_up", by=1)
    assert made.refused[-1] == "not_parked"


def test_who_may_not_pick_up_is_told_why() -> None:
    made = parked()
    for by, more, code in (
        (3, {}, "not_signed_in_to_work"),
        (2, {"projects": [str(UUID(int=99))]}, "not_parked"),
        (77, {}, "not_an_agent"),
    ):
        act(made, "pick_up", by=by, **more)
        assert made.refused[-1] == code
    made.do(PhonesSeen(frozenset({"sip1"})))
    act(made, "pick_up", by=2, projects=[str(PROJECT)])
    assert made.refused[-1] == "your_phone_is_unreachable"
    made.call("c2", "1")
    act(made, "pick_up", by=1)
    assert made.refused[-1] == "you_have_a_call"
    assert made.state("c1") == "parked"


@pytest.mark.parametrize("how", ["key", "rejects", "phone", "phone gone", "timer", "switch"])
def test_who_does_not_come_leaves_the_customer_parked(how: str) -> None:
    made = parked()
    leg = picked(made)
    match how:
        case "key":
            act(made, "hang_up", by=2)
        case "rejects":
            act(made, "reject", by=2)
        case "phone":
            made.hang_up(leg, cause=17)
        case "phone gone":
            made.do(PhonesSeen(frozenset({"sip1"})))
        case "timer":
            made.wait(30)
        case "switch":
            made.do(calls.EffectFailed(leg_id=leg, at=made.now, effect_id="1", effect="CallAgent", reason="no"))
    assert made.state("c1") == "parked" and hears(made, "c1") == [{"music"}] and not made.refused
    assert state(made, 2) == "not_ready" and leg in hung_up(made) | made.over
    made.pick_up(leg)  # too late
    assert made.state("c1") == "parked"
    made.do(PhonesSeen(None))
    made.pick_up(picked(made, by=1))
    assert made.state("c1") == "connected"


def test_it_rings_back_at_who_parked() -> None:
    made = parked(parking=Parking(seconds=15))
    made.wait(14)
    assert len(made.offers()) == 1
    made.wait(2)
    phone = made.offers()[-1]
    assert (phone.sip_user, phone.automatic_answer) == ("sip1", False)
    act(made, "pick_up", by=2)
    assert made.refused == ["being_picked_up"]
    made.pick_up(phone.leg_id)
    assert hears(made, "c1", phone.leg_id) == [{phone.leg_id}, {"c1"}]
    assert made.last("pick_up.started")["rings_back"] is True


@pytest.mark.parametrize("why", ["busy", "not ready", "does not answer"])
def test_else_the_customer_is_back_in_the_queue_first_in_line(why: str) -> None:
    made = talking()
    came = made.engine.live[made.engine.legs["c1"]].interaction.queue
    assert came
    act(made, "park")
    match why:
        case "busy":
            made.call("c2", "1")
            made.pick_up(made.offers()[-1].leg_id)
        case "not ready":
            made.do(AgentCommand(agent_id(1), agents.SetNotReady("lunch")))
    made.wait(61)
    if why == "does not answer":
        assert made.offers()[-1].sip_user == "sip1"
        made.do(AgentCommand(agent_id(1), agents.SetNotReady("lunch")))
        made.wait(30)
    assert made.state("c1") == "queued"
    place = made.engine.live[made.engine.legs["c1"]].interaction.queue
    assert place and (place.queue_id, place.queued_at) == (BILLS, came.queued_at)
    assert made.last("park.ended")["outcome"] == "not_picked_up"
    (back,) = (at for at, _, fact in made.dated if fact.kind == "park.ended")
    made.wait(5)
    live = made.engine.live[made.engine.legs["c1"]]
    assert views.queue_view(made.engine, BILLS)["longest_wait_since"] == back, "neither talk nor park is waiting"
    assert views.interaction_view(made.engine, live)["queued_at"] == back
    made.call("c3", "1")
    made.ready(2)
    assert made.state("c1") == "offered", "before who came later"
    made.hang_up("c1")
    assert made.last("queue.left")["wait_seconds"] == (made.now - back).total_seconds()
    counted = [facts for facts in facts_of(made).values() if facts.caller]
    assert sum(segment.counted for segment in counted[0].segments) == 1


def test_who_wanted_to_pick_up_when_time_is_over_keeps_them_from_ringing_back() -> None:
    made = parked(parking=Parking(seconds=10))
    made.wait(8)
    leg = picked(made)
    made.wait(5)
    assert made.offers()[-1].leg_id == leg, "the time is over, somebody is about to answer"
    made.hang_up(leg, cause=21)
    assert made.offers()[-1].sip_user == "sip1", "and does not: it rings back now"


def test_a_call_out_that_nobody_picks_up_ends() -> None:
    made, _, other = test_outgoing.talking()
    assert act(made, "park", other) == {"place": 1}
    assert made.agent(1).state == "available" and hears(made, other) == [{"music"}]
    made.do(AgentCommand(agent_id(1), agents.SetNotReady()))
    made.wait(61)
    assert other in hung_up(made) and not made.engine.live
    assert made.last("interaction.ended")["end_reason"] == "not_picked_up"


def test_the_caller_hangs_up_while_parked() -> None:
    for by in (None, 2):
        made = parked()
        leg = picked(made) if by else None
        made.hang_up("c1")
        assert not made.engine.live and made.last("interaction.ended")["end_reason"] == "abandoned_parked"
        assert made.last("park.ended")["outcome"] == "abandoned"
        assert state(made, 2) == "not_ready" and (leg is None or leg in hung_up(made))


def test_places_are_given_out_again_and_not_beyond_their_number() -> None:
    made = talking(parking=Parking(places=2))
    assert act(made, "park") == {"place": 1}
    for leg in ("c2", "c3"):
        made.call(leg, "1")
        made.pick_up(made.offers()[-1].leg_id)
        placed = act(made, "park", leg)
    assert placed == {} and made.refused == ["no_place_to_park"] and made.state("c3") == "connected"
    made.hang_up("c1")
    assert act(made, "park", "c3") == {"place": 1}


def test_only_a_customer_alone_with_the_agent_is_parked() -> None:
    made = talking()
    made.do(AgentCommand(agent_id(2), agents.SetAvailable()))
    act(made, "park", by=2)
    assert made.refused == ["not_your_interaction"]
    act(made, "consult", to="agent", target=str(agent_id(2)))
    act(made, "park")
    made.pick_up(made.offers()[-1].leg_id)
    act(made, "join")
    act(made, "park")
    assert made.refused[1:] == ["not_possible_in_this_state"] * 2
    made.hang_up(made.offers()[-1].leg_id)
    act(made, "hold")
    assert act(made, "park") == {"place": 1}
    made, _, _ = test_internal.talking()
    with pytest.raises(agents.Impossible, match="not_for_internal_calls"):
        test_outgoing.act(made, "park")


def test_a_supervisor_ends_it() -> None:
    made = parked()
    message = {"kind": "interaction.disconnect", "interaction_id": str(made.engine.legs["c1"])}
    made.do(commands.event(made.engine, {**message, "actor": {"account_id": str(UUID(int=7))}}))
    assert "c1" in hung_up(made) and made.last("interaction.ended")["ended_by"] == "supervisor"


def test_a_queue_that_is_there_no_more_ends_it() -> None:
    made = parked()
    made.do(AgentCommand(agent_id(1), agents.SetNotReady()))
    rest = {key: queue for key, queue in made.engine.config.queues.items() if key != BILLS}
    turn = made.do(AgentCommand(agent_id(2), agents.SetNotReady()))
    made.engine.configure(replace(made.engine.config, queues=rest), made.now, turn)
    made.wait(61)
    assert made.last("interaction.ended")["end_reason"] == "not_picked_up" and not made.engine.live


@pytest.mark.parametrize("there", ["parked", "rings", "answered", "no agent", "nobody"])
def test_after_a_take_over_it_stands(there: str) -> None:
    made = parked()
    leg = picked(made) if there != "parked" else ""
    legs = {"parked": {"c1"}, "no agent": {"c1"}, "nobody": set()}.get(there, {"c1", leg})
    after = taken_over(made, legs, up={"c1", leg} if there == "answered" else {"c1"} & legs)
    after.timers += made.timers
    assert not after.offers(), "never twice"
    match there:
        case "nobody":
            assert not after.engine.live and state(after, 2) == "not_ready"
        case "answered":
            assert hears(after, "c1", leg) == [{leg}, {"c1"}]
        case "rings":
            after.pick_up(leg)
            assert hears(after, "c1", leg) == [{leg}, {"c1"}]
        case _:
            assert after.state("c1") == "parked" and hears(after, "c1") == [{"music"}]
            assert state(after, 2) == "not_ready" and not facts(after, "park.ended")
            after.wait(61)
            assert after.offers()[-1].sip_user == "sip1"
