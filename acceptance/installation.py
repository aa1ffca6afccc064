"""The installation that is tried: one of its own that is gone afterwards, or one that runs already."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from acceptance.notes import Notes
from acceptance.scene import Account, Scene
from hujiao.app.cli import accounts
from hujiao.app.cli.http_client import Api
from hujiao.app.cli.parts import find_asterisk
from hujiao.asterisk import rest
from hujiao.asterisk.testphone import phone as testphone
from hujiao.embedded import control
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings, default_home, load, parts_folder, settings_file
from tests.sip.running import started

PASSWORD = "HUJIAO_PLATFORM_PASSWORD"
_ANSWER_SECONDS = 5.0


@dataclass
class Stage:
    """What all rows of a run share: the installation, and a telephone, which is another one after a row broke it."""

    settings: Settings
    program: testphone.Program
    staff: Account
    own: bool
    phones: AsyncExitStack
    phone: testphone.TestPhone | None = None

    @asynccontextmanager
    async def scene(self, notes: Notes) -> AsyncIterator[Scene]:
        """A scene for a row; its tenants are suspended and its phones gone when it is over."""
        phone = await self._working_phone()
        async with AsyncExitStack() as stack:
            operator = await stack.enter_async_context(Api(self.settings))
            await operator.sign_in(*self.staff)
            stack.push_async_callback(phone.set_robots, [])
            slug = f"accept-{notes.row.lower()}-{secrets.token_hex(3)}"
            folder = self._voices(phone)
            scene = Scene(
                self.settings, self.program, operator, self.staff, phone, folder, self.own, slug, stack, notes
            )
            try:
                yield scene
            finally:
                await scene.gather()

    async def _working_phone(self) -> testphone.TestPhone:
        if self.phone is not None:
            with suppress(rest.AriError, OSError, TimeoutError):
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self.phone.ari.get("asterisk/info", only="status")
                return self.phone
            await self.phones.aclose()
        try:
            self.phone = await self.phones.enter_async_context(testphone.running(self.settings, self.program))
        except testphone.PhoneError as error:
            raise Problem(str(error)) from error
        return self.phone

    @staticmethod
    def _voices(phone: testphone.TestPhone) -> Path:
        folder = phone.settings.home / "voice"
        folder.mkdir(exist_ok=True)
        return folder


@asynccontextmanager
async def stage(home: Path | None) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        if home is None:
            settings = (await stack.enter_async_context(started("--source-network", "127.0.0.0/8"))).settings
        else:
            settings = _running(home.resolve())
        asterisk = find_asterisk(settings)
        program = testphone.Program(asterisk.command, asterisk.modules, asterisk.data, dict(asterisk.environment))
        staff = _staff(settings)
        async with Api(settings) as operator:
            await operator.sign_in(*staff)  # a wrong password is no row's fault
        phones = await stack.enter_async_context(AsyncExitStack())
        yield Stage(settings, program, staff, home is None, phones)


def _running(home: Path) -> Settings:
    if not settings_file(home).exists():
        raise Problem(f"{home} is no hujiao's home: there is no {settings_file(home).name} in it.")
    settings = replace(load(home), parts=parts_folder(default_home()))
    if control.ask(settings.run, {"op": "state"}) is None:
        raise Problem(f"The installation in {home} does not run: HUJIAO_HOME={home} ./hujiao up starts it.")
    return settings


def _staff(settings: Settings) -> Account:
    """Returns the platform's administrator: the demonstration's, or whose password the environment has."""
    known: dict[str, Any] = accounts.read(settings.home) or {"accounts": []}
    found = next((entry for entry in known["accounts"] if entry["role"] == "platform_administrator"), None)
    password = os.environ.get(PASSWORD) or (found and found["password"])
    if not password:
        raise Problem(f"The platform administrator's password is needed: set {PASSWORD}.")
    return Account(found["tenant"], found["login"], password) if found else Account("platform", "admin", password)
