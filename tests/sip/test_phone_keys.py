"""What agents do at their desk phones (call, ask beside, send on): the ledger has it as if it had been clicked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hujiao.asterisk import console
from tests.sip.conftest import Build
from tests.sip.desk_phone import DeskPhone
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_desk_phones import desk
from tests.sip.test_outgoing import ended
from tests.sip.test_sent_on import member
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import World

# One number answers, one is busy, and one rings until whoever calls it gives up.
NUMBERS = f"""{CARRIER}
exten => 13800138000,1,Goto(echo,s,1)
exten => 13800138001,1,Hangup(17)
exten => 13800138002,1,Ringing()
 same => n,Wait(60)
"""
ANSWERS, BUSY, RINGS = "13800138000", "13800138001", "13800138002"


@pytest.fixture
async def world(build: Build) -> World:
    return await build(straight=True, registered=False, wrap_up_seconds=1)


@asynccontextmanager
async def outside(running: Running) -> AsyncIterator[None]:
    """A carrier that takes calls out."""
    async with own_switch(running, NUMBERS) as carrier:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            yield


async def hears(phone: DeskPhone, samples: int) -> None:
    """The phone hears so much more."""
    already = len(phone.heard)
    async with asyncio.timeout(PATIENCE):
        while len(phone.heard) < already + samples:
            await asyncio.sleep(0.05)


async def over(phone: DeskPhone) -> None:
    async with asyncio.timeout(PATIENCE):
        await phone.ended.wait()


async def test_the_transfer_key_sends_the_caller_on_and_a_refusal_leaves_the_call(
    running: Running, world: World
) -> None:
    (agent,) = world.agents
    async with outside(running), desk(world) as phone:
        call = await world.call()
        await world.ledger.has("agent.connected", call.caller)
        for to, more in (
            ("<sip:110@hujiao>", ()),
            (f"<sip:{agent.number}@hujiao>", ()),
            ("<sip:13800138000@hujiao?Replaces=x%3Bto-tag%3Da%3Bfrom-tag%3Db>", ()),
            ("<sip:110@hujiao>", ("Refer-Sub: false",)),
        ):
            before = len(phone.progress())
            assert (await phone.refer(to, *more)).status == 202
            await phone.told("603", after=before)
        assert await agent.state() == "engaged" and not phone.ended.is_set()
        refused = [
            row.data["reason"]
            for row in await world.ledger.has("number.refused", count=2)
            if row.kind == "number.refused"
        ]
        assert refused == ["emergency_number"] * 2
        assert (await phone.refer(f"<sip:{ANSWERS}@hujiao>")).status == 202
        await phone.told("200")
        await over(phone)
        rows = await world.ledger.has("transfer.answered", call.caller)
        asked = the(rows, "transfer.requested").data
        assert (asked["to"], asked["target"], asked["origin"]) == ("number", ANSWERS, "phone")
        assert asked["by_agent"] == str(agent.id)
        await call.hang_up()
        await world.ledger.ended(call.caller)


async def free_again(world: World, phone: DeskPhone) -> None:
    """The agent has written up, nothing goes on, and nothing of the call is left in the switch."""
    (agent,) = world.agents
    await agent.becomes("available")
    async with asyncio.timeout(PATIENCE):
        while await world.interactions():
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(("offers", "events"), [(True, True), (False, False)])
async def test_a_free_agents_phone_calls_out(running: Running, world: World, offers: bool, events: bool) -> None:
    """One phone offers last, and takes keys by SIP INFO alone."""
    (agent,) = world.agents
    async with outside(running), desk(world, events=events) as phone:
        call = await phone.place(ANSWERS, offers=offers)
        await call.answered()
        rows = await world.ledger.has("agent.connected")
        begun = the(rows, "outgoing.started").data
        assert (begun["number"], begun["origin"]) == (ANSWERS, "phone") and not phone.offers
        (live,) = await world.interactions()
        assert (live["direction"], live["caller"], live["called"]) == ("outbound", ANSWERS, world.number)
        assert await agent.state() == "engaged"
        assert (await call.press_info("5")).status == 200
        async with asyncio.timeout(PATIENCE):  # the far side is an echo
            while not (phone.keys if events else phone.told_by_info()):
                await asyncio.sleep(0.05)
        assert phone.keys == ([5] if events else []) and phone.told_by_info() == ([] if events else ["5"])
        await hears(phone, 1600)
        await call.hold("sendonly")
        await world.ledger.has("agent.held", by="phone")
        await call.hold("sendrecv")
        await world.ledger.has("agent.resumed")
        await call.hang_up()
        rows = await ended(world)
        assert the(rows, "interaction.ended").data["ended_by"] == "agent"
        assert {"recording.started", "recording.stopped"} <= set(kinds(rows))
        await free_again(world, phone)


async def test_what_a_phones_call_meets_is_told_to_the_phone(running: Running, world: World) -> None:
    (agent,) = world.agents
    async with outside(running), desk(world) as phone:
        for number, status in (("110", 403), ("1", 484), (agent.number, 403)):
            assert await (await phone.place(number)).refused() == status
        refused = [
            row.data for row in await world.ledger.has("number.refused", count=2) if row.kind == "number.refused"
        ]
        assert [(data["number"], data["by_agent"]) for data in refused] == [
            ("110", str(agent.id)),
            ("1", str(agent.id)),
        ]
        assert not await world.interactions()

        busy = await phone.place(BUSY)
        await busy.answered()
        async with asyncio.timeout(PATIENCE):
            await busy.ended.wait()
        rows = await world.ledger.has("outgoing.unreached", cause=17)
        assert the(rows, "interaction.ended").data["end_reason"] == "not_reached"
        assert await (await phone.place(ANSWERS)).refused() == 486, "the agent writes up"
        await free_again(world, phone)

        await phone.register(expires=0)
        assert (await agent.command("agent.sign_out"))["ok"]
        assert await (await phone.place(ANSWERS)).refused() == 403


async def test_a_call_that_is_cancelled_at_any_moment_leaves_nothing(running: Running, world: World) -> None:
    async with outside(running), desk(world) as phone:
        for stage in (0, 0.01, 0.03, 0.1, None):
            call = await phone.place(RINGS)
            if stage is None:
                await world.ledger.has("outgoing.called", count=1)
            else:
                await asyncio.sleep(stage)  # no event of ours falls between; each has its own moment
            assert await call.cancel() in (200, 487)
            await free_again(world, phone)
            async with asyncio.timeout(PATIENCE):
                while await legs(running, phone):
                    await asyncio.sleep(0.1)


async def legs(running: Running, phone: DeskPhone) -> list[str]:
    """The channels of this phone, and of calls out."""
    shown = await console.run(console.socket_path(running.settings), "core show channels concise")
    return [line for line in shown.splitlines() if phone.user in line or RINGS in line]


async def test_a_second_call_asks_beside_and_the_transfer_key_hands_over(running: Running, world: World) -> None:
    async with outside(running), desk(world) as phone:
        call = await world.call()
        await world.ledger.has("agent.connected", call.caller)
        await phone.hold("sendonly")
        await world.ledger.has("agent.held", call.caller, by="phone")
        assert await (await phone.place("110")).refused() == 403
        ringing = await phone.place(RINGS)
        await world.ledger.has("consultation.started", call.caller, number=RINGS, origin="phone")
        assert await ringing.cancel() in (200, 487)
        await world.ledger.has("consultation.cancelled", call.caller)

        second = await phone.place(ANSWERS)
        await second.answered()
        await world.ledger.has("consultation.answered", call.caller, number=ANSWERS)
        assert await (await phone.place(ANSWERS)).refused() == 486, "one at a time"
        await second.hold("sendonly")
        await phone.hold("sendrecv")
        await world.ledger.has("consultation.swapped", call.caller, to="customer")
        (live,) = await world.interactions()
        assert {party["number"]: party["state"] for party in live["parties"]}[ANSWERS] == "held"
        await phone.hold("sendonly")
        await second.hold("sendrecv")
        await world.ledger.has("consultation.swapped", call.caller, to="consulted")
        await hears(phone, 8000)
        unknown = f"<sip:{ANSWERS}@hujiao?Replaces={second.named}x>"
        assert (await phone.refer(unknown)).status == 202
        await phone.told("603")
        assert (await phone.refer(f"<sip:{ANSWERS}@hujiao?Replaces={second.named}>")).status == 202
        await phone.told("200")
        await over(phone)
        async with asyncio.timeout(PATIENCE):
            await second.ended.wait()
        rows = await world.ledger.has("transfer.answered", call.caller)
        assert the(rows, "agent.disconnected").data["by"] == "transfer"
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        assert the(rows, "transfer.ended").data["talk_seconds"] >= 0
        await free_again(world, phone)


async def test_a_colleague_is_asked_joined_and_sent_to_and_a_supervisor_may_be_quicker(build: Build) -> None:
    world = await build(agents=2, straight=True, registered=False, wrap_up_seconds=1)
    one, two = world.agents
    async with (
        world.administrator() as admin,
        world.working(two) as boss,
        desk(world, one) as phone,
        desk(world, two) as other,
    ):
        await member(world, admin, one)
        await member(world, admin, two, "supervisor")
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        assert the(rows, "agent.connected").agent_id == one.id
        await phone.hold("sendonly")
        second = await phone.place(two.number)
        await second.answered()
        await world.ledger.has("consultation.answered", call.caller, with_agent=str(two.id))
        await phone.hold("sendrecv")  # neither is held: the phone's conference key
        await world.ledger.has("conference.joined", call.caller)
        async with asyncio.timeout(PATIENCE):
            await second.ended.wait()
        await phone.hang_up()
        await world.ledger.has("agent.connected", call.caller, count=2)
        assert await two.state() == "engaged" and not other.ended.is_set()
        assert (await other.refer(f"<sip:{one.number}@hujiao>")).status == 202  # and back
        await other.told("200")
        rows = await world.ledger.has("agent.connected", call.caller, count=3)
        assert [row.agent_id for row in rows if row.kind == "agent.connected"][-1] == one.id
        asked = the(rows, "transfer.requested").data
        assert (asked["to"], asked["target"], asked["origin"]) == ("agent", str(one.id), "phone")

        await two.becomes("available")
        interaction = rows[0].interaction_id
        taken, _ = await asyncio.gather(
            boss.post(f"/interactions/{interaction}/supervision", {"mode": "intercept"}),
            phone.refer(f"<sip:{two.number}@hujiao>"),
        )
        rows = await world.ledger.has("agent.connected", call.caller, count=4)
        assert [row.agent_id for row in rows if row.kind == "agent.connected"][-1] == two.id
        assert taken.status in (200, 409)
        await asyncio.gather(call.hang_up(), other.refer(f"<sip:{one.number}@hujiao>"))  # it has just ended
        rows = await world.ledger.ended(call.caller)
        assert kinds(rows).count("interaction.ended") == 1
        for agent in world.agents:
            await agent.becomes("available")
        second = await phone.place(two.number)
        await second.answered()
        await world.ledger.has("colleague.connected")
        await second.hang_up()
        for agent in world.agents:
            await agent.becomes("available")
