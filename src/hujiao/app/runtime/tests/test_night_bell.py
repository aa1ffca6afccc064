"""The night bell: at whose desktops it rings, when it begins, and when it stops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant.turn import AgentCommand, NightDue, Turn
from hujiao.app.runtime.tests.company import BILLS, REPAIRS, START, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_supervising import facts
from hujiao.hours.contracts import Schedule, Span, Switch

HOURS = UUID(int=61)
# Nine o'clock of the tests is five in the afternoon here: night begins in an hour.
OFFICE = Schedule(id=HOURS, zone="Asia/Shanghai", weekly=((Span(9 * 60, 18 * 60),),) * 7, night_bell=True)


def company(*on: int, count: int = 2, at_night: bool = True, schedule: Schedule = OFFICE, **changes: Any) -> Company:
    """With agents of these numbers who have the bell on; all are signed in, nobody is ready."""
    bells = frozenset(map(agent_id, on))
    made = Company(replace(config(count, **changes), hours={HOURS: schedule}, night_bells=bells))
    if at_night:
        made.now = START + timedelta(hours=3)
    for number in range(1, count + 1):
        made.do(AgentCommand(agent_id(number), agents.SignIn(phone_kind="phone")))
    return made


def bells(made: Company) -> list[int]:
    return [key.int - 1000 for key in sorted(made.engine.agents) if views.agent_view(made.engine, key)["bell"]]


def set_to(made: Company, number: int, event: agents.AgentEvent) -> None:
    made.do(AgentCommand(agent_id(number), event))


def test_it_rings_for_who_has_it_on_until_somebody_takes_the_caller() -> None:
    made = company(1, 2, count=3)
    made.call("c1", "1")
    assert bells(made) == [1, 2], "nobody is free, and the caller waits; the third has it off"
    set_to(made, 3, agents.SetAvailable())
    assert bells(made) == [], "somebody is called, and that one has it off"
    made.pick_up(made.offers()[-1].leg_id)
    assert bells(made) == []
    assert [len(facts(made, kind)) for kind in ("bell.started", "bell.ended")] == [2, 2]


def test_it_rings_for_who_is_called_until_they_answer() -> None:
    """Also where the phone would answer by itself and nobody hear it."""
    made = company(1, automatic_answer=True)
    set_to(made, 1, agents.SetAvailable())
    made.call("c1", "1")
    assert bells(made) == [1]
    made.pick_up(made.offers()[-1].leg_id)
    assert bells(made) == []
    made.call("c2", "1")
    assert bells(made) == [], "who talks is at the desk"


def test_who_writes_up_is_not_rung_for_when_another_is_called() -> None:
    made = company(1, wrap_up_seconds=60)
    set_to(made, 1, agents.SetAvailable())
    made.call("c1", "1")
    made.pick_up(made.offers()[-1].leg_id)
    set_to(made, 2, agents.SetAvailable())
    message = {"kind": "interaction.transfer", "interaction_id": str(made.engine.legs["c1"]), "to": "queue"}
    actor = {"agent_id": str(agent_id(1))}
    made.do(commands.event(made.engine, {**message, "target": str(BILLS), "actor": actor}))
    assert made.agent(1).state == "wrap_up" and made.agent(2).state == "reserved"
    assert bells(made) == []


@pytest.mark.parametrize("ends", ["hangs up", "signs out", "turns it off"])
def test_it_stops_when_there_is_no_reason_any_more(ends: str) -> None:
    made = company(1)
    made.call("c1", "1")
    assert bells(made) == [1]
    if ends == "hangs up":
        made.hang_up("c1")
    elif ends == "signs out":
        set_to(made, 1, agents.SignOut())
    else:
        turn = Turn()
        made.engine.configure(replace(made.engine.config, night_bells=frozenset()), made.now, turn)
        made.keep(turn)
    assert bells(made) == [] and len(facts(made, "bell.ended")) == 1


def test_by_day_and_in_a_flow_it_rings_for_nobody() -> None:
    made = company(1)
    made.call("c1")
    assert bells(made) == [], "who is in the menu waits for nobody"
    made = company(1, at_night=False)
    made.call("c1", "1")
    assert bells(made) == []


def test_other_queues_callers_are_others_affair() -> None:
    """The second agent has no skill for repairs."""
    made = company(1, 2)
    made.call("c1", "2")
    assert made.engine.live[made.engine.legs["c1"]].interaction.queue_id == REPAIRS
    assert bells(made) == [1]


def due(made: Company) -> list[NightDue]:
    return [timer for timer in made.timers if isinstance(timer, NightDue)]


def test_who_waits_when_night_begins_is_rung_for_and_not_in_the_morning() -> None:
    made = company(1, at_night=False)
    turn = Turn()
    made.engine.configure(made.engine.config, made.now, turn)
    made.keep(turn)
    made.call("c1", "1")
    (evening,) = due(made)
    assert evening.due_at == START + timedelta(hours=1)
    made.wait(3600)
    assert bells(made) == [1]
    (morning,) = due(made)
    assert morning.due_at == START + timedelta(hours=16)
    made.do(evening)
    assert due(made) == [morning], "an old timer sets none"


def test_hours_that_are_closed_by_hand_are_night_too() -> None:
    made = company(1, at_night=False, schedule=replace(OFFICE, switch=Switch(open=False)))
    made.call("c1", "1")
    assert bells(made) == [1]
    made = company(1, schedule=replace(OFFICE, night_bell=False))
    made.call("c1", "1")
    assert bells(made) == [], "these hours have no bell"


def test_another_runtime_goes_on_ringing() -> None:
    made = company(1)
    made.call("c1", "1")
    after = taken_over(made, {"c1"})
    assert bells(after) == [1] and not facts(after, "bell.started"), "it has not begun anew"
    after.hang_up("c1")
    assert bells(after) == []
