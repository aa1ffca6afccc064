"""Calls to an agent in person go elsewhere: internal calls, consultations and transfers, by each of the three rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.agents.forwarding import Forwarding, ForwardRule
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant.agent_adjustments import AdjustAgents
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.dialling import DialOut
from hujiao.app.runtime.tenant.turn import AgentCommand, PhonesSeen, Turn
from hujiao.app.runtime.tests.company import BILLS, PROJECT, REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_callbacks import Callers
from hujiao.app.runtime.tests.test_callbacks import settings as call_backs
from hujiao.app.runtime.tests.test_outgoing import CALL, dial, hung_up
from hujiao.app.runtime.tests.test_transfers import interaction, talking, transfer
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Dialling, NumberRules
from hujiao.interactions.machine.causes import BARRED, REJECTED

MOBILE = "13900000001"
SECOND = UUID(int=78)


def to(number: int) -> ForwardRule:
    return ForwardRule(to="agent", target=str(agent_id(number)))


OUT = ForwardRule(to="number", target=MOBILE)
QUEUE = ForwardRule(to="queue", target=str(REPAIRS))


def settings(rules: dict[int, Forwarding], *, count: int = 4, **changes: Any) -> TenantConfig:
    """A company whose agents of these numbers have these rules."""
    made = config(count, **changes)
    own = {agent_id(number): rule for number, rule in rules.items()}
    with_rules = {key: replace(agent, forwarding=own.get(key, agent.forwarding)) for key, agent in made.agents.items()}
    return replace(made, agents=with_rules)


def company(rules: dict[int, Forwarding], *ready: int, **changes: Any) -> Company:
    made = Company(settings(rules, **changes))
    for number in ready or (1, 2, 3, 4):
        made.ready(number)
    return made


def call(made: Company, whom: int = 2, by: int = 1) -> str:
    """The agent calls a colleague and is at the phone; returns the agent's leg."""
    dial(made, by, whom="", colleague_id=str(agent_id(whom)))
    leg = made.offers()[-1].leg_id
    made.pick_up(leg)
    return leg


def busy(made: Company, number: int) -> None:
    made.do(AgentCommand(agent_id(number), agents.SetNotReady()))


def numbers(made: Company) -> list[str]:
    return [effect.number for effect in made.sent if isinstance(effect, calls.CallNumber)]


def rings(made: Company) -> str:
    return made.offers()[-1].sip_user


def hops(made: Company) -> list[tuple[Any, ...]]:
    """As the ledger says them: whose, why, where to, how far."""
    found = (fact for _, fact in made.facts if fact.kind == "call.forwarded")
    return [
        (fact.agent_id.int - 1000, *(fact.data[key] for key in ("why", "to", "target_name", "hop"))) for fact in found
    ]


def stops(made: Company) -> list[tuple[int, str]]:
    found = (fact for _, fact in made.facts if fact.kind == "call.forwarding_stopped")
    return [(fact.agent_id.int - 1000, fact.data["why"]) for fact in found]


def state(made: Company, number: int) -> str:
    return made.agent(number).state


def consult(made: Company, whom: int = 2) -> None:
    message = {"kind": "interaction.consult", "interaction_id": str(made.engine.legs["c1"]), "to": "agent"}
    actor = {"agent_id": str(agent_id(1))}
    made.do(commands.event(made.engine, {**message, "target": str(agent_id(whom)), "actor": actor}))


# ── internal calls ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_always_to_a_colleague() -> None:
    made = company({2: Forwarding(always=to(3))})
    leg = call(made)
    assert rings(made) == "sip3" and state(made, 2) == "available", "whose calls they are hears nothing of it"
    made.pick_up(made.offers()[-1].leg_id)
    assert made.engine.live[CALL].interaction.colleague == agent_id(3)
    assert hops(made) == [(2, "always", "agent", "agent 3", 1)]
    view = views.interaction_view(made.engine, made.engine.live[CALL])
    (told,) = to_builtins(view["forwarded"])
    assert (told["agent_name"], told["why"], told["name"]) == ("agent 2", "always", "agent 3")
    notice = views.agent_view(made.engine, agent_id(2))["forwarded"]
    assert notice and (notice.caller, notice.why, notice.name) == ("1001 agent 1", "always", "agent 3")
    made.hang_up(leg)
    assert [state(made, number) for number in (1, 3)] == ["available", "available"]


