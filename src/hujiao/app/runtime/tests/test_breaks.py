"""Breaks: who rests at once, who waits in which order, when a break begins, and what supervisors decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant.breaks import AskForBreak
from hujiao.app.runtime.tenant.config import Breaks
from hujiao.app.runtime.tenant.turn import AgentCommand, Turn
from hujiao.app.runtime.tests.company import Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_supervising import facts

TEA, LUNCH, TRAINING = "tea", "lunch", "training"
BOSS = UUID(int=7)
RULE = Breaks(most=1, reasons=frozenset({TEA, LUNCH}))


def company(breaks: Breaks = RULE, count: int = 4, **changes: Any) -> Company:
    """All are available."""
    made = Company(replace(config(count, **changes), breaks=breaks))
    for number in range(1, count + 1):
        made.ready(number)
    return made


def ask(made: Company, number: int, reason: str = TEA) -> tuple[str, int | None]:
    """What the agent is told, and the place."""
    answer = act(made, "break.ask", number, reason_code_id=reason)
    return answer.get("break", "impossible"), answer.get("place")


def act(made: Company, kind: str, by: int, /, **more: Any) -> dict[str, Any]:
    """As the agent; what is impossible is kept in `refused`."""
    made.wait(1)
    actor = {"agent_id": str(agent_id(by)), "account_id": str(UUID(int=by))}
    try:
        return made.answer(commands.event(made.engine, {"kind": kind, "actor": actor, **more}))
    except agents.Impossible as error:
        made.refused.append(error.code)
        return {}


def direct(made: Company, what: str, number: int, **more: Any) -> None:
    """As a supervisor who is no agent."""
    actor = {"agent_id": None, "account_id": str(BOSS)}
    message = {"kind": f"breaks.{what}", "actor": actor, "agent_id": str(agent_id(number)), **more}
    made.wait(1)
    try:
        made.do(commands.event(made.engine, message))
    except agents.Impossible as error:
        made.refused.append(error.code)


def standing(made: Company, number: int) -> tuple[str, int | None] | None:
    request = views.agent_view(made.engine, agent_id(number))["break_request"]
    return request and (request["state"], request["place"])


def state(made: Company, number: int) -> tuple[str, str | None]:
    return made.agent(number).state, made.agent(number).reason


def steps(made: Company, number: int) -> list[str]:
    """What the ledger says of the agent's breaks."""
    return [
        fact.kind.removeprefix("break.")
        for _, fact in made.facts
        if fact.agent_id == agent_id(number) and fact.kind.startswith("break.")
    ]


def test_a_break_is_granted_at_once_while_there_is_a_place() -> None:
    made = company()
    assert ask(made, 1) == ("began", None)
    assert state(made, 1) == ("not_ready", TEA) and standing(made, 1) == ("began", None)
    assert steps(made, 1) == ["asked", "granted", "began"]
    assert facts(made, "break.granted") == [{"reason": TEA, "by_account": None, "seconds": 0.0}]


def test_who_finds_no_place_waits_and_each_moves_up_when_one_ends() -> None:
    made = company()
    ask(made, 1)
    assert [ask(made, number) for number in (3, 2)] == [("waiting", 1), ("waiting", 2)]
    assert state(made, 3) == ("available", None), "who waits goes on working"
    made.wait(60)
    act(made, "agent.set_state", 1, state="available")
    assert standing(made, 1) is None and standing(made, 3) == ("began", None) and standing(made, 2) == ("waiting", 1)
    assert state(made, 3) == ("not_ready", TEA)
    assert facts(made, "break.ended") == [{"reason": TEA, "by_account": None, "seconds": 63.0}]
    assert facts(made, "break.granted")[-1]["seconds"] == 62.0


def test_who_moves_up_is_told_so() -> None:
    """Their place is another one though nothing has happened to them."""
    made = company()
    for number in (1, 2, 3, 4):
        ask(made, number)
    turn = made.do(AgentCommand(agent_id(1), agents.SetAvailable()))
    assert {agent_id(number) for number in (1, 2, 3, 4)} <= turn.agents
    assert [standing(made, number) for number in (3, 4)] == [("waiting", 1), ("waiting", 2)]


