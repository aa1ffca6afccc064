"""What a caller types in secret is in clear nowhere: in no table, log, message, live view or desktop."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import asyncpg

from hujiao.embedded import postgres
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE
from tests.sip.running import Running
from tests.sip.test_flow_steps import BYE, published, rewrite

LARGEST_FILE = 100_000_000
# The caller's own telephone knows what it has sent; the database is read by its tables.
NOT_OURS = ("testphone", "parts", "postgres")


async def tables_with(running: Running, word: str) -> list[str]:
    """The tables that have the word in a row."""
    settings = running.settings
    connection = await asyncpg.connect(postgres.superuser_url(settings, settings.database_owner_url.rpartition("/")[2]))
    try:
        tables = await connection.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        found = []
        for table in tables:
            query = f"SELECT EXISTS (SELECT FROM {table['name']} AS row WHERE strpos(row::text, $1) > 0)"
            if await connection.fetchval(query, word):
                found.append(str(table["name"]))
        return found
    finally:
        await connection.close()


def files_with(home: Path, word: str) -> list[str]:
    """The files of the installation that have the word."""
    found = []
    for path in home.rglob("*"):
        inside = path.relative_to(home)
        if set(NOT_OURS) & set(inside.parts) or not path.is_file() or path.stat().st_size > LARGEST_FILE:
            continue
        if word.encode() in path.read_bytes():
            found.append(str(inside))
    return found


async def test_a_secret_is_in_clear_nowhere(build: Build) -> None:
    world = await build(agents=1, straight=True)
    # The same way for a number that is no secret: what does not find that one would find no secret either.
    secret, plain = (str(secrets.randbelow(9 * 10**9) + 10**9) for _ in range(2))
    heard: list[str] = []

    async def listens(message: Any) -> None:
        heard.append(json.dumps(message))

    asks = {"type": "collect", "prompts": ["menu"], "max_digits": 10, "timeout_seconds": 30}
    async with world.administrator() as admin, world.working(world.agents[0]) as agent:
        (flow,) = (await admin.get("/flows")).json["items"]
        inner = await published(world, admin, "Checks the PIN", {
            "start": {"type": "parameters", "values": {"pin": ""}, "next": "twice"},
            "twice": {"type": "set", "values": {"twice": "vars.pin + vars.pin", "long": "size(vars.pin) > 4"},
                      "next": "back"},
            "back": {"type": "results", "values": {"echo": "'pin ' + vars.twice", "ok": "vars.long"}},
        })  # fmt: skip
        await rewrite(world, admin, flow["id"], {
            "start": {"type": "answer", "next": "pin"},
            "pin": {**asks, "variable": "pin", "secret": True, "next": "plain"},
            "plain": {**asks, "variable": "plain", "next": "check"},
            "check": {"type": "sub_flow", "flow": inner, "parameters": {"pin": "vars.pin"},
                      "results": {"echo": "echo", "ok": "right"}, "next": "way"},
            "way": {"type": "branch", "cases": [{"when": "vars.right", "next": "wait"}], "otherwise": "bye"},
            "wait": {"type": "queue", "queue": str(world.queue_id)},
            "bye": BYE,
        })  # fmt: skip
        stop = await world.running.bus.subscribe(">", listens)
        try:
            call = await world.call()
            await world.ledger.has("flow.node", call.caller, node="pin")
            await call.press(secret)
            await world.ledger.has("flow.node", call.caller, node="plain")
            assert await tables_with(world.running, secret) == [], "while it is kept with the call"
            await call.press(plain)
            rows = await world.ledger.has("agent.connected", call.caller)
            shown = {
                "live": await world.interactions(),
                "desktop": (await agent.get("/me/desktop")).json,
            }
            assert plain in json.dumps(shown["live"])
            assert secret not in json.dumps(shown)
            assert plain in "".join(heard) and secret not in "".join(heard)
            assert await tables_with(world.running, secret) == []
            await call.hang_up()
            await world.ledger.ended(call.caller)
            async with asyncio.timeout(PATIENCE):
                while plain not in (contact := (await admin.get(f"/interactions/{rows[0].interaction_id}")).text):
                    await asyncio.sleep(0.2)
            assert secret not in contact
        finally:
            await stop()
    assert secret not in "".join(heard)
    assert await tables_with(world.running, secret) == []
    assert await tables_with(world.running, plain) != []
    assert files_with(world.running.home, secret) == []
