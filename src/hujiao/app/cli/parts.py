"""What one installation consists of: how each part starts, stops and shows that it is well."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import nats
from nats.aio.client import Client

from hujiao.app import health
from hujiao.app.cli.process import MAINS
from hujiao.asterisk import console, transports
from hujiao.embedded import asterisk_prefix, instance, postgres
from hujiao.embedded import nats as nats_server
from hujiao.embedded.asterisk_prefix import Asterisk
from hujiao.embedded.problem import Problem
from hujiao.embedded.supervisor import Impaired, Part
from hujiao.kit.bus import Subjects
from hujiao.kit.settings import CHECKOUT, Settings, settings_file

STORES = ("postgres", "nats")
_DRAIN_LIMIT = 3600.0


def find_asterisk(settings: Settings) -> Asterisk:
    """The operator's own by HUJIAO_ASTERISK, else the private one."""
    named = os.environ.get("HUJIAO_ASTERISK")
    if named:
        return asterisk_prefix.of_machine(named)
    present = asterisk_prefix.installed(settings.parts)
    if present is None:
        raise Problem("Asterisk is not here yet: run ./hujiao up.")
    return present


def stamp(settings: Settings) -> str:
    """Changes when a running installation has to be started anew: other code, or other settings."""
    total = hashlib.sha256(settings_file(settings.home).read_bytes())
    for folder in ("src", "migrations"):
        for file in sorted((CHECKOUT / folder).rglob("*")):
            if file.suffix in {".py", ".conf", ".json"} and "tests" not in file.parts:
                total.update(file.read_bytes())
    return total.hexdigest()[:16]


def all_parts(settings: Settings) -> list[Part]:
    """In the order in which they start; they stop in reverse."""
    parts: list[Part] = []
    if instance.embedded_database(settings):
        parts.append(_postgres(settings))
    if instance.embedded_nats(settings):
        parts.append(_nats(settings))
    parts.append(_asterisk(settings))
    asked = _Health(settings)
    ports = {"api": settings.web_port}
    parts.extend(
        Part(
            name=name,
            command=(sys.executable, "-m", "hujiao", "process", name),
            log=settings.logs / f"{name}.log",
            healthy=asked.check(name),
            environment=_environment(settings),
            stop_seconds=15.0,  # longer than they give themselves
            hang_seconds=20.0,
            port=ports.get(name),
        )
        for name in _own_processes(settings)
    )
    return parts


def _own_processes(settings: Settings) -> list[str]:
    names: list[str] = []
    for name in MAINS:
        if find_spec(MAINS[name]):
            names += settings.runtime_names if name == "runtime" else [name]
    return names


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "HUJIAO_HOME": str(settings.home),
        "HUJIAO_PARTS": str(settings.parts),
        "PYTHONPATH": str(CHECKOUT / "src"),
        "PYTHONUNBUFFERED": "1",
    }


def _postgres(settings: Settings) -> Part:
    server = postgres.locate(settings)
    port = urlsplit(settings.database_url).port or 0
    return Part(
        name="postgres",
        command=server.command(port),
        log=settings.logs / "postgres.log",
        healthy=lambda: postgres.answers(settings),
        environment={"LC_ALL": "C.UTF-8"},
        stop_signal=signal.SIGINT,  # fast: open transactions are rolled back, nobody is waited for
        stop_seconds=60.0,
        start_seconds=300.0,  # recovery after a crash takes its time
        hang_seconds=120.0,
        user=server.user,
        group=server.group,
        port=port,
    )


def _nats(settings: Settings) -> Part:
    return Part(
        name="nats",
        command=nats_server.command(settings),
        log=settings.logs / "nats.log",
        healthy=lambda: nats_server.answers(settings),
        port=urlsplit(settings.nats_url).port,
    )


def asterisk_command(settings: Settings, asterisk: Asterisk, *arguments: str) -> tuple[str, ...]:
    return (*asterisk.command, "-C", str(settings.asterisk_etc / "asterisk.conf"), *arguments)


def _asterisk(settings: Settings) -> Part:
    asterisk = find_asterisk(settings)
    control = console.socket_path(settings)

    async def healthy() -> bool:
        if "fully booted" not in await console.run(control, "core waitfullybooted"):
            return False
        if closed := await transports.closed(control, tls=settings.sip_tls_port is not None):
            port = settings.sip_tls_port if closed == ["tls"] else settings.sip_port
            raise Impaired(
                f"SIP over {' and '.join(name.upper() for name in closed)} does not work: another program holds port "
                f"{port}. Asterisk takes the port when it is free"
            )
        return True

    async def drain() -> None:
        """No new call is taken; over with the last channel. Asterisk itself would also wait for lost ones."""
        stopping = asyncio.create_task(console.run(control, "core stop gracefully", timeout=_DRAIN_LIMIT))
        try:
            while not stopping.done() and await _channels(control) > 0:  # noqa: ASYNC110 - Asterisk has no event for it
                await asyncio.sleep(0.5)
            await asyncio.wait([stopping], timeout=2.0)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)

    return Part(
        name="asterisk",
        command=asterisk_command(settings, asterisk, "-f"),
        log=settings.logs / "asterisk.log",
        healthy=healthy,
        environment={**dict(asterisk.environment), "HUJIAO_CALLS_A_SECOND": str(settings.source_calls_per_second)},
        stop_seconds=5.0,
        port=settings.sip_port,
        drain=drain,
    )


async def _channels(control: Path) -> int:
    """How many channels there are; none when Asterisk has gone already."""
    try:
        answer = await console.run(control, "core show channels count")
    except (OSError, TimeoutError):
        return 0
    found = re.search(r"(\d+) active channel", answer)
    return int(found.group(1)) if found else 0


class _Health:
    """Asks hujiao's own processes over NATS how they are."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.nats_url
        self._subjects = Subjects(settings.instance)
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    def check(self, name: str) -> Callable[[], Awaitable[bool]]:
        async def healthy() -> bool:
            client = await self._connected()
            answer = msgspec.json.decode((await client.request(self._subjects.health(name), b"{}", timeout=5)).data)
            if not answer["ok"]:
                return False
            found = [trouble for trouble in health.troubles(name, answer["detail"]) if trouble.impairs]
            if any(trouble.restart for trouble in found):
                return False
            if found:
                raise Impaired("; ".join(trouble.says for trouble in found))
            return True

        return healthy

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is None or self._client.is_closed:
                self._client = await nats.connect(
                    self._url,
                    name="supervisor",
                    connect_timeout=3,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.5,
                    error_cb=_silent,  # the check itself says when NATS is away
                )
            return self._client


async def _silent(_: Exception) -> None:
    return


def log_files(settings: Settings) -> dict[str, Path]:
    return {file.stem: file for file in sorted(settings.logs.glob("*.log"))}
