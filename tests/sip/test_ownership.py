"""Two runtimes, each with its own tenants: one dies or freezes, the other goes on with all of them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from typing import Any

import asyncpg
import msgspec
import pytest
from nats.aio.msg import Msg
from sqlalchemy import text

from hujiao.app.cli import holders
from hujiao.app.holder import ask
from hujiao.asterisk.testphone.phone import Call
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.running import Running, hujiao
from tests.sip.test_faults import frozen, runtime_of, runtime_serves, talked_without_a_gap, whole_again
from tests.sip.world import World

TALK_SECONDS = 4.0  # before anything happens: most of a talk is heard, however long it took to begin

__all__ = ["whole_again"]  # the fixture: each test begins with both runtimes up and fair shares


async def shards_of_two(running: Running) -> tuple[int, int]:
    """A shard of each runtime."""
    await whole(running)
    served = await holders.serving(running.settings, running.bus)
    first, second = running.settings.runtime_names
    return tuple(next(shard for shard, name in served.items() if name == wanted) for wanted in (first, second))  # type: ignore[return-value]


async def two_tenants(running: Running, build: Build) -> tuple[World, World]:
    one, other = await shards_of_two(running)
    wanted: dict[str, Any] = {"straight": True, "wrap_up_seconds": 1}
    worlds = await asyncio.gather(build(shard=one, **wanted), build(shard=other, **wanted))
    return worlds[0], worlds[1]


async def talking_and_waiting(world: World) -> tuple[Call, Call]:
    talking = await world.call()
    await world.ledger.has("agent.connected", talking.caller)
    await asyncio.sleep(TALK_SECONDS)
    waiting = await world.call()
    await world.ledger.has("queue.entered", waiting.caller)
    return talking, waiting


async def served_in_order(world: World, talking: Call, waiting: Call) -> None:
    """The talk was never broken; whoever waited is next."""
    assert not talking.ended.is_set()
    await talking.hang_up()
    rows = await world.ledger.ended(talking.caller)
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    await world.ledger.has("agent.connected", waiting.caller)
    await waiting.hang_up()
    rows = await world.ledger.ended(waiting.caller)
    assert kinds(rows).count("agent.connected") == 1
    assert kinds(rows).count("interaction.ended") == 1
    await talked_without_a_gap(talking)


async def test_each_runtime_holds_its_share(running: Running) -> None:
    await whole(running)
    held = Counter((await holders.serving(running.settings, running.bus)).values())
    assert set(held) == set(running.settings.runtime_names)
    assert max(held.values()) - min(held.values()) <= 1
    status = await hujiao(running.home, "status", check=False)  # other tests leave troubles of their tenants
    assert Counter(shard["runtime"] for shard in status["shards"]) == held


async def test_a_killed_runtimes_tenants_go_on_with_the_other(running: Running, build: Build) -> None:
    lost, kept = await two_tenants(running, build)
    calls = await asyncio.gather(talking_and_waiting(lost), talking_and_waiting(kept))
    survivor = await running.holder(kept.shard)
    os.kill(await runtime_of(lost), signal.SIGKILL)
    await runtime_serves(running, lost)
    assert await running.holder(kept.shard) == survivor
    await asyncio.gather(served_in_order(lost, *calls[0]), served_in_order(kept, *calls[1]))


async def asked(running: Running, world: World) -> list[list[dict[str, Any]]]:
    """All that is ever answered to some questions about the world's tenant, each in a list of its own."""
    answers: list[list[dict[str, Any]]] = []
    nats, subject = running.bus.client, running.bus.subjects.snapshot(world.shard)
    for _ in range(20):
        inbox, heard = nats.new_inbox(), []
        answers.append(heard)

        async def told(message: Msg, heard: list[dict[str, Any]] = heard) -> None:
            heard.append(msgspec.json.decode(message.data))

        await nats.subscribe(inbox, cb=told)
        await nats.publish(subject, msgspec.json.encode({"tenant_id": world.tenant_id}), reply=inbox)
    return answers


async def test_a_frozen_runtime_is_replaced_and_commands_nothing_when_it_goes_on(
    running: Running, build: Build
) -> None:
    world, kept = await two_tenants(running, build)
    talking, waiting = await talking_and_waiting(world)
    stale, other = await running.holder(world.shard), await running.holder(kept.shard)
    # Its last word before it froze: what it does with this when it goes on must come to nothing.
    agent = world.agents[0]
    async with frozen(await running.pid(stale)):
        unheard = asyncio.create_task(
            agent.command("interaction.hold", interaction_id=await interaction(world, talking))
        )
        await other_serves(running, world.shard, other)
        unheard.cancel()
        late = await world.call()
        await world.ledger.has("queue.entered", late.caller)
        told = len(await world.ledger.rows())
        answers = await asked(running, world)
    await whole(running)
    assert [len(each) for each in answers] == [1] * len(answers), "who has lost the shard says nothing when it goes on"
    assert all("interactions" in each[0] for each in answers), "who serves it has answered"
    rows = (await world.ledger.rows())[told:]
    assert [row.kind for row in rows] == []
    assert stale in Counter((await holders.serving(running.settings, running.bus)).values())
    assert "agent.held" not in kinds(await world.ledger.rows())
    await late.hang_up()
    await world.ledger.ended(late.caller)
    await served_in_order(world, talking, waiting)


