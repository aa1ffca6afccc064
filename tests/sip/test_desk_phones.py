"""Desk phones as they are: their hold and transfer keys, what they demand, and how they vanish."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hujiao.asterisk import console
from tests.sip.conftest import Build
from tests.sip.desk_phone import DeskPhone, desk_phone
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.test_routing import person_of
from tests.sip.world import AgentPhone, World


@asynccontextmanager
async def desk(world: World, agent: AgentPhone | None = None, **how: Any) -> AsyncIterator[DeskPhone]:
    """The agent's phone, registered; the first agent's if none is said."""
    agent = agent or world.agents[0]
    settings = world.running.settings
    async with desk_phone(agent.robot.user, agent.robot.password, settings.sip_port, **how) as phone:
        assert await phone.register() == 200
        await agent.reached(True)
        yield phone


@pytest.fixture
async def world(build: Build) -> World:
    return await build(straight=True, registered=False)


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_the_hold_key_holds_in_ledger_and_live_view_and_music_plays(world: World, direction: str) -> None:
    (agent,) = world.agents
    async with desk(world) as phone:
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        assert (await phone.hold(direction)).status == 200
        await world.ledger.has("agent.held", call.caller, by="phone")
        (live,) = await world.interactions()
        assert (live["state"], live["held"], live["held_at_phone"]) == ("held", True, True)
        refused = await agent.command("interaction.resume", interaction_id=rows[0].interaction_id)
        assert refused["error"]["code"] == "held_at_phone"
        await asyncio.sleep(2)  # the hold that is counted, and what the caller hears
        assert (await phone.hold("sendrecv")).status == 200
        await world.ledger.has("agent.resumed", call.caller)
        (live,) = await world.interactions()
        assert (live["state"], live["held"], live["held_at_phone"]) == ("connected", False, False)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        assert the(rows, "agent.disconnected").data["hold_seconds"] >= 2
    await agent.wrap_up(rows[0].interaction_id)


@pytest.mark.parametrize("refresher", ["uas", "uac"])
async def test_a_phone_that_requires_session_timers_is_served(world: World, refresher: str) -> None:
    extra = ("Require: timer", f"Session-Expires: 90;refresher={refresher}")
    async with desk(world, extra=extra) as phone:
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        assert "timer" in phone.offers[0].get("supported")
        refreshed = await phone.refresh()
        assert (refreshed.status, refreshed.get("session-expires")[:2]) == (200, "90")
        await call.hang_up()
        await world.ledger.ended(call.caller)
    await world.agents[0].wrap_up(rows[0].interaction_id)


async def encrypts(world: World, how: str) -> None:
    """The agent's setting, once Asterisk has it."""
    (agent,) = world.agents
    async with world.administrator() as admin:
        person = await person_of(admin, agent)
        body = {name: person[name] for name in ("login", "name", "role", "project_ids")}
        kept = {name: person["agent"][name] for name in ("number", "phone_kind", "skills")}
        wrong = await admin.send(
            "PUT", f"/people/{person['id']}", body | {"agent": kept | {"phone_encryption": "maybe"}}
        )
        assert (wrong.status, wrong.json["error"]["field"]) == (422, "agent.phone_encryption")
        await world.configure(
            admin, "PUT", f"/people/{person['id']}", body | {"agent": kept | {"phone_encryption": how}}
        )
    control, optimistic = console.socket_path(world.running.settings), "true" if how == "optional" else "false"
    async with asyncio.timeout(PATIENCE):
        while True:
            shown = await console.run(control, f"pjsip show endpoint {agent.robot.user}")
            if re.search(rf"media_encryption_optimistic +: {optimistic}", shown):
                return
            await asyncio.sleep(0.2)


async def test_a_phone_that_demands_srtp_is_served_when_its_setting_requires_it(world: World) -> None:
    (agent,) = world.agents
    async with desk(world, demands_srtp=True) as phone:
        refused = await world.call()
        await world.ledger.has("offer.missed", refused.caller, reason="no_sound")
        assert "RTP/AVP" in phone.offers[0].body
        assert "a=crypto:" in phone.offers[0].body, "best effort: keys beside the plain line"
        await refused.hang_up()
        await world.ledger.ended(refused.caller)

        await encrypts(world, "required")
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        assert "RTP/SAVP" in phone.offers[-1].body
        await call.hang_up()
        await world.ledger.ended(call.caller)
    await agent.wrap_up(rows[0].interaction_id)


async def test_where_srtp_is_required_a_plain_answer_is_none(world: World) -> None:
    """The phone answers the encrypted offer with a plain line: nobody is joined to it, the caller goes on, and the
    agent is told why."""
    (agent,) = world.agents
    await encrypts(world, "required")
    async with desk(world) as phone:
        call = await world.call()
        await world.ledger.has("offer.missed", call.caller, reason="no_sound")
        assert "RTP/SAVP" in phone.offers[0].body
        await agent.becomes("not_ready")
        assert (await agent.view())["reason_code_id"] == "no_sound"
        async with asyncio.timeout(PATIENCE):
            await phone.ended.wait()
        assert not phone.heard
        await call.hang_up()
        assert "agent.connected" not in kinds(await world.ledger.ended(call.caller))


async def test_a_phone_that_is_not_registered_is_offered_nothing_until_it_registers(world: World) -> None:
    (agent,) = world.agents
    async with desk(world) as phone:
        assert await phone.register(expires=0) == 200
        await agent.reached(False)
        await world.ledger.has("agent.unreachable", phone_kind="phone")
        assert await agent.state() == "available", "what the agent has chosen stays"
        call = await world.call()
        await world.ledger.has("queue.entered", call.caller)
        assert not phone.offers
        assert await phone.register() == 200
        rows = await world.ledger.has("agent.connected", call.caller)
        assert "offer.missed" not in kinds(rows)
        await call.hang_up()
        await world.ledger.ended(call.caller)
    await agent.wrap_up(rows[0].interaction_id)


async def test_a_phone_that_dies_in_a_call_is_found_out_and_the_customer_hears_music(world: World) -> None:
    (agent,) = world.agents
    async with desk(world) as phone:
        call = await world.call()
        await world.ledger.has("agent.connected", call.caller)
        phone.crash()
        await world.ledger.has("agent.line_lost", call.caller)
        rows = await world.ledger.has("queue.entered", call.caller, again=True)
        died, again = the(rows, "agent.disconnected"), [row for row in rows if row.kind == "queue.entered"][-1]
        assert died.data["by"] == "system"
        assert again.at >= died.at
        view = await agent.view()
        assert (view["state"], view["reason_code_id"]) == ("not_ready", "connection_lost")
        assert view["unreachable_since"] is not None
        await call.hang_up()
        await world.ledger.ended(call.caller)


async def test_a_phone_that_is_silent_but_answers_keeps_its_call(world: World) -> None:
    (agent,) = world.agents
    async with desk(world) as phone:
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        phone.silence()  # its user listens, and it sends no sound meanwhile
        asked = len([message for message in phone.received if message.start.startswith("OPTIONS")])
        async with asyncio.timeout(60):
            while len([m for m in phone.received if m.start.startswith("OPTIONS")]) < asked + 3:
                await asyncio.sleep(0.2)
        assert await agent.state() == "engaged"
        await call.hang_up()
        await world.ledger.ended(call.caller)
    await agent.wrap_up(rows[0].interaction_id)
