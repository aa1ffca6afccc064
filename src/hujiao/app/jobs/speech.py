"""Speech over the bus: a text becomes a prompt in the store; the engine is fetched when it is first needed."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import msgspec
import structlog

from hujiao.embedded import speech_part
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import Step
from hujiao.kit.errors import HujiaoError, Unavailable
from hujiao.kit.settings import Settings
from hujiao.speech.service import SpeechService

log = structlog.get_logger()


class Request(msgspec.Struct):
    tenant_id: str
    text: str
    language: str
    voice: str | None = None


class _Logged(Step):
    """Progress for the log: each change is a line."""

    def __init__(self) -> None:
        super().__init__("speech", sys.stderr, time.monotonic)

    def update(self, text: str) -> None:
        log.info("speech_installing", step=text)

    def done(self, text: str) -> None:
        log.info("speech_installed", size=text)


class Speech:
    def __init__(self, settings: Settings) -> None:
        self._parts = settings.parts
        self._service = SpeechService(settings.prompts, settings.parts, self._prepare)
        self._installed = False
        self._installing = asyncio.Lock()

    def state(self) -> str:
        if self._installing.locked():
            return "installing"
        return "installed" if self._installed or speech_part.is_installed(self._parts) else "not installed"

    async def answer(self, message: Any) -> dict[str, Any]:
        try:
            request = msgspec.convert(message, Request)
            prompt = await self._service.speak(request.text, request.language, request.voice)
        except msgspec.ValidationError as error:
            return _refusal("bad_field", None, str(error))
        except HujiaoError as error:
            return _refusal(error.code, error.field, error.message, error.detail)
        return {"ok": True, "sha256": prompt.sha256, "duration_seconds": prompt.duration_seconds}

    async def close(self) -> None:
        await self._service.close()

    async def _prepare(self) -> None:
        async with self._installing:
            if self._installed:
                return
            try:
                await asyncio.to_thread(speech_part.install, self._parts, _Logged())
            except Problem as problem:
                raise Unavailable(str(problem)) from problem
            self._installed = True


def _refusal(code: str, field: str | None, message: str, detail: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "field": field, "message": message, "detail": detail or {}}}
