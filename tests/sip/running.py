"""A whole running installation in a folder of its own, for a session of tests."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import random
import shutil
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hujiao.app.cli import holders
from hujiao.asterisk import console
from hujiao.asterisk.testphone.config import CALLERS
from hujiao.asterisk.testphone.phone import Program
from hujiao.embedded import asterisk_prefix, certificates
from hujiao.kit import bus as messages
from hujiao.kit.db import Database, make_engine
from hujiao.kit.settings import CHECKOUT, Settings, default_home, load, parts_folder, strategies_folder

# A line whose calls nothing checks before they wait, outside (9…) or in the application of a shard (8<shard>…).
UNCHECKED_ADDRESS = "127.0.0.10"
UNCHECKED = f"""
[unchecked](callers)
context = unchecked

[unchecked-address]
type = identify
endpoint = unchecked
match = {UNCHECKED_ADDRESS}
"""
UNCHECKED_DIALPLAN = """[unchecked]
exten => _9.,1,Wait(600)
exten => _8X.,1,Stasis(hujiao-@instance@-${EXTEN:1:1},inbound,${EXTEN:2},unchecked)
"""


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HUJIAO_HOME": str(home),
        "HUJIAO_PARTS": str(parts_folder(default_home())),
        "PYTHONPATH": str(CHECKOUT / "src"),
    }


async def _install_strategies(home: Path) -> None:
    """The example of the documents, as an operator installs it."""
    source = home / "strategies-source"
    shutil.copytree(CHECKOUT / "docs" / "examples" / "strategy", source)  # pip builds where the source is
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"),
        *("--no-build-isolation", "--target", str(strategies_folder(home)), str(source)),
    )
    assert await process.wait() == 0


async def hujiao(home: Path, *arguments: str, check: bool = True) -> dict[str, Any]:
    """Run a verb with --json and return its object."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "hujiao", *arguments, "--json"),
        cwd=CHECKOUT,
        env=environment(home),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    said = out.decode("utf-8", "replace")
    if check and process.returncode:
        raise AssertionError(f"./hujiao {' '.join(arguments)} ended with {process.returncode}:\n{said}")
    result: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return result


def _ports() -> list[str]:
    """Ports by chance: other installations may be starting on this machine at the same time."""
    base = random.randrange(0, 400)
    rtp = 20000 + base * 100
    return ["--sip-port", str(6000 + 5 * base), "--web-port", str(8100 + base), "--rtp", f"{rtp}-{rtp + 999}"]


@dataclass(frozen=True, slots=True)
class Running:
    settings: Settings
    database: Database
    bus: messages.Bus

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def authority(self) -> Path:
        """Who vouches for the certificate of an installation that serves by TLS."""
        assert self.settings.tls_cert
        return self.settings.tls_cert.parent / certificates.AUTHORITY

    def trust(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.authority) if self.settings.tls_cert else None

    def program(self) -> Program:
        present = asterisk_prefix.installed(self.settings.parts)
        assert present is not None
        return Program(present.command, present.modules, present.data, dict(present.environment))

    async def pid(self, part: str) -> int:
        status = await hujiao(self.home, "status", check=False)
        if part == "supervisor":
            return int(status["supervisor_pid"])
        return int(next(found["pid"] for found in status["parts"] if found["name"] == part))

    async def even(self) -> bool:
        """Whether every shard is served, and the runtimes have even shares of them: none is about to change hands."""
        served = await holders.serving(self.settings, self.bus)
        held = Counter(dict.fromkeys(self.settings.runtime_names, 0))
        held.update(served.values())
        return len(served) == self.settings.shards and max(held.values()) - min(held.values()) <= 1

    async def holder(self, shard: int) -> str:
        """The runtime that serves the shard."""
        return (await holders.serving(self.settings, self.bus))[shard]


def _operators_certificate(folder: Path) -> list[str]:
    """The flags of `up` for a certificate that the operator brings."""
    certificates.ensure(folder, "127.0.0.1", datetime.datetime.now(datetime.UTC))
    pair = {"--cert": folder / certificates.CERTIFICATE, "--key": folder / certificates.KEY}
    return ["--address", "127.0.0.1", *(word for flag, file in pair.items() for word in (flag, str(file)))]


@asynccontextmanager
async def started(*up: str, tls: bool = False) -> AsyncIterator[Running]:
    """Bring one up, by `tls` with a certificate; take it down, leave nothing; its folder stays with HUJIAO_KEEP_TEST.

    HUJIAO_TEST_HOME names one that runs already, which saves half a minute while tests are written.
    """
    present = os.environ.get("HUJIAO_TEST_HOME")
    parent = default_home() / "test"
    parent.mkdir(parents=True, exist_ok=True)
    home = Path(present) if present else Path(tempfile.mkdtemp(prefix="sip-", dir=parent))
    home.chmod(0o755)  # as root PostgreSQL runs under another account, which must get in
    try:
        if not strategies_folder(home).exists():
            await _install_strategies(home)
        flags = [*([] if present else _ports()), *(_operators_certificate(home / "operator") if tls else []), *up]
        await hujiao(home, "up", *flags)
        settings = replace(load(home), parts=parts_folder(default_home()))
        (settings.asterisk_etc / "pjsip_custom.conf").write_text(CALLERS + UNCHECKED)
        (settings.asterisk_etc / "extensions_custom.conf").write_text(
            UNCHECKED_DIALPLAN.replace("@instance@", settings.instance)
        )
        for command in (console.RELOAD_PJSIP, "dialplan reload"):
            await console.run(console.socket_path(settings), command)
        database = Database(make_engine(settings.database_url, pool_size=4))
        bus = await messages.connect(settings.nats_url, settings.instance, name="tests")
        try:
            yield Running(settings, database, bus)
        finally:
            await bus.close()
            await database.close()
    finally:
        if not present:
            await hujiao(home, "down", check=False)
            if not os.environ.get("HUJIAO_KEEP_TEST"):
                shutil.rmtree(home, ignore_errors=True)
