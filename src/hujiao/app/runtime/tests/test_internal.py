"""An agent calls a colleague: who is kept for it, who hears whom, what becomes of it, what is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen
from hujiao.app.runtime.tests.company import BILLS, FLOW, START, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_consulting import hears
from hujiao.app.runtime.tests.test_facts import facts_of
from hujiao.app.runtime.tests.test_outgoing import CALL, act, company, dial, hung_up, numbers
from hujiao.app.runtime.tests.test_supervising import facts
from hujiao.calls import contracts as calls
from hujiao.interactions.facts import LedgerEntry
from hujiao.queues.contracts import RecordingRule
from hujiao.reporting import agent_day


def call_colleague(made: Company, number: int = 1, whom: int = 2) -> None:
    dial(made, number, whom="", colleague_id=str(agent_id(whom)))


def called(**changes: Any) -> tuple[Company, str, str]:
    """The agent's leg is up, the colleague's phone rings; and both legs."""
    made = company(**changes)
    call_colleague(made)
    agent = made.offers()[-1].leg_id
    made.wait(2)
    made.pick_up(agent)
    return made, agent, made.offers()[-1].leg_id


def talking(**changes: Any) -> tuple[Company, str, str]:
    made, agent, other = called(**changes)
    made.wait(5)
    made.pick_up(other)
    return made, agent, other


def states(made: Company) -> list[str]:
    return [made.agent(number).state for number in (1, 2)]


def of_colleague(made: Company, kind: str) -> None:
    message = {"kind": f"interaction.{kind}", "interaction_id": str(CALL)}
    made.do(commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(2))}}))


def test_the_colleagues_phone_rings_and_both_talk() -> None:
    made = company()
    call_colleague(made)
    (phone,) = made.offers()
    assert (phone.sip_user, phone.caller, phone.caller_name, phone.automatic_answer) == (
        "sip1",
        "1002",
        "agent 2",
        True,
    )
    assert states(made) == ["reserved", "reserved"], "nobody else calls the colleague meanwhile"
    made.pick_up(phone.leg_id)
    rings = made.offers()[-1]
    assert (rings.sip_user, rings.caller, rings.caller_name, rings.automatic_answer) == (
        "sip2", "1001", "agent 1", False,
    )  # fmt: skip
    assert hears(made, phone.leg_id) == [{"tone"}] and states(made) == ["engaged", "reserved"] and not numbers(made)
    made.pick_up(rings.leg_id)
    assert hears(made, phone.leg_id, rings.leg_id) == [{rings.leg_id}, {phone.leg_id}]
    assert states(made) == ["engaged", "engaged"]
    view = views.interaction_view(made.engine, made.engine.live[CALL])
    assert (view["direction"], view["state"], view["caller"], view["called"]) == (
        "internal", "connected", "1002", "1001",
    )  # fmt: skip
    assert [(one["number"], one["name"]) for one in view["parties"]] == [("1001", "agent 1"), ("1002", "agent 2")]


@pytest.mark.parametrize("who", ["agent", "agent's phone", "colleague", "colleague's phone"])
def test_either_hangs_up_and_nothing_is_written_up(who: str) -> None:
    made, agent, other = talking()
    made.wait(60)
    match who:
        case "agent":
            act(made, "hang_up")
        case "agent's phone":
            made.hang_up(agent)
        case "colleague":
            of_colleague(made, "hang_up")
        case _:
            made.hang_up(other)
    assert states(made) == ["available", "available"] and not made.engine.live
    assert {agent, other} <= hung_up(made) | made.over
    ended = made.last("interaction.ended")
    assert (ended["end_reason"], ended["ended_by"]) == ("completed", "agent")
    assert [made.agent(number).handled for number in (1, 2)] == [0, 0], "no customer was served"


def test_it_is_on_record_of_both_and_counts_for_no_customer() -> None:
    made, _, other = talking()
    made.wait(60)
    made.hang_up(other)
    (told,) = facts_of(made).values()
    assert (told.direction, told.caller, told.called, told.caller_key) == ("internal", "1002", "1001", "")
    assert (told.agent_id, told.talk_seconds) == (agent_id(1), 60.0)
    assert [(one.kind, one.agent_id, one.talk_seconds) for one in told.segments] == [
        ("agent", agent_id(1), 60.0),
        ("colleague", agent_id(2), 60.0),
    ]
    for number in (1, 2):
        entries = [
            LedgerEntry(seq, at, fact.kind, interaction, fact.agent_id, to_builtins(fact.data))
            for seq, (at, interaction, fact) in enumerate(made.dated)
            if fact.agent_id == agent_id(number) and fact.kind in agent_day.KINDS
        ]
        today = agent_day.fold("logged_out", START, entries, made.now + timedelta(seconds=1))
        assert (today.internal, today.internal_seconds) == (1, 60.0)
        assert (today.talk_seconds, today.aht_seconds, today.offered) == (0.0, None, 0)


@pytest.mark.parametrize("how", ["no", "phone says no", "phone gone", "switch", "timer"])
def test_a_colleague_who_does_not_answer_is_free_again(how: str) -> None:
    made, agent, other = called()
    match how:
        case "no":
            of_colleague(made, "reject")
        case "phone says no":
            made.hang_up(other, cause=21)
        case "phone gone":
            made.do(PhonesSeen(frozenset({"sip1"})))
        case "switch":
            made.do(calls.EffectFailed(leg_id=other, at=made.now, effect_id="2", effect="CallAgent", reason="no"))
        case _:
            made.wait(60)
    assert states(made) == ["available", "available"] and not made.engine.live
    assert {agent, other} <= hung_up(made) | made.over
    assert made.last("interaction.ended")["end_reason"] == "not_reached" and not facts(made, "colleague.connected")
    made.pick_up(other)  # too late
    assert not made.engine.live


@pytest.mark.parametrize("how", ["key", "timer", "colleague"])
def test_who_gives_up_before_the_colleague_is_called_lets_them_go(how: str) -> None:
    made = company()
    call_colleague(made)
    match how:
        case "key":
            act(made, "hang_up")
        case "timer":
            made.wait(40)
        case _:
            of_colleague(made, "reject")
    assert states(made) == ["available", "available"] and not made.engine.live and len(made.offers()) == 1


def test_who_is_not_free_is_refused_in_words() -> None:
    made, _, _ = talking()
    made.ready(3)
    call_colleague(made, 3, 2)
    call_colleague(made, 3, 1)
    call_colleague(made, 3, 3)
    call_colleague(made, 3, 99)
    call_colleague(made, 1, 3)
    made.do(AgentCommand(agent_id(3), agents.SetNotReady("lunch")))
    made.hang_up(made.offers()[-1].leg_id)
    call_colleague(made, 1, 3)
    made.do(AgentCommand(agent_id(3), agents.SignOut()))
    call_colleague(made, 1, 3)
    made.do(PhonesSeen(frozenset({"sip1"})))
    call_colleague(made, 1, 2)
    assert made.refused == [
        "target_busy", "target_busy", "your_own_number", "unknown_reference", "you_have_a_call", "target_not_ready",
        "target_signed_out", "target_busy",
    ]  # fmt: skip
    assert states(made) == ["available", "available"]


def test_no_caller_is_offered_to_either() -> None:
    made, _, other = talking()
    offers = len(made.offers())
    made.call("c1", "1")
    assert len(made.offers()) == offers
    made.hang_up(other)
    assert len(made.offers()) == offers + 1


def test_it_is_recorded_held_asked_about_and_handed_over() -> None:
    made, agent, other = talking()
    made.ready(3)
    assert made.last("recording.started")
    act(made, "hold")
    assert hears(made, other) == [{"music"}]
    act(made, "resume")
    act(made, "consult", to="agent", target=str(agent_id(3)))
    asked = made.offers()[-1].leg_id
    made.pick_up(asked)
    assert hears(made, agent, other) == [{asked}, {"music"}]
    act(made, "hand_over")
    assert hears(made, other, asked) == [{asked}, {other}] and agent in hung_up(made)
    assert states(made) == ["available", "engaged"]
    of_colleague(made, "hang_up")
    assert asked in hung_up(made) and [made.agent(number).state for number in (2, 3)] == ["available", "available"]


def test_an_outside_number_that_is_asked_sees_no_extension() -> None:
    made, _, _ = talking()
    act(made, "consult", to="number", target="02088886666")
    assert numbers(made)[-1].caller == ""


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("transfer", {"to": "queue", "target": str(BILLS)}),
        ("guide", {"flow_id": str(FLOW)}),
    ],
)
def test_what_is_done_with_customers_is_refused(kind: str, more: dict[str, str]) -> None:
    made, _, _ = talking()
    with pytest.raises(agents.Impossible, match="not_for_internal_calls"):
        act(made, kind, **more)
    act(made, "keys", keys="1")
    assert made.refused == ["nobody_to_hear_keys"]


def test_the_colleague_decides_nothing_but_to_be_unheard_and_to_leave() -> None:
    made, agent, other = talking()
    for kind in ("hold", "consult"):
        with pytest.raises(agents.Impossible, match="for_the_host_alone"):
            of_colleague(made, kind)
    of_colleague(made, "mute")
    assert hears(made, agent, other) == [set(), {agent}]
    assert facts(made, "agent.muted") and not made.engine.live[CALL].interaction.other.self_muted
    of_colleague(made, "unmute")
    assert hears(made, agent, other) == [{other}, {agent}]


def rule(recording: RecordingRule) -> dict[str, Any]:
    """The configuration by which all queues say so."""
    return {"queues": {key: replace(queue, recording=recording) for key, queue in config(3).queues.items()}}


def test_the_queues_rule_says_whether_it_is_recorded() -> None:
    made, _, _ = talking(**rule("never"))
    assert not facts(made, "recording.started")


def line_lost() -> tuple[Company, str]:
    made, agent, other = talking()
    made.hang_up(agent, 44)
    assert hears(made, other) == [{"music"}] and states(made) == ["engaged", "engaged"]
    return made, other


def test_who_called_and_lost_the_line_has_the_colleague_again() -> None:
    made, other = line_lost()
    made.wait(5)
    act(made, "return", leg_id="")
    again = made.offers()[-1]
    assert (again.sip_user, again.caller, again.automatic_answer) == ("sip1", "1002", True)
    made.pick_up(again.leg_id)
    assert hears(made, again.leg_id, other) == [{other}, {again.leg_id}]
    made.wait(60)
    act(made, "hang_up")
    assert states(made) == ["available", "available"] and not made.engine.live
    (told,) = facts_of(made).values()
    assert [(one.kind, one.talk_seconds, one.hold_seconds) for one in told.segments] == [
        ("agent", 60.0, 5.0),
        ("colleague", 65.0, None),
    ]


@pytest.mark.parametrize("over", ["time", "colleague"])
def test_who_stays_away_loses_the_colleague(over: str) -> None:
    made, other = line_lost()
    if over == "time":
        made.wait(31)
        assert states(made) == ["not_ready", "available"] and made.agent(1).reason == "connection_lost"
    else:
        of_colleague(made, "hang_up")
        assert states(made) == ["available", "available"]
    assert not made.engine.live and other in hung_up(made)


@pytest.mark.parametrize("there", ["both", "nobody called back"])
def test_a_take_over_keeps_the_colleague_of_who_lost_the_line(there: str) -> None:
    made, other = line_lost()
    act(made, "return", leg_id="")
    again = made.offers()[-1].leg_id
    legs = {other, again} if there == "both" else {other}
    after = taken_over(made, legs, up=legs)
    assert states(after) == ["engaged", "engaged"]
    expected = [{again}, {other}] if there == "both" else [{"music"}, set()]
    assert hears(after, other, again) == expected


@pytest.mark.parametrize("there", ["both ring", "answered", "no colleague", "no agent", "nobody"])
def test_after_a_take_over_nobody_is_called_twice(there: str) -> None:
    made, agent, other = called()
    legs = {"no colleague": {agent}, "no agent": {other}, "nobody": set()}.get(there, {agent, other})
    after = taken_over(made, legs, up=legs if there == "answered" else {agent} & legs)
    assert not after.offers(), "never twice"
    if there == "both ring":
        after.pick_up(other)
    if there in ("both ring", "answered"):
        assert hears(after, agent, other) == [{other}, {agent}] and states(after) == ["engaged", "engaged"]
        again = taken_over(after, {agent})
        assert states(again) == ["available", "available"] and agent in hung_up(again)
    else:
        assert states(after) == ["available", "available"] and not after.engine.live and legs <= hung_up(after)


def colleague_lost(**changes: Any) -> tuple[Company, str]:
    """The colleague's phone is lost; the leg of who called."""
    made, agent, other = talking(**changes)
    made.wait(10)
    made.hang_up(other, 44)
    assert len(facts(made, "recording.started")) == len(facts(made, "recording.stopped"))
    assert hears(made, agent) == [{"music"}] and states(made) == ["engaged", "engaged"]
    return made, agent


