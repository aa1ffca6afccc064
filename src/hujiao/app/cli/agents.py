"""`./hujiao agents`: robot agents on real SIP registrations. They sign in, answer, speak and wrap up by themselves."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from hujiao.app.cli import following, output, voices
from hujiao.app.cli.http_client import Api, Refused
from hujiao.app.cli.parts import find_asterisk
from hujiao.app.demo import accounts
from hujiao.asterisk.testphone import phone as testphone
from hujiao.asterisk.testphone.config import Robot
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.db import Database, make_engine
from hujiao.kit.settings import Settings, load

# Signing in costs the server an argon2 check each: a few at a time is as fast as it goes.
_AT_ONCE = 4


def main(argv: Sequence[str]) -> int:
    options = _arguments().parse_args(argv)
    if not 1 <= options.count <= 2000:
        raise Problem("--count takes 1 to 2000 robot agents.")
    result = asyncio.run(Agents(load(), options).run())
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./hujiao agents", description=__doc__)
    parser.add_argument(
        "--count", metavar="N", type=int, default=2, help="how many (2); beyond the demo's more are made"
    )
    parser.add_argument("--tenant", default="a", help="whose agents (a)")
    parser.add_argument("--seconds", metavar="S", type=float, help="stop after this time; else with Ctrl-C")
    parser.add_argument(
        "--talk", metavar="S", type=int, default=30, help="hang up after S seconds of talk (30); 0: never"
    )
    parser.add_argument(
        "--answer-after", metavar="S", type=float, default=2, help="let the phone ring for S seconds (2)"
    )
    parser.add_argument("--wrap-up", metavar="S", type=float, default=3, help="seconds of wrap-up (3)")
    parser.add_argument("--say", metavar="FILE|TEXT", help="what they say: file, text or tone:880")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


@dataclass(slots=True)
class Worker:
    """One robot agent: its account, its phone's secret, its session."""

    login: str
    password: str
    person_id: str
    agent_id: str
    name: str
    sip_user: str = ""
    sip_password: str = ""
    api: Api | None = None
    dispositions: list[str] = field(default_factory=list)
    state: str = "logged_out"
    interaction_id: str | None = None
    wrapping: str | None = None
    calls: int = 0


