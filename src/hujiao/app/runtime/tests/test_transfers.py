"""Sending a call on: to each kind of target, back from a number, and what stays of the call."""

from __future__ import annotations

from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.events import fold
from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, CallerFound
from hujiao.app.runtime.tests.company import BILLS, FLOW, PROJECT, REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.views import explanation, interaction_view, queue_view
from hujiao.calls import contracts as calls
from hujiao.interactions import contracts as interactions
from hujiao.interactions.facts import InteractionFacts, LedgerEntry
from hujiao.reporting.intervals import shares
from hujiao.routing.contracts import QueueRouting
from hujiao.routing.overflow import OverflowRule

OUTSIDE = "02087654321"


def talking(settings: TenantConfig | None = None, *, others: int = 1) -> Company:
    """Agent 1 talks with c1 after 10 seconds in the queue; the others are free, or two of them."""
    company = Company(settings or config(3))
    company.call("c1", "1")
    company.wait(10)
    company.ready(1)
    company.pick_up(company.offers()[0].leg_id)
    for number in range(2, 2 + others):
        company.ready(number)
    return company


def transfer(company: Company, leg: str, to: str, target: Any = "", *, by: int | None = 1, **more: Any) -> None:
    """As the agent (`by`), or with `by` None as who directs the project's calls."""
    message: dict[str, Any] = {
        "kind": "interaction.transfer",
        "interaction_id": str(company.engine.legs[leg]),
        "actor": {"account_id": str(UUID(int=77)), "agent_id": str(agent_id(by)) if by else None},
        "to": to,
        "target": str(target),
        **more,
    }
    if by is None:
        message |= {"directs": True, "projects": [str(PROJECT)]}
    company.do(commands.event(company.engine, message))


def refused(company: Company, leg: str, to: str, target: Any = "", **more: Any) -> tuple[str, str | None]:
    with pytest.raises(agents.Impossible) as raised:
        transfer(company, leg, to, target, **more)
    return raised.value.code, raised.value.field


def interaction(company: Company, leg: str) -> interactions.InteractionState:
    return company.engine.live[company.engine.legs[leg]].interaction


def facts(company: Company, leg: str) -> InteractionFacts:
    """The call as reports have it."""
    started = {fact.data["leg_id"]: one for one, fact in company.facts if fact.kind == "interaction.started"}
    entries = [
        LedgerEntry(seq, at, fact.kind, one, fact.agent_id, fact.data)
        for seq, (at, one, fact) in enumerate(company.dated)
        if one == started[leg]
    ]
    folded = reduce(fold, entries, None)
    assert folded is not None
    return folded


def supervised(*numbers: int) -> TenantConfig:
    settings = config(4)
    people = {
        key: replace(one, supervises=frozenset({PROJECT})) if one.number in {str(1000 + n) for n in numbers} else one
        for key, one in settings.agents.items()
    }
    return replace(settings, agents=people)


# ── to an agent ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_to_an_agent_who_takes_it_at_once() -> None:
    company = talking()
    company.wait(60)
    transfer(company, "c1", "agent", agent_id(2))
    assert company.agent(1).state == "wrap_up"
    offer = company.offers()[1]
    assert offer.sip_user == "sip2"
    assert (company.last("offer.made")["reason"], company.last("offer.made")["ring"]) == ("transfer", -1)
    assert calls.HangUp(leg_id=company.offers()[0].leg_id).leg_id in {
        effect.leg_id for effect in company.sent if isinstance(effect, calls.HangUp)
    }
    company.wait(3)
    company.pick_up(offer.leg_id)
    assert company.state("c1") == "connected"
    bridge = [effect for effect in company.sent if isinstance(effect, calls.Bridge)][-1]
    assert bridge.legs == ["c1", offer.leg_id]
    assert company.last("agent.disconnected")["by"] == "transfer"
    assert company.last("agent.disconnected")["talk_seconds"] == 60.0


