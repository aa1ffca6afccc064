from __future__ import annotations

import pytest

from hujiao.kit.errors import BadField
from hujiao.speech.voices import VOICES, choose, spoken_language


@pytest.mark.parametrize(
    ("language", "voice"),
    [("zh-CN", "zf_xiaoxiao"), ("zh", "zf_xiaoxiao"), ("zh-TW", "zf_xiaoxiao"), ("yue", "yue"), ("zh-HK", "yue"),
     ("en", "af_heart"), ("en-GB", "af_heart")],
)  # fmt: skip
def test_each_language_has_a_default_voice(language: str, voice: str) -> None:
    assert choose(language, None).name == voice


def test_a_voice_by_name() -> None:
    assert choose("en", "bm_george").name == "bm_george"
    with pytest.raises(BadField) as refused:
        choose("en", "nobody")
    assert refused.value.field == "voice"


def test_a_language_that_nobody_speaks_here() -> None:
    with pytest.raises(BadField) as refused:
        spoken_language("fr")
    assert refused.value.field == "language"


def test_voices_are_named_once() -> None:
    assert len({voice.name for voice in VOICES}) == len(VOICES)