def test_a_tenant_may_refuse_instead_of_letting_wait() -> None:
    made = company(replace(RULE, waits=False))
    ask(made, 1)
    assert ask(made, 2) == ("refused", None)
    assert standing(made, 2) is None and steps(made, 2) == ["asked", "refused"]
    seen = views.agent_view(made.engine, agent_id(2))["break_refused"]
    assert (seen["reason_code_id"], seen["word"]) == (TEA, "")
    act(made, "agent.set_state", 1, state="available")
    assert ask(made, 2) == ("began", None)
    assert views.agent_view(made.engine, agent_id(2))["break_refused"] is None


def test_a_state_with_such_a_reason_is_a_break_at_once_or_none() -> None:
    """No way around the limit; nobody who asks for a state is put on a list."""
    made = company()
    assert act(made, "agent.set_state", 1, state="not_ready", reason_code_id=LUNCH)["break"] == "began"
    assert act(made, "agent.set_state", 2, state="not_ready", reason_code_id=TEA)["break"] == "refused"
    assert state(made, 2) == ("available", None) and standing(made, 2) is None
    act(made, "agent.set_state", 2, state="not_ready", reason_code_id=TRAINING)
    assert state(made, 2) == ("not_ready", TRAINING), "what is no break is as free as ever"
    assert standing(made, 2) is None


def test_without_a_limit_all_may_rest() -> None:
    made = company(Breaks(reasons=frozenset({TEA})))
    assert [ask(made, number) for number in (1, 2, 3, 4)] == [("began", None)] * 4


def test_a_reason_that_is_no_break_cannot_be_asked_for() -> None:
    made = company()
    ask(made, 1, TRAINING)
    assert made.refused == ["not_a_break"] and standing(made, 1) is None


def test_one_break_is_asked_for_at_a_time() -> None:
    made = company()
    ask(made, 1)
    ask(made, 1, LUNCH)
    ask(made, 2)
    ask(made, 2)
    assert made.refused == ["break_asked"] * 2 and state(made, 1) == ("not_ready", TEA)


def test_who_is_not_signed_in_has_no_break() -> None:
    made = company()
    act(made, "agent.sign_out", 1)
    ask(made, 1)
    assert made.refused == ["not_signed_in_to_work"]


@pytest.mark.parametrize("after", [{"state": "available"}, {"state": "not_ready", "reason_code_id": TRAINING}, None])
def test_any_other_state_ends_it(after: dict[str, Any] | None) -> None:
    made = company()
    ask(made, 1)
    ask(made, 2)
    if after is None:
        act(made, "agent.sign_out", 1)
    else:
        act(made, "agent.set_state", 1, **after)
    assert steps(made, 1)[-1] == "ended" and standing(made, 2) == ("began", None)


def talking(made: Company, leg: str = "c1") -> int:
    """Returns who has the call."""
    made.call(leg, "1")
    made.wait(3)
    offer = made.offers()[-1]
    made.pick_up(offer.leg_id)
    return int(offer.sip_user.removeprefix("sip"))


def test_asked_for_in_a_call_it_begins_after_its_wrap_up() -> None:
    made = company(wrap_up_seconds=30)
    number = talking(made)
    assert ask(made, number) == ("granted", None)
    other = 1 + number % 4
    assert ask(made, other) == ("waiting", 1), "the place is taken from when it was granted"
    made.hang_up("c1")
    assert state(made, number) == ("wrap_up", None) and standing(made, number) == ("granted", None)
    made.wait(30)
    assert state(made, number) == ("not_ready", TEA) and standing(made, number) == ("began", None)
    assert steps(made, number) == ["asked", "granted", "began"]


def test_a_place_that_becomes_free_during_a_call_is_kept_until_it_is_over() -> None:
    made = company(wrap_up_seconds=0)
    number = talking(made)
    other = 1 + number % 4
    ask(made, other)
    assert ask(made, number) == ("waiting", 1)
    act(made, "agent.set_state", other, state="available")
    assert standing(made, number) == ("granted", None) and state(made, number)[0] == "engaged"
    made.hang_up("c1")
    assert standing(made, number) == ("began", None)


