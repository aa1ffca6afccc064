"""A small tenant for one test: its number, flow, queue and agents belong to nobody else, so tests cannot disturb it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import secrets
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from hujiao.agents.models import Agent, AgentSkill, Skill
from hujiao.app.holder import ask
from hujiao.asterisk.testphone.config import Robot
from hujiao.asterisk.testphone.phone import Call, TestPhone
from hujiao.calls.numbers import forms
from hujiao.flows.document import FlowDocument
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.identity.models import Account
from hujiao.identity.passwords import Passwords
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import sip_digest
from hujiao.queues.models import Queue, QueueSkill
from hujiao.speech.models import Prompt
from hujiao.tenancy.models import Business, Project, Tenant
from tests.integration.client import Client
from tests.sip import tones
from tests.sip.ledger import PATIENCE, Ledger
from tests.sip.running import Running

# What each prompt sounds like, so that a phone can tell what it heard: hertz and seconds.
PROMPTS = {
    "greeting": (500, 0.6),
    "menu": (600, 1.5),
    "invalid": (700, 0.6),
    "rating": (800, 1.0),
    "thanks": (950, 0.5),
    "long": (650, 90),
}
PASSWORD = "a long enough password"
AGENT_TONE, CALLER_TONE = 880, 440
_numbers = itertools.count(random.randrange(70_000_000, 79_000_000))


def flow(queue: str) -> dict[str, Any]:
    """Answer, greeting, menu with 1 → queue and 9 → an expression that fails; rating, thanks."""
    return {
        "version": 1,
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "next": "greeting"},
            "greeting": {"type": "play", "prompts": ["greeting"], "next": "menu"},
            "menu": {
                "type": "menu",
                "prompts": ["menu"],
                "keys": {"1": "queue", "9": "broken"},
                "repeat_key": "#",
                "timeout_seconds": 20,
                "tries": 3,
                "invalid_prompts": ["invalid"],
                "on_invalid": "bye",
            },
            "broken": {"type": "play", "prompts": ["nobody_recorded_this"], "next": "bye"},
            "queue": {"type": "queue", "queue": queue, "after": "rating"},
            "rating": {
                "type": "collect",
                "prompts": ["rating"],
                "variable": "rating",
                "max_digits": 1,
                "terminator": None,
                "restart_key": None,
                "timeout_seconds": 5,
                "tries": 1,
                "next": "thanks",
                "on_timeout": "bye",
            },
            "thanks": {"type": "play", "prompts": ["thanks"], "next": "bye"},
            "bye": {"type": "hang_up"},
        },
    }


def straight_to_queue(queue: str) -> dict[str, Any]:
    return {"version": 1, "start": "queue", "nodes": {"queue": {"type": "queue", "queue": queue}}}


@dataclass
class AgentPhone:
    """An agent of the world and the robot that is its phone."""

    world: World
    id: UUID
    number: str
    robot: Robot

    async def command(self, kind: str, **data: Any) -> dict[str, Any]:
        bus = self.world.running.bus
        message = {"tenant_id": self.world.tenant_id, "actor": {"agent_id": self.id}, "kind": kind, **data}
        return await ask(bus, bus.subjects.command(self.world.shard), message)

    async def available(self, *, registered: bool = True) -> None:
        """Signed in, with a phone that is known to be registered, ready for calls."""
        assert (await self.command("agent.sign_in", phone_kind="phone"))["ok"]
        if registered:
            await self.reached(True)
        assert (await self.command("agent.set_state", state="available"))["ok"]

    async def wrap_up(self, interaction_id: UUID | None) -> None:
        answer = await self.command("interaction.wrap_up", interaction_id=interaction_id, note="done")
        assert answer["ok"], answer

    async def state(self) -> str:
        return str((await self.view())["state"])

    async def view(self) -> dict[str, Any]:
        bus = self.world.running.bus
        snapshot = await ask(bus, bus.subjects.snapshot(self.world.shard), {"tenant_id": self.world.tenant_id})
        return next(view for view in snapshot["agents"] if view["id"] == str(self.id))

    async def reached(self, yes: bool) -> None:
        """Wait until calls can reach the agent's phone, or cannot."""
        async with asyncio.timeout(PATIENCE):
            while ((await self.view())["unreachable_since"] is None) != yes:
                await asyncio.sleep(0.1)

    async def becomes(self, *states: str) -> dict[str, Any]:
        """Wait until the agent is in one of these states."""
        news = asyncio.Event()

        async def changed(_: Any) -> None:
            news.set()

        bus = self.world.running.bus
        stop = await bus.subscribe(bus.subjects.live(self.world.tenant_id), changed)
        view: dict[str, Any] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    news.clear()
                    view = await self.view()
                    if view["state"] in states:
                        return view
                    try:
                        await asyncio.wait_for(news.wait(), 1)
                    except TimeoutError:
                        continue
        except TimeoutError:
            raise AssertionError(f"Agent {self.number} is {view.get('state')}, not {' or '.join(states)}") from None
        finally:
            await stop()


