"""The engine by example: one call's life, and every way in which it can end early."""

from __future__ import annotations

from hujiao.app.runtime.tests.company import BILLS, Company, agent_id, config, taken_over
from hujiao.calls import contracts as calls
from hujiao.interactions import contracts as interactions


def talking() -> Company:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    return company


def test_a_call_goes_through_menu_and_queue_to_the_agent() -> None:
    company = talking()
    assert company.state("c1") == "connected"
    assert company.agent(1).state == "engaged"
    bridge = next(effect for effect in company.sent if isinstance(effect, calls.Bridge))
    assert bridge.legs == ["c1", company.offers()[0].leg_id]
    assert company.kinds()[:5] == [
        "agent.state",
        "agent.state",
        "interaction.started",
        "flow.entered",
        "flow.node",
    ]
    assert company.last("flow.key") == {"node": "menu", "keys": "1"}
    assert company.last("queue.left")["outcome"] == "answered"


def test_the_customer_hangs_up_and_the_agent_writes_up() -> None:
    company = talking()
    company.wait(90)
    company.hang_up("c1")
    assert company.last("agent.disconnected") == {
        "queue_id": BILLS,
        "by": "customer",
        "talk_seconds": 90.0,
        "hold_seconds": 0.0,
    }
    assert company.last("interaction.ended")["end_reason"] == "completed"
    assert company.agent(1).state == "wrap_up"
    company.wait(5)
    company.command("c1", interactions.WrapUp(note="called about the bill"))
    assert company.last("wrap_up.completed")["note"] == "called about the bill"
    assert company.agent(1).state == "available"
    assert not company.engine.live and not company.engine.legs


def test_wrap_up_ends_by_itself() -> None:
    company = talking()
    company.hang_up("c1")
    company.wait(31)
    assert company.last("wrap_up.completed")["automatic"] is True
    assert company.agent(1).state == "available"


def test_after_the_agent_the_flow_asks_for_a_rating() -> None:
    company = talking()
    company.command("c1", interactions.AgentHangsUp())
    assert company.state("c1") == "flow"
    assert company.agent(1).state == "wrap_up"
    company.press("c1", "5")
    assert company.last("flow.collected") == {"node": "rate", "variable": "rating", "value": "5"}
    assert company.last("interaction.ended")["end_reason"] == "completed"
    assert company.agent(1).state == "wrap_up"


def test_hold_is_counted_and_taken_from_the_talk() -> None:
    company = talking()
    company.wait(10)
    company.command("c1", interactions.Hold())
    company.wait(20)
    company.command("c1", interactions.Resume())
    company.wait(5)
    company.hang_up("c1")
    assert company.last("agent.disconnected")["talk_seconds"] == 15.0
    assert company.last("agent.disconnected")["hold_seconds"] == 20.0


def test_hanging_up_in_the_menu() -> None:
    company = Company()
    company.call("c1")
    company.hang_up("c1")
    assert company.last("interaction.ended")["end_reason"] == "abandoned_in_flow"
    assert not company.engine.live


def test_hanging_up_in_the_queue() -> None:
    company = Company()
    company.call("c1", "1")
    company.wait(7)
    company.hang_up("c1")
    assert company.last("queue.left") == {"queue_id": BILLS, "outcome": "abandoned", "wait_seconds": 7.0}
    assert company.last("interaction.ended")["end_reason"] == "abandoned_in_queue"


def test_hanging_up_while_the_agent_rings_frees_the_agent() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    offered = company.offers()[0].leg_id
    company.hang_up("c1")
    assert company.last("interaction.ended")["end_reason"] == "abandoned_ringing"
    assert company.last("offer.missed")["reason"] == "caller_gone"
    assert company.agent(1).state == "available"
    assert any(isinstance(effect, calls.HangUp) and effect.leg_id == offered for effect in company.sent)


def test_no_answer_sets_the_agent_not_ready_and_the_next_agent_is_called() -> None:
    company = Company()
    company.ready(1)
    company.wait(1)
    company.ready(2)
    company.call("c1", "1")
    assert company.agent(1).state == "reserved"
    company.wait(21)
    assert company.agent(1).state == "not_ready"
    assert company.agent(1).reason == "no_answer"
    assert company.agent(2).state == "reserved"
    assert len(company.offers()) == 2