def test_who_had_the_call_and_the_way_so_far_are_seen_by_the_next_agent() -> None:
    company = talking()
    transfer(company, "c1", "agent", agent_id(2))
    view = interaction_view(company.engine, company.engine.live[company.engine.legs["c1"]])
    assert [step["node"] for step in view["flow_path"]] == ["answer", "greeting", "menu", "bills"]
    assert view["keys"] == "1"
    passed = view["transfers"][0]
    assert (passed.to, passed.name, passed.from_name) == ("agent", "agent 2", "agent 1")
    assert passed.from_agent == passed.by_agent == agent_id(1)
    assert company.last("transfer.requested") == {
        "to": "agent",
        "target": str(agent_id(2)),
        "target_name": "agent 2",
        "from_agent": agent_id(1),
        "by_agent": agent_id(1),
        "by_account": UUID(int=77),
        "priority": 0,
        "wait_seconds": 30,
        "origin": "desktop",
        "note": "",
    }


def test_what_the_agent_has_written_goes_along() -> None:
    company = talking()
    transfer(company, "c1", "agent", agent_id(2), note="wants a refund")
    view = interaction_view(company.engine, company.engine.live[company.engine.legs["c1"]])
    assert [one.note for one in view["transfers"]] == ["wants a refund"]
    assert company.last("transfer.requested")["note"] == "wants a refund"


def test_a_busy_agent_is_waited_for_then_anybody_of_the_queue() -> None:
    company = talking(others=2)
    company.call("c2", "1")
    company.pick_up(company.offers()[1].leg_id)
    busy, free = (2, 3) if company.offers()[1].sip_user == "sip2" else (3, 2)
    transfer(company, "c1", "agent", agent_id(busy), wait_seconds=20)
    company.wait(19)
    assert company.state("c1") == "queued"
    company.wait(2)
    assert (company.state("c1"), company.offers()[-1].sip_user) == ("offered", f"sip{free}")


def test_an_agent_who_does_not_answer_is_not_the_end() -> None:
    company = talking(others=2)
    transfer(company, "c1", "agent", agent_id(3))
    company.wait(21)
    assert company.agent(3).reason == agents.NO_ANSWER
    assert company.offers()[-1].sip_user == "sip2"


@pytest.mark.parametrize(
    ("doing", "code"),
    [
        (None, "target_signed_out"),
        (agents.SetNotReady("lunch"), "target_not_ready"),
    ],
)
def test_an_agent_who_takes_no_calls_is_no_target(doing: Any, code: str) -> None:
    company = talking(others=0)
    if doing:
        company.ready(2)
        company.do(AgentCommand(agent_id(2), doing))
    assert refused(company, "c1", "agent", agent_id(2)) == (code, "target")
    assert company.state("c1") == "connected"


def test_what_is_no_target_is_refused() -> None:
    company = talking()
    assert refused(company, "c1", "agent", agent_id(1)) == ("target_has_the_call", "target")
    for to in ("agent", "queue", "flow"):
        assert refused(company, "c1", to, UUID(int=5)) == ("unknown_reference", "target")
    assert refused(company, "c1", "supervisor") == ("no_supervisor", "to")
    assert refused(company, "c1", "queue", REPAIRS, by=2) == ("not_your_interaction", None)
    assert company.kinds().count("transfer.requested") == 0
    company.hang_up("c1")
    company.call("c2")
    assert refused(company, "c2", "queue", BILLS) == ("not_your_interaction", None)


def test_who_directs_another_project_has_no_say() -> None:
    company = talking()
    assert refused(company, "c1", "queue", BILLS, by=2, directs=True, projects=[str(UUID(int=99))]) == (
        "not_your_interaction",
        None,
    )


def test_the_way_to_an_agent_is_not_left_by_overflow_nor_by_the_customers_own_agent() -> None:
    rule = OverflowRule(when="waited", over=15, to="queue", target=str(REPAIRS))
    routing = QueueRouting(overflow=(rule,), own_agent_seconds=600)
    company = talking(replace(config(3), queue_routing={BILLS: routing}), others=0)
    company.do(CallerFound(interaction_id=company.engine.legs["c1"], own_agent=agent_id(1)))
    company.ready(2)
    company.call("c2", "1")
    company.wait(1)  # for what is known of the caller
    company.pick_up(company.offers()[-1].leg_id)
    transfer(company, "c1", "agent", agent_id(2), wait_seconds=60)
    company.wait(45)
    assert (company.state("c1"), interaction(company, "c1").queue_id) == ("queued", BILLS)
    assert company.agent(1).state == "available"
    company.do(AgentCommand(agent_id(1), agents.SetNotReady()))
    company.wait(20)
    assert interaction(company, "c1").queue_id == REPAIRS


