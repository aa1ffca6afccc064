"""The matcher against the plain rule, over many random days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from hujiao.routing.assign import Matcher

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
QUEUES = [UUID(int=number) for number in (1, 2, 3)]
AGENTS = [UUID(int=100 + number) for number in range(8)]


def serves(random: Random) -> dict[UUID, frozenset[UUID]]:
    return {agent: frozenset(random.sample(QUEUES, random.randint(0, 3))) for agent in AGENTS}


@pytest.mark.parametrize("seed", range(30))
def test_the_longest_idle_agent_serves_the_first_caller(seed: int) -> None:
    random = Random(seed)
    matcher, able, idle = Matcher(), serves(random), dict[UUID, datetime]()
    matcher.configure(able)
    for turn in range(200):
        agent = random.choice(AGENTS)
        match random.randint(0, 9):
            case 0:  # other skills in the middle of the work
                able = serves(random)
                matcher.configure(able)
            case 1 | 2 | 3:
                idle.pop(agent, None)
                matcher.idle(agent, None)
            case _:  # also one who is idle already, and since an earlier time
                idle[agent] = START + timedelta(seconds=random.randint(0, 50))
                matcher.idle(agent, idle[agent])
        queue, caller = random.choice(QUEUES), UUID(int=1000 + turn)
        matcher.join(caller, queue, START, 0)
        free = sorted((since, agent) for agent, since in idle.items() if queue in able[agent])
        found = matcher.for_caller(caller)
        assert matcher.idle_agents(queue) == len(free)
        assert (found.agent_id if found else None) == (free[0][1] if free else None)
        assert found is None or found.among == len(free)
        matcher.leave(caller)


def test_nobody_overtakes_who_waits_for_the_same_queue() -> None:
    matcher = Matcher()
    matcher.configure({AGENTS[0]: frozenset(QUEUES[:1])})
    first, second, urgent = UUID(int=1), UUID(int=2), UUID(int=3)
    matcher.join(first, QUEUES[0], START, 0)
    matcher.join(second, QUEUES[0], START + timedelta(seconds=1), 0)
    matcher.idle(AGENTS[0], START)
    assert matcher.for_caller(second) is None
    matcher.join(urgent, QUEUES[0], START + timedelta(seconds=2), 1)
    found = matcher.for_agent(AGENTS[0])
    assert found is not None and found.interaction_id == urgent
    assert [matcher.position(caller) for caller in (urgent, first, second)] == [1, 2, 3]
