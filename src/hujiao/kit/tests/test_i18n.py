"""The sentences: every language has them all with the same places, and every key in the code is one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hujiao.kit import i18n

SOURCE = Path(__file__).resolve().parents[2]
_PLACE = re.compile(r"\{(\w+)\}")
_ERRORS = "Unavailable|Conflict|NotFound|BadField|Forbidden|NotSignedIn|Throttled|HujiaoError|ValueError|Said|Stuck"
_KEY = re.compile(rf'(?:{_ERRORS})\(\s*"([a-z]+\.[a-z_]+)"')
_IMPOSSIBLE = re.compile(r'Impossible\("([a-z_]+)"\)|refusal\("([a-z_]+)"\)')


def test_every_language_says_everything() -> None:
    english = i18n._messages("en")
    for language in i18n.LANGUAGES:
        messages = i18n._messages(language)
        assert messages.keys() == english.keys()
        for key, sentence in messages.items():
            assert set(_PLACE.findall(sentence)) == set(_PLACE.findall(english[key])), f"{language} {key}"


def test_every_key_in_the_code_is_known() -> None:
    used = set()
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        source = path.read_text("utf-8")
        used |= set(_KEY.findall(source))
        used |= {f"error.{one or other}" for one, other in _IMPOSSIBLE.findall(source)}
    assert len(used) > 40
    assert not [key for key in sorted(used) if not i18n.known(key)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-Hant-HK", "zh-TW"),
        ("yue", "zh-CN"),
        ("fr,de;q=0.9,en;q=0.5", "en"),
        ("fr", "en"),
        ("en;q=0.2,zh-TW;q=0.9", "zh-TW"),
        ("en;q=wrong, zh", "zh-CN"),
        (None, "en"),
    ],
)
def test_the_browsers_wish_is_heard(header: str | None, expected: str) -> None:
    assert i18n.choose(header) == expected


def test_the_readers_own_choice_comes_first() -> None:
    assert i18n.choose("en", [None, "zh-TW"]) == "zh-TW"


def test_a_sentence_that_is_no_key_stays_and_a_missing_place_breaks_nothing() -> None:
    assert i18n.translate("The line is cut.", "zh-CN") == "The line is cut."
    assert "{retry_after_seconds}" in i18n.translate("error.too_many_tries", "en")


def test_what_failed_is_written_in_english_and_retold_to_each_reader() -> None:
    said = i18n.Said("problem.long_expression", {"size": 4100, "most": 2000})
    facts = said.facts("error")
    assert facts["error"] == str(said) == "The expression is too long: 4100 characters, 2000 at most."
    assert i18n.retold(facts, "zh-CN", "error") == "表达式太长：4100 个字符，最多 2000 个。"
    words = i18n.Said("no such variable: {grade}")
    assert words.facts() == {"problem": "no such variable: {grade}", "code": None, "values": {}}
    assert i18n.retold(words.facts(), "zh-TW") == "no such variable: {grade}"
    assert i18n.retold({"problem": "from before"}, "en") == "from before"


def test_a_sentence_in_a_sentence_has_its_places_filled() -> None:
    detail = {"problem": "problem.long_expression", "size": 4100, "most": 2000}
    assert "4100" in i18n.translate("error.bad_expression", "zh-CN", detail)
    assert i18n.translate("error.bad_expression", "en", {"problem": "error.bad_expression"})
