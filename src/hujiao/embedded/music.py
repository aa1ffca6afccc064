"""Music on hold that needs no licence: a quiet arpeggio, made when it is first needed."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 8000
_BEAT_SECONDS = 0.5
# C – A minor – F – G with a seventh, each twice: MIDI notes, low to high and back.
_CHORDS = ((48, 60, 64, 67, 72), (45, 57, 60, 64, 69), (41, 57, 60, 65, 69), (43, 59, 62, 65, 67))


def make(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = [chord[index] for chord in _CHORDS for _ in range(2) for index in (0, 1, 2, 3, 4, 3, 2, 1)]
    beat = int(RATE * _BEAT_SECONDS)
    # Each note rings on over the next ones, and the last ones over the beginning, so that the loop has no seam.
    ring = np.arange(4 * beat) / RATE
    sound = np.zeros(len(notes) * beat)
    for number, note in enumerate(notes):
        pitch = 440.0 * 2 ** ((note - 69) / 12)
        tone = np.sin(2 * np.pi * pitch * ring) + 0.3 * np.sin(4 * np.pi * pitch * ring) * np.exp(-2 * ring)
        tone *= np.exp(-1.6 * ring) * np.minimum(1, ring / 0.015)
        places = (number * beat + np.arange(len(tone))) % len(sound)
        np.add.at(sound, places, tone)
    samples = (sound / np.abs(sound).max() * 0.35 * 32767).astype("<i2")
    temporary = path.with_suffix(".new")
    with wave.open(str(temporary), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    temporary.replace(path)
