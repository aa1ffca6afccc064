"""Who calls: withheld numbers, one customer in every form of the number, secrets that callers type."""

from __future__ import annotations

import asyncio
import random
import secrets
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from hujiao.app.holder import ask
from hujiao.calls import withheld
from hujiao.kit.secrets import TenantSecrets
from tests.sip import sipp
from tests.sip.conftest import Build
from tests.sip.ledger import Row, the
from tests.sip.running import Running
from tests.sip.world import World


async def calls_in(world: World, running: Running, caller: str, **how: Any) -> sipp.Result:
    arguments = ("-key", "caller", caller)
    where = running.home / "sipp"
    return await sipp.run(
        "silent_caller", running.settings.sip_port, where, service=world.number, arguments=arguments, **how
    )


async def snapshot(world: World) -> dict[str, Any]:
    bus = world.running.bus
    return await ask(bus, bus.subjects.snapshot(world.shard), {"tenant_id": world.tenant_id})


async def stored(world: World) -> str:
    """All that is written of the tenant's calls now, and what the processes have logged."""
    kept = ""
    async with world.running.database.tenant(world.tenant_id) as session:
        for table in ("interaction_live", "ledger_event", "interaction"):
            kept += str((await session.execute(text(f"SELECT * FROM {table}"))).all())
    logs = [path.read_text("utf-8", "replace") for path in world.running.settings.logs.glob("*.log")]
    return "".join([kept, *logs])


ASSERTED = "P-Asserted-Identity: <sip:{number}@carrier.example>"


@pytest.mark.parametrize(
    ("caller", "domain", "headers"),
    [
        ("anonymous", "anonymous.invalid", f"{ASSERTED}\r\nPrivacy: id"),
        ("{number}", "carrier.example", f"{ASSERTED}\r\nPrivacy: user;id"),
        ("{number}", "carrier.example", "Privacy: id"),
        ("{number}", "anonymous.invalid", "Supported: replaces"),
    ],
    ids=["asserted", "in From, too", "in From alone", "by its host"],
)
async def test_a_withheld_number_is_kept_for_the_operator_alone(
    running: Running, build: Build, caller: str, domain: str, headers: str
) -> None:
    world = await build(agents=1, straight=True, wrap_up_seconds=0)
    number = f"139{random.randrange(10**8):08d}"
    calling = asyncio.create_task(
        calls_in(world, running, caller.format(number=number), domain=domain, headers=headers.format(number=number))
    )
    rows = await world.ledger.has("agent.connected")
    assert number not in msgspec.json.encode(await snapshot(world)).decode()
    assert "nonymous" in await world.phones.phone.shown(world.agents[0].robot.user)
    assert (await calling).passed
    rows = await world.ledger.ended("")
    started = the(rows, "interaction.started").data
    assert (started["caller"], started["caller_key"], started["caller_name"]) == ("", "", "")
    secrets_of_tenant = TenantSecrets(running.settings.secret_key, world.tenant_id)
    assert withheld.opened(started["caller_sealed"], secrets_of_tenant) == number
    assert number not in await stored(world)


@pytest.mark.parametrize("caller", ["anonymous", "Anonymous", "unknown", "Restricted"])
async def test_who_shows_no_number_is_nobody_known(running: Running, build: Build, caller: str) -> None:
    world = await build(agents=2, straight=True, wrap_up_seconds=0)
    async with world.administrator() as admin:
        await by_last_agent(world, admin)
        for count in (1, 2):
            assert (await calls_in(world, running, caller)).passed
            rows = await world.ledger.has("interaction.ended", count=count)
        asked = {"queue_id": str(world.queue_id), "number": "120"}
        refused = await admin.send("POST", "/callbacks", asked)
        assert (refused.json["error"]["code"], refused.json["error"]["field"]) == ("emergency_number", "number")
    assert all(row.data["caller"] == "" for row in rows if row.kind == "interaction.started")
    assert {row.data["ring"] for row in rows if row.kind == "offer.made"} == {0}, "nobody is waited for"
    assert "caller.recognised" not in {row.kind for row in rows}
    first, second = [row.agent_id for row in rows if row.kind == "agent.connected"]
    assert first != second, "the one who has been idle longer"


async def by_last_agent(world: World, admin: Any) -> None:
    routing = {"last_agent_days": 7, "last_agent_seconds": 20}
    await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", routing)


def last(rows: list[Row], kind: str) -> Row:
    return [row for row in rows if row.kind == kind][-1]


async def test_one_customer_in_every_form_of_the_number(running: Running, build: Build) -> None:
    """Comes back to who served them, however the carrier writes the number, and the one that was called."""
    world = await build(agents=2, straight=True, wrap_up_seconds=0)
    number = f"139{random.randrange(10**8):08d}"
    async with world.administrator() as admin:
        await by_last_agent(world, admin)
        served = None
        for count, (form, called) in enumerate(
            ((number, world.number), (f"+86{number}", f"+{world.number}"), (f"0086{number}", f"00{world.number}")), 1
        ):
            call = await world.phones.phone.call(called, caller=form)
            rows = await world.ledger.has("agent.connected", form)
            offer = the(rows, "offer.made")
            started = the(rows, "interaction.started").data
            assert (started["caller"], started["caller_key"]) == (form, f"+86{number}")
            assert started["called"] == world.number
            if count > 1:
                assert (offer.agent_id, offer.data["reason"], offer.data["ring"]) == (served, "last_agent", -1)
            served = offer.agent_id
            await call.hang_up()
            await world.ledger.ended(form)
            await projected(admin, number, count)
            for agent in world.agents:
                await agent.becomes("available")


async def projected(admin: Any, number: str, count: int) -> None:
    """Wait until so many contacts of the customer are found, by another form than they came in."""
    async with asyncio.timeout(40):
        while (await admin.get("/interactions", customer=f"86 {number}", running="false")).json["total"] < count:
            await asyncio.sleep(0.3)


async def test_what_is_typed_in_secret_is_in_clear_nowhere(build: Build) -> None:
    pin = f"{secrets.randbelow(9 * 10**9) + 10**9}"
    ask_pin = {
        "type": "collect", "prompts": ["menu"], "variable": "pin", "max_digits": 10, "terminator": None,
        "restart_key": None, "secret": True, "timeout_seconds": 20, "tries": 1, "next": "right",
    }  # fmt: skip
    right = {"type": "set", "values": {"right": f"vars.pin == '{pin}'", "copy": "vars.pin + '0'"}, "next": "queue"}
    nodes = {"answer": {"type": "answer", "next": "ask"}, "ask": ask_pin, "right": right}
    nodes["queue"] = {"type": "queue", "queue": "Queue"}
    # The flow itself holds the number that it compares with: that is configuration, and not of the call.
    world = await build(agents=0, document={"version": 1, "start": "answer", "nodes": nodes})
    call = await world.call()
    await world.ledger.has("flow.node", call.caller, node="ask")
    for key in pin[:6]:
        await call.press(key)
    await call.press(pin[6:])
    await world.ledger.has("queue.entered", call.caller)
    (view,) = (await snapshot(world))["interactions"]
    assert view["variables"] == {"right": True}
    seen = msgspec.json.encode(view).decode() + await stored(world)
    assert pin not in seen and pin[:6] not in seen
    await call.hang_up()
    await world.ledger.ended(call.caller)
    assert pin not in await stored(world)
