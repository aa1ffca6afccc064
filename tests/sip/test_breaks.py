"""An agent asks for a break in a call and has it after the wrap-up, over the death of a runtime; another moves up."""

from __future__ import annotations

import asyncio
import os
import signal

from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.test_consulting import act, talking
from tests.sip.test_faults import runtime_of, runtime_serves
from tests.sip.test_sent_on import member
from tests.sip.world import AgentPhone


async def standing(agent: AgentPhone, *wanted: str) -> int | None:
    """Wait until the agent's request is so; returns the place."""
    async with asyncio.timeout(PATIENCE):
        while True:
            asked = (await agent.view())["break_request"]
            if asked and asked["state"] in wanted:
                place: int | None = asked["place"]
                return place
            await asyncio.sleep(0.1)


async def test_a_break_asked_for_in_a_call_begins_after_its_wrap_up(running: Running, build: Build) -> None:
    world = await build(agents=2)
    first, second = world.agents
    async with world.administrator() as admin, world.working(first) as one, world.working(second) as other:
        for agent in (first, second):
            await member(world, admin, agent)
        reason = await world.configure(admin, "POST", "/reason-codes", {"name": "Tea", "code": "tea", "is_break": True})
        asks = {"reason_code_id": reason["id"]}
        await world.configure(admin, "PUT", "/settings", {"recording_format": "mp3", "breaks": {"most": 1}})
        assert (await second.command("agent.set_state", state="not_ready"))["ok"]
        _, interaction = await talking(world)
        assert (await one.post("/me/break", asks)).json == {"state": "granted", "place": None}
        assert (await other.post("/me/break", asks)).json == {"state": "waiting", "place": 1}
        assert (await other.post("/me/state", {"state": "not_ready", **asks})).code == "break_asked"
        os.kill(await runtime_of(world), signal.SIGKILL)
        await runtime_serves(running, world)
        assert await first.state() == "engaged"
        await standing(first, "granted")
        assert await standing(second, "waiting") == 1
        await act(one, interaction, "hang-up")
        await first.becomes("wrap_up")
        await standing(first, "granted")
        await first.wrap_up(interaction)
        await first.becomes("not_ready")
        await standing(first, "began")
        expected = [(str(first.id), "began"), (str(second.id), "waiting")]
        async with asyncio.timeout(PATIENCE):
            while [(each["agent_id"], each["state"]) for each in (await admin.get("/breaks")).json] != expected:
                await asyncio.sleep(0.1)
        assert (await one.post("/me/state", {"state": "available"})).status == 200
        await standing(second, "began")
        assert (await second.view())["reason_code_id"] == reason["id"]
        assert (await admin.post(f"/breaks/{second.id}/end")).status == 200
        await second.becomes("available")
        rows = await world.ledger.rows()
        kinds = [row.kind for row in rows if row.kind.startswith("break.") and row.agent_id == first.id]
        assert kinds == ["break.asked", "break.granted", "break.began", "break.ended"]
        ended = [row for row in rows if row.kind == "break.ended" and row.agent_id == second.id]
        assert the(ended, "break.ended").data["by_account"] is not None