def test_a_colleague_who_lost_the_line_is_heard_again() -> None:
    made, agent = colleague_lost()
    made.wait(5)
    of_colleague_returns(made)
    again = made.offers()[-1]
    assert (again.sip_user, again.caller, again.automatic_answer) == ("sip2", "1001", True)
    assert hears(made, agent) == [{"music"}], "no tone while the phone is called"
    made.pick_up(again.leg_id)
    assert hears(made, agent, again.leg_id) == [{again.leg_id}, {agent}]
    made.wait(60)
    assert states(made) == ["engaged", "engaged"], "the time is over only for who stays away"
    made.hang_up(again.leg_id)
    assert states(made) == ["available", "available"] and not made.engine.live
    (back,) = [fact for _, fact in made.facts if fact.kind == "agent.line_back"]
    assert (back.agent_id, back.data["away_seconds"]) == (agent_id(2), 5.0)
    (told,) = facts_of(made).values()
    assert [(one.kind, one.talk_seconds) for one in told.segments] == [("agent", 75.0), ("colleague", 75.0)]


def of_colleague_returns(made: Company, *, instead_of: str = "") -> None:
    message = {"kind": "interaction.return", "interaction_id": str(CALL), "leg_id": instead_of}
    made.do(commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(2))}}))


def test_a_colleagues_page_that_has_forgotten_its_call_gets_it_back() -> None:
    made, agent, other = talking()
    of_colleague_returns(made, instead_of=other)
    again = made.offers()[-1].leg_id
    assert other in hung_up(made)
    made.hang_up(other)  # what is told of it comes late
    made.pick_up(again)
    assert hears(made, agent, again) == [{again}, {agent}]


