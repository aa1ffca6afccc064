"""Tones: made for what phones say and prompts are, measured in what they heard."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

RATE = 8000
Samples = npt.NDArray[np.float64]


def make(path: Path, frequency: float, seconds: float) -> Path:
    count = int(RATE * seconds)
    wave = 0.4 * np.sin(2 * np.pi * frequency * np.arange(count) / RATE)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, wave, RATE, subtype="PCM_16", format="WAV")
    return path


_KEYS = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}


def make_keys(path: Path, keys: str) -> Path:
    """The keys as a phone without key events lets them be heard: two tones each, a second apart."""
    at = np.arange(int(RATE * 0.2)) / RATE
    parts = []
    for key in keys:
        wave = sum(0.25 * np.sin(2 * np.pi * frequency * at) for frequency in _KEYS[key])
        parts += [wave, np.zeros(RATE)]
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.concatenate(parts), RATE, subtype="PCM_16", format="WAV")
    return path


def of_alaw(path: Path, heard: bytes) -> Path:
    """What packets of A-law brought, as a file."""
    samples, _ = soundfile.read(io.BytesIO(heard), format="RAW", subtype="ALAW", samplerate=RATE, channels=1)
    soundfile.write(path, samples, RATE, subtype="PCM_16", format="WAV")
    return path


def is_whole(path: Path) -> bool:
    """Whether Asterisk has closed the file: only then its header says how long it is."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8)[4:], "little")
    except FileNotFoundError:
        return False
    return length == path.stat().st_size - 8


def read(path: Path) -> tuple[Samples, int]:
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return samples, rate


def level(samples: Samples, rate: int, frequency: float, window: float = 0.1) -> Samples:
    """The tone's amplitude in each window, by Goertzel's sum."""
    size = int(rate * window)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    turn = np.exp(-2j * np.pi * frequency * np.arange(size) / rate)
    return np.asarray(2 * np.abs(frames @ turn) / size)


def seconds_of(path: Path, frequency: float, *, channel: int = 0, threshold: float = 0.05) -> float:
    """How long the tone is heard in the file, all its pieces together."""
    samples, rate = read(path)
    return float(np.sum(level(samples[:, channel], rate, frequency) > threshold)) * 0.1


def first(path: Path, frequency: float, *, channel: int = 0, threshold: float = 0.05) -> float:
    """After how many seconds the tone is heard."""
    samples, rate = read(path)
    return float(np.argmax(level(samples[:, channel], rate, frequency) > threshold)) * 0.1


def duration(path: Path) -> float:
    samples, rate = read(path)
    return len(samples) / rate


def loud_seconds(path: Path, threshold: float = 0.01) -> float:
    """How long anything at all is heard."""
    samples, rate = read(path)
    size = rate // 10
    frames = samples[: len(samples) // size * size, 0].reshape(-1, size)
    return float(np.sum(np.sqrt(np.mean(frames**2, axis=1)) > threshold)) * 0.1