def test_always_to_an_outside_number_is_an_internal_call_still() -> None:
    made = company({2: Forwarding(always=OUT)})
    leg = call(made)
    assert numbers(made) == [MOBILE]
    out = [effect for effect in made.sent if isinstance(effect, calls.CallNumber)][-1]
    assert out.caller == "", "the line's own number is shown, no agent's"
    made.pick_up(out.leg_id)
    assert made.engine.live[CALL].interaction.internal and made.agent(1).handled == 0
    made.hang_up(leg)
    assert CALL not in made.engine.live and state(made, 1) == "available", "nothing is written up"


def longest_free_is(first: int, *then: int, rules: dict[int, Forwarding]) -> Company:
    """Agents, of whom the odd ones serve the queue, have been free the longer the further in front they stand."""
    made = Company(settings(rules, count=5))
    for number in (first, *then):
        made.ready(number)
        made.wait(1)
    return made


def test_always_to_a_queue_is_who_has_been_free_longest() -> None:
    made = longest_free_is(1, 2, 5, 3, rules={2: Forwarding(always=QUEUE)})
    call(made)
    assert rings(made) == "sip5", "of the queue, and not who calls"


def test_a_queue_never_leads_back_to_who_forwards_to_it() -> None:
    made = longest_free_is(3, 5, 1, rules={3: Forwarding(always=QUEUE)})
    call(made, whom=3)
    assert rings(made) == "sip5"
    made = longest_free_is(3, 1, rules={3: Forwarding(always=QUEUE)})
    with pytest.raises(agents.Impossible, match="nobody_free_to_ask"):
        made.engine.handle(replace(dialled(), colleague=agent_id(3)), made.now, Turn())


def test_busy_only_when_busy() -> None:
    made = company({2: Forwarding(busy=to(3))})
    call(made)
    assert rings(made) == "sip2" and hops(made) == []
    made = company({2: Forwarding(busy=to(3))})
    busy(made, 2)
    call(made)
    assert rings(made) == "sip3" and hops(made) == [(2, "busy", "agent", "agent 3", 1)]


def test_who_declines_is_busy() -> None:
    made = company({2: Forwarding(busy=to(3))})
    call(made)
    decline(made, CALL)
    assert rings(made) == "sip3" and hops(made) == [(2, "busy", "agent", "agent 3", 1)]
    assert [state(made, number) for number in (2, 3)] == ["available", "reserved"]


@pytest.mark.parametrize("rule", [to(3), OUT], ids=["colleague", "number"])
def test_who_declines_before_the_caller_is_at_the_phone(rule: ForwardRule) -> None:
    made = company({2: Forwarding(busy=rule)})
    dial(made, 1, whom="", colleague_id=str(agent_id(2)))
    own = made.offers()[-1]
    assert own.sip_user == "sip1"
    decline(made, CALL)
    assert made.offers()[-1] == own and numbers(made) == [], "nobody else is called yet"
    assert state(made, 2) == "available" and [hop[:3] for hop in hops(made)] == [(2, "busy", rule.to)]
    made.pick_up(own.leg_id)
    called = [one for one in made.sent if isinstance(one, calls.CallAgent | calls.CallNumber)][-1]
    assert called.leg_id != own.leg_id
    made.pick_up(called.leg_id)
    assert made.engine.live[CALL].interaction.state == "connected"
    made.hang_up(own.leg_id)
    assert [state(made, number) for number in (1, 3)] == ["available", "available"]


