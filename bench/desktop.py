"""`./hujiao bench desktop`: how soon a screen shows what has happened, and whether a full floor stays usable.

  calls    calls come at 100 a minute to agents who each have a live socket
  floor    500 agents, 50 queues, 50 changes of agents' states a second
  polling  the load of `floor`; a page of a table only that asks for everything once a second

Chromium has the supervisor's live page open (or the peer's). Told is the time from when the runtime took an event,
which is what the ledger says, over database and socket until the frame in which the page shows what is in the ledger up
to it. Beside it: what the browser uses, each minute.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import shutil
import tempfile
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import uvloop

from bench import answers, calls, company, instance, machine, phones, processes, sipp, switch
from hujiao.app.cli import output
from hujiao.app.holder import ask
from hujiao.app.http.access import COOKIE
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.settings import Settings

PARTS = ("calls", "floor", "polling")
GOAL_CALLS_MS, GOAL_FLOOR_MS, GOAL_PAINT_SECONDS = 100.0, 300.0, 1.5
AGENTS, QUEUES, AT_CALLS, CALLS_A_MINUTE, CHANGES_A_SECOND, TALK_MS = 500, 50, 100, 100, 50, 3_000
FLAGS = ["--no-sandbox", "--disable-gpu"]
SHOWN = """
(() => {
  const shown = (window.benchShown = []);
  let last = -1;
  let asked = false;
  const look = () => {
    asked = false;
    const row = document.querySelector('[data-testid="agent-row"]');
    if (row) window.benchFirst ??= performance.now();
    const seq = Number(document.querySelector('[data-testid="live"]')?.dataset.seq ?? -1);
    if (seq > last) shown.push([performance.timeOrigin + performance.now(), (last = seq)]);
  };
  new MutationObserver(() => {
    if (!asked) requestAnimationFrame(look);
    asked = true;
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-seq'] });
})();
"""
POLLING = """
() => {
  const table = document.createElement('table');
  table.dataset.testid = 'live';
  document.body.replaceChildren(table);
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/socket`);
  const cell = (text) => Object.assign(document.createElement('td'), { textContent: text });
  const row = (agent) => {
    const line = document.createElement('tr');
    line.append(cell(agent.name), cell(agent.number), cell(agent.state), cell(agent.since));
    Object.assign(line.dataset, { testid: 'agent-row', id: agent.id, state: agent.state });
    return line;
  };
  socket.onmessage = ({ data }) => {
    if (data.startsWith('{"type":"snapshot"')) {
      const { seq, view } = JSON.parse(data);
      table.replaceChildren(...view.agents.map(row));
      table.dataset.seq = seq;
    } else if (data.startsWith('{"type":"ping"')) socket.send('{"type":"pong"}');
  };
  socket.onopen = () => setInterval(() => socket.send('{"type":"snapshot"}'), 1000);
}
"""


@dataclass(slots=True)
class Load:
    """What a part of the measurement stands on."""

    settings: Settings
    options: argparse.Namespace
    people: company.Company
    bus: messages.Bus
    ledger: asyncpg.Connection[asyncpg.Record]
    folder: Path
    supervisor: str
    cookies: dict[UUID, str]

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def callers(self, seconds: float) -> None:
        """Calls that are answered by phones, at an even pace."""
        rate = CALLS_A_MINUTE / 60
        outcome = await sipp.call(
            self.settings,
            self.folder,
            step="desktop",
            number=company.PLAIN,
            rate=rate,
            calls=round(rate * seconds),
            talk_ms=TALK_MS,
            deadline=seconds + 60,
        )
        if outcome.failed:
            raise Problem(f"{outcome.failed} calls failed: {outcome.complaint}")

    async def changes(self, seconds: float) -> None:
        """Agents go to rest and come back, one after another, whoever they are."""
        began = time.monotonic()
        away: set[UUID] = set()
        tasks: set[asyncio.Task[None]] = set()
        for number in itertools.count():
            if (due := began + number / CHANGES_A_SECOND) > began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            agent = random.choice(self.people.agents)
            away ^= {agent}
            tasks.add(asyncio.create_task(self._set(agent, "not_ready" if agent in away else "available")))
            tasks = {task for task in tasks if not task.done() or task.result()}
        await asyncio.gather(*tasks)

    async def _set(self, agent: UUID, state: str) -> None:
        who = {"tenant_id": self.people.tenant_id, "actor": {"agent_id": agent}}
        answer = await ask(self.bus, self.bus.subjects.command(0), {**who, "kind": "agent.set_state", "state": state})
        if not answer["ok"]:
            raise Problem(f"An agent's state cannot be set: {answer['error']}")

    @asynccontextmanager
    async def sockets(self, number: int) -> AsyncIterator[None]:
        """So many agents' desktops that listen."""
        heard = [asyncio.Event() for _ in range(number)]

        async def listen(http: aiohttp.ClientSession, cookie: str, first: asyncio.Event) -> None:
            headers = {"cookie": f"{COOKIE}={cookie}"}
            async with http.ws_connect("/api/v1/socket", headers=headers, max_msg_size=0) as socket:
                async for _ in socket:
                    first.set()

        async with aiohttp.ClientSession(self.settings.web_url) as http:
            cookies = [self.cookies[agent] for agent in self.people.agents[:number]]
            tasks = [asyncio.create_task(listen(http, *each)) for each in zip(cookies, heard, strict=True)]
            try:
                async with asyncio.timeout(60):
                    await asyncio.gather(*(first.wait() for first in heard))
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    # ── what is seen of it ───────────────────────────────────────────────────────────────────────────────────────────

    async def watched(self, part: str) -> dict[str, Any]:
        """One part: the page, what happens meanwhile, and what the page showed when."""
        seconds = 60.0 * (self.options.minutes if part == "floor" else 1)
        with tempfile.TemporaryDirectory(prefix="hujiao-bench-browser-") as profile:
            async with self._page(profile, polls=part == "polling") as page:
                first = await page.evaluate("window.benchFirst")
                paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
                await asyncio.sleep(2)
                await page.evaluate("window.benchShown.length = 0")
                roots = {"browser": _first_process(profile), **await asyncio.to_thread(instance.pids, self.settings)}
                began = await self.ledger.fetchval("SELECT clock_timestamp()")
                happening = asyncio.create_task(self.callers(seconds) if part == "calls" else self.changes(seconds))
                used = await self._each_minute(page, roots, seconds)
                await happening
                await asyncio.sleep(2)
                shown = await page.evaluate("window.benchShown")
        delays, unseen = _delays(await self._told(began), shown)
        return {
            "first_paint_seconds": round((paint or 0) / 1000, 2),
            "floor_seconds": round((first or 0) / 1000, 2),
            "changes": len(delays),
            "never_shown": unseen,
            "p50_ms": round(answers.percentile(delays, 0.5), 1),
            "p99_ms": round(answers.percentile(delays, 0.99), 1),
            "minutes": used,
        }

    @asynccontextmanager
    async def _page(self, profile: str, *, polls: bool) -> AsyncIterator[Any]:
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise Problem("This needs the tools of the tests: run ./hujiao check once.") from error
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise Problem("Chromium is not on this machine: as root, apt-get install chromium.")
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path=program, args=FLAGS, ignore_https_errors=True, locale="zh-CN",
                viewport={"width": 1920, "height": 1080},
            )  # fmt: skip
            await context.add_cookies([{"name": COOKIE, "value": self.supervisor, "url": self.settings.web_url}])
            await context.add_init_script(SHOWN)
            page = context.pages[0]
            await page.goto(self.settings.web_url + ("/api/v1/session" if polls else "/live"))
            if polls:
                await page.evaluate(POLLING)
            await page.get_by_test_id("agent-row").first.wait_for(timeout=60_000)
            yield page
            await context.close()

    async def _each_minute(self, page: Any, roots: dict[str, int], seconds: float) -> list[dict[str, Any]]:
        """What is used in each minute, in per cent of one processor, and what is kept at its end."""
        found = []
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 1:
            before, at = await asyncio.to_thread(processes.cpu_ms, roots), time.monotonic()
            await asyncio.sleep(min(60.0, left))
            after = await asyncio.to_thread(processes.cpu_ms, roots)
            passed = (time.monotonic() - at) * 10
            found.append(
                {
                    "browser_heap_mb": round(await page.evaluate("performance.memory.usedJSHeapSize") / 1e6, 1),
                    "browser_memory_mb": processes.memory_mb({"browser": roots["browser"]})["browser"],
                    "cpu": {name: round((after[name] - before[name]) / passed, 1) for name in roots},
                }
            )
        return found

    async def _told(self, since: Any) -> list[tuple[float, int]]:
        """When agents changed their states, in epoch milliseconds, and the numbers in the ledger."""
        rows = await self.ledger.fetch(
            "SELECT extract(epoch FROM at)::float8 * 1000 AS at, seq"
            " FROM ledger_event WHERE tenant_id = $1 AND kind = 'agent.state' AND at > $2 ORDER BY seq",
            self.people.tenant_id,
            since,
        )
        return [(row["at"], row["seq"]) for row in rows]


def _delays(told: Sequence[tuple[float, int]], shown: Sequence[tuple[float, int]]) -> tuple[list[float], int]:
    """The milliseconds from each change until it was shown; how many never were."""
    numbers = [seq for _, seq in shown]
    delays, unseen = [], 0
    for at, seq in told:
        if (first := bisect_left(numbers, seq)) < len(shown):
            delays.append(shown[first][0] - at)
        else:
            unseen += 1
    return delays, unseen


def _meets(part: dict[str, Any], goal: float) -> bool:
    """Nothing that was shown is no success."""
    return part["changes"] > 0 and part["p99_ms"] <= goal and not part["never_shown"]


def _first_process(profile: str) -> int:
    """The browser with this profile, whose children all its others are."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            line = (entry / "cmdline").read_bytes().decode()
            if f"--user-data-dir={profile}" in line and "--type=" not in line:
                return int(entry.name)
    raise Problem("The browser has ended.")


async def measure(settings: Settings, options: argparse.Namespace) -> dict[str, Any]:
    people = await company.make(settings, AGENTS, more_queues=QUEUES - 2)
    cookies, supervisor = await company.sessions(settings, people), await company.supervisor(settings, people)
    await asyncio.to_thread(instance.start, settings)
    found: dict[str, Any] = {}
    async with calls.at_work(settings, people, people.agents) as (bus, ledger, folder):
        load = Load(settings, options, people, bus, ledger, folder, supervisor, cookies)
        (port,) = sipp.free_ports(1)
        await switch.prepare(settings, AT_CALLS)
        await phones.register(people.phones, port=port, sip_port=settings.sip_port, secret=company.SECRET)
        for part in options.parts.split(","):
            async with sipp.answering(folder, port), load.sockets(AT_CALLS):
                found[part] = await load.watched(part)
            one = found[part]
            output.say(
                f"  {part:8} {one['changes']} changes: p50 {one['p50_ms']} ms, p99 {one['p99_ms']} ms,"
                f" {one['never_shown']} never shown; the floor stands after {one['floor_seconds']} s;"
                f" browser {one['minutes'][-1]['cpu']['browser']} % of a processor,"
                f" {one['minutes'][-1]['browser_memory_mb']} MB"
            )
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hujiao bench desktop", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", default=",".join(PARTS), help="which, in this order, separated by commas (all)")
    parser.add_argument("--minutes", type=float, default=1, help="of `floor` (1)")
    parser.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    if unknown := set(options.parts.split(",")) - set(PARTS):
        raise Problem(f"There is no part {', '.join(sorted(unknown))}. These are: {', '.join(PARTS)}.")
    sipp.program()
    with instance.fresh(web=True) as settings:
        where = machine.describe(settings)
        found = uvloop.run(measure(settings, options))
    goals = {"calls": GOAL_CALLS_MS, "floor": GOAL_FLOOR_MS}
    met = [_meets(found[part], goal) for part, goal in goals.items() if part in found]
    if "floor" in found:
        met.append(found["floor"]["floor_seconds"] <= GOAL_PAINT_SECONDS)
    result = {"ok": all(met), "p99_ms": found.get("calls", {}).get("p99_ms"), **found, "machine": where}
    if not options.keep_nothing:
        machine.keep("desktop", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1
