"""The voices on offer, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hujiao.kit.errors import BadField


@dataclass(frozen=True, slots=True)
class Voice:
    """`name` is what callers of the service say; `engine` speaks it."""

    name: str
    language: str
    label: str
    gender: Literal["female", "male"]
    engine: Literal["kokoro", "espeak"]


def _kokoro(language: str, name: str, label: str) -> Voice:
    return Voice(name, language, label, "female" if name[1] == "f" else "male", "kokoro")


# The first voice of a language is its default.
VOICES: tuple[Voice, ...] = (
    _kokoro("zh-CN", "zf_xiaoxiao", "晓晓"),
    _kokoro("zh-CN", "zf_xiaobei", "晓北"),
    _kokoro("zh-CN", "zf_xiaoni", "晓妮"),
    _kokoro("zh-CN", "zf_xiaoyi", "晓伊"),
    _kokoro("zh-CN", "zm_yunjian", "云健"),
    _kokoro("zh-CN", "zm_yunxi", "云希"),
    _kokoro("zh-CN", "zm_yunxia", "云夏"),
    _kokoro("zh-CN", "zm_yunyang", "云扬"),
    # No neural Cantonese voice can be had from a package registry; this one is understood but sounds like a machine.
    Voice("yue", "yue", "粵語（合成器，女聲）", "female", "espeak"),
    Voice("yue-male", "yue", "粵語（合成器，男聲）", "male", "espeak"),
    _kokoro("en", "af_heart", "Heart (US)"),
    _kokoro("en", "af_bella", "Bella (US)"),
    _kokoro("en", "am_michael", "Michael (US)"),
    _kokoro("en", "am_fenrir", "Fenrir (US)"),
    _kokoro("en", "bf_emma", "Emma (GB)"),
    _kokoro("en", "bm_george", "George (GB)"),
)
KOKORO_VOICES = tuple(voice.name for voice in VOICES if voice.engine == "kokoro")

# A caller's language as people write it → the language of our voices.
_ALIASES = {
    "zh": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-cn": "zh-CN",
    "zh-tw": "zh-CN",  # Mandarin; written in traditional characters, which the phonemes' dictionary knows
    "zh-hant": "zh-CN",
    "zh-hk": "yue",
    "yue": "yue",
    "en": "en",
}


def spoken_language(language: str) -> str:
    """The language a voice speaks for a caller's language tag."""
    tag = language.lower()
    found = _ALIASES.get(tag) or _ALIASES.get(tag.partition("-")[0])
    if found is None:
        raise BadField(
            "speech.no_voice_for_language", field="language", detail={"language": language, "known": "zh-CN, yue, en"}
        )
    return found


def choose(language: str, name: str | None) -> Voice:
    """The voice by name, else the language's default."""
    if name is None:
        spoken = spoken_language(language)
        return next(voice for voice in VOICES if voice.language == spoken)
    for voice in VOICES:
        if voice.name == name:
            return voice
    raise BadField("speech.unknown_voice", field="voice", detail={"voice": name})
