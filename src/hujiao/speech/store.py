"""Prompt audio on disk, by the SHA-256 of its content, and what was synthesised for which request."""

from __future__ import annotations

import os
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from hujiao.speech import audio


@dataclass(frozen=True, slots=True)
class StoredPrompt:
    sha256: str
    duration_seconds: float


class PromptStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.wav"

    def put(self, content: bytes) -> StoredPrompt:
        """Keep a plain 8 kHz WAV; the same content is the same file."""
        name = audio.sha256(content)
        target = self.path(name)
        if not target.exists():
            write_whole(target, content)
        return StoredPrompt(name, duration(target))

    def remembered(self, key: str) -> StoredPrompt | None:
        """What `remember` kept under this key, if its audio is still here."""
        try:
            name = (self.folder / "synthesised" / key).read_text("ascii")
            return StoredPrompt(name, duration(self.path(name)))
        except FileNotFoundError:
            return None

    def remember(self, key: str, prompt: StoredPrompt) -> None:
        write_whole(self.folder / "synthesised" / key, prompt.sha256.encode())


def duration(path: Path) -> float:
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()


def write_whole(target: Path, content: bytes) -> None:
    """Whole or not at all; readable by the account that Asterisk runs under."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path = Path(temporary)
    path.chmod(0o644)
    path.replace(target)
