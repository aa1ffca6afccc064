"""Sentences for people, in their language. Each language is one file of `messages/`; English is the last resort."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

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
    """The sentence of a key, with its places filled (a place may hold a key itself, whose places are filled from the
    others); what is no key is a sentence."""
    sentence = _messages(language).get(message) or _messages("en").get(message)
    if sentence is None:
        return message
    places = dict(detail or {})
    for name, value in (detail or {}).items():
        if isinstance(value, str):
            rest = {other: filled for other, filled in (detail or {}).items() if other != name}
            places[name] = translate(value, language, rest)
    return sentence.format_map(_Places(places))


def known(message: str) -> bool:
    return message in _messages("en")


class Said(NamedTuple):
    """A sentence for whoever reads it: a key of the language files and what fills its places, or words that are
    nobody's of ours (a compiler's, a carrier's), as they are."""

    key: str
    values: Mapping[str, str | int] = {}

    def __str__(self) -> str:
        return translate(self.key, "en", dict(self.values))

    @property
    def code(self) -> str | None:
        return self.key if known(self.key) else None

    def inside(self, place: str) -> dict[str, Any]:
        """What fills the places of another sentence that has this one in `place`."""
        return {**self.values, place: self.key}

    def facts(self, name: str = "problem") -> dict[str, Any]:
        """As it is written down: in English, and what it takes to say it in another language."""
        return {name: str(self), "code": self.code, "values": dict(self.values)}


def retold(facts: Mapping[str, Any], language: str, name: str = "problem") -> str:
    """What `Said.facts` wrote down, for this reader."""
    code = facts.get("code")
    return translate(code, language, facts.get("values")) if code else str(facts[name])


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
