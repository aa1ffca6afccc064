"""A tenant whose rows cannot be read after a take-over: others are served, its callers hear why, its talks go on."""

from __future__ import annotations

import asyncio
import os
import signal
from uuid import UUID

import asyncpg

from hujiao.app.holder import ask
from tests.sip.conftest import Build
from tests.sip.ledger import kinds, the
from tests.sip.running import Running
from tests.sip.test_faults import hears_the_fallback, runtime_of, runtime_serves, talked_without_a_gap, whole_again
from tests.sip.world import Phones, served

__all__ = ["whole_again"]


async def since(running: Running, tenant_id: UUID, put: str) -> str:
    """Put this into the row of its one agent, past everything that would refuse it; returns what was there."""
    connection = await asyncpg.connect(running.settings.database_ledger_url)
    try:
        was = await connection.fetchval("SELECT state->>'since' FROM agent_live WHERE tenant_id = $1", tenant_id)
        put_in = "state::jsonb || jsonb_build_object('since', $2::text)"
        change = f"UPDATE agent_live SET state = {put_in} WHERE tenant_id = $1"
        await connection.execute(change, tenant_id, put)
    finally:
        await connection.close()
    return str(was)


async def test_one_tenant_that_cannot_be_read_does_not_keep_the_others_away(
    running: Running, phones: Phones, build: Build
) -> None:
    well, torn = await asyncio.gather(*(build(straight=True, wrap_up_seconds=1, shard=1) for _ in range(2)))
    talks = await asyncio.gather(well.call(), torn.call())
    for world, call in zip((well, torn), talks, strict=True):
        await world.ledger.has("agent.connected", call.caller)
    runtime = await runtime_of(torn)
    os.kill(runtime, signal.SIGSTOP)  # nothing is written over what follows
    was = await since(running, torn.tenant_id, "yesterday")
    os.kill(runtime, signal.SIGKILL)
    await runtime_serves(running, well)

    another = await well.call()
    await well.ledger.has("queue.entered", another.caller)
    await hears_the_fallback(running, phones, torn.number)
    asked = await ask(running.bus, running.bus.subjects.snapshot(torn.shard), {"tenant_id": torn.tenant_id})
    refused = asked["error"]
    assert (refused["code"], refused["detail"]["work"]) == ("set_aside", "reading")
    assert refused["detail"]["since"] <= refused["detail"]["next_try_at"]
    assert not any(call.ended.is_set() for call in talks)

    await since(running, torn.tenant_id, was)
    await served(torn)
    late = await torn.call()
    await torn.ledger.has("queue.entered", late.caller)
    for world, call, next_one in ((well, talks[0], another), (torn, talks[1], late)):
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        assert the(rows, "interaction.ended").data["end_reason"] == "completed"
        await talked_without_a_gap(call)
        rows = await world.ledger.has("agent.connected", next_one.caller)
        assert kinds(rows).count("agent.connected") == 1
        await next_one.hang_up()
        await world.ledger.ended(next_one.caller)
