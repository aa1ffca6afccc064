"""The Kokoro-82M model (int8, ONNX). Runs only in the engine's process."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np

from hujiao.speech.audio import Samples
from hujiao.speech.espeak import Espeak
from hujiao.speech.phonemes import chinese, english

RATE = 24000
_LONGEST = 480  # phonemes that the model takes at once (510), with room
_PAUSE_SECONDS = 0.2


class Kokoro:
    def __init__(self, model: Path, voices: Path, espeak: Espeak, *, threads: int) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it reports to its maker, and writes into the user's home
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that wait must not burn the cores that calls need.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._alphabet: dict[str, int] = json.loads(Path(__file__).with_name("kokoro_alphabet.json").read_text("utf-8"))
        self._voices = voices
        self._espeak = espeak

    def synthesize(self, text: str, language: str, voice: str) -> Samples:
        style = np.fromfile(self._voices / f"{voice}.bin", dtype="<f4").reshape(-1, 256)
        pause = np.zeros(int(_PAUSE_SECONDS * RATE), dtype=np.float32)
        spoken: list[Samples] = []
        for sentence in re.split(r"(?<=[。！？!?\n])|(?<=\.)\s", text):
            if not sentence.strip():
                continue
            if language == "zh-CN":
                phonemes = chinese(sentence, self._espeak)
            else:
                phonemes = english(sentence, self._espeak, british=voice.startswith("b"))
            for piece in _pieces(phonemes):
                tokens = [self._alphabet[letter] for letter in piece if letter in self._alphabet]
                if tokens:
                    spoken += [_quiet_ends(self._run(tokens, style)), pause]
        return np.concatenate(spoken[:-1]) if spoken else np.zeros(0, dtype=np.float32)

    def _run(self, tokens: list[int], style: Samples) -> Samples:
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[min(len(tokens), len(style)) - 1].reshape(1, 256),
            "speed": np.ones(1, dtype=np.float32),
        }
        return np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel()


def _pieces(phonemes: str) -> list[str]:
    """What the model can take at once, cut at punctuation where there is some."""
    pieces: list[str] = []
    current = ""
    for part in re.split(r"(?<=[,.;:!?])\s+", phonemes):
        if current and len(current) + len(part) + 1 > _LONGEST:
            pieces.append(current)
            current = ""
        current = f"{current} {part}".strip()
        while len(current) > _LONGEST:
            pieces.append(current[:_LONGEST])
            current = current[_LONGEST:]
    return [*pieces, current] if current else pieces


def _quiet_ends(samples: Samples) -> Samples:
    """Sentences follow each other with our pause, not with the model's."""
    loud = np.flatnonzero(np.abs(samples) > 0.004)
    if not len(loud):
        return samples[:0]
    margin = int(0.1 * RATE)
    return samples[max(0, int(loud[0]) - margin) : int(loud[-1]) + margin]
