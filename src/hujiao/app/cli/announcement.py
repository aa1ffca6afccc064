"""What callers hear when nothing behind the node answers: the shipped prompts, one language after the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hujiao.speech import audio, shipped

_LANGUAGES = ("zh-CN", "en")
_PAUSE_SECONDS = 0.6


def make(path: Path) -> None:
    """Once; an operator may put an own one in its place."""
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
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_bytes(audio.wav(np.concatenate(pieces[:-1])))
    temporary.replace(path)
