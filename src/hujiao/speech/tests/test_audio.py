from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from hujiao.speech import audio
from hujiao.speech.audio import RATE, Samples


def tone(hertz: float, seconds: float, rate: int, volume: float = 0.1) -> Samples:
    return (volume * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_resampling_keeps_pitch_length_and_level(rate: int) -> None:
    samples = audio.resample(tone(1000, 1.5, rate), rate)
    assert len(samples) == 1.5 * RATE
    spectrum = np.abs(np.fft.rfft(samples[RATE // 4 : RATE // 4 + RATE]))
    assert spectrum.argmax() == 1000
    assert np.sqrt((samples[2000:10000] ** 2).mean()) == pytest.approx(0.1 / np.sqrt(2), rel=0.02)


def test_what_the_telephone_does_not_carry_is_not_folded_back() -> None:
    assert np.abs(audio.resample(tone(6000, 1, 24000, 0.5), 24000)[1000:7000]).max() < 0.01


def test_the_end_is_not_heard_at_the_beginning() -> None:
    samples = np.concatenate([np.zeros(24000, dtype=np.float32), tone(1000, 1, 24000, 0.9)])
    assert np.abs(audio.resample(samples, 24000)[: RATE // 2]).max() < 0.01


def test_silence_around_is_cut_but_for_a_breath() -> None:
    silence = np.zeros(RATE, dtype=np.float32)
    samples = audio.trim(np.concatenate([silence, tone(500, 1, RATE), silence]))
    assert len(samples) / RATE == pytest.approx(1.35, abs=0.02)


def test_every_prompt_is_as_loud_as_the_others() -> None:
    pause = np.zeros(RATE, dtype=np.float32)
    for volume in (0.01, 0.1, 0.9):
        speech = tone(500, 1, RATE, volume)
        loud = audio.level(np.concatenate([speech, pause, speech]))
        assert 20 * np.log10(np.sqrt((loud[:RATE] ** 2).mean())) == pytest.approx(-20, abs=0.5)


def test_peaks_are_bent_and_never_clip() -> None:
    samples = tone(500, 2, RATE, 0.05)
    samples[::400] = 1.0
    assert np.abs(audio.level(samples)).max() < 0.8


def test_nothing_stays_nothing() -> None:
    assert len(audio.prompt(np.zeros(24000, dtype=np.float32), 24000)) == 0
    assert len(audio.prompt(np.zeros(0, dtype=np.float32), 24000)) == 0


def test_a_plain_wav() -> None:
    content = audio.wav(tone(500, 1, RATE, 0.5))
    assert int.from_bytes(content[20:22], "little") == 1, "Asterisk reads no other kind of WAV"
    with wave.open(io.BytesIO(content)) as file:
        assert file.getparams()[:4] == (1, 2, RATE, RATE)
    assert audio.read(content) == pytest.approx(tone(500, 1, RATE, 0.5), abs=1e-4)