@pytest.mark.parametrize("over", ["time", "time, while called", "no", "who called", "customer's side"])
def test_a_colleague_who_stays_away_ends_the_call(over: str) -> None:
    made, agent = colleague_lost()
    if over in ("time, while called", "no"):
        of_colleague_returns(made)
    match over:
        case "no":
            made.hang_up(made.offers()[-1].leg_id, 21)
        case "who called":
            act(made, "hang_up")
        case "customer's side":
            made.hang_up(agent)
        case _:
            made.wait(31)
    assert not made.engine.live and agent in hung_up(made) | made.over
    away = "time" in over
    assert states(made) == ["available", "not_ready" if away else "available"]
    assert not away or made.agent(2).reason == "connection_lost"
    assert made.last("interaction.ended")["end_reason"] == "completed"


def test_a_colleague_whose_phone_is_called_too_early_is_called_again() -> None:
    made, agent = colleague_lost()
    of_colleague_returns(made)
    first = made.offers()[-1].leg_id
    made.do(calls.EffectFailed(leg_id=first, at=made.now, effect_id="1", effect="CallAgent", reason="no contact"))
    assert hears(made, agent) == [{"music"}]
    of_colleague_returns(made)
    again = made.offers()[-1].leg_id
    assert again != first
    made.pick_up(again)
    assert hears(made, agent, again) == [{again}, {agent}]


