"""How good a line was: told by who had the call, kept with it, and found again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hujiao.kit.ids import new_id
from tests.integration.control import CallControl
from tests.integration.test_marking import contact
from tests.integration.test_sockets import call_record
from tests.integration.world import Side, World, make_side

LINE = {"seconds": 60, "mos": 4.2, "mos_lowest": 3.8, "loss_percent": 0.4, "jitter_ms": 6, "round_trip_ms": 40}


@pytest.fixture(scope="module")
async def side(world: World, control: CallControl) -> AsyncIterator[Side]:
    async with AsyncExitStack() as stack:
        yield await make_side(stack, world.operator, world.settings.web_url, "q")


async def test_who_had_the_call_tells_how_it_was(
    side: Side, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    agent = side.clients["agent"]
    mine = await contact(ledger, side, side.ids, "+8613700000031")
    others = await contact(ledger, side, side.walled, "+8613700000031")
    assert (await agent.post(f"/me/interactions/{mine}/line-quality", LINE)).status == 204
    told = control.commands[-1]
    assert (told["kind"], told["interaction_id"]) == ("interaction.measure", mine)
    assert told["measured"] == {**LINE, "codec": ""} and told["actor"]["agent_id"] == side.ids["agent"]
    before = len(control.commands)
    for unseen in (others, str(new_id())):
        assert (await agent.post(f"/me/interactions/{unseen}/line-quality", LINE)).status == 404
    assert (await side.clients["supervisor"].post(f"/me/interactions/{mine}/line-quality", LINE)).status == 404
    assert len(control.commands) == before


async def test_a_call_that_goes_on_has_parts_but_for_who_listens(side: Side, control: CallControl) -> None:
    agent = side.clients["agent"]
    own = {"leg_id": "l", "agent_id": side.ids["agent"], "state": "in", "room": "main"}
    for role, status in (("supervisor", 404), ("agent", 204)):
        call = str(new_id())
        record = call_record(side, side.ids, call, state="connected", parties=[{**own, "role": role}])
        await control.change(side.tenant_id, interactions=[record])
        assert (await agent.post(f"/me/interactions/{call}/line-quality", LINE)).status == status, role
        await control.change(side.tenant_id, ended=[call])


@pytest.mark.parametrize(
    ("field", "value"), [("mos", 0.5), ("mos", 6), ("loss_percent", 101), ("jitter_ms", -1), ("seconds", "long")]
)
async def test_what_cannot_be_is_refused(
    side: Side, ledger: asyncpg.Pool[asyncpg.Record], field: str, value: Any
) -> None:
    mine = await contact(ledger, side, side.ids, "+8613700000032")
    answer = await side.clients["agent"].post(f"/me/interactions/{mine}/line-quality", {**LINE, field: value})
    assert (answer.status, answer.json["error"]["field"]) == (422, field)


async def test_the_worst_line_is_kept_and_found(side: Side, ledger: asyncpg.Pool[asyncpg.Record]) -> None:
    lines = [{**LINE, "mos": mos, "loss_percent": loss} for mos, loss in ((4.2, 0.1), (2.9, 7.5), (3.4, 3.0))]
    told = [("agent.line_measured", UUID(side.ids["agent"]), line) for line in lines]
    mine = await contact(ledger, side, side.ids, "+8613700000033", also=told)
    supervisor, number = side.clients["supervisor"], "13700000033"
    [poor] = (await supervisor.get("/interactions", number=number, mos_below="3.1")).json["items"]
    assert (poor["id"], poor["line_mos"], poor["line_loss_percent"]) == (mine, 2.9, 7.5)
    assert (await supervisor.get("/interactions", number=number, mos_below="2.9")).json["items"] == []
    assert (await supervisor.get("/interactions", mos_below="9")).status == 422