def test_who_declines_ends_it_if_the_rule_leads_nowhere_and_the_caller_never_came() -> None:
    made = company({2: Forwarding(busy=to(3))}, 1, 2)
    dial(made, 1, whom="", colleague_id=str(agent_id(2)))
    decline(made, CALL)
    assert CALL not in made.engine.live and made.offers()[-1].leg_id in hung_up(made)
    assert [state(made, number) for number in (1, 2)] == ["available", "available"]


def decline(made: Company, interaction_id: UUID, number: int = 2) -> None:
    message = {"kind": "interaction.reject", "interaction_id": str(interaction_id)}
    made.do(commands.event(made.engine, {**message, "actor": {"agent_id": str(agent_id(number))}}))


def test_no_answer_after_the_agents_own_time() -> None:
    made = company({2: Forwarding(no_answer=to(3), no_answer_seconds=10)})
    leg = call(made)
    phone = made.offers()[-1]
    assert (phone.sip_user, phone.timeout_seconds) == ("sip2", 10)
    made.hang_up(phone.leg_id, cause=19)
    assert rings(made) == "sip3" and hops(made) == [(2, "no_answer", "agent", "agent 3", 1)]
    assert [state(made, number) for number in (1, 2, 3)] == ["engaged", "available", "reserved"]
    made.pick_up(made.offers()[-1].leg_id)
    assert made.engine.live[CALL].interaction.state == "connected"
    made.hang_up(leg)
    assert [state(made, number) for number in (1, 3)] == ["available", "available"]


def test_no_answer_without_the_switch_saying_so() -> None:
    made = company({2: Forwarding(no_answer=OUT, no_answer_seconds=10)})
    call(made)
    silent = made.offers()[-1].leg_id
    made.wait(20)
    assert numbers(made) == [MOBILE] and silent in {
        effect.leg_id for effect in made.sent if isinstance(effect, calls.HangUp)
    }


def test_nobody_there_is_no_answer() -> None:
    made = company({2: Forwarding(no_answer=to(3))}, 1, 3)
    call(made)
    assert rings(made) == "sip3", "the colleague has not signed in"
    made = company({2: Forwarding(no_answer=to(3))})
    made.do(PhonesSeen(frozenset({"sip1", "sip3"})))
    call(made)
    assert rings(made) == "sip3", "no phone of the colleague's is there"


def test_who_does_not_answer_and_has_another_rule_ends_it() -> None:
    made = company({2: Forwarding(busy=to(3))})
    call(made)
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert CALL not in made.engine.live and hops(made) == [] and state(made, 2) == "available"


def test_the_next_one_does_not_answer_either() -> None:
    made = company({2: Forwarding(always=to(3)), 3: Forwarding(no_answer=to(4), no_answer_seconds=5)})
    call(made)
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert rings(made) == "sip4"
    assert hops(made) == [(2, "always", "agent", "agent 3", 1), (3, "no_answer", "agent", "agent 4", 2)]
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert CALL not in made.engine.live
    assert [state(made, number) for number in (1, 2, 3, 4)] == ["available"] * 4


def test_loops_end() -> None:
    made = company({2: Forwarding(always=to(3)), 3: Forwarding(always=to(2))})
    call(made)
    assert rings(made) == "sip3" and hops(made) == [(2, "always", "agent", "agent 3", 1)]
    assert stops(made) == [(3, "loop")]


def test_a_loop_after_ringing_ends_the_call() -> None:
    made = company({2: Forwarding(no_answer=to(3)), 3: Forwarding(no_answer=to(2))})
    call(made)
    for _ in range(2):
        made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert CALL not in made.engine.live and len(hops(made)) == 1 and stops(made) == [(3, "loop")]


def test_never_back_to_who_calls() -> None:
    made = company({2: Forwarding(always=to(1))})
    call(made)
    assert rings(made) == "sip2" and stops(made) == [(2, "loop")]


