"""A caller leaves a message: it is found, plays for those who may hear it, and for nobody else."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest
import soundfile
from sqlalchemy import insert, text

from hujiao.asterisk.testphone.phone import Call
from hujiao.identity.models import Account, ApiToken
from hujiao.identity.service import TOKEN_PREFIX
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import new_secret, secret_hash
from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.world import CALLER_TONE, PROMPTS, World


def message_flow(**how: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "start": "message",
        "nodes": {
            "message": {"type": "record_message", "prompts": ["greeting"], "next": "thanks", **how},
            "thanks": {"type": "play", "prompts": ["thanks"], "next": "bye"},
            "bye": {"type": "hang_up"},
        },
    }


async def speaking(world: World) -> tuple[Call, str]:
    """A caller who speaks without end, and the message's id."""
    call = await world.call()
    await world.ledger.has("interaction.answered", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    rows = await world.ledger.has("recording.started", call.caller)
    return call, str(the(rows, "recording.started").data["recording_id"])


async def row_of(world: World, recording_id: str, *states: str | None) -> Any:
    """The recording's row when it has come to one of these states; None: when there is none."""
    found = None
    async with asyncio.timeout(PATIENCE):
        while True:
            async with world.running.database.tenant(world.tenant_id) as session:
                rows = await session.execute(text("SELECT * FROM recording WHERE id = :id"), {"id": recording_id})
                found = rows.one_or_none()
            if (found.state if found else None) in states:
                return found
            await asyncio.sleep(0.2)


def spoken(world: World, row: Any) -> float:
    return tones.seconds_of(world.running.settings.recordings / row.path, CALLER_TONE)


async def client_of(world: World, role: str) -> Client:
    """A program of the tenant, with this role's rights."""
    account_id, secret = new_id(), new_secret()
    own = {"tenant_id": world.tenant_id}
    async with world.running.database.tenant(world.tenant_id) as session:
        row = {"id": account_id, "login": role, "name": role, "role": role, "password_hash": "!"}
        await session.execute(insert(Account).values(**row, **own))
        row = {"id": new_id(), "account_id": account_id, "name": "test", "secret_hash": secret_hash(secret)}
        await session.execute(insert(ApiToken).values(**row, **own))
    return world.client(token=TOKEN_PREFIX + secret)


async def test_a_message_is_kept_and_plays_for_its_tenant_alone(build: Build) -> None:
    world, other = await asyncio.gather(build(agents=0, document=message_flow()), build(agents=0))
    call, recording_id = await speaking(world)
    await asyncio.sleep(4)  # the message
    await call.press("#")
    rows = await world.ledger.ended(call.caller)
    assert the(rows, "interaction.ended").data["end_reason"] == "flow_ended"
    assert tones.seconds_of(await call.heard(), PROMPTS["thanks"][0]) > 0.2
    assert tones.seconds_of(await call.heard(), 1000) > 0.1, "the tone"
    row = await row_of(world, recording_id, "ready")
    assert (row.channels, row.failure) == (1, None)
    assert 3 < row.duration_seconds < 6
    assert abs(spoken(world, row) - row.duration_seconds) < 1

    client, stranger = await client_of(world, "tenant_administrator"), await client_of(other, "tenant_administrator")
    async with client, stranger:
        detail = (await client.get(f"/interactions/{rows[0].interaction_id}")).json
        assert [(one["id"], one["channels"]) for one in detail["recordings"]] == [(recording_id, 1)]
        audio = await client.get(f"/recordings/{recording_id}/audio")
        assert audio.status == 200
        samples, rate = soundfile.read(BytesIO(audio.body), always_2d=True)
        assert samples.shape[1] == 1
        assert tones.level(samples[rate : 2 * rate, 0], rate, CALLER_TONE, 1.0)[0] > 0.1
        peaks = (await client.get(f"/recordings/{recording_id}/peaks")).json
        assert max(peaks["customer"]) > 0.1
        assert peaks["agent"] == []
        for path in ("", "/audio", "/peaks"):
            assert (await stranger.get(f"/recordings/{recording_id}{path}")).status == 404


@pytest.mark.parametrize("end", ["silence", "no_sound", "length", "hang_up"])
async def test_each_end_of_a_message_keeps_it(build: Build, end: str) -> None:
    how = {"silence": {"silence_seconds": 2}, "length": {"max_seconds": 3}, "no_sound": {"max_seconds": 6}}.get(end, {})
    world = await build(agents=0, document=message_flow(**how))
    call, recording_id = await speaking(world)
    if end != "length":
        await asyncio.sleep(3)  # the message
    if end == "silence":
        await call.say(
            f"sound:{tones.make(world.phones.voice.with_name('silence.wav'), 0, 5).with_suffix('')}", loop=True
        )
    elif end == "no_sound":
        await call.be_silent()  # not even silence is sent
    elif end == "hang_up":
        await call.hang_up()
    rows = await world.ledger.ended(call.caller)
    assert the(rows, "interaction.ended").data["end_reason"] == "flow_ended"
    assert ("thanks" in [row.data.get("node") for row in rows]) == (end != "hang_up")
    assert kinds(rows).index("recording.stopped") < kinds(rows).index("interaction.ended")
    row = await row_of(world, recording_id, "ready")
    assert spoken(world, row) > 2
    assert row.duration_seconds < 6


async def test_hanging_up_at_the_tone_leaves_no_recording(build: Build) -> None:
    world = await build(agents=0, document=message_flow(prompts=[]))
    call = await world.call()
    rows = await world.ledger.has("recording.started", call.caller)
    await call.hang_up()
    rows = await world.ledger.ended(call.caller)
    recording_id = the(rows, "recording.started").data["recording_id"]
    assert the(rows, "interaction.ended").data["end_reason"] == "abandoned_in_flow"
    row = await row_of(world, recording_id, None, "ready")
    spool = world.running.settings.spool / "recording" / f"{recording_id}.wav"
    assert not spool.exists()
    assert row is None or row.duration_seconds < 1
