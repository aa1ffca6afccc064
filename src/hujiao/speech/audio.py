"""From an engine's samples to a prompt: 8 kHz mono 16 bit, trimmed, at one loudness.

8 kHz because that is what the telephone carries: G.711 on every trunk, so that Asterisk sends a prompt as it is; a
wide-band leg gets it resampled, which costs nothing audible in a prompt that was made for the telephone's band.
"""

from __future__ import annotations

import hashlib
import io
import wave

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 8000
_LOUDNESS = 10 ** (-20 / 20)  # RMS of the speech itself, of full scale
_PEAK = 10 ** (-2 / 20)
_SILENCE = 10 ** (-42 / 20)  # below the loudest sample
_LEAD_SECONDS = 0.15  # an aspirated first consonant is far softer than its vowel
_TAIL_SECONDS = 0.2


def resample(samples: Samples, rate: int) -> Samples:
    """To 8 kHz, by way of the spectrum; the band ends gently at 3.4 to 3.9 kHz so that edges do not ring."""
    if rate == RATE or not len(samples):
        return samples
    padding = rate // 10  # the transform is circular: the end must not be heard at the beginning
    padded = np.concatenate([samples, np.zeros(padding + (-(len(samples) + padding)) % rate, dtype=np.float32)])
    length = len(padded) * RATE // rate
    spectrum = np.fft.rfft(padded)
    frequencies = np.fft.rfftfreq(len(padded), 1 / rate)
    fade = np.clip((3900 - frequencies) / 500, 0, 1)
    kept = (spectrum * (0.5 - 0.5 * np.cos(np.pi * fade)))[: length // 2 + 1]
    if len(kept) < length // 2 + 1:
        kept = np.pad(kept, (0, length // 2 + 1 - len(kept)))
    result = np.fft.irfft(kept, length) * (length / len(padded))
    return result[: round(len(samples) * RATE / rate)].astype(np.float32)


def trim(samples: Samples) -> Samples:
    """Without the silence before and after, but for a breath."""
    loud = np.flatnonzero(np.abs(samples) > _SILENCE * max(1e-9, float(np.abs(samples).max(initial=0))))
    if not len(loud):
        return samples[:0]
    start = max(0, int(loud[0]) - int(_LEAD_SECONDS * RATE))
    return samples[start : int(loud[-1]) + int(_TAIL_SECONDS * RATE)]


def level(samples: Samples) -> Samples:
    """Bring the speech (not its pauses) to one loudness, and bend what would clip."""
    frame = RATE // 50
    count = len(samples) // frame
    if not count:
        return samples
    power = (samples[: count * frame].reshape(count, frame).astype(np.float64) ** 2).mean(axis=1)
    speech = power[power > power.max() * 1e-3]
    rms = float(np.sqrt(speech.mean())) if len(speech) else 0.0
    if rms < 1e-6:
        return samples
    loud = samples * (_LOUDNESS / rms)
    # Straight up to 0.7 of the peak, then a curve that never passes it.
    knee = 0.7 * _PEAK
    over = np.abs(loud) - knee
    bent = np.sign(loud) * (knee + (_PEAK - knee) * np.tanh(np.maximum(over, 0) / (_PEAK - knee)))
    return np.where(over > 0, bent, loud).astype(np.float32)


def prompt(samples: Samples, rate: int) -> Samples:
    return level(trim(resample(samples, rate)))


def wav(samples: Samples) -> bytes:
    """A plain WAV (format 1; Asterisk does not read the extensible one)."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes((np.clip(samples, -1, 1) * 32767).round().astype("<i2").tobytes())
    return file.getvalue()


def read(wav: bytes) -> Samples:
    """The samples of a prompt of ours."""
    with wave.open(io.BytesIO(wav), "rb") as reader:
        return (np.frombuffer(reader.readframes(reader.getnframes()), dtype="<i2") / 32767).astype(np.float32)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
