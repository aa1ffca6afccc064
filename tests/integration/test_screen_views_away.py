"""Screen views over several API processes, and while NATS or the database cannot be reached from one of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from hujiao.embedded import ports
from hujiao.kit.settings import Settings, save
from tests.conftest import Started, until
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.test_screen_views import AWAY, NEXT, WHOLE, page, refused, switch, viewing
from tests.integration.test_sockets import fresh
from tests.integration.test_whole_screen import ASK, shared, signalled
from tests.integration.world import PASSWORD, World


class Way:
    """A way to a server on this machine that can be cut: what is open breaks, and nothing new comes through."""

    def __init__(self, own: int, port: int) -> None:
        self.own = own
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._through, "127.0.0.1", self.own)

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {writer, to_writer}
        await asyncio.gather(self._pump(reader, to_writer), self._pump(to_reader, writer))
        self._open -= {writer, to_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@dataclass
class Other:
    """Another process of the API, with ways of its own to NATS and the database."""

    url: str
    nats: Way
    database: Way
    log: Path

    @asynccontextmanager
    async def client(self, login: str) -> AsyncIterator[Client]:
        async with Client(self.url) as client:
            yield await client.sign_in("a", login, PASSWORD)


def through(url: str, port: int) -> tuple[str, Way]:
    parts = urlsplit(url)
    assert parts.port is not None
    way = Way(port, parts.port)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{way.own}")).geturl(), way


@pytest.fixture
async def other(viewed: World, settings: Settings, tmp_path: Path) -> AsyncIterator[Other]:
    web_port, nats_port, database_port = ports.internal(3)
    nats_url, nats = through(settings.nats_url, nats_port)
    database_url, database = through(settings.database_url, database_port)
    own = replace(
        settings,
        home=tmp_path,
        web_port=web_port,
        nats_url=nats_url,
        database_url=database_url,
    )
    for way in (nats, database):
        await way.mend()
    save(own)
    own.logs.mkdir()
    made = Other(f"http://127.0.0.1:{own.web_port}", nats, database, own.logs / "api.log")
    process = Started((sys.executable, "-m", "hujiao", "process", "api"), made.log)
    try:

        async def healthy() -> bool:
            with suppress(aiohttp.ClientError):
                async with Client(made.url) as client:
                    return (await client.get("/health")).status == 200
            return False

        await until(healthy, "the other process")
        yield made
    finally:
        process.stop()
        for way in (nats, database):
            await way.cut()
    said = made.log.read_text("utf-8")
    for event in ("socket_failed", "message_failed", "task_failed", "not_ended"):
        assert event not in said, said[-4000:]


@pytest.fixture
async def viewed(world: World, control: CallControl) -> AsyncIterator[World]:
    await switch(world.a, "announced", "asked")
    await fresh(world, control)
    yield world
    await switch(world.a, "off")


async def test_an_account_views_so_many_screens_at_once_over_all_processes(viewed: World, other: Other) -> None:
    a = viewed.a
    async with other.client("boss") as there, AsyncExitStack() as stack:
        here = a.clients["supervisor"]
        for client in (here, there, here, there):
            await stack.enter_async_context(viewing(client, a.ids["agent"]))
        for client in (here, there):
            assert await refused(client, a.ids["agent"]) == (AWAY, "throttled")
        async with viewing(a.admin, a.ids["agent"]):
            pass  # somebody else
    async with viewing(here, a.ids["agent"]):
        pass  # they are free again


async def test_an_account_opens_views_so_often_over_all_processes(viewed: World, other: Other) -> None:
    a = viewed.a
    body = {"login": "opens", "name": "O", "role": "supervisor", "password": PASSWORD}
    await a.admin.made("/people", {**body, "project_ids": [a.ids["project"]]})
    async with Client(viewed.settings.web_url) as here, other.client("opens") as there:
        await here.sign_in("a", "opens", PASSWORD)
        # Fewer at each of them than one may open at once.
        tried = [refused(client, a.ids["queue"]) for client in (here, there) for _ in range(29)]
        answers = await asyncio.gather(*tried)
    assert {reason for _, reason in answers} == {"not_found", "throttled"}


async def test_a_view_outlives_nats(viewed: World, other: Other) -> None:
    a = viewed.a
    async with other.client("boss") as boss, other.client("first") as agent, viewing(boss, a.ids["agent"]) as view:
        async with page(agent) as shown:
            await shown.show(WHOLE)
            assert await view.piece() == WHOLE
            await other.nats.cut()

            async def ends() -> bool:
                with suppress(ConnectionError):
                    await shown.show(NEXT)
                return shown.socket.closed or shown.over

            await until(ends, "that the page begins anew, as nothing of it arrives")
        await view.next("ping")
        await view.next("ping")
        await other.nats.mend()

        async def comes_again() -> bool:
            async with page(agent) as shown:  # as the agent's own page does, until there is NATS again
                await shown.show(WHOLE)
                await asyncio.wait({reading}, timeout=1)
                return reading.done()

        reading = asyncio.ensure_future(view.piece())
        await until(comes_again, "the picture")
        assert await reading == WHOLE
        # Nobody tells this process, which finds out by itself.
        await other.nats.cut()
        await switch(a, "off")
        assert await view.ended() == "switched_off"
        await other.nats.mend()


async def test_a_view_that_is_left_while_nats_is_away_is_over(viewed: World, other: Other) -> None:
    a = viewed.a
    async with other.client("boss") as boss:
        async with viewing(boss, a.ids["agent"]):
            await other.nats.cut()
        await until(lambda: over(a.admin, a.ids["agent"]), "the end of it, which the database knows")
        await other.nats.mend()

        async def again() -> bool:
            try:
                async with viewing(boss, a.ids["agent"]):
                    return True
            except (TimeoutError, AssertionError):
                return False

        await until(again, "another view")


async def over(client: Client, agent_id: str) -> bool:
    (last,) = (await client.get("/screen-views", agent_id=agent_id)).json["items"][:1]
    return bool(last["end_reason"] == "left")


async def test_a_view_outlives_the_database(viewed: World, other: Other) -> None:
    a = viewed.a
    async with other.client("boss") as boss, other.client("first") as agent:
        async with viewing(boss, a.ids["agent"]) as view, page(agent) as shown:
            page_id = await shared(view, shown)
            await other.database.cut()
            await shown.show(WHOLE)
            assert await view.piece() == WHOLE
            # That the whole screen is looked at cannot be kept: it is not.
            await view.socket.send_json({"type": "signal", "page_id": page_id, "signal": ASK})
            assert (await signalled(view))["why"] == "away"
            await view.socket.send_json({"type": "on"})
            for _ in range(5):  # it is asked meanwhile whether it may still be seen, in vain
                await view.next("ping")
            await shown.show(NEXT)
            assert (await view.piece())["data"] == NEXT["data"]
            assert shown.said.empty()
            # A further one cannot be opened.
            assert (await refused(boss, a.ids["agent"]))[0] == AWAY
            await other.database.mend()

            async def asked() -> bool:
                await view.socket.send_json({"type": "signal", "page_id": page_id, "signal": ASK})
                await asyncio.sleep(1)
                return not shown.said.empty()

            await until(asked, "the way to the database")
            await other.database.cut()
        await other.database.mend()
        await until(lambda: over(a.admin, a.ids["agent"]), "its end, kept as soon as it can be")
