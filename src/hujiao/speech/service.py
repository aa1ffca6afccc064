"""Speech: texts become prompts, uploads become prompts, and every tenant gets the built-in ones."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.errors import BadField
from hujiao.speech import shipped
from hujiao.speech.engine import Engine
from hujiao.speech.store import PromptStore, StoredPrompt
from hujiao.speech.voices import VOICES, Voice, choose

__all__ = ["VOICES", "PromptStore", "SpeechService", "StoredPrompt", "Voice", "install_builtin"]

# Part of the cache's key: raise it when the same text would sound different.
ENGINE_VERSION = "1"
LONGEST_TEXT = 2000


class SpeechService:
    """Synthesis with a cache on disk. `prepare` brings the engine when it is not on this machine yet."""

    def __init__(self, prompts: Path, parts: Path, prepare: Callable[[], Awaitable[None]]) -> None:
        self.store = PromptStore(prompts)
        self._engine = Engine(parts)
        self._prepare = prepare
        self._making: dict[str, asyncio.Task[StoredPrompt]] = {}

    async def speak(self, text: str, language: str, voice: str | None = None) -> StoredPrompt:
        """The prompt for a text, made now or earlier; its file is in the store before this returns."""
        text = text.strip()
        if not text:
            raise BadField("speech.text_missing", field="text")
        if len(text) > LONGEST_TEXT:
            raise BadField("speech.text_too_long", field="text", detail={"length": len(text), "longest": LONGEST_TEXT})
        chosen = choose(language, voice)
        key = hashlib.sha256("\0".join((ENGINE_VERSION, chosen.name, text)).encode()).hexdigest()
        if known := self.store.remembered(key):
            return known
        # Two callers with the same text wait for one synthesis; one that goes away does not stop it for the other.
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, text, chosen))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)

    async def close(self) -> None:
        await self._engine.close()

    async def _make(self, key: str, text: str, voice: Voice) -> StoredPrompt:
        await self._prepare()
        with tempfile.TemporaryDirectory(dir=self.store.folder, prefix=".speaking-") as folder:
            output = Path(folder) / "prompt.wav"
            await self._engine.speak(text, voice, output)
            prompt = self.store.put(output.read_bytes())
        self.store.remember(key, prompt)
        return prompt


async def install_builtin(session: AsyncSession, tenant_id: UUID, prompts: Path) -> None:
    """The built-in prompts, in every language, for a new tenant (the session's); what it has already stays."""
    await shipped.install(session, tenant_id, PromptStore(prompts), shipped.BUILTIN)
