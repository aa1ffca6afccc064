"""Alarms on time in state: what the watch raises, who sees and acknowledges it, and thresholds as they are set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from hujiao.app.jobs.alarms import Alarms
from hujiao.app.realtime.hub import Hub
from hujiao.kit.bus import Bus
from hujiao.kit.db import Database
from hujiao.kit.faults import Faults
from tests.conftest import until
from tests.integration.control import CallControl
from tests.integration.test_sockets import agent_record, fresh, queue_record, reading
from tests.integration.world import Side, World


def busy(side: Side, ids: dict[str, str], since: datetime, **more: Any) -> dict[str, Any]:
    doing = {"activity": "talking", "activity_since": since.isoformat(), "amber_after": 60, "red_after": 3600}
    return agent_record(side, ids, "engaged", **(doing | more))


async def alarms_of(side: Side, role: str, **wanted: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in {"page_size": "500", **wanted}.items())
    return list((await side.clients[role].get(f"/alarms?{query}")).json["items"])


def key(one: dict[str, Any]) -> tuple[Any, ...]:
    return one["agent_id"] or one["interaction_id"], one["state"], one["level"]


def raised(side: Side, wanted: set[tuple[Any, ...]], **which: str) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return wanted <= {key(one) for one in await alarms_of(side, "tenant_administrator", **which)}

    return there


@asynccontextmanager
async def watching(bus: Bus, database: Database) -> AsyncIterator[None]:
    """As the process `jobs` does."""
    watch = asyncio.create_task(Alarms(Hub(bus, database, counts=False), database, Faults()).run())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def test_a_long_state_is_raised_once_and_ends(
    world: World, control: CallControl, bus: Bus, database: Database
) -> None:
    side = world.a
    await fresh(world, control)
    since = datetime.now(UTC) - timedelta(seconds=90)
    records = [busy(side, side.ids, since), busy(side, side.walled, since)]
    call = "01900000-0000-7000-8000-0000000000aa"
    waits = {"id": call, "state": "queued", "queue_id": side.ids["queue"], "project_id": side.ids["project"]}
    queue = queue_record(side, side.ids, 1) | {"amber_after": 20, "red_after": 30}
    await control.change(
        side.tenant_id,
        agents=records,
        queues=[queue],
        interactions=[{**waits, "agent_id": None, "queued_at": since.isoformat()}],
    )

    mine = (side.ids["agent"], "talking", "amber")
    theirs = (side.walled["agent"], "talking", "amber")
    waited = {(call, "waiting", "amber"), (call, "waiting", "red")}
    try:
        for _ in range(2):  # the second is a process that begins anew
            async with watching(bus, database):
                await until(raised(side, {mine, theirs, *waited}), "all is raised that has lasted too long")
        open_ones = [key(one) for one in await alarms_of(side, "tenant_administrator", open="true")]
        assert {mine, theirs, *waited} <= set(open_ones)
        assert len(open_ones) == len(set(open_ones)), "nothing twice"
        seen = {key(one) for one in await alarms_of(side, "supervisor")}
        assert {mine, *waited} <= seen
        assert theirs not in seen, "another project's"
        assert not {key(one) for one in await alarms_of(world.b, "tenant_administrator")} & {mine, theirs, *waited}
    finally:
        await control.change(side.tenant_id, agents=[agent_record(side, side.ids)], ended=[call])
    async with watching(bus, database):
        await until(raised(side, {mine, *waited}, open="false"), "what is over is shown as over")
        # The caller is back in the queue, at the place of before.
        await control.change(
            side.tenant_id,
            queues=[queue],
            interactions=[{**waits, "agent_id": None, "queued_at": since.isoformat()}],
        )
        try:
            await until(raised(side, waited, open="true"), "what is there again is raised anew")
        finally:
            await control.change(side.tenant_id, ended=[call])


async def test_whoever_sees_to_an_alarm_first_is_named(world: World, control: CallControl) -> None:
    side = world.a
    await fresh(world, control)
    body = {"alarm_ids": [side.ids["alarm"]]}
    boss = side.clients["supervisor"]
    async with reading(side.clients["supervisor"]) as told:
        first = (await boss.post("/alarms/acknowledge", body)).json
        if first["alarms"]:
            await told.next("alarms")
    assert (await side.admin.post("/alarms/acknowledge", body)).json == {"alarms": 0}
    (one,) = [one for one in await alarms_of(side, "supervisor") if one["id"] == side.ids["alarm"]]
    assert one["acknowledged_at"]
    assert one["agent_name"].startswith("Agent")
    unseen = await alarms_of(side, "supervisor", acknowledged="false")
    assert side.ids["alarm"] not in {one["id"] for one in unseen}
    walled = await boss.post("/alarms/acknowledge", {"alarm_ids": [side.walled["alarm"]]})
    assert (walled.status, walled.json["error"]["field"]) == (422, "alarm_ids")
    assert (await side.clients["agent"].get("/alarms")).status == 403


async def test_thresholds_are_set_by_right_and_checked(world: World) -> None:
    side, admin = world.a, world.a.admin
    reason, group, queue = side.ids["reason_code"], side.ids["agent_group"], side.ids["queue"]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"state": "asleep"}, "state"),
        ({"state": "held", "amber_seconds": 0}, "amber_seconds"),
        ({"state": "held", "red_seconds": 86_401}, "red_seconds"),
        ({"state": "held", "amber_seconds": 60, "red_seconds": 60}, "red_seconds"),
        ({"state": "waiting", "group_id": group}, "group_id"),
        ({"state": "held", "queue_id": queue}, "queue_id"),
        ({"state": "held", "reason_code_id": reason}, "reason_code_id"),
        ({"state": "break", "reason_code_id": reason}, "reason_code_id"),
        ({"state": "not_ready", "reason_code_id": world.b.ids["reason_code"]}, "reason_code_id"),
    ]
    for body, field in wrong:
        answer = await admin.post("/state-thresholds", body)
        assert (answer.status, answer.json["error"]["field"]) == (422, field), answer.text
        assert not answer.json["error"]["message"].startswith("error.")
    assert (await side.clients["supervisor"].post("/state-thresholds", {"state": "idle"})).status == 403
    made = await admin.made("/state-thresholds", {"state": "waiting", "queue_id": queue, "red_seconds": 45})
    twice = await admin.post("/state-thresholds", {"state": "waiting", "queue_id": queue, "amber_seconds": 5})
    assert (twice.status, twice.json["error"]["field"]) == (409, "state")
    assert (await admin.send("DELETE", f"/state-thresholds/{made['id']}")).status == 204
    usual = {one["state"]: one for one in (await admin.get("/state-thresholds/usual")).json}
    assert usual["waiting"] == {"state": "waiting", "amber_seconds": 20, "red_seconds": 60}