def test_where_nobody_can_come_the_call_is_refused_as_ever() -> None:
    made = company({2: Forwarding(always=to(3))})
    busy(made, 3)
    with pytest.raises(agents.Impossible, match="target_not_ready"):
        made.engine.handle(dialled(), made.now, Turn())
    assert CALL not in made.engine.live and state(made, 1) == "available"


def dialled() -> Any:
    return DialOut(
        id=CALL,
        agent_id=agent_id(1),
        number="",
        colleague=agent_id(2),
        caller_number_id=None,
        business_id=None,
        project_id=None,
        ring_seconds=30,
    )


def test_a_number_that_may_not_be_called_any_more_is_not() -> None:
    made = company({2: Forwarding(always=OUT)})
    strict = replace(made.engine.config, dialling=Dialling(own=NumberRules(deny=("+86139",))))
    made.engine.configure(strict, made.now, Turn())
    call(made)
    assert numbers(made) == [] and rings(made) == "sip2" and stops(made) == [(2, "not_possible")]


def test_nobody_behind_the_wall_between_projects_is_called() -> None:
    other = frozenset({BILLS})  # any other project's id
    made = company({2: Forwarding(always=to(3)), 4: Forwarding(always=QUEUE)})
    seen = {1: frozenset({PROJECT}), 2: frozenset({PROJECT, *other}), 3: other, 4: frozenset({PROJECT, *other})}
    walled = {
        agent_id(number): replace(made.engine.config.agents[agent_id(number)], projects=projects)
        for number, projects in seen.items()
    }
    queues = made.engine.config.queues
    queues = {**queues, REPAIRS: replace(queues[REPAIRS], project_id=BILLS)}
    made.engine.configure(replace(made.engine.config, agents=walled, queues=queues), made.now, Turn())
    call(made)
    assert rings(made) == "sip2" and stops(made) == [(2, "not_possible")]
    made.hang_up(made.offers()[0].leg_id)
    call(made, whom=4)
    assert rings(made) == "sip4" and stops(made)[1:] == [(4, "not_possible")]


def test_a_call_that_was_forwarded_goes_on_after_a_take_over() -> None:
    made = company({2: Forwarding(no_answer=to(3))})
    leg = call(made)
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    other = made.offers()[-1].leg_id
    after = taken_over(made, {leg, other}, up={leg})
    after.pick_up(other)
    assert after.engine.live[CALL].interaction.state == "connected"
    assert [one.name for one in after.engine.live[CALL].interaction.forwarded] == ["agent 3"]


def test_who_calls_may_have_lost_their_account_meanwhile() -> None:
    made = company({2: Forwarding(no_answer=to(3))})
    call(made)
    left = {key: one for key, one in made.engine.config.agents.items() if key != agent_id(1)}
    turn = Turn()
    made.engine.configure(replace(made.engine.config, agents=left), made.now, turn)
    made.keep(turn)
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert CALL not in made.engine.live and hops(made) == [] and state(made, 2) == "available"


def test_two_calls_at_once_to_the_same_colleague() -> None:
    made = company({2: Forwarding(no_answer=to(5)), 4: Forwarding(no_answer=to(5))}, 1, 2, 3, 4, 5, count=5)
    call(made)
    dial(made, 3, whom="", call=SECOND, colleague_id=str(agent_id(4)))
    made.pick_up(made.offers()[-1].leg_id)
    made.do(PhonesSeen(frozenset({"sip1", "sip3", "sip5"})))
    assert rings(made) == "sip5" and state(made, 5) == "reserved"
    assert CALL in made.engine.live and SECOND not in made.engine.live, "one of the two finds the colleague taken"


def test_desktops_show_what_is_on_and_whom_it_concerns_now() -> None:
    made = company({2: Forwarding(busy=to(3)), 3: Forwarding(no_answer=to(1))}, 1, 2)
    shown = [views.agent_view(made.engine, agent_id(number)) for number in (1, 2, 3)]
    assert [one["forwarding"] for one in shown] == [[], ["busy"], ["no_answer"]]
    assert [one["forwards_now"] for one in shown] == [None, None, "no_answer"], "the third has not signed in"
    busy(made, 2)
    assert views.agent_view(made.engine, agent_id(2))["forwards_now"] == "busy"


