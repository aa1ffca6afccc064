"""The next minutes, from a floor as it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from hujiao.routing.contracts import Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.score import Scorer
from hujiao.routing.simulation.floor import Floor, Stream, Waiting
from hujiao.routing.simulation.foresight import MINUTES, Foresight, Given, run

BILLS, REPAIRS = UUID(int=1), UUID(int=2)
SKILL = {BILLS: UUID(int=11), REPAIRS: UUID(int=12)}


def agents(count: int, *queues: UUID, first: int = 100) -> list[RoutingAgent]:
    skills = tuple(sorted((SKILL[queue], 1) for queue in queues))
    return [RoutingAgent(id=UUID(int=first + number), skills=skills) for number in range(count)]


def floor(there: list[RoutingAgent], streams: list[Stream], **more: Any) -> Floor:
    queues = {
        queue: RoutingQueue(id=queue, rings=(Ring(who=(Requirement(skills=((SKILL[queue], 1),)),)),)) for queue in SKILL
    }
    setup = Setup(queues=queues, agents={agent.id: agent for agent in there})
    return Floor(setup=setup, streams=tuple(streams), **more)


def seen(one: Floor, *choices: list[Given]) -> dict[str, Any]:
    sent = msgspec.json.decode(msgspec.json.encode(one), type=Floor)  # as it comes from another process
    return run(
        Foresight(sent, tuple(tuple(choice) for choice in choices)),
        Scorer(lambda criterion, problem: None),
        lambda done, total: None,
    )


def stream(queue: UUID, per_hour: float, **more: Any) -> Stream:
    return Stream(**{"queue_id": queue, "per_hour": per_hour, "handle_seconds": 180.0, **more})


def test_with_room_for_everybody_nobody_waits() -> None:
    found = seen(floor(agents(60, BILLS), [stream(BILLS, 120)]))["before"][str(BILLS)]
    assert found["offered"] == pytest.approx(120 * MINUTES / 60, rel=0.1)
    assert (found["wait_seconds"], found["service_level"], found["abandoned_share"]) == (0.0, 1.0, 0.0)


def test_without_anybody_all_wait_as_long_as_they_like() -> None:
    found = seen(floor([], [stream(BILLS, 600, leaving=1 / 60)]))["before"][str(BILLS)]
    assert found["wait_seconds"] == pytest.approx(60, rel=0.1)
    assert found["service_level"] == 0.0
    assert found["abandoned_share"] == pytest.approx(0.92, abs=0.03), "all but those who go within 5 seconds"


def test_whom_nobody_serves_has_no_wait() -> None:
    found = seen(floor([], [stream(BILLS, 60)]))["before"][str(BILLS)]
    assert (found["wait_seconds"], found["service_level"], found["abandoned_share"]) == (None, 0.0, 0.0)
    assert seen(floor([], [stream(BILLS, 0)]))["before"][str(BILLS)]["service_level"] is None, "nobody comes"


def test_who_comes_next_waits_for_those_before_them_and_for_the_talk_that_goes_on() -> None:
    """Six talks of ten minutes each, one after another, less half of the time that is looked at."""
    waiting = tuple(Waiting(queue_id=BILLS, seconds=float(age)) for age in (10, 50, 90, 130, 170))
    one = floor(
        agents(1, BILLS),
        [stream(BILLS, 4, handle_seconds=600.0)],
        busy=frozenset({UUID(int=100)}),
        waiting=waiting,
    )
    found = seen(one)["before"][str(BILLS)]
    assert found["wait_seconds"] == pytest.approx(6 * 600 - MINUTES * 30 + 300, rel=0.15)
    free = seen(msgspec.structs.replace(one, busy=frozenset()))["before"][str(BILLS)]
    assert free["wait_seconds"] == pytest.approx(found["wait_seconds"] - 600, rel=0.15)


def test_a_helper_shortens_the_wait_and_their_own_queue_pays() -> None:
    there = [*agents(4, REPAIRS), *agents(5, BILLS, first=200)]
    waiting = tuple(Waiting(queue_id=REPAIRS, seconds=60.0 + number) for number in range(12))
    streams = [stream(REPAIRS, 100, leaving=1 / 200), stream(BILLS, 70, leaving=1 / 200)]
    one, two = (Given(UUID(int=number), SKILL[REPAIRS], 1) for number in (200, 201))
    found = seen(floor(there, streams, waiting=waiting), [one], [one, two])
    repairs = [part[str(REPAIRS)] for part in (found["before"], *found["after"])]
    bills = [part[str(BILLS)] for part in (found["before"], *found["after"])]
    assert repairs[0]["wait_seconds"] > repairs[1]["wait_seconds"] > repairs[2]["wait_seconds"]
    assert repairs[0]["service_level"] < repairs[1]["service_level"] < repairs[2]["service_level"]
    assert bills[0]["wait_seconds"] < bills[1]["wait_seconds"] < bills[2]["wait_seconds"]
    assert len({part["offered"] for part in repairs}) == 1, "each choice meets the same callers"


def test_the_longest_waiting_goes_first_whatever_queue() -> None:
    """Somebody for both takes who has waited longest: the ages that are told count."""
    waiting = (Waiting(queue_id=BILLS, seconds=300.0), Waiting(queue_id=REPAIRS, seconds=20.0))
    both = agents(1, BILLS, REPAIRS)
    streams = [stream(BILLS, 0), stream(REPAIRS, 2, handle_seconds=60.0)]
    late = seen(floor(both, streams, waiting=waiting))["before"][str(REPAIRS)]["wait_seconds"]
    alone = seen(floor(both, streams, waiting=waiting[1:]))["before"][str(REPAIRS)]["wait_seconds"]
    assert late > alone


def test_a_full_floor_takes_fewer_runs() -> None:
    small, full = (Foresight(floor(agents(20, BILLS), [stream(BILLS, rate)]), ()) for rate in (10, 1_000_000))
    assert (small.runs, full.runs) == (100, 5)
