"""An agent asks for more time to write up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands
from hujiao.app.runtime.tests.company import Company, taken_over
from hujiao.app.runtime.tests.test_outgoing import CALL, act, dialled


def writing() -> Company:
    """Agent 1 has 30 seconds to write up."""
    made, _, other = dialled()
    made.hang_up(other, cause=17)
    return made


def test_a_minute_more_each_time() -> None:
    made = writing()
    ends = made.agent(1).wrap_up_until
    assert ends is not None
    made.wait(20)
    act(made, "extend_wrap_up")
    assert made.agent(1).wrap_up_until == ends + timedelta(seconds=60)
    assert made.last("wrap_up.extended") == {"until": ends + timedelta(seconds=60)}
    made.wait(60)
    assert made.agent(1).state == "wrap_up"
    made.wait(11)
    assert made.agent(1).state == "available" and made.last("wrap_up.completed")["automatic"]


def test_ten_minutes_is_the_longest() -> None:
    made = writing()
    for _ in range(9):
        act(made, "extend_wrap_up")
    act(made, "extend_wrap_up")
    assert made.refused == ["wrap_up_is_long_enough"] and len([k for k in made.kinds() if k == "wrap_up.extended"]) == 9


def test_who_does_not_write_up_has_nothing_to_extend() -> None:
    made, _, _ = dialled()
    with pytest.raises(agents.Impossible, match="not_possible_in_this_state"):
        act(made, "extend_wrap_up")
    over = writing()
    over.wait(31)
    message = {"kind": "interaction.extend_wrap_up", "interaction_id": str(CALL), "actor": {"agent_id": str(CALL)}}
    with pytest.raises(agents.Impossible, match="not_your_interaction"):
        commands.event(over.engine, message)


def test_a_take_over_keeps_the_longer_time() -> None:
    made = writing()
    act(made, "extend_wrap_up")
    after = taken_over(made, set())
    after.timers += made.timers
    after.wait(60)
    assert after.agent(1).state == "wrap_up"
    after.wait(31)
    assert after.agent(1).state == "available"
