"""Agents' phones: registration by SIP, secrets that change, contacts that outlive Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hujiao.asterisk.endpoints import Endpoint
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import sip_digest
from tests.sip.running import Running
from tests.sip.switch import Switch, own_switch


@pytest.fixture
async def switch(running: Running) -> AsyncIterator[Switch]:
    async with own_switch(running) as made:
        yield made


def phone(user: str, secret: str) -> Endpoint:
    return Endpoint(user, sip_digest(user, secret), "phone")


async def test_a_hard_phone_registers_over_udp_and_tcp_with_its_own_secret_only(switch: Switch) -> None:
    await switch.endpoints.set([phone("u1", "right"), phone("u2", "other")])
    await switch.registers("u1", "right")
    await switch.registers("u1", "wrong", "register_refused")
    await switch.registers("u1", "other", "register_refused")
    await switch.registers("u2", "other", transport="t1")
    await switch.registers("nobody", "right", "register_refused")
    contacts = await switch.command("pjsip show contacts")
    assert "u1/sip:u1@" in contacts
    assert "nobody" not in contacts


async def test_a_changed_secret_counts_at_once_and_voids_the_old_registration(switch: Switch) -> None:
    await switch.endpoints.set([phone("u1", "first")])
    await switch.registers("u1", "first")
    await switch.endpoints.set([phone("u1", "second")])
    assert "u1/sip:" not in await switch.command("pjsip show contacts")
    await switch.registers("u1", "first", "register_refused")
    await switch.registers("u1", "second")
    await switch.endpoints.remove(["u1"])
    assert "u1/sip:" not in await switch.command("pjsip show contacts")
    await switch.registers("u1", "second", "register_refused")


async def test_a_phone_stays_registered_when_asterisk_is_killed_and_comes_back(switch: Switch) -> None:
    await switch.endpoints.set([phone("u1", "secret")])
    await switch.registers("u1", "secret")
    await switch.has_stored("u1")
    await switch.stop()
    await switch.start()
    assert "u1/sip:u1@" in await switch.command("pjsip show aor u1")


async def test_hard_phones_are_made_those_of_the_database_and_browsers_are_left_alone(switch: Switch) -> None:
    browser = Endpoint("u2", sip_digest("u2", "page"), "browser", 3)
    await switch.endpoints.set([phone("u1", "a"), browser, phone("u9", "z")])
    assert await switch.endpoints.keep_phones([phone("u1", "a"), phone("u2", "desk"), phone("u3", "c")]) == (1, 1)
    assert await switch.endpoints.count() == 3
    await switch.registers("u2", "page")
    await switch.registers("u3", "c")
    await switch.registers("u9", "z", "register_refused")
    assert "HUJIAO_SHARD                       : 3" in await switch.command("pjsip show endpoint u2")


async def test_an_endpoint_that_asterisk_could_not_use_is_refused(switch: Switch) -> None:
    with pytest.raises(BadField):
        await switch.endpoints.set([Endpoint("a b", "0" * 32, "phone")])
    with pytest.raises(BadField):
        await switch.endpoints.set([Endpoint("a", "password", "phone")])
    assert await switch.endpoints.count() == 0