async def test_a_runtime_that_ends_in_order_leaves_no_gap(running: Running, build: Build) -> None:
    world, _ = await two_tenants(running, build)
    talking, waiting = await talking_and_waiting(world)
    stopped = await running.holder(world.shard)
    other = next(name for name in running.settings.runtime_names if name != stopped)
    os.kill(await running.pid(stopped), signal.SIGTERM)
    taken = asyncio.create_task(other_serves(running, world.shard, other))
    coming: list[Call] = []
    while not taken.done():
        coming.append(await world.call())
        await asyncio.sleep(0.05)
    await taken
    for call in coming:
        await world.ledger.has("queue.entered", call.caller)  # those of the fallback are in nobody's ledger
        await call.hang_up()
        await world.ledger.ended(call.caller)
    await served_in_order(world, talking, waiting)


async def test_who_takes_over_has_the_tenants_at_hand_and_finds_what_it_was_not_told(
    running: Running, build: Build
) -> None:
    world, kept = await two_tenants(running, build)
    holder, other = await running.holder(world.shard), await running.holder(kept.shard)
    await at_hand(running, other)
    async with running.database.tenant(world.tenant_id) as session:
        await session.execute(text("UPDATE queue SET name = 'Nobody was told'"))
    os.kill(await running.pid(holder), signal.SIGKILL)
    await other_serves(running, world.shard, other)
    call = await world.call()
    await world.ledger.has("agent.connected", call.caller)
    async with asyncio.timeout(PATIENCE):
        while await queue_name(world) != "Nobody was told":
            await asyncio.sleep(0.1)
    said = (running.home / "logs" / f"{other}.log").read_text("utf-8").splitlines()
    assert any("configuration_was_old" in line and str(world.tenant_id) in line for line in said), "it was not at hand"
    await call.hang_up()
    await world.ledger.ended(call.caller)


async def queue_name(world: World) -> str:
    bus = world.running.bus
    snapshot = await ask(bus, bus.subjects.snapshot(world.shard), {"tenant_id": world.tenant_id})
    return str(snapshot["queues"][0]["name"])


async def at_hand(running: Running, name: str) -> None:
    """Until this runtime has read all tenants that it does not serve."""
    serving = await holders.serving(running.settings, running.bus)
    async with running.database.lookup() as session:
        rows = await session.execute(text("SELECT shard FROM lookup_tenants()"))
        others = sum(serving.get(row.shard) != name for row in rows)
    async with asyncio.timeout(PATIENCE):
        while (await health(running, name))["tenants_known"] < others:
            await asyncio.sleep(0.1)


async def health(running: Running, name: str) -> dict[str, Any]:
    answer = await running.bus.request(running.bus.subjects.health(name), {})
    detail: dict[str, Any] = answer["detail"]
    return detail


async def interaction(world: World, call: Call) -> str:
    rows = await world.ledger.rows(call.caller)
    return str(rows[0].interaction_id)


async def other_serves(running: Running, shard: int, name: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await holders.serving(running.settings, running.bus)).get(shard) != name:
            await asyncio.sleep(0.1)


async def whole(running: Running) -> None:
    """Until every runtime has its share again."""
    async with asyncio.timeout(PATIENCE):
        while not await running.even():
            await asyncio.sleep(0.2)


pytestmark = pytest.mark.usefixtures("whole_again")


async def test_a_view_shows_what_is_written_and_nothing_else(build: Build) -> None:
    """What the database does not have may never have been: a runtime that dies now knows nothing of it."""
    world = await build(agents=1)
    (agent,) = world.agents
    ledger = await asyncpg.connect(world.running.settings.database_ledger_url)
    try:
        async with ledger.transaction():
            await ledger.execute("SELECT FROM shard_lease WHERE shard = $1 FOR UPDATE", world.shard)  # no commit passes
            command = asyncio.create_task(agent.command("agent.set_state", state="not_ready"))
            await asyncio.sleep(0.3)
            view = asyncio.create_task(agent.view())
            await asyncio.sleep(0.3)
            assert not command.done()
            assert not view.done(), view.result()["state"]
    finally:
        await ledger.close()
    assert (await command)["ok"]
    assert (await view)["state"] == "not_ready"
