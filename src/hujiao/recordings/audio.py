"""From Asterisk's two mono files to one recording: merged, padded to the true length, encoded, with its waveform.

Everything goes by in blocks, so that an hour's call takes no more memory than a minute's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from hujiao.recordings.mp3 import Mp3Writer

Format = Literal["mp3", "opus"]
Pcm = NDArray[np.int16]

RATE = 8000
PEAKS_PER_SECOND = 20
_BLOCK = RATE * 60
HEADER = 44
# Silence is added up to what the clock says, but not for the time in which nobody recorded (a switch that died).
_LONGEST_PADDING_SECONDS = 60.0
# Compression levels of libsndfile's Opus that give about 32 kbit/s for two channels and 16 for one.
_OPUS_LEVELS = {2: 0.92, 1: 0.955}
SUFFIXES: dict[Format, str] = {"mp3": ".mp3", "opus": ".ogg"}


class UnreadableAudio(Exception):
    """The file is not a WAV of ours."""


@dataclass(frozen=True, slots=True)
class Finished:
    duration_seconds: float
    bytes: int
    sha256: str
    channels: int


def looks_complete(path: Path) -> bool:
    """Asterisk writes the length into the header when it closes the file."""
    with path.open("rb") as file:
        header = file.read(HEADER)
    return len(header) == HEADER and int.from_bytes(header[40:44], "little") == path.stat().st_size - HEADER


def read_pcm(path: Path) -> Pcm:
    """The samples of a mono 16 bit WAV, mapped, not read. A length in the header that is not true is passed over:
    a file whose writer died has none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.read(12)
        if header[:4] != b"RIFF" or header[8:12] != b"WAVE":
            raise UnreadableAudio(f"{path.name} is not a WAV file")
        form: tuple[int, int, int, int] | None = None
        while True:
            chunk = file.read(8)
            if len(chunk) < 8:
                raise UnreadableAudio(f"{path.name} has no audio in it")
            name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
            if name == b"data":
                start = file.tell()
                break
            body = file.read(length)
            if name == b"fmt " and len(body) >= 16:
                form = (body[0] | body[1] << 8, body[2], int.from_bytes(body[4:8], "little"), body[14])
    if form != (1, 1, RATE, 16):
        raise UnreadableAudio(f"{path.name} is not 8 kHz, 16 bit, one channel")
    available = size - start
    samples = (length if 0 < length <= available else available) // 2
    if samples == 0:
        return np.zeros(0, dtype=np.int16)
    return np.memmap(path, dtype="<i2", mode="r", offset=start, shape=(samples,))


@dataclass(frozen=True, slots=True)
class _Channel:
    """Pieces of sound by the sample where they begin; `length` in samples."""

    pieces: list[tuple[int, Pcm]]
    length: int

    @classmethod
    def of(cls, pcm: Pcm, pauses: Sequence[tuple[float, float]]) -> _Channel:
        """What was recorded, with silence in its pauses."""
        pieces, at, read = [], 0, 0
        for began, seconds in pauses:
            until = min(len(pcm), read + max(0, round(began * RATE) - at))
            pieces.append((at, pcm[read:until]))
            at, read = round((began + seconds) * RATE), until
        return cls([*pieces, (at, pcm[read:])], at + len(pcm) - read)

    def within(self, start: int, length: int) -> Iterator[tuple[int, Pcm]]:
        """Returns the sound of this stretch, by the sample of the stretch."""
        for at, pcm in self.pieces:
            sound = pcm[max(0, start - at) : max(0, start + length - at)]
            if len(sound):
                yield max(0, at - start), sound


def produce(
    sources: Sequence[Path | None],
    target: Path,
    *,
    seconds: float,
    form: Format,
    pauses: Sequence[tuple[float, float]] = (),
) -> Finished:
    """Write the recording and, beside it, its waveform. Each source is one channel; None is a silent one.

    `seconds` is how long the recording really took; in its `pauses`, from when for how long, it is silent. The file
    appears under its name only when it is whole.
    """
    channels = [
        _Channel.of(read_pcm(source) if source else np.zeros(0, dtype=np.int16), pauses if source else ())
        for source in sources
    ]
    recorded = max(channel.length for channel in channels)
    padding = min(max(0, round(seconds * RATE) - recorded), int(_LONGEST_PADDING_SECONDS * RATE))
    length = recorded + padding
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    peaks: list[NDArray[np.float32]] = []
    try:
        with _encoder(partial, form, len(channels)) as write:
            for start in range(0, length, _BLOCK):
                block = _block(channels, start, min(_BLOCK, length - start))
                write(block)
                peaks.append(_peaks(block))
        total = hashlib.sha256()
        with partial.open("rb") as file:
            while piece := file.read(1 << 20):
                total.update(piece)
            os.fsync(file.fileno())
        size = partial.stat().st_size
        _write_peaks(target, length / RATE, np.concatenate([np.zeros((0, len(channels)), np.float32), *peaks]))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return Finished(length / RATE, size, total.hexdigest(), len(channels))


@contextmanager
def _encoder(target: Path, form: Format, channels: int) -> Iterator[Callable[[Pcm], None]]:
    """What takes the samples of all channels, interleaved, block by block."""
    if form == "mp3":
        with target.open("wb") as file:
            mp3 = Mp3Writer(file, RATE, channels)
            yield mp3.write
            mp3.close()
        return
    level = _OPUS_LEVELS[channels]
    with soundfile.SoundFile(
        str(target), "w", RATE, channels, format="OGG", subtype="OPUS", compression_level=level
    ) as opus:
        yield opus.write


def peaks_path(recording: Path) -> Path:
    return recording.with_suffix(".peaks.json")


def _block(channels: Sequence[_Channel], start: int, length: int) -> Pcm:
    """Interleaved samples; a channel that is over is silent."""
    block = np.zeros((length, len(channels)), dtype=np.int16)
    for index, channel in enumerate(channels):
        for at, sound in channel.within(start, length):
            block[at : at + len(sound), index] = sound
    return block


def _peaks(block: Pcm) -> NDArray[np.float32]:
    """The loudest sample of each twentieth of a second, 0 to 1."""
    step = RATE // PEAKS_PER_SECOND
    whole = -(-len(block) // step) * step
    padded = np.pad(np.abs(block.astype(np.int32)), ((0, whole - len(block)), (0, 0)))
    loudest = padded.reshape(-1, step, block.shape[1]).max(axis=1)
    return np.asarray(loudest / 32768, dtype=np.float32)


def _write_peaks(target: Path, seconds: float, peaks: NDArray[np.float32]) -> None:
    names = ("customer", "agent") if peaks.shape[1] == 2 else ("customer",)
    content: dict[str, Any] = {"duration_seconds": round(seconds, 3), "points_per_second": PEAKS_PER_SECOND}
    content |= {name: [round(float(value), 3) for value in peaks[:, index]] for index, name in enumerate(names)}
    content.setdefault("agent", [])
    path = peaks_path(target)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(content, separators=(",", ":")), "ascii")
    partial.replace(path)
