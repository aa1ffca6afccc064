"""An agent calls a colleague on real phones: who hears whom, who is free again, what the ledger says."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hujiao.interactions.machine.absent import KEPT_SECONDS
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.test_conferences import MUSIC
from tests.sip.test_consulting import FIRST, SECOND, TALK_SECONDS, act, listening, projected, seconds_of
from tests.sip.test_desk_phones import desk
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


async def test_who_called_and_loses_the_line_has_the_colleague_again(build: Build) -> None:
    world = await build(agents=2, registered=False)
    first, second = world.agents
    second.robot = replace(second.robot, keeps=True)
    await world.phones.add([second.robot])
    await world.speaks(second, SECOND)
    await second.reached(True)
    async with world.administrator() as admin, world.working(first) as one:
        for agent in (first, second):
            await member(world, admin, agent)
        async with desk(world) as phone:
            answer = await one.post("/me/calls", {"agent_id": str(second.id)})
            assert answer.status == 201, answer.text
            await world.ledger.has("colleague.connected")
            phone.crash()
            await world.ledger.has("agent.line_lost")
            assert [await agent.state() for agent in (first, second)] == ["engaged", "engaged"]
            await asyncio.sleep(TALK_SECONDS)  # the colleague hears music
        async with desk(world) as again:
            await world.ledger.has("agent.line_back")
            await asyncio.sleep(TALK_SECONDS)
            await act(one, answer.json["id"], "hang-up")
            rows = await ended(world)
            for agent in (first, second):
                await agent.becomes("available")
            heard = tones.of_alaw(world.phones.voice.with_name("again.wav"), bytes(again.heard))
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert tones.seconds_of(heard, SECOND) > 1.5, "who called hears the colleague again"
    (music,) = await seconds_of(world.phones.phone.heard_by(second.robot.user), MUSIC)
    assert music > 0.3, "meanwhile the colleague has heard music"


async def test_a_called_colleague_who_loses_the_line_is_heard_again(build: Build) -> None:
    world = await build(agents=2, registered=False)
    first, second = world.agents
    second.robot = replace(second.robot, keeps=True)
    await world.phones.add([second.robot])
    await world.speaks(second, SECOND)
    await second.reached(True)
    async with world.administrator() as admin, world.working(second) as two:
        for agent in (first, second):
            await member(world, admin, agent)
        async with desk(world) as phone:
            answer = await two.post("/me/calls", {"agent_id": str(first.id)})
            assert answer.status == 201, answer.text
            await world.ledger.has("colleague.connected")
            phone.crash()
            await world.ledger.has("agent.line_lost")
            assert [await agent.state() for agent in (first, second)] == ["engaged", "engaged"]
            await asyncio.sleep(TALK_SECONDS)  # who called hears music
        async with desk(world) as again:
            rows = await world.ledger.has("agent.line_back")
            assert the(rows, "agent.line_back").agent_id == first.id
            await asyncio.sleep(TALK_SECONDS)
            await act(two, answer.json["id"], "hang-up")
            rows = await ended(world)
            for agent in (first, second):
                await agent.becomes("available")
            heard = tones.of_alaw(world.phones.voice.with_name("again.wav"), bytes(again.heard))
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert tones.seconds_of(heard, SECOND) > 1.5, "the colleague hears who called again"
    (music,) = await seconds_of(world.phones.phone.heard_by(second.robot.user), MUSIC)
    assert music > 0.3, "meanwhile who called has heard music"


async def test_a_called_colleague_who_stays_away_ends_the_call(build: Build) -> None:
    world = await build(agents=2, registered=False)
    first, second = world.agents
    await world.phones.add([second.robot])
    await second.reached(True)
    async with world.administrator() as admin, world.working(second) as two:
        for agent in (first, second):
            await member(world, admin, agent)
        async with desk(world) as phone:
            answer = await two.post("/me/calls", {"agent_id": str(first.id)})
            assert answer.status == 201, answer.text
            await world.ledger.has("colleague.connected")
            phone.crash()
        rows = await ended(world, after=KEPT_SECONDS)
        assert the(rows, "interaction.ended").data["ended_by"] == "system"
        await second.becomes("available")
        await first.becomes("not_ready")
