"""Trunks to a carrier: live state, calls in and out, limits, and a registration that is accepted or refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, text

from hujiao.asterisk.endpoints import Endpoint
from hujiao.calls.models import Trunk
from hujiao.calls.service import PASSWORD_PURPOSE
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets, sip_digest
from tests.sip import sipp
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.switch import own_switch

# The carrier's side: one number answers, one is busy; any other is refused by its own fallback.
CARRIER = """[from-trunk]
exten => 100,1,Goto(echo,s,1)
exten => 101,1,Hangup(17)
"""
CARRIER_ADDRESS = "127.0.0.2"


@asynccontextmanager
async def trunk(running: Running, **columns: Any) -> AsyncIterator[UUID]:
    """A trunk of the operator, known to the node inside the block."""
    async with running.database.lookup() as session:
        operator = (await session.execute(text("SELECT id FROM lookup_tenants() WHERE kind = 'operator'"))).scalar_one()
    trunk_id = new_id()
    password = columns.pop("password", None)
    sealed = (
        TenantSecrets(running.settings.secret_key, operator).seal(password, purpose=PASSWORD_PURPOSE)
        if password
        else None
    )
    row = {"id": trunk_id, "tenant_id": operator, "name": str(trunk_id), "password_encrypted": sealed, **columns}
    async with running.database.tenant(operator) as session:
        await session.execute(insert(Trunk).values(**row))
    await told(running, operator)
    try:
        yield trunk_id
    finally:
        async with running.database.tenant(operator) as session:
            await session.execute(delete(Trunk).where(Trunk.id == trunk_id))
        await told(running, operator)


async def told(running: Running, operator: UUID) -> None:
    """The runtime and the node know, as after a change in the application."""
    await running.bus.configuration_changed(operator)
    answer = await running.bus.request(running.bus.subjects.node(running.settings.node, "trunks"), {}, timeout=20)
    assert answer["ok"], answer


async def state_of(running: Running, trunk_id: UUID, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait for the trunk's live state to become so."""
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(PATIENCE * 2):
            while True:
                states = await running.bus.request(
                    running.bus.subjects.node(running.settings.node, "trunk-state"), {}, timeout=10
                )
                found = next(state for state in states if state["id"] == str(trunk_id))
                if met(found):
                    return found
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise AssertionError(f"The trunk's state stayed {found}") from None


async def test_call(running: Running, trunk_id: UUID, number: str) -> dict[str, Any]:
    subject = running.bus.subjects.node(running.settings.node, "trunk-test")
    answer = await running.bus.request(subject, {"trunk_id": trunk_id, "number": number}, timeout=40)
    assert answer["ok"], answer
    result: dict[str, Any] = answer["data"]
    return result


test_call.__test__ = False  # type: ignore[attr-defined]


async def test_a_trunk_by_address_shows_its_state_and_calls_both_ways(running: Running, build: Build) -> None:
    world = await build(agents=0, straight=True)
    async with (
        own_switch(running, CARRIER) as carrier,
        trunk(
            running,
            kind="address",
            host=CARRIER_ADDRESS,
            port=carrier.settings.sip_port,
            match=[CARRIER_ADDRESS],
            codecs=["alaw"],
            max_channels=1,
            caller_number="02100000000",
            inbound_number_format="national",
            country_code="86",
            national_prefix="",
        ) as trunk_id,
    ):
        await state_of(running, trunk_id, lambda state: state["state"] == "up")
        answered = await test_call(running, trunk_id, "100")
        assert (answered["ok"], answered["sip_status"]) == (True, 200), answered
        busy = await test_call(running, trunk_id, "101")
        assert (busy["ok"], busy["sip_status"]) == (False, 486), busy

        # In: the carrier writes +86 before the number; the second call is one too many.
        async def incoming(caller: str, scenario: str) -> sipp.Result:
            return await sipp.run(
                scenario,
                running.settings.sip_port,
                running.home / "sipp",
                service=f"+86{world.number}",
                address=CARRIER_ADDRESS,
                arguments=("-key", "caller", caller),
            )

        first = asyncio.create_task(incoming("13711110001", "silent_caller"))
        await world.ledger.has("queue.entered", "13711110001")
        assert (await state_of(running, trunk_id, lambda state: state["channels"] == 1))["state"] == "up"
        second = await incoming("13711110002", "refused_full")
        assert second.passed, second.messages
        assert (await first).passed
        rows = await world.ledger.ended("13711110001")
        assert the(rows, "interaction.started").data["called"] == world.number
        assert await world.ledger.rows("13711110002") == []

        await carrier.stop()
        down = await state_of(running, trunk_id, lambda state: state["state"] == "down")
        assert CARRIER_ADDRESS in down["detail"]


async def test_a_trunk_by_registration_is_registered_or_says_that_it_is_refused(running: Running) -> None:
    async with own_switch(running, CARRIER) as carrier:
        await carrier.endpoints.set([Endpoint("line1", sip_digest("line1", "right"), "phone")])
        how = {"kind": "registration", "host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "username": "line1"}
        async with trunk(running, password="right", **how) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            assert "line1/sip:line1@" in await carrier.command("pjsip show contacts")
        async with trunk(running, password="wrong", **how) as trunk_id:
            refused = await state_of(running, trunk_id, lambda state: state["state"] == "rejected")
            assert "password" in refused["detail"]
