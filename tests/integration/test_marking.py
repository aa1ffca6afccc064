"""Malicious contacts by the API: who may mark and take back which, and what is found and told afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from hujiao.app.jobs.projector import Projector
from hujiao.kit.ids import new_id
from tests.integration.control import CallControl
from tests.integration.test_bulletins import second_agent
from tests.integration.test_sockets import call_record
from tests.integration.world import Side, World, make_side


@pytest.fixture(scope="module")
async def side(world: World, control: CallControl) -> AsyncIterator[Side]:
    """A tenant of its own: others count what is in theirs."""
    async with AsyncExitStack() as stack:
        yield await make_side(stack, world.operator, world.settings.web_url, "m")


async def contact(
    ledger: asyncpg.Pool[asyncpg.Record],
    side: Side,
    ids: dict[str, str],
    caller: str,
    *,
    by: str | None = None,
    also: Sequence[tuple[str, UUID | None, dict[str, Any]]] = (),
) -> str:
    """One more contact of a project's agent; `by` an account it is marked as malicious, `also` are more events."""
    interaction = new_id()
    start = {"caller": caller, "caller_key": caller, "called": "1", "project_id": ids["project"]}
    told: list[tuple[str, UUID | None, dict[str, Any]]] = [
        ("interaction.started", None, start),
        ("agent.connected", UUID(ids["agent"]), {"queue_id": ids["queue"], "ring_seconds": 2.0}),
        *also,
    ]
    if by:
        marked = {"by_account": by, "by_name": "Li", "reason": "threats"}
        told.append(("interaction.marked_malicious", None, marked))
    tenant = UUID(side.tenant_id)
    async with ledger.acquire() as connection, connection.transaction():
        last = await connection.fetchval("SELECT coalesce(max(seq), 0) FROM ledger_event WHERE tenant_id = $1", tenant)
        for seq, (kind, agent, data) in enumerate(told, last + 1):
            await connection.execute(
                "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                *(tenant, seq, datetime.now(UTC), kind, interaction, agent, msgspec.json.encode(data).decode()),
            )
    await Projector(ledger).catch_up()
    return str(interaction)


async def test_an_agent_marks_their_own(side: Side, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]) -> None:
    agent = side.clients["agent"]
    mine = await contact(ledger, side, side.ids, "+8613700000001")
    others = await contact(ledger, side, side.walled, "+8613700000001")
    answer = await agent.send("PUT", f"/interactions/{mine}/malicious", {"reason": "threats"})
    assert answer.status == 204, answer.text
    command = control.commands[-1]
    assert (command["kind"], command["interaction_id"], command["malicious"], command["reason"]) == (
        "interaction.mark", mine, True, "threats",
    )  # fmt: skip
    assert command["actor"]["agent_id"] == side.ids["agent"]
    assert command["by_name"] == agent.session["account"]["name"]
    before = len(control.commands)
    refused = [
        await agent.send("PUT", f"/interactions/{others}/malicious", {}),
        await agent.send("DELETE", f"/interactions/{others}/malicious"),
        await side.clients["supervisor"].send("PUT", f"/interactions/{others}/malicious", {}),
        await agent.get(f"/me/interactions/{others}/marked-before"),
    ]
    assert [one.status for one in refused] == [404] * 4
    unmarked = await agent.send("DELETE", f"/interactions/{mine}/malicious")  # the fake call control wrote nothing
    assert (unmarked.status, unmarked.code) == (409, "not_marked")
    long = await agent.send("PUT", f"/interactions/{mine}/malicious", {"reason": "x" * 501})
    assert (long.status, long.json["error"]["field"]) == (422, "reason")
    assert len(control.commands) == before


async def test_only_the_marker_or_a_reviewer_takes_it_back(
    side: Side, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    own = await contact(ledger, side, side.ids, "+8613700000002", by=side.ids["person"])
    foreign = await contact(ledger, side, side.ids, "+8613700000002", by=str(uuid4()))
    agent, boss = side.clients["agent"], side.clients["supervisor"]
    for method, body in (("DELETE", None), ("PUT", {"reason": "no"})):
        refused = await agent.send(method, f"/interactions/{foreign}/malicious", body)
        assert (refused.status, refused.code) == (403, "marked_by_another")
    assert (await agent.send("DELETE", f"/interactions/{own}/malicious")).status == 204
    assert (await boss.send("DELETE", f"/interactions/{foreign}/malicious")).status == 204
    assert (control.commands[-1]["kind"], control.commands[-1]["malicious"]) == ("interaction.mark", False)


async def test_a_call_that_goes_on_is_marked_before_its_facts_are_written(
    world: World, side: Side, control: CallControl
) -> None:
    running = str(uuid4())
    record = call_record(side, side.ids, running, state="connected", agent_id=side.ids["agent"])
    await control.change(side.tenant_id, interactions=[record])
    agent = side.clients["agent"]
    assert (await agent.send("PUT", f"/interactions/{running}/malicious", {})).status == 204
    assert (await side.clients["supervisor"].send("PUT", f"/interactions/{running}/malicious", {})).status == 204
    async with second_agent(world, side) as other:
        assert (await other.send("PUT", f"/interactions/{running}/malicious", {})).status == 404
    assert (await world.b.admin.send("PUT", f"/interactions/{running}/malicious", {})).status == 404
    await control.change(side.tenant_id, ended=[running])


async def test_the_next_agent_is_told_and_the_list_finds_it(
    world: World, side: Side, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    """Contacts of colleagues count, too, but none of another project."""
    caller = "+8613700000003"
    async with second_agent(world, side) as other:
        now = await contact(ledger, side, side.walled, caller)
        first = await contact(ledger, side, side.ids, caller, by=str(uuid4()))
        path = f"/me/interactions/{now}/marked-before"
        assert (await other.get(path)).json["times"] == 0, "a contact of another project"
        for _ in range(2):
            last = await contact(ledger, side, side.walled, caller, by=str(uuid4()))
        told = (await other.get(path)).json
        assert (told["times"], told["by_name"], told["reason"]) == (2, "Li", "threats")
        shown = (await side.admin.get(f"/interactions/{last}")).json
        assert shown["malicious_at"] == told["at"]
        # The contact at hand is not among those before.
        assert (await other.get(f"/me/interactions/{last}/marked-before")).json["times"] == 1
    found = (await side.admin.get("/interactions", customer=caller, malicious="true")).json
    assert found["total"] == 3 and found["items"][-1]["id"] == first
    assert (await side.admin.get("/interactions", customer=caller, malicious="false")).json["total"] == 1
    sheet = await side.admin.get("/interactions.csv", customer=caller, malicious="true")
    assert sheet.text.count("threats") == 3