# ── to a queue ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_in_another_queue_the_time_waited_counts_and_the_time_talked_does_not() -> None:
    company = talking(others=0)
    company.call("c2", "2")
    company.wait(8)
    company.call("c3", "2")
    company.wait(5)
    transfer(company, "c1", "queue", REPAIRS)
    waiting = [item.id for item in company.engine.dispatch.router.waiting(REPAIRS)]
    assert waiting == [company.engine.legs[leg] for leg in ("c2", "c1", "c3")]


def test_the_wait_in_a_queue_begins_when_the_caller_comes_to_it() -> None:
    """What the live page, the ledger and the report say of it is one."""
    company = talking(others=0)
    company.wait(300)  # the talk
    transfer(company, "c1", "queue", REPAIRS)
    company.do(AgentCommand(agent_id(1), agents.SignOut()))
    came = company.now
    company.wait(40)
    assert queue_view(company.engine, REPAIRS)["longest_wait_since"] == came
    assert interaction_view(company.engine, company.engine.live[company.engine.legs["c1"]])["queued_at"] == came
    why = explanation(company.engine, company.engine.legs["c1"], company.now)
    assert why and why["queued_at"] == came
    company.hang_up("c1")
    left = company.last("queue.left")
    assert (left["queue_id"], left["wait_seconds"]) == (REPAIRS, 40)
    waited = [one for one in facts(company, "c1").segments if one.kind == "queue"]
    assert [(one.ended_at - one.started_at).total_seconds() for one in waited if one.ended_at] == [10, 40]


def test_priority_goes_before_age() -> None:
    company = talking(others=0)
    company.call("c2", "2")
    company.wait(30)
    transfer(company, "c1", "queue", REPAIRS, priority=5)
    first = company.engine.dispatch.router.waiting(REPAIRS)[0]
    assert (first.id, first.priority) == (company.engine.legs["c1"], 5)


def test_the_first_agent_writes_up_while_the_second_talks_and_ends() -> None:
    company = talking()
    transfer(company, "c1", "agent", agent_id(2))
    company.pick_up(company.offers()[1].leg_id)
    company.wait(5)
    company.hang_up("c1")
    assert [company.agent(number).state for number in (1, 2)] == ["wrap_up", "wrap_up"]
    assert company.state("c1") == "wrap_up"
    company.command("c1", interactions.WrapUp(agent_id=agent_id(2), note="second"))
    assert [company.agent(number).state for number in (1, 2)] == ["wrap_up", "available"]
    company.wait(26)
    assert company.agent(1).state == "available"
    done = [(fact.agent_id, fact.data["wrap_up_seconds"]) for _, fact in company.facts if "completed" in fact.kind]
    assert done == [(agent_id(2), 0.0), (agent_id(1), 30.0)]
    assert company.state("c1") == "ended"


def test_what_the_first_agent_has_written_is_known_while_the_second_talks() -> None:
    company = talking()
    transfer(company, "c1", "agent", agent_id(2))
    company.pick_up(company.offers()[1].leg_id)

    def written() -> list[tuple[UUID, str, str]]:
        live = company.engine.live[company.engine.legs["c1"]]
        return [
            (one["agent_id"], one["result"], one["note"]) for one in interaction_view(company.engine, live)["written"]
        ]

    assert written() == []
    draft = interactions.WrapUp(agent_id=agent_id(1), note="half", keep_open=True)
    company.command("c1", draft)
    assert written() == [(agent_id(1), "", "half")]
    company.command("c1", interactions.WrapUp(agent_id=agent_id(1), disposition_id=BILLS, disposition_name="Bill"))
    assert written() == [(agent_id(1), "Bill", "")], "as it stands now, once for each agent"
    company.command("c1", interactions.WrapUp(agent_id=agent_id(2), note="mine", keep_open=True))
    assert [who for who, _, _ in written()] == [agent_id(1)], "what the agent at hand has written is known to them"


