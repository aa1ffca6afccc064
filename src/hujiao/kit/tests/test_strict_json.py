"""JSON bodies: strict, shallow, and what is wrong with them told with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.kit.errors import BadField
from hujiao.kit.strict_json import DEEPEST, MOST_MEMBERS, decoded

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_json_is_read_as_it_is(document: Any) -> None:
    content = json.dumps(document).encode()
    if "\\u0000" in content.decode():
        return
    assert decoded(content) == document


@pytest.mark.parametrize(
    ("content", "message", "field"),
    [
        (b"{", "error.not_json", None),
        (b"\xff", "error.not_json", None),
        (b'{"a": NaN}', "error.not_json", None),
        (b'{"a": 1e999}', "error.not_json", None),
        (b'{"a": "\\ud800"}', "error.not_json", None),
        (b'{"a": "\\udc00\\ud800"}', "error.not_json", None),
        (b'{"\\ud800": 1}', "error.not_json", None),
        (b'"\xed\xa0\x80"', "error.not_json", None),
        (b'{"a": [1, {"b": "x\\u0000"}]}', "error.nul", "a.1.b"),
        (b'{"a": {"b\\u0000": 1}}', "error.nul", "a"),
        (b'{"a": [9223372036854775808]}', "error.not_a_whole_number", "a.0"),
        (b'{"a": ' + b"1" * 5000 + b"}", "error.not_json", None),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "error.too_deep", "a.a.a"),
        (b"[" * 100_000 + b"]" * 100_000, "error.too_deep", None),
        (b"[" + b"1," * MOST_MEMBERS + b"1]", "error.too_many", None),
    ],
)
def test_what_is_not_is_refused(content: bytes, message: str, field: str | None) -> None:
    with pytest.raises(BadField) as refused:
        decoded(content)
    assert (refused.value.message, refused.value.field) == (message, field)


def test_depth_has_a_bound() -> None:
    decoded(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(BadField):
        decoded(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))
