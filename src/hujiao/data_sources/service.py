"""Data sources as administrators keep them, and the same as the runtime asks them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.data_sources import template
from hujiao.data_sources.addresses import Addresses, AddressRefused
from hujiao.data_sources.client import SECRETS_PURPOSE, opened
from hujiao.data_sources.contracts import DataSource, HttpRequest, PostgresQuery, Result
from hujiao.data_sources.mapping import ANSWER
from hujiao.data_sources.models import DataSourceRow
from hujiao.data_sources.views import (
    DataSourceFields,
    DataSourceIn,
    DataSourceView,
    HttpRequestView,
    PostgresQueryView,
)
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.compiling import compiled
from hujiao.kit.errors import BadField
from hujiao.kit.expressions import BadExpression
from hujiao.kit.secrets import TenantSecrets
from hujiao.kit.strict_json import decoded

_READS = re.compile(r"\s*(SELECT|WITH|TABLE|VALUES)\b", re.IGNORECASE)
# What the HTTP client says by itself.
_OWN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})


class DataSourceCatalogue(Catalogue[DataSourceRow, DataSourceIn, DataSourceView]):
    row, view = DataSourceRow, DataSourceView
    search, order = (DataSourceRow.name,), (DataSourceRow.name,)

    def __init__(
        self, session: AsyncSession, tenant_id: UUID, secret_key: str, allowed_networks: Sequence[str]
    ) -> None:
        super().__init__(session, tenant_id)
        self._secret_key = secret_key
        self._addresses = Addresses(allowed_networks)

    async def values(self, data: DataSourceIn, row: DataSourceRow | None) -> dict[str, Any]:
        secrets = await self.checked(data, row)
        sealed = None
        if secrets:
            text = msgspec.json.encode(secrets).decode()
            sealed = TenantSecrets(self._secret_key, self.tenant_id).seal(text, purpose=SECRETS_PURPOSE)
        document = data.model_dump(mode="json", exclude={"secrets", "name"})
        return {"name": data.name, "document": document, "secrets_encrypted": sealed}

    async def show(self, rows: Sequence[DataSourceRow]) -> list[DataSourceView]:
        return [
            DataSourceView(
                id=row.id,
                name=row.name,
                secrets=sorted(opened(self._secret_key, self.tenant_id, row.secrets_encrypted)),
                **row.document,
            )
            for row in rows
        ]

    async def checked(self, data: DataSourceIn, row: DataSourceRow | None, field: str = "") -> dict[str, str]:
        """The source's secrets as they will be; `BadField` for what can never work."""
        try:
            secrets = self._secrets(data, row)
            await compiled(ANSWER, [data.rows, *(result.value for result in data.results)])
            check(data, set(secrets), self._addresses)
        except BadField as error:
            error.field = f"{field}{error.field}"
            raise
        return secrets

    def _secrets(self, data: DataSourceIn, row: DataSourceRow | None) -> dict[str, str]:
        stored = opened(self._secret_key, self.tenant_id, row.secrets_encrypted) if row else {}
        kept = {name for name, value in data.secrets.items() if value is None}
        for name in sorted(kept - stored.keys()):
            raise BadField("error.secret_missing", field=f"secrets.{name}")
        if kept and row and _place(data) != _place(DataSourceFields(name=row.name, **row.document)):
            raise BadField("error.secret_for_another_host", field=f"secrets.{min(kept)}")
        return {name: stored[name] if value is None else value for name, value in data.secrets.items()}


def _place(data: DataSourceFields) -> tuple[object, ...]:
    """Where secrets are sent: for another place they are asked for anew."""
    request = data.request
    if isinstance(request, PostgresQueryView):
        return (request.kind, request.host, request.port)
    address = urlsplit(request.url)
    return (request.kind, address.scheme, address.netloc)


