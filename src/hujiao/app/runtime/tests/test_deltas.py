"""When readers of the live view are told: a single change at once, many together."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from hujiao.app.runtime.mailbox import DELTA_SECONDS, Mailbox
from hujiao.app.runtime.runtime import Runtime
from hujiao.app.runtime.tests.company import SECRETS, Company, agent_id


def mailbox() -> Mailbox:
    return Mailbox(Company().engine, SECRETS, shard=0, fence=1, seq=0)


def test_after_a_quiet_time_at_once_and_otherwise_when_the_time_is_over() -> None:
    box = mailbox()
    assert box.told_in(0.0) == 0
    box.told_at = 100.0
    assert box.told_in(100.0) == pytest.approx(DELTA_SECONDS)
    assert box.told_in(100.0 + DELTA_SECONDS / 2) == pytest.approx(DELTA_SECONDS / 2)
    assert box.told_in(100.0 + DELTA_SECONDS) == pytest.approx(0)
    assert box.told_in(200.0) == 0


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


async def test_the_first_change_is_told_before_the_next_ones_which_are_told_together() -> None:
    told, box = Told(), mailbox()
    told.change(box, 1)
    for _ in range(5):  # turns of the loop, none of which waits
        await asyncio.sleep(0)
    assert len(told.deltas) == 1
    told.change(box, 2)
    await asyncio.sleep(0)
    told.change(box, 1)
    await told.done()
    (first, one), (second, both) = told.deltas
    assert [view["id"] for view in one["agents"]] == [agent_id(1)]
    assert {view["id"] for view in both["agents"]} == {agent_id(1), agent_id(2)}
    assert second - first > 0.9 * DELTA_SECONDS
