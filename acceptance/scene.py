"""The people and things of a row's story: tenants, agents with phones and desktops, callers, and what each hears."""

from __future__ import annotations

import asyncio
import io
import itertools
import os
import random
import secrets
import signal
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import aiohttp
import soundfile
from playwright.async_api import Browser

from acceptance import flows
from acceptance.about import Text
from acceptance.check import PATIENCE, NotHere, Unmet, expect, happens, until
from acceptance.desk import Desk, desk
from acceptance.notes import Notes
from hujiao.app.cli import voices
from hujiao.app.cli.http_client import Api
from hujiao.asterisk import rest
from hujiao.asterisk.testphone import phone as testphone
from hujiao.asterisk.testphone.config import Robot
from hujiao.asterisk.testphone.phone import Call, TestPhone
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings
from tests.browser import chromium
from tests.browser.desk import Desk as Window
from tests.sip import tones
from tests.sip.running import hujiao

# Everybody has a tone of their own, so that an ear can tell whom it hears: hertz.
CALLER, AGENTS = 440, (880, 1100, 1250)
PROMPTS = {"greeting": 500, "menu": 600, "other": 700, "thanks": 950}
PROMPT_SECONDS = 1.0
TRUNK_SECONDS = 90.0  # a trunk is asked every 30
OUTSIDE, OUTSIDE_TONE = "127.0.0.7", 1400  # where a telephone network is played, and what its numbers say
_MOST_HEARD, _MOST_CONTACTS = 6, 3
_HANG_UP_SECONDS = 5.0
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
        ear = await Ear.at(self.scene.phone, self.robot.user, f"agent-{self.number}")
        self.scene.ears.append(ear)
        return ear


@dataclass
class Ear:
    """Keeps what a robot's phone hears in its call."""

    phone: TestPhone
    name: str
    whose: str

    @property
    def file(self) -> Path:
        return self.phone.settings.spool / "recording" / f"{self.name}.wav"

    @classmethod
    async def at(cls, phone: TestPhone, user: str, whose: str) -> Ear:
        channels = await phone.ari.get("channels")
        channel = next((c["id"] for c in channels if c["dialplan"]["exten"] == user and c["state"] == "Up"), None)
        if channel is None:
            raise Unmet(f"Expected the phone {user} to be in a call. It is in none.")
        ear = cls(phone, f"ear-{secrets.token_hex(6)}", whose)
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
        return self.file


@dataclass
class Tenant:
    """A call center of its own, as its administrator made it by the API."""

    scene: Scene
    id: str
    slug: str
    password: str  # of `admin`
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
        return await self.makes("queues", name=name, skills=needed, **{**place, **usual, **settings})

    async def flow(self, document: Record, name: str | None = None, *, project: str | None = None) -> str:
        name = name or f"Flow {secrets.token_hex(2)}"
        flow = await self.makes("flows", name=name, project_id=project or self.project)
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

    async def person(self, role: str, login: str, **more: Any) -> Api:
        """One more account, signed in."""
        password = secrets.token_urlsafe(12)
        about = {"login": login, "name": login.capitalize(), "role": role, "project_ids": [self.project]}
        await self.makes("people", password=password, **{**about, **more})
        return await self.scene.session(self.slug, login, password)

    async def agent_account(
        self,
        login: str,
        *,
        skills: dict[str, int] | None = None,
        projects: list[str] | None = None,
        phone: Literal["phone", "browser"] = "phone",
        **more: Any,
    ) -> str:
        """An account that works as an agent with this number; returns its password."""
        levels = [{"skill_id": skill, "proficiency": n} for skill, n in (skills or {self.skill: 5}).items()]
        password = secrets.token_urlsafe(12)
        about = {"login": login, "name": f"Agent {login}", "role": "agent", "password": password}
        agent = {"number": login, "phone_kind": phone, "skills": levels}
        body = {**about, "project_ids": projects or [self.project], "agent": agent, **more}
        await self.configures("POST", "/people", body)
        return password

    async def agent(
        self,
        *,
        skills: dict[str, int] | None = None,
        login: str | None = None,
        role: str = "agent",
        projects: list[str] | None = None,
    ) -> Agent:
        """One more agent with a phone, at work."""
        place = len(self.agents)
        number = login or str(5001 + place)
        password = await self.agent_account(number, skills=skills, projects=projects, role=role)
        people = (await self.admin.get("/people"))["items"]
        person = next(one for one in people if one["login"] == number)
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

    async def recorded(self, caller: str) -> Record:
        """The caller's contact, when its talk is over and the recording can be played."""
        return await self.contact(
            caller,
            lambda seen: (
                seen["ended_at"] and seen["talk_seconds"] and any(r["state"] == "ready" for r in seen["recordings"])
            ),
            "the recording is ready",
        )

    async def ended(self, caller: str) -> Record:
        return await self.contact(caller, lambda contact: contact["ended_at"], "the interaction has ended")


class Account(NamedTuple):
    tenant: str
    login: str
    password: str


