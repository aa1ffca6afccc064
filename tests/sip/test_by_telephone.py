"""An agent with nothing but a telephone: dials in, takes a call at that number, gives its result."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text

from hujiao.asterisk.testphone.phone import Call
from hujiao.identity.throttle import BY_PIN
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import kinds, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_trunks import CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import AgentPhone, World, flow

PIN = "739104"
# Whose telephone is answered by a person, who takes the call and hangs up after a while; and by a mailbox.
PERSON, MAILBOX = "13900139001", "13900139002"
CARRIER = f"""[from-trunk]
exten => {PERSON},1,Answer()
 same => n,Wait(3)
 same => n,SendDTMF(1)
 same => n,Wait(5)
 same => n,Hangup()
exten => {MAILBOX},1,Answer()
 same => n,Goto(echo,s,1)
"""


def document(queue: str) -> dict[str, Any]:
    """The usual menu, with 7 for agents who dial in."""
    made = flow(queue)
    made["nodes"]["menu"]["keys"]["7"] = "desk"
    made["nodes"]["queue"].pop("after")
    made["nodes"]["desk"] = {"type": "agent_telephone", "next": "bye", "on_refused": "thanks"}
    return made


@asynccontextmanager
async def at_home(
    running: Running, build: Build, *, dialplan: str = CARRIER, **wanted: Any
) -> AsyncIterator[tuple[World, Client]]:
    """A company whose first agent has a PIN and no phone, and a carrier that knows the agent's telephone."""
    world = await build(document=document("Queue"), registered=False, **wanted)
    agent = world.agents[0]
    assert (await agent.command("agent.sign_out"))["ok"]
    where = {"host": CARRIER_ADDRESS, "match": [CARRIER_ADDRESS]}
    async with world.administrator() as admin, own_switch(running, dialplan) as carrier:
        for module in ("app_senddtmf", "app_mixmonitor"):
            await carrier.command(f"module load {module}.so")
        kept = await admin.get("/settings")
        await world.configure(admin, "PUT", "/settings", {**kept.json, "by_telephone": {"outside_numbers": True}})
        answer = await admin.send("PUT", f"/agents/{agent.id}/telephone", {"pin": PIN})
        assert answer.json == {"has_pin": True, "number": "", "outside_numbers": True}
        async with trunk(running, kind="address", codecs=["alaw"], port=carrier.settings.sip_port, **where) as way:
            await state_of(running, way, lambda state: state["state"] == "up")
            yield world, admin


async def dials_in(world: World, agent: AgentPhone, number: str = PERSON, pin: str = PIN, *, times: int = 1) -> Call:
    """From this telephone, the so manieth time; known as the agent."""
    call = await world.call(number)
    await world.ledger.has("flow.node", number, node="menu", count=times)
    await call.press("7")
    await world.ledger.has("flow.node", number, node="desk", count=times)
    await call.press(f"{agent.number}#{pin}#")
    await world.ledger.has("flow.agent_known", number, count=times)
    return call


async def nowhere(running: Running, world: World) -> None:
    """The PIN stands in no row of the company's, nor in any log of the installation."""
    async with running.database.tenant(world.tenant_id) as session:
        for table in ("ledger_event", "interaction_live", "interaction", "agent_live"):
            rows = await session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
            assert not [row for row in rows if PIN in row], table
    assert PIN not in json.dumps([row.data for row in await world.ledger.rows()], default=str)
    logs = [path for path in running.home.rglob("*.log") if path.is_file()]
    assert logs
    assert not [path for path in logs if PIN in path.read_text("utf-8", "replace")]


async def test_dials_in_takes_a_call_there_and_gives_its_result(running: Running, build: Build) -> None:
    async with at_home(running, build, wrap_up_seconds=300, no_answer_seconds=30) as (world, admin):
        (agent,) = world.agents
        sold = (await admin.made("/dispositions", {"name": "Sold"}))["id"]
        await admin.made("/dispositions", {"name": "Later", "position": 1})
        desk = await dials_in(world, agent)
        await desk.press("1")
        view = await agent.becomes("available")
        assert (view["phone_kind"], view["phone_number"]) == ("number", PERSON)
        assert view["unreachable_since"] is not None, "the telephone is in use"
        caller = await world.call_and_press()
        await world.ledger.has("queue.entered", caller.caller)
        await desk.hang_up()

        rows = await world.ledger.has("offer.made", caller.caller)
        assert "agent.connected" not in kinds(rows), "nobody has pressed the key yet"
        rows = await world.ledger.has("agent.connected", caller.caller)
        assert the(rows, "offer.accepted").data["ring_seconds"] > 2, "answered at once, taken by the key"
        rows = await world.ledger.has("agent.disconnected", caller.caller)
        assert the(rows, "agent.disconnected").data["by"] == "agent"
        await world.ledger.ended(caller.caller)
        await agent.becomes("wrap_up")

        desk = await dials_in(world, agent, times=2)
        await desk.press("3")
        await world.ledger.has("flow.key", PERSON, keys="3")
        await desk.press("1")
        rows = await world.ledger.has("wrap_up.completed", caller.caller)
        written = the(rows, "wrap_up.completed").data
        assert (written["disposition_id"], written["disposition_name"], written["automatic"]) == (sold, "Sold", False)
        await agent.becomes("available")
        await desk.press("4")
        await agent.becomes("logged_out")
        await desk.press("#")
        rows = await world.ledger.has("interaction.ended", PERSON, count=2)
        assert [row.data["end_reason"] for row in rows if row.kind == "interaction.ended"] == ["flow_ended"] * 2
        await nowhere(running, world)


async def test_a_mailbox_takes_no_call(running: Running, build: Build) -> None:
    async with at_home(running, build, no_answer_seconds=8) as (world, _):
        (agent,) = world.agents
        desk = await dials_in(world, agent, MAILBOX)
        await desk.press("1")
        await agent.becomes("available")
        await desk.hang_up()
        caller = await world.call_and_press()
        rows = await world.ledger.has("offer.missed", caller.caller, reason="no_answer")
        assert not {"offer.accepted", "agent.connected"} & set(kinds(rows))
        view = await agent.becomes("not_ready")
        assert view["reason_code_id"] == "no_answer"
        assert kinds(rows).count("queue.left") == 0, "the caller waits on"
        await caller.hang_up()
        await world.ledger.ended(caller.caller)


async def test_five_wrong_pins_lock_the_agent_also_for_who_knows_the_right_one(running: Running, build: Build) -> None:
    async with at_home(running, build) as (world, admin):
        (agent,) = world.agents
        for number, tries in ((PERSON, 3), (world.phones.new_caller(), BY_PIN.burst - 3)):
            call = await world.call(number)
            await world.in_menu(call)
            await call.press("7")
            for tried in range(1, tries + 1):
                await call.press(f"{agent.number}#8642086#")
                await world.ledger.has("flow.agent_refused", number, tries=tried)
            await call.hang_up()
        call = await world.call(MAILBOX)
        await world.in_menu(call)
        await call.press("7")
        await call.press(f"{agent.number}#{PIN}#")
        rows = await world.ledger.has("flow.agent_refused", MAILBOX)
        assert "flow.agent_known" not in kinds(rows)
        await call.hang_up()
        await nowhere(running, world)
        assert (await admin.send("PUT", f"/agents/{agent.id}/telephone", {"pin": PIN})).status == 200
        await (await dials_in(world, agent, world.phones.new_caller())).hang_up()
        await agent.becomes("not_ready")
