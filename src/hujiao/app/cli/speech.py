"""`speech`: bring the speech synthesis now, or say something with it."""

from __future__ import annotations

import argparse
import asyncio
import time

from hujiao.app.cli import output
from hujiao.embedded import speech_part
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import step
from hujiao.kit.errors import HujiaoError
from hujiao.kit.i18n import translate
from hujiao.kit.settings import load
from hujiao.speech.service import SpeechService
from hujiao.speech.voices import VOICES


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("install", "voices", "say"),
        help="install: fetch the engines, the model and the voices now (about 130 MB); voices: list them;"
        " say: speak a text into a file and print where it is",
    )
    parser.add_argument("text", nargs="?", default="")
    parser.add_argument("--language", default="zh-CN", help="zh-CN, yue or en (default zh-CN)")
    parser.add_argument("--voice", help="a name from the list of voices (default: the language's first)")


def run(options: argparse.Namespace) -> int:
    if options.action == "voices":
        output.say(output.table([[voice.name, voice.language, voice.gender, voice.label] for voice in VOICES]))
        voices = [{"name": voice.name, "language": voice.language, "label": voice.label} for voice in VOICES]
        output.result({"ok": True, "voices": voices}, as_json=options.json)
        return 0
    settings = load()
    with step("Speech synthesis") as progress:
        speech_part.install(settings.parts, progress)
    if options.action == "install":
        output.result({"ok": True}, as_json=options.json)
        return 0

    async def prepared() -> None:
        return

    async def speak() -> dict[str, object]:
        service = SpeechService(settings.prompts, settings.parts, prepared)
        began = time.monotonic()
        try:
            prompt = await service.speak(options.text, options.language, options.voice)
        finally:
            await service.close()
        return {
            "file": str(service.store.path(prompt.sha256)),
            "sha256": prompt.sha256,
            "duration_seconds": round(prompt.duration_seconds, 3),
            "took_seconds": round(time.monotonic() - began, 3),
        }

    try:
        made = asyncio.run(speak())
    except HujiaoError as error:
        raise Problem(translate(error.message, "en", error.detail)) from error
    output.say(f"{made['file']}  ({made['duration_seconds']} s of speech, made in {made['took_seconds']} s)")
    output.result({"ok": True, **made}, as_json=options.json)
    return 0
