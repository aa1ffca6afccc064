"""A queue's rule offers a call-back to who waits: heard, taken by key or not, and never forced on anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from hujiao.app.runtime.tests.company import BILLS, NUMBER, REPAIRS, START, taken_over
from hujiao.app.runtime.tests.test_callbacks import WHILE_WAITING, Callers, settings
from hujiao.app.runtime.views import explanation
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import CallBackTerms
from hujiao.routing.contracts import QueueRouting
from hujiao.routing.overflow import OverflowRule

TERMS = CallBackTerms(first="customer", ring_seconds=15, most_tries=1)
OFFER = OverflowRule(when="waited", over=30, to="callback", terms=TERMS)


def offering(*rules: OverflowRule, without: str = "", **more: Any) -> Callers:
    made = settings(**more)
    spoken = {("callback_offer", "zh-CN"): "sha-usual_offer", ("callback_promised", "zh-CN"): "sha-promised"}
    prompts = {key: value for key, value in {**made.prompts, **spoken}.items() if key[0] != without}
    return Callers(replace(made, prompts=prompts, queue_routing={BILLS: QueueRouting(overflow=rules)}))


def hears(company: Callers) -> list[str]:
    """What was played last."""
    return [effect for effect in company.sent if isinstance(effect, calls.Play)][-1].prompts


def offered(*rules: OverflowRule, **more: Any) -> Callers:
    company = offering(*(rules or (OFFER,)), **more)
    company.call("a", "1")
    company.wait(30)
    assert company.last("callback.offered") == {"queue_id": BILLS, "why": "waited"}
    return company


def test_who_takes_it_keeps_the_place_on_the_rules_terms() -> None:
    company = offered()
    assert hears(company) == ["sha-usual_offer"]
    company.played("a")
    assert isinstance(company.sent[-1], calls.StartMusic), "while they think it over"
    company.wait(4)
    company.press("a", "1")
    assert company.last("queue.left") == {"queue_id": BILLS, "outcome": "left", "wait_seconds": 34.0}
    assert hears(company) == ["sha-promised"]
    company.played("a")
    assert company.ends() == ["callback_requested"]
    waits = company.waits()
    assert (waits.state, waits.queue_id, waits.caller) == ("queued", BILLS, "13800000001")
    assert company.place().queued_at == START
    assert waits.callback is not None
    assert (waits.callback.first, waits.callback.ring_seconds, waits.callback.most_tries) == ("customer", 15, 1)


def test_the_callers_flow_goes_on_after_the_agent_of_the_call_back() -> None:
    company = offered()
    company.press("a", "1")
    company.played("a")
    company.ready(1)
    customer = company.called_back().leg_id
    company.pick_up(customer)
    agent = company.offers()[-1].leg_id
    company.pick_up(agent)
    company.hang_up(agent)
    assert hears(company) == ["sha-rate"]


@pytest.mark.parametrize("key", ["7", ""])
def test_who_does_not_take_it_waits_on_and_is_not_asked_again(key: str) -> None:
    company = offered()
    company.played("a")
    if key:
        company.press("a", key)
    company.wait(300)
    assert company.state("a") == "queued" and company.kinds().count("callback.offered") == 1
    assert "queue.left" not in company.kinds()
    company.press("a", "1")
    assert company.state("a") == "flow", "the key that leads out of the queue does so again"


def test_rules_that_follow_act_on_who_stays() -> None:
    later = OverflowRule(when="waited", over=31, to="queue", target=str(REPAIRS))
    company = offered(OFFER, later)
    company.wait(3)
    assert company.kinds().count("queue.overflowed") == 0, "not while they are choosing"
    company.played("a")
    company.wait(15)
    assert company.last("queue.overflowed")["target"] == str(REPAIRS)


def test_another_queue_may_offer_its_own() -> None:
    company = offering(OverflowRule(when="waited", over=35, to="queue", target=str(REPAIRS)))
    routing = {REPAIRS: QueueRouting(overflow=(OFFER,))}
    company = Callers(replace(company.engine.config, queue_routing={**company.engine.config.queue_routing, **routing}))
    company.call("a", "1")
    company.wait(36)
    assert company.last("callback.offered") == {"queue_id": REPAIRS, "why": "waited"}
    company.press("a", "1")
    assert company.waits().queue_id == REPAIRS


@pytest.mark.parametrize(
    ("caller", "reason"),
    [("anonymous", "number_withheld"), ("", "number_withheld"), ("sip:somebody", "not_a_number_to_call")],
)
def test_who_cannot_be_called_waits_on_and_the_timeline_says_why(caller: str, reason: str) -> None:
    later = OverflowRule(when="waited", over=31, to="queue", target=str(REPAIRS))
    company = offering(OFFER, later)
    company.do(calls.CallArrived(leg_id="a", at=company.now, caller=caller, called=NUMBER))
    company.press("a", "1")
    company.wait(30)
    assert company.last("callback.not_offered") == {
        "queue_id": BILLS,
        "why": "waited",
        "reason": reason,
    }
    assert company.state("a") == "queued" and "callback.offered" not in company.kinds()
    company.wait(1)
    assert company.last("queue.overflowed")["target"] == str(REPAIRS)


def test_without_words_nothing_is_offered() -> None:
    company = offering(OFFER, without="callback_offer")
    company.call("a", "1")
    company.wait(31)
    assert company.last("callback.not_offered")["reason"] == "no_prompt"
    assert company.state("a") == "queued"


def test_who_waits_is_told_what_may_still_pass_them_on() -> None:
    later = OverflowRule(when="waited", over=90, to="queue", target=str(REPAIRS))
    signed_out = OverflowRule(when="nobody_signed_in", to="number", target="13900000000")
    company = offering(OFFER, later, signed_out, OverflowRule(when="ahead", over=3, to="voicemail"))
    company.ready(1)
    company.call("first", "1")
    company.call("a", "1")

    def ahead() -> list[tuple[Any, ...]]:
        why = explanation(company.engine, company.engine.legs["a"], company.now)
        assert why is not None
        return [(rule["when"], rule["to"], rule["name"], rule["at"]) for rule in why["overflow"]]

    came = company.now
    repairs = company.engine.config.queues[REPAIRS].name
    at_any_time = ("nobody_signed_in", "number", "13900000000", None)
    later_on = ("waited", "queue", repairs, came + timedelta(seconds=90))
    bills = company.engine.config.queues[BILLS].name
    assert ahead() == [("waited", "callback", bills, came + timedelta(seconds=30)), later_on, at_any_time]
    company.wait(30)
    assert ahead() == [later_on, at_any_time], "a call-back is offered once"


def test_words_of_the_queues_own() -> None:
    company = offered(replace(OFFER, prompts=("offer",)), without="callback_offer")
    assert hears(company) == ["sha-offer"]


def test_without_a_promise_to_play_the_call_simply_ends() -> None:
    company = offered(without="callback_promised")
    company.press("a", "1")
    assert company.ends() == ["callback_requested"] and company.waits().state == "queued"


def test_an_agent_who_becomes_free_ends_the_offer() -> None:
    company = offered()
    company.ready(1)
    company.press("a", "1")
    assert company.state("a") == "offered", "an agent's phone rings already"
    company.pick_up(company.offers()[-1].leg_id)
    assert company.state("a") == "connected"
    company.wait(60)
    assert [r.interaction.direction for r in company.engine.live.values()] == ["inbound"]


def test_it_takes_the_place_of_what_plays_to_who_waits() -> None:
    company = offering(OFFER, waiting=WHILE_WAITING, announce_first_seconds=29)
    company.call("a", "1")
    company.wait(29)
    told = [effect for effect in company.sent if isinstance(effect, calls.Play)][-1]
    assert told.prompts == ["sha-offer"], "the flow of those who wait"
    company.wait(1)
    assert hears(company) == ["sha-usual_offer"]
    stopped = [effect for effect in company.sent if isinstance(effect, calls.StopPlayback)]
    assert stopped[-1].playback_id == told.playback_id
    company.press("a", "1")
    assert hears(company) == ["sha-promised"]


def test_a_take_over_lets_who_was_choosing_wait_on_and_looks_at_the_rules_again() -> None:
    company = offered(OFFER, OverflowRule(when="waited", over=60, to="queue", target=str(REPAIRS)))
    after = taken_over(company, {"a"}, up={"a"})
    assert after.state("a") == "queued" and isinstance(after.sent[-1], calls.StartMusic)
    after.timers += [timer for timer in company.timers if timer.name == "overflow"]
    after.wait(31)
    assert after.last("queue.overflowed")["target"] == str(REPAIRS)


def test_a_take_over_while_the_promise_is_heard() -> None:
    company = offered()
    company.press("a", "1")
    after = taken_over(company, {"a"}, up={"a"})
    assert [r.interaction.direction for r in after.engine.live.values()] == ["inbound", "callback"]
    leg = [effect for effect in after.sent if isinstance(effect, calls.Play)][-1]
    assert leg.prompts == ["sha-promised"]


def test_a_queue_that_is_gone_loses_nobody() -> None:
    """The key comes when the queue was removed: the call ends by the flow's own words, as without such a queue."""
    company = offered()
    config = company.engine.config
    company.engine.config = replace(config, queues={REPAIRS: config.queues[REPAIRS]})
    company.press("a", "1")
    assert company.last("flow.failed")["values"] == {"name": str(BILLS)}
