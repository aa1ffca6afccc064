"""Prompts that come with the product as small files, made by its own synthesis: a folder of Opus files and a list.

They are decoded into the store when they are first needed; a tenant gets rows that point at them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import soundfile
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.ids import new_id
from hujiao.speech import audio
from hujiao.speech.models import Prompt
from hujiao.speech.store import PromptStore, StoredPrompt

BUILTIN = Path(__file__).with_name("builtin")
LIST = "prompts.json"
_OPUS_LEVEL = 0.944  # 20 kbit/s: what the telephone band can use, and about 8 kB for three seconds


@dataclass(frozen=True, slots=True)
class ShippedPrompt:
    name: str
    language: str
    voice: str
    text: str
    file: str


def read_list(folder: Path) -> list[ShippedPrompt]:
    return [ShippedPrompt(**entry) for entry in json.loads((folder / LIST).read_text("utf-8"))]


def write_list(folder: Path, prompts: Iterable[ShippedPrompt]) -> None:
    lines = ",\n".join(json.dumps(asdict(prompt), ensure_ascii=False) for prompt in prompts)
    (folder / LIST).write_text(f"[\n{lines}\n]\n", "utf-8")


def encode(wav: bytes) -> bytes:
    """A prompt as a small Opus file."""
    samples, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="OGG", subtype="OPUS", compression_level=_OPUS_LEVEL)
    return file.getvalue()


def decode(content: bytes) -> bytes:
    """The WAV of a shipped file; anything else that soundfile reads becomes a prompt, too (uploads)."""
    samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    mono = samples.mean(axis=1).astype(np.float32)
    return audio.wav(audio.resample(mono, int(rate)))


def unpack(store: PromptStore, folder: Path) -> dict[tuple[str, str], StoredPrompt]:
    """Each prompt of the folder by name and language, its audio in the store."""
    found: dict[tuple[str, str], StoredPrompt] = {}
    for prompt in read_list(folder):
        content = (folder / prompt.file).read_bytes()
        key = audio.sha256(content)  # decoding is remembered like a synthesis, so that later starts are quick
        stored = store.remembered(key)
        if stored is None:
            stored = store.put(decode(content))
            store.remember(key, stored)
        found[prompt.name, prompt.language] = stored
    return found


async def install(session: AsyncSession, tenant_id: UUID, store: PromptStore, folder: Path) -> None:
    """Rows for the tenant (the session's) where it has none of that name and language; its own are left alone."""
    stored = unpack(store, folder)
    rows = [
        {
            "id": new_id(),
            "tenant_id": tenant_id,
            "name": prompt.name,
            "language": prompt.language,
            "text": prompt.text,
            "voice": prompt.voice,
            "sha256": stored[prompt.name, prompt.language].sha256,
            "duration_seconds": stored[prompt.name, prompt.language].duration_seconds,
        }
        for prompt in read_list(folder)
    ]
    await session.execute(insert(Prompt).values(rows).on_conflict_do_nothing())
