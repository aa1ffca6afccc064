"""JSON as people and programs may send it: strict, of bounded depth and size, with nothing that no database keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from hujiao.kit.errors import BadField

DEEPEST = 40  # lists and objects inside each other
MOST_MEMBERS = 100_000
_WHOLE_NUMBERS = range(-(2**63), 2**63)


def decoded(content: bytes) -> Any:
    """Strict JSON: UTF-8 without lone surrogates, neither NaN nor infinity, of bounded depth, without NUL."""
    try:
        document = msgspec.json.decode(content)
    except RecursionError:
        raise BadField("error.too_deep", detail={"deepest": DEEPEST}) from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise BadField("error.not_json") from None
    check(document)
    return document


def check(document: Any) -> None:
    """`BadField` with the place of what is too deep, too much, or nothing that is kept."""
    members = 0
    waiting: list[Iterator[tuple[Any, Any]]] = [iter([("", document)])]
    path: list[str] = []
    while waiting:
        pair = next(waiting[-1], None)
        if pair is None:
            waiting.pop()
            if path:
                path.pop()
            continue
        key, value = pair
        members += 1
        match value:
            case str() if "\0" in value:
                raise BadField("error.nul", field=_place(path, key))
            case int() if value not in _WHOLE_NUMBERS:
                raise BadField("error.not_a_whole_number", field=_place(path, key))
        if isinstance(key, str) and "\0" in key:
            raise BadField("error.nul", field=_place(path))
        if members > MOST_MEMBERS:
            raise BadField("error.too_many", field=_place(path), detail={"max_length": MOST_MEMBERS})
        if isinstance(value, dict | list):
            if len(waiting) > DEEPEST:
                raise BadField("error.too_deep", field=_place(path[:4]), detail={"deepest": DEEPEST})
            path.append(str(key))
            waiting.append(iter(value.items()) if isinstance(value, dict) else enumerate(value))


def _place(path: list[str], *last: Any) -> str | None:
    return ".".join([part for part in [*path, *map(str, last)] if part])[:200] or None