def check(data: DataSourceFields, secrets: set[str], addresses: Addresses) -> None:
    """What can be known without asking the source."""
    _once("parameters", data.parameters)
    _once("results", [result.variable for result in data.results])
    if isinstance(data.request, HttpRequestView):
        _check_http(data.request, addresses)
        texts = {"request.url": data.request.url, "request.body": data.request.body}
        texts |= {f"request.headers.{at}.value": header.value for at, header in enumerate(data.request.headers)}
        known = {*data.parameters, *(template.SECRETS + name for name in secrets)}
    else:
        _check_postgres(data.request, addresses)
        texts, known = {"request.query": data.request.query}, set(data.parameters)
    for field, text in texts.items():
        for name in sorted(template.names(text) - known):
            detail = {"name": name, "known": ", ".join(sorted(known)) or "—"}
            raise BadField("error.unknown_placeholder", field=field, detail=detail)
    expressions = {f"results.{at}.value": result.value for at, result in enumerate(data.results)}
    expressions |= {"rows": data.rows} if data.rows else {}
    for field, expression in expressions.items():
        try:
            ANSWER.compile(expression)
        except BadExpression as error:
            raise BadField("error.bad_expression", field=field, detail=error.said.inside("problem")) from error


def _check_http(request: HttpRequestView, addresses: Addresses) -> None:
    try:
        address = urlsplit(request.url)
        host, _ = address.hostname, address.port
    except ValueError:
        raise BadField("error.source_url", field="request.url") from None
    if address.scheme not in ("http", "https") or not host or address.username or "{" in address.netloc:
        raise BadField("error.source_url", field="request.url")
    _reachable("request.url", host, addresses)
    for at, header in enumerate(request.headers):
        if header.name.lower() in _OWN_HEADERS:
            raise BadField("error.source_header", field=f"request.headers.{at}.name", detail={"name": header.name})
    if request.body and request.method == "GET":
        raise BadField("error.source_body_with_get", field="request.body")
    try:
        if request.body:
            decoded(request.body.encode())
    except BadField as error:
        error.field = "request.body"
        raise


def _check_postgres(request: PostgresQueryView, addresses: Addresses) -> None:
    _reachable("request.host", request.host, addresses)
    if not _READS.match(request.query):
        raise BadField("error.source_query", field="request.query")


def _reachable(field: str, host: str, addresses: Addresses) -> None:
    try:
        addresses.check_host(host)
    except AddressRefused:
        raise BadField("error.address_not_allowed", field=field, detail={"address": host}) from None


def _once(field: str, values: list[str]) -> None:
    if len(values) != len(set(values)):
        raise BadField("error.said_twice", field=field)


def as_source(source_id: UUID, data: DataSourceFields, sealed: bytes | None = None) -> DataSource:
    """The source as the runtime asks it."""
    request = data.request
    asked: HttpRequest | PostgresQuery
    if isinstance(request, HttpRequestView):
        headers = tuple((header.name, header.value) for header in request.headers)
        asked = HttpRequest(method=request.method, url=request.url, headers=headers, body=request.body)
    else:
        asked = PostgresQuery(**request.model_dump(exclude={"kind"}))
    return DataSource(
        id=source_id,
        name=data.name,
        parameters=tuple(data.parameters),
        request=asked,
        results=tuple(Result(one.variable, one.value, one.default) for one in data.results),
        rows=data.rows,
        timeout_ms=data.timeout_ms,
        cache_seconds=data.cache_seconds,
        most_at_once=data.most_at_once,
        sealed=sealed,
    )


async def sources(session: AsyncSession) -> dict[UUID, DataSource]:
    """As flows ask them, which have no use for rows."""
    rows = await session.scalars(select(DataSourceRow))
    return {row.id: msgspec.structs.replace(_asked(row), rows="") for row in rows}


def _asked(row: DataSourceRow) -> DataSource:
    return as_source(row.id, DataSourceFields(name=row.name, **row.document), row.secrets_encrypted)


async def source(session: AsyncSession, source_id: UUID) -> DataSource | None:
    row = await session.scalar(select(DataSourceRow).where(DataSourceRow.id == source_id))
    return _asked(row) if row else None


async def names(session: AsyncSession) -> dict[UUID, str]:
    rows = await session.execute(select(DataSourceRow.id, DataSourceRow.name))
    return {row.id: row.name for row in rows}


async def results(session: AsyncSession) -> dict[UUID, frozenset[str]]:
    """The tenant's sources by id, with the names of their results."""
    rows = await session.scalars(select(DataSourceRow))
    return {row.id: frozenset(one["variable"] for one in row.document["results"]) for row in rows}


async def parameters(session: AsyncSession) -> Mapping[str, frozenset[str]]:
    """The tenant's sources by id, with what they ask for."""
    rows = await session.scalars(select(DataSourceRow))
    return {str(row.id): frozenset(row.document["parameters"]) for row in rows}
