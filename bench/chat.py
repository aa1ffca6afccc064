"""`./hujiao bench chat`: visitors and agents who write to each other, while processes are killed.

Each visitor and each agent write one message each `--every` seconds, at moments by chance, an agent in one of their
chats after another; all have a socket, as a website and a desktop have. Told: how long a message takes from being sent
until the other side has it, what a thousand messages cost of processor time, memory, and whether any message that was
acknowledged is missing, double or out of its order after the kills. The load is made on the same machine, and its
processor time is told, too.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import msgspec
import uvloop
from sqlalchemy import select

from bench import company, instance, machine, processes
from hujiao.agents.models import CapacityProfile
from hujiao.app.cli import holders, output
from hujiao.app.holder import ask
from hujiao.app.http.access import COOKIE, CSRF_HEADER
from hujiao.chat.models import ChatEntryRow
from hujiao.flows.models import Flow
from hujiao.kit import bus as messages
from hujiao.kit.db import Database, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings

KEY = "bench"
OF_AN_ADDRESS = 10
API = "/api/v1"
PATIENCE = 300.0  # a message is given up after it


@dataclass(slots=True)
class Figures:
    """When each message was sent, and after how long the other side had it."""

    sent: dict[str, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    acknowledged: dict[str, dict[str, int]] = field(default_factory=dict)  # chat → text → number
    again: int = 0
    counting: bool = False

    def came(self, text: str) -> None:
        if (at := self.sent.pop(text, None)) is not None and self.counting:
            self.delays.append(time.monotonic() - at)


def _pause(attempts: int) -> float:
    """How long the widget and the desktop wait before they try again; seconds."""
    return float(min(20.0, 0.5 * 2 ** min(attempts, 10)) * random.uniform(0.7, 1.3))


class Side:
    """Whoever writes in chats, in one after another: each message until it is acknowledged. `paths` are by chat."""

    def __init__(self, figures: Figures, http: aiohttp.ClientSession, name: str, paths: dict[str, str]) -> None:
        self.figures, self.http, self.name, self.paths = figures, http, name, paths
        self.numbers = dict.fromkeys(paths, 0)

    async def write(self, every: float, until: float) -> None:
        await asyncio.sleep(random.random() * every)
        for chat in itertools.cycle(self.paths):
            began = time.monotonic()
            if began >= until:
                return
            self.numbers[chat] += 1
            await self._say(chat, self.numbers[chat])
            await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))

    async def _say(self, chat: str, number: int) -> None:
        text = f"{self.name} {chat} {number}"
        body = {"client_number": number, "kind": "text", "text": text}
        self.figures.sent[text] = time.monotonic()
        failures = 0
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(aiohttp.ClientError):
                    async with self.http.post(self.paths[chat], json=body) as answer:
                        if answer.status == 200:
                            kept = (await answer.json())["number"]
                            self.figures.acknowledged.setdefault(chat, {})[text] = kept
                            return
                        if answer.status not in {409, 429, 503}:
                            raise RuntimeError(f"{answer.status} {await answer.text()}")
                self.figures.again += 1
                failures += 1
                await asyncio.sleep(_pause(failures))


class Visitor:
    def __init__(self, settings: Settings, figures: Figures, number: int) -> None:
        address = f"127.1.{number // OF_AN_ADDRESS // 250}.{number // OF_AN_ADDRESS % 250 + 1}"
        connector = aiohttp.TCPConnector(local_addr=(address, 0))
        self.http = aiohttp.ClientSession(settings.web_url, connector=connector)
        self.figures = figures
        self.chat = ""
        self.token = ""
        self.heard = asyncio.Event()

    async def open(self) -> None:
        async with self.http.post(f"{API}/public/chat/{KEY}/conversations", json={"language": "en"}) as answer:
            opened = await answer.json()
            if answer.status != 201:
                raise RuntimeError(str(opened))
        self.chat, self.token = opened["id"], opened["token"]
        self.http.headers["authorization"] = f"Bearer {self.token}"

    async def listen(self) -> None:
        last = attempts = 0
        while True:
            with suppress(aiohttp.ClientError, TypeError):
                async with self.http.ws_connect(f"{API}/public/chat/socket") as socket:
                    await socket.send_json({"token": self.token, "after": last})
                    async for message in socket:
                        self.heard.set()
                        attempts = 0
                        frame = msgspec.json.decode(message.data)
                        if frame["type"] == "message":
                            last = max(last, frame["number"])
                            if frame["from"] == "agent":
                                self.figures.came(frame["text"])
            attempts += 1
            await asyncio.sleep(_pause(attempts))

    def side(self) -> Side:
        return Side(self.figures, self.http, "visitor", {self.chat: f"{API}/public/chat/conversation/messages"})


class Agent:
    def __init__(self, settings: Settings, figures: Figures, cookie: str) -> None:
        headers = {"cookie": f"{COOKIE}={cookie}", CSRF_HEADER: company.CSRF}
        self.http = aiohttp.ClientSession(settings.web_url, headers=headers)
        self.figures = figures
        self.heard = asyncio.Event()

    async def listen(self) -> None:
        attempts = 0
        while True:
            with suppress(aiohttp.ClientError, TypeError):
                async with self.http.ws_connect(f"{API}/socket", max_msg_size=0) as socket:
                    async for message in socket:
                        self.heard.set()
                        attempts = 0
                        event = msgspec.json.decode(message.data)
                        if event["type"] == "chat" and event["frame"].get("from") == "visitor":
                            self.figures.came(event["frame"].get("text", ""))
            attempts += 1
            await asyncio.sleep(_pause(attempts))

    def side(self, chats: Sequence[str]) -> Side:
        return Side(self.figures, self.http, "agent", {one: f"{API}/me/interactions/{one}/messages" for one in chats})


async def configure(
    settings: Settings, people: company.Company, each: int, flow: str = company.PLAIN
) -> dict[UUID, str]:
    """The website, room for so many chats at each agent, and a session for each; returns their cookies by agent."""
    database = Database(make_engine(settings.database_url, pool_size=1))
    own = {"tenant_id": people.tenant_id}
    try:
        async with database.tenant(people.tenant_id) as session:
            chosen = (await session.scalars(select(Flow).where(Flow.name == flow))).one()
            document = {"origins": [], "languages": ["en"], "agent_silent_seconds": 0, "idle_warn_seconds": 3600}
            entry = {
                "name": "bench",
                "key": KEY,
                "flow_id": chosen.id,
                "project_id": chosen.project_id,
                "enabled": True,
            }
            session.add(ChatEntryRow(id=new_id(), document=document, **entry, **own))
            media = [{"medium": "chat", "weight": 100 // each, "most": each}]
            session.add(CapacityProfile(id=new_id(), name="bench", is_default=True, media=media, **own))
    finally:
        await database.close()
    return await company.sessions(settings, people)


async def _command(settings: Settings, bus: messages.Bus, people: company.Company, agent: UUID, **what: Any) -> None:
    message = {"tenant_id": people.tenant_id, "actor": {"agent_id": agent}, **what}
    answer = await ask(bus, bus.subjects.command(0), message)
    if not answer["ok"]:
        raise RuntimeError(str(answer))


async def _kill(settings: Settings, bus: messages.Bus, what: str) -> None:
    name = (await holders.serving(settings, bus))[0] if what == "runtime" else what
    pid = (await asyncio.to_thread(instance.pids, settings))[name]
    os.kill(pid, signal.SIGKILL)
    output.say(f"  killed {name}")


def flaws(rows: Sequence[Any], acknowledged: dict[str, dict[str, int]]) -> dict[str, int]:
    """What is missing, double, without its number, or leaves a gap."""
    by_chat: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        by_chat.setdefault(str(row["interaction_id"]), []).append((row["number"], row["text"]))
    found = {"lost": 0, "doubled": 0, "renumbered": 0, "gaps": 0}
    for chat, told in acknowledged.items():
        kept = by_chat.get(chat, [])
        numbers = [number for number, _ in kept]
        found["gaps"] += numbers != list(range(1, len(numbers) + 1))
        texts: dict[str, list[int]] = {}
        for number, text in kept:
            texts.setdefault(text, []).append(number)
        for text, number in told.items():
            there = texts.get(text, [])
            found["lost"] += not there
            found["doubled"] += len(there) > 1
            found["renumbered"] += bool(there) and there[0] != number
    return found


async def measure(settings: Settings, options: argparse.Namespace) -> dict[str, Any]:
    each = -(-options.visitors // options.agents)
    people = await company.make(settings, options.agents)
    cookies = await configure(settings, people, each)
    await asyncio.to_thread(instance.start, settings)
    bus = await messages.connect(settings.nats_url, settings.instance, name="bench")
    await bus.configuration_changed(people.tenant_id)
    figures = Figures()
    agents = {key: Agent(settings, figures, cookie) for key, cookie in cookies.items()}
    visitors = [Visitor(settings, figures, number) for number in range(options.visitors)]
    tasks: list[asyncio.Task[None]] = []
    try:
        await asyncio.sleep(2)
        for agent in people.agents:
            await _command(settings, bus, people, agent, kind="agent.sign_in", phone_kind="phone")
            await _command(settings, bus, people, agent, kind="agent.set_state", state="available")
        began = time.monotonic()
        for start in range(0, len(visitors), 20):
            await asyncio.gather(*(visitor.open() for visitor in visitors[start : start + 20]))
        output.say(f"  {len(visitors)} chats opened in {time.monotonic() - began:.0f} s")
        # Only now: while many come at once, every desktop is told of the queue's figures many times a second.
        listeners = [*visitors, *agents.values()]
        for start in range(0, len(listeners), 20):
            some = listeners[start : start + 20]
            tasks += [asyncio.create_task(one.listen()) for one in some]
            await asyncio.gather(*(one.heard.wait() for one in some))
        output.say(f"  {len(listeners)} sockets after {time.monotonic() - began:.0f} s")
        snapshot = await ask(bus, bus.subjects.snapshot(0), {"tenant_id": people.tenant_id})
        whose = {one["id"]: UUID(one["agent_id"]) for one in snapshot["interactions"] if one["state"] == "connected"}
        chats_of: dict[UUID, list[str]] = defaultdict(list)
        for chat, agent_id in whose.items():
            chats_of[agent_id].append(chat)
        sides = [visitor.side() for visitor in visitors]
        sides += [agents[agent_id].side(chats) for agent_id, chats in chats_of.items()]
        steady, kills = options.seconds, options.kills
        until = time.monotonic() + 5 + steady + kills * options.pause
        writing = asyncio.gather(*(side.write(options.every, until) for side in sides))
        await asyncio.sleep(5)
        roots = await asyncio.to_thread(instance.pids, settings)
        before, done, own = await asyncio.to_thread(processes.cpu_ms, roots), _count(figures), time.process_time()
        again = figures.again
        figures.counting = True
        await asyncio.sleep(steady)
        figures.counting, again = False, figures.again - again
        after, written = await asyncio.to_thread(processes.cpu_ms, roots), _count(figures) - done
        before["load"], after["load"] = own * 1000, time.process_time() * 1000
        memory = await asyncio.to_thread(processes.memory_mb, roots)
        for number in range(kills):
            await _kill(settings, bus, ("runtime", "api", "runtime")[number % 3])
            await asyncio.sleep(options.pause)
        await writing
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(one.http.close() for one in (*visitors, *agents.values())))
        await bus.close()
    delays = sorted(figures.delays)
    return {
        "connected": len(whose),
        "messages": written,
        "messages_per_second": round(written / steady, 1),
        "sent_again_undisturbed": again,
        "delay_p50_ms": _at(delays, 0.5),
        "delay_p99_ms": _at(delays, 0.99),
        "cpu_ms_per_1000_messages": {name: round((after[name] - before[name]) / written * 1000) for name in after},
        "memory_mb": memory,
        "kills": kills,
        "acknowledged": sum(map(len, figures.acknowledged.values())),
        "sent_again": figures.again,
        **flaws(await rows(settings), figures.acknowledged),
    }


def _count(figures: Figures) -> int:
    return sum(map(len, figures.acknowledged.values()))


def _at(delays: Sequence[float], share: float) -> float | None:
    return round(delays[int(len(delays) * share)] * 1000, 1) if delays else None


async def rows(settings: Settings) -> list[Any]:
    connection = await asyncpg.connect(settings.database_ledger_url)
    try:
        return list(
            await connection.fetch(
                "SELECT interaction_id, number, text FROM chat_message WHERE part = 0 ORDER BY interaction_id, number"
            )
        )
    finally:
        await connection.close()


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./hujiao bench chat", description=__doc__)
    parser.add_argument("--visitors", type=int, default=2000)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--every", type=float, default=15.0, help="seconds between two messages of a person (15)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it is measured before the kills (60)")
    parser.add_argument("--kills", type=int, default=3, help="of runtime, api, runtime (3)")
    parser.add_argument("--pause", type=float, default=25.0, help="seconds after a kill (25)")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    with instance.fresh() as settings:
        where = machine.describe(settings)
        wanted = {name: getattr(options, name) for name in ("visitors", "agents", "every", "seconds")}
        result = {"machine": where, **wanted, **uvloop.run(measure(settings, options))}
    whole = result["connected"] == options.visitors
    result["ok"] = whole and not any(result[name] for name in ("lost", "doubled", "renumbered", "gaps"))
    machine.keep("chat", result)
    output.say(
        f"{result['messages_per_second']} messages/s, {result['connected']} visitors: p50 {result['delay_p50_ms']} ms,"
        f" p99 {result['delay_p99_ms']} ms; after {result['kills']} kills {result['lost']} lost,"
        f" {result['doubled']} doubled of {result['acknowledged']}"
    )
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1
