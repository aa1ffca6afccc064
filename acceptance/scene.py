"""The people and things of a row's story: tenants, agents with phones and desktops, callers, and what each hears."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import aiohttp

from acceptance import flows
from acceptance.check import PATIENCE, Unmet, expect, happens, until
from acceptance.desk import Desk, desk
from hujiao.app.cli import voices
from hujiao.app.cli.http_client import Api
from hujiao.asterisk import rest
from hujiao.asterisk.testphone import phone as testphone
from hujiao.asterisk.testphone.config import Robot
from hujiao.asterisk.testphone.phone import Call, TestPhone
from hujiao.kit.settings import Settings
from tests.sip import tones

# Everybody has a tone of their own, so that an ear can tell whom it hears: hertz.
CALLER, AGENTS = 440, (880, 1100, 1250)
PROMPTS = {"greeting": 500, "menu": 600, "other": 700, "thanks": 950}
PROMPT_SECONDS = 1.0
Record = dict[str, Any]


@dataclass
class Agent:
    """Somebody at work: a desktop that sees, and a SIP phone that answers and speaks."""

    scene: Scene
    id: str
    number: str
    api: Api
    desk: Desk
    robot: Robot
    tone: int

    async def works(self) -> None:
        """Signs in and is ready for calls; a phone can be reached."""
        await self.api.post("/me/sign-in", {"phone_kind": "phone"})
        await self.desk.sees(
            lambda desk: (
                desk.agents.get(self.id, {}).get("state") not in (None, "logged_out")
                and desk.agents[self.id].get("unreachable_since") is None
            ),
            f"agent {self.number} is signed in and reachable",
        )
        await self.is_ready()

    async def is_ready(self) -> None:
        """Ready for calls; whoever waits is offered at once."""
        await self.api.post("/me/state", {"state": "available"})
        await self.becomes("available", "reserved", "engaged")

    async def rests(self) -> None:
        await self.api.post("/me/state", {"state": "not_ready"})
        await self.becomes("not_ready")

    async def becomes(self, *states: str) -> Record:
        look = f"agent {self.number} is {' or '.join(states)}"
        seen: Record = await self.desk.sees(
            lambda desk: desk.agents[self.id] if desk.agents.get(self.id, {}).get("state") in states else None, look
        )
        return seen

    async def talks_with(self, call: Call) -> Record:
        """Sees on the desktop that this caller is connected; returns what it shows of the call."""

        def mine(desk: Desk) -> Record | None:
            shown = desk.interaction(call.caller)
            return shown if shown and shown["state"] == "connected" and shown["agent_id"] == self.id else None

        seen: Record = await self.desk.sees(mine, f"agent {self.number} talks with {call.caller}")
        return seen

    async def wraps_up(self, interaction: str) -> None:
        await self.becomes("wrap_up")
        await self.api.post(f"/me/interactions/{interaction}/wrap-up", {"note": "done"})
        await self.becomes("available")

    async def answers(self, how: Literal["yes", "no", "busy"]) -> None:
        """From now on the phone answers like this."""
        self.robot = replace(self.robot, answers=how)
        phone = self.scene.phone
        await phone.set_answers(list({**phone.robots, self.robot.user: self.robot}.values()))

    async def listens(self) -> Ear:
        """An ear at the agent's phone, for the call that goes on."""
        return await Ear.at(self.scene.phone, self.robot.user)


@dataclass
class Ear:
    """Keeps what a robot's phone hears in its call."""

    phone: TestPhone
    name: str

    @classmethod
    async def at(cls, phone: TestPhone, user: str) -> Ear:
        channels = await phone.ari.get("channels")
        channel = next((c["id"] for c in channels if c["dialplan"]["exten"] == user and c["state"] == "Up"), None)
        if channel is None:
            raise Unmet(f"Expected the phone {user} to be in a call. It is in none.")
        ear = cls(phone, f"ear-{secrets.token_hex(6)}")
        await phone.ari.post(f"channels/{channel}/snoop/{ear.name}", spy="in", app="phone")
        await until(ear._records, bool, "the ear at the agent's phone listens")
        return ear

    async def _records(self) -> bool:
        try:
            await self.phone.ari.post(f"channels/{self.name}/record", name=self.name, format="wav")
        except rest.AriError:  # it is not there yet
            return False
        return True

    async def heard(self) -> Path:
        """The file of all that it heard, once the call is over."""

        async def over() -> bool:
            try:
                await self.phone.ari.get(f"recordings/live/{self.name}")
            except rest.AriError:
                return True
            return False

        await until(over, bool, "the agent's phone is released")
        return self.phone.settings.spool / "recording" / f"{self.name}.wav"