# ── consultations ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_consultation_goes_elsewhere_at_once() -> None:
    made = talking(settings({2: Forwarding(always=OUT)}))
    consult(made)
    assert numbers(made) == [MOBILE] and hops(made) == [(2, "always", "number", MOBILE, 1)]
    assert interaction(made, "c1").held, "the customer waits"


def test_a_consultation_goes_elsewhere_when_nobody_answers() -> None:
    made = talking(settings({2: Forwarding(no_answer=to(3), no_answer_seconds=7)}), others=2)
    consult(made)
    phone = made.offers()[-1]
    assert (phone.sip_user, phone.timeout_seconds) == ("sip2", 7)
    made.hang_up(phone.leg_id, cause=19)
    assert rings(made) == "sip3" and interaction(made, "c1").held
    assert [state(made, number) for number in (2, 3)] == ["available", "reserved"]
    made.pick_up(made.offers()[-1].leg_id)
    consulted = interaction(made, "c1").consulted
    assert consulted and (consulted.agent_id, consulted.state) == (agent_id(3), "in")
    notice = made.agent(2).forwarded
    assert notice and (notice.caller, notice.why, notice.name) == ("1001 agent 1", "no_answer", "agent 3")


def test_a_consultation_that_is_declined_goes_on_by_the_rule_for_busy() -> None:
    made = talking(settings({2: Forwarding(busy=to(3))}), others=2)
    consult(made)
    decline(made, made.engine.legs["c1"])
    assert rings(made) == "sip3" and hops(made) == [(2, "busy", "agent", "agent 3", 1)]
    assert made.last("consultation.failed")["cause"] == REJECTED


def test_a_consultation_that_is_declined_and_goes_nowhere_rings_no_more() -> None:
    made = talking(settings({2: Forwarding(busy=to(3))}))
    consult(made)
    phone = made.offers()[-1]
    decline(made, made.engine.legs["c1"])
    assert phone.leg_id in hung_up(made) and interaction(made, "c1").consulted is None
    assert state(made, 2) == "available" and stops(made) == [(2, "not_possible")]


def test_a_consultation_forwarded_to_a_queue_never_rings_at_who_forwards_it() -> None:
    made = talking(settings({3: Forwarding(always=QUEUE)}, count=5), others=2)
    made.wait(1)
    made.ready(5)
    consult(made, whom=3)
    assert rings(made) == "sip5"


def test_a_consultation_without_a_rule_that_fits_is_over() -> None:
    made = talking(settings({2: Forwarding(busy=to(3))}), others=2)
    consult(made)
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert interaction(made, "c1").consulted is None and state(made, 2) == "available"
    assert hops(made) == [] and interaction(made, "c1").held, "until the agent takes the customer back"


def test_asked_once_more_it_is_told_once_more() -> None:
    made = talking(settings({2: Forwarding(always=to(3))}), others=2)
    for _ in range(2):
        consult(made)
        made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert len(hops(made)) == 2


# ── transfers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", ["always", "busy"])
def test_a_transfer_goes_elsewhere_at_once(why: str) -> None:
    made = talking(settings({2: Forwarding(**{why: to(3)})}), others=2)
    if why == "busy":
        busy(made, 2)
    transfer(made, "c1", "agent", agent_id(2))
    assert rings(made) == "sip3" and hops(made) == [(2, why, "agent", "agent 3", 1)]
    assert made.last("transfer.requested")["target"] == str(agent_id(2)), "as the agent had asked for"
    notice = made.agent(2).forwarded
    assert notice and (notice.caller, notice.name) == ("13800000001", "agent 3")


