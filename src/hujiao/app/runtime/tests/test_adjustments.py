"""Adjustments in the engine: at once, until the next sign-in or a time or for good, and each with its record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.agents.forwarding import Forwarding, ForwardRule
from hujiao.app.runtime import commands
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.tenant import forwarding
from hujiao.app.runtime.tenant.agent_adjustments import AdjustAgents, EndOfAgents, timers
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tests.company import (
    BILLS,
    PROJECT,
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
from hujiao.calls.dialling import Dialling

BOSS = UUID(int=77)


def give(company: Company, *numbers: int, level: int = 3, skill: UUID = SKILL_REPAIRS, hours: float = 0) -> None:
    until = company.now + timedelta(hours=hours) if hours else None
    given = tuple(map(agent_id, numbers))
    company.do(AdjustAgents(agent_ids=given, changes=(("skill", str(skill), level),), by=BOSS, until_at=until))


def told(company: Company) -> list[tuple[int, object]]:
    """(level, why it ended) of every record, in order."""
    facts = [fact for _, fact in company.facts if fact.kind == "agent.skill_changed"]
    return [(fact.data["level"], fact.data["ended_why"]) for fact in facts]


def adjust(company: Company, number: int, kind: Any, subject: object, level: int, **more: Any) -> None:
    changes = ((kind, str(subject), level),)
    company.do(AdjustAgents(agent_ids=(agent_id(number),), changes=changes, by=BOSS, **{"until_at": None, **more}))


def adjusted(company: Company) -> list[tuple[object, ...]]:
    """(kind, from, to, why it ended) of every record but skills', in order."""
    facts = [fact.data for _, fact in company.facts if fact.kind == "agent.adjusted"]
    return [(data["kind"], data["before"], data["level"], data["ended_why"]) for data in facts]


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
    assert company.agent(2).adjustments
    sign_in(company, 2)
    assert company.agent(2).adjustments == ()
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
    assert company.agent(2).adjustments
    company.wait(2)
    assert company.agent(2).adjustments == ()
    assert told(company) == [(3, None), (3, "time")]
    company.call("c1", "2")
    assert company.state("c1") == "queued"


def test_a_skill_can_be_taken_away_and_given_back() -> None:
    company = Company()
    company.ready(1)
    give(company, 1, level=0)
    company.call("c1", "2")
    assert company.state("c1") == "queued"
    company.do(EndOfAgents(ids=frozenset({company.agent(1).adjustments[0].id}), by=BOSS))
    assert company.state("c1") == "offered"
    assert told(company) == [(0, None), (0, "undone")]


def test_another_level_replaces_the_first() -> None:
    company = Company()
    company.ready(2)
    give(company, 2, level=3)
    give(company, 2, level=7, hours=1)
    assert [skill.level for skill in company.agent(2).adjustments] == [7]
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
    assert [bool(company.engine.agents.get(agent_id(n)) and company.agent(n).adjustments) for n in (2, 3, 4)] == [
        True,
        False,
        True,
    ]
    give(company, 3, skill=SKILL_BILLS, hours=8)
    assert company.agent(3).state == "logged_out"
    company.ready(3)
    assert [skill.level for skill in company.agent(3).adjustments] == [3]


def test_who_is_no_agent_any_more_stops_nobody() -> None:
    company = Company()
    company.ready(2)
    give(company, 99, 2)
    assert company.agent(2).adjustments and not company.refused


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
    mailbox.handle(
        AdjustAgents(agent_ids=(agent_id(2),), changes=(("skill", str(SKILL_REPAIRS), 3),), by=BOSS, until_at=None), now
    )
    batch = mailbox.prepare().batch
    assert [(row.agent_id, row.subject, row.level, row.given_by) for row in batch.adjustments] == [
        (agent_id(2), str(SKILL_REPAIRS), 3, BOSS)
    ]
    assert list(batch.agents) == [agent_id(2)]


# ── ranks, queues, projects, media, acts ─────────────────────────────────────────────────────────────────────────────


def offered_to(company: Company, key: str, caller: str) -> UUID | None:
    company.call(caller, key)
    return company.engine.live[company.engine.legs[caller]].interaction.agent_id


def test_who_ranks_higher_is_asked_first_in_that_queue_alone() -> None:
    company = Company(config(4))
    for number in (1, 3):
        company.ready(number)
        company.wait(10)
    adjust(company, 3, "rank", BILLS, 2)
    assert offered_to(company, "1", "c1") == agent_id(3), "though the other has been free longer"
    adjust(company, 3, "rank", BILLS, -2)
    company.hang_up("c1")
    assert offered_to(company, "2", "c2") == agent_id(1), "nothing is said of that queue"
    company.hang_up("c2")
    company.do(EndOfAgents(ids=frozenset({company.agent(3).adjustments[0].id}), by=BOSS))
    assert adjusted(company) == [
        ("rank", 0, 2, None), ("rank", 0, 2, "replaced"), ("rank", 2, -2, None), ("rank", 2, -2, "undone"),
    ]  # fmt: skip


