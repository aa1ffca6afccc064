"""What administrators see and send about data sources."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hujiao.data_sources.contracts import Outcome, Plain
from hujiao.kit.views import Input

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Host = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_-]+$")]
Secret = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=4000)]


class HeaderView(Input):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
    value: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x1f\x7f]*$")]


class HttpRequestView(Input):
    """`{{parameter}}` and `{{secrets.name}}` may stand in path, query, header values and the JSON body."""

    kind: Literal["http"] = "http"
    method: Literal["GET", "POST"] = "GET"
    url: str = Field(min_length=1, max_length=2000)
    headers: list[HeaderView] = Field(default=[], max_length=20)
    body: str = Field(default="", max_length=20_000, description="JSON; only with POST")


class PostgresQueryView(Input):
    """One SELECT; `{{parameter}}` in it is a text. The password is the secret `password`."""

    kind: Literal["postgres"]
    host: Host
    port: int = Field(default=5432, ge=1, le=65535)
    database: str = Field(min_length=1, max_length=63)
    user: str = Field(min_length=1, max_length=63)
    tls: Literal["off", "require", "verify"] = Field(default="verify", description="`require` checks no certificate")
    query: str = Field(min_length=1, max_length=20_000)


class ResultView(Input):
    variable: Name
    value: str = Field(min_length=1, max_length=2000, description="CEL over `answer` and `status`")
    default: Plain = Field(default=None, description="When the source gives no value")


class DataSourceFields(Input):
    name: str = Field(min_length=1, max_length=60)
    parameters: list[Name] = Field(default=[], max_length=20)
    request: Annotated[HttpRequestView | PostgresQueryView, Field(discriminator="kind")]
    results: list[ResultView] = Field(min_length=1, max_length=30)
    rows: str = Field(default="", max_length=2000, description="CEL that gives a list of maps: lines for a screen pop")
    timeout_ms: int = Field(default=2000, ge=100, le=10_000)
    cache_seconds: int = Field(default=0, ge=0, le=86_400)
    most_at_once: int = Field(default=10, ge=1, le=100)


class DataSourceIn(DataSourceFields):
    """`secrets` are written, never read; null keeps the stored one, one that is left out goes."""

    secrets: dict[Name, Secret | None] = Field(default={}, max_length=10)


class DataSourceView(DataSourceFields):
    id: UUID
    secrets: list[str]


class TryIn(Input):
    """A source as it is being written; `source_id`: whose stored secrets are meant by null."""

    source: DataSourceIn
    source_id: UUID | None = None
    values: dict[Name, Plain] = Field(default={}, max_length=20)


class TryResult(BaseModel):
    outcome: Outcome
    seconds: float
    status: int | None
    answer: Any
    values: dict[str, Any]
    rows: list[dict[str, Any]] = []
    problem: str | None
