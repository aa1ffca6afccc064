"""Blending on real calls: a rule sends an idle agent out, a caller brings them back; who is pinned stays out."""

from __future__ import annotations

from tests.sip.conftest import Build
from tests.sip.ledger import the


async def test_an_idle_agent_goes_out_and_comes_back_for_a_caller(build: Build) -> None:
    world = await build(agents=2, straight=True)
    moving, pinned = world.agents
    async with world.administrator() as admin:
        given = await admin.post("/agents/work", {"agent_ids": [str(pinned.id)], "work": "outbound"})
        assert (given.status, given.json["agents"]) == (200, 1), given.text
        rule = {
            "name": "valley",
            "queue_ids": [str(world.queue_id)],
            "agent_ids": [str(moving.id), str(pinned.id)],
            "out": {"idle_at_least": 1, "for_seconds": 0},
            "back": {"waiting_over": 0},
            "least_outbound_seconds": 0,
            "inbound_at_least": 0,
        }
        await world.configure(admin, "POST", "/blend-rules", rule)
        await world.ledger.until(lambda rows: sum(row.kind == "agent.moved" for row in rows) == 2)
        call = await world.call()
        offer = the(await world.ledger.has("agent.connected", call.caller), "offer.made")
        entered = the(await world.ledger.rows(call.caller), "queue.entered")
        assert offer.agent_id == moving.id
        assert offer.at > entered.at  # nobody took inbound calls when the caller came
        moves = [row for row in await world.ledger.rows() if row.kind == "agent.moved"]
        assert [(row.agent_id, row.data["to"], row.data["reason"]) for row in moves] == [
            (pinned.id, "outbound", "pinned"),
            (moving.id, "outbound", "calm"),
            (moving.id, "inbound", "waiting"),
        ]
        await call.hang_up()