class Agents:
    def __init__(self, settings: Settings, options: argparse.Namespace) -> None:
        self.settings = settings
        self.options = options
        self.workers: dict[str, Worker] = {}
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> dict[str, Any]:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        async with AsyncExitStack() as stack:
            bus = await _connect(self.settings)
            stack.push_async_callback(bus.close)
            database = Database(make_engine(self.settings.database_url, pool_size=1))
            stack.push_async_callback(database.close)
            tenant = await following.tenant(database, self.options.tenant)
            if tenant is None:
                raise Problem(f"There is no tenant {self.options.tenant!r}. ./hujiao accounts lists them.")
            output.say(f"Preparing {self.options.count} robot agents …")
            await self._prepare_people()
            stack.push_async_callback(self._sign_out)
            await asyncio.gather(*(self._enter(worker) for worker in self.workers.values()))
            phone = await stack.enter_async_context(self._phone(tenant, bus))
            await self._speak(phone, tenant, bus)
            output.say("Their phones register …")
            await phone.registered(timeout=60 + self.options.count / 10)
            unsubscribe = await bus.subscribe(bus.subjects.live(tenant.id), self._changed)
            stack.push_async_callback(unsubscribe)
            await asyncio.gather(*(self._sign_in(worker) for worker in self.workers.values()))
            output.say(f"{len(self.workers)} robot agents are available. Stop them with Ctrl-C.")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.options.seconds)
            output.say("Signing out …")
        calls = sum(worker.calls for worker in self.workers.values())
        output.say(f"{len(self.workers)} robot agents took {calls} calls.")
        return {"ok": True, "agents": len(self.workers), "calls": calls}

    # ── accounts and phones ──────────────────────────────────────────────────────────────────────────────────────────

    async def _prepare_people(self) -> None:
        """The demo's agents first, then more of our own; every phone gets a new secret."""
        known = {
            account["login"]: account
            for account in accounts.read(self.settings.home)["accounts"]
            if account["tenant"] == self.options.tenant
        }
        administrator = next((a for a in known.values() if a["role"] == "tenant_administrator"), None)
        if administrator is None:
            raise Problem(f"The demo has no administrator for the tenant {self.options.tenant!r}: ./hujiao accounts.")
        async with Api(self.settings) as api:
            await api.sign_in(self.options.tenant, administrator["login"], administrator["password"])
            people = await _all(api, "/people")
            await self._make_people(api, people)
            people = [person for person in await _all(api, "/people") if person["agent"] and not person["disabled"]]
            people.sort(key=lambda person: (person["login"] not in known, person["login"]))
            for person in people[: self.options.count]:
                login = person["login"]
                if login in known:
                    password = known[login]["password"]
                else:
                    password = accounts.new_password()
                    await api.post(f"/people/{person['id']}/password", {"password": password})
                secret = await api.post(f"/people/{person['id']}/phone-secret")
                worker = Worker(login, password, person["id"], person["agent"]["id"], person["name"])
                worker.sip_user, worker.sip_password = secret["user"], secret["password"]
                self.workers[worker.agent_id] = worker

    async def _make_people(self, api: Api, people: list[dict[str, Any]]) -> None:
        agents = [
            person for person in people if person["agent"] and person["role"] == "agent" and not person["disabled"]
        ]
        missing = self.options.count - len(agents)
        if missing <= 0:
            return
        skills = [{"skill_id": skill["id"], "proficiency": 5} for skill in await _all(api, "/skills")]
        projects = [project["id"] for project in await _all(api, "/projects")]
        taken = {person["login"] for person in people}
        numbers = (str(number) for number in range(8001, 99999) if str(number) not in taken)
        for _ in range(missing):
            number = next(numbers)
            await api.post(
                "/people",
                {
                    "login": number,
                    "name": f"Robot {number}",
                    "role": "agent",
                    "password": accounts.new_password(),
                    "project_ids": projects,
                    "agent": {"number": number, "phone_kind": "phone", "skills": skills},
                },
            )

    def _robots(self, voice: str) -> list[Robot]:
        return [
            Robot(
                worker.sip_user,
                worker.sip_password,
                voice,
                after_seconds=self.options.answer_after,
                talk_seconds=self.options.talk,
            )
            for worker in self.workers.values()
        ]

    def _phone(self, tenant: following.Tenant, bus: messages.Bus) -> Any:
        program = find_asterisk(self.settings)
        how = testphone.Program(program.command, program.modules, program.data, dict(program.environment))
        return testphone.running(self.settings, how, robots=self._robots("silence"))

    async def _speak(self, phone: testphone.TestPhone, tenant: following.Tenant, bus: messages.Bus) -> None:
        folder = phone.settings.home / "voice"
        voice = await voices.prepare(
            self.options.say, folder, self.settings, bus, str(tenant.id), tenant.language, voices.AGENT
        )
        await phone.set_answers(self._robots(str(voice)))

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _enter(self, worker: Worker) -> None:
        """Signed in to the platform, and out of a browser's work: its phone would keep ours from registering."""
        async with self._few:
            worker.api = Api(self.settings)
            await worker.api.sign_in(self.options.tenant, worker.login, worker.password)
            await worker.api.post("/me/sign-out")

    async def _sign_in(self, worker: Worker) -> None:
        assert worker.api
        async with self._few:
            await worker.api.post("/me/sign-in", {"phone_kind": "phone"})
            desktop = await worker.api.get("/me/desktop")
            worker.dispositions = [disposition["id"] for disposition in desktop["dispositions"]]
            await worker.api.post("/me/state", {"state": "available"})

    async def _sign_out(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*(self._leave(worker) for worker in self.workers.values()))

    async def _leave(self, worker: Worker) -> None:
        if worker.api is None:
            return
        async with self._few:
            with suppress(Problem):
                await worker.api.post("/me/sign-out")
            with suppress(Problem):
                await worker.api.delete("/session")
            await worker.api.close()

    async def _changed(self, message: dict[str, Any]) -> None:
        for view in message.get("agents", []):
            worker = self.workers.get(view["id"])
            if worker:
                self._became(worker, view)

    def _became(self, worker: Worker, view: dict[str, Any]) -> None:
        state, before = view["state"], worker.state
        worker.state = state
        worker.interaction_id = view.get("interaction_id") or worker.interaction_id
        if state == before:
            return
        said = {"reserved": "rings", "engaged": "talks", "wrap_up": "wraps up", "available": "is available"}
        output.say(f"  {worker.name} {said.get(state, state.replace('_', ' '))}")
        if state == "engaged":
            worker.calls += 1
        elif state == "wrap_up":
            self._in_background(self._wrap_up(worker))
        elif state == "not_ready" and before in ("reserved", "engaged", "wrap_up"):
            self._in_background(self._available(worker))

    async def _wrap_up(self, worker: Worker) -> None:
        await asyncio.sleep(self.options.wrap_up)
        assert worker.api
        desktop = await worker.api.get("/me/desktop")
        interaction = (desktop.get("interaction") or {}).get("id") or worker.interaction_id
        body = {"disposition_id": worker.dispositions[0] if worker.dispositions else None, "note": "robot"}
        try:
            await worker.api.post(f"/me/interactions/{interaction}/wrap-up", body)
        except Refused as error:
            output.say(f"  {worker.name}: {error}")

    async def _available(self, worker: Worker) -> None:
        assert worker.api
        try:
            await worker.api.post("/me/state", {"state": "available"})
        except Refused as error:
            output.say(f"  {worker.name}: {error}")

    def _in_background(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _all(api: Api, path: str) -> list[dict[str, Any]]:
    """Every page of a list."""
    items: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = await api.get(path, page=page, page_size=200)
        if isinstance(answer, list):
            return answer
        items += answer["items"]
        if not answer["items"] or len(items) >= answer["total"]:
            return items
        page += 1


async def _connect(settings: Settings) -> messages.Bus:
    try:
        return await messages.connect(settings.nats_url, settings.instance, name="agents")
    except Exception as error:
        raise Problem("hujiao is not running here: run ./hujiao up first.") from error
