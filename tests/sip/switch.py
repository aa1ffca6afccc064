"""An Asterisk of its own beside the installation: one to restart, one to be a carrier."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import Any

from hujiao.asterisk import config, console
from hujiao.asterisk.endpoints import Endpoints
from hujiao.asterisk.testphone.config import CALLERS, CALLERS_ADDRESS
from hujiao.embedded import ports
from hujiao.kit.settings import Settings
from tests.sip import sipp
from tests.sip.ledger import PATIENCE
from tests.sip.running import Running


class Switch:
    """An Asterisk of its own, so that it may be restarted."""

    def __init__(self, running: Running, settings: Settings) -> None:
        self.running = running
        self.settings = settings
        self.endpoints = Endpoints(settings)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = self.running.program()
        self._process = await asyncio.create_subprocess_exec(
            *program.command,
            *("-f", "-C", str(self.settings.asterisk_etc / "asterisk.conf")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(program.environment),
        )
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.command("core waitfullybooted")
                    return
                except OSError:
                    await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def has_stored(self, user: str) -> None:
        """Wait until the registration is on the disk: Asterisk writes its own database once a second."""
        path = self.settings.home / "asterisk" / "state" / "astdb.sqlite3"
        query = "SELECT count(*) FROM astdb WHERE key LIKE ?"
        async with asyncio.timeout(PATIENCE):
            while True:
                with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as database:
                    if database.execute(query, (f"/registrar/contact/{user};%",)).fetchone()[0]:
                        return
                await asyncio.sleep(0.2)

    async def command(self, text: str) -> str:
        return await console.run(console.socket_path(self.settings), text)

    async def registers(self, user: str, password: str, scenario: str = "register", transport: str = "u1") -> None:
        result = await sipp.run(
            scenario,
            self.settings.sip_port,
            self.settings.home / "sipp",
            service=user,
            user=user,
            password=password,
            address="127.0.0.3",
            arguments=("-t", transport),
        )
        assert result.passed, result.said + result.messages


@asynccontextmanager
async def own_switch(running: Running, dialplan: str = "", pjsip: str = "", **changes: Any) -> AsyncIterator[Switch]:
    """`dialplan` is added to its contexts, `pjsip` to its endpoints; `changes` are of its settings."""
    program = running.program()
    folder = running.home / f"switch-{secrets.token_hex(3)}"  # a short path: Asterisk's socket is in it
    sip, http = ports.internal(2)
    own: dict[str, Any] = {"home": folder, "sip_port": sip, "asterisk_http_port": http}
    settings = replace(running.settings, **own | changes)
    config.write(settings, program.modules, program.data)
    (settings.asterisk_etc / "extensions_custom.conf").write_text(dialplan)
    # The installation calls it from there, as a carrier's customer.
    callers = CALLERS.replace(CALLERS_ADDRESS, "127.0.0.1")
    (settings.asterisk_etc / "pjsip_custom.conf").write_text(f"{callers}\n{pjsip}")
    switch = Switch(running, settings)
    await switch.start()
    try:
        yield switch
    finally:
        await switch.stop()
