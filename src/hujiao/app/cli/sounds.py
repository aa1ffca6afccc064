"""Sounds that a node has without prompts: what callers hear when nothing behind it answers, and the message tone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hujiao.speech import audio, shipped

_LANGUAGES = ("zh-CN", "en")
_PAUSE_SECONDS = 0.6
_TONE_HERTZ, _TONE_SECONDS, _TONE_LEVEL, _TONE_FADE_SECONDS = 1000, 0.3, 0.25, 0.01


def make_fallback(path: Path) -> None:
    """The shipped prompts, one language after the other. Once; an operator may put an own one in its place."""
    if path.exists():
        return
    files = {
        prompt.language: prompt.file
        for prompt in shipped.read_list(shipped.BUILTIN)
        if prompt.name == "fallback" and prompt.language in _LANGUAGES
    }
    pause = np.zeros(int(audio.RATE * _PAUSE_SECONDS), dtype=np.float32)
    pieces = []
    for language in _LANGUAGES:
        content = (shipped.BUILTIN / files[language]).read_bytes()
        pieces += [audio.read(shipped.decode(content)), pause]
    _write(path, np.concatenate(pieces[:-1]))


def make_tone(path: Path) -> None:
    """After it a caller speaks the message; without it Asterisk records none. Once, as above."""
    if path.exists():
        return
    at = np.arange(int(audio.RATE * _TONE_SECONDS)) / audio.RATE
    edges = np.minimum(1, np.minimum(at, _TONE_SECONDS - at) / _TONE_FADE_SECONDS)
    _write(path, (_TONE_LEVEL * edges * np.sin(2 * np.pi * _TONE_HERTZ * at)).astype(np.float32))


def _write(path: Path, samples: NDArray[np.float32]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_bytes(audio.wav(samples))
    temporary.replace(path)