def test_a_phone_that_is_lost_again_and_again_ends_the_call() -> None:
    made, agent, other = talking()
    for _ in range(5):
        made.hang_up(other, 44)
        of_colleague_returns(made)
        other = made.offers()[-1].leg_id
        made.pick_up(other)
        made.wait(1)
        assert hears(made, agent) == [{other}]
    made.hang_up(other, 44)
    assert not made.engine.live and states(made) == ["available", "available"]


def test_who_held_the_colleague_has_them_on_hold_when_they_are_back() -> None:
    made, agent = colleague_lost()
    act(made, "hold")
    of_colleague_returns(made)
    again = made.offers()[-1].leg_id
    made.pick_up(again)
    assert hears(made, again) == [{"music"}]
    act(made, "resume")
    assert hears(made, agent, again) == [{again}, {agent}]


def test_both_lines_lost_are_both_waited_for() -> None:
    made, agent = colleague_lost()
    made.hang_up(agent, 44)
    act(made, "return", leg_id="")
    one = made.offers()[-1].leg_id
    made.pick_up(one)
    assert hears(made, one) == [{"music"}]
    of_colleague_returns(made)
    two = made.offers()[-1].leg_id
    made.pick_up(two)
    assert hears(made, one, two) == [{two}, {one}]


@pytest.mark.parametrize("there", ["away", "called", "answered", "called and gone"])
def test_a_take_over_keeps_who_called_for_the_colleague(there: str) -> None:
    made, agent = colleague_lost()
    legs = {agent}
    again = ""
    if there != "away":
        of_colleague_returns(made)
        again = made.offers()[-1].leg_id
        legs |= {again} if there != "called and gone" else set()
    after = taken_over(made, legs, up={agent} if there == "called" else legs)
    assert states(after) == ["engaged", "engaged"] and not after.offers()
    if there == "called":
        after.pick_up(again)
    if there in ("called", "answered"):
        assert hears(after, agent, again) == [{again}, {agent}]
        return
    assert hears(after, agent) == [{"music"}]
    after.timers += made.timers
    after.wait(31)
    assert not after.engine.live and after.agent(2).reason == "connection_lost"


