"""eSpeak NG through its C library: phonemes for English, and the Cantonese voice. Runs only in the engine's process."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from hujiao.speech.audio import Samples

_SYNCHRONOUS = 2
_UTF8 = 1
_IPA_WITH_TIE = 0x02 | 0x80 | (ord("^") << 8)
_RATE_PARAMETER, _PITCH_PARAMETER = 1, 3
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    def __init__(self, library: Path, data: Path) -> None:
        self._library = ctypes.cdll.LoadLibrary(str(library))
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, str(data).encode(), 0))
        if self.rate <= 0:
            raise RuntimeError("eSpeak NG did not start.")
        self._heard: list[Samples] = []
        self._callback = _Callback(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def phonemes(self, text: str, voice: str) -> str:
        """International phonetic alphabet with ties, clause by clause."""
        self._choose(voice)
        pointer = ctypes.c_char_p(text.encode())
        clauses = []
        while pointer.value is not None:
            spoken = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA_WITH_TIE)
            clauses.append((spoken or b"").decode())
        return " ".join(clause for clause in clauses if clause)

    def synthesize(self, text: str, voice: str, *, words_per_minute: int, pitch: int) -> Samples:
        self._choose(voice)
        self._library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
        self._heard = []
        encoded = text.encode() + b"\0"
        failed = self._library.espeak_Synth(encoded, len(encoded), 0, 1, 0, _UTF8, None, None)
        if failed:
            raise RuntimeError(f"eSpeak NG could not speak this text (error {failed}).")
        return np.concatenate(self._heard) if self._heard else np.zeros(0, dtype=np.float32)

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"eSpeak NG has no voice {voice}.")

    def _receive(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count:
            self._heard.append(np.ctypeslib.as_array(samples, (count,)).astype(np.float32) / np.float32(32768))
        return 0
