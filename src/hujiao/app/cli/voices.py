"""Sound for the test phone: a tone, somebody's file, or a text that the platform's own voice speaks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import soundfile

from hujiao.asterisk import testphone
from hujiao.embedded.problem import Problem
from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError
from hujiao.kit.settings import Settings

_RATE = 8000
_SPEECH_SECONDS = 60.0
# What the robots say when nobody says otherwise, spoken by the platform's own voices:
# customers "您好，我想查询一下这个月的账单…", agents "您好，很高兴为您服务，请您稍等…".
CUSTOMER, AGENT = "customer", "agent"
_SHIPPED = Path(testphone.__file__).with_name("voices")


def tone(path: Path, frequency: float, seconds: float) -> Path:
    """A tone with soft ends, at half of full scale."""
    count = int(_RATE * seconds)
    wave = 0.5 * np.sin(2 * np.pi * frequency * np.arange(count) / _RATE)
    ramp = np.minimum(1.0, np.arange(count) / 80)
    return _save(path, wave * ramp * ramp[::-1])


def of_file(path: Path, source: Path) -> Path:
    """Any sound file, as Asterisk plays it: one channel, 8 kHz."""
    try:
        samples, rate = soundfile.read(source, dtype="float64", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise Problem(
            f"{source} is not a sound file that can be read ({error}). Give a WAV, FLAC, OGG or MP3 file."
        ) from error
    mono = samples.mean(axis=1)
    if rate != _RATE:
        length = int(len(mono) * _RATE / rate)
        if rate > _RATE:  # no frequencies above what 8 kHz carries
            width = int(np.ceil(rate / _RATE)) * 2 + 1
            mono = np.convolve(mono, np.ones(width) / width, mode="same")
        mono = np.interp(np.arange(length) * rate / _RATE, np.arange(len(mono)), mono)
    return _save(path, mono)


async def prepare(
    say: str | None, folder: Path, settings: Settings, bus: Bus, tenant_id: str, language: str, whose: str
) -> Path:
    """The sound that `say` means, without its ending, as Asterisk names sounds."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "say.wav"
    if say and (found := re.fullmatch(r"tone:(\d{2,4})", say)):
        return tone(target, float(found.group(1)), 10).with_suffix("")
    if say and Path(say).is_file():
        return of_file(target, Path(say)).with_suffix("")
    if say and re.search(r"\.(wav|flac|ogg|mp3)$", say, re.I):
        raise Problem(f"There is no file {say}. Give the path of a sound file, or a sentence to speak.")
    if not say:
        own = _SHIPPED / f"{whose}-{language}.opus"
        return of_file(target, own if own.exists() else _SHIPPED / f"{whose}-en.opus").with_suffix("")
    spoken = await speech(bus, settings, tenant_id, say, language)
    if spoken is None:
        raise Problem(
            "The text could not be spoken: the speech service does not answer. Give a sound file or tone:440 instead."
        )
    return of_file(target, spoken).with_suffix("")


async def speech(bus: Bus, settings: Settings, tenant_id: str, words: str, language: str) -> Path | None:
    """The file in which the platform's speech service says these words; None when there is no such service."""
    request = {"tenant_id": tenant_id, "text": words, "language": language, "voice": None}
    try:
        answer = await bus.request(bus.subjects.jobs("speech"), request, timeout=_SPEECH_SECONDS)
    except HujiaoError:
        return None
    return settings.prompts / f"{answer['sha256']}.wav" if answer.get("ok") else None


def _save(path: Path, samples: np.ndarray) -> Path:
    soundfile.write(path, np.clip(samples, -1, 1), _RATE, subtype="PCM_16", format="WAV")
    return path
