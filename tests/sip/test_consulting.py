"""An agent asks somebody beside the customer, on real phones: what each of them hears, and what the ledger says."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from hujiao.asterisk.testphone.phone import Call
from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_sent_on import member
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import CALLER_TONE, AgentPhone, World

FIRST, SECOND = 880, 1200
TALK_SECONDS = 2.5


async def listening(world: World) -> list[AgentPhone]:
    """The agents, each with a voice of their own, whose phones keep what they hear."""
    for agent, voice in zip(world.agents, (FIRST, SECOND), strict=False):
        agent.robot = replace(agent.robot, keeps=True)
        await world.speaks(agent, voice)
    return world.agents


async def talking(world: World) -> tuple[Call, Any]:
    """A caller who says their tone, with the first agent."""
    call = await world.call_and_press("1")
    rows = await world.ledger.has("agent.connected", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    await asyncio.sleep(TALK_SECONDS)
    return call, rows[0].interaction_id


async def act(client: Client, interaction_id: Any, what: str, **body: Any) -> None:
    answer = await client.post(f"/me/interactions/{interaction_id}/{what}", body or None)
    assert answer.status == 200, answer.text


async def seconds_of(path: Path, *frequencies: float) -> list[float]:
    """How long each tone is heard in the file, once it is complete."""
    async with asyncio.timeout(PATIENCE):
        while not tones.is_whole(path):
            await asyncio.sleep(0.1)
    return [tones.seconds_of(path, frequency) for frequency in frequencies]


async def projected(admin: Client, interaction: Any) -> dict[str, Any]:
    """The contact, once what the ledger says of it is in the reports' rows."""
    async with asyncio.timeout(PATIENCE):
        while True:
            contact: dict[str, Any] = (await admin.get(f"/interactions/{interaction}")).json
            if contact["end_reason"]:
                return contact
            await asyncio.sleep(0.2)


async def test_another_agent_is_asked_and_nobody_hears_what_they_must_not(build: Build) -> None:
    world = await build(agents=2)
    first, second = await listening(world)
    heard_by = world.phones.phone.heard_by
    async with world.administrator() as admin, world.working(first) as one, world.working(second) as two:
        await member(world, admin, first)
        await member(world, admin, second)
        call, interaction = await talking(world)
        await act(one, interaction, "consult", to="agent", target=str(second.id))
        await world.ledger.has("consultation.answered", call.caller)
        await asyncio.sleep(TALK_SECONDS)
        await act(one, interaction, "swap")
        await asyncio.sleep(TALK_SECONDS)
        await act(one, interaction, "end-consultation")
        await second.becomes("available")
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        customer, asked = await seconds_of(await call.heard(), FIRST, SECOND), heard_by(second.robot.user)
        assert customer[0] > 3 and customer[1] < 0.2, "the customer hears one of them only"
        to_first, from_customer = await seconds_of(asked, FIRST, CALLER_TONE)
        assert to_first > 1.5 and from_customer < 0.2, "who is asked does not hear the customer"
        told = the(rows, "consultation.ended").data
        assert told["talk_seconds"] > 4 and told["with_agent"] == str(second.id)
        assert 2 < the(rows, "agent.disconnected").data["hold_seconds"] < 4.5
        await first.wrap_up(interaction)
        await first.becomes("available")
        for state in ("not_ready", "available"):  # the first has been idle longest again
            assert (await second.command("agent.set_state", state=state))["ok"]

        call, interaction = await talking(world)
        rows = await world.ledger.has("agent.connected", call.caller)
        assert the(rows, "agent.connected").agent_id == first.id
        await act(one, interaction, "consult", to="agent", target=str(second.id))
        await world.ledger.has("consultation.answered", call.caller)
        await asyncio.sleep(1)
        joined = time.monotonic()
        await act(one, interaction, "join")
        await asyncio.sleep(TALK_SECONDS)
        await act(two, interaction, "mute")
        await asyncio.sleep(TALK_SECONDS)
        await act(two, interaction, "unmute")
        await act(one, interaction, "hang-up")
        await first.becomes("wrap_up")
        await asyncio.sleep(TALK_SECONDS)
        await call.hang_up()
        together = time.monotonic() - joined
        await world.ledger.ended(call.caller)
        await second.becomes("wrap_up")
        both = await seconds_of(await call.heard(), FIRST, SECOND)
        assert both[0] > 3 and both[1] > 3, "the customer hears both, and then the second alone"
        assert together - both[1] > 0.8 * TALK_SECONDS, "nobody hears who has muted themselves"
        assert min(await seconds_of(heard_by(second.robot.user), FIRST, CALLER_TONE)) > 2
        assert min(await seconds_of(heard_by(first.robot.user), SECOND, CALLER_TONE)) > 2
        contact = await projected(admin, interaction)
        assert [part["kind"] for part in contact["segments"] if part["kind"] not in ("flow", "queue")] == [
            "agent", "consult", "agent",
        ]  # fmt: skip


async def test_an_outside_number_is_asked_and_keeps_the_customer(running: Running, build: Build) -> None:
    world = await build(agents=1)
    (first,) = await listening(world)
    async with own_switch(running, CARRIER) as carrier, world.working(first) as one:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            call, interaction = await talking(world)
            await act(one, interaction, "consult", to="number", target="100")
            await world.ledger.has("consultation.answered", call.caller)
            await asyncio.sleep(TALK_SECONDS)  # the far side is an echo
            await act(one, interaction, "hand-over")
            await first.becomes("wrap_up")
            await asyncio.sleep(TALK_SECONDS)
            await call.hang_up()
            rows = await world.ledger.ended(call.caller)
    assert the(rows, "consultation.ended").data["number"] == "100"
    assert the(rows, "transfer.ended").data["talk_seconds"] > 2
    echo = world.phones.phone.heard_by(first.robot.user)
    assert (await seconds_of(echo, FIRST))[0] > 1.5, "the agent hears the number"
    assert (await seconds_of(await call.heard(), CALLER_TONE))[0] > 1.5, "and then the customer does"
