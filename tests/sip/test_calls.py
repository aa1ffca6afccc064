"""Calls from end to end, as phones hear them and the ledger has them."""

from __future__ import annotations

import asyncio

from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import kinds, the
from tests.sip.world import AGENT_TONE, CALLER_TONE, PROMPTS


async def test_a_call_through_flow_and_queue_to_an_agent_and_back(build: Build) -> None:
    world = await build()
    call = await world.call_and_press("1")
    await world.ledger.has("agent.connected", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    await asyncio.sleep(4)  # the conversation
    agent = world.agents[0]
    view = await agent.becomes("engaged")
    assert (await agent.command("interaction.hang_up", interaction_id=view["interaction_id"]))["ok"]
    await world.ledger.has("flow.node", call.caller, node="rating")
    await call.press("5")
    rows = await world.ledger.ended(call.caller)
    await agent.becomes("wrap_up")
    await agent.wrap_up(rows[0].interaction_id)
    await agent.becomes("available")

    heard = await call.heard()
    for name in ("greeting", "menu", "thanks"):
        assert tones.seconds_of(heard, PROMPTS[name][0]) > 0.2, name
    assert tones.seconds_of(heard, AGENT_TONE) > 2
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert [row.data["node"] for row in rows if row.kind == "flow.node"][:4] == ["answer", "greeting", "menu", "queue"]
    order = [
        "interaction.started",
        "flow.entered",
        "interaction.answered",
        "flow.key",
        "queue.entered",
        "offer.made",
        "offer.accepted",
        "agent.connected",
        "agent.disconnected",
        "interaction.ended",
    ]
    positions = [kinds(rows).index(kind) for kind in order]
    assert sorted(positions) == positions, kinds(rows)
    assert the(rows, "agent.disconnected").data["by"] == "agent"
    assert the(rows, "agent.disconnected").data["talk_seconds"] > 3


async def test_both_sides_are_on_the_recording_for_the_whole_talk(build: Build) -> None:
    world = await build(straight=True)
    call = await world.call()
    rows = await world.ledger.has("agent.connected", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    await asyncio.sleep(5)  # the conversation
    await call.hang_up()
    rows = await world.ledger.ended(call.caller)
    recording = the(rows, "recording.started").data["recording_id"]
    talk = the(rows, "agent.disconnected").data["talk_seconds"]
    spool = world.running.settings.spool / "recording"
    said, was_told = spool / f"{recording}-in.wav", spool / f"{recording}-out.wav"
    assert tones.seconds_of(said, CALLER_TONE) > 3
    assert tones.seconds_of(said, AGENT_TONE) == 0
    assert tones.seconds_of(was_told, AGENT_TONE) > 3
    assert tones.seconds_of(was_told, CALLER_TONE) == 0
    for side in (said, was_told):
        assert abs(tones.duration(side) - talk) < 1
