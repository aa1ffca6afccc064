"""The engine's process: one JSON line in, a WAV file and one JSON line out.

It is a process of its own because the model takes about 300 MB, which `jobs` should have only while somebody needs a
prompt, and because eSpeak NG's licence and crashes stay there too.

    python -m hujiao.speech.worker PARTS
    {"text", "language", "voice", "engine", "output"} → {"seconds"} or {"error"}
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from hujiao.speech import audio
from hujiao.speech.espeak import Espeak

# What eSpeak's Cantonese is asked for: slower than its default, and a higher voice variant for the female one.
_ESPEAK_VOICES = {"yue": ("yue+f5", 52), "yue-male": ("yue", 42)}
_ESPEAK_WORDS_PER_MINUTE = 150


class Worker:
    def __init__(self, parts: Path) -> None:
        speech = parts / "speech"
        sys.path.insert(1, str(speech / "site"))
        loader = speech / "site" / "espeakng_loader"
        self._espeak = Espeak(loader / "libespeak-ng.so", loader / "espeak-ng-data")
        self._speech = speech
        self._kokoro: Any = None

    def speak(self, request: dict[str, str]) -> float:
        if request["engine"] == "espeak":
            voice, pitch = _ESPEAK_VOICES[request["voice"]]
            rate = self._espeak.rate
            samples = self._espeak.synthesize(
                request["text"], voice, words_per_minute=_ESPEAK_WORDS_PER_MINUTE, pitch=pitch
            )
        else:
            from hujiao.speech.kokoro import RATE, Kokoro

            if self._kokoro is None:
                threads = max(1, min(4, os.cpu_count() or 1))
                self._kokoro = Kokoro(
                    self._speech / "kokoro.onnx", self._speech / "voices", self._espeak, threads=threads
                )
            rate = RATE
            samples = self._kokoro.synthesize(request["text"], request["language"], request["voice"])
        prompt = audio.prompt(samples, rate)
        Path(request["output"]).write_bytes(audio.wav(prompt))
        return len(prompt) / audio.RATE


def main() -> None:
    # Libraries that print must not disturb the answers: they get stderr.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.nice(5)  # calls come first
    worker = Worker(Path(sys.argv[1]))
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            answer: dict[str, Any] = {"seconds": worker.speak(json.loads(line))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
