"""Routing in the engine: overflow, rings, who is known, and the expected wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.tenant.config import Limits
from hujiao.app.runtime.tenant.turn import AgentCommand, CallerFound, Turn
from hujiao.app.runtime.tests.company import BILLS, FLOW, NUMBER, REPAIRS, SKILL_REPAIRS, Company, agent_id, config
from hujiao.app.runtime.views import queue_view
from hujiao.calls import contracts as calls
from hujiao.interactions import contracts as interactions
from hujiao.routing.contracts import AgentCriterion, QueueRouting, Requirement, RingSettings, RoutingPolicy
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.tiers import EASE_SECONDS, QUIET_SECONDS


def routed(**routing: Any) -> Company:
    """A company whose queue for bills is routed so."""
    settings = config()
    return Company(replace(settings, queue_routing={BILLS: QueueRouting(**routing)}))


def rule(when: Any, to: Any, target: Any, over: float = 0.0) -> OverflowRule:
    return OverflowRule(when=when, over=over, to=to, target=str(target))


def test_overflow_to_another_queue_keeps_the_place() -> None:
    company = routed(overflow=(rule("waited", "queue", REPAIRS, 30),))
    company.call("early", "1")
    company.wait(20)
    company.call("late", "2")
    company.wait(11)
    assert company.last("queue.overflowed") == {
        "queue_id": BILLS,
        "why": "waited",
        "to": "queue",
        "target": str(REPAIRS),
    }
    left = [fact.data for _, fact in company.facts if fact.kind == "queue.left"]
    assert left == [{"queue_id": BILLS, "outcome": "overflowed", "wait_seconds": 30.0}]
    company.ready(1)
    company.pick_up(company.offers()[0].leg_id)
    assert company.state("early") == "connected"
    assert company.last("queue.left")["wait_seconds"] == 1.0


def test_a_wait_that_is_passed_on_counts_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    company = routed(overflow=(rule("waited", "queue", REPAIRS, 30),))
    counted: list[tuple[UUID, bool]] = []
    monkeypatch.setattr(
        company.engine.dispatch.tiers,
        "ended",
        lambda queue_id, waited, answered, now: counted.append((queue_id, answered)),
    )
    company.call("early", "1")
    company.wait(31)
    company.ready(1)
    company.pick_up(company.offers()[0].leg_id)
    assert counted == [(BILLS, False), (REPAIRS, True)]


def test_overflow_never_comes_back_to_a_queue() -> None:
    company = Company(
        replace(
            config(),
            queue_routing={
                BILLS: QueueRouting(overflow=(rule("nobody_signed_in", "queue", REPAIRS),)),
                REPAIRS: QueueRouting(overflow=(rule("nobody_signed_in", "queue", BILLS),)),
            },
        )
    )
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    assert company.kinds().count("queue.overflowed") == 1
    company.wait(30)
    assert company.kinds().count("queue.overflowed") == 1


def test_overflow_when_the_last_agent_goes() -> None:
    company = routed(overflow=(rule("nobody_signed_in", "flow", FLOW),))
    company.ready(1)
    company.do(AgentCommand(agent_id(1), agents.SetNotReady()))
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    company.do(AgentCommand(agent_id(1), agents.SignOut()))
    company.wait(6)
    assert company.state("c1") == "flow"
    assert company.kinds().count("flow.entered") == 2


def test_no_wait_is_expected_of_whom_an_agent_is_free_for() -> None:
    company = routed(overflow=(rule("expected_wait", "queue", REPAIRS, 5),))
    company.ready(1)
    company.call("served", "1")
    assert company.state("served") == "offered" and "queue.overflowed" not in company.kinds()
    company.call("waits", "1")
    assert company.last("queue.overflowed")["why"] == "expected_wait"


def test_overflow_by_length_counts_who_is_before_somebody_that_is_looked_up() -> None:
    settings = replace(config(), routing_policy=RoutingPolicy(head_starts=((1, 10.0),)))
    routing = {BILLS: QueueRouting(overflow=(rule("ahead", "queue", REPAIRS, 0),))}
    company = Company(replace(settings, queue_routing=routing))
    for leg in ("first", "second"):
        company.call(leg, "1")
        assert "queue.overflowed" not in company.kinds()
        company.do(CallerFound(interaction_id=company.engine.legs[leg]))
    assert company.last("queue.overflowed")["why"] == "ahead"
    state = company.engine.live[company.engine.legs["second"]].interaction
    company.do(CallerFound(interaction_id=company.engine.legs["first"], grade=1))  # known too late
    assert state.queue_id == REPAIRS and company.kinds().count("queue.overflowed") == 1


def test_overflow_to_an_outside_number() -> None:
    company = routed(overflow=(rule("ahead", "number", "100", 0),))
    company.call("first", "1")
    company.call("second", "1")
    assert company.state("first") == "queued"
    assert company.state("second") == "transferred"
    assert [effect.number for effect in company.sent if isinstance(effect, calls.CallNumber)] == ["100"]


def test_who_waits_in_a_queue_that_is_removed_is_not_forgotten() -> None:
    company = Company()
    company.call("c1", "2")
    settings = config()
    turn = Turn()
    company.engine.configure(replace(settings, queues={BILLS: settings.queues[BILLS]}), company.now, turn)
    company.keep(turn)
    assert company.last("interaction.ended")["end_reason"] == "flow_ended"


def test_a_customers_name_is_asked_for_and_shown() -> None:
    company = Company(replace(config(), names_callers=True))
    turn = company.do(calls.CallArrived(leg_id="c1", at=company.now, caller="13800000001", called=NUMBER, name="138"))
    assert [wanted.caller_key for wanted in turn.callers] == ["+8613800000001"]
    found(company, "c1", name="Ms Wang")
    assert company.engine.live[company.engine.legs["c1"]].interaction.caller_name == "Ms Wang"
    assert company.last("caller.recognised")["name"] == "Ms Wang"
    found(company, "c1", grade=2)
    assert company.engine.live[company.engine.legs["c1"]].interaction.caller_name == "Ms Wang"


def found(company: Company, leg: str, **known: Any) -> None:
    company.do(CallerFound(interaction_id=company.engine.legs[leg], **known))


def test_who_comes_to_the_queue_at_once_waits_for_what_is_known_of_them() -> None:
    company = routed(last_agent_days=7, last_agent_seconds=30)
    company.ready(1)
    company.wait(1)
    company.ready(2)
    company.call("c1", "1")
    assert not company.offers()
    found(company, "c1", last_agent=agent_id(2), last_agent_at=company.now)
    assert company.last("offer.made")["reason"] == "last_agent"
    assert company.engine.live[company.engine.legs["c1"]].interaction.agent_id == agent_id(2)


def one_talks_and_one_is_free(company: Company) -> None:
    company.ready(1)
    company.call("busy")
    found(company, "busy")
    company.press("busy", "1")
    company.pick_up(company.offers()[-1].leg_id)
    company.ready(2)


def test_who_was_served_too_long_ago_waits_for_nobody() -> None:
    for days, awaited in ((6, True), (8, False)):
        company = routed(last_agent_days=7, last_agent_seconds=30)
        one_talks_and_one_is_free(company)
        company.call("c1")
        served = company.now - timedelta(days=days)
        found(company, "c1", last_agent=agent_id(1), last_agent_at=served)
        company.press("c1", "1")
        assert (company.state("c1") == "queued") is awaited


def test_nobody_waits_long_for_what_is_known_of_them() -> None:
    company = routed(last_agent_days=7, last_agent_seconds=30)
    company.ready(1)
    company.call("c1", "1")
    assert not company.offers()
    company.wait(1)
    assert company.last("offer.made")["reason"] == "only_one"
    found(company, "c1", last_agent=agent_id(2), last_agent_at=company.now)
    assert company.kinds().count("offer.made") == 1


def test_rings_open_by_a_durable_timer() -> None:
    company = routed(rings=(RingSettings(who=Requirement(skills=((SKILL_REPAIRS, 1),)), after_seconds=20),))
    settings = company.engine.config
    only_repairs = replace(settings.agents[agent_id(1)], skills={SKILL_REPAIRS: 5})
    turn = Turn()
    company.engine.configure(
        replace(settings, agents={**settings.agents, agent_id(1): only_repairs}), company.now, turn
    )
    company.ready(1)
    company.call("c1", "1")
    company.wait(19)
    assert not company.offers()
    taken_over = Engine(company.engine.config, node="node-2", new_id=company.engine.new_id)
    taken_over.load(list(company.engine.live.values()), list(company.engine.agents.values()))
    company.engine = taken_over
    company.wait(1)
    assert company.last("queue.widened") == {"queue_id": BILLS, "ring": 1, "rings": 2}
    assert company.last("offer.made")["ring"] == 1


def test_the_expected_wait_is_learnt_from_what_the_queue_does() -> None:
    company = Company()
    company.ready(1)
    company.call("c0", "1")
    company.pick_up(company.offers()[-1].leg_id)
    for number in range(1, 8):
        company.call(f"c{number}", "1")
    waits = company.engine.dispatch
    supposed = waits.expected(BILLS, "voice", 0) or 0.0  # what one agent suggests before anything is seen
    for number in range(7):
        company.wait(10)
        company.hang_up(f"c{number}")
        company.command(f"c{number}", interactions.WrapUp())
        company.pick_up(company.offers()[-1].leg_id)
    assert 8 < (waits.expected(BILLS, "voice", 0) or 0) < 0.75 * supposed
    assert waits.signed_in[BILLS] == 1


def test_a_target_keeps_agents_free_and_lets_them_go_when_nobody_comes() -> None:
    """The number kept moves with what callers meet; who waits for it is served without anything else happening."""
    settings = config(agents_count=8)
    routing = {REPAIRS: QueueRouting(target_percent=80, reserved_most=5), BILLS: QueueRouting(tier=1)}
    company = Company(replace(settings, queue_routing=routing))
    for number in range(1, 9):
        company.ready(number)
        company.do(AgentCommand(agent_id(number), agents.SetNotReady()))
    for minute in range(5):
        for number in range(4):
            company.call(f"{minute}.{number}", "2")
        company.wait(60)  # nobody is there for them, and the flow takes them back
    assert queue_view(company.engine, REPAIRS)["agents_reserved"] == 2  # of four: never more than half
    for number in (1, 3):
        company.do(AgentCommand(agent_id(number), agents.SetAvailable()))
    company.call("plain", "1")
    assert not company.offers()
    company.wait(QUIET_SECONDS - 60)
    assert not company.offers()
    company.wait(120 + 2 * EASE_SECONDS)
    assert [offer.leg_id for offer in company.offers()]
    assert queue_view(company.engine, REPAIRS)["agents_reserved"] < 2


def limited(**limits: int) -> Company:
    return Company(replace(config(), limits=Limits(**limits)))


def test_a_caller_beyond_the_limit_of_calls_is_told_and_refused() -> None:
    company = limited(calls=1)
    company.call("c1")
    company.call("c2")
    assert company.last("interaction.ended")["end_reason"] == "refused_full"
    refusal = next(effect for effect in company.sent if isinstance(effect, calls.Refuse))
    assert (refusal.leg_id, refusal.cause, refusal.prompts) == ("c2", 17, ["sha-all_busy"])
    company.hang_up("c1")
    company.call("c3")
    assert company.state("c3") == "flow"


def test_beyond_the_limit_of_waiting_the_flow_goes_on_or_the_caller_is_told() -> None:
    company = limited(waiting=1)
    company.call("c1", "1")
    company.call("c2", "2")  # this queue's node says where to go after the longest wait
    assert company.last("queue.refused") == {"queue_id": REPAIRS, "limit": 1}
    assert company.last("interaction.ended")["end_reason"] == "flow_ended"
    company.call("c3", "1")
    assert company.last("interaction.ended")["end_reason"] == "refused_full"
    assert [effect.leg_id for effect in company.sent if isinstance(effect, calls.Refuse)] == ["c3"]


def test_who_waits_over_the_web_has_a_limit_of_its_own() -> None:
    company = limited(waiting=0, waiting_web=1)
    for name in ("w1", "w2"):
        company.call(name)
        record = company.engine.live[company.engine.legs[name]]
        record.interaction = replace(record.interaction, medium="web_call")
    company.press("w1", "2")
    assert company.state("w1") == "queued"
    company.press("w2", "2")
    assert company.last("queue.refused") == {"queue_id": REPAIRS, "limit": 1}
    company.call("c1", "2")
    assert company.last("queue.refused") == {"queue_id": REPAIRS, "limit": 0}


def test_no_more_agents_sign_in_than_the_limit_allows() -> None:
    company = limited(agents=1)
    company.ready(1)
    company.do(AgentCommand(agent_id(2), agents.SignIn(phone_kind="browser")))
    assert company.refused == ["too_many_agents"]
    company.do(AgentCommand(agent_id(1), agents.SignOut()))
    company.ready(2)
    assert company.agent(2).state == "available"


def assert_second_is_nearer(company: Company) -> None:
    company.ready(1)
    company.wait(1)
    company.ready(2)
    company.call("c1", "1")
    offer = company.last("offer.made")
    assert (offer["reason"], offer["over"]) == ("nearest_site", agent_id(1))


def test_the_agent_at_the_site_of_the_call_is_nearest() -> None:
    settings = config()
    near = replace(settings.agents[agent_id(2)], site="node-1")
    policy = RoutingPolicy(agent_order=(AgentCriterion("nearest_site"),))
    company = Company(replace(settings, agents={**settings.agents, near.id: near}, routing_policy=policy))
    assert_second_is_nearer(company)


@pytest.mark.parametrize("costs", [(("node-1", "north", 5.0), ("south", "node-1", 0.5)), (("node-1", "north", 3.0),)])
def test_of_other_sites_the_cheaper_is_nearer(costs: tuple[tuple[str, str, float], ...]) -> None:
    """Either way round; a pair that nobody has priced costs 1."""
    settings = config()
    sites = {agent_id(1): "north", agent_id(2): "south"}
    people = {key: replace(settings.agents[key], site=site) for key, site in sites.items()}
    policy = RoutingPolicy(agent_order=(AgentCriterion("nearest_site"),), site_costs=costs)
    company = Company(replace(settings, agents=people, routing_policy=policy))
    assert_second_is_nearer(company)
