"""When readers of the live view are told: a single change at once, many together."""

from __future__ import annotations

import asyncio
import random
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from hujiao.agents.contracts import SignOut
from hujiao.app.runtime import views
from hujiao.app.runtime.mailbox import AT_ONCE, DELTA_SECONDS, Mailbox
from hujiao.app.runtime.runtime import Runtime
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tests.company import BILLS, SECRETS, Company, agent_id


def mailbox() -> Mailbox:
    return Mailbox(Company().engine, SECRETS, shard=0, fence=1, seq=0)


def test_a_few_at_once_after_a_quiet_time_and_then_evenly() -> None:
    box = mailbox()
    for _ in range(AT_ONCE):
        assert box.told_in(100.0) == 0
        box.telling(100.0)
    assert box.told_in(100.0) == pytest.approx(DELTA_SECONDS)
    assert box.told_in(100.0 + DELTA_SECONDS / 2) == pytest.approx(DELTA_SECONDS / 2)
    now = 100.0 + DELTA_SECONDS
    for _ in range(50):  # without a rest they come evenly
        assert box.told_in(now) == pytest.approx(0)
        box.telling(now)
        assert box.told_in(now) == pytest.approx(DELTA_SECONDS)
        now += DELTA_SECONDS
    now += AT_ONCE * DELTA_SECONDS
    for _ in range(AT_ONCE):
        assert box.told_in(now) == 0
        box.telling(now)
    assert box.told_in(now) > 0


class Told:
    """The part of a runtime that tells, and what it has told when."""

    def __init__(self) -> None:
        self._telling: set[UUID] = set()
        self._moving: set[UUID] = set()
        self._waking = True  # nobody folds here
        self.tasks: list[asyncio.Task[None]] = []
        self.deltas: list[tuple[float, dict[str, Any]]] = []
        self.bus = SimpleNamespace(publish=self._told, subjects=SimpleNamespace(live=str))

    async def _told(self, subject: str, delta: dict[str, Any]) -> None:
        self.deltas.append((asyncio.get_running_loop().time(), delta))

    def spawn(self, work: Any) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def _publish(self, box: Mailbox) -> None:
        await Runtime._publish(cast("Runtime", self), box)

    def change(self, box: Mailbox, number: int) -> None:
        box.changed.agents.add(agent_id(number))
        Runtime._tell(cast("Runtime", self), box)

    async def done(self) -> None:
        await asyncio.gather(*self.tasks)


async def test_the_first_changes_are_told_one_by_one_and_the_next_ones_together() -> None:
    told, box = Told(), mailbox()
    numbers = [1 + turn % 2 for turn in range(AT_ONCE)]
    for number in numbers:
        told.change(box, number)
        for _ in range(5):  # turns of the loop, none of which waits
            await asyncio.sleep(0)
    assert len(told.deltas) == AT_ONCE
    told.change(box, 2)
    await asyncio.sleep(0)
    told.change(box, 1)
    await told.done()
    *first, (second, both) = told.deltas
    assert [[view["id"] for view in delta["agents"]] for _, delta in first] == [[agent_id(each)] for each in numbers]
    assert {view["id"] for view in both["agents"]} == {agent_id(1), agent_id(2)}
    assert second - first[-1][0] > 0.9 * DELTA_SECONDS


@pytest.mark.parametrize("seed", range(5))
def test_who_reads_at_any_time_and_folds_the_changes_has_the_queues_as_they_are(seed: int) -> None:
    """Also who has read between two deltas, when a figure was another one and is the old one again."""
    chance, company = random.Random(seed), Company()
    box = Mailbox(company.engine, SECRETS, shard=0, fence=1, seq=0)
    queue_ids = set(company.engine.config.queues)
    readers: list[dict[UUID, dict[str, Any]]] = []
    for turn in range(200):
        number = chance.choice([1, 2])
        if turn % 20 == 0:
            company.call(f"c{turn}", chance.choice("12"))
        elif agent_id(number) not in company.engine.agents or company.agent(number).state == "logged_out":
            company.ready(number)
        else:
            company.do(AgentCommand(agent_id(number), SignOut()))
        box.changed.queues |= queue_ids
        if chance.random() < 0.3:
            readers.append({view["id"]: view for view in box.snapshot()["queues"]})
        if chance.random() < 0.4:
            changes = box.delta()["queues"]
            for queues in readers:
                for change in changes:
                    queues[change["id"]] = queues[change["id"]] | change
            now = {view["id"]: view for view in views.snapshot(company.engine, 0)["queues"]}
            assert all(queues == now for queues in readers)


def test_of_a_queue_only_what_changed_is_told() -> None:
    company = Company()
    box = Mailbox(company.engine, SECRETS, shard=0, fence=1, seq=0)
    box.changed.queues |= set(company.engine.config.queues)
    box.delta()
    box.changed.queues |= set(company.engine.config.queues)
    assert box.delta()["queues"] == []
    company.call("c1", "1")
    box.changed.queues |= set(company.engine.config.queues)
    (change,) = box.delta()["queues"]
    assert change["id"] == BILLS and change["waiting"] == 1
    assert not {"name", "agents_signed_in", "amber_after"} & change.keys()