@dataclass
class Tenant:
    """A call center of its own, as its administrator made it by the API."""

    scene: Scene
    id: str
    slug: str
    admin: Api
    desk: Desk
    project: str
    business: str
    skill: str
    agents: list[Agent] = field(default_factory=list)

    async def makes(self, what: str, **body: Any) -> str:
        """POST it; returns its id."""
        return str((await self.admin.post(f"/{what}", body))["id"])

    async def configures(self, method: str, path: str, body: Any) -> Any:
        """Change the configuration and wait until calls go by it."""
        before = self.desk.configurations
        made = await self.admin.request(method, path, body=body)
        await self.desk.takes_up(before, f"{method} {path}")
        return made

    async def queue(self, name: str = "Queue", *, skills: dict[str, int] | None = None, **settings: Any) -> str:
        needed = [{"skill_id": skill, "level": level} for skill, level in (skills or {self.skill: 1}).items()]
        usual = {"announce_every_seconds": 0, "wrap_up_seconds": 30, "no_answer_seconds": 15}
        place = {"project_id": self.project, "business_id": self.business}
        return await self.makes("queues", name=name, skills=needed, **place, **{**usual, **settings})

    async def flow(self, document: Record, name: str | None = None) -> str:
        flow = await self.makes("flows", name=name or f"Flow {secrets.token_hex(2)}", project_id=self.project)
        await self.publish(flow, document)
        return flow

    async def publish(self, flow: str, document: Record) -> None:
        problems = (await self.admin.post(f"/flows/{flow}/validate", {"document": document}))["problems"]
        wrong = [problem["message"] for problem in problems if problem["severity"] == "error"]
        expect(not wrong, "the flow can be published", wrong)
        await self.admin.put(f"/flows/{flow}/draft", {"document": document})
        await self.configures("POST", f"/flows/{flow}/publish", {})

    async def number(self, flow: str, **settings: Any) -> str:
        """An access number that leads to the flow, once callers reach it."""
        number = self.scene.new_number()
        place = {"project_id": self.project, "business_id": self.business}
        body = {"number": number, "flow_id": flow, **place, **settings}
        made = (await self.configures("POST", "/access-numbers", body))["id"]
        self.scene.stack.push_async_callback(self.admin.delete, f"/access-numbers/{made}")
        control = self.scene.settings.asterisk_etc / "numbers.conf"

        async def known() -> bool:
            return f"exten => {number}," in control.read_text("utf-8")

        await until(known, bool, f"the node knows the number {number}")
        return number

    async def agent(self, *, skills: dict[str, int] | None = None, login: str | None = None) -> Agent:
        """One more agent with a phone, at work."""
        place = len(self.agents)
        number = login or str(5001 + place)
        levels = [{"skill_id": skill, "proficiency": n} for skill, n in (skills or {self.skill: 5}).items()]
        about = {"number": number, "phone_kind": "phone", "skills": levels}
        password = secrets.token_urlsafe(12)
        person = await self.configures(
            "POST",
            "/people",
            {"login": number, "name": f"Agent {number}", "role": "agent", "password": password,
             "project_ids": [self.project], "agent": about},
        )  # fmt: skip
        phone = await self.admin.post(f"/people/{person['id']}/phone-secret")
        tone = AGENTS[place % len(AGENTS)]
        voice = str(self.scene.tone(tone, 5).with_suffix(""))
        robot = Robot(phone["user"], phone["password"], voice, after_seconds=0.5)
        await self.scene.phone.set_robots([*self.scene.phone.robots.values(), robot])
        api = await self.scene.session(self.slug, number, password)
        seen = await self.scene.stack.enter_async_context(desk(api))
        made = Agent(self.scene, person["agent"]["id"], number, api, seen, robot, tone)
        await self.scene.phone.registered([robot.user], timeout=PATIENCE)
        await made.works()
        self.agents.append(made)
        return made

    async def contact(self, caller: str, met: Any = bool, what: str = "the contact is recorded") -> Record:
        """The caller's latest interaction with all that is recorded of it, once it is as it must become."""

        async def look() -> Record:
            found = (await self.admin.get("/interactions", caller=caller))["items"]
            return await self.admin.get(f"/interactions/{found[0]['id']}") if found else {}

        try:
            return await until(look, lambda seen: seen and met(seen), what)
        except Unmet:
            seen = [event["kind"] for event in (await look()).get("events", ())]
            raise Unmet(f"Expected of the call of {caller}: {what}. Recorded: {seen}.") from None

    async def event(self, caller: str, kind: str, **data: Any) -> Record:
        """Wait for this event of the caller's interaction; returns it."""

        def alike(contact: Record) -> list[Record]:
            return [e for e in contact["events"] if e["kind"] == kind and data.items() <= e["data"].items()]

        return alike(await self.contact(caller, alike, f"{kind} {data or ''}".strip()))[-1]

    async def ended(self, caller: str) -> Record:
        return await self.contact(caller, lambda contact: contact["ended_at"], "the interaction has ended")


