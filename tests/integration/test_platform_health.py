"""What the operator's staff read of what does not work: by tenant and object, in their language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hujiao.kit.bus import Bus
from hujiao.kit.i18n import Said
from tests.conftest import until
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.world import PASSWORD, World


@asynccontextmanager
async def reads(world: World, language: str) -> AsyncIterator[Client]:
    async with Client(world.settings.web_url, language=language) as client:
        yield await client.sign_in("platform", "root", PASSWORD)


async def test_a_tenants_fault_is_named_with_its_object_and_what_to_do(world: World, bus: Bus) -> None:
    met = {"count": 4, "first_at": "2026-11-28T10:00:00+00:00", "last_at": "2026-11-28T10:00:30+00:00"}
    named = {
        "work": "facts",
        "tenant_id": world.a.tenant_id,
        "about": "event 7 (queue.left)",
        "reason": "ValueError",
    }
    problem = {"tenant_id": world.b.tenant_id, "kind": "flow", "place": "main › ask", "problem": "no such variable: x"}

    async def answer(_: Any) -> dict[str, Any]:
        faults = [{**named, **met, "next_try_at": None}]
        ring = {**problem, "place": "main › menu", **Said("problem.endless_ring").facts()}
        problems = [{**one, **met} for one in (problem, ring)]
        return {"ok": True, "detail": {"projection": [], "faults": faults, "problems": problems}}

    told: dict[str, Any] = {}

    async def is_told() -> bool:
        told.update((await chinese.get("/platform/health")).json)
        return bool(told["parts"]["jobs"] == "well" and told["troubles"])

    end = await bus.serve(bus.subjects.health("jobs"), answer)
    try:
        async with reads(world, "zh-CN") as chinese:
            await until(is_told, "the fault")
    finally:
        await end()
    fault = next(one for one in told["troubles"] if one["tenant"])
    assert (fault["part"], fault["tenant"]["slug"], fault["count"]) == ("jobs", "a", 4)
    assert fault["what"] == "事件 7 (queue.left)：ValueError"
    assert fault["means"] == "该租户的报表和联络记录停止更新"
    assert "./hujiao logs jobs" in fault["do"] and "事件 7 (queue.left)" in fault["do"]
    assert [(one["tenant"]["slug"], one["place"], one["problem"][:4]) for one in told["problems"]] == [
        ("b", "main › ask", "no s"),
        ("b", "main › menu", "流程兜圈"),
    ]


async def test_what_a_trunk_says_is_in_the_readers_language(world: World, control: CallControl) -> None:
    before, trunk = control.trunk_states, world.operator_ids["trunk"]
    said = {"detail": "trunk.silent", "values": {"address": "192.0.2.10:5060"}}
    control.trunk_states = [{"id": trunk, "state": "down", "channels": 0, "since": None, **said}]
    try:
        for language, words in (("zh-CN", "192.0.2.10:5060 不应答 OPTIONS"), ("en", "192.0.2.10:5060 does not answer")):
            async with reads(world, language) as reader:
                (state,) = (await reader.get("/trunks/state")).json
            assert state["detail"].startswith(words)
    finally:
        control.trunk_states = before
