"""A database that is away for a while."""

from __future__ import annotations

import pytest

from hujiao.kit.db import unavailable_when_away, when_there
from hujiao.kit.errors import Unavailable


async def test_what_is_read_while_it_is_away_is_read_when_it_is_there() -> None:
    answers: list[Exception | None] = [ConnectionRefusedError(), TimeoutError(), None, None]

    async def read() -> None:
        if error := answers.pop(0):
            raise error

    await when_there(read, again_seconds=0)
    assert answers == [None], "read until it is there, and not once more"


async def test_what_is_wrong_with_what_is_read_is_raised() -> None:
    async def read() -> None:
        raise KeyError("no such tenant")

    with pytest.raises(KeyError):
        await when_there(read, again_seconds=0)


def test_what_is_asked_while_it_is_away_may_be_asked_again() -> None:
    for error, raised in ((ConnectionResetError(), Unavailable), (KeyError(), KeyError)):
        with pytest.raises(raised), unavailable_when_away():
            raise error
