"""`./hujiao drill hostile-tenant`: what one tenant's flows, files and rows do to another tenant on the same machine.

An instance of its own with one runtime more than it needs. Tenant B has two agents and calls them all the time, reads
pages, and holds a desktop's socket open. Tenant A does everything hostile that is known, and flows drawn at random:
rings, recursion, expressions that explode, announcements that end the call, bodies and calendar files without end, and
rows that were written behind the back of everything that checks.
  b_calls      calls of B while A was at it, answered and connected to an agent, and heard to their end
  b_failed     those that were not, pages that were not read, and a socket that closed
  b_p95_growth 95th percentile of B's seconds from dialling to the agent, against the same before A began
  unexplained  hostile things of which `doctor` does not name A
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from bench import calls as bench_calls
from bench import company, instance, machine
from drills.scene import robots
from hujiao.app.cli import output, voices
from hujiao.app.cli.parts import find_asterisk
from hujiao.asterisk.testphone import phone as testphone
from hujiao.asterisk.testphone.phone import TestPhone
from hujiao.embedded.problem import Problem
from hujiao.identity.models import Account
from hujiao.identity.passwords import Passwords
from hujiao.kit import bus as messages
from hujiao.kit.db import Database, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.settings import CHECKOUT, Settings

PASSWORD = "a long enough password"
AGENTS = 2
GENERATED = 50
CALL_SECONDS = 20.0
TALK_SECONDS = 0.5
EXPLAINED_SECONDS = 40.0
GOAL_GROWTH = 0.2
_BYE = {"type": "hang_up"}
# 25 doublings of a short text, and lists of lists of one list: both small to write.
DOUBLES = "dyn(['xxxxxxxxxxxxxxxx'])" + ".map(a, a + a)" * 25 + ".size()"
LISTS = "dyn([1])" + ".map(x, [x, x, x, x, x, x, x, x])" * 12 + ".size()"
FLOWS = tuple(f"96{number:03d}" for number in range(1, 10))
COUNTS = "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, a + b + c + d + e > 0)))))"  # noqa: E501


def hostile_flows(queues: dict[str, UUID]) -> dict[str, dict[str, Any]]:
    """By number: what is called."""
    queue = str(queues["plain"])

    def flow(**nodes: Any) -> dict[str, Any]:
        return {"start": "start", "nodes": {**nodes, "bye": _BYE}}

    def set_to(expression: str, to: str = "bye") -> dict[str, Any]:
        return {"type": "set", "values": {"x": expression}, "next": to}

    def row(expression: str) -> dict[str, Any]:
        names = ["start", *(f"n{number}" for number in range(1, 400))]
        return {
            name: set_to(f"{expression} == {number}", after)
            for number, (name, after) in enumerate(zip(names, [*names[1:], "bye"], strict=True))
        }

    return {
        "96001": flow(start=set_to(COUNTS, "start")),
        "96002": flow(start=set_to(DOUBLES, "start")),
        "96003": flow(start=set_to(LISTS, "start")),
        "96004": flow(start=set_to("1", "start")),
        "96005": flow(start={"type": "queue_figures", "queue": queue, "next": "start"}),
        "96006": flow(start={"type": "look_up", "source": str(uuid4()), "next": "start"}),
        "96007": flow(start={"type": "call_back", "queue": queue, "number": "x", "next": "bye", "on_failure": "start"}),
        "96008": flow(**row(DOUBLES)),
        "96009": flow(
            start=set_to("'0123456789'", "grow"), grow=set_to("vars.x + vars.x + '1'", "say"),
            say={"type": "say", "text": "{{x}} " * 300, "next": "grow"},
        ),
        "96010": flow(start={"type": "hours", "hours": str(uuid4()), "open": "bye", "closed": "bye"}),
        **{f"97{number:03d}": generated(random.Random(number), queue) for number in range(GENERATED)},
    }  # fmt: skip


def generated(chance: random.Random, queue: str) -> dict[str, Any]:
    """A flow of eight nodes that nobody would draw."""
    names = [f"n{number}" for number in range(8)]

    def to() -> str:
        return chance.choice(names)

    def node() -> dict[str, Any]:
        return chance.choice([
            lambda: {"type": "set", "values": {"x": chance.choice([DOUBLES, LISTS, COUNTS, "vars", "1 / 0", "caller"])},
                     "next": to()},
            lambda: {"type": "branch", "cases": [{"when": chance.choice([COUNTS, "keys == 'x'"]), "next": to()}],
                     "otherwise": to()},
            lambda: {"type": "queue_figures", "queue": queue, "next": to()},
            lambda: {"type": "play", "prompts": [chance.choice(["bench", "nothing"])], "next": to()},
            lambda: {"type": "queue", "queue": queue, "max_wait_seconds": 1, "on_timeout": to()},
            lambda: {"type": "transfer", "to": chance.choice(["1", "{{x}}"]), "on_failure": to()},
            lambda: {"type": "look_up", "source": str(uuid4()), "next": to()},
            lambda: {"type": "record_message", "max_seconds": 1, "next": to()},
            lambda: {"type": "answer", "next": to()},
            lambda: {"type": "return"},
            lambda: dict(_BYE),
        ])()  # fmt: skip

    return {"start": "n0", "nodes": {name: node() for name in names}}


@dataclass(slots=True)
class Look:
    """What B met. `seconds` are from dialling to the agent."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    pages: int = 0


