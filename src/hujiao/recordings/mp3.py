"""MP3 by LAME, at a constant bit rate, so that players can seek without an index."""

from __future__ import annotations

from typing import BinaryIO

import lameenc
import numpy as np
from numpy.typing import NDArray

_FRAME = 576  # samples, below 32 kHz
_DELAY = 576  # what LAME puts before the sound
_KBITS = 16  # for each channel
_FAST = 5  # LAME's usual way; its slower ones cost a third more and are no nearer to speech at this rate
_FRAMES_AND_BYTES = 0x0003


class Mp3Writer:
    """Writes samples of all channels, interleaved. Its first frame says how much sound there is, as LAME's own program
    writes it: without it players would begin with a moment of silence, and end with one.
    """

    def __init__(self, file: BinaryIO, rate: int, channels: int) -> None:
        self._file = file
        self._channels = channels
        self._samples = 0
        self._bytes = 0
        self._header = b""
        self._lame = lameenc.Encoder()
        self._lame.silence()
        self._lame.set_in_sample_rate(rate)
        self._lame.set_out_sample_rate(rate)
        self._lame.set_channels(channels)
        self._lame.set_bit_rate(_KBITS * channels)
        self._lame.set_quality(_FAST)
        self._size = _FRAME // 8 * _KBITS * channels * 1000 // rate  # of each frame, in bytes
        file.write(bytes(self._size))

    def write(self, samples: NDArray[np.int16]) -> None:
        self._samples += len(samples)
        self._keep(bytes(self._lame.encode(samples.tobytes())))

    def close(self) -> None:
        """Write the rest, and then the first frame."""
        if not self._samples:  # a file without a frame is none
            self.write(np.zeros((1, self._channels), np.int16))
        self._keep(bytes(self._lame.flush()))
        self._file.seek(0)
        self._file.write(self._first_frame())

    def _keep(self, frames: bytes) -> None:
        self._header = self._header or frames[:4]
        self._bytes += len(frames)
        self._file.write(frames)

    def _first_frame(self) -> bytes:
        """No sound: the frame's header, room where its side information would be, `Info`, and LAME's own fields."""
        frames = self._bytes // self._size
        padding = max(0, frames * _FRAME - self._samples - _DELAY)
        place = 17 if self._channels == 2 else 9
        numbers = (_FRAMES_AND_BYTES, frames, self._bytes + self._size)
        about = b"Info" + b"".join(number.to_bytes(4) for number in numbers)
        about += b"LAME3.100" + bytes(12) + ((_DELAY << 12) | min(padding, 0xFFF)).to_bytes(3)
        return (self._header + bytes(place) + about).ljust(self._size, b"\0")
