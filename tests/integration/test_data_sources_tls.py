"""A tenant's PostgreSQL over TLS: real certificates, before the real server, which itself speaks none."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from hujiao.data_sources.contracts import Found, PostgresQuery
from hujiao.embedded import certificates
from hujiao.kit.settings import Settings
from tests.integration.test_data_sources import LOOPBACK, TENANT, client, postgres

_SSL_REQUEST = 8  # bytes: length and code; the server answers S and then speaks TLS


@asynccontextmanager
async def terminator(settings: Settings, folder: Path) -> AsyncIterator[int]:
    """Its port; connections that ask for TLS get it, and go on to PostgreSQL in plain."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / certificates.CERTIFICATE, folder / certificates.KEY)
    port = urlsplit(settings.database_url).port

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while found := await reader.read(65536):
                writer.write(found)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(_SSL_REQUEST)
        writer.write(b"S")
        with suppress(OSError):  # the certificate was refused
            await writer.start_tls(context)
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pass_on(reader, back), pass_on(there, writer))
        writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def ask(settings: Settings, port: int, tls: Literal["require", "verify"], host: str = "localhost") -> Found:
    source = postgres(settings, "SELECT 5 AS grade")
    assert isinstance(source.request, PostgresQuery)
    source = replace(source, request=replace(source.request, host=host, port=port, tls=tls))
    async with client(settings, LOOPBACK, "::1/128") as sources:
        return await sources.ask(TENANT, source, {})


@pytest.mark.parametrize(
    ("host", "trusted", "tls", "outcome", "problem"),
    [
        ("localhost", True, "verify", "ok", ""),
        ("localhost", False, "verify", "unreachable", "certificate verify failed"),
        ("localhost", False, "require", "ok", ""),
        ("127.0.0.3", True, "verify", "unreachable", "certificate is not valid for '127.0.0.3'"),
        ("127.0.0.3", True, "require", "ok", ""),
    ],
)
async def test_certificates(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusted: bool,
    tls: Literal["require", "verify"],
    outcome: str,
    problem: str,
) -> None:
    """The certificate is for localhost and 127.0.0.1."""
    certificates.ensure(tmp_path, "localhost", datetime.now(UTC))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / certificates.AUTHORITY))
    async with terminator(settings, tmp_path) as port:
        found = await ask(settings, port, tls, host)
    assert found.outcome == outcome, found.problem
    assert problem in found.problem
    assert found.values == {"grade": 5 if outcome == "ok" else 1}


@pytest.mark.parametrize("tls", ["require", "verify"])
async def test_a_server_without_tls_gets_no_password(settings: Settings, tls: Literal["require", "verify"]) -> None:
    found = await ask(settings, urlsplit(settings.database_url).port or 0, tls)
    assert found.outcome == "unreachable"
    assert "SSL" in found.problem
