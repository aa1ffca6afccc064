"""Contacts marked as malicious: while they go on, long after, and taken back; the facts follow the last word."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tests.company import START, Company, agent_id, taken_over
from hujiao.app.runtime.tests.test_facts import facts_of
from hujiao.app.runtime.tests.test_recording import talking

ACCOUNT = str(uuid4())


def mark(
    company: Company, interaction_id: UUID, *, malicious: bool = True, number: int | None = 1, **more: Any
) -> None:
    actor = {"account_id": ACCOUNT, "agent_id": str(agent_id(number)) if number else None}
    said = {"kind": "interaction.mark", "interaction_id": str(interaction_id), "malicious": malicious, "by_name": "Li"}
    company.do(commands.event(company.engine, {**said, "actor": actor, **more}))


def shown(company: Company) -> bool:
    record = company.engine.live[company.engine.legs["c1"]]
    return bool(views.interaction_view(company.engine, record)["malicious"])


def test_while_it_goes_on_the_desktops_see_it_and_a_crash_loses_nothing() -> None:
    company = talking()
    call = company.engine.legs["c1"]
    assert not shown(company)
    mark(company, call, reason="threats")
    assert shown(company)
    assert company.last("interaction.marked_malicious") == {
        "reason": "threats", "by_account": UUID(ACCOUNT), "by_name": "Li", "by_agent": agent_id(1),
    }  # fmt: skip
    legs = {"c1", company.offers()[0].leg_id}
    assert shown(taken_over(company, legs, up=legs))
    mark(company, call, malicious=False, number=None)
    assert not shown(company)
    assert company.last("interaction.mark_withdrawn")["by_agent"] is None
    assert facts_of(company)[call].malicious_at is None


def test_after_the_end_the_ledger_alone_is_told() -> None:
    company = talking()
    call = company.engine.legs["c1"]
    company.hang_up("c1")
    company.wait(600)  # the wrap-up is over as well
    assert call not in company.engine.live
    mark(company, call)
    marked_at = company.now
    company.wait(60)
    mark(company, call, reason="again")
    facts = facts_of(company)[call]
    assert (facts.malicious_at, facts.malicious_by_name, facts.malicious_reason) == (marked_at, "Li", "again")
    assert marked_at > START
    assert facts.end_reason == "completed", "the rest of the facts stays"
    mark(company, call, malicious=False)
    facts = facts_of(company)[call]
    assert (facts.malicious_at, facts.malicious_by_name, facts.malicious_reason) == (None, None, None)