@dataclass(slots=True)
class Drill:
    settings: Settings
    bus: messages.Bus
    phone: TestPhone
    a: company.Company
    b: company.Company
    http: aiohttp.ClientSession
    a_http: aiohttp.ClientSession
    _callers: int = 0

    # ── B ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def b_at_work(self, look: Look, stop: asyncio.Event) -> None:
        """One call after another, and a page after each, until told to stop."""
        while not stop.is_set():
            try:
                look.seconds.append(await self._b_calls())
            except (TimeoutError, Problem) as error:
                look.failed.append(f"call: {error or 'no agent in time'}")
            try:
                async with self.http.get(f"{self.settings.web_url}/api/v1/interactions?page_size=20") as answer:
                    if answer.status != 200:
                        look.failed.append(f"page: {answer.status}")
                look.pages += 1
            except (TimeoutError, aiohttp.ClientError) as error:
                look.failed.append(f"page: {error}")

    async def _b_calls(self) -> float:
        began = time.monotonic()
        caller = self._caller("138")
        call = await self.phone.call(company.PLAIN, caller=caller)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                while not await self._connected(self.b, caller):
                    if call.ended.is_set():
                        raise Problem("it ended without an agent")
                    await asyncio.sleep(0.02)
            seconds = time.monotonic() - began
            await asyncio.sleep(TALK_SECONDS)
            if call.ended.is_set():
                raise Problem("it ended in the conversation")
            return seconds
        finally:
            with suppress(Exception):
                await call.hang_up()

    async def _connected(self, people: company.Company, caller: str) -> bool:
        with suppress(Exception):
            snapshot = await self.bus.request(self.bus.subjects.snapshot(0), {"tenant_id": people.tenant_id}, timeout=1)
            return any(i["caller"] == caller and i["state"] == "connected" for i in snapshot.get("interactions", ()))
        return False

    def _caller(self, prefix: str) -> str:
        self._callers += 1
        return f"{prefix}{self._callers:08d}"

    @asynccontextmanager
    async def b_watches(self, look: Look) -> AsyncIterator[None]:
        """A desktop's socket that must stay open."""
        url = self.settings.web_url.replace("http", "ws", 1) + "/api/v1/socket"
        async with self.http.ws_connect(url, headers={"origin": self.settings.web_url}) as socket:

            async def read() -> None:
                async for _ in socket:
                    pass
                look.failed.append(f"socket: closed with {socket.close_code}")

            reading = asyncio.create_task(read())
            yield
            reading.cancel()

    # ── A ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def a_calls(self, number: str, *, times: int = 3) -> None:
        """Some callers of this number at once, who press keys and stay for a moment."""

        async def one() -> None:
            with suppress(Exception):
                call = await self.phone.call(number, caller=self._caller("139"))
                try:
                    await asyncio.sleep(1.5)
                    await call.press("123")
                    await asyncio.sleep(1.5)
                finally:
                    await call.hang_up()

        await asyncio.gather(*(one() for _ in range(times)))

    async def sql(self, statement: str, *arguments: Any) -> None:
        """Behind everybody's back, as the database's owner."""
        connection = await asyncpg.connect(self.settings.database_ledger_url)
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    async def poison_facts(self) -> None:
        """An event that cannot be counted."""
        call = uuid4()
        await self._event("interaction.started", 1000, '{"caller": "1", "called": "96001"}', call)
        await self._event("queue.left", 1, '{"wait_seconds": "long"}', call)

    async def poison_number(self) -> None:
        """An event under the number of the next: what happens then cannot be written."""
        await self._event("noise", 1, "{}")
        await self.a_calls("96004", times=1)

    async def poison_agent(self) -> None:
        """A row that cannot be read when the tenant is read anew, which the next event leads to."""
        await self.sql(
            'INSERT INTO agent_live (tenant_id, agent_id, state) VALUES ($1, $2, \'{"since": "yesterday"}\')'
            " ON CONFLICT (tenant_id, agent_id) DO UPDATE SET state = excluded.state",
            self.a.tenant_id,
            self.a.agents[0],
        )
        await self.poison_number()

    async def mend_agent(self) -> None:
        await self.sql("DELETE FROM agent_live WHERE tenant_id = $1", self.a.tenant_id)

    async def _event(self, kind: str, ahead: int, data: str, call: UUID | None = None) -> None:
        await self.sql(
            "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, data) SELECT $1,"
            " coalesce(max(seq), 0) + $2, now(), $3, $5, $4 FROM ledger_event WHERE tenant_id = $1",
            self.a.tenant_id,
            ahead,
            kind,
            data,
            call or uuid4(),
        )

    async def sends(self, method: str, path: str, body: Any, *, at_once: int = 1) -> None:
        """A request as A's administrator; raises `Problem` for an answer that is not 4xx or 2xx."""

        async def one() -> None:
            async with self.a_http.request(method, f"{self.settings.web_url}/api/v1{path}", json=body) as answer:
                if answer.status >= 500:
                    raise Problem(f"{path} answered {answer.status}")

        await asyncio.gather(*(one() for _ in range(at_once)))


CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{}END:VCALENDAR\r\n"
BOMB = CALENDAR.format(
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY;INTERVAL=0\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
)
LARGE = CALENDAR.format(
    "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:19000101T000000Z\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:x\r\nEND:VEVENT\r\n" * 500
)


def hostile(drill: Drill) -> list[tuple[str, Callable[[], Awaitable[None]], str]]:
    """What A does: its name, the doing, and what `doctor` has to say of A then; nothing where the sender is told."""

    def calls(number: str) -> Callable[[], Awaitable[None]]:
        return lambda: drill.a_calls(number)

    return [
        *((f"flow {number}", calls(number), f"flow {number} ›") for number in sorted(FLOWS)),
        (
            "calendars without end",
            lambda: drill.sends("POST", "/calendar-files/read", {"text": BOMB}, at_once=4),
            False,
        ),
        (
            "large calendars",
            lambda: drill.sends("POST", "/calendar-files/read", {"text": LARGE}, at_once=4),
            False,
        ),
        (
            "a draft of 2 MB",
            lambda: drill.sends("POST", "/flows", {"name": "x", "draft": {"x": "a" * 2_000_000}}),
            False,
        ),
        ("deep JSON", lambda: drill.sends("POST", "/flows", _deep(900)), ""),
        ("an event that cannot be written", drill.poison_number, "could not be written"),
        ("a row that cannot be read", drill.poison_agent, "cannot be read"),
        ("an event that cannot be counted", drill.poison_facts, "its report"),
        *((f"flow {number}", calls(number), "") for number in (f"97{n:03d}" for n in range(GENERATED))),
    ]


def _deep(levels: int) -> Any:
    made: Any = 1
    for _ in range(levels):
        made = [made]
    return {"name": "x", "draft": made}


