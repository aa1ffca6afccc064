"""Indicators of the last minutes: what they count is set by right and checked, and the queue's record carries them."""

from __future__ import annotations

from typing import Any

from tests.integration.control import CallControl
from tests.integration.test_sockets import fresh, queue_record, reading
from tests.integration.world import World

PATH = "/settings/indicators"


async def test_settings_are_checked_and_kept(world: World) -> None:
    admin = world.a.admin
    usual = (await admin.get(PATH)).json
    assert (usual["minutes"], usual["service_seconds"], usual["short_seconds"]) == (5, 20, 5)
    assert usual["within"] == [5, 10, 15, 20]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"minutes": 0}, "minutes"),
        ({"within": []}, "within"),
        ({"within": [10, 5]}, "within"),
        ({"within": [5, 5]}, "within"),
        ({"bounds": {"loss": {"amber": 1.5}}}, "bounds.loss.amber"),
        ({"bounds": {"loss": {"amber": 0.3, "red": 0.2}}}, "bounds.loss.red"),
        ({"bounds": {"service_level": {"amber": 0.7, "red": 0.8}}}, "bounds.service_level.red"),
    ]
    for body, field in wrong:
        answer = await admin.send("PUT", PATH, body)
        assert (answer.status, answer.json["error"]["field"]) == (422, field), answer.text
        assert not answer.json["error"]["message"].startswith("error.")
    assert (await admin.get(PATH)).json == usual
    own = {"minutes": 10, "within": [3, 30], "bounds": {"waiting": {"amber": None, "red": 2}}}
    for _ in range(2):
        assert (await admin.send("PUT", PATH, own)).status == 200
    boss = world.a.clients["supervisor"]
    kept = (await boss.get(PATH)).json
    assert (kept["minutes"], kept["within"], kept["bounds"]["waiting"]["red"]) == (10, [3, 30], 2)
    assert (await boss.send("PUT", PATH, own)).status == 403
    assert (await world.b.admin.get(PATH)).json == usual, "another company's own"
    assert (await admin.send("PUT", PATH, {})).json == usual


async def test_a_queues_record_carries_the_last_minutes(world: World, control: CallControl) -> None:
    side = world.a
    await fresh(world, control)
    async with reading(side.clients["supervisor"]) as boss:
        (seen,) = boss.received[0]["view"]["queues"]
        assert "recent" in seen
        seq = await control.change(side.tenant_id, queues=[queue_record(side, side.ids, 1)])
        await boss.with_change(seq)
        await boss.settled()
        told = str([one for one in boss.received if one["type"] in ("delta", "snapshot")])
        assert side.walled["queue"] not in told