def test_a_transfer_to_who_forwards_to_a_queue_or_a_number() -> None:
    made = talking(settings({2: Forwarding(always=QUEUE), 3: Forwarding(always=OUT)}))
    transfer(made, "c1", "agent", agent_id(2))
    assert interaction(made, "c1").queue_id == REPAIRS
    made = talking(settings({2: Forwarding(always=QUEUE), 3: Forwarding(always=OUT)}))
    transfer(made, "c1", "agent", agent_id(3))
    assert numbers(made) == [MOBILE] and interaction(made, "c1").state == "transferred"


@pytest.mark.parametrize(
    "rule", [{"always": QUEUE}, {"no_answer": QUEUE, "no_answer_seconds": 8}], ids=["at once", "later"]
)
def test_who_has_a_call_forwarded_to_their_own_queue_is_not_offered_it(rule: dict[str, Any]) -> None:
    made = talking(settings({3: Forwarding(**rule)}))
    made.ready(3)
    transfer(made, "c1", "agent", agent_id(3))
    made.wait(8)
    assert interaction(made, "c1").queue_id == REPAIRS and interaction(made, "c1").state == "queued"
    after = taken_over(made, {"c1"}, up={"c1"})
    for one in (made, after):
        assert state(one, 3) == "available", "free, and in the queue"
        one.call("c2", "2")
        assert interaction(one, "c2").agent_id == agent_id(3), "other calls are theirs as ever"
        one.do(AgentCommand(agent_id(1), agents.WrapUpCompleted()))
        assert interaction(one, "c1").agent_id == agent_id(1)


@pytest.mark.parametrize("rule", [to(2), OUT], ids=["a colleague", "a number"])
def test_who_has_a_call_forwarded_to_where_nobody_answers_is_not_offered_it(rule: ForwardRule) -> None:
    made = talking(settings({3: Forwarding(always=rule)}))
    made.ready(3)
    rung = len(made.offers())
    transfer(made, "c1", "agent", agent_id(3))
    tried = [one for one in made.sent if isinstance(one, calls.CallAgent | calls.CallNumber)][-1]
    made.hang_up(tried.leg_id, cause=17)
    made.wait(60)
    assert interaction(made, "c1").state in ("queued", "offered") and state(made, 3) == "available"
    assert "sip3" not in {offer.sip_user for offer in made.offers()[rung:]}


def test_who_alone_serves_the_queue_is_offered_what_was_forwarded_there() -> None:
    """Or the caller would wait for nobody."""
    made = talking(settings({3: Forwarding(no_answer=QUEUE, no_answer_seconds=8)}))
    made.ready(3)
    transfer(made, "c1", "agent", agent_id(3))
    made.do(AgentCommand(agent_id(1), agents.WrapUpCompleted()))
    made.do(AgentCommand(agent_id(1), agents.SignOut()))
    rung = len(made.offers())
    made.wait(8)
    assert interaction(made, "c1").queue_id == REPAIRS
    assert [offer.sip_user for offer in made.offers()[rung:]] == ["sip3"]


# ── a rule that is taken away while a call is on its way ──────────────────────────────────────────────────────────────


def without_rules(made: Company) -> None:
    staff = made.engine.config.agents
    configured(made, agents={**staff, agent_id(2): replace(staff[agent_id(2)], forwarding=Forwarding())})


def configured(made: Company, **changes: Any) -> None:
    turn = Turn()
    made.engine.configure(replace(made.engine.config, **changes), made.now, turn)
    made.keep(turn)


RINGS_FIRST = {2: Forwarding(no_answer=OUT, no_answer_seconds=8)}


def test_of_a_transfer_that_rings_nobody_is_called_nor_blamed() -> None:
    made = talking(settings(RINGS_FIRST))
    transfer(made, "c1", "agent", agent_id(2))
    without_rules(made)
    rung = len(made.offers())
    made.wait(8)
    assert numbers(made) == [] and hops(made) == [] and stops(made) == []
    assert state(made, 2) == "reserved" and len(made.offers()) == rung + 1, "they are waited for as without a rule"
    made.pick_up(made.offers()[-1].leg_id)
    assert interaction(made, "c1").agent_id == agent_id(2)


