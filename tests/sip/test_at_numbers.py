"""An agent at an outside number consults, parks, picks up, supervises and is supervised: what each of them hears."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hujiao.asterisk.testphone.phone import Call
from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.running import Running
from tests.sip.test_by_telephone import PERSON, at_home, dials_in
from tests.sip.test_consulting import FIRST, SECOND, TALK_SECONDS, act, seconds_of
from tests.sip.test_sent_on import member
from tests.sip.world import CALLER_TONE, AgentPhone, World

KEY_SECONDS = 2.0  # after which who answers at the number takes the call
# Their telephone keeps what it heard last.
CARRIER = f"""[from-trunk]
exten => {PERSON},1,Answer()
 same => n,MixMonitor(@folder@/both.wav,r(@folder@/heard.wav))
 same => n,Wait({KEY_SECONDS})
 same => n,SendDTMF(1)
 same => n(speak),Playback(@folder@/voice)
 same => n,Wait(0.5)
 same => n,Goto(speak)
"""


@dataclass
class Company:
    """`far` works at the number, `near` at a desk phone; each of them at the API, too."""

    world: World
    admin: Client
    far: AgentPhone
    near: AgentPhone
    by_far: Client
    by_near: Client
    folder: Path

    async def talking(self, agent: AgentPhone) -> tuple[Call, Any]:
        """A caller who says their tone, with this one of the two; the other one is free afterwards."""
        other = self.near if agent is self.far else self.far
        for one, state in ((other, "not_ready"), (agent, "available")):
            assert (await one.command("agent.set_state", state=state))["ok"]
        call = await self.world.call_and_press("1")
        rows = await self.world.ledger.has("agent.connected", call.caller)
        assert the(rows, "agent.connected").agent_id == agent.id
        await call.say(f"sound:{self.world.phones.caller_voice}", loop=True)
        await asyncio.sleep(TALK_SECONDS)
        assert (await other.command("agent.set_state", state="available"))["ok"]
        return call, rows[0].interaction_id

    async def connected(self, call: Call, count: int) -> None:
        """The so manieth agent has the caller; then they talk."""
        await self.world.ledger.has("agent.connected", call.caller, count=count)
        await asyncio.sleep(TALK_SECONDS)

    async def free_again(self) -> None:
        for agent in (self.far, self.near):
            await agent.becomes("available", "not_ready")

    async def heard_far(self, *frequencies: float) -> list[float]:
        """What the telephone at the number has heard in its last call."""
        return await seconds_of(self.folder / "heard.wav", *frequencies)

    async def heard_near(self, *frequencies: float) -> list[float]:
        return await seconds_of(self.world.phones.phone.heard_by(self.near.robot.user), *frequencies)


@asynccontextmanager
async def at_work(running: Running, build: Build, **wanted: Any) -> AsyncIterator[Company]:
    folder = running.home / "telephone"
    tones.make(folder / "voice.wav", FIRST, 5)
    dialplan = CARRIER.replace("@folder@", str(folder))
    wanted = {"wrap_up_seconds": 0, "no_answer_seconds": 30, **wanted}
    async with at_home(running, build, dialplan=dialplan, agents=2, **wanted) as (world, admin):
        far, near = world.agents
        near.robot = replace(near.robot, keeps=True)
        await world.phones.add([near.robot])
        await world.speaks(near, SECOND)
        await near.reached(True)
        for agent in (far, near):
            await member(world, admin, agent, "supervisor")
        desk = await dials_in(world, far)
        await desk.press("1")
        await far.becomes("available")
        await desk.hang_up()
        await far.reached(True)
        async with world.working(far) as by_far, world.working(near) as by_near:
            yield Company(world, admin, far, near, by_far, by_near, folder)


async def test_asks_is_asked_keeps_the_customer_and_confers(running: Running, build: Build) -> None:
    async with at_work(running, build) as company:
        world, far, near = company.world, company.far, company.near
        call, interaction = await company.talking(far)
        await act(company.by_far, interaction, "consult", to="agent", target=str(near.id))
        await world.ledger.has("consultation.answered", call.caller)
        await asyncio.sleep(TALK_SECONDS)
        await act(company.by_far, interaction, "end-consultation")
        await near.becomes("available")
        await asyncio.sleep(TALK_SECONDS)
        await call.hang_up()
        await world.ledger.ended(call.caller)
        by_far, by_near = await seconds_of(await call.heard(), FIRST, SECOND)
        assert by_far > 3 and by_near < 0.2, "the customer hears one of them only"
        customer, asked = await company.heard_far(CALLER_TONE, SECOND)
        assert customer > 3 and asked > 1.5
        asking, customer = await company.heard_near(FIRST, CALLER_TONE)
        assert asking > 1.5 and customer < 0.2, "who is asked does not hear the customer"
        await company.free_again()

        call, interaction = await company.talking(near)
        await act(company.by_near, interaction, "consult", to="agent", target=str(far.id))
        rows = await world.ledger.has("consultation.answered", call.caller)
        rang = the(rows, "consultation.answered").at - the(rows, "consultation.started").at
        assert rang.total_seconds() > KEY_SECONDS - 0.2, "not before the key"
        await asyncio.sleep(TALK_SECONDS)
        await act(company.by_near, interaction, "hand-over")
        await company.connected(call, 2)
        await act(company.by_far, interaction, "hang-up")
        rows = await world.ledger.ended(call.caller)
        assert [row.agent_id for row in rows if row.kind == "agent.disconnected"] == [near.id, far.id]
        by_far, by_near = await seconds_of(await call.heard(), FIRST, SECOND)
        assert min(by_far, by_near) > 1.5, "one after the other"
        assert min(await company.heard_far(SECOND, CALLER_TONE)) > 1.5
        assert (await company.heard_near(FIRST))[0] > 1.5
        await company.free_again()

        call, interaction = await company.talking(far)
        await act(company.by_far, interaction, "consult", to="agent", target=str(near.id))
        await world.ledger.has("consultation.answered", call.caller)
        await act(company.by_far, interaction, "join")
        await world.ledger.has("conference.joined", call.caller)
        await asyncio.sleep(TALK_SECONDS)
        await act(company.by_far, interaction, "hang-up")
        await company.connected(call, 2)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        assert [row.agent_id for row in rows if row.kind == "agent.disconnected"] == [far.id, near.id]
        by_far, by_near = await seconds_of(await call.heard(), FIRST, SECOND)
        assert min(by_far, by_near) > 3, "the customer hears both, and then the second alone"
        with_near, customer = await company.heard_far(SECOND, CALLER_TONE)
        assert with_near > 1.5 and customer > 3
        assert min(await company.heard_near(FIRST, CALLER_TONE)) > 1.5
        await company.free_again()


async def test_parks_and_picks_up_and_is_rung_back(running: Running, build: Build) -> None:
    async with at_work(running, build) as company:
        world, far, near = company.world, company.far, company.near
        settings = (await company.admin.get("/settings")).json
        places = {"places": 1, "seconds": 600}
        await world.configure(company.admin, "PUT", "/settings", {**settings, "parking": places})
        call, interaction = await company.talking(far)
        await act(company.by_far, interaction, "park")
        await far.becomes("available")
        picked = await company.by_near.post(f"/me/parked/{interaction}/pick-up")
        assert picked.status == 200, picked.text
        await company.connected(call, 2)
        await act(company.by_near, interaction, "park")
        await near.becomes("available")
        await far.reached(True)
        picked = await company.by_far.post(f"/me/parked/{interaction}/pick-up")
        assert picked.status == 200, picked.text
        await company.connected(call, 3)
        await act(company.by_far, interaction, "hang-up")
        rows = await world.ledger.ended(call.caller)
        assert [row.agent_id for row in rows if row.kind == "agent.connected"] == [far.id, near.id, far.id]
        by_far, by_near = await seconds_of(await call.heard(), FIRST, SECOND)
        assert by_far > 3 and by_near > 1.5
        assert (await company.heard_far(CALLER_TONE))[0] > 1.5
        assert (await company.heard_near(CALLER_TONE))[0] > 1.5
        await company.free_again()

        places = {"places": 1, "seconds": 5}
        await world.configure(company.admin, "PUT", "/settings", {**settings, "parking": places})
        call, interaction = await company.talking(far)
        assert (await near.command("agent.set_state", state="not_ready"))["ok"]
        await act(company.by_far, interaction, "park")
        rows = await world.ledger.has("pick_up.started", call.caller)
        assert the(rows, "pick_up.started").data["rings_back"] is True
        await company.connected(call, 2)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        assert [row.agent_id for row in rows if row.kind == "agent.connected"] == [far.id, far.id]
        assert the(rows, "interaction.ended").data["end_reason"] == "completed"
        assert (await company.heard_far(CALLER_TONE))[0] > 1.5
        await company.free_again()


async def test_supervises_and_is_supervised(running: Running, build: Build) -> None:
    async with at_work(running, build) as company:
        world, far, near = company.world, company.far, company.near

        async def supervise(client: Client, interaction: Any, mode: str) -> None:
            answer = await client.post(f"/interactions/{interaction}/supervision", {"mode": mode})
            assert answer.status == 200, answer.text

        call, interaction = await company.talking(near)
        await supervise(company.by_far, interaction, "listen")
        rows = await world.ledger.has("supervision.answered", call.caller)
        rang = the(rows, "supervision.answered").at - the(rows, "supervision.started").at
        assert rang.total_seconds() > KEY_SECONDS - 0.2, "not before the key"
        await asyncio.sleep(TALK_SECONDS)
        coaches = time.monotonic()
        await supervise(company.by_far, interaction, "coach")
        await asyncio.sleep(TALK_SECONDS)
        barges = time.monotonic()
        await supervise(company.by_far, interaction, "barge")
        await asyncio.sleep(TALK_SECONDS)
        await supervise(company.by_far, interaction, "intercept")
        await company.connected(call, 2)
        taken_over = time.monotonic()
        await call.hang_up()
        over = time.monotonic()
        rows = await world.ledger.ended(call.caller)
        assert [row.agent_id for row in rows if row.kind == "agent.disconnected"] == [near.id, far.id]
        with_near, customer = await company.heard_far(SECOND, CALLER_TONE)
        assert with_near > 5 and customer > 6, "who listens hears both, from the first"
        heard = (await company.heard_near(FIRST))[0]
        assert 3 < heard < taken_over - coaches, "the agent hears the coach, and who barged in"
        heard = (await seconds_of(await call.heard(), FIRST))[0]
        assert 3 < heard < over - barges + 0.5, "the customer who barged in, and took over"
        await company.free_again()

        call, interaction = await company.talking(far)
        await supervise(company.by_near, interaction, "listen")
        await world.ledger.has("supervision.answered", call.caller)
        await asyncio.sleep(TALK_SECONDS)
        coaches = time.monotonic()
        await supervise(company.by_near, interaction, "coach")
        await asyncio.sleep(TALK_SECONDS)
        takes_over = time.monotonic()
        await supervise(company.by_near, interaction, "intercept")
        await company.connected(call, 2)
        await call.hang_up()
        over = time.monotonic()
        rows = await world.ledger.ended(call.caller)
        assert [row.agent_id for row in rows if row.kind == "agent.disconnected"] == [far.id, near.id]
        assert min(await company.heard_near(FIRST, CALLER_TONE)) > 3, "the supervisor hears both"
        heard = (await company.heard_far(SECOND))[0]
        assert 1.5 < heard < over - coaches, "the agent hears the coach"
        heard = (await seconds_of(await call.heard(), SECOND))[0]
        assert 1.5 < heard < over - takes_over + 0.5, "the customer hears who took over, no coach"
        await company.free_again()
