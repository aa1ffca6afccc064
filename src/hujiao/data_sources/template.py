"""`{{name}}` and `{{secrets.name}}` in what is sent to a source. Pure.

Values never change the shape of what they stand in: in an address they are percent-encoded, in a JSON body they are
whole JSON values or parts of a text, in a query they are bound parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from hujiao.data_sources.contracts import Plain

_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*\}\}")
SECRETS = "secrets."


def names(text: str) -> set[str]:
    """What the text asks for; secrets with their prefix."""
    return set(_PLACE.findall(text))


def as_text(value: Plain) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def fill(text: str, values: Mapping[str, Plain], quoted: Callable[[str], str] = str) -> str:
    return _PLACE.sub(lambda found: quoted(as_text(values.get(found[1]))), text)


def fill_json(document: Any, values: Mapping[str, Plain]) -> Any:
    """A JSON document's texts filled; a text that is one place alone becomes the value itself."""
    match document:
        case str():
            alone = _PLACE.fullmatch(document)
            return values.get(alone[1]) if alone else fill(document, values)
        case list():
            return [fill_json(part, values) for part in document]
        case dict():
            return {key: fill_json(part, values) for key, part in document.items()}
        case _:
            return document


def as_query(query: str, values: Mapping[str, Plain]) -> tuple[str, list[str | None]]:
    """The query with `$1` … and what is bound to them, as texts: the query casts where it needs to."""
    order: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        if found[1] not in order:
            order.append(found[1])
        return f"${order.index(found[1]) + 1}::text"

    numbered_query = _PLACE.sub(numbered, query)
    return numbered_query, [None if values.get(name) is None else as_text(values[name]) for name in order]