def test_a_consultation_that_rings_ends_as_without_a_rule() -> None:
    made = talking(settings(RINGS_FIRST))
    consult(made)
    asked = made.offers()[-1].leg_id
    without_rules(made)
    made.hang_up(asked, cause=19)
    assert numbers(made) == [] and hops(made) == []
    assert made.state("c1") == "held" and interaction(made, "c1").consulted is None, "until the agent is back"
    assert state(made, 2) == "available"


def test_an_internal_call_that_rings_ends() -> None:
    made = company(RINGS_FIRST)
    call(made)
    without_rules(made)
    made.hang_up(made.offers()[-1].leg_id, cause=19)
    assert numbers(made) == [] and CALL not in made.engine.live
    assert [state(made, number) for number in (1, 2)] == ["available", "available"]


def test_what_was_decided_before_the_caller_came_to_the_phone_is_done() -> None:
    made = company({2: Forwarding(always=OUT)})
    dial(made, 1, whom="", colleague_id=str(agent_id(2)))
    without_rules(made)
    made.pick_up(made.offers()[-1].leg_id)
    assert numbers(made) == [MOBILE] and hops(made) == [(2, "always", "number", MOBILE, 1)]
    made.pick_up([one for one in made.sent if isinstance(one, calls.CallNumber)][-1].leg_id)
    assert made.engine.live[CALL].interaction.state == "connected"


def test_a_number_that_is_closed_before_the_caller_came_to_the_phone_ends_the_call() -> None:
    made = company({2: Forwarding(always=OUT)})
    dial(made, 1, whom="", colleague_id=str(agent_id(2)))
    configured(made, dialling=Dialling(own=NumberRules(deny=("+86139",))))
    made.pick_up(made.offers()[-1].leg_id)
    assert numbers(made) == [] and CALL not in made.engine.live
    assert made.last("outgoing.unreached")["cause"] == BARRED and state(made, 1) == "available"


def test_a_transfer_that_is_not_answered_goes_elsewhere_and_nobody_is_blamed() -> None:
    made = talking(settings({2: Forwarding(no_answer=to(3), no_answer_seconds=8)}), others=2)
    transfer(made, "c1", "agent", agent_id(2))
    assert rings(made) == "sip2"
    made.wait(8)
    assert rings(made) == "sip3" and hops(made) == [(2, "no_answer", "agent", "agent 3", 1)]
    assert state(made, 2) == "available", "they have a rule for that"
    made.pick_up(made.offers()[-1].leg_id)
    assert interaction(made, "c1").agent_id == agent_id(3)


def test_a_transfer_that_is_not_answered_goes_to_a_number() -> None:
    made = talking(settings({2: Forwarding(no_answer=OUT, no_answer_seconds=8)}))
    transfer(made, "c1", "agent", agent_id(2))
    made.wait(8)
    assert numbers(made) == [MOBILE] and interaction(made, "c1").state == "transferred"
    made.hang_up([effect for effect in made.sent if isinstance(effect, calls.CallNumber)][-1].leg_id, cause=19)
    assert interaction(made, "c1").state in ("queued", "offered"), "nobody is lost"


@pytest.mark.parametrize("where", ["to nobody", "to a number not allowed any more"])
def test_a_rule_that_leads_nowhere_excuses_nobody(where: str) -> None:
    rule = to(3) if where == "to nobody" else OUT
    strict = Dialling(own=NumberRules(deny=("+86139",)))
    made = talking(replace(settings({2: Forwarding(no_answer=rule, no_answer_seconds=8)}), dialling=strict))
    transfer(made, "c1", "agent", agent_id(2))
    rung = len(made.offers())
    made.wait(10)
    assert len(made.offers()) == rung, "not at once again"
    assert (state(made, 2), made.agent(2).reason) == ("not_ready", "no_answer")
    assert interaction(made, "c1").state == "queued" and stops(made) == [(2, "not_possible")]


