"""Sentences for people, in their language. Each language is one file of `messages/`; English is the last resort."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh-CN", "zh-TW", "en")
_FOLDER = Path(__file__).parent / "messages"


@cache
def _messages(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return loaded


class _Places(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def translate(message: str, language: str, detail: dict[str, Any] | None = None) -> str:
    """The sentence of a key, with its places filled (a place may hold a key itself); what is no key is a sentence."""
    sentence = _messages(language).get(message) or _messages("en").get(message)
    if sentence is None:
        return message
    places = {
        name: translate(value, language) if isinstance(value, str) else value for name, value in (detail or {}).items()
    }
    return sentence.format_map(_Places(places))


def known(message: str) -> bool:
    return message in _messages("en")


def match(tag: str) -> str | None:
    """Our language for a language tag: Traditional script and its regions read zh-TW, other Chinese zh-CN."""
    parts = tag.strip().replace("_", "-").lower().split("-")
    if parts[0] in ("zh", "yue", "cmn"):
        return "zh-TW" if {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh-CN"
    return "en" if parts[0] == "en" else None


def choose(accept_language: str | None, preferred: Iterable[str | None] = (), default: str = "en") -> str:
    """The first of the reader's own choices that we have, then the browser's list by weight."""
    for language in preferred:
        if language and (ours := match(language)):
            return ours
    weighted: list[tuple[float, str]] = []
    for entry in (accept_language or "")[:500].split(","):
        tag, _, rest = entry.partition(";")
        try:
            weight = float(rest.partition("q=")[2]) if "q=" in rest else 1.0
        except ValueError:
            continue
        weighted.append((weight, tag))
    for _, tag in sorted(weighted, key=lambda pair: -pair[0]):
        if ours := match(tag):
            return ours
    return default