@pytest.mark.parametrize("how", ["withdraw", "available", "sign_out", "refuse"])
def test_a_break_that_has_not_begun_is_withdrawn_or_refused(how: str) -> None:
    made = company(wrap_up_seconds=0)
    number = talking(made)
    ask(made, number)
    other = 1 + number % 4
    ask(made, other)
    if how == "refuse":
        direct(made, "refuse", number, word="Too many callers")
    elif how == "withdraw":
        act(made, "break.withdraw", number)
    else:
        kind = "agent.sign_out" if how == "sign_out" else "agent.set_state"
        act(made, kind, number, state="available")
    assert standing(made, number) is None and standing(made, other) == ("began", None)
    made.hang_up("c1")
    assert state(made, number) == ("logged_out" if how == "sign_out" else "available", None)
    assert steps(made, number)[-1] == ("refused" if how == "refuse" else "withdrawn")


def test_who_waits_withdraws_and_the_next_move_up() -> None:
    made = company()
    for number in (1, 2, 3):
        ask(made, number)
    act(made, "break.withdraw", 2)
    assert standing(made, 2) is None and standing(made, 3) == ("waiting", 1)
    assert state(made, 2) == ("available", None)
    act(made, "break.withdraw", 2)
    act(made, "break.withdraw", 1)
    assert made.refused == ["no_break_asked", "break_began"]


def test_who_waits_may_change_the_state_and_rests_in_turn() -> None:
    made = company()
    ask(made, 1)
    ask(made, 2)
    act(made, "agent.set_state", 2, state="not_ready", reason_code_id=TRAINING)
    assert state(made, 2) == ("not_ready", TRAINING) and standing(made, 2) == ("waiting", 1)
    act(made, "agent.set_state", 1, state="available")
    assert state(made, 2) == ("not_ready", TEA) and standing(made, 2) == ("began", None)


def test_who_waits_and_signs_out_waits_no_more() -> None:
    made = company()
    for number in (1, 2, 3):
        ask(made, number)
    act(made, "agent.sign_out", 2)
    assert steps(made, 2) == ["asked", "withdrawn"] and standing(made, 3) == ("waiting", 1)


def test_a_supervisor_grants_over_the_limit_and_the_limit_counts_it() -> None:
    made = company()
    for number in (1, 2, 3):
        ask(made, number)
    direct(made, "grant", 3)
    assert standing(made, 3) == ("began", None) and standing(made, 2) == ("waiting", 1)
    assert facts(made, "break.granted")[-1]["by_account"] == BOSS
    act(made, "agent.set_state", 1, state="available")
    assert standing(made, 2) == ("waiting", 1), "one rests still, and one may"
    act(made, "agent.set_state", 3, state="available")
    assert standing(made, 2) == ("began", None)
    direct(made, "grant", 2)
    direct(made, "grant", 1)
    assert made.refused == ["no_break_asked"] * 2


def test_a_supervisor_refuses_with_a_word_which_the_agent_sees_until_the_next_request() -> None:
    made = company()
    ask(made, 1)
    ask(made, 2)
    direct(made, "refuse", 2, word="After five")
    assert standing(made, 2) is None
    assert views.agent_view(made.engine, agent_id(2))["break_refused"]["word"] == "After five"
    assert facts(made, "break.refused") == [{"reason": TEA, "by_account": BOSS, "word": "After five"}]
    direct(made, "refuse", 1, word="")
    assert made.refused == ["no_break_asked"], "what has begun is not refused, but ended"
    ask(made, 2)
    assert views.agent_view(made.engine, agent_id(2))["break_refused"] is None


def test_a_supervisor_ends_a_break() -> None:
    made = company()
    ask(made, 1)
    ask(made, 2)
    direct(made, "end", 2)
    assert made.refused == ["no_break_asked"]
    direct(made, "end", 1)
    assert state(made, 1) == ("available", None) and standing(made, 2) == ("began", None)
    assert facts(made, "break.ended")[0]["by_account"] == BOSS


def test_a_supervisor_who_forces_an_agent_to_rest_has_granted_it() -> None:
    made = company()
    ask(made, 1)
    ask(made, 2, LUNCH)
    force = {"kind": "agents.force", "actor": {"account_id": str(BOSS)}, "state": "not_ready", "reason_code_id": TEA}
    event = commands.event(made.engine, {**force, "agent_ids": [str(agent_id(n)) for n in (1, 2, 3)]})
    made.do(event)
    assert [state(made, number) for number in (1, 2, 3)] == [("not_ready", TEA)] * 3
    assert steps(made, 1) == ["asked", "granted", "began"], "nothing has happened to who rests already"
    assert steps(made, 2) == ["asked", "withdrawn", "granted", "began"]
    assert steps(made, 3) == ["granted", "began"]


