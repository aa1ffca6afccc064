"""Asks sources within their time limit; never raises, never holds anybody longer than that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.data_sources import mapping
from hujiao.data_sources.addresses import Addresses
from hujiao.data_sources.contracts import GOOD, Answer, DataSource, Found, HttpRequest, Plain, PostgresQuery
from hujiao.data_sources.guard import Breaker, Cache
from hujiao.data_sources.http import HttpClient
from hujiao.data_sources.postgres import PostgresClient
from hujiao.data_sources.template import SECRETS
from hujiao.kit.errors import HujiaoError
from hujiao.kit.secrets import TenantSecrets

SECRETS_PURPOSE = "data_source.secrets"
_HIDDEN = "•••"


class DataSources:
    """All tenants' sources in one process."""

    def __init__(self, secret_key: str, allowed_networks: Iterable[str] = ()) -> None:
        self._secret_key = secret_key
        self._addresses = Addresses(allowed_networks)
        self._http: HttpClient | None = None
        self._kept: dict[tuple[UUID, UUID], _Source] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def ask(self, tenant_id: UUID, source: DataSource, parameters: Mapping[str, Plain]) -> Found:
        kept = self._kept.get((tenant_id, source.id))
        if kept is None or kept.source != source:
            if kept:
                self._forget(tenant_id, source.id)
            try:
                secrets = opened(self._secret_key, tenant_id, source.sealed)
            except HujiaoError as error:
                return Found(outcome="failed", values=source.defaults, problem=error.message)
            kept = self._kept[tenant_id, source.id] = _Source(source, secrets, self._addresses)
        return await kept.ask(self._client(), parameters)

    async def try_out(self, source: DataSource, secrets: Mapping[str, str], parameters: Mapping[str, Plain]) -> Found:
        """Ask a source as it is being written: nothing is kept of it."""
        tried = _Source(replace(source, cache_seconds=0), secrets, self._addresses)
        try:
            return await tried.ask(self._client(), parameters)
        finally:
            await tried.close()

    def keep(self, tenant_id: UUID, sources: Iterable[UUID]) -> None:
        """These are the tenant's sources now; what was kept of others goes."""
        present = set(sources)
        for tenant, source_id in list(self._kept):
            if tenant == tenant_id and source_id not in present:
                self._forget(tenant, source_id)

    async def close(self) -> None:
        for key in list(self._kept):
            self._forget(*key)
        await asyncio.gather(*self._closing, return_exceptions=True)
        if self._http:
            await self._http.close()

    def _client(self) -> HttpClient:
        if self._http is None:
            self._http = HttpClient(self._addresses)
        return self._http

    def _forget(self, tenant_id: UUID, source_id: UUID) -> None:
        task = asyncio.get_running_loop().create_task(self._kept.pop((tenant_id, source_id)).close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class _Source:
    """A source with what is remembered of it: answers, failures, connections."""

    def __init__(self, source: DataSource, secrets: Mapping[str, str], addresses: Addresses) -> None:
        self.source = source
        self._secrets = secrets
        self._cache: Cache[Found] = Cache()
        self._breaker = Breaker()
        self._room = asyncio.Semaphore(source.most_at_once)
        self._postgres = (
            PostgresClient(source.request, secrets.get("password", ""), source.timeout_ms, addresses)
            if isinstance(source.request, PostgresQuery)
            else None
        )

    async def ask(self, http: HttpClient, parameters: Mapping[str, Plain]) -> Found:
        loop = asyncio.get_running_loop()
        began = loop.time()
        given = {name: parameters.get(name) for name in self.source.parameters}
        key = msgspec.json.encode(given)
        if (cached := self._cache.get(key, began)) is not None:
            return replace(cached, cached=True, seconds=0.0)
        if not self._breaker.lets_through(began):
            problem = "it failed several times in a row and is left alone for a moment"
            return Found(outcome="set_aside", values=self.source.defaults, problem=problem)
        answer = await self._answer(http, given)
        now = loop.time()
        self._breaker.done(worked=not _broken(answer), now=now)
        found = replace(mapping.found(self.source, answer), seconds=round(now - began, 4))
        if self.source.cache_seconds and found.outcome in GOOD:
            self._cache.put(key, replace(found, answer=None), now + self.source.cache_seconds)
        return found

    async def _answer(self, http: HttpClient, given: Mapping[str, Plain]) -> Answer:
        values = {**given, **{SECRETS + name: value for name, value in self._secrets.items()}}
        request = self.source.request
        try:
            async with asyncio.timeout(self.source.timeout_ms / 1000), self._room:
                if isinstance(request, HttpRequest):
                    answer = await http.ask(request, values)
                else:
                    assert self._postgres
                    answer = await self._postgres.ask(values)
        except TimeoutError:
            return Answer(outcome="timeout", problem=f"no answer within {self.source.timeout_ms} ms")
        except Exception as error:  # whatever a source's answer does to a client, the call goes on
            return Answer(outcome="failed", problem=type(error).__name__)
        return replace(answer, problem=self._hide(answer.problem)) if answer.problem else answer

    def _hide(self, text: str) -> str:
        for secret in self._secrets.values():
            if secret:
                text = text.replace(secret, _HIDDEN)
        return text

    async def close(self) -> None:
        if self._postgres:
            await self._postgres.close()


def _broken(answer: Answer) -> bool:
    """Whether the source itself is in trouble; a refusal of one caller's data is not that."""
    in_trouble = answer.outcome in ("timeout", "unreachable", "refused_address")
    return in_trouble or answer.status == 429 or answer.status >= 500


def opened(secret_key: str, tenant_id: UUID, sealed: bytes | None) -> dict[str, str]:
    if sealed is None:
        return {}
    text = TenantSecrets(secret_key, tenant_id).open(sealed, purpose=SECRETS_PURPOSE)
    return msgspec.json.decode(text, type=dict[str, str])
