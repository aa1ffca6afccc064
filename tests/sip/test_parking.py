"""A customer is parked and picked up on real phones, over the death of a runtime; and rings back where nobody does."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.test_consulting import FIRST, SECOND, TALK_SECONDS, act, listening, projected, seconds_of, talking
from tests.sip.test_faults import runtime_of, runtime_serves
from tests.sip.test_sent_on import member
from tests.sip.world import CALLER_TONE


async def until_parked(client: Client) -> list[dict[str, Any]]:
    """Whom the agent sees parked, once there is somebody."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found: list[dict[str, Any]] = (await client.get("/me/parked")).json
            if found:
                return found
            await asyncio.sleep(0.1)


async def test_a_parked_customer_is_picked_up_by_another_agent_and_rings_back(running: Running, build: Build) -> None:
    world = await build(agents=2)
    first, second = await listening(world)
    heard_by = world.phones.phone.heard_by
    async with world.administrator() as admin, world.working(first) as one, world.working(second) as other:
        for agent in (first, second):
            await member(world, admin, agent)
        settings = {"recording_format": "mp3", "parking": {"places": 1, "seconds": 600}}
        await world.configure(admin, "PUT", "/settings", settings)
        assert (await second.command("agent.set_state", state="not_ready"))["ok"]
        call, interaction = await talking(world)
        await act(one, interaction, "park")
        await first.becomes("available")
        await asyncio.sleep(TALK_SECONDS)
        os.kill(await runtime_of(world), signal.SIGKILL)
        await runtime_serves(running, world)
        (parked,) = await until_parked(other)
        assert (parked["id"], parked["place"], parked["by_agent"]) == (str(interaction), 1, str(first.id))
        answers = await asyncio.gather(*(who.post(f"/me/parked/{interaction}/pick-up") for who in (one, other)))
        assert sorted(answer.status for answer in answers) == [200, 409], "one gets it"
        taken, leaves = (first, one) if answers[0].status == 200 else (second, other)
        await world.ledger.has("agent.connected", call.caller, count=2)
        await asyncio.sleep(TALK_SECONDS)
        await act(leaves, interaction, "hang-up")
        await world.ledger.ended(call.caller)
        await taken.becomes("wrap_up")
        heard = await call.heard()
        by_first, by_second = await seconds_of(heard, FIRST, SECOND)
        assert (by_first if taken is first else by_second) > 1.5
        assert (await seconds_of(heard_by(taken.robot.user), CALLER_TONE))[0] > 1.5
        contact = await projected(admin, interaction)
        kinds = [part["kind"] for part in contact["segments"] if part["kind"] in ("agent", "parked")]
        assert kinds == ["agent", "parked", "agent"]
        await taken.wrap_up(interaction)

        await world.configure(admin, "PUT", "/settings", {**settings, "parking": {"places": 1, "seconds": 5}})
        assert (await second.command("agent.set_state", state="not_ready"))["ok"]
        await first.becomes("available")
        call, interaction = await talking(world)
        await act(one, interaction, "park")
        rows = await world.ledger.has("pick_up.started", call.caller)
        assert the(rows, "pick_up.started").data["rings_back"] is True
        await first.becomes("engaged")
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        assert the(rows, "interaction.ended").data["end_reason"] == "completed"
