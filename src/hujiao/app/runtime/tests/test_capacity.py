"""What agents have in hand, and what the engine offers them beside it."""

from __future__ import annotations

from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.agents.machine import in_hand
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tests.company import BILLS, Company, agent_id, config, taken_over
from hujiao.routing.contracts import Share

LETTER, CHAT = UUID(int=501), UUID(int=502)


def take(company: Company, item: UUID, medium: agents.MediumName) -> None:
    company.do(AgentCommand(agent_id(1), agents.TakeItem(interaction_id=item, medium=medium)))


def leave(company: Company, item: UUID) -> None:
    company.do(AgentCommand(agent_id(1), agents.LeaveItem(item)))


def test_who_has_emails_in_hand_gets_a_call_and_nothing_else_during_it() -> None:
    company = Company()
    company.ready(1)
    take(company, LETTER, "email")
    take(company, LETTER, "email")  # said again, after a crash
    company.call("c1", "1")
    assert company.state("c1") == "offered"
    company.pick_up(company.offers()[0].leg_id)
    assert in_hand(company.agent(1)) == ("voice", "email")
    router = company.engine.dispatch.router
    assert not router.is_free(agent_id(1))
    company.hang_up("c1")  # into wrap-up
    assert not router.is_free(agent_id(1))
    company.wait(31)
    assert router.has_room(agent_id(1), "email") and router.has_room(agent_id(1), "voice")


def test_a_chat_in_hand_leaves_room_for_chats_and_none_for_a_call() -> None:
    company = Company()
    company.ready(1)
    take(company, CHAT, "chat")
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    assert company.agent(1).state == "available"
    assert company.engine.dispatch.router.has_room(agent_id(1), "chat")
    leave(company, CHAT)
    assert company.state("c1") == "offered"


def test_an_agents_own_capacity_counts_and_a_change_of_it_acts_at_once() -> None:
    settings = config(1)
    company = Company(settings)
    company.ready(1)
    take(company, CHAT, "chat")
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    own = replace(settings.agents[agent_id(1)], shares=(Share(medium="voice", weight=60),))
    changed = replace(settings, agents={own.id: own}, shares=(Share(medium="chat", weight=40),))
    turn = company.do(AgentCommand(agent_id(1), agents.SetAvailable()))
    company.engine.configure(changed, company.now, turn)
    assert company.state("c1") == "offered"


def test_what_is_in_hand_outlives_a_take_over_and_a_sign_out() -> None:
    company = Company()
    company.ready(1)
    take(company, CHAT, "chat")
    after = taken_over(company, set())
    after.call("c1", "1")
    assert after.state("c1") == "queued"
    after.do(AgentCommand(agent_id(1), agents.SignOut()))
    after.ready(1)
    assert in_hand(after.agent(1)) == ("chat",)
    assert after.state("c1") == "queued"
    after.do(AgentCommand(agent_id(2), agents.TakeItem(interaction_id=LETTER, medium="email")))
    assert after.refused == ["not_signed_in_to_work"]


def test_a_take_over_with_calls_and_emails_goes_on() -> None:
    company = Company()
    company.ready(1)
    take(company, LETTER, "email")
    company.call("c1", "1")
    leg = company.offers()[0].leg_id
    company.pick_up(leg)
    after = taken_over(company, {"c1", leg}, up={"c1", leg})
    assert after.agent(1).state == "engaged"
    after.call("c2", "1")
    assert after.state("c2") == "queued"
    assert after.engine.dispatch.router.waiting_count(BILLS) == 1
