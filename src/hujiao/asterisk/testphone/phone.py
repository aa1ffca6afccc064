"""One running test phone: places calls, presses keys, speaks, and keeps what it hears."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from hujiao.asterisk import console, rest
from hujiao.asterisk.config import replace
from hujiao.asterisk.testphone import config
from hujiao.asterisk.testphone.config import Robot
from hujiao.kit.settings import Settings

log = structlog.get_logger()

_APPLICATION = "phone"
_START_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded before any fork


@dataclass(frozen=True, slots=True)
class Program:
    """How to start Asterisk, and where its modules and data are."""

    command: Sequence[str]
    modules: Path
    data: Path
    environment: Mapping[str, str]


class PhoneError(Exception):
    """The test phone could not do what was asked; the message is a sentence."""


class Call:
    """One outgoing call of the phone. Its events can be awaited; what it hears goes to a file."""

    def __init__(self, phone: TestPhone, number: str, caller: str) -> None:
        self.id = f"call-{uuid4().hex}"
        self.number = number
        self.caller = caller
        self.ringing = asyncio.Event()
        self.early_media = asyncio.Event()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self._controlled = asyncio.Event()  # a moment after the answer: before it, no key and no sound is accepted
        self.cause: int | None = None
        self.sip_status: int | None = None
        self.keys = ""  # that the other end has pressed
        self._phone = phone
        self._playback = ""
        self._speaking: asyncio.Task[None] | None = None
        self._finished: dict[str, asyncio.Event] = {}
        self._ear = asyncio.Event()
        self._heard = asyncio.Event()

    async def press(self, keys: str, *, between_ms: int = 250) -> None:
        """Press keys as RFC 4733 events; silences what the phone is saying, because Asterisk does one at a time."""
        await self.be_silent()
        await self._post("dtmf", dtmf=keys, between=between_ms, duration=160)

    async def say(self, media: str, *, loop: bool = False) -> None:
        """Begin to play `sound:<file without ending>` or `tone:440`, once or until the call ends."""
        await self.be_silent()
        self._speaking = asyncio.create_task(self._speak(media, loop=loop))

    async def said(self) -> None:
        """Wait until what it says is over."""
        if self._speaking:
            await asyncio.gather(self._speaking, return_exceptions=True)

    async def be_silent(self) -> None:
        if self._speaking:
            self._speaking.cancel()
            await asyncio.gather(self._speaking, return_exceptions=True)
            self._speaking = None
        if self._playback:
            playback, self._playback = self._playback, ""
            await self._phone.quietly("DELETE", f"playbacks/{playback}")

    async def hang_up(self, cause: str = "normal") -> None:
        await self._phone.quietly("DELETE", f"channels/{self.id}", {"reason": cause})
        await self.ended.wait()

    @property
    def heard_file(self) -> Path:
        """Where the file of all that this call hears is (mono, 8 kHz); complete once `heard` returned."""
        return self._phone.settings.spool / "recording" / f"{self.id}.wav"

    async def heard(self) -> Path:
        """The file of all that this call heard, once the call is over (mono, 8 kHz)."""
        await self.ended.wait()
        async with asyncio.timeout(10):
            await self._heard.wait()
        return self.heard_file

    async def _listen(self) -> None:
        ear = f"{self.id}-ear"
        await self._phone.ari.post(f"channels/{self.id}/snoop/{ear}", spy="in", app=_APPLICATION)
        async with asyncio.timeout(10):
            await self._ear.wait()  # before it is in Stasis, recording it is refused
        await self._phone.ari.post(f"channels/{ear}/record", name=self.id, format="wav", ifExists="overwrite")

    async def _speak(self, media: str, *, loop: bool) -> None:
        while not self.ended.is_set():
            playback = uuid4().hex
            self._finished[playback] = asyncio.Event()
            self._playback = playback
            await self._post(f"play/{playback}", media=media)
            await self._finished[playback].wait()
            if not loop:
                return

    async def _post(self, what: str, **query: str | int) -> None:
        await self._controlled.wait()
        if self.ended.is_set():
            return
        await self._phone.quietly("POST", f"channels/{self.id}/{what}", query)

    def _event(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if event.get("channel", {}).get("id", self.id) != self.id:
            if kind == "StasisStart":
                self._ear.set()
        elif kind == "Dial":
            status = event["dialstatus"]
            if status == "RINGING":
                self.ringing.set()
            elif status == "PROGRESS":
                self.early_media.set()
        elif kind == "ChannelStateChange":
            state = event["channel"]["state"]
            if state == "Ringing":
                self.ringing.set()
            elif state == "Up":
                self.answered.set()
        elif kind == "StasisStart":
            self.answered.set()
            self._controlled.set()
        elif kind == "ChannelDtmfReceived":
            self.keys += event["digit"]
        elif kind == "PlaybackFinished":
            finished = self._finished.pop(event["playback"]["id"], None)
            if finished:
                finished.set()
        elif kind in ("RecordingFinished", "RecordingFailed"):
            self._heard.set()
        elif kind == "ChannelDestroyed":
            self.cause, self.sip_status = event["cause"], event.get("tech_cause")
            self.ended.set()
            self._controlled.set()
            for waiting in self._finished.values():
                waiting.set()


class TestPhone:
    __test__ = False

    def __init__(
        self, settings: Settings, product: Settings, ari: rest.Rest, robots: Sequence[Robot], codecs: str, address: str
    ) -> None:
        self.settings = settings
        self.product = product
        self.ari = ari
        self.robots = {robot.user: robot for robot in robots}
        self.address = address
        self._codecs = codecs
        self._calls: dict[str, Call] = {}

    async def call(self, number: str, *, caller: str) -> Call:
        """Dial; returns as soon as the INVITE is on its way."""
        call = Call(self, number, caller)
        self._calls[call.id] = call
        await self.ari.post(
            "channels",
            endpoint=f"PJSIP/{number}@product",
            app=_APPLICATION,
            channelId=call.id,
            callerId=caller,
            timeout=600,
        )
        try:
            await call._listen()
        except (rest.AriError, TimeoutError):
            if not call.ended.is_set():
                raise
            call._heard.set()  # refused before it could listen: nothing was to be heard
        return call

    async def hang_up_all(self) -> None:
        """End every outgoing call that is still up."""
        await asyncio.gather(*(call.hang_up() for call in self._calls.values() if not call.ended.is_set()))

    async def set_robots(self, robots: Sequence[Robot]) -> None:
        """Change the robots while the phone runs: registrations and how they answer."""
        self.robots = {robot.user: robot for robot in robots}
        etc = self.settings.asterisk_etc
        replace(etc / "extensions.conf", config.dialplan(robots, self.settings.spool))
        replace(etc / "pjsip.conf", config.pjsip(self.settings, self.product, robots, self._codecs, self.address))
        await self.command("dialplan reload")
        await self.command(console.RELOAD_PJSIP)

    async def set_answers(self, robots: Sequence[Robot]) -> None:
        """Change how the same robots answer; their registrations stay."""
        self.robots = {robot.user: robot for robot in robots}
        replace(self.settings.asterisk_etc / "extensions.conf", config.dialplan(robots, self.settings.spool))
        await self.command("dialplan reload")

    async def shown(self, user: str) -> str:
        """Who called as the robot's phone showed it last."""
        return str((await self.ari.get("asterisk/variable", variable=f"{config.SHOWN}{user}"))["value"])

    def heard_by(self, user: str) -> Path:
        """What the robot heard in its last call (mono, 8 kHz), if it keeps that."""
        return config.heard(self.settings.spool, user)

    async def registrations(self) -> dict[str, str]:
        """What each robot's registration is: Registered, Rejected, Unregistered …"""
        states = {}
        for line in (await self.command("pjsip show registrations")).splitlines():
            name, _, rest_of_line = line.strip().partition("/")
            if name.startswith("robot-"):
                states[name.removeprefix("robot-")] = rest_of_line.split()[2]
        return states

    async def registered(self, users: Collection[str] | None = None, *, timeout: float = 60) -> None:
        """Wait until these robots are registered; without names, all."""
        wanted = self.robots if users is None else users
        async with asyncio.timeout(timeout):
            while True:
                states = await self.registrations()
                if all(states.get(user) == "Registered" for user in wanted):
                    return
                await asyncio.sleep(0.2)

    async def command(self, text: str) -> str:
        return await console.run(console.socket_path(self.settings), text)

    async def quietly(self, method: str, path: str, query: rest.Query | None = None) -> None:
        """Ask for something of a call that may just have ended."""
        try:
            await self.ari.request(method, path, query)
        except rest.AriError as error:
            if error.status not in (404, 409, 412):
                raise

    async def _follow(self, ready: asyncio.Event) -> None:
        async with self.ari.events(_APPLICATION) as events:
            ready.set()
            async for event in events:
                call = self._calls.get(_channel_of(event))
                if call:
                    call._event(event)


