"""A tenant's data sources: what is asked, how the answer becomes variables, and what came of asking."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec

# What a variable or a parameter may hold.
Plain = str | int | float | bool | None

Outcome = Literal[
    "ok",
    "not_found",  # HTTP 404 or 204, or no row: the source works and knows nothing
    "timeout",  # no answer within the source's time limit
    "unreachable",  # no connection
    "refused_address",  # an address that the operator does not let tenants reach
    "failed",  # the source said that it failed
    "bad_answer",  # too large, or not what was expected
    "incomplete",  # a value could not be computed from the answer
    "set_aside",  # it failed several times in a row and is left alone for a moment
    "unknown",  # there is no such source any more
]
# Nothing is wrong with the source.
GOOD = frozenset({"ok", "not_found"})


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="http"):
    """`url`, header values and the JSON `body` may hold `{{parameter}}` and `{{secrets.name}}`."""

    method: Literal["GET", "POST"]
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


class PostgresQuery(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="postgres"):
    """One SELECT; `{{parameter}}` in it is a text parameter. The password is the secret `password`."""

    host: str
    port: int
    database: str
    user: str
    tls: Literal["off", "require", "verify"]
    query: str


class Result(msgspec.Struct, frozen=True):
    """A variable, the CEL expression over `answer` and `status` that gives it, and its value when that fails."""

    variable: str
    value: str
    default: Plain = None


class DataSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source as it is asked; the secrets stay sealed until then. `rows` gives a list of maps from the answer."""

    id: UUID
    name: str
    parameters: tuple[str, ...] = ()
    request: HttpRequest | PostgresQuery
    results: tuple[Result, ...]
    rows: str = ""
    timeout_ms: int = 2000
    cache_seconds: int = 0
    most_at_once: int = 10
    sealed: bytes | None = None

    @property
    def defaults(self) -> dict[str, Plain]:
        return {result.variable: result.default for result in self.results}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a source said: a decoded JSON value, or why there is none."""

    outcome: Outcome
    content: Any = None
    status: int = 0
    problem: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking: every variable has a value, the answer's or its default."""

    outcome: Outcome
    values: dict[str, Plain]
    rows: tuple[dict[str, Plain], ...] = ()
    seconds: float = 0.0
    cached: bool = False
    problem: str = ""
    answer: Answer | None = None
