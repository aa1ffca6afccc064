"""Call-backs, leaving a queue by choice, what waiting callers hear, and the greeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime.tenant.call_backs import RequestCallBack
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, InteractionCommand
from hujiao.app.runtime.tests.company import BILLS, DOCUMENT, FLOW, START, Company, agent_id, config, taken_over
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument
from hujiao.interactions import contracts as interactions

WAITING_FLOW = UUID(int=34)
MORE_PROMPTS = ("offer", "goodbye", "agent_number", "digit_0", "digit_1", "at_your_service", "expected_wait_1")

CALL_BACK: dict[str, Any] = {
    "type": "call_back", "ring_seconds": 20, "most_tries": 2, "retry_seconds": 60, "expires_seconds": 600,
    "next": "promised", "on_failure": "menu",
}  # fmt: skip


def settings(
    *, first: str = "agent", waiting: dict[str, Any] | None = None, staff: int = 2, **queue: Any
) -> TenantConfig:
    made = config(staff)
    nodes = {
        **DOCUMENT["nodes"],
        "bills": {**DOCUMENT["nodes"]["bills"], "keys": {"1": "call_back", "2": "repairs"}},
        "call_back": {**CALL_BACK, "first": first},
        "promised": {"type": "play", "prompts": ["goodbye"], "next": "bye"},
    }
    flows = {(FLOW, 1): FlowDocument.model_validate({**DOCUMENT, "nodes": nodes})}
    published = {FLOW: 1}
    if waiting:
        flows[WAITING_FLOW, 1] = FlowDocument.model_validate({"version": 1, "start": "say", "nodes": waiting})
        published[WAITING_FLOW] = 1
        queue["waiting_flow_id"] = WAITING_FLOW
    return replace(
        made,
        flows=flows,
        published=published,
        prompts={**made.prompts, **{(name, "zh-CN"): f"sha-{name}" for name in MORE_PROMPTS}},
        queues={key: replace(value, **queue) for key, value in made.queues.items()},
    )


class Callers(Company):
    def called_back(self) -> calls.CallNumber:
        return [effect for effect in self.sent if isinstance(effect, calls.CallNumber)][-1]

    def waits(self) -> interactions.InteractionState:
        """The one call-back there is."""
        (found,) = [r.interaction for r in self.engine.live.values() if r.interaction.direction == "callback"]
        return found

    def place(self) -> interactions.QueuePlace:
        """The one that it keeps."""
        place = self.waits().queue
        assert place is not None
        return place

    def ends(self) -> list[str]:
        return [fact.data["end_reason"] for _, fact in self.facts if fact.kind == "interaction.ended"]

    def leave_with_promise(self, leg: str = "a") -> None:
        self.call(leg, "1")
        assert self.state(leg) == "queued"
        self.wait(5)
        self.press(leg, "1")
        self.played(leg)


def test_the_place_is_kept_and_the_agent_is_called_first() -> None:
    company = Callers(settings())
    company.leave_with_promise("a")
    assert company.ends() == ["callback_requested"]
    assert [e for e in company.sent if isinstance(e, calls.HangUp)][-1].leg_id == "a"
    waits = company.waits()
    assert (waits.state, company.place().queued_at, waits.caller) == ("queued", START, "13800000001")
    company.call("b", "1")
    company.ready(1)
    offer = company.offers()[-1]
    assert offer.interaction_id == waits.id and offer.caller == "13800000001"  # before "b", who came later
    company.wait(3)
    company.pick_up(offer.leg_id)
    assert company.waits().state == "calling" and company.agent(1).state == "engaged"
    dialled = company.called_back()
    assert (dialled.number, dialled.caller, dialled.timeout_seconds) == ("13800000001", "95001", 20)
    assert (dialled.heard_by, dialled.bridge_id) == (offer.leg_id, str(waits.id)), "the agent hears the carrier"
    company.pick_up(dialled.leg_id)
    assert company.waits().state == "connected"
    bridge = company.sent[-2]
    assert isinstance(bridge, calls.Bridge) and set(bridge.legs) == {dialled.leg_id, offer.leg_id}
    assert dialled.heard_by == offer.leg_id and dialled.bridge_id == bridge.bridge_id  # the carrier, before anybody
    assert company.last("agent.connected")["ring_seconds"] == 3.0
    company.hang_up(dialled.leg_id)
    assert company.ends() == ["callback_requested", "completed"]


def test_the_customer_is_called_first_while_the_agent_is_kept() -> None:
    company = Callers(settings(first="customer"))
    company.leave_with_promise()
    company.ready(1)
    assert company.agent(1).state == "reserved" and not company.offers()
    assert company.called_back().heard_by == ""
    customer = company.called_back().leg_id
    company.pick_up(customer)
    offer = company.offers()[-1]
    assert company.waits().state == "offered"
    company.pick_up(offer.leg_id)
    assert company.waits().state == "connected" and company.agent(1).state == "engaged"
    assert company.kinds().count("queue.left") == 2


def test_a_customer_who_is_there_waits_like_others_when_the_agent_does_not_answer() -> None:
    company = Callers(settings(first="customer"))
    company.leave_with_promise()
    company.ready(1)
    customer = company.called_back().leg_id
    company.pick_up(customer)
    company.wait(25)
    assert company.waits().state == "queued" and company.agent(1).state == "not_ready"
    company.ready(2)
    assert company.waits().state == "offered" and len(company.offers()) == 2
    company.hang_up(customer)
    assert company.ends()[-1] == "abandoned_ringing"


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_it_is_tried_again_and_then_given_up(first: str) -> None:
    company = Callers(settings(first=first))
    company.leave_with_promise()
    company.ready(1)
    if first == "agent":
        company.pick_up(company.offers()[-1].leg_id)
    company.hang_up(company.called_back().leg_id, cause=17)
    assert company.waits().state == "scheduled" and company.agent(1).state == "available"
    company.wait(59)
    assert company.waits().state == "scheduled"
    company.wait(1)
    assert company.waits().state == ("offered" if first == "agent" else "calling")
    if first == "agent":
        company.pick_up(company.offers()[-1].leg_id)
    assert company.waits().callback and company.waits().callback.tries == 2  # type: ignore[union-attr]
    company.wait(30)  # nobody answers, and the switch says nothing
    assert company.ends()[-1] == "callback_failed" and company.agent(1).state == "available"
    assert company.kinds().count("callback.unreached") == 2


def test_no_way_out_is_a_try() -> None:
    company = Callers(settings(first="customer"))
    company.leave_with_promise()
    company.ready(1)
    dialled = company.called_back()
    company.do(
        calls.EffectFailed(leg_id=dialled.leg_id, at=company.now, effect_id="1", effect="CallNumber", reason="no trunk")
    )
    assert company.waits().state == "scheduled" and company.agent(1).state == "available"


def test_nobody_is_called_after_the_promise_has_expired() -> None:
    company = Callers(settings())
    company.leave_with_promise()
    company.wait(600)
    assert company.ends()[-1] == "callback_expired" and not company.engine.live
    company.ready(1)
    assert not company.offers()


def test_an_agent_who_gives_up_costs_no_try() -> None:
    company = Callers(settings(staff=1))
    company.leave_with_promise()
    company.ready(1)
    company.pick_up(company.offers()[-1].leg_id)
    customer = company.called_back().leg_id
    company.do(InteractionCommand(company.waits().id, interactions.AgentHangsUp()))
    assert [e.bridge_id for e in company.sent if isinstance(e, calls.EndBridge)] == [str(company.waits().id)]
    assert not company.waits().parties
    assert calls.HangUp(leg_id=customer).leg_id in {e.leg_id for e in company.sent if isinstance(e, calls.HangUp)}
    assert (company.agent(1).state, company.agent(1).reason) == ("not_ready", agents.REJECTED)
    assert company.waits().state == "queued"  # it is another one's turn, and nobody rings the customer meanwhile
    assert company.waits().callback.tries == 0  # type: ignore[union-attr]
    company.hang_up(customer)
    assert company.waits().state == "queued"
    company.do(AgentCommand(agent_id(1), agents.SetAvailable()))
    assert company.waits().state == "offered"


def test_one_number_keeps_one_place() -> None:
    company = Callers(settings())
    company.leave_with_promise("a")
    company.leave_with_promise("b")
    assert company.place().queued_at == START
    assert company.last("callback.requested")["already"] is True


def test_a_caller_without_a_number_is_asked_something_else() -> None:
    company = Callers(settings())
    company.do(calls.CallArrived(leg_id="a", at=company.now, caller="anonymous", called="95001"))
    for key in "11":
        company.press("a", key)
    assert company.state("a") == "flow" and "flow.failed" not in company.kinds()
    assert company.engine.live[company.engine.legs["a"]].flow.node == "menu"  # type: ignore[union-attr]


def requested(number: str = "13900000000") -> RequestCallBack:
    terms = interactions.CallBackTerms(ring_seconds=20, most_tries=1, retry_seconds=60, expires_seconds=600)
    return RequestCallBack(id=UUID(int=77), queue_id=BILLS, number=number, name="王先生", terms=terms, by=UUID(int=9))


def test_from_outside_and_cancelled() -> None:
    company = Callers(settings())
    company.do(requested())
    company.do(requested())
    company.do(requested("call me"))
    company.do(replace(requested(), queue_id=UUID(int=5)))
    assert company.refused == ["already_to_be_called_back", "not_a_number_to_call", "no_such_queue"]
    company.do(InteractionCommand(UUID(int=77), interactions.CancelCallBack()))
    assert company.ends() == ["callback_cancelled"] and not company.engine.live


def test_nobody_cancels_while_phones_ring() -> None:
    company = Callers(settings())
    company.do(requested())
    company.ready(1)
    company.do(InteractionCommand(UUID(int=77), interactions.CancelCallBack()))
    assert company.refused == ["not_possible_in_this_state"] and company.waits().state == "offered"


def moment(name: str) -> tuple[Callers, set[str]]:
    """A call-back at this moment, and the legs that the switch has."""
    company = Callers(settings(first="customer" if name.startswith("customer") else "agent"))
    company.leave_with_promise()
    if name == "queued":
        return company, set()
    company.ready(1)
    legs = {company.offers()[-1].leg_id} if company.offers() else {company.called_back().leg_id}
    if name in ("calling", "unreached"):
        company.pick_up(company.offers()[-1].leg_id)
        legs.add(company.called_back().leg_id)
    if name == "unreached":
        company.hang_up(company.called_back().leg_id, cause=17)
    return company, legs


@pytest.mark.parametrize("name", ["queued", "offered", "calling", "unreached", "customer_calling"])
def test_a_take_over_loses_nothing(name: str) -> None:
    company, legs = moment(name)
    before = company.waits()
    after = taken_over(company, legs)
    (state,) = [r.interaction for r in after.engine.live.values()]
    assert state == before
    assert after.agent(1).state == company.agent(1).state if name != "queued" else True


def test_a_take_over_finds_the_customer_on_the_line() -> None:
    company, legs = moment("calling")
    after = taken_over(company, legs, up=legs)
    (record,) = after.engine.live.values()
    assert record.interaction.state == "connected" and after.agent(1).state == "engaged"


def test_a_take_over_finds_that_the_agent_has_picked_up() -> None:
    company, legs = moment("offered")
    after = taken_over(company, legs, up=legs)
    (record,) = after.engine.live.values()
    assert record.interaction.state == "calling" and after.agent(1).state == "engaged"
    assert [effect.number for effect in after.sent if isinstance(effect, calls.CallNumber)] == [
        record.interaction.caller
    ]


@pytest.mark.parametrize("name", ["calling", "customer_calling", "offered"])
def test_a_take_over_finds_nobody(name: str) -> None:
    company, _ = moment(name)
    after = taken_over(company, set())
    (record,) = after.engine.live.values()
    assert record.interaction.state in ("queued", "offered", "calling")
    assert record.interaction.queue and record.interaction.queue.queued_at == START
    assert record.interaction.callback.tries == (1 if record.interaction.state == "calling" else 0)  # type: ignore[union-attr]


def test_who_leaves_one_queue_for_another_keeps_the_time_of_arrival() -> None:
    company = Callers(settings())
    company.call("a", "1")
    company.wait(30)
    company.press("a", "2")
    state = company.engine.live[company.engine.legs["a"]].interaction
    assert state.state == "queued" and state.queue
    assert state.queue.queue_id != BILLS and state.queue.queued_at == START
    assert company.last("queue.left")["outcome"] == "left"


# ── what waiting callers hear ────────────────────────────────────────────────────────────────────────────────────────


def test_place_and_expected_wait_are_said() -> None:
    company = Callers(settings(announce_expected_wait=True, announce_first_seconds=2))
    company.engine.dispatch.expected = lambda queue_id, medium, ahead: 50.0  # type: ignore[method-assign]
    company.call("a", "1")
    company.wait(2)
    assert company.sent[-1].prompts == ["sha-queue_position_1", "sha-expected_wait_1"]  # type: ignore[union-attr]
    company.played("a")
    assert isinstance(company.sent[-1], calls.StartMusic)
    company.wait(30)
    assert isinstance(company.sent[-1], calls.Play)


WHILE_WAITING: dict[str, Any] = {
    "say": {"type": "play", "prompts": ["offer"], "next": "ask"},
    "ask": {
        "type": "menu", "prompts": ["menu"], "keys": {"3": "call_back", "4": "stay", "9": "bye"}, "tries": 1,
        "timeout_seconds": 3,
    },
    "stay": {"type": "return"},
    "call_back": {**CALL_BACK, "on_failure": None},
    "promised": {"type": "play", "prompts": ["goodbye"], "next": "bye"},
    "bye": {"type": "hang_up"},
}  # fmt: skip


def in_the_menu() -> Callers:
    company = Callers(settings(waiting=WHILE_WAITING, announce_every_seconds=10))
    company.call("a", "1")
    company.wait(10)
    assert company.sent[-1].prompts == ["sha-offer"]  # type: ignore[union-attr]
    company.played("a")
    assert company.sent[-1].prompts == ["sha-menu"]  # type: ignore[union-attr]
    return company


def test_a_flow_for_waiting_callers_leads_to_a_call_back() -> None:
    company = in_the_menu()
    company.press("a", "3")
    assert company.sent[-1].prompts == ["sha-goodbye"]  # type: ignore[union-attr]
    company.played("a")
    assert company.ends() == ["callback_requested"]
    assert company.place().queued_at == START


@pytest.mark.parametrize("key", ["4", "7", ""])
def test_who_stays_or_says_nothing_waits_on(key: str) -> None:
    company = in_the_menu()
    if key:
        company.press("a", key)
    else:
        company.played("a")
        company.wait(3)
    record = company.engine.live[company.engine.legs["a"]]
    assert record.interaction.state == "queued" and record.fragment is None
    assert isinstance(company.sent[-1], calls.StartMusic)
    company.wait(10)
    assert company.sent[-1].prompts == ["sha-offer"]  # type: ignore[union-attr]


def test_an_agent_ends_the_menu() -> None:
    company = in_the_menu()
    company.ready(1)
    company.press("a", "3")  # too late: the phone rings
    assert company.state("a") == "offered"
    company.pick_up(company.offers()[-1].leg_id)
    assert company.state("a") == "connected"
    assert company.engine.live[company.engine.legs["a"]].fragment is None


def test_who_hangs_up_there_has_left() -> None:
    company = in_the_menu()
    company.press("a", "9")
    assert company.ends() == ["flow_ended"] and company.state("a") == "ended"


def test_a_take_over_lets_the_caller_wait_on() -> None:
    company = in_the_menu()
    after = taken_over(company, {"a"}, up={"a"})
    record = after.engine.live[after.engine.legs["a"]]
    assert record.interaction.state == "queued" and record.fragment is None
    after.timers += [timer for timer in company.timers if timer.name == "announce"]
    after.wait(10)
    assert [e.prompts for e in after.sent if isinstance(e, calls.Play)] == [["sha-offer"]]


def test_late_announcements_disturb_nobody() -> None:
    company = Callers(settings())
    company.call("a", "1")
    company.wait(30)
    playback = [e for e in company.sent if isinstance(e, calls.Play)][-1].playback_id
    company.press("a", "1")
    company.do(calls.PlaybackFinished(leg_id="a", at=company.now, playback_id=playback))
    assert company.sent[-1].prompts == ["sha-goodbye"]  # type: ignore[union-attr]


# ── the greeting ─────────────────────────────────────────────────────────────────────────────────────────────────────


def greeted() -> tuple[Callers, str]:
    company = Callers(settings(say_agent_number=True))
    company.call("a", "1")
    company.ready(1)
    leg = company.offers()[-1].leg_id
    company.pick_up(leg)
    return company, leg


def test_the_agents_number_is_said_before_the_two_are_joined() -> None:
    company, leg = greeted()
    played = [e for e in company.sent if isinstance(e, calls.Play)][-1]
    assert played.prompts == [
        "sha-agent_number", "sha-digit_1", "sha-digit_0", "sha-digit_0", "sha-digit_1", "sha-at_your_service"
    ]  # fmt: skip
    assert not [e for e in company.sent if isinstance(e, calls.Bridge)]
    company.played("a")
    assert company.sent[-1].legs == ["a", leg]  # type: ignore[union-attr]


def test_a_customer_who_is_called_back_hears_it_alone_though_the_agent_has_heard_the_carrier() -> None:
    company = Callers(settings(say_agent_number=True))
    company.leave_with_promise()
    company.ready(1)
    agent = company.offers()[-1].leg_id
    company.pick_up(agent)
    customer = company.called_back()
    company.pick_up(customer.leg_id)
    last = [e for e in company.sent if isinstance(e, calls.LeaveBridge | calls.Play)][-2:]
    assert [(type(e).__name__, e.leg_id) for e in last] == [
        ("LeaveBridge", customer.leg_id),
        ("Play", customer.leg_id),
    ]
    company.played(customer.leg_id)
    assert set(company.sent[-1].legs) == {customer.leg_id, agent}  # type: ignore[union-attr]


def test_a_greeting_that_never_ends_joins_them_all_the_same() -> None:
    company, leg = greeted()
    company.wait(15)
    assert company.sent[-1].legs == ["a", leg]  # type: ignore[union-attr]
    assert isinstance(company.sent[-2], calls.StopPlayback)


@pytest.mark.parametrize("who", ["caller", "agent"])
def test_hanging_up_in_the_greeting_ends_the_call(who: str) -> None:
    company, leg = greeted()
    company.wait(1)
    company.hang_up("a" if who == "caller" else leg)
    if who == "agent":
        company.wait(1)
        assert company.state("a") == "flow"  # the flow goes on, with its question
    else:
        assert company.ends() == ["completed"]
    assert company.agent(1).state == "wrap_up"
    company.wait(20)
    assert not [e for e in company.sent if isinstance(e, calls.Bridge)]


def test_a_take_over_ends_the_greeting() -> None:
    company, leg = greeted()
    after = taken_over(company, {"a", leg}, up={"a", leg})
    assert [type(e).__name__ for e in after.sent] == ["StopPlayback", "Bridge"]
    assert after.now == START + timedelta(0)


def test_it_is_said_in_the_language_of_the_number_that_was_called() -> None:
    made = settings(say_agent_number=True)
    prompts = {**made.prompts, ("digit_1", "en"): "sha-one", ("agent_number", "en"): "sha-agent"}
    numbers = {key: replace(number, language="en") for key, number in made.numbers.items()}
    company = Callers(replace(made, prompts=prompts, numbers=numbers))
    company.ready(1)
    company.call("a", "1")
    company.pick_up(company.offers()[-1].leg_id)
    said = [effect for effect in company.sent if isinstance(effect, calls.Play)][-1].prompts
    assert said == ["sha-agent", "sha-one", "sha-digit_0", "sha-digit_0", "sha-one", "sha-at_your_service"]