@dataclass
class Scene:
    settings: Settings
    program: testphone.Program
    operator: Api
    phone: TestPhone
    folder: Path
    slug: str
    stack: AsyncExitStack
    _count: Any = field(default_factory=lambda: itertools.count(random.randrange(10_000_000, 90_000_000)))
    _tenants: int = 0

    async def tenant(self, *, language: str = "en", prompts: dict[str, float] | None = None) -> Tenant:
        """A tenant with a project, a business, a skill and prompts that are tones."""
        self._tenants += 1
        slug = f"{self.slug}-{self._tenants}"
        password = secrets.token_urlsafe(12)
        administrator = {"login": "admin", "name": "Administrator", "password": password}
        made = await self.operator.post(
            "/platform/tenants", {"slug": slug, "name": slug, "language": language, "administrator": administrator}
        )
        self.stack.push_async_callback(self._suspend, made["id"])
        admin = await self.session(slug, "admin", password)
        project = (await admin.post("/projects", {"name": "Project"}))["id"]
        business = (await admin.post("/businesses", {"name": "Business", "project_id": project}))["id"]
        skill = (await admin.post("/skills", {"name": "Skill"}))["id"]
        seen = await self.stack.enter_async_context(desk(admin))
        tenant = Tenant(self, made["id"], slug, admin, seen, project, business, skill)
        for name, frequency in {**PROMPTS, **(prompts or {})}.items():
            form = aiohttp.FormData({"name": name, "language": language})
            form.add_field("file", self.tone(frequency, PROMPT_SECONDS).read_bytes(), filename=f"{name}.wav")
            await admin.upload("/prompts/upload", form)
        return tenant

    async def answering_tenant(self, *, agents: int = 1, **queue: Any) -> tuple[Tenant, str, str]:
        """A tenant whose number leads straight to a queue with agents at work: with the queue and the number."""
        tenant = await self.tenant()
        line = await tenant.queue(**queue)
        number = await tenant.number(await tenant.flow(flows.to_queue(line)))
        for _ in range(agents):
            await tenant.agent()
        return tenant, line, number

    async def session(self, tenant: str, login: str, password: str) -> Api:
        api = await self.stack.enter_async_context(Api(self.settings))
        await api.sign_in(tenant, login, password)
        return api

    async def _suspend(self, tenant: str) -> None:
        await self.operator.request("PATCH", f"/platform/tenants/{tenant}", body={"suspended": True})

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def new_number(self) -> str:
        return f"7{next(self._count)}"

    def new_caller(self) -> str:
        return f"138{next(self._count)}"

    async def call(self, number: str, *, caller: str | None = None, phone: TestPhone | None = None) -> Call:
        return await (phone or self.phone).call(number, caller=caller or self.new_caller())

    async def calls_and_speaks(self, number: str, **how: Any) -> Call:
        """A caller who is answered and speaks without end."""
        call = await self.call(number, **how)
        await happens(call.answered, f"the call to {number} is answered")
        await self.speaks(call)
        return call

    async def speaks(self, call: Call) -> None:
        await call.say(f"sound:{self.tone(CALLER, 5).with_suffix('')}", loop=True)

    async def carrier(self, address: str) -> TestPhone:
        """A telephone network of its own at this address: the product knows it as a trunk's other side."""
        return await self.stack.enter_async_context(testphone.running(self.settings, self.program, address=address))

    def tone(self, frequency: float, seconds: float) -> Path:
        path = self.folder / f"{frequency:.0f}-{1000 * seconds:.0f}.wav"
        return path if path.exists() else voices.tone(path, frequency, seconds)


def hears(file: Path, frequency: float, who: str, what: str, *, seconds: float = 0.5) -> None:
    heard = tones.seconds_of(file, frequency)
    expect(heard >= seconds, f"{who} hears {what} for {seconds} s at least", f"{heard:.1f} s of it")


def hears_not(file: Path, frequency: float, who: str, what: str) -> None:
    heard = tones.seconds_of(file, frequency)
    expect(heard < 0.2, f"{who} does not hear {what}", f"{heard:.1f} s of it")


async def talk(seconds: float = 2.5) -> None:
    """A conversation goes on for so long."""
    await asyncio.sleep(seconds)
