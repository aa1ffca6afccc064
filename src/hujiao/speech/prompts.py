"""A tenant's prompts: rows that point at content-addressed audio."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import soundfile
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.ids import new_id
from hujiao.speech import shipped
from hujiao.speech.models import Prompt
from hujiao.speech.store import PromptStore, StoredPrompt
from hujiao.speech.views import PromptIn, PromptView
from hujiao.speech.voices import VOICES

LONGEST_SECONDS = 600.0
RATES = range(4000, 192_001)
MOST_CHANNELS = 8
MOST_SAMPLES = 2 * 48_000 * int(LONGEST_SECONDS)  # of all channels


class Prompts(Catalogue[Prompt, PromptIn, PromptView]):
    row, view = Prompt, PromptView
    search, order = (Prompt.name, Prompt.text), (Prompt.name, Prompt.language)

    async def keep(
        self, *, name: str, language: str, text: str, voice: str | None, audio: StoredPrompt, now: datetime
    ) -> PromptView:
        """A new prompt, or new audio under the name and language that it has."""
        row = await self.session.scalar(select(Prompt).where(Prompt.name == name, Prompt.language == language))
        if row is None:
            row = Prompt(id=new_id(), tenant_id=self.tenant_id, name=name, language=language)
            self.session.add(row)
        values: dict[str, Any] = {
            "text": text,
            "voice": voice,
            "sha256": audio.sha256,
            "duration_seconds": audio.duration_seconds,
            "created_at": now,
        }
        for key, value in values.items():
            setattr(row, key, value)
        await flush(self.session)
        return (await self.show([row]))[0]

    async def languages(self, name: str) -> list[str]:
        statement = select(Prompt.language).where(Prompt.name == name).order_by(Prompt.language)
        return list((await self.session.scalars(statement)).all())

    async def file_of(self, prompt_id: UUID, folder: Path) -> Path:
        path = PromptStore(folder).path((await self.find(prompt_id)).sha256)
        if not path.is_file():
            raise NotFound("error.recording_gone", code="prompt_gone")
        return path


async def names(session: AsyncSession) -> frozenset[str]:
    return frozenset((await session.scalars(select(Prompt.name).distinct())).all())


async def spoken(session: AsyncSession) -> frozenset[tuple[str, str]]:
    """Name and language of every prompt."""
    rows = await session.execute(select(Prompt.name, Prompt.language))
    return frozenset((row.name, row.language) for row in rows)


async def any_named(session: AsyncSession, name: str) -> bool:
    """Whether there is such a prompt, or one of the family where agents' numbers stand for `{number}`."""
    before, number, after = name.partition("{number}")
    present = await names(session)
    return name in present or (bool(number) and any(one.startswith(before) and one.endswith(after) for one in present))


def decode_upload(content: bytes) -> bytes:
    """Anything that can be decoded, as a WAV of the telephone's kind. What its header says is looked at first: a small
    file may stand for hours."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            rate, channels, seconds = file.samplerate, file.channels, file.frames / max(1, file.samplerate)
            if not file.frames:
                raise BadField("error.audio_empty", field="file")
            if rate not in RATES or channels > MOST_CHANNELS:
                raise BadField("error.audio_form", field="file", detail={"rate": rate, "channels": channels})
            if seconds > LONGEST_SECONDS or file.frames * channels > MOST_SAMPLES:
                raise BadField("error.audio_long", field="file", detail={"longest_seconds": int(LONGEST_SECONDS)})
        return shipped.decode(content)
    except (BadField, MemoryError):
        raise
    except Exception as error:  # soundfile tells every kind of damage in its own way
        raise BadField("error.not_audio", field="file") from error


async def store_upload(wav: bytes, folder: Path) -> StoredPrompt:
    """Keep what `decode_upload` made."""
    kept = await asyncio.to_thread(PromptStore(folder).put, wav)
    if not kept.duration_seconds:
        raise BadField("error.audio_empty", field="file")
    return kept


def voices() -> list[dict[str, str]]:
    return [
        {"id": voice.name, "name": voice.label, "language": voice.language, "gender": voice.gender} for voice in VOICES
    ]