def test_what_an_agent_has_cleared_is_told_to_nobody() -> None:
    company = talking()
    company.command("c1", interactions.WrapUp(agent_id=agent_id(1), note="half", keep_open=True))
    assert company.engine.live[company.engine.legs["c1"]].interaction.written
    company.command("c1", interactions.WrapUp(agent_id=agent_id(1), keep_open=True))
    assert not company.engine.live[company.engine.legs["c1"]].interaction.written


@pytest.mark.parametrize("walled", [1, 2])
def test_what_is_written_stays_within_the_project(walled: int) -> None:
    settings = config(2)
    other = replace(settings.agents[agent_id(walled)], projects=frozenset({UUID(int=77)}))
    company = talking(replace(settings, agents={**settings.agents, other.id: other}))
    company.command("c1", interactions.WrapUp(agent_id=agent_id(1), note="half", keep_open=True))
    transfer(company, "c1", "agent", agent_id(2))
    company.pick_up(company.offers()[1].leg_id)
    live = company.engine.live[company.engine.legs["c1"]]
    assert live.interaction.written and live.interaction.agent_id == agent_id(2)
    assert interaction_view(company.engine, live)["written"] == []


def test_a_held_call_is_sent_on_with_its_hold_counted() -> None:
    company = talking()
    company.wait(10)
    company.command("c1", interactions.Hold())
    company.wait(7)
    transfer(company, "c1", "queue", BILLS)
    assert company.last("agent.disconnected")["hold_seconds"] == 7.0
    company.pick_up(company.offers()[-1].leg_id)
    assert company.state("c1") == "connected"
    journey = interaction(company, "c1").journey
    assert isinstance(journey, interactions.Connected) and journey.held_seconds == 0.0


def test_segments_and_the_queues_figures_add_up() -> None:
    company = talking()
    company.wait(60)
    transfer(company, "c1", "agent", agent_id(2))
    company.wait(2)
    company.pick_up(company.offers()[1].leg_id)
    company.wait(30)
    company.hang_up("c1")
    company.wait(31)
    found = facts(company, "c1")
    assert [(segment.kind, segment.agent_id, segment.outcome) for segment in found.segments] == [
        ("flow", None, "queued"),
        ("queue", None, "answered"),
        ("agent", agent_id(1), "transfer"),
        ("queue", None, "answered"),
        ("agent", agent_id(2), "customer"),
    ]
    assert (found.wait_seconds, found.talk_seconds, found.wrap_up_seconds) == (12.0, 90.0, 60.0)
    total = {name: sum(share.get(name, 0) for share in shares(found).values()) for name in ("offered", "answered")}
    assert total == {"offered": 1, "answered": 1}, "one contact of the queue, however many agents"
    assert sum(share["talk_seconds"] for share in shares(found).values()) == found.talk_seconds


def test_a_broken_line_does_not_count_the_talk_as_waiting() -> None:
    company = talking()
    company.wait(60)
    company.do(calls.LegEnded(leg_id=company.offers()[0].leg_id, at=company.now, cause=44))
    company.wait(30)
    company.pick_up(company.offers()[1].leg_id)
    company.hang_up("c1")
    assert facts(company, "c1").wait_seconds == 10.0


# ── to a flow ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_to_a_flow_with_what_the_flow_before_has_collected() -> None:
    company = talking(others=0)
    record = company.engine.live[company.engine.legs["c1"]]
    assert record.flow
    record.flow = replace(record.flow, variables={"account": "42"})
    transfer(company, "c1", "flow", FLOW)
    assert company.state("c1") == "flow"
    assert company.agent(1).state == "wrap_up"
    assert record.flow.variables == {"account": "42"}
    assert [node for node, _, _ in record.flow.path] == ["answer", "greeting", "menu", "bills", "answer", "greeting"]
    company.press("c1", "2")
    assert interaction(company, "c1").queue_id == REPAIRS
    assert interaction(company, "c1").variables == {"account": "42"}