def test_a_phone_that_cannot_be_called_sends_the_caller_on() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    leg = company.offers()[0].leg_id
    failed = calls.EffectFailed(
        leg_id=leg, at=company.now, effect_id="x", effect="CallAgent", reason="400 Allocation failed"
    )
    company.do(failed)
    assert company.agent(1).reason == "unreachable"
    assert company.state("c1") == "queued"


def test_a_phone_that_answers_after_it_was_given_up_is_hung_up() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    leg = company.offers()[0].leg_id
    company.do(calls.EffectFailed(leg_id=leg, at=company.now, effect_id="1", effect="CallAgent", reason="0 too late"))
    company.pick_up(leg)
    assert company.state("c1") == "queued"
    assert [effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)] == [leg]


def test_two_callers_keep_their_order_when_an_offer_fails() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    company.wait(1)
    company.call("c2", "1")
    company.wait(21)
    assert company.state("c1") == "queued"
    company.ready(2)
    offer = company.offers()[-1]
    assert company.engine.live[company.engine.legs["c1"]].interaction.agent_leg == offer.leg_id


def test_an_agents_line_that_stays_broken_puts_the_caller_first_in_the_queue() -> None:
    company = talking()
    company.call("c2", "1")
    company.hang_up(company.offers()[0].leg_id, cause=44)
    company.wait(30)
    assert company.state("c1") == "queued"
    assert company.agent(1).reason == "connection_lost"
    company.ready(2)
    assert company.state("c1") == "offered"
    assert company.state("c2") == "queued"


def test_the_longest_wait_leads_on() -> None:
    company = Company()
    company.call("c1", "2")
    company.wait(61)
    assert company.last("queue.left")["outcome"] == "timeout"
    assert company.last("interaction.ended")["end_reason"] == "flow_ended"


def test_a_flow_that_leads_nowhere_is_said_to_the_caller_and_ends_the_call() -> None:
    company = Company()
    company.call("c1", "8")
    assert "nowhere" in company.last("flow.failed")["error"]
    assert company.sent[-1].prompts == ["sha-system_failure"]  # type: ignore[union-attr]
    company.played("c1")
    assert company.last("interaction.ended")["end_reason"] == "flow_error"


def test_a_wrong_expression_does_not_hold_for_anybody_and_is_told() -> None:
    company = Company()
    company.call("c1", "9")
    assert "missing" in company.last("flow.expression_failed")["problem"]
    assert company.last("interaction.ended")["end_reason"] == "flow_ended"
    assert [(one.kind, one.place) for one in company.problems] == [("flow", "main › bad › cases.0.when")]


def test_music_comes_back_after_the_position_is_told() -> None:
    company = Company()
    company.call("c1", "1")
    company.wait(31)
    assert company.sent[-1].prompts == ["sha-queue_position_1"]  # type: ignore[union-attr]
    company.played("c1")
    assert isinstance(company.sent[-1], calls.StartMusic)


def test_a_suspended_tenant_refuses_before_answering() -> None:
    from msgspec.structs import replace

    company = Company(replace(config(), suspended=True))
    company.call("c1")
    assert isinstance(company.sent[-1], calls.Refuse)
    assert company.last("interaction.ended")["end_reason"] == "suspended"


def test_an_agent_who_signs_out_in_a_call_is_out_after_it() -> None:
    from hujiao.agents.contracts import SignOut
    from hujiao.app.runtime.tenant.turn import AgentCommand

    company = talking()
    company.do(AgentCommand(agent_id(1), SignOut()))
    assert company.agent(1).state == "engaged"
    company.hang_up("c1")
    company.wait(31)
    assert company.agent(1).state == "logged_out"


def test_take_over_goes_on_with_the_conversation() -> None:
    company = talking()
    after = taken_over(company, {"c1", company.offers()[0].leg_id})
    assert after.state("c1") == "connected"
    assert isinstance(after.sent[-1], calls.Bridge)
    assert not after.offers()


