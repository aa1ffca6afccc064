"""The engine's process as seen from ours: started when needed, one text at a time, ended when idle."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import structlog

from hujiao.kit.errors import Unavailable
from hujiao.kit.settings import CHECKOUT
from hujiao.speech.voices import Voice

log = structlog.get_logger()
_START_SECONDS = 60.0
_SPEAK_SECONDS = 180.0


class Engine:
    def __init__(self, parts: Path, *, idle_seconds: float = 120.0) -> None:
        self._parts = parts
        self._idle_seconds = idle_seconds
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def speak(self, text: str, voice: Voice, output: Path) -> float:
        """Write the prompt to `output`; its seconds. A process that died is started once more."""
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            try:
                return await self._speak(text, voice, output)
            finally:
                self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._end)

    async def close(self) -> None:
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            process = self._process
            self._end()
            if process:
                await process.wait()

    async def _speak(self, text: str, voice: Voice, output: Path) -> float:
        request = {
            "text": text,
            "language": voice.language,
            "voice": voice.name,
            "engine": voice.engine,
            "output": str(output),
        }
        try:
            answer = await self._ask(request)
        except (BrokenPipeError, ConnectionResetError, EOFError):
            log.warning("speech_engine_died")
            self._end()
            try:
                answer = await self._ask(request)
            except (BrokenPipeError, ConnectionResetError, EOFError) as error:
                self._end()
                raise Unavailable("speech.engine_failed", detail={"reason": "it ended"}) from error
        if "error" in answer:
            raise Unavailable("speech.engine_failed", detail={"reason": answer["error"]})
        return float(answer["seconds"])

    async def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        process = await self._running()
        assert process.stdin and process.stdout
        try:
            async with asyncio.timeout(_SPEAK_SECONDS):
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
                return await _answer(process.stdout)
        except TimeoutError as error:
            self._end()
            raise Unavailable("speech.engine_failed", detail={"reason": f"{_SPEAK_SECONDS:.0f} s"}) from error

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process and self._process.returncode is None:
            return self._process
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "hujiao.speech.worker",
            str(self._parts),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self._process = process
        assert process.stdout
        async with asyncio.timeout(_START_SECONDS):
            await _answer(process.stdout)
        return process

    def _end(self) -> None:
        """End of input ends the process by itself; a stuck one is killed."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()


async def _answer(stream: asyncio.StreamReader) -> dict[str, Any]:
    line = await stream.readline()
    if not line:
        raise EOFError
    answer: dict[str, Any] = json.loads(line)
    return answer
