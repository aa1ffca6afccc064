"""Work in a process of its own: what is too much ends there, and the next work goes on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from hujiao.kit.apart import WAITING_OF_ONE, Apart, OverBounds
from hujiao.kit.errors import BadField, Throttled


@pytest.fixture
async def apart() -> AsyncIterator[Apart]:
    made = Apart(1)
    yield made
    await made.close()


def loops(_: str) -> None:
    while True:
        pass


def swells(_: str) -> int:
    return len("x" * (8 * 1024**3))


def digs(_: str) -> int:
    return digs(_) + 1


def loops_in_c(_: str) -> int:
    return len(list(range(10**12)))


def refuses(said: str) -> None:
    print("on the way of the answer")
    raise BadField("error.nul", field=said, detail={"at": 1})


def dies(_: str) -> None:
    os._exit(3)


async def test_results_and_errors_come_back(apart: Apart) -> None:
    assert await apart.run("a", 5.0, len, "four") == 4
    with pytest.raises(BadField) as refused:
        await apart.run("a", 5.0, refuses, "text")
    assert (refused.value.message, refused.value.field, refused.value.detail) == ("error.nul", "text", {"at": 1})
    first, second = await apart.run("a", 5.0, os.getpid), await apart.run("b", 5.0, os.getpid)
    assert first == second != os.getpid(), "the process stays"


@pytest.mark.parametrize("work", [loops, swells, digs, loops_in_c, dies])
async def test_what_is_too_much_is_refused_and_the_next_is_done(apart: Apart, work: object) -> None:
    with pytest.raises(OverBounds) as refused:
        await apart.run("a", 0.2, work, "text", field="file")  # type: ignore[arg-type]
    assert (refused.value.status, refused.value.field) == (422, "file")
    assert await apart.run("a", 5.0, len, "four") == 4


async def test_one_owner_waits_for_itself_and_has_a_bound(apart: Apart) -> None:
    many = [asyncio.create_task(apart.run("a", 0.2, loops, "")) for _ in range(40)]
    await asyncio.sleep(0)
    assert await apart.run("b", 5.0, len, "four") == 4
    ends = await asyncio.gather(*many, return_exceptions=True)
    refused = [end for end in ends if isinstance(end, Throttled)]
    assert len(refused) == 40 - WAITING_OF_ONE
    assert all(isinstance(end, OverBounds) for end in ends if end not in refused)