def test_take_over_keeps_the_queue_and_its_order() -> None:
    company = Company()
    for number in range(5):
        company.call(f"c{number}", "1")
        company.wait(1)
    after = taken_over(company, {f"c{number}" for number in range(5)})
    after.ready(1)
    assert after.state("c0") == "offered"
    assert [after.state(f"c{number}") for number in range(1, 5)] == ["queued"] * 4


def test_take_over_never_repeats_an_originate() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    after = taken_over(company, {"c1"})
    assert after.last("offer.missed")["reason"] == "unknown"
    assert len(after.offers()) == 1 and after.offers()[0].leg_id != company.offers()[0].leg_id


def test_an_agent_who_hung_up_while_nobody_was_there_has_served_the_caller() -> None:
    company = talking()
    after = taken_over(company, {"c1"})
    assert after.last("agent.disconnected")["by"] == "agent"
    assert after.agent(1).state == "wrap_up"
    assert after.last("flow.node")["node"] == "rate"  # as after any talk
    assert "queue.entered" not in after.kinds()


def test_an_agent_who_answered_while_nobody_was_there_is_connected() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    leg = company.offers()[0].leg_id
    after = taken_over(company, {"c1", leg}, up={"c1", leg})
    assert after.state("c1") == "connected"
    assert [effect.legs for effect in after.sent if isinstance(effect, calls.Bridge)] == [["c1", leg]]
    after.pick_up(leg)  # the switch says so, too
    assert after.kinds().count("agent.connected") == 1


def test_take_over_offers_to_who_came_first_though_others_are_known_earlier() -> None:
    company = Company()
    company.call("c1", "#")  # is here first, but in the queue last
    company.wait(1)
    company.call("c2", "1")
    company.wait(1)
    company.press("c1", "1")
    company.ready(1)
    company.ready(2)
    assert len(company.offers()) == 2
    after = taken_over(company, {"c1", "c2"})
    assert [after.engine.legs["c2"], after.engine.legs["c1"]] == [offer.interaction_id for offer in after.offers()]


def test_take_over_stops_the_announcement_of_who_waits() -> None:
    company = Company()
    company.call("c1", "1")
    company.wait(31)
    announced = [effect for effect in company.sent if isinstance(effect, calls.Play)][-1]
    announcement = company.engine.live[company.engine.legs["c1"]].interaction.announcement
    assert announcement and announcement.playback_id == announced.playback_id
    after = taken_over(company, {"c1"}, up={"c1"})
    sent = [type(effect) for effect in after.sent]
    assert sent == [calls.StopPlayback, calls.StartMusic]
    assert after.sent[0].playback_id == announced.playback_id


def test_take_over_ends_what_the_switch_lost() -> None:
    company = talking()
    company.call("c2", "1")
    company.wait(2)
    after = taken_over(company, set(), switch_since=company.now)
    reasons = [fact.data["end_reason"] for _, fact in after.facts if fact.kind == "interaction.ended"]
    assert reasons == ["switch_lost", "switch_lost"]
    assert after.agent(1).state == "wrap_up"


def test_take_over_of_callers_who_went_while_nobody_was_there() -> None:
    company = Company()
    company.call("c1", "1")
    after = taken_over(company, set())
    assert after.last("interaction.ended")["end_reason"] == "system_failure"


def test_a_caller_whom_the_node_sent_to_its_announcement() -> None:
    company = Company()
    company.call("c1", "1")
    company.do(calls.LegEnded(leg_id="c1", at=company.now, gone=True))
    assert company.last("interaction.ended")["end_reason"] == "system_failure"


def test_take_over_answers_only_who_is_not_up() -> None:
    company = Company()
    for leg in ("c1", "c2"):
        company.call(leg, "#")
    after = taken_over(company, {"c1", "c2"}, up={"c1"})
    assert [effect.leg_id for effect in after.sent if isinstance(effect, calls.AnswerLeg)] == ["c2"]


def test_take_over_asks_the_menu_again() -> None:
    company = Company()
    company.call("c1", "#")
    (before,) = [effect.playback_id for effect in company.sent if isinstance(effect, calls.Play)][-1:]
    after = taken_over(company, {"c1"})
    assert [e.playback_id for e in after.sent if isinstance(e, calls.StopPlayback)] == [before]
    assert isinstance(after.sent[-1], calls.Play)
    after.press("c1", "1")
    assert after.state("c1") == "queued"