@dataclass
class World:
    running: Running
    phones: Phones
    tenant_id: UUID
    shard: int
    number: str
    queue_id: UUID
    ledger: Ledger
    agents: list[AgentPhone] = field(default_factory=list)

    async def call(self, caller: str | None = None) -> Call:
        return await self.phones.phone.call(self.number, caller=caller or self.phones.new_caller())

    async def interactions(self) -> list[dict[str, Any]]:
        """What goes on, as the live view has it."""
        bus = self.running.bus
        snapshot = await ask(bus, bus.subjects.snapshot(self.shard), {"tenant_id": self.tenant_id})
        found: list[dict[str, Any]] = snapshot["interactions"]
        return found

    async def call_and_press(self, keys: str = "1", caller: str | None = None) -> Call:
        """Call, wait for the menu, press."""
        call = await self.call(caller)
        await self.in_menu(call)
        await call.press(keys)
        return call

    def client(self, *, token: str | None = None) -> Client:
        return Client(self.running.settings.web_url, token=token, trust=self.running.trust())

    @asynccontextmanager
    async def administrator(self) -> AsyncIterator[Client]:
        """The tenant's administrator, signed in to the API."""
        login = f"admin-{secrets.token_hex(3)}"
        row = {"id": new_id(), "login": login, "name": login, "role": "tenant_administrator"}
        async with self.running.database.tenant(self.tenant_id) as session:
            await session.execute(
                insert(Account).values(**row, password_hash=await _hashed(), tenant_id=self.tenant_id)
            )
        async with self.client() as client:
            yield await client.sign_in(f"test-{self.number}", login, PASSWORD)

    @asynccontextmanager
    async def working(self, agent: AgentPhone) -> AsyncIterator[Client]:
        """The agent, signed in to the API."""
        whose = Account.id == select(Agent.account_id).where(Agent.id == agent.id).scalar_subquery()
        async with self.running.database.tenant(self.tenant_id) as session:
            await session.execute(update(Account).where(whose).values(password_hash=await _hashed()))
        async with self.client() as client:
            yield await client.sign_in(f"test-{self.number}", agent.number, PASSWORD)

    async def speaks(self, agent: AgentPhone, frequency: float) -> None:
        """Give the agent's phone a voice of its own, so that callers can tell whom they hear."""
        path = tones.make(self.phones.voice.with_name(f"voice-{frequency:.0f}.wav"), frequency, 5)
        agent.robot = replace(agent.robot, voice=str(path.with_suffix("")))
        await self.phones.change(agent.robot)

    async def configure(self, admin: Client, method: str, path: str, body: Any) -> dict[str, Any]:
        """Change the configuration and wait until the runtime has taken it up.

        Of the news of a configuration that come after the answer two may still be of what was read before.
        """
        news = asyncio.Event()

        async def told(delta: dict[str, Any]) -> None:
            # A configuration brings all agents and the rules of blending; agents alone change more often.
            if len(delta.get("agents", ())) >= len(self.agents) and delta.get("blends") is not None:
                news.set()

        stop = await self.running.bus.subscribe(self.running.bus.subjects.live(self.tenant_id), told)
        try:
            answer = await admin.send(method, path, body)
            assert answer.status in (200, 201), answer.text
            async with asyncio.timeout(PATIENCE):
                if not await _came(news):
                    warnings.warn(f"{method} {path} was not told to the runtimes", stacklevel=2)
                for _ in range(3):
                    news.clear()
                    await self.running.bus.configuration_changed(self.tenant_id)
                    while not await _came(news):
                        await self.running.bus.configuration_changed(self.tenant_id)
        finally:
            await stop()
        made: dict[str, Any] = answer.json
        return made

    async def in_menu(self, call: Call) -> None:
        await self.ledger.has("flow.node", call.caller, node="menu")


async def _came(news: asyncio.Event) -> bool:
    """Whether there are news before it is time to ask for them again."""
    with suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), PATIENCE / 4)
    return news.is_set()


async def _hashed() -> str:
    passwords = Passwords()
    try:
        return await passwords.hash(PASSWORD)
    finally:
        passwords.close()


class Phones:
    """The session's one test phone; every world adds its agents' phones to it."""

    def __init__(self, phone: TestPhone, folder: Path) -> None:
        self.phone = phone
        self.voice = tones.make(folder / "agent.wav", AGENT_TONE, 5).with_suffix("")
        self.caller_voice = tones.make(folder / "caller.wav", CALLER_TONE, 5).with_suffix("")
        self._adding = asyncio.Lock()
        self._callers = itertools.count(random.randrange(10_000_000, 90_000_000))

    def new_caller(self) -> str:
        return f"138{next(self._callers):08d}"

    async def add(self, robots: list[Robot]) -> None:
        async with self._adding:
            await self.phone.set_robots([*self.phone.robots.values(), *robots])
            # Others may be refused by now, because their test changed their secrets.
            await self.phone.registered([robot.user for robot in robots], timeout=PATIENCE)

    async def change(self, robot: Robot) -> None:
        async with self._adding:
            await self.phone.set_answers([*({**self.phone.robots, robot.user: robot}).values()])


