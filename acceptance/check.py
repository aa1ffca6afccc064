"""What a row expects, and the sentence that tells what was seen instead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

PATIENCE = 40.0
_LOOK_SECONDS = 0.1
T = TypeVar("T")


class Unmet(Exception):
    """The product did not do what the row demands; the message is a sentence."""


class NotHere(Exception):
    """The row cannot be tried on this installation or machine; the message is a sentence that says why."""


def expect(met: object, what: str, seen: object = None) -> None:
    """`what` must hold; `seen` is shown when it does not."""
    if not met:
        raise Unmet(f"Expected: {what}." + ("" if seen is None else f" Seen: {seen}."))


def equal(seen: object, wanted: object, what: str) -> None:
    if seen != wanted:
        raise Unmet(f"Expected {what} to be {wanted!r}. Seen: {seen!r}.")


async def until(
    look: Callable[[], Awaitable[T]], met: Callable[[T], Any], what: str, *, seconds: float = PATIENCE
) -> T:
    """Look again and again until it is as it must become; returns what was seen then."""
    end = time.monotonic() + seconds
    while True:
        seen = await look()
        if met(seen):
            return seen
        if time.monotonic() > end:
            raise Unmet(f"Expected within {seconds:.0f} s: {what}. Seen: {seen!r}.")
        await asyncio.sleep(_LOOK_SECONDS)


async def happens(event: asyncio.Event, what: str, *, seconds: float = PATIENCE) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        raise Unmet(f"Expected within {seconds:.0f} s: {what}. It did not happen.") from None