def test_who_wanted_to_leave_leaves_when_the_rule_leads_nowhere() -> None:
    made = talking(settings({2: Forwarding(no_answer=to(3), no_answer_seconds=8)}))
    transfer(made, "c1", "agent", agent_id(2))
    made.do(AgentCommand(agent_id(2), agents.SignOut()))
    made.wait(10)
    assert state(made, 2) == "logged_out" and interaction(made, "c1").state == "queued"


def test_a_call_back_that_waits_is_not_lost_to_an_outside_number() -> None:
    made = Callers(call_backs(staff=2))
    rules = Forwarding(no_answer=OUT, no_answer_seconds=8)
    staff = made.engine.config.agents
    staff = {**staff, agent_id(2): replace(staff[agent_id(2)], forwarding=rules)}
    made.engine.configure(replace(made.engine.config, agents=staff), made.now, Turn())
    made.ready(2)
    made.call("b", "1")
    made.pick_up(made.offers()[-1].leg_id)
    made.leave_with_promise()
    made.hang_up("a")
    message: dict[str, Any] = {"kind": "interaction.transfer", "interaction_id": str(made.waits().id), "to": "agent"}
    message |= {"target": str(agent_id(2)), "directs": True, "projects": None, "actor": {}}
    made.do(commands.event(made.engine, message))
    made.hang_up("b")
    rung = len(made.offers())
    made.do(AgentCommand(agent_id(2), agents.WrapUpCompleted()))
    assert rings(made) == "sip2" and len(made.offers()) == rung + 1
    made.wait(10)
    assert numbers(made) == [] and made.waits().state == "queued" and state(made, 2) == "not_ready"


def test_what_the_queue_offers_after_the_agent_was_waited_for_is_not_forwarded() -> None:
    made = talking(settings({2: Forwarding(no_answer=OUT, no_answer_seconds=5)}))
    made.call("c2", "1")
    talks = made.offers()[-1]
    made.pick_up(talks.leg_id)
    transfer(made, "c1", "agent", agent_id(2))
    busy(made, 1)
    made.wait(60)
    made.hang_up("c2")
    made.do(AgentCommand(agent_id(2), agents.WrapUpCompleted()))
    assert rings(made) == "sip2" and made.offers()[-1] != talks
    made.wait(8)
    assert numbers(made) == [] and hops(made) == [] and state(made, 2) == "reserved"


def test_what_a_queue_offers_is_not_forwarded() -> None:
    made = company({1: Forwarding(always=OUT, busy=OUT, no_answer=OUT, no_answer_seconds=5)}, 1)
    made.call("c1", "1")
    assert rings(made) == "sip1"
    made.wait(8)
    assert state(made, 1) == "reserved", "the queue's own time, not that of the rule"
    made.wait(30)
    assert numbers(made) == [] and made.agent(1).reason == "no_answer" and hops(made) == []


def test_agents_are_told_so_in_the_ledger_of_the_call() -> None:
    made = talking(settings({2: Forwarding(always=to(3))}), others=2)
    transfer(made, "c1", "agent", agent_id(2))
    (at,) = [one for one, fact in made.facts if fact.kind == "call.forwarded"]
    assert at == made.engine.legs["c1"]


def test_whoever_may_not_send_outside_reaches_a_colleague_whose_rule_leads_there() -> None:
    made = company({2: Forwarding(always=OUT)}, 1, 2)
    made.call("c1", "1")
    made.pick_up(made.offers()[0].leg_id)
    changes = (("act", "transfer_outside", 0),)
    made.do(AdjustAgents(agent_ids=(agent_id(1),), changes=changes, by=UUID(int=77), until_at=None))
    with pytest.raises(agents.Impossible, match="transfer_outside_taken"):
        transfer(made, "c1", "number", MOBILE)
    transfer(made, "c1", "agent", agent_id(2))
    assert numbers(made) == [MOBILE]
