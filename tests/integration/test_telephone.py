"""Work by telephone alone: PINs are set and never shown, by whom they may be; guesses at them are few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select, update

from hujiao.agents.models import Agent
from hujiao.app.runtime.telephone import Telephone
from hujiao.app.runtime.tenant.agent_questions import AgentAnswered, AskAgent, Contact
from hujiao.identity.models import Account
from hujiao.identity.passwords import Passwords
from hujiao.identity.throttle import BY_PIN, WRONG_PINS, PinThrottle
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from tests.integration.world import PASSWORD, World

PIN = "739104"


async def kept(database: Database, world: World) -> Any:
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        columns = (Agent.pin_hash, Agent.work_number, Agent.number)
        return (await session.execute(select(*columns).where(Agent.id == world.a.ids["agent"]))).one()


async def test_a_pin_is_hashed_and_never_shown(world: World, database: Database) -> None:
    agent, admin = world.a.clients["agent"], world.a.admin
    path = f"/agents/{world.a.ids['agent']}/telephone"
    assert (await agent.send("PUT", "/me/telephone", {"pin": ""})).json["has_pin"] is False
    answer = await agent.send("PUT", "/me/telephone", {"pin": PIN})
    assert answer.json == {"has_pin": True, "number": "", "outside_numbers": False}
    row, passwords = await kept(database, world), Passwords()
    assert PIN not in row.pin_hash
    assert await passwords.verify(row.pin_hash, PIN)
    assert not await passwords.verify(row.pin_hash, "739105")
    for shown in (await agent.get("/me/telephone"), await admin.get(path), await admin.get("/people")):
        assert (PIN in shown.text, "pin_hash" in shown.text, row.pin_hash in shown.text) == (False, False, False)
    replaced = await admin.send("PUT", path, {"pin": "555123", "number": "13800138000"})
    assert replaced.json == {"has_pin": True, "number": "13800138000", "outside_numbers": False}
    assert await passwords.verify((await kept(database, world)).pin_hash, "555123")
    assert (await admin.send("PUT", path, {"number": ""})).json == {**replaced.json, "number": ""}, "the PIN stays"
    assert (await admin.send("PUT", path, {"pin": ""})).json["has_pin"] is False
    assert (await kept(database, world)).pin_hash is None
    passwords.close()


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", "1111", "2345", "876543", 4711, None])
async def test_what_is_no_pin_names_its_field_and_is_not_repeated(world: World, pin: Any) -> None:
    answer = await world.a.clients["agent"].send("PUT", "/me/telephone", {"pin": pin})
    assert (answer.status, answer.json["error"]["field"]) == (422, "pin")
    assert pin is None or str(pin) not in answer.text


@pytest.mark.parametrize("number", ["110", "+1 212 555 0100", "not a number"])
async def test_a_number_that_may_not_be_called_is_none_to_work_at(world: World, number: str) -> None:
    path = f"/agents/{world.a.ids['agent']}/telephone"
    answer = await world.a.admin.send("PUT", path, {"number": number})
    assert (answer.status, answer.json["error"]["field"]) == (422, "number")


async def test_the_companys_own_access_number_is_none_to_work_at(world: World) -> None:
    own = (await world.a.admin.get("/access-numbers")).json["items"][0]["number"]
    path = f"/agents/{world.a.ids['agent']}/telephone"
    for written in (own, f"{own[:3]}-{own[3:]}"):
        answer = await world.a.admin.send("PUT", path, {"number": written})
        assert (answer.status, answer.json["error"]["field"]) == (422, "number")
        assert "access number" in answer.text


async def test_an_agent_does_not_set_the_number(world: World) -> None:
    answer = await world.a.clients["agent"].send("PUT", "/me/telephone", {"pin": PIN, "number": "13800138000"})
    assert (answer.status, answer.json["error"]["field"]) == (422, "number")


async def test_five_wrong_pins_and_there_are_no_more_tries_for_a_while(database: Database) -> None:
    throttle, tenant, other, now = PinThrottle(database), uuid4(), uuid4(), utc_now()
    for _ in range(BY_PIN.burst):
        assert await throttle.take(tenant, "5001", now)
    assert not await throttle.take(tenant, "5001", now)
    assert await throttle.take(tenant, "5002", now), "another agent's are others"
    assert await throttle.take(other, "5001", now), "and another company's"
    almost = now + timedelta(seconds=BY_PIN.refill_seconds - 10)
    assert not await throttle.take(tenant, "5001", almost), "what is refused uses nothing up"
    later = now + timedelta(seconds=BY_PIN.refill_seconds + 1)
    assert await throttle.take(tenant, "5001", later)
    assert not await throttle.take(tenant, "5001", later)
    await throttle.forget(tenant, "5001")
    assert await throttle.take(tenant, "5001", later)


async def test_wrong_pins_of_many_agents_use_up_the_companys_tries(database: Database) -> None:
    throttle, tenant, now = PinThrottle(database), uuid4(), utc_now()
    for agent in range(WRONG_PINS.burst):
        assert await throttle.take(tenant, str(agent), now)
        assert await throttle.take(tenant, str(agent), now), "what is right uses none of them up"
        await throttle.failed(tenant, now)
    assert not await throttle.take(tenant, "5001", now)
    assert await throttle.take(uuid4(), "5001", now), "another company has its own"
    assert await throttle.take(tenant, "5001", now + timedelta(seconds=WRONG_PINS.refill_seconds + 1))


async def test_a_wrong_pin_is_one_of_the_companys(world: World, database: Database) -> None:
    throttle, company, now = PinThrottle(database), uuid4(), utc_now()
    for _ in range(WRONG_PINS.burst - 1):
        await throttle.failed(company, now)
    assert await throttle.take(company, "5001", now)
    for other in range(3):  # one may have come back meanwhile
        assert await typed(database, world, f"9999{other}", PIN, tenant_id=company) is None
    assert not await throttle.take(company, "5001", now)


async def test_another_pin_gives_new_tries(world: World, database: Database) -> None:
    throttle, now = PinThrottle(database), utc_now()
    number = (await kept(database, world)).number
    while await throttle.take(UUID(world.a.tenant_id), number, now):
        pass
    assert (await world.a.clients["agent"].send("PUT", "/me/telephone", {"pin": PIN})).status == 200
    assert await throttle.take(UUID(world.a.tenant_id), number, now)


async def typed(
    database: Database, world: World, number: str, pin: str, *, tenant_id: UUID | None = None
) -> UUID | None:
    """Who is known at the telephone by what was typed there."""
    telephone = Telephone(database)
    asked = AskAgent(interaction_id=uuid4(), serial=1, what="pin", number=number, pin=pin)
    try:
        return (await telephone.answer(tenant_id or UUID(world.a.tenant_id), asked)).agent_id
    finally:
        telephone.close()


async def test_who_is_known_at_the_telephone(world: World, database: Database) -> None:
    number, agent = (await kept(database, world)).number, world.a.clients["agent"]
    await agent.send("PUT", "/me/telephone", {"pin": PIN})
    assert str(await typed(database, world, number, PIN)) == world.a.ids["agent"]
    assert await typed(database, world, number, "739105") is None
    assert await typed(database, world, "99999", PIN) is None
    for _ in range(BY_PIN.burst):
        await typed(database, world, number, "739105")
    assert await typed(database, world, number, PIN) is None, "there are no tries left, for the right one neither"
    await agent.send("PUT", "/me/telephone", {"pin": ""})
    assert await typed(database, world, number, "") is None, "without a PIN nobody is known"


async def test_who_has_no_right_to_agents_work_is_not_known(world: World, database: Database) -> None:
    body = {"login": "climber", "name": "Up", "role": "agent", "password": PASSWORD, "agent": {"number": "77002"}}
    person = await world.a.admin.made("/people", body)
    await world.a.admin.send("PUT", f"/agents/{person['agent']['id']}/telephone", {"pin": PIN})
    assert str(await typed(database, world, "77002", PIN)) == person["agent"]["id"]
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        await session.execute(update(Account).where(Account.login == "climber").values(role="tenant_administrator"))
    assert await typed(database, world, "77002", PIN) is None


async def test_results_are_read_level_by_level(world: World, database: Database) -> None:
    admin, telephone = world.a.admin, Telephone(database)
    top = await admin.made("/dispositions", {"name": "Top of two", "position": 9000})
    await admin.made("/dispositions", {"name": "Second", "position": 1, "parent_id": top["id"]})
    first = await admin.made("/dispositions", {"name": "First", "position": 0, "parent_id": top["id"]})
    agent_id = UUID(world.a.ids["agent"])
    contact = Contact(interaction_id=uuid4(), queue_id=None, business_id=None, direction="inbound")

    async def at(*path: int, of: Contact | None = contact) -> AgentAnswered:
        asked = AskAgent(interaction_id=uuid4(), serial=1, what="results", agent_id=agent_id, contact=of, path=path)
        return await telephone.answer(UUID(world.a.tenant_id), asked)

    names = (await at()).names
    place = names.index("Top of two") + 1
    assert (await at(place)).names == ("First", "Second")
    assert (await at(place, 7)).names == ("First", "Second"), "there is no such key"
    chosen = await at(place, 1)
    assert (str(chosen.disposition_id), chosen.disposition_name) == (first["id"], "Top of two / First")
    assert (chosen.contact_id, chosen.due) == (contact.interaction_id, False)
    telephone.close()


async def test_the_last_contact_that_waits_for_its_result_alone(world: World, database: Database) -> None:
    """Another agent of the company has none."""
    telephone, tenant = Telephone(database), UUID(world.a.tenant_id)
    asked = AskAgent(interaction_id=uuid4(), serial=1, what="results", agent_id=UUID(world.a.ids["agent"]))
    names = (await telephone.answer(tenant, asked)).names
    chosen = await telephone.answer(tenant, msgspec.structs.replace(asked, path=(1,)))
    assert (str(chosen.contact_id), chosen.due) == (world.a.ids["interaction"], True)
    assert chosen.disposition_id and chosen.account_id
    assert chosen.disposition_name == names[0]
    body = {"login": "newcomer", "name": "New", "role": "agent", "password": PASSWORD, "agent": {"number": "77001"}}
    newcomer = await world.a.admin.made("/people", body)
    asked = msgspec.structs.replace(asked, agent_id=UUID(newcomer["agent"]["id"]))
    assert (await telephone.answer(tenant, asked)).problem == "no_result_due"
    telephone.close()
