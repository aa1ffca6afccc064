"""A supervisor listens, coaches, barges in and takes over on real phones: what each hears, and what is told to whom."""

from __future__ import annotations

import asyncio
import json

from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.test_consulting import FIRST, SECOND, TALK_SECONDS, listening, seconds_of, talking
from tests.sip.test_desk_phones import desk
from tests.sip.test_sent_on import member
from tests.sip.world import CALLER_TONE


async def test_a_supervisor_is_heard_by_whom_the_mode_says(build: Build) -> None:
    world = await build(agents=2)
    first, second = await listening(world)
    heard_by = world.phones.phone.heard_by
    async with world.administrator() as admin, world.working(first) as one, world.working(second) as two:
        await member(world, admin, first)
        await member(world, admin, second, "supervisor")
        call, interaction = await talking(world)

        async def supervise(mode: str) -> None:
            answer = await two.post(f"/interactions/{interaction}/supervision", {"mode": mode})
            assert answer.status == 200, answer.text

        assert await heard_today(two) == {first.number: 0, second.number: 0}
        await supervise("listen")
        await world.ledger.has("supervision.answered", call.caller)
        await asyncio.sleep(TALK_SECONDS)
        for path in ("/me/desktop", f"/interactions/{interaction}"):
            assert "supervis" not in json.dumps((await one.get(path)).json), "the agent is not told"
        seen = (await admin.get(f"/interactions/{interaction}")).json
        assert "supervision.started" in {event["kind"] for event in seen["events"]}
        assert (await one.post(f"/interactions/{interaction}/supervision", {"mode": "listen"})).status == 403
        await supervise("coach")
        await asyncio.sleep(TALK_SECONDS)
        await supervise("listen")
        await asyncio.sleep(0.5)
        await two.send("DELETE", f"/interactions/{interaction}/supervision")
        await second.becomes("available")
        ear, first_heard = heard_by(second.robot.user), heard_by(first.robot.user)
        assert min(await seconds_of(ear, FIRST, CALLER_TONE)) > 3, "the supervisor hears both"

        await supervise("barge")
        async with asyncio.timeout(PATIENCE):
            while len([row for row in await world.ledger.rows() if row.kind == "supervision.answered"]) < 2:
                await asyncio.sleep(0.1)
        await asyncio.sleep(TALK_SECONDS)
        await supervise("intercept")
        await first.becomes("wrap_up")
        await asyncio.sleep(TALK_SECONDS)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        await second.becomes("wrap_up")
        customer = await seconds_of(await call.heard(), FIRST, SECOND)
        (coached,) = await seconds_of(first_heard, SECOND)
        assert coached > 3, "the agent hears the coach, and who barged in"
        assert 3 < customer[1] < 8, "the customer hears them barge in and take over, not coach"
        assert [row.data["mode"] for row in rows if row.kind == "supervision.changed"] == ["coach", "listen"]
        talks = [row for row in rows if row.kind == "agent.disconnected"]
        assert [row.agent_id for row in talks] == [first.id, second.id] and talks[0].data["by"] == "supervisor"
        assert the(rows, "interaction.ended").data["end_reason"] == "completed"
        async with asyncio.timeout(PATIENCE):  # the facts are folded a moment later
            while await heard_today(two) != {first.number: 2, second.number: 0}:
                await asyncio.sleep(0.2)
        assert await heard_today(two, unheard="true") == {second.number: 0}
        assert (await one.get("/supervision/agents")).status == 403
        recorded = [row.kind for row in rows if row.kind.startswith("recording.")]
        assert recorded == ["recording.started", "recording.stopped"], "one recording of the conversation"


async def test_a_supervisor_whose_phone_is_lost_listens_again(build: Build) -> None:
    world = await build(agents=2, registered=False)
    second, first = world.agents  # the supervisor has a desk phone
    await world.phones.add([first.robot])
    await world.speaks(first, FIRST)
    await first.reached(True)
    async with world.administrator() as admin, world.working(second) as two:
        await member(world, admin, first)
        await member(world, admin, second, "supervisor")
        async with desk(world, second) as phone:
            answer = await two.post("/me/state", {"state": "not_ready"})
            assert answer.status == 200, answer.text
            call, interaction = await talking(world)
            answer = await two.post(f"/interactions/{interaction}/supervision", {"mode": "coach"})
            assert answer.status == 200, answer.text
            await world.ledger.has("supervision.answered", call.caller)
            phone.crash()
            await world.ledger.has("supervision.line_lost", call.caller)
            assert await second.state() == "engaged"
        async with desk(world, second) as again:
            await world.ledger.has("supervision.line_back", call.caller)
            await asyncio.sleep(TALK_SECONDS)
            heard = tones.of_alaw(world.phones.voice.with_name("supervisor.wav"), bytes(again.heard))
            for tone in (FIRST, CALLER_TONE):
                assert tones.seconds_of(heard, tone) > 1, "the supervisor hears both again"
            again.crash()
            await world.ledger.has("supervision.line_lost", call.caller, count=2)
        await world.ledger.has("supervision.ended", call.caller)  # who does not come back
        await second.becomes("not_ready")
        await call.hang_up()
        await world.ledger.ended(call.caller)


async def heard_today(supervisor: Client, **query: object) -> dict[str, int]:
    answer = await supervisor.get("/supervision/agents", **query)
    assert answer.status == 200, answer.text
    return {agent["number"]: agent["heard_today"] for agent in answer.json}


async def test_a_supervisor_ends_a_call_and_sends_an_agent_out(build: Build) -> None:
    world = await build(agents=2)
    first, second = world.agents
    async with world.administrator() as admin, world.working(second) as two:
        await member(world, admin, first)
        await member(world, admin, second, "supervisor")
        call, interaction = await talking(world)
        assert (await two.post(f"/interactions/{interaction}/disconnect")).status == 200
        rows = await world.ledger.ended(call.caller)
        assert the(rows, "interaction.ended").data["ended_by"] == "supervisor"
        await first.becomes("wrap_up")
        answer = await two.post("/agents/states", {"agent_ids": [str(first.id)], "state": "logged_out"})
        assert (answer.status, answer.json["agents"]) == (200, 1)
        await first.becomes("logged_out")
