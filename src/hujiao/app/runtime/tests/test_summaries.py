"""What has to be written: by hand not without it, by time it is still to be written, and later it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.app.runtime import commands
from hujiao.app.runtime.tests.company import BILLS, REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_facts import facts_of
from hujiao.app.runtime.tests.test_outgoing import CALL, dialled
from hujiao.interactions.contracts import SummaryNeed
from hujiao.summaries.contracts import SummaryRule

RESULT, ACCOUNT = UUID(int=501), UUID(int=502)
NAMED = {"disposition_id": str(RESULT), "disposition_name": "Complaint / Late"}
BOTH = SummaryRule(queue_id=BILLS, need=SummaryNeed(disposition=True, note=True))


def wrapping_up(*rules: SummaryRule, **queue: Any) -> tuple[Company, UUID]:
    """The caller of the queue of bills has gone."""
    company = Company(replace(config(**queue), summary_rules=rules))
    company.ready(1)
    company.call("c1", "1")
    call = company.engine.legs["c1"]
    company.pick_up(company.offers()[0].leg_id)
    company.wait(10)
    company.hang_up("c1")
    return company, call


def command(company: Company, kind: str, call: UUID, **said: Any) -> None:
    actor = {"account_id": str(ACCOUNT), "agent_id": str(agent_id(1))}
    company.do(commands.event(company.engine, {"kind": kind, "interaction_id": str(call), "actor": actor, **said}))


def write(company: Company, call: UUID, **said: Any) -> None:
    command(company, "interaction.wrap_up", call, **said)


def due(company: Company, call: UUID) -> dict[str, list[str]] | None:
    return facts_of(company)[call].summary_due


def test_nothing_is_asked_without_a_rule() -> None:
    company, call = wrapping_up()
    write(company, call)
    assert company.agent(1).state == "available" and "summary.due" not in company.kinds()


@pytest.mark.parametrize("said", [{}, NAMED, {"note": "n"}])
def test_by_hand_it_is_not_finished_without_what_is_needed(said: dict[str, str]) -> None:
    company, call = wrapping_up(BOTH)
    write(company, call, **said)
    assert company.refused == ["summary_needed"] and company.agent(1).state == "wrap_up"
    write(company, call, **NAMED, note="n")
    assert company.agent(1).state == "available" and due(company, call) is None
    assert facts_of(company)[call].disposition_name == "Complaint / Late"


def test_what_was_saved_before_counts_also_after_a_crash() -> None:
    company, call = wrapping_up(BOTH)
    write(company, call, **NAMED, keep_open=True)
    after = taken_over(company, set())
    write(after, call, note="n")
    assert not after.refused and after.agent(1).state == "available"


def test_what_is_saved_in_the_call_counts() -> None:
    company = Company(replace(config(), summary_rules=(BOTH,)))
    company.ready(1)
    company.call("c1", "1")
    call = company.engine.legs["c1"]
    company.pick_up(company.offers()[0].leg_id)
    write(company, call, **NAMED, note="early", keep_open=True)
    company.hang_up("c1")
    write(company, call)
    assert not company.refused and due(company, call) is None


def test_when_time_runs_out_the_agent_goes_on_and_owes_what_is_missing() -> None:
    company, call = wrapping_up(BOTH)
    write(company, call, note="n", keep_open=True)
    company.wait(60)
    assert company.agent(1).state == "available" and call not in company.engine.live
    assert due(company, call) == {str(agent_id(1)): ["disposition_id"]}
    command(company, "interaction.complete_summary", call, **NAMED, note="")
    facts = facts_of(company)[call]
    assert (facts.summary_due, facts.disposition_id, facts.note) == (None, RESULT, "n")
    assert company.last("summary.completed")["by_account"] == ACCOUNT


def test_without_time_to_write_up_it_is_owed_at_once() -> None:
    company, call = wrapping_up(BOTH, wrap_up_seconds=0)
    assert company.agent(1).state == "available"
    assert due(company, call) == {str(agent_id(1)): ["disposition_id", "note"]}


def test_another_queues_rule_is_not_this_ones() -> None:
    company, call = wrapping_up(replace(BOTH, queue_id=REPAIRS), replace(BOTH, direction="outbound"))
    company.wait(60)
    assert due(company, call) is None


@pytest.mark.parametrize("answered", [True, False])
def test_a_call_out_has_rules_of_its_own(answered: bool) -> None:
    rule = SummaryRule(direction="outbound", need=SummaryNeed(disposition=True))
    company, _, other = dialled(summary_rules=(rule,))
    if answered:
        company.pick_up(other)
    company.hang_up(other)
    write(company, CALL, note="n")
    assert company.refused == ["summary_needed"]
    company.wait(60)
    assert due(company, CALL) == {str(agent_id(1)): ["disposition_id"]}
    assert facts_of(company)[CALL].agent_id == agent_id(1), "it is the agent's contact, whoever answered"