def test_who_hangs_up_in_the_flow_after_an_agent_was_served() -> None:
    company = talking(others=0)
    transfer(company, "c1", "flow", FLOW)
    company.wait(31)
    company.hang_up("c1")
    assert company.last("interaction.ended")["end_reason"] == "completed"


# ── to a supervisor ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_to_the_supervisor_who_is_free() -> None:
    company = talking(supervised(3, 4), others=3)
    company.call("c2", "1")  # agent 2
    company.call("c3", "1")  # agent 3
    transfer(company, "c1", "supervisor")
    assert company.offers()[-1].sip_user == "sip4"


def test_of_busy_supervisors_the_first_to_be_free_takes_it() -> None:
    company = talking(supervised(2, 3), others=2)
    company.call("c2", "1")
    company.pick_up(company.offers()[-1].leg_id)
    company.wait(1)
    company.call("c3", "1")
    company.pick_up(company.offers()[-1].leg_id)
    assert [company.agent(number).state for number in (2, 3)] == ["engaged", "engaged"]
    transfer(company, "c1", "supervisor")
    first = company.engine.dispatch.router.explain(company.engine.legs["c1"], company.now.timestamp())
    assert first
    second = next(number for number in (2, 3) if agent_id(number) != first.waits_for)
    company.hang_up("c2" if company.agent(second).interaction_id == company.engine.legs["c2"] else "c3")
    company.wait(31)
    assert company.offers()[-1].sip_user == f"sip{second}"
    assert company.last("offer.made")["reason"] == "transfer"


def test_a_supervisor_who_sends_on_is_not_asked() -> None:
    company = talking(supervised(1), others=0)
    assert refused(company, "c1", "supervisor") == ("no_supervisor", "to")


# ── to a number ──────────────────────────────────────────────────────────────────────────────────────────────────────


def out_leg(company: Company) -> str:
    return next(effect.leg_id for effect in reversed(company.sent) if isinstance(effect, calls.CallNumber))


def test_to_a_number_that_answers() -> None:
    company = talking(others=0)
    transfer(company, "c1", "number", OUTSIDE)
    assert (company.state("c1"), company.agent(1).state) == ("transferred", "wrap_up")
    assert any(isinstance(sent, calls.Ring) and sent.leg_id == "c1" for sent in company.sent)
    company.pick_up(out_leg(company))
    bridge = [effect for effect in company.sent if isinstance(effect, calls.Bridge)][-1]
    assert bridge.legs == ["c1", out_leg(company)]
    company.wait(40)
    company.hang_up(out_leg(company))
    assert company.last("interaction.ended")["end_reason"] == "completed"
    assert [(one.kind, one.outcome, one.talk_seconds) for one in facts(company, "c1").segments][-1] == (
        "outside",
        "completed",
        40.0,
    )


def test_from_a_number_that_does_not_the_caller_comes_back_to_the_agent_before_everybody() -> None:
    company = talking(others=0)
    company.call("c2", "1")
    company.wait(20)
    transfer(company, "c1", "number", OUTSIDE)
    company.command("c1", interactions.WrapUp(note="sent on"))
    company.pick_up(company.offers()[-1].leg_id)  # c2, meanwhile
    company.hang_up(out_leg(company), cause=17)
    assert company.last("transfer.failed")["cause"] == 17
    assert company.state("c1") == "queued"
    company.call("c3", "1")
    waiting = [item.id for item in company.engine.dispatch.router.waiting(BILLS)]
    assert waiting[0] == company.engine.legs["c1"]
    company.hang_up("c2")
    company.wait(5)
    company.command("c2", interactions.WrapUp())
    assert company.offers()[-1].interaction_id == company.engine.legs["c1"]
    assert company.last("offer.made")["ring"] == -1
    company.pick_up(company.offers()[-1].leg_id)
    assert company.state("c1") == "connected"
    assert [(one.kind, one.outcome) for one in facts(company, "c1").segments][3] == ("outside", "failed")