def recorded(made: Company) -> list[str]:
    """What was done to recordings."""
    return [kind.removeprefix("recording.") for kind in made.kinds() if kind.startswith("recording.")]


def test_what_is_recorded_by_rule_is_so_again_when_the_colleague_is_back() -> None:
    made, agent = colleague_lost()
    made.wait(5)
    of_colleague_returns(made)
    again = made.offers()[-1].leg_id
    before = len(made.sent)
    made.pick_up(again)
    assert recorded(made) == ["started", "stopped", "started"]
    assert [one.leg_id for one in made.sent[before:] if isinstance(one, calls.StartRecording)] == [again]
    made.hang_up(agent)
    assert recorded(made) == ["started", "stopped"] * 2


def test_what_was_recorded_on_demand_waits_for_a_new_demand() -> None:
    made, _, other = talking(**rule("on_demand"))
    act(made, "recording", act="start")
    made.hang_up(other, 44)
    of_colleague_returns(made)
    made.pick_up(made.offers()[-1].leg_id)
    assert recorded(made) == ["started", "stopped"]


def test_a_recording_that_was_paused_is_so_when_the_colleague_is_back() -> None:
    made, _, other = talking()
    act(made, "recording", act="pause", reason="card")
    made.hang_up(other, 44)
    of_colleague_returns(made)
    made.pick_up(made.offers()[-1].leg_id)
    assert recorded(made) == ["started", "paused", "stopped", "started", "paused"]


def test_a_take_over_records_by_rule_who_is_back_after_it() -> None:
    made, agent = colleague_lost()
    of_colleague_returns(made)
    again = made.offers()[-1].leg_id
    after = taken_over(made, {agent, again}, up={agent, again})
    assert recorded(after) == ["started"]


@pytest.mark.parametrize("resumed", ["back", "away"])
def test_what_a_colleague_was_on_hold_before_they_were_lost_is_no_talk(resumed: str) -> None:
    made, agent, other = talking()
    act(made, "hold")
    made.wait(40)
    made.hang_up(other, 44)
    made.wait(5)
    if resumed == "away":
        act(made, "resume")
    of_colleague_returns(made)
    made.pick_up(made.offers()[-1].leg_id)
    made.wait(20)
    if resumed == "back":
        act(made, "resume")
    made.wait(10)
    made.hang_up(agent)
    told = made.last("agent.disconnected")
    expected = (15.0, 60.0) if resumed == "back" else (35.0, 40.0)
    assert (told["talk_seconds"], told["hold_seconds"]) == expected


def test_a_page_that_is_loaded_again_and_again_leaves_nobody_in_a_dead_leg() -> None:
    made, agent, other = talking()
    for _ in range(5):
        of_colleague_returns(made, instead_of=other)
        other = made.offers()[-1].leg_id
        made.pick_up(other)
        made.wait(1)
        assert hears(made, agent) == [{other}]
    of_colleague_returns(made, instead_of=other)
    assert {agent, other} <= hung_up(made) and not made.engine.live
    assert (made.agent(2).state, made.agent(2).reason) == ("not_ready", "connection_lost")
    assert made.agent(1).state == "available"
