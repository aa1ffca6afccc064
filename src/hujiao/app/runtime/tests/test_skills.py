"""Temporary skills in the engine: at once, until the next sign-in or a time, and each with its record."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.tenant.agent_skills import EndOfAgents, GiveToAgents, timers
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tests.company import (
    BILLS,
    REPAIRS,
    SECRETS,
    SKILL_BILLS,
    SKILL_REPAIRS,
    Company,
    agent_id,
    config,
    taken_over,
)
from hujiao.app.runtime.views import agent_view, queue_view

BOSS = UUID(int=77)


def give(company: Company, *numbers: int, level: int = 3, skill: UUID = SKILL_REPAIRS, hours: float = 0) -> None:
    until = company.now + timedelta(hours=hours) if hours else None
    given = tuple(map(agent_id, numbers))
    company.do(GiveToAgents(agent_ids=given, levels=((skill, level),), by=BOSS, until_at=until))


def told(company: Company) -> list[tuple[int, object]]:
    """(level, why it ended) of every record, in order."""
    facts = [fact for _, fact in company.facts if fact.kind == "agent.skill_changed"]
    return [(fact.data["level"], fact.data["ended_why"]) for fact in facts]


def sign_in(company: Company, number: int) -> None:
    company.do(AgentCommand(agent_id(number), agents.SignOut()))
    company.ready(number)


def test_who_waits_reaches_the_agent_at_once() -> None:
    company = Company()
    company.ready(2)  # without the skill for repairs
    company.call("c1", "2")
    assert company.state("c1") == "queued"
    give(company, 2)
    assert company.state("c1") == "offered"
    assert company.agent(2).state == "reserved"
    assert queue_view(company.engine, REPAIRS)["agents_signed_in"] == 1
    assert set(agent_view(company.engine, agent_id(2))["queue_ids"]) == {BILLS, REPAIRS}
    assert told(company) == [(3, None)]


def test_the_next_sign_in_ends_it() -> None:
    company = Company()
    company.ready(2)
    give(company, 2)
    company.do(AgentCommand(agent_id(2), agents.SignIn(phone_kind="phone")))  # the same sign-in, another phone
    assert company.agent(2).temporary
    sign_in(company, 2)
    assert company.agent(2).temporary == ()
    assert told(company) == [(3, None), (3, "signed_in")]
    assert queue_view(company.engine, REPAIRS)["agents_signed_in"] == 0
    company.call("c1", "2")
    assert company.state("c1") == "queued"


def test_a_time_outlives_a_sign_in_and_ends_it() -> None:
    company = Company()
    company.ready(2)
    give(company, 2, hours=1)
    sign_in(company, 2)
    company.wait(3599)
    assert company.agent(2).temporary
    company.wait(2)
    assert company.agent(2).temporary == ()
    assert told(company) == [(3, None), (3, "time")]
    company.call("c1", "2")
    assert company.state("c1") == "queued"


def test_a_skill_can_be_taken_away_and_given_back() -> None:
    company = Company()
    company.ready(1)
    give(company, 1, level=0)
    company.call("c1", "2")
    assert company.state("c1") == "queued"
    company.do(EndOfAgents(ids=frozenset({company.agent(1).temporary[0].id}), by=BOSS))
    assert company.state("c1") == "offered"
    assert told(company) == [(0, None), (0, "undone")]


def test_another_level_replaces_the_first() -> None:
    company = Company()
    company.ready(2)
    give(company, 2, level=3)
    give(company, 2, level=7, hours=1)
    assert [skill.level for skill in company.agent(2).temporary] == [7]
    assert told(company) == [(3, None), (3, "replaced"), (7, None)]


def test_a_call_in_hand_goes_on_and_the_skill_holds_afterwards() -> None:
    company = Company(config(wrap_up_seconds=0))
    company.ready(1)
    company.call("c1", "2")
    company.pick_up(company.offers()[0].leg_id)
    give(company, 1, level=0)
    assert company.state("c1") == "connected"
    company.hang_up("c1")
    company.call("c2", "2")
    assert company.state("c2") == "queued"


def test_a_group_gets_it_who_is_signed_in() -> None:
    company = Company(config(4))
    for number in (2, 4):
        company.ready(number)
    give(company, 2, 3, 4)
    assert [bool(company.engine.agents.get(agent_id(n)) and company.agent(n).temporary) for n in (2, 3, 4)] == [
        True,
        False,
        True,
    ]
    give(company, 3, skill=SKILL_BILLS, hours=8)
    assert company.agent(3).state == "logged_out"
    company.ready(3)
    assert [skill.level for skill in company.agent(3).temporary] == [3]


def test_who_is_no_agent_any_more_stops_nobody() -> None:
    company = Company()
    company.ready(2)
    give(company, 99, 2)
    assert company.agent(2).temporary and not company.refused


def test_a_take_over_and_a_new_configuration_keep_it() -> None:
    company = Company()
    company.ready(2)
    give(company, 2, hours=1)
    after = taken_over(company, set())
    assert list(timers(after.agent(2))) == list(timers(company.agent(2)))
    after.call("c1", "2")
    assert after.state("c1") == "offered"
    company.engine.configure(config(), company.now, company.do(AgentCommand(agent_id(2), agents.SetAvailable())))
    company.call("c1", "2")
    assert company.state("c1") == "offered"


def test_each_record_is_written_with_the_state() -> None:
    company = Company()
    company.ready(2)
    mailbox = Mailbox(company.engine, SECRETS, shard=0, fence=1, seq=0)
    now = datetime.fromisoformat("2026-11-22T09:00:00Z")
    mailbox.handle(GiveToAgents(agent_ids=(agent_id(2),), levels=((SKILL_REPAIRS, 3),), by=BOSS, until_at=None), now)
    batch = mailbox.prepare().batch
    assert [(row.agent_id, row.skill_id, row.level, row.given_by) for row in batch.skills] == [
        (agent_id(2), SKILL_REPAIRS, 3, BOSS)
    ]
    assert list(batch.agents) == [agent_id(2)]