async def build(
    running: Running,
    phones: Phones,
    *,
    agents: int = 1,
    straight: bool = False,
    document: dict[str, Any] | None = None,
    shard: int | None = None,
    robot: dict[str, Any] | None = None,
    registered: bool = True,
    **queue: Any,
) -> World:
    """Make the tenant, register its agents' phones and make the agents available.

    `document` is its flow, if not the usual one; `queue` sets the queue's columns.
    """
    tenant_id, project_id, business_id, queue_id, flow_id, skill_id = (new_id() for _ in range(6))
    shard = random.randrange(running.settings.shards) if shard is None else shard
    number = str(next(_numbers))
    slug = f"test-{number}"
    people = [
        (new_id(), new_id(), f"u{number}{index}", secrets.token_hex(8), str(5001 + index)) for index in range(agents)
    ]
    chosen = document or (straight_to_queue(str(queue_id)) if straight else flow(str(queue_id)))
    content = FlowDocument.model_validate(chosen).model_dump(mode="json")
    prompts = _prompts(running.settings.prompts)
    own = {"tenant_id": tenant_id}
    defaults = {"announce_every_seconds": 0, "wrap_up_seconds": 30, "no_answer_seconds": 15}
    async with running.database.tenant(tenant_id) as session:
        await session.execute(insert(Tenant).values(id=tenant_id, slug=slug, name=slug, language="en", shard=shard))
        await session.execute(insert(Project).values(id=project_id, name="Project", **own))
        await session.execute(insert(Business).values(id=business_id, project_id=project_id, name="Business", **own))
        await session.execute(insert(Skill).values(id=skill_id, name="Skill", **own))
        place = {"project_id": project_id, "business_id": business_id}
        row = {"id": queue_id, "name": "Queue", **place, **defaults, **queue, **own}
        await session.execute(insert(Queue).values(**row))
        await session.execute(insert(QueueSkill).values(queue_id=queue_id, skill_id=skill_id, level=1, **own))
        for name, (sha256, seconds) in prompts.items():
            row = {"name": name, "language": "en", "sha256": sha256, "duration_seconds": seconds, "id": new_id(), **own}
            await session.execute(insert(Prompt).values(**row))
        row = {"id": flow_id, "name": "Flow", "project_id": project_id, "draft": content, "published_version": 1, **own}
        await session.execute(insert(Flow).values(**row))
        await session.execute(insert(FlowVersion).values(flow_id=flow_id, version=1, document=content, **own))
        row = {"id": new_id(), "number": number, **forms(number, "CN"), "flow_id": flow_id, **place, **own}
        await session.execute(insert(AccessNumber).values(**row))
        for account_id, agent_id, user, password, agent_number in people:
            row = {"id": account_id, "login": agent_number, "name": agent_number, "role": "agent", "password_hash": "!"}
            await session.execute(insert(Account).values(**row, **own))
            row = {"id": agent_id, "account_id": account_id, "number": agent_number, "phone_kind": "phone"}
            row |= {"sip_user": user, "phone_digest": sip_digest(user, password)}
            await session.execute(insert(Agent).values(**row, **own))
            await session.execute(insert(AgentSkill).values(agent_id=agent_id, skill_id=skill_id, proficiency=5, **own))
    await running.bus.configuration_changed(tenant_id)
    world = World(running, phones, tenant_id, shard, number, queue_id, Ledger(running.database, running.bus, tenant_id))
    how = {"after_seconds": 0.5, **(robot or {})}
    for _, agent_id, user, password, agent_number in people:
        world.agents.append(AgentPhone(world, agent_id, agent_number, Robot(user, password, str(phones.voice), **how)))
    await served(world)
    if registered:  # else the test brings its own
        await phones.add([agent.robot for agent in world.agents])
    for agent in world.agents:  # in order: the first has been idle longest
        await agent.available(registered=registered)
    return world


async def served(world: World) -> None:
    """The runtime has the tenant, and the node its number and phones."""
    running = world.running
    bus, control = running.bus, running.settings.asterisk_etc / "numbers.conf"
    async with asyncio.timeout(PATIENCE):
        while True:
            snapshot = await ask(bus, bus.subjects.snapshot(world.shard), {"tenant_id": world.tenant_id})
            if "agents" in snapshot and f"exten => {world.number}," in control.read_text("utf-8"):
                return
            await asyncio.sleep(0.1)


def _prompts(folder: Path) -> dict[str, tuple[str, float]]:
    """Tones as content-addressed prompts."""
    made = {}
    for name, (frequency, seconds) in PROMPTS.items():
        draft = tones.make(folder / f".{name}-{secrets.token_hex(4)}.wav", frequency, seconds)
        sha256 = hashlib.sha256(draft.read_bytes()).hexdigest()
        draft.replace(folder / f"{sha256}.wav")
        made[name] = (sha256, seconds)
    return made


def answering(agent: AgentPhone, **how: Any) -> Robot:
    """The agent's phone, answering in another way."""
    return replace(agent.robot, **how)
