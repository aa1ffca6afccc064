"""The real engines: fetched into the parts folder as on first use, then a sentence in each language."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from hujiao.app.jobs.speech import Speech
from hujiao.kit.settings import Settings
from hujiao.speech import audio
from hujiao.speech.engine import Engine
from hujiao.speech.voices import choose

# Seconds that a person takes for it, with room.
SENTENCES = {
    "zh-CN": ("您的余额是12.5元，请按1继续。", 2.0, 8.0),
    "yue": ("你好，請等一陣。", 0.8, 5.0),
    "en": ("Your balance is $12.50. Press 1 to continue.", 2.0, 8.0),
}


@pytest.fixture(scope="module")
async def speech(settings: Settings) -> AsyncIterator[Speech]:
    made = Speech(settings)
    yield made
    await made.close()


@pytest.mark.parametrize("language", SENTENCES)
async def test_a_sentence_becomes_a_prompt(settings: Settings, speech: Speech, language: str) -> None:
    sentence, shortest, longest = SENTENCES[language]
    request = {"tenant_id": "any", "text": sentence, "language": language, "voice": None}
    answer = await speech.answer(request)
    assert answer["ok"], answer
    assert shortest < answer["duration_seconds"] < longest
    content = (settings.prompts / f"{answer['sha256']}.wav").read_bytes()
    assert audio.sha256(content) == answer["sha256"]
    samples = audio.read(content)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(np.float64)
    power = (frames**2).mean(axis=1)
    assert 10 * np.log10(power[power > power.max() * 1e-3].mean()) == pytest.approx(-20, abs=1)
    # Speech is neither a tone nor noise: its strongest tenth of a second is far above its median one.
    assert power.max() > 4 * np.median(power)
    assert await speech.answer(request) == answer


async def test_two_who_want_the_same_wait_for_one(speech: Speech) -> None:
    request = {"tenant_id": "any", "text": "One moment, please.", "language": "en"}
    first, second = await asyncio.gather(speech.answer(request), speech.answer(request))
    assert first["ok"]
    assert first == second


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"voice": "nobody"}, "voice"),
        ({"text": " "}, "text"),
        ({"text": "x" * 2001}, "text"),
    ],
)
async def test_what_cannot_be_spoken_names_the_field(speech: Speech, change: dict[str, str], field: str) -> None:
    answer = await speech.answer({"tenant_id": "any", "text": "Hello", "language": "en", "voice": None, **change})
    assert not answer["ok"]
    assert answer["error"]["field"] == field


async def test_an_engine_that_died_is_started_again(settings: Settings, speech: Speech, tmp_path: Path) -> None:
    await speech.answer({"tenant_id": "any", "text": "Installed", "language": "yue"})
    engine = Engine(settings.parts)
    try:
        voice = choose("yue", None)
        assert await engine.speak("一", voice, tmp_path / "1.wav") > 0.1
        assert engine._process is not None
        os.kill(engine._process.pid, 9)
        assert await engine.speak("二", voice, tmp_path / "2.wav") > 0.1
    finally:
        await engine.close()
