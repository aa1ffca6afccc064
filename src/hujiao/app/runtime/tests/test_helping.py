"""Who could help a queue in trouble, as the engine stands: at work, of one skill too few, and not needed elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.app.runtime.tenant.agent_adjustments import AdjustAgents
from hujiao.app.runtime.tenant.helping import suggestion
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tests.company import BILLS, REPAIRS, SKILL_REPAIRS, Company, agent_id, config

EVERYBODY = [agent_id(number) for number in range(1, 8)]


def asked(
    company: Company, among: list[UUID] = EVERYBODY, troubled: frozenset[UUID] = frozenset({REPAIRS})
) -> dict[str, Any]:
    found = suggestion(company.engine, REPAIRS, among, troubled, company.now)
    assert found is not None
    return found


def numbers(found: dict[str, Any]) -> list[int]:
    return [one.agent_id.int - 1000 for one in found["helpers"]]


def floor() -> Company:
    """A caller waits for repairs, which nobody there can do; two are free for bills, one has a break."""
    company = Company(config(7))
    for number in (2, 4, 6):
        company.ready(number)
    company.do(AgentCommand(agent_id(6), agents.SetNotReady("coffee")))
    company.call("c1", "2")
    assert company.state("c1") == "queued"
    return company


def test_the_free_ones_of_a_calm_queue_are_suggested_with_what_it_does() -> None:
    company = floor()
    company.wait(90)
    company.call("c2", "2")
    found = asked(company)
    assert numbers(found) == [2], "with both gone nobody would take bills"
    (helper,) = found["helpers"]
    assert (helper.skill_id, helper.level, helper.has, helper.free) == (SKILL_REPAIRS, 1, 0, True)
    assert helper.queues == (BILLS,)
    assert found["figures"]["waiting"] == 1, "the first has waited as long as the flow lets it"
    (plan,) = found["plans"]
    repairs, bills = plan.outcomes
    assert (repairs.wait_before, repairs.free_before) == (None, 0)
    assert repairs.wait_after is not None
    assert (bills.free_before, bills.free_after, bills.wait_after) == (2, 1, 0.0)


def test_it_comes_true() -> None:
    company = floor()
    (helper,) = asked(company)["helpers"]
    given = AdjustAgents(
        agent_ids=(helper.agent_id,),
        changes=(("skill", str(helper.skill_id), helper.level),),
        by=UUID(int=77),
        until_at=company.now + timedelta(minutes=30),
    )
    company.do(given)
    assert company.state("c1") == "offered"
    assert numbers(asked(company)) == [], "who helps is not suggested again, and the last one stays"


def test_a_queue_without_agents_is_promised_nothing_of_those_who_were_there() -> None:
    company = floor()
    given = AdjustAgents(
        agent_ids=(agent_id(2),), changes=(("skill", str(SKILL_REPAIRS), 1),), by=UUID(int=77), until_at=None
    )
    company.do(given)
    assert company.state("c1") == "offered"
    company.do(AgentCommand(agent_id(2), agents.SignOut()))
    company.hang_up("c1")
    company.call("c2", "2")
    company.wait(30)
    assert company.state("c2") == "queued"
    assert asked(company)["figures"]["expected_wait_seconds"] is None


def test_who_rests_is_not_counted_on() -> None:
    company = floor()
    company.do(AgentCommand(agent_id(4), agents.SetNotReady("coffee")))
    assert numbers(asked(company)) == [], "of three who are signed in for bills one works"


def test_who_helps_is_not_counted_on_by_their_own_queue() -> None:
    company = Company(config(9))
    for number in (2, 4, 6):
        company.ready(number)
    company.call("c1", "2")
    assert numbers(asked(company)) == [2, 4]
    company.do(
        AdjustAgents(
            agent_ids=(agent_id(2),), changes=(("skill", str(SKILL_REPAIRS), 1),), by=UUID(int=77), until_at=None
        )
    )
    company.pick_up("c1")
    company.call("c2", "2")
    (helper,) = asked(company)["helpers"]
    assert helper.agent_id == agent_id(4), "of the two who are left for bills one stays"


def test_whose_skill_is_set_for_a_while_already_is_left_alone() -> None:
    company = floor()
    assert numbers(asked(company)) == [2]
    company.do(
        AdjustAgents(
            agent_ids=(agent_id(2),), changes=(("skill", str(SKILL_REPAIRS), 0),), by=UUID(int=77), until_at=None
        )
    )
    assert numbers(asked(company)) == [4]


def test_nobody_else_is_suggested() -> None:
    company = floor()
    assert numbers(asked(company, [agent_id(4)])) == [4]
    assert numbers(asked(company, [])) == [], "none of the project"
    assert numbers(asked(company, troubled=frozenset({REPAIRS, BILLS}))) == [], "needed where they are"
    company.do(AgentCommand(agent_id(2), agents.SignOut()))
    assert numbers(asked(company)) == [], "the last one for bills"
    company.ready(1)
    assert company.state("c1") == "offered"
    assert suggestion(company.engine, UUID(int=99), EVERYBODY, frozenset(), company.now) is None
