"""Tones in, tones out: what the customer said is left, what the customer heard is right, at the true length."""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hujiao.recordings import audio
from hujiao.recordings.audio import RATE, Format, Pcm

ALL: tuple[Format, ...] = ("mp3", "opus")


def tone(path: Path, hertz: float, seconds: float, *, from_second: float = 0.0) -> Path:
    """A tone in Asterisk's kind of file; silent until `from_second`."""
    time = np.arange(int(seconds * RATE)) / RATE
    sound = np.where(time >= from_second, 12000 * np.sin(2 * np.pi * hertz * time), 0).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return path


def strongest(samples: np.ndarray, rate: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


@pytest.mark.parametrize("form", ALL)
def test_customer_left_agent_right(tmp_path: Path, form: Format) -> None:
    sources = [tone(tmp_path / "in.wav", 440, 4), tone(tmp_path / "out.wav", 880, 4)]
    target = tmp_path / f"x{audio.SUFFIXES[form]}"
    done = audio.produce(sources, target, seconds=4, form=form)
    samples, rate = soundfile.read(target)
    middle = samples[rate : 3 * rate]
    assert strongest(middle[:, 0], rate) == pytest.approx(440, abs=1)
    assert strongest(middle[:, 1], rate) == pytest.approx(880, abs=1)
    left = np.abs(np.fft.rfft(middle[:, 0] * np.hanning(len(middle))))
    assert left[880 * 2] < left[440 * 2] / 100, "the agent's tone is heard on the customer's side"
    assert (done.duration_seconds, done.channels) == (4.0, 2)
    content = target.read_bytes()
    assert (done.bytes, done.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def spoken(path: Path, seed: int, seconds: float) -> Pcm:
    """Noise as broad as speech, in syllables, in Asterisk's kind of file."""
    count = int(seconds * RATE)
    bands = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    broad = np.fft.irfft(bands * ((hertz > 200) & (hertz < 3000)) / (1 + hertz / 500), count)
    syllables = 1 + np.sin(2 * np.pi * (3 + seed) * np.arange(count) / RATE)
    sound = broad * syllables
    samples = (sound / np.abs(sound).max() * 16000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return samples


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("form", ALL)
def test_what_is_heard_is_what_was_said(tmp_path: Path, form: Format, channels: int) -> None:
    paths = [tmp_path / "in.wav", tmp_path / "out.wav"][:channels]
    said = [spoken(path, seed, 6) for seed, path in enumerate(paths)]
    target = tmp_path / f"x{audio.SUFFIXES[form]}"
    audio.produce(paths, target, seconds=6, form=form)
    samples, rate = soundfile.read(target, always_2d=True)
    assert (rate, len(samples)) == (RATE, 6 * RATE)
    for number, one in enumerate(said):
        assert np.corrcoef(one, samples[:, number])[0, 1] > 0.95  # and at the same moments
        loudness = np.sqrt((samples[:, number] ** 2).mean()) / np.sqrt(((one / 32768) ** 2).mean())
        assert loudness == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("form", ALL)
def test_a_side_that_fell_silent_does_not_shorten(tmp_path: Path, form: Format) -> None:
    sources = [tone(tmp_path / "in.wav", 440, 5), tone(tmp_path / "out.wav", 880, 10)]
    target = tmp_path / f"x{audio.SUFFIXES[form]}"
    done = audio.produce(sources, target, seconds=10, form=form)
    samples, rate = soundfile.read(target)
    assert done.duration_seconds == 10.0
    assert len(samples) / rate == pytest.approx(10, abs=0.2)
    assert np.abs(samples[7 * rate : 9 * rate, 0]).max() < 0.01
    assert strongest(samples[7 * rate : 9 * rate, 1], rate) == pytest.approx(880, abs=1)


@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize("samples", [0, 1, 575, 576, 577])
def test_the_shortest_have_their_length(tmp_path: Path, form: Format, samples: int) -> None:
    source = tone(tmp_path / "in.wav", 440, samples / RATE)
    target = tmp_path / f"x{audio.SUFFIXES[form]}"
    done = audio.produce([source, source], target, seconds=0, form=form)
    assert done.duration_seconds == samples / RATE
    if samples:
        assert len(soundfile.read(target)[0]) == pytest.approx(samples, abs=1)


def test_both_sides_short_are_filled_up_to_the_clock(tmp_path: Path) -> None:
    sources = [tone(tmp_path / "in.wav", 440, 3), tone(tmp_path / "out.wav", 880, 3)]
    assert audio.produce(sources, tmp_path / "x.mp3", seconds=8, form="mp3").duration_seconds == 8.0


def test_an_hour_in_which_nobody_recorded_is_not_filled(tmp_path: Path) -> None:
    sources = [tone(tmp_path / "in.wav", 440, 3), tone(tmp_path / "out.wav", 880, 3)]
    assert audio.produce(sources, tmp_path / "x.mp3", seconds=3600, form="mp3").duration_seconds == 63.0


def test_one_side_missing_is_a_silent_channel(tmp_path: Path) -> None:
    target = tmp_path / "x.mp3"
    audio.produce([None, tone(tmp_path / "out.wav", 880, 3)], target, seconds=3, form="mp3")
    samples, rate = soundfile.read(target)
    assert np.abs(samples[rate : 2 * rate, 0]).max() < 0.001
    assert np.abs(samples[rate : 2 * rate, 1]).max() > 0.2


def test_a_message_has_one_channel(tmp_path: Path) -> None:
    target = tmp_path / "x.mp3"
    done = audio.produce([tone(tmp_path / "m.wav", 440, 3)], target, seconds=3, form="mp3")
    samples, rate = soundfile.read(target)
    assert (done.channels, samples.ndim) == (1, 1)
    assert strongest(samples[rate : 2 * rate], rate) == pytest.approx(440, abs=1)


def test_waveform(tmp_path: Path) -> None:
    sources = [tone(tmp_path / "in.wav", 440, 4, from_second=2), tone(tmp_path / "out.wav", 880, 4)]
    target = tmp_path / "x.mp3"
    audio.produce(sources, target, seconds=4, form="mp3")
    peaks = json.loads(audio.peaks_path(target).read_text())
    assert (peaks["duration_seconds"], peaks["points_per_second"]) == (4.0, 20)
    assert len(peaks["customer"]) == len(peaks["agent"]) == 80
    assert max(peaks["customer"][:39]) == 0
    assert min(peaks["customer"][41:]) == pytest.approx(12000 / 32768, abs=0.01)
    assert min(peaks["agent"]) == pytest.approx(12000 / 32768, abs=0.01)


def test_longer_than_a_block(tmp_path: Path) -> None:
    sources = [tone(tmp_path / "in.wav", 440, 130), tone(tmp_path / "out.wav", 880, 130)]
    target = tmp_path / "x.mp3"
    done = audio.produce(sources, target, seconds=130, form="mp3")
    assert done.duration_seconds == 130.0
    assert done.bytes == pytest.approx(130 * 32000 / 8, rel=0.05)
    assert len(json.loads(audio.peaks_path(target).read_text())["agent"]) == 2600


def test_a_file_whose_writer_died_has_its_audio_still(tmp_path: Path) -> None:
    whole = tone(tmp_path / "in.wav", 440, 4)
    content = bytearray(whole.read_bytes())
    content[40:44] = (0).to_bytes(4, "little")
    whole.write_bytes(content[: 44 + 3 * RATE * 2])
    assert not audio.looks_complete(whole)
    assert len(audio.read_pcm(whole)) == 3 * RATE


def test_complete_is_what_the_header_says(tmp_path: Path) -> None:
    assert audio.looks_complete(tone(tmp_path / "in.wav", 440, 1))
    assert not audio.looks_complete(tmp_path.joinpath("empty.wav").touch() or tmp_path / "empty.wav")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"not a sound at all" * 10])
def test_corrupt_file(tmp_path: Path, content: bytes) -> None:
    corrupt = tmp_path / "in.wav"
    corrupt.write_bytes(content)
    with pytest.raises(audio.UnreadableAudio):
        audio.produce([corrupt, tone(tmp_path / "out.wav", 880, 1)], tmp_path / "x.mp3", seconds=1, form="mp3")
    assert not list(tmp_path.glob("*x.mp3*")), "nothing half done is left"


def test_another_form_of_wav_is_refused(tmp_path: Path) -> None:
    stereo = tmp_path / "in.wav"
    soundfile.write(stereo, np.zeros((RATE, 2)), RATE, subtype="PCM_16")
    with pytest.raises(audio.UnreadableAudio, match="one channel"):
        audio.read_pcm(stereo)


@pytest.mark.parametrize("form", ALL)
def test_pauses_are_silence_and_everything_after_them_keeps_its_time(tmp_path: Path, form: Format) -> None:
    """Files that hold what was recorded alone: 2 s before a pause of 3 s, 1 s, a pause of 2 s, 2 s."""
    sources = [tone(tmp_path / "in.wav", 440, 5), tone(tmp_path / "out.wav", 880, 5, from_second=2.0)]
    target = tmp_path / f"x{audio.SUFFIXES[form]}"
    done = audio.produce(sources, target, seconds=10, form=form, pauses=[(2.0, 3.0), (6.0, 2.0)])
    samples, rate = soundfile.read(target)
    assert done.duration_seconds == 10.0
    for begin, end, heard in ((0, 2, True), (2, 5, False), (5, 6, True), (6, 8, False), (8, 10, True)):
        piece = samples[int((begin + 0.2) * rate) : int((end - 0.2) * rate), 0]
        assert (np.abs(piece).max() > 0.1) == heard, f"{begin} to {end}"
    agent = samples[:, 1]
    assert np.abs(agent[: int(4.8 * rate)]).max() < 0.02
    assert strongest(agent[int(8.2 * rate) : int(9.8 * rate)], rate) == pytest.approx(880, abs=1)


def test_a_recording_that_ends_in_its_pause_is_as_long_as_the_conversation(tmp_path: Path) -> None:
    """Longer than what is filled up when nobody recorded."""
    source = tone(tmp_path / "in.wav", 440, 2)
    done = audio.produce([source, None], tmp_path / "x.mp3", seconds=102, form="mp3", pauses=[(2.0, 100.0)])
    assert done.duration_seconds == 102.0
    peaks = json.loads(audio.peaks_path(tmp_path / "x.mp3").read_text("ascii"))
    assert max(peaks["customer"][60:]) == 0.0 and len(peaks["customer"]) == 102 * 20


def test_a_file_that_falls_short_of_its_pause_keeps_the_clock(tmp_path: Path) -> None:
    """The switch began a moment after the clock: what it has is before the pause, the pause where it was."""
    source = tone(tmp_path / "in.wav", 440, 1.9)
    done = audio.produce([source], tmp_path / "x.mp3", seconds=5, form="mp3", pauses=[(2.0, 3.0)])
    assert done.duration_seconds == 5.0