def test_who_ranks_lower_is_asked_when_nobody_else_is_free() -> None:
    company = Company(config(3))
    company.ready(3)
    company.wait(10)
    company.ready(1)
    adjust(company, 3, "rank", BILLS, -1, for_good=True)
    sign_in(company, 3)
    company.wait(10)
    assert offered_to(company, "1", "c1") == agent_id(1)
    assert offered_to(company, "1", "c2") == agent_id(3), "the last is asked when nobody else is there"


def test_a_queue_is_taken_and_given_back() -> None:
    company = Company()
    company.ready(1)
    adjust(company, 1, "queue", REPAIRS, 0)
    assert agent_view(company.engine, agent_id(1))["queue_ids"] == [BILLS]
    company.call("c1", "2")
    assert company.state("c1") == "queued"
    assert queue_view(company.engine, REPAIRS)["agents_signed_in"] == 0
    company.do(EndOfAgents(ids=frozenset({company.agent(1).adjustments[0].id}), by=BOSS))
    assert company.state("c1") == "offered"
    assert adjusted(company) == [("queue", 1, 0, None), ("queue", 1, 0, "undone")]


def test_a_queue_is_given_to_who_has_none_of_its_skills() -> None:
    company = Company()
    company.ready(2)
    company.call("c1", "2")
    assert company.state("c1") == "queued"
    adjust(company, 2, "queue", REPAIRS, 1)
    assert company.state("c1") == "offered"
    assert queue_view(company.engine, REPAIRS)["agents_signed_in"] == 1


def test_no_queue_of_a_project_that_the_agent_does_not_see_is_given() -> None:
    settings = config()
    walled = replace(settings.agents[agent_id(2)], projects=frozenset())
    company = Company(replace(settings, agents={**settings.agents, agent_id(2): walled}))
    company.ready(2)
    adjust(company, 2, "queue", REPAIRS, 1)
    company.call("c1", "2")
    assert company.state("c1") == "queued"


def test_a_project_is_taken_but_for_a_queue_that_is_given() -> None:
    company = Company()
    company.ready(1)
    adjust(company, 1, "project", PROJECT, 0)
    assert agent_view(company.engine, agent_id(1))["queue_ids"] == []
    adjust(company, 1, "queue", BILLS, 1)
    assert agent_view(company.engine, agent_id(1))["queue_ids"] == [BILLS]


def test_a_medium_is_taken_for_an_hour() -> None:
    company = Company()
    company.ready(1)
    adjust(company, 1, "medium", "voice", 0, until_at=company.now + timedelta(hours=1))
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    company.wait(3601)
    assert company.state("c1") == "offered"
    assert adjusted(company) == [("medium", 1, 0, None), ("medium", 1, 0, "time")]


def test_what_holds_for_good_outlives_sign_ins_and_a_take_over() -> None:
    company = Company()
    company.ready(1)
    adjust(company, 1, "queue", REPAIRS, 0, for_good=True, reason="training")
    sign_in(company, 1)
    after = taken_over(company, set())
    (kept,) = after.agent(1).adjustments
    assert (kept.for_good, kept.reason) == (True, "training")
    after.call("c1", "2")
    assert after.state("c1") == "queued"
    after.do(EndOfAgents(ids=frozenset({kept.id}), by=BOSS))
    assert after.state("c1") == "offered"


def test_what_holds_for_good_holds_again_after_what_was_given_for_a_while() -> None:
    company = Company()
    company.ready(1)
    adjust(company, 1, "queue", REPAIRS, 0, for_good=True)
    for until_at in (company.now + timedelta(hours=1), None):
        adjust(company, 1, "queue", REPAIRS, 1, until_at=until_at)
        assert set(agent_view(company.engine, agent_id(1))["queue_ids"]) == {BILLS, REPAIRS}
        if until_at:
            company.wait(3601)
        else:
            sign_in(company, 1)
        assert agent_view(company.engine, agent_id(1))["queue_ids"] == [BILLS]
    adjust(company, 1, "queue", REPAIRS, 1)
    adjust(company, 1, "queue", REPAIRS, 1, for_good=True)
    assert [one.for_good for one in company.agent(1).adjustments] == [True], "for good takes the place of all"
    assert adjusted(company) == [
        ("queue", 1, 0, None), ("queue", 0, 1, None), ("queue", 0, 1, "time"), ("queue", 0, 1, None),
        ("queue", 0, 1, "signed_in"), ("queue", 0, 1, None), ("queue", 1, 0, "replaced"), ("queue", 0, 1, "replaced"),
        ("queue", 1, 1, None),
    ]  # fmt: skip


