"""What asking a queue's helpers would do within the next minutes: simulated from the floor as it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from msgspec.structs import replace

from hujiao.app.jobs.simulating import simulating
from hujiao.kit.db import Database
from hujiao.reporting import service as reporting
from hujiao.routing.simulation.floor import Floor
from hujiao.routing.simulation.foresight import Foresight, Given

log = structlog.get_logger()

LONGEST_SECONDS = 60.0
AGAIN_AFTER = timedelta(seconds=60)

Ahead = dict[str, dict[str, Any]]  # by queue: what is ahead of it before and after


class Foreseen(msgspec.Struct, frozen=True):
    """As of a moment, by the agents who would be asked."""

    at: datetime
    choices: dict[frozenset[str], Ahead] = {}

    def into(self, plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Add it to the outcomes of these plans; a choice that was not looked at has none."""
        for plan in plans:
            ahead = self.choices.get(frozenset(plan["agent_ids"]), {})
            for outcome in plan["outcomes"]:
                outcome["ahead"] = ahead.get(outcome["queue_id"])
        return plans


async def arrivals(database: Database, tenant_id: UUID, now: datetime) -> dict[str, float]:
    """Callers an hour by queue, as in the last minutes."""
    async with database.tenant(tenant_id) as session:
        minutes = (await reporting.indicator_settings(session)).minutes
        recent = await reporting.recent_by_queue(session, now)
    return {queue_id: one["entered"] / minutes * 60 for queue_id, one in recent.items()}


async def foresee(
    floor: Any, per_hour: Mapping[str, float], said: Mapping[str, Any]
) -> dict[frozenset[str], Ahead] | None:
    """What is ahead with each of the suggested plans; None when the simulation breaks off or takes too long. `floor` is
    as it was sent."""
    there = msgspec.convert(floor, Floor)
    streams = tuple(replace(one, per_hour=per_hour.get(str(one.queue_id), 0.0)) for one in there.streams)
    given = {
        one["agent_id"]: Given(UUID(one["agent_id"]), UUID(one["skill_id"]), one["level"]) for one in said["helpers"]
    }
    choices = tuple(tuple(given[agent_id] for agent_id in plan["agent_ids"]) for plan in said["plans"])
    found = await _simulated(Foresight(replace(there, streams=streams), choices))
    if found is None:
        return None
    about = {"minutes": found["minutes"], "runs": found["runs"]}
    return {
        frozenset(plan["agent_ids"]): {
            queue_id: {**about, "before": found["before"][queue_id], "after": after[queue_id]} for queue_id in after
        }
        for plan, after in zip(said["plans"], found["after"], strict=True)
    }


async def _simulated(work: Foresight) -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(LONGEST_SECONDS), simulating(work) as lines:
            async for line in lines:
                said: dict[str, Any] = msgspec.json.decode(line)
                if "result" in said:
                    result: dict[str, Any] = said["result"]
                    return result
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        pass
    log.warning("foresight_broke_off")
    return None