async def named_by_doctor(settings: Settings, told: str, seconds: float = EXPLAINED_SECONDS) -> bool:
    """Whether `doctor` says this of tenant A before the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any("tenant a" in finding and told in finding for finding in await doctor(settings)):
            return True
        await asyncio.sleep(1)
    return False


async def doctor(settings: Settings) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        str(CHECKOUT / "hujiao"), "doctor", "--json",
        env={**os.environ, "HUJIAO_HOME": str(settings.home)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    out, _ = await process.communicate()
    return [f"{finding['check']} {finding['says']}" for finding in json.loads(out.splitlines()[-1])["findings"]]


@dataclass(slots=True)
class Outcome:
    before: Look
    during: Look
    unexplained: list[str]
    done: list[str]


async def _drill(settings: Settings, a: company.Company, b: company.Company, options: argparse.Namespace) -> Outcome:
    bus = await messages.connect(settings.nats_url, settings.instance, name="drill")
    await bench_calls.ready(settings, bus, len(b.phones))
    folder = settings.home / "drill"
    folder.mkdir()
    voice = str(voices.tone(folder / "agent.wav", 880, 5).with_suffix(""))
    asterisk = find_asterisk(settings)
    program = testphone.Program(asterisk.command, asterisk.modules, asterisk.data, dict(asterisk.environment))
    async with (
        testphone.running(settings, program, robots=robots(b.phones, voice)) as phone,
        signed_in(settings, "b") as b_http,
        signed_in(settings, "a") as a_http,
    ):
        await phone.registered()
        await bench_calls.sign_in(bus, b.tenant_id, b.agents)
        drill = Drill(settings, bus, phone, a, b, b_http, a_http)
        before, during, unexplained, done = Look(), Look(), [], []
        async with drill.b_watches(during):
            await _while(drill, before, asyncio.sleep(options.seconds))
            hostilities = hostile(drill)[: options.most]

            async def all_of_them() -> None:
                for name, act, told in hostilities:
                    began = time.monotonic()
                    calls = len(during.seconds)
                    try:
                        await act()
                    except (Problem, aiohttp.ClientError, TimeoutError) as error:
                        unexplained.append(f"{name}: {error}")
                    if told and not await named_by_doctor(settings, told):
                        unexplained.append(name)
                    if name == "a row that cannot be read":
                        await drill.mend_agent()
                    done.append(name)
                    output.say(
                        f"  {name:34s} {time.monotonic() - began:5.1f} s  B: {len(during.seconds) - calls} calls,"
                        f" {len(during.failed)} failed"
                    )

            await _while(drill, during, all_of_them())
    await bus.close()
    return Outcome(before, during, unexplained, done)


async def _while(drill: Drill, look: Look, work: Coroutine[Any, Any, Any]) -> None:
    stop = asyncio.Event()
    at_work = asyncio.create_task(drill.b_at_work(look, stop))
    try:
        await work
    finally:
        stop.set()
        await at_work


@asynccontextmanager
async def signed_in(settings: Settings, slug: str) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=90)) as http:
        who = {"tenant": slug, "login": "boss", "password": PASSWORD}
        async with http.post(f"{settings.web_url}/api/v1/session", json=who) as answer:
            if answer.status != 200:
                raise Problem(f"Signing in answered {answer.status}: {await answer.text()}")
            http.headers["x-csrf-token"] = (await answer.json())["csrf_token"]
        yield http


async def _tenants(settings: Settings) -> tuple[company.Company, company.Company]:
    a = await company.make(settings, 1, slug="a", flows=hostile_flows)
    b = await company.make(settings, AGENTS, slug="b", first_phone=1)
    database = Database(make_engine(settings.database_url, pool_size=1))
    secret = await Passwords().hash(PASSWORD)
    try:
        for people in (a, b):
            async with database.tenant(people.tenant_id) as session:
                boss = Account(
                    id=new_id(),
                    tenant_id=people.tenant_id,
                    login="boss",
                    name="Boss",
                    role="tenant_administrator",
                    password_hash=secret,
                )
                session.add(boss)
    finally:
        await database.close()
    return a, b


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    with instance.fresh() as settings:
        a, b = asyncio.run(_tenants(settings))
        instance.start(settings)
        began = time.time()
        outcome = asyncio.run(_drill(settings, a, b, options))
        result = _result(outcome, time.time() - began)
        result["machine"] = machine.describe(settings)
    names = ("b_calls", "b_failed", "b_p95_growth", "unexplained", "pages")
    output.say("\n" + output.table([["", ""], *([name, str(result[name])] for name in names)]))
    if not options.keep_nothing:
        machine.keep("hostile-tenant", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./hujiao drill hostile-tenant", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="B alone at first, for so long (60)")
    parser.add_argument("--most", type=int, default=1000, metavar="N", help="of the hostile things, so many (all)")
    parser.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    if not (5 <= options.seconds <= 600 and options.most >= 1):
        raise Problem("--seconds takes 5 to 600, --most 1 or more.")
    return options


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else (seconds or [0.0])[0]


def _result(outcome: Outcome, seconds: float) -> dict[str, Any]:
    before, during = p95(outcome.before.seconds), p95(outcome.during.seconds)
    growth = round(during / before - 1, 3) if before else None
    return {
        "ok": not (outcome.during.failed or outcome.before.failed or outcome.unexplained)
        and growth is not None
        and growth <= GOAL_GROWTH,
        "b_calls": len(outcome.during.seconds),
        "b_failed": len(outcome.during.failed),
        "b_p95_growth": growth,
        "unexplained": len(outcome.unexplained),
        "pages": outcome.during.pages,
        "hostile_things": len(outcome.done),
        "b_calls_before": len(outcome.before.seconds),
        "p95_seconds": {"before": round(before, 3), "during": round(during, 3)},
        "p50_seconds": {
            name: round(statistics.median(look.seconds), 3) if look.seconds else None
            for name, look in (("before", outcome.before), ("during", outcome.during))
        },
        "seconds": round(seconds),
        "load": [round(value, 2) for value in os.getloadavg()],
        "found": {"failed": outcome.before.failed + outcome.during.failed, "unexplained": outcome.unexplained},
    }


if __name__ == "__main__":
    from drills import run

    sys.exit(run(main))