def test_who_waits_for_an_agent_who_is_taken_from_the_queue_waits_for_others() -> None:
    company = Company(config(3))
    company.ready(1)
    company.call("c0", "1")
    company.pick_up(company.offers()[0].leg_id)
    company.call("c1", "1")
    sent = {"kind": "interaction.transfer", "actor": {"account_id": str(BOSS)}, "directs": True, "to": "agent"}
    target = {
        "interaction_id": str(company.engine.live[company.engine.legs["c1"]].interaction.id),
        "target": str(agent_id(1)),
        "wait_seconds": 300,
    }
    company.do(commands.event(company.engine, {**sent, **target}))
    company.ready(3)
    assert company.state("c1") == "queued", "for that very agent"
    adjust(company, 1, "queue", BILLS, 0)
    assert company.state("c1") == "offered"


def test_acts_are_taken_and_given_back() -> None:
    company = Company()
    company.ready(1)
    dial = {"kind": "calls.dial", "actor": {"agent_id": str(agent_id(1))}, "number": "13800138000"}

    def asks() -> str | None:
        company.refused.clear()
        company.do(commands.event(company.engine, {**dial, "interaction_id": str(company.engine.new_id())}))
        return company.refused[0] if company.refused else None

    adjust(company, 1, "act", "dial_out", 0)
    assert asks() == "dial_out_taken"
    company.do(EndOfAgents(ids=frozenset({company.agent(1).adjustments[0].id}), by=BOSS))
    assert asks() != "dial_out_taken"


def test_an_emergency_number_is_called_by_who_may_not_dial_out() -> None:
    company = Company(replace(config(), dialling=Dialling(emergency=True)))
    company.ready(1)
    adjust(company, 1, "act", "dial_out", 0)
    about = {"kind": "calls.dial", "actor": {"agent_id": str(agent_id(1))}}
    ids = [str(company.engine.new_id()) for _ in range(2)]
    company.do(commands.event(company.engine, {**about, "number": "13800138000", "interaction_id": ids[0]}))
    assert company.refused == ["dial_out_taken"]
    company.do(commands.event(company.engine, {**about, "number": "120", "interaction_id": ids[1]}))
    assert [str(key) for key in company.engine.live] == ids[1:]


def test_a_recording_that_runs_is_paused_by_who_may_not_begin_one() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    adjust(company, 1, "act", "record", 0)
    key = company.engine.legs["c1"]
    about = {"kind": "interaction.recording", "actor": {"agent_id": str(agent_id(1))}, "interaction_id": str(key)}
    for act, paused in (("pause", True), ("resume", False)):
        company.do(commands.event(company.engine, {**about, "act": act}))
        recording = company.engine.live[key].interaction.recording
        assert recording and recording.paused == paused, act


def test_a_call_is_not_sent_outside_nor_recorded_by_who_may_not() -> None:
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    about = {
        "interaction_id": str(company.engine.live[company.engine.legs["c1"]].interaction.id),
        "actor": {"agent_id": str(agent_id(1))},
    }
    outside = {**about, "to": "number", "target": "13800138000"}
    acts = {
        "transfer_outside": ({**outside, "kind": "interaction.transfer"}, {**outside, "kind": "interaction.consult"}),
        "record": ({**about, "kind": "interaction.recording", "act": "start"},),
    }
    for act, messages in acts.items():
        for message in messages:
            commands.event(company.engine, message)  # nothing against it
        adjust(company, 1, "act", act, 0)
        for message in messages:
            with pytest.raises(agents.Impossible, match=f"{act}_taken"):
                commands.event(company.engine, message)


def test_a_rule_that_was_let_for_an_hour_ends_with_it_and_one_of_the_administrator_stays() -> None:
    def forwarded(rule: ForwardRule) -> list[int]:
        """How many calls have gone outside: before the hour, in it, and afterwards."""
        settings = config()
        forwards = replace(settings.agents[agent_id(2)], forwarding=Forwarding(always=rule))
        company = Company(replace(settings, agents={**settings.agents, agent_id(2): forwards}))
        company.ready(1)
        company.ready(2)
        counts = []
        for at in range(3):
            if at == 1:
                adjust(company, 2, "act", "forward_outside", 1, until_at=company.now + timedelta(hours=1))
            if at == 2:
                company.wait(3601)
                assert not company.agent(2).adjustments
            asker = forwarding.colleague(company.engine.config.agents[agent_id(1)])
            asked = forwarding.way(company.engine, asker, agent_id(2))
            counts.append(int(asked.to == "number"))
        return counts

    rule = ForwardRule(to="number", target="13900000001", lent=True)
    assert forwarded(rule) == [0, 1, 0]
    assert forwarded(replace(rule, lent=False)) == [1, 1, 1]


def test_what_held_before_is_the_roles_right() -> None:
    settings = config()
    lets = replace(settings.agents[agent_id(1)], forwards_outside=True)
    company = Company(replace(settings, agents={**settings.agents, agent_id(1): lets}))
    for number in (1, 2):
        adjust(company, number, "act", "forward_outside", 0, for_good=True)
    assert [before for _, before, _, _ in adjusted(company)] == [1, 0]
