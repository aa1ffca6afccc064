"""An agent calls a colleague on real phones: who hears whom, who is free again, what the ledger says."""

from __future__ import annotations

import asyncio

from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.test_consulting import FIRST, SECOND, TALK_SECONDS, act, listening, projected, seconds_of
from tests.sip.test_outgoing import ended
from tests.sip.test_sent_on import member


async def test_a_colleague_is_called_and_both_talk(build: Build) -> None:
    world = await build(agents=2)
    first, second = await listening(world)
    heard_by = world.phones.phone.heard_by
    async with world.administrator() as admin, world.working(first) as one:
        for agent in (first, second):
            await member(world, admin, agent)
        colleagues = (await one.get("/me/targets")).json["agents"]
        (number,) = [each["number"] for each in colleagues if each["id"] == str(second.id)]
        answer = await one.post("/me/calls", {"number": number})
        assert answer.status == 201, answer.text
        interaction = answer.json["id"]
        await world.ledger.has("colleague.connected")
        again = await one.post("/me/calls", {"agent_id": str(second.id)})
        assert again.status == 409, "one call at a time"
        await asyncio.sleep(TALK_SECONDS + 1)
        await act(one, interaction, "hang-up")
        rows = await ended(world)
        for agent in (first, second):
            await agent.becomes("available")
        assert (await seconds_of(heard_by(first.robot.user), SECOND))[0] > 2
        assert (await seconds_of(heard_by(second.robot.user), FIRST))[0] > 2
        contact = await projected(admin, interaction)
        assert (contact["direction"], contact["caller"], contact["wrap_up_seconds"]) == ("internal", number, None)
        assert [part["kind"] for part in contact["segments"]] == ["agent", "colleague"]
        assert the(rows, "colleague.disconnected").data["talk_seconds"] > 2
        today = (await one.get("/me/today")).json
        assert (today["internal"], today["aht_seconds"]) == (1, None)
