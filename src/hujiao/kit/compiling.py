"""Compiles expressions away from the event loop: many long ones take seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from hujiao.kit.expressions import BadExpression, Expressions


async def compiled(expressions: Expressions, sources: Iterable[str]) -> None:
    """Whoever asks for these next gets them at once; what is wrong is told then. The compiler lets others work."""

    def work() -> None:
        for source in dict.fromkeys(filter(None, sources)):
            with suppress(BadExpression):
                expressions.compile(source)

    await asyncio.to_thread(work)
