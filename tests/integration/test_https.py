"""The API by HTTPS: who connects and says nothing is left in its time, and who says too much is stopped."""

from __future__ import annotations

import asyncio
import datetime
import resource
import shutil
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from hujiao.app.http.main import HEADER_SECONDS
from hujiao.embedded import certificates, ports
from hujiao.kit.settings import Settings, save
from tests.conftest import Started, until
from tests.integration.client import Client
from tests.integration.world import PASSWORD, World

LARGEST_FRAME = 16 * 1024**2  # that the server's WebSocket takes


@pytest.fixture(scope="module")
async def https(settings: Settings, world: World) -> AsyncIterator[Settings]:
    """A second API process on the same installation, with a certificate."""
    home = Path(tempfile.mkdtemp(prefix="https-", dir=settings.home.parent))
    certificates.ensure(home / "tls", "127.0.0.1", datetime.datetime.now(datetime.UTC))
    port = ports.internal(1)[0]
    served = replace(
        settings,
        home=home,
        web_port=port,
        web_url=f"https://127.0.0.1:{port}",
        tls_cert=home / "tls" / certificates.CERTIFICATE,
        tls_key=home / "tls" / certificates.KEY,
    )
    save(served)
    served.logs.mkdir()
    process = Started((sys.executable, "-m", "hujiao", "process", "api"), served.logs / "api.log")
    try:

        async def healthy() -> bool:
            with suppress(aiohttp.ClientError):
                async with Client(served.web_url, trust=trust(served)) as client:
                    return (await client.get("/health")).status == 200
            return False

        await until(healthy, "the API by HTTPS")
        yield served
    finally:
        process.stop()
        shutil.rmtree(home, ignore_errors=True)


def trust(served: Settings, *offers: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=served.home / "tls" / certificates.AUTHORITY)
    if offers:
        context.set_alpn_protocols(list(offers))
    return context


async def test_who_says_nothing_more_is_left_in_its_time(https: Settings) -> None:
    """Before the handshake and after it, whatever protocol is offered, in the middle of a head, and after an answer."""

    async def left(offers: tuple[str, ...] | None, sent: bytes) -> None:
        secured = None if offers is None else trust(https, *offers)
        reader, writer = await asyncio.open_connection("127.0.0.1", https.web_port, ssl=secured)
        writer.write(sent)
        async with asyncio.timeout(HEADER_SECONDS * 4):
            with suppress(ConnectionResetError):
                while await reader.read(65536):
                    pass
        writer.close()

    said = (b"", b"GET / HTTP/1.1\r\nhost: x\r\n", b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
    offers = (("h2", "http/1.1"), ("http/1.1",), ())
    await asyncio.gather(left(None, b""), *(left(one, sent) for one in offers for sent in said))


async def test_connections_that_are_kept_open_hold_up_nobody(world: World) -> None:
    """Browsers keep theirs open between two requests: so many that one more would have to wait are very many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kept: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    try:
        for _ in range(12):
            new = (asyncio.open_connection("127.0.0.1", world.settings.web_port) for _ in range(200))
            kept += await asyncio.gather(*new)
        async with Client(world.settings.web_url) as client:
            assert (await client.get("/health")).status == 200
        assert not any(reader.at_eof() for reader, _ in kept), "none of them had to end first"
    finally:
        for _, writer in kept:
            writer.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_frame_beyond_the_bound_ends_its_socket_alone(https: Settings, world: World) -> None:
    """The first before it has come whole; what is smaller and still too much for us ends it when it has."""
    async with Client(https.web_url, trust=trust(https)) as client:
        await client.sign_in(world.a.slug, "boss", PASSWORD)
        for size in (LARGEST_FRAME + 1, 100_000):
            socket = await client.socket()
            with suppress(ConnectionError):
                await socket.send_str("x" * size)
            async with asyncio.timeout(60):
                while not socket.closed:
                    await socket.receive()
            assert (await client.get("/session")).status == 200
