"""The installation that is tried: one of its own that is gone afterwards, or one that runs already."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from acceptance.rows import Row
from acceptance.scene import Scene
from hujiao.app.cli import accounts
from hujiao.app.cli.http_client import Api
from hujiao.app.cli.parts import find_asterisk
from hujiao.asterisk.testphone import phone as testphone
from hujiao.embedded import control
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings, default_home, load, parts_folder, settings_file
from tests.sip.running import started

PASSWORD = "HUJIAO_PLATFORM_PASSWORD"


@dataclass(frozen=True, slots=True)
class Stage:
    """What all rows of a run share: the installation, its operator's session, and a telephone."""

    settings: Settings
    program: testphone.Program
    operator: Api
    phone: testphone.TestPhone
    folder: Path

    @asynccontextmanager
    async def scene(self, row: Row) -> AsyncIterator[Scene]:
        """A scene for the row; its tenants are suspended and its phones gone when it is over."""
        async with AsyncExitStack() as stack:
            slug = f"accept-{row.id.lower()}-{secrets.token_hex(3)}"
            stack.push_async_callback(self.phone.set_robots, [])
            yield Scene(self.settings, self.program, self.operator, self.phone, self.folder, slug, stack)


@asynccontextmanager
async def stage(home: Path | None) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        if home is None:
            settings = (
                await stack.enter_async_context(started("--no-web", "--source-network", "127.0.0.0/8"))
            ).settings
        else:
            settings = _running(home.resolve())
        asterisk = find_asterisk(settings)
        program = testphone.Program(asterisk.command, asterisk.modules, asterisk.data, dict(asterisk.environment))
        operator = await stack.enter_async_context(Api(settings))
        await _sign_in(operator, settings)
        try:
            phone = await stack.enter_async_context(testphone.running(settings, program))
        except testphone.PhoneError as error:
            raise Problem(str(error)) from error
        folder = phone.settings.home / "voice"
        folder.mkdir()
        yield Stage(settings, program, operator, phone, folder)


def _running(home: Path) -> Settings:
    if not settings_file(home).exists():
        raise Problem(f"{home} is no hujiao's home: there is no {settings_file(home).name} in it.")
    settings = replace(load(home), parts=parts_folder(default_home()))
    if control.ask(settings.run, {"op": "state"}) is None:
        raise Problem(f"The installation in {home} does not run: HUJIAO_HOME={home} ./hujiao up starts it.")
    return settings


async def _sign_in(operator: Api, settings: Settings) -> None:
    """As the platform's administrator: the demonstration's, or whose password the environment has."""
    known: dict[str, Any] = accounts.read(settings.home) or {"accounts": []}
    account = next((entry for entry in known["accounts"] if entry["role"] == "platform_administrator"), None)
    password = os.environ.get(PASSWORD) or (account and account["password"])
    if not password:
        raise Problem(f"The platform administrator's password is needed: set {PASSWORD}.")
    await operator.sign_in(
        account["tenant"] if account else "platform", account["login"] if account else "admin", password
    )
