"""An agent calls a number over a trunk on real phones: who hears whom, which trunk takes it, what the ledger says."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_consulting import FIRST, TALK_SECONDS, act, listening, seconds_of
from tests.sip.test_sent_on import member
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import World

# At one address the carrier is full, at the other the number answers, after a moment of ringing.
OTHER_ADDRESS = "127.0.0.6"
TWO_WAYS = f"""{CARRIER}
exten => 13800138000,1,GotoIf($[${{REGEX("{OTHER_ADDRESS}" ${{PJSIP_HEADER(read,To)}})}}]?answer)
 same => n,Hangup(34)
 same => n(answer),Ringing()
 same => n,Wait(1)
 same => n,Goto(echo,s,1)
exten => 13800138001,1,Hangup(17)
"""


async def ended(world: World, *, after: float = 0) -> list[Any]:
    """The course of the tenant's one call, once it is over; which it is not before so many seconds."""
    async with asyncio.timeout(after + PATIENCE):
        while True:
            rows = await world.ledger.rows()
            if any(row.kind == "interaction.ended" for row in rows):
                return rows
            await asyncio.sleep(0.1)


async def test_a_call_goes_out_by_the_trunk_that_takes_it(running: Running, build: Build) -> None:
    world = await build(agents=1)
    (first,) = await listening(world)
    async with (
        world.administrator() as admin,
        own_switch(running, TWO_WAYS) as carrier,
        world.working(first) as one,
    ):
        await member(world, admin, first)
        port = carrier.settings.sip_port
        way = {"kind": "address", "codecs": ["alaw"], "port": port}
        async with (
            trunk(running, **{**way, "port": 9}, host=CARRIER_ADDRESS, match=["127.0.0.7"]) as dead,
            trunk(running, **way, host=CARRIER_ADDRESS, match=[CARRIER_ADDRESS]) as full,
            trunk(running, **way, host=OTHER_ADDRESS, match=[OTHER_ADDRESS]) as open_one,
        ):
            await state_of(running, dead, lambda state: state["state"] == "down")
            for trunk_id in (full, open_one):
                await state_of(running, trunk_id, lambda state: state["state"] == "up")
            refused = await one.post("/me/calls", {"number": "110"})
            assert (refused.status, refused.json["error"]["field"]) == (409, "number")
            assert (await one.post("/me/calls", {"number": "nobody"})).status == 422
            number = (await one.get("/me/caller-numbers")).json[0]
            answer = await one.post("/me/calls", {"number": "138 0013 8000", "caller_number_id": number["id"]})
            assert answer.status == 201, answer.text
            assert (await one.post("/me/calls", {"number": "13800138000"})).status == 409, "one call at a time"
            await world.ledger.has("agent.connected")
            await asyncio.sleep(TALK_SECONDS + 1)
            interaction = answer.json["id"]
            await act(one, interaction, "keys", keys="1")
            await act(one, interaction, "hang-up")
            await first.becomes("wrap_up")
            rows = await ended(world)
            await first.wrap_up(interaction)
            await first.becomes("available")
            heard = await seconds_of(world.phones.phone.heard_by(first.robot.user), FIRST)
            assert heard[0] > 2, "the far side is an echo"
            contact = (await one.get(f"/interactions/{interaction}")).json
            assert (contact["direction"], contact["caller"], contact["called"]) == (
                "outbound", "13800138000", world.number,
            )  # fmt: skip
            assert the(rows, "outgoing.called").data["caller"] == world.number
            assert the(rows, "agent.connected").data["ring_seconds"] > 0.5
            assert {"recording.started", "recording.stopped", "keys.sent"} <= {row.kind for row in rows}

            busy = await one.post("/me/calls", {"number": "13800138001"})
            await first.becomes("wrap_up")
            rows = [row for row in await world.ledger.rows() if str(row.interaction_id) == busy.json["id"]]
            assert the(rows, "outgoing.unreached").data["cause"] == 17, "a busy number is tried by one trunk alone"
            assert the(rows, "interaction.ended").data["end_reason"] == "not_reached"
