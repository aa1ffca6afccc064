"""The API: its routes, its sockets and the web application, on one port."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route, WebSocketRoute

from hujiao import __version__
from hujiao.app.http import addresses, errors, static, visitors
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes import ROUTERS
from hujiao.app.http.routes.public import certificate, health_alone
from hujiao.app.http.sockets.board import board_socket
from hujiao.app.http.sockets.chat import chat_socket
from hujiao.app.http.sockets.live import live_socket
from hujiao.app.http.sockets.screen import screen_socket
from hujiao.app.http.sockets.screen_view import screen_view_socket
from hujiao.app.http.sockets.sip import sip_socket
from hujiao.app.http.work import Work
from hujiao.app.realtime.chat import Chats
from hujiao.app.realtime.hub import Hub
from hujiao.app.realtime.screens import Screens
from hujiao.data_sources.client import DataSources
from hujiao.identity.devices import Devices
from hujiao.identity.throttle import SignInThrottle
from hujiao.kit import bus, db, log, memory
from hujiao.kit.expressions import use_sandbox
from hujiao.kit.sandbox import Sandbox
from hujiao.kit.settings import Settings, load
from hujiao.kit.tasks import Tasks, Watchdog

PREFIX = "/api/v1"
PROCESS = "api"


def build(lifespan: Callable[[FastAPI], Any] | None = None) -> FastAPI:
    """The application without its parts: enough to describe it and to list its routes."""
    app = FastAPI(
        title="hujiao",
        summary="An open, multi-tenant contact-center platform.",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        responses=errors.COMMON_ERRORS,
        redirect_slashes=False,
    )
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.router.routes.append(WebSocketRoute(f"{PREFIX}/socket", live_socket, name="live_socket"))
    app.router.routes.append(WebSocketRoute(f"{PREFIX}/public/chat/socket", chat_socket, name="chat_socket"))
    app.router.routes.append(WebSocketRoute(f"{PREFIX}/public/board/socket", board_socket, name="board_socket"))
    app.router.routes.append(WebSocketRoute(f"{PREFIX}/me/screen/socket", screen_socket, name="screen_socket"))
    app.router.routes.append(
        WebSocketRoute(
            f"{PREFIX}/agents/{{agent_id:uuid}}/screen/socket", screen_view_socket, name="screen_view_socket"
        )
    )
    app.router.routes.append(WebSocketRoute("/sip", sip_socket, name="sip_socket"))
    app.router.routes.append(Route("/ca.pem", certificate, methods=["GET"], name="authority_certificate"))
    app.router.routes.append(Route("/health", health_alone, methods=["GET"], name="health_alone"))
    app.router.routes.append(Route("/api/{rest:path}", _nothing_here, name="no_such_route"))
    app.router.routes.append(
        Route("/{rest:path}", static.serving(static.DIST), methods=["GET"], name="web_application")
    )
    app.add_middleware(addresses.Addresses)
    app.add_middleware(visitors.CrossOrigin)
    app.add_middleware(static.CompressedAnswers)
    app.add_middleware(static.SecurityHeaders)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


async def _nothing_here(request: Any) -> Any:
    from starlette.exceptions import HTTPException

    raise HTTPException(404)


async def make_parts(settings: Settings) -> Parts:
    connected = await bus.connect(settings.nats_url, settings.instance, name=PROCESS)
    # Without a ping: after a restart of the database one request finds out, and all connections are made anew.
    database = db.Database(db.make_engine(settings.database_url, ping=False))
    hub = Hub(connected, database)
    return Parts(
        settings=settings,
        database=database,
        bus=connected,
        hub=hub,
        chats=Chats(connected, hub),
        screens=Screens(connected, hub),
        data_sources=DataSources(settings.secret_key, settings.source_networks),
        throttle=SignInThrottle(database),
        devices=Devices(settings.secret_key),
        work=Work(connected, [*settings.runtime_names, "jobs", "node"]),
    )


async def close_parts(parts: Parts) -> None:
    await parts.hub.stop()
    await parts.chats.stop()
    await parts.screens.stop()
    await parts.data_sources.close()
    await parts.bus.close()
    await parts.database.close()
    parts.passwords.close()
    await parts.apart.close()


def create() -> FastAPI:
    """What each worker of the web server runs."""
    settings = load()
    log.configure(PROCESS)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _end_with_parent()
        sandbox = Sandbox()
        use_sandbox(sandbox)
        loops = Tasks()
        loops.keep("watchdog", Watchdog().run())
        parts = await make_parts(settings)
        app.state.parts = parts
        await parts.hub.start()
        await parts.chats.start()
        await parts.screens.start()

        async def detail() -> dict[str, Any]:
            desktops = sum(len(feed.sockets) for feed in parts.hub.feeds.values())
            return {"sockets": desktops, "visitors": parts.chats.open_sockets()}

        await parts.bus.serve_health(PROCESS, detail)
        memory.settle()
        try:
            yield
        finally:
            async with asyncio.timeout(10):
                await close_parts(parts)
                await loops.stop()
            sandbox.close()

    return build(lifespan)


def _end_with_parent() -> None:
    """A worker whose server was killed would go on holding the port: let the kernel end it, too."""
    import ctypes

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM, 0, 0, 0)