def _channel_of(event: dict[str, Any]) -> str:
    if "recording" in event:
        return str(event["recording"]["name"])
    if "playback" in event:
        return str(event["playback"]["target_uri"]).partition(":")[2]
    return str((event.get("channel") or event.get("peer") or {}).get("id", "")).removesuffix("-ear")


@asynccontextmanager
async def running(
    product: Settings,
    program: Program,
    *,
    robots: Sequence[Robot] = (),
    codecs: str = "alaw,ulaw",
    address: str = config.LOOPBACK,
) -> AsyncIterator[TestPhone]:
    """A phone for as long as the block lasts; nothing of it is left afterwards, however this process ends.

    At another `address` of this machine the product knows it as whoever calls from there, a trunk's carrier for one.
    """
    parent = product.home / "testphone"
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
    settings = config.settings_of(product, folder, len(robots))
    config.write(settings, product, robots, program.modules, program.data, codecs, address)
    output = settings.logs / "console.log"
    with output.open("wb") as stream:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            "-f",
            "-C",
            str(settings.asterisk_etc / "asterisk.conf"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env={**os.environ, **program.environment},
            start_new_session=True,  # Ctrl-C is for us: the phone hangs up in order
            preexec_fn=_die_with_parent,
        )
    try:
        async with rest.connect(settings.asterisk_http_port, settings.ari_user, settings.ari_password) as ari:
            phone = TestPhone(settings, product, ari, robots, codecs, address)
            await _started(ari, process, output)
            ready = asyncio.Event()
            following = asyncio.create_task(phone._follow(ready))
            try:
                await ready.wait()
                yield phone
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
    finally:
        await _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


async def _started(ari: rest.Rest, process: asyncio.subprocess.Process, output: Path) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS):
            while process.returncode is None:
                try:
                    info = await ari.get("asterisk/info", only="status")
                    if info:
                        return
                except (OSError, rest.AriError):
                    await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    said = output.read_text("utf-8", "replace").strip().splitlines()[-3:]
    raise PhoneError(f"The test phone did not start: {' / '.join(said) or 'it said nothing'}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        process.send_signal(number)
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            continue


def _sweep(parent: Path) -> None:
    """Folders of phones whose process is gone (killed, say)."""
    for folder in parent.iterdir():
        pid = folder.name.partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
