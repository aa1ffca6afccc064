"""`./hujiao bench sign-in`: a shift begins. N agents behind one address sign in, to the web and to work.

Two ways in which a shift comes: spread over the minute before it begins, and all in the same moment. Each agent's time
is from pressing sign in to the desktop being there: POST /session, then GET /session. Nobody may be throttled.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bench import instance, machine
from hujiao.app.cli import output
from hujiao.embedded.processes import descendants
from hujiao.identity.models import Account
from hujiao.identity.passwords import Passwords
from hujiao.kit.db import Database, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.settings import CHECKOUT, Settings
from hujiao.tenancy.models import Tenant

PASSWORD = "a shift begins at eight"
GOAL_SECONDS, GOAL_P95 = 60.0, 3.0


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./hujiao bench sign-in", description=__doc__)
    parser.add_argument("--agents", type=int, default=500, help="how many (500)")
    parser.add_argument("--over", type=float, default=50.0, help="seconds in which they come, one after another (50)")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    with instance.fresh() as settings:
        result = asyncio.run(measure(settings, options.agents, options.over))
        result["machine"] = machine.describe(settings)
    machine.keep("sign-in", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


async def measure(settings: Settings, agents: int, over: float) -> dict[str, Any]:
    await populate(settings, agents)
    with (settings.logs / "api.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hujiao", "process", "api"),
            env={**os.environ, "HUJIAO_HOME": str(settings.home), "PYTHONPATH": str(CHECKOUT / "src")},
            stderr=log,
        )
    try:
        await ready(settings)
        used = cpu_seconds(process.pid)
        spread = await shift(settings, agents, over)
        spread["api_cpu_ms_each"] = round((cpu_seconds(process.pid) - used) / agents * 1000, 1)
        output.say(told("one after another", spread))
        at_once = await shift(settings, agents, 0.0)
        output.say(told("all at once", at_once))
    finally:
        process.terminate()
        await process.wait()
    good = spread["failed"] == 0 and spread["seconds"] <= GOAL_SECONDS and spread["p95_seconds"] <= GOAL_P95
    return {
        "ok": good,
        "agents": agents,
        "over_seconds": over,
        "spread": spread,
        "at_once": at_once,
        "p95_seconds": spread["p95_seconds"],
        "seconds": spread["seconds"],
    }


def told(how: str, figures: dict[str, Any]) -> str:
    p50, p95, longest = figures["p50_seconds"], figures["p95_seconds"], figures["max_seconds"]
    return (
        f"  {how}: all in after {figures['seconds']} s, p50 {p50} s, p95 {p95} s, longest {longest} s, "
        f"{figures['failed']} failed"
    )


def cpu_seconds(pid: int) -> float:
    """Of the web server and its workers."""
    ticks = 0
    for member in (pid, *descendants(pid)):
        fields = Path(f"/proc/{member}/stat").read_text("utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def populate(settings: Settings, agents: int) -> None:
    """One tenant with that many accounts; they share one password's hash, which costs as much to check."""
    importlib.import_module("hujiao.app.schema")
    passwords = Passwords()
    hashed = await passwords.hash(PASSWORD)
    passwords.close()
    database = Database(make_engine(settings.database_url, pool_size=1))
    tenant_id = new_id()
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug="shift", name="Shift"))
        await session.flush()
        session.add_all(
            Account(
                id=new_id(), tenant_id=tenant_id, login=f"{n}", name=f"Agent {n}", role="agent", password_hash=hashed
            )
            for n in range(agents)
        )
    await database.close()


async def ready(settings: Settings) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{settings.web_url}/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)


async def shift(settings: Settings, agents: int, over: float) -> dict[str, Any]:
    """Every agent has a connection of their own, as browsers have."""
    connector = aiohttp.TCPConnector(limit=0, force_close=False)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        began = time.perf_counter()
        waits = await asyncio.gather(
            *(one(http, settings.web_url, n, over * n / agents) for n in range(agents)), return_exceptions=True
        )
        seconds = time.perf_counter() - began
    good = sorted(wait for wait in waits if isinstance(wait, float))
    failures = [repr(wait) for wait in waits if not isinstance(wait, float)]
    cuts = statistics.quantiles(good, n=100) if len(good) > 1 else [0.0] * 99
    return {
        "seconds": round(seconds, 2),
        "p50_seconds": round(cuts[49], 3),
        "p95_seconds": round(cuts[94], 3),
        "max_seconds": round(good[-1], 3) if good else None,
        "failed": len(failures),
        "first_failure": failures[0] if failures else None,
    }


async def one(http: aiohttp.ClientSession, url: str, n: int, after: float) -> float:
    await asyncio.sleep(after)
    began = time.perf_counter()
    body = {"tenant": "shift", "login": str(n), "password": PASSWORD}
    async with http.post(f"{url}/api/v1/session", json=body, timeout=aiohttp.ClientTimeout(total=120)) as answer:
        content = await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {content[:200]!r}")
        cookie = answer.cookies["hujiao_session"].value
    async with http.get(f"{url}/api/v1/session", headers={"cookie": f"hujiao_session={cookie}"}) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} after signing in")
        await answer.read()
    return time.perf_counter() - began