@dataclass
class Scene:
    settings: Settings
    program: testphone.Program
    operator: Api
    staff: Account  # of `operator`
    phone: TestPhone
    folder: Path
    own: bool  # an installation of the run's own, which nobody else uses
    slug: str
    stack: AsyncExitStack
    notes: Notes
    calls: list[Call] = field(default_factory=list)
    ears: list[Ear] = field(default_factory=list)
    tenants: list[Tenant] = field(default_factory=list)
    trunks: list[str] = field(default_factory=list)
    _browser: Browser | None = None
    _count: Any = field(default_factory=lambda: itertools.count(random.randrange(10_000_000, 90_000_000)))

    def saw(self, en: str, zh: str) -> None:
        """Something that the report tells as observed."""
        self.notes.saw(en, zh)

    async def tenant(self, *, language: str = "en", prompts: dict[str, float] | None = None) -> Tenant:
        """A tenant with a project, a business, a skill and prompts that are tones."""
        slug = f"{self.slug}-{len(self.tenants) + 1}"
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
        tenant = Tenant(self, made["id"], slug, password, admin, seen, project, business, skill)
        self.tenants.append(tenant)
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

    # ── the installation ─────────────────────────────────────────────────────────────────────────────────────────────

    async def command(self, *arguments: str) -> dict[str, Any]:
        """What `./hujiao` says to this, as its last line has it."""
        return await hujiao(self.settings.home, *arguments, check=False)

    async def parts(self) -> dict[str, int]:
        """Returns the process of each part that runs."""
        status = await hujiao(self.settings.home, "status", check=False)
        return {part["name"]: int(part["pid"]) for part in status["parts"] if part["pid"]}

    def may_kill(self) -> None:
        """Parts are never killed on an installation that others use."""
        if not self.own:
            raise NotHere("It kills parts of the installation: try it without --home, on one of its own.")

    async def kill(self, part: str) -> None:
        """Ends a part's process at once, as a fault would."""
        self.may_kill()
        os.kill((await self.parts())[part], signal.SIGKILL)

    async def is_back(self, part: str, before: int) -> float:
        """Waits until another process does the part's work and all is well; returns the seconds that it took."""
        began = time.monotonic()

        async def well() -> bool:
            status = await hujiao(self.settings.home, "status", check=False)
            pids = {one["name"]: one["pid"] for one in status["parts"]}
            healthy = not status["troubles"] and all(one["state"] == "running" for one in status["parts"])
            return bool(healthy and pids[part] and pids[part] != before)

        await until(well, bool, f"{part} is back and all is well", seconds=90)
        return time.monotonic() - began

    async def as_program(self, token: str, path: str) -> Any:
        """What the API answers to a program with this token."""
        async with Api(self.settings) as api:
            api.use_token(token)
            return await api.get(path)

    def anonymous(self) -> Api:
        """Somebody who is not signed in."""
        return Api(self.settings)

    async def stored(self, text: str) -> list[str]:
        """Returns the files of the installation that hold this text in clear: the database's, logs, recordings …"""

        def look() -> list[str]:
            wanted = text.encode()
            skip = {self.settings.parts, self.settings.home / "testphone"}
            return [
                str(file.relative_to(self.settings.home))
                for folder in self.settings.home.iterdir()
                if folder not in skip
                for file in ([folder] if folder.is_file() else folder.rglob("*"))
                if file.is_file() and _holds(file, wanted)
            ]

        return await asyncio.to_thread(look)

    async def _suspend(self, tenant: str) -> None:
        await self.operator.request("PATCH", f"/platform/tenants/{tenant}", body={"suspended": True})

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def new_number(self) -> str:
        return f"7{next(self._count)}"

    def new_caller(self) -> str:
        return f"138{next(self._count)}"

    async def call(self, number: str, *, caller: str | None = None, phone: TestPhone | None = None) -> Call:
        made = await (phone or self.phone).call(number, caller=caller or self.new_caller())
        self.calls.append(made)
        return made

    async def calls_and_speaks(self, number: str, **how: Any) -> Call:
        """A caller who is answered and speaks without end."""
        call = await self.call(number, **how)
        await happens(call.answered, f"the call to {number} is answered")
        await self.speaks(call)
        return call

    async def speaks(self, call: Call) -> None:
        await call.say(f"sound:{self.tone(CALLER, 5).with_suffix('')}", loop=True)

    async def carrier(self, address: str, **trunk: Any) -> TestPhone:
        """A telephone network of its own at this address, and the operator's trunk to it, once that is up."""
        phone = await self.stack.enter_async_context(testphone.running(self.settings, self.program, address=address))
        line = {"name": f"{self.slug}-{address}", "kind": "address", "host": address, "match": [address]}
        made = await self.operator.post("/trunks", {**line, "port": phone.settings.sip_port, **trunk})
        self.trunks.append(made["id"])
        self.stack.push_async_callback(self.operator.delete, f"/trunks/{made['id']}")
        await self.trunk_becomes(made["id"], "up")
        return phone

    async def trunk_becomes(self, trunk: str, wanted: str) -> None:
        async def state() -> str:
            states = await self.operator.get("/trunks/state")
            return next((found["state"] for found in states if found["id"] == trunk), "not there")

        await until(state, lambda seen: seen == wanted, f"the trunk is {wanted}", seconds=TRUNK_SECONDS)

    async def outside(self, number: str, *silent: str) -> TestPhone:
        """A telephone network where this number answers and speaks, and the `silent` ring; nobody else is called."""
        trunks = (await self.operator.get("/trunks"))["items"]
        if any(trunk["enabled"] for trunk in trunks):
            raise NotHere("It calls an outside number, and here is a trunk to a real network: try it without --home.")
        phone = await self.carrier(OUTSIDE)
        voice = str(self.tone(OUTSIDE_TONE, 5).with_suffix(""))
        answers = Robot(number, "", voice, after_seconds=0.5)
        await phone.set_answers([answers, *(Robot(other, "", voice, answers="no") for other in silent)])
        return phone

    # ── screens ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def window(self, tenant: str, login: str, password: str, *, language: str = "zh-CN") -> Window:
        """A browser's window in which this account is signed in."""
        if self._browser is None:
            path = chromium.program()
            if path is None:
                raise NotHere(
                    "It is tried in Chromium, which is not on this machine: as root, apt-get install chromium"
                )
            self._browser = await self.stack.enter_async_context(chromium.launched(path, self.folder))
        context = await self._browser.new_context(
            viewport={"width": 1366, "height": 768}, locale=language, ignore_https_errors=True
        )
        self.stack.push_async_callback(context.close)
        opened = Window(await context.new_page(), self.settings.web_url)
        await opened.sign_in(tenant, login, password)
        return opened

    async def operators_window(self) -> Window:
        """A browser's window of the platform's administrator."""
        return await self.window(self.staff.tenant, self.staff.login, self.staff.password)

    async def picture(self, window: Window, name: str, en: str, zh: str) -> None:
        """Keeps what the window shows."""
        await window.page.screenshot(path=self.notes.place("screenshot", f"{name}.png", Text(en, zh)))

    # ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def gather(self) -> None:
        """Ends every call and keeps what everybody heard and what is recorded; what cannot be had is left out."""
        for call in self.calls:
            with suppress(TimeoutError, OSError, rest.AriError):
                async with asyncio.timeout(_HANG_UP_SECONDS):
                    await call.heard() if call.ended.is_set() else await call.hang_up()
        heard = [(call.heard_file, call.caller) for call in self.calls]
        heard += [(ear.file, ear.whose) for ear in self.ears]
        for file, who in heard[-_MOST_HEARD:]:
            with suppress(OSError, soundfile.LibsndfileError):
                samples, rate = soundfile.read(file)
                compressed = io.BytesIO()
                soundfile.write(compressed, samples, rate, format="MP3")
                caption = Text(f"What {who} heard", f"{who} 所听到的声音")
                self.notes.keep("recording", f"heard-by-{who}.mp3", compressed.getvalue(), caption)
        for tenant in self.tenants:
            with suppress(Problem, TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._keep_contacts(tenant)

    def keeps_recording(self, name: str, sound: bytes) -> None:
        self.notes.keep("recording", name, sound, Text("The platform's recording", "平台录音"))

    def keeps_file(self, name: str, content: bytes, en: str, zh: str) -> None:
        self.notes.keep("file", name, content, Text(en, zh))

    async def _keep_contacts(self, tenant: Tenant) -> None:
        found = (await tenant.admin.get("/interactions"))["items"]
        for contact in found[:_MOST_CONTACTS]:
            self.notes.timeline(await tenant.admin.get(f"/interactions/{contact['id']}"))

    def tone(self, frequency: float, seconds: float) -> Path:
        path = self.folder / f"{frequency:.0f}-{1000 * seconds:.0f}.wav"
        return path if path.exists() else voices.tone(path, frequency, seconds)


def seconds_between(first: str, then: str) -> float:
    return (datetime.fromisoformat(then) - datetime.fromisoformat(first)).total_seconds()


def _holds(file: Path, text: bytes) -> bool:
    try:
        return text in file.read_bytes()
    except OSError:  # gone meanwhile
        return False


def hears(file: Path, frequency: float, who: str, what: str, *, seconds: float = 0.5) -> None:
    heard = tones.seconds_of(file, frequency)
    expect(heard >= seconds, f"{who} hears {what} for {seconds} s at least", f"{heard:.1f} s of it")


def hears_not(file: Path, frequency: float, who: str, what: str) -> None:
    heard = tones.seconds_of(file, frequency)
    expect(heard < 0.2, f"{who} does not hear {what}", f"{heard:.1f} s of it")


async def talk(seconds: float = 2.5) -> None:
    """A conversation goes on for so long."""
    await asyncio.sleep(seconds)