# ── who waits ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_supervisor_moves_a_waiting_caller_who_keeps_the_place() -> None:
    company = Company()
    company.call("c1", "1")
    company.wait(5)
    company.call("c2", "2")
    company.wait(5)
    transfer(company, "c1", "queue", REPAIRS, by=None)
    waiting = [item.id for item in company.engine.dispatch.router.waiting(REPAIRS)]
    assert waiting == [company.engine.legs["c1"], company.engine.legs["c2"]]
    assert company.last("queue.left") == {"queue_id": BILLS, "outcome": "transferred", "wait_seconds": 10.0}
    company.wait(5)
    company.hang_up("c1")
    assert company.last("interaction.ended")["end_reason"] == "abandoned_in_queue"
    assert facts(company, "c1").wait_seconds == 15.0


def test_a_supervisor_sends_a_waiting_caller_to_an_agent_of_another_queue() -> None:
    company = Company(config(2))
    company.call("c1", "2")
    company.ready(2)  # who serves only bills
    assert company.state("c1") == "queued"
    transfer(company, "c1", "agent", agent_id(2), by=None)
    assert (company.state("c1"), company.offers()[-1].sip_user) == ("offered", "sip2")
    assert company.kinds().count("queue.entered") == 1


def test_a_supervisor_takes_a_ringing_caller_away_and_the_agent_is_not_to_blame() -> None:
    company = Company(config(3))
    company.ready(1)
    company.call("c1", "1")
    company.ready(2)
    transfer(company, "c1", "agent", agent_id(2), by=None)
    assert company.last("offer.missed")["reason"] == "rerouted"
    assert company.agent(1).state == "available"
    assert company.offers()[-1].sip_user == "sip2"
    assert any(isinstance(sent, calls.HangUp) and sent.leg_id == company.offers()[0].leg_id for sent in company.sent)


def test_an_agent_may_not_move_who_waits_or_rings() -> None:
    company = Company()
    company.call("c1", "1")
    company.ready(1)
    assert company.state("c1") == "offered"
    assert refused(company, "c1", "queue", REPAIRS) == ("not_your_interaction", None)


# ── a take-over in the middle ────────────────────────────────────────────────────────────────────────────────────────


def test_a_take_over_keeps_who_is_waited_for_and_until_when() -> None:
    company = talking(others=2)
    company.call("c2", "1")
    company.pick_up(company.offers()[1].leg_id)
    busy = 2 if company.offers()[1].sip_user == "sip2" else 3
    transfer(company, "c1", "agent", agent_id(busy), wait_seconds=20)
    after = taken_over(company, {"c1", "c2", company.offers()[1].leg_id})
    assert (after.state("c1"), len(after.offers())) == ("queued", 0)
    after.timers += company.timers
    after.wait(21)
    assert after.offers()[0].sip_user == f"sip{5 - busy}"


def test_a_take_over_while_the_number_rings() -> None:
    company = talking(others=0)
    transfer(company, "c1", "number", OUTSIDE)
    ringing = taken_over(company, {"c1", out_leg(company)})
    assert ringing.state("c1") == "transferred"
    ringing.hang_up(out_leg(company), cause=17)
    assert ringing.state("c1") == "queued"
    lost = taken_over(company, {"c1"})
    assert lost.state("c1") == "queued"
    assert lost.last("transfer.failed")["cause"] == 0


def of_the_bridge(company: Company) -> list[str]:
    return [type(e).__name__ for e in company.sent if isinstance(e, calls.LeaveBridge | calls.EndBridge | calls.Play)]


def test_who_stays_is_out_of_the_bridge_before_anything_is_played() -> None:
    company = talking()
    company.sent.clear()
    transfer(company, "c1", "flow", FLOW)
    assert of_the_bridge(company) == ["LeaveBridge", "EndBridge", "Play"]


def test_who_is_held_has_left_it_already() -> None:
    company = talking()
    company.command("c1", interactions.Hold())
    company.sent.clear()
    transfer(company, "c1", "flow", FLOW)
    assert of_the_bridge(company) == ["EndBridge", "Play"]
