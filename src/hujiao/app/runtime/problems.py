"""Counts what failed while calls were routed and writes it down, apart from the calls themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from hujiao.app.runtime.tenant.turn import Problem
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from hujiao.routing import problems

log = structlog.get_logger()

# Every call may meet the same problem: it is written once a second at most, with how often it was met.
GATHER_SECONDS = 1.0
# What the operator is shown: the latest of all tenants, for so long.
LATELY_SECONDS = 600.0
MOST_LATELY = 200


@dataclass(slots=True)
class _Met:
    problem: Problem
    count: int
    last_at: datetime


class ProblemBook:
    def __init__(self, database: Database, new: Callable[[UUID, Problem], None]) -> None:
        """`new` is told of each problem that was not known yet."""
        self._database = database
        self._new = new
        self._met: dict[UUID, dict[tuple[str, str], _Met]] = {}
        self._writing: set[asyncio.Task[None]] = set()
        self._lately: dict[tuple[UUID, str, str], _Met] = {}

    def met(self, tenant_id: UUID, problem: Problem) -> None:
        waiting = self._met.get(tenant_id)
        if waiting is None:
            waiting = self._met[tenant_id] = {}
            task = asyncio.get_running_loop().create_task(self._write(tenant_id))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        key = (problem.kind, problem.place)
        before = waiting.get(key)
        waiting[key] = _Met(problem, before.count + 1 if before else 1, utc_now())
        known = self._lately.pop((tenant_id, *key), None)
        self._lately[tenant_id, *key] = _Met(problem, known.count + 1 if known else 1, utc_now())
        if len(self._lately) > MOST_LATELY:
            del self._lately[next(iter(self._lately))]

    def report(self) -> list[dict[str, Any]]:
        """The problems of all tenants that were met lately, as health tells them."""
        since = utc_now() - timedelta(seconds=LATELY_SECONDS)
        return [
            {
                "tenant_id": str(tenant_id),
                "kind": met.problem.kind,
                "place": met.problem.place,
                **met.problem.said.facts(),
                "count": met.count,
                "last_at": met.last_at.isoformat(),
            }
            for (tenant_id, *_), met in self._lately.items()
            if met.last_at > since
        ]

    def forget(self, tenant_id: UUID) -> None:
        """What was met with another configuration may be mended by now."""
        if waiting := self._met.get(tenant_id):
            waiting.clear()
        for key in [key for key in self._lately if key[0] == tenant_id]:
            del self._lately[key]

    async def _write(self, tenant_id: UUID) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        found = self._met.pop(tenant_id)
        try:
            async with self._database.tenant(tenant_id) as session:
                book = problems.Problems(session, tenant_id)
                new = [met.problem for met in found.values() if await self._record(book, met)]
        except (OSError, SQLAlchemyError) as error:
            log.warning("problems_not_written", tenant_id=str(tenant_id), reason=str(error))
            return
        for problem in new:
            log.warning(
                "routing_problem",
                tenant_id=str(tenant_id),
                problem_kind=problem.kind,
                place=problem.place,
                problem=str(problem.said),
            )
            self._new(tenant_id, problem)

    @staticmethod
    async def _record(book: problems.Problems, met: _Met) -> bool:
        told = met.problem
        return await book.record(told.kind, told.place, told.about, told.said, met.count, met.last_at)

    async def close(self) -> None:
        for task in self._writing:
            task.cancel()
        await asyncio.gather(*self._writing, return_exceptions=True)
