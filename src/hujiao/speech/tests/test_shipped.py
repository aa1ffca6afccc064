"""The prompts that come with the product: whole, audible, at one loudness, and remembered once decoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hujiao.speech import audio, builtin_texts, shipped
from hujiao.speech.store import PromptStore


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PromptStore:
    return PromptStore(tmp_path_factory.mktemp("prompts"))


def test_every_built_in_text_has_its_prompt() -> None:
    listed = {(prompt.name, prompt.language): prompt.text for prompt in shipped.read_list(shipped.BUILTIN)}
    wanted = {
        (name, language): text
        for language in builtin_texts.LANGUAGES
        for name, text in builtin_texts.texts(language).items()
    }
    assert listed == wanted, "run python -m hujiao.app.demo.make_prompts"


def test_every_built_in_prompt_is_speech_at_one_loudness(store: PromptStore) -> None:
    for (name, language), prompt in shipped.unpack(store, shipped.BUILTIN).items():
        shortest = 0.2 if name.startswith("digit_") else 0.4
        assert shortest < prompt.duration_seconds < 12, (name, language)
        samples = audio.read(store.path(prompt.sha256).read_bytes())
        frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
        power = (frames.astype(np.float64) ** 2).mean(axis=1)
        speech = power[power > power.max() * 1e-3].mean()
        assert 10 * np.log10(speech) == pytest.approx(-20, abs=1.5), (name, language)


def test_decoded_once(store: PromptStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shipped.unpack(store, shipped.BUILTIN)
    monkeypatch.setattr(shipped, "decode", lambda _: pytest.fail("decoded again"))
    assert shipped.unpack(store, shipped.BUILTIN) == first


def test_positions_are_spoken_as_people_count() -> None:
    assert builtin_texts.texts("zh-CN")["queue_position_12"] == "您目前排在第十二位，请您耐心等候。"
    assert builtin_texts.texts("zh-CN")["queue_position_20"] == "您目前排在第二十位，请您耐心等候。"
    assert "twelve" in builtin_texts.texts("en")["queue_position_12"]


def test_an_upload_becomes_a_telephone_prompt(tmp_path: Path) -> None:
    import io

    import soundfile

    file = io.BytesIO()
    time = np.arange(44100) / 44100
    stereo = np.stack([0.5 * np.sin(2 * np.pi * 600 * time)] * 2, axis=1)
    soundfile.write(file, stereo, 44100, format="FLAC")
    samples = audio.read(shipped.decode(file.getvalue()))
    assert len(samples) == audio.RATE
    assert np.abs(np.fft.rfft(samples)).argmax() == 600


def test_store_is_by_content(tmp_path: Path) -> None:
    store = PromptStore(tmp_path)
    content = audio.wav(np.zeros(8000, dtype=np.float32))
    prompt = store.put(content)
    assert prompt == store.put(content)
    assert prompt.duration_seconds == 1.0
    assert [file.name for file in tmp_path.iterdir()] == [f"{prompt.sha256}.wav"]
    store.remember("key", prompt)
    assert store.remembered("key") == prompt
    store.path(prompt.sha256).unlink()
    assert store.remembered("key") is None, "a lost file is made again"
