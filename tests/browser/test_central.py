"""The central test: a SIP phone, the platform, an agent in Chromium; measured at every ear."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import expect
from sqlalchemy import text

from tests.browser.conftest import OpenDesk
from tests.browser.desk import AGENT_HERTZ, PATIENCE, Desk
from tests.sip import tones
from tests.sip.ledger import Ledger, kinds, the
from tests.sip.running import Running
from tests.sip.world import Phones

CALLER_HERTZ = 440
BILLS = "10010001"


async def tenant(running: Running, slug: str) -> Any:
    async with running.database.lookup() as session:
        found = await session.execute(text("SELECT id FROM lookup_tenants() WHERE slug = :slug"), {"slug": slug})
        return found.scalar_one()


async def seated(desk: OpenDesk, login: str, tenant_slug: str = "a") -> Desk:
    """The agent is signed in, the browser phone registered, calls may come."""
    agent = await desk(tenant_slug, login)
    await agent.sign_in_to_work()
    await agent.go_available()
    async with asyncio.timeout(PATIENCE / 1000):
        while await unreachable(agent):
            await asyncio.sleep(0.1)
    return agent


async def unreachable(agent: Desk) -> bool:
    """Whether the call control has not seen the phone yet."""
    answer = await agent.page.request.get(f"{agent.address}/api/v1/me/desktop")
    return (await answer.json())["agent"]["unreachable_since"] is not None


async def projected(running: Running, tenant_id: Any, query: str, **values: Any) -> list[Any]:
    """Rows that the projector will have written soon."""
    for _ in range(100):
        async with running.database.tenant(tenant_id) as session:
            rows = (await session.execute(text(query), values)).all()
        if rows:
            return list(rows)
        await asyncio.sleep(0.3)
    raise AssertionError(f"Nothing came of: {query}")


async def test_a_phone_and_a_browser_hear_each_other_and_all_of_it_is_kept(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    tenant_id = await tenant(running, "a")
    ledger = Ledger(running.database, running.bus, tenant_id)
    agent = await desk("a", "1001")
    await agent.check_phone()
    await agent.sign_in_to_work()
    await agent.go_available()

    call = await phones.phone.call(BILLS, caller=phones.new_caller())
    await ledger.has("flow.node", call.caller, node="menu")
    await call.press("1")
    await agent.ringing()
    shown = await agent.by("offered-card").inner_text()
    assert call.caller in shown.replace(" ", "")
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await call.say(f"sound:{phones.caller_voice}", loop=True)

    heard_by_agent = await agent.hears(seconds=4)
    assert abs(heard_by_agent["hertz"] - CALLER_HERTZ) < 15, heard_by_agent
    assert heard_by_agent["strength"] > 100
    await agent.by("hang-up").click()
    await ledger.has("flow.node", call.caller, node="rating")
    await call.press("5")
    rows = await ledger.ended(call.caller)
    await agent.becomes("wrap_up")
    await agent.by("note").fill("查询本月话费")
    await agent.page.keyboard.press("Control+Enter")
    await agent.becomes("available")
    await ledger.has("wrap_up.completed", call.caller, note="查询本月话费")

    heard_by_caller = await call.heard()
    assert tones.seconds_of(heard_by_caller, AGENT_HERTZ) > 1
    await right_in_the_ledger(rows)
    interaction_id = rows[0].interaction_id
    await right_in_the_facts(running, tenant_id, interaction_id)
    await right_on_the_recording(running, tenant_id, interaction_id)
    other = await tenant(running, "b")
    async with running.database.tenant(other) as session:
        for table in ("interaction", "segment", "recording", "ledger_event"):
            column = "id" if table == "interaction" else "interaction_id"
            query = text(f"SELECT count(*) FROM {table} WHERE {column} = :id")
            assert (await session.execute(query, {"id": interaction_id})).scalar_one() == 0
    assert agent.errors == []


async def right_in_the_ledger(rows: list[Any]) -> None:
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert the(rows, "agent.disconnected").data["by"] == "agent"
    order = ["interaction.started", "flow.key", "queue.entered", "offer.made", "agent.connected", "interaction.ended"]
    places = [kinds(rows).index(kind) for kind in order]
    assert places == sorted(places)


async def right_in_the_facts(running: Running, tenant_id: Any, interaction_id: Any) -> None:
    [facts] = await projected(
        running,
        tenant_id,
        "SELECT end_reason, rating, keys, talk_seconds, note, queue_id, queued_at FROM interaction"
        " WHERE id = :id AND wrap_up_seconds IS NOT NULL",
        id=interaction_id,
    )
    assert (facts.end_reason, facts.rating, facts.keys, facts.note) == ("completed", 5, "15", "查询本月话费")
    assert facts.talk_seconds > 3
    segments = await projected(
        running,
        tenant_id,
        "SELECT kind, outcome FROM segment WHERE interaction_id = :id ORDER BY ordinal",
        id=interaction_id,
    )
    assert [segment.kind for segment in segments] == ["flow", "queue", "agent", "after"]
    [interval] = await projected(
        running,
        tenant_id,
        "SELECT sum(offered) AS offered, sum(answered) AS answered, sum(handled) AS handled FROM queue_interval"
        " WHERE queue_id = :queue HAVING sum(offered) > 0",
        queue=facts.queue_id,
    )
    async with running.database.tenant(tenant_id) as session:
        query = text("SELECT count(*) FROM segment WHERE kind = 'queue' AND queue_id = :queue")
        assert interval.offered == (await session.execute(query, {"queue": facts.queue_id})).scalar_one()


async def right_on_the_recording(running: Running, tenant_id: Any, interaction_id: Any) -> None:
    [recording] = await projected(
        running,
        tenant_id,
        "SELECT path, duration_seconds, sha256, channels FROM recording WHERE interaction_id = :id AND state = 'ready'",
        id=interaction_id,
    )
    path = Path(running.settings.recordings / recording.path)
    assert recording.channels == 2
    assert tones.seconds_of(path, CALLER_HERTZ, channel=0) > 2
    assert tones.seconds_of(path, AGENT_HERTZ, channel=1) > 1
    assert tones.seconds_of(path, AGENT_HERTZ, channel=0) < 0.5
    assert tones.seconds_of(path, CALLER_HERTZ, channel=1) < 0.5
    assert abs(tones.duration(path) - recording.duration_seconds) < 0.2


async def test_the_agents_browser_closes_in_a_call(running: Running, phones: Phones, desk: OpenDesk) -> None:
    tenant_id = await tenant(running, "a")
    ledger = Ledger(running.database, running.bus, tenant_id)
    agent = await seated(desk, "1002")
    call = await phones.phone.call(BILLS, caller=phones.new_caller())
    await ledger.has("flow.node", call.caller, node="menu")
    await call.press("1")
    await agent.ringing()
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await agent.page.context.close()
    await ledger.has("agent.disconnected", call.caller)
    await call.hang_up()
    rows = await ledger.ended(call.caller)
    assert the(rows, "interaction.ended").data["ended_by"] in ("customer", "agent", "system")


async def test_the_other_companys_agent_sees_nothing_of_it(running: Running, phones: Phones, desk: OpenDesk) -> None:
    tenant_id = await tenant(running, "a")
    ledger = Ledger(running.database, running.bus, tenant_id)
    stranger = await seated(desk, "2001", "b")
    supervisor = await desk("a", "supervisor")
    await supervisor.go("/live")
    call = await phones.phone.call(BILLS, caller=phones.new_caller())
    await ledger.has("flow.node", call.caller, node="menu")
    await call.press("1")
    rows = await ledger.has("queue.entered", call.caller)
    waiting = supervisor.page.locator(f'[data-testid=queue-row][data-id="{rows[-1].data["queue_id"]}"]')
    await expect(waiting.get_by_test_id("queue-waiting")).to_have_text("1", timeout=PATIENCE)
    await call.hang_up()
    await ledger.ended(call.caller)
    assert await stranger.by("desktop").get_attribute("data-state") == "available"
    text_shown = await stranger.page.inner_text("body")
    assert call.caller not in text_shown.replace(" ", "")
    await stranger.go(f"/interactions/{rows[0].interaction_id}")
    await expect(stranger.page.get_by_test_id("interaction")).to_have_count(0)
