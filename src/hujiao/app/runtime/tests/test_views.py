"""The live view costs what is seen: a queue's figures do not look at every call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents.contracts import SignOut, WrapUpCompleted
from hujiao.app.runtime.tenant.turn import AgentCommand, Live
from hujiao.app.runtime.tests.company import BILLS, REPAIRS, SKILL_REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.views import queue_view
from hujiao.routing.contracts import QueueRouting, Requirement, RingSettings


class Unseen(dict[UUID, Live]):
    """Calls that are found by their id alone."""

    def _refuse(self, *_: Any) -> Any:
        raise AssertionError("every call was looked at")

    values = items = keys = __iter__ = _refuse


def waiting(company: Company) -> tuple[int, int]:
    return queue_view(company.engine, BILLS)["waiting"], queue_view(company.engine, REPAIRS)["waiting"]


def test_a_queues_view_looks_at_no_other_call(monkeypatch: pytest.MonkeyPatch) -> None:
    company = Company()
    company.ready(1)
    for number in range(5):
        company.call(f"c{number}", "1" if number < 3 else "2")
    monkeypatch.setattr(company.engine, "live", Unseen(company.engine.live))
    assert waiting(company) == (3, 2), "one rings, four wait"


def test_a_queue_without_agents_expects_nothing() -> None:
    """Whatever it has learnt while there were some."""
    company = Company()
    company.ready(1)
    company.call("c1", "1")
    company.call("c2", "1")
    assert queue_view(company.engine, BILLS)["expected_wait_seconds"] > 0
    company.pick_up(company.offers()[0].leg_id)
    company.wait(60)
    company.hang_up(company.offers()[0].leg_id)
    company.do(AgentCommand(agent_id(1), SignOut()))
    company.do(AgentCommand(agent_id(1), WrapUpCompleted()))
    view = queue_view(company.engine, BILLS)
    assert (view["agents_signed_in"], view["expected_wait_seconds"]) == (0, None)
    company.ready(1)
    assert queue_view(company.engine, BILLS)["expected_wait_seconds"] is not None


def test_a_queue_is_staffed_by_whoever_is_in_one_of_its_rings() -> None:
    """At work; a ring in which nobody is helps nobody."""
    repairs = RingSettings(who=Requirement(skills=((SKILL_REPAIRS, 1),)), after_seconds=20)
    made = config(1)
    only_repairs = replace(made.agents[agent_id(1)], skills={SKILL_REPAIRS: 5})
    routing = {BILLS: QueueRouting(rings=(repairs,))}
    company = Company(replace(made, agents={agent_id(1): only_repairs}, queue_routing=routing))
    assert not queue_view(company.engine, BILLS)["staffed"]
    company.ready(1)
    view = queue_view(company.engine, BILLS)
    assert (view["agents_signed_in"], view["staffed"]) == (0, True)
    company.do(AgentCommand(agent_id(1), SignOut()))
    assert not queue_view(company.engine, BILLS)["staffed"]


def test_who_rings_counts_as_waiting_until_it_is_over() -> None:
    company = Company()
    company.call("c1", "1")
    company.ready(1)
    assert (company.state("c1"), waiting(company)) == ("offered", (1, 0))
    assert waiting(taken_over(company, {"c1", company.offers()[0].leg_id})) == (1, 0), "also after a take-over"
    company.pick_up(company.offers()[0].leg_id)
    assert waiting(company) == (0, 0)
    company.call("c2", "2")
    assert waiting(company) == (0, 1)
    company.hang_up("c2")
    assert waiting(company) == (0, 0)
