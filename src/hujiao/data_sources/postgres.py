"""Asks a tenant's PostgreSQL: one SELECT in a read-only transaction, its first row."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncpg
import msgspec

from hujiao.data_sources.addresses import Addresses, AddressRefused, in_words
from hujiao.data_sources.contracts import Answer, Plain, PostgresQuery
from hujiao.data_sources.template import as_query

LARGEST_ROW = 64 * 1024
# The row as JSON made by the server: its types are JSON's, and a row that is too large never leaves it.
_FIRST_ROW = (
    "SELECT octet_length(line), CASE WHEN octet_length(line) <= {limit} THEN line END"
    " FROM (SELECT row_to_json(found)::text AS line FROM (\n{query}\n) found LIMIT 1) one"
)

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]


class _Named(ssl.SSLContext):
    """Checks the certificate against the host's name though the connection goes to its checked address."""

    server: str

    def wrap_bio(self, *args: object, **more: object) -> ssl.SSLObject:
        more["server_hostname"] = self.server
        return super().wrap_bio(*args, **more)  # type: ignore[arg-type]


def _tls(query: PostgresQuery) -> ssl.SSLContext | bool:
    if query.tls == "off":
        return False
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.server = query.host
    if query.tls == "verify":
        context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class PostgresClient:
    """One source's connections, kept between its questions; its owner says how many ask at once."""

    def __init__(self, query: PostgresQuery, password: str, timeout_ms: int, addresses: Addresses) -> None:
        self.query = query
        self._password = password
        self._timeout_ms = timeout_ms
        self._addresses = addresses
        self._idle: list[Connection] = []
        self._closed = False

    async def ask(self, values: Mapping[str, Plain]) -> Answer:
        query, bound = as_query(self.query.query.strip().rstrip(";"), values)
        connection = None
        try:
            connection = await self._connection()
            await connection.execute(f"BEGIN READ ONLY; SET LOCAL statement_timeout = {self._timeout_ms}")
            row = await connection.fetchrow(_FIRST_ROW.format(limit=LARGEST_ROW, query=query), *bound)
            await connection.execute("ROLLBACK")
        except AddressRefused as error:
            return Answer(outcome="refused_address", problem=in_words(error))
        except asyncpg.QueryCanceledError:
            self._drop(connection)
            return Answer(outcome="timeout", problem="the statement took too long")
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError) as error:
            self._drop(connection)
            words = in_words(error) if isinstance(error, OSError) else str(error) or type(error).__name__
            return Answer(outcome="unreachable", problem=words)
        except asyncpg.PostgresError as error:
            self._drop(connection)
            return Answer(outcome="failed", problem=str(error))
        except BaseException:  # the time is over
            self._drop(connection)
            raise
        self._keep(connection)
        if row is None:
            return Answer(outcome="not_found")
        size, line = row
        if line is None:
            return Answer(outcome="bad_answer", problem=f"a row of {size} bytes; {LARGEST_ROW} at most")
        return Answer(outcome="ok", content=msgspec.json.decode(line))

    async def _connection(self) -> Connection:
        while self._idle:
            kept = self._idle.pop()
            if not kept.is_closed():
                return kept
        address = (await self._addresses.resolve(self.query.host, self.query.port))[0]
        return await asyncpg.connect(
            host=address,
            port=self.query.port,
            user=self.query.user,
            password=self._password,
            database=self.query.database,
            ssl=_tls(self.query),
            statement_cache_size=0,  # a pooler in between may hand each transaction another connection
            server_settings={"application_name": "hujiao"},
        )

    def _keep(self, connection: Connection) -> None:
        if self._closed:
            self._drop(connection)
        else:
            self._idle.append(connection)

    @staticmethod
    def _drop(connection: Connection | None) -> None:
        if connection is not None:
            connection.terminate()

    async def close(self) -> None:
        self._closed = True
        idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
                await connection.close(timeout=2)