def test_an_own_call_does_not_end_the_break() -> None:
    made = company()
    ask(made, 1)
    call = str(made.engine.new_id())
    act(made, "calls.dial", 1, interaction_id=call, number="13800000007")
    assert state(made, 1)[0] == "reserved" and standing(made, 1) == ("began", None)
    made.hang_up(made.offers()[-1].leg_id)
    assert state(made, 1) == ("not_ready", TEA)
    assert steps(made, 1) == ["asked", "granted", "began"]


def test_a_call_that_is_not_answered_ends_in_the_break_that_was_granted() -> None:
    made = company(count=1)
    made.call("c1", "1")
    assert ask(made, 1) == ("granted", None) and state(made, 1)[0] == "reserved"
    made.wait(60)
    assert state(made, 1) == ("not_ready", TEA) and standing(made, 1) == ("began", None)


TEAMS = Breaks(most=1, reasons=frozenset({TEA}), teams={UUID(int=71): 1, UUID(int=72): 2})


def in_teams(groups: dict[int, set[int]]) -> Company:
    made = company(TEAMS)
    settings = {
        key: replace(agent, groups=frozenset(UUID(int=group) for group in groups.get(key.int - 1000, set())))
        for key, agent in made.engine.config.agents.items()
    }
    made.engine.config = replace(made.engine.config, agents=settings)
    return made


def test_a_team_with_a_number_of_its_own_leaves_the_others_their_places() -> None:
    made = in_teams({1: {71}, 2: {71}, 3: {99}})
    assert [ask(made, number) for number in (1, 3)] == [("began", None)] * 2
    assert [ask(made, number) for number in (2, 4)] == [("waiting", 1)] * 2, "each among their own"
    act(made, "agent.set_state", 3, state="available")
    assert standing(made, 4) == ("began", None) and standing(made, 2) == ("waiting", 1)


def test_who_is_in_several_such_teams_needs_a_place_in_each() -> None:
    made = in_teams({1: {71, 72}, 2: {72}, 3: {72}, 4: {71}})
    assert [ask(made, number) for number in (2, 3)] == [("began", None)] * 2
    assert ask(made, 1) == ("waiting", 1)
    assert ask(made, 4) == ("began", None), "who waits for another team keeps no place here"
    act(made, "agent.set_state", 2, state="available")
    assert standing(made, 1) == ("waiting", 1)
    act(made, "agent.set_state", 4, state="available")
    assert standing(made, 1) == ("began", None)


@pytest.mark.parametrize("breaks", [replace(RULE, most=2), replace(RULE, most=None)])
def test_a_raised_limit_lets_who_waits_rest(breaks: Breaks) -> None:
    made = company()
    ask(made, 1)
    ask(made, 2)
    turn = Turn()
    made.engine.configure(replace(made.engine.config, breaks=breaks), made.now, turn)
    made.keep(turn)
    assert standing(made, 2) == ("began", None)


def test_a_lowered_limit_ends_no_break() -> None:
    made = company(replace(RULE, most=2))
    ask(made, 1)
    ask(made, 2)
    turn = Turn()
    made.engine.configure(replace(made.engine.config, breaks=replace(RULE, most=0)), made.now, turn)
    made.keep(turn)
    assert [standing(made, number) for number in (1, 2)] == [("began", None)] * 2
    assert ask(made, 3) == ("waiting", 1)


def test_another_runtime_knows_who_rests_and_who_waits() -> None:
    made = company()
    for number in (1, 2, 3):
        ask(made, number)
    after = taken_over(made, set())
    assert [standing(after, number) for number in (1, 2, 3)] == [("began", None), ("waiting", 1), ("waiting", 2)]
    act(after, "agent.set_state", 1, state="available")
    assert standing(after, 2) == ("began", None) and steps(after, 2) == ["granted", "began"]


def test_who_waits_for_a_break_has_it_before_another_caller() -> None:
    made = company(count=2)
    ask(made, 1)
    number = talking(made)
    assert number == 2
    made.call("c2", "1")
    assert ask(made, 2) == ("waiting", 1)
    made.do(AskForBreak(agent_id=agent_id(9), reason=TEA))
    assert made.refused == ["not_an_agent"]
    direct(made, "end", 1)
    assert standing(made, 2) == ("granted", None) and made.agent(1).state == "reserved"
