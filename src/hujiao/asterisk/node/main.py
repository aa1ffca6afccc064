"""The process `node`: keeps one Asterisk's endpoints, numbers and trunks as the database says, and watches over it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

import msgspec
import structlog
from sqlalchemy import text

from hujiao.asterisk import console, rest
from hujiao.asterisk.endpoints import Endpoint, Endpoints, Transport
from hujiao.asterisk.node import numbers
from hujiao.asterisk.node.reachable import Reachable
from hujiao.asterisk.node.watch import Watch
from hujiao.asterisk.trunks import Trunks
from hujiao.kit import bus as messages
from hujiao.kit import log as logging
from hujiao.kit import tasks
from hujiao.kit.db import Database, make_engine
from hujiao.kit.errors import HujiaoError
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.renewal import EVERY_SECONDS, Renewal
from hujiao.kit.settings import Settings

log = structlog.get_logger()

_GRACE = 20.0  # seconds that callers in menus and queues wait for their runtime; HUJIAO_FALLBACK_GRACE sets another
_PHONES = "SELECT sip_user, phone_digest AS md5, phone_encryption AS encryption, shard FROM lookup_phones()"


CONFIGURATION = "configuration"  # what its faults are written down under


class EndpointChange(msgspec.Struct):
    op: Literal["set", "remove"]
    sip_user: str
    md5: str = ""
    transport: Transport = "browser"
    shard: int = 0


class Node:
    def __init__(self, settings: Settings, database: Database, ari: rest.Rest) -> None:
        self.settings = settings
        self.database = database
        self.control = console.socket_path(settings)
        self.endpoints = Endpoints(settings)
        self.trunks = Trunks(settings, database, ari)
        self.faults = Faults()
        grace = float(os.environ.get("HUJIAO_FALLBACK_GRACE", _GRACE))
        self.watch = Watch(settings, ari, self.faults, grace=grace)
        self.reachable = Reachable(self.control, self._tell_phones)
        self._bus: messages.Bus | None = None
        self._phones: dict[str, Endpoint] = {}
        self._changed = asyncio.Event()

    async def serve(self, bus: messages.Bus) -> None:
        self._bus, node = bus, self.settings.node
        await bus.serve(bus.subjects.node(node, "phones-now"), self._phones_now)
        await bus.serve(bus.subjects.node(node, "endpoint"), _answering(self._endpoint))
        await bus.serve(bus.subjects.node(node, "trunks"), _answering(self._trunks_changed))
        await bus.serve(bus.subjects.node(node, "trunk-state"), self._trunk_state)
        await bus.serve(bus.subjects.node(node, "trunk-test"), _answering(self.trunks.test_call))
        await bus.subscribe(bus.subjects.config("*"), self._configuration_changed)
        await bus.serve_health("node", self._health)

    async def run(self) -> None:
        """Follow the database: once at the start, then after each change; what fails is tried again."""
        while True:
            self._changed.clear()
            try:
                await self.synchronise()
            except Exception as error:
                log.exception("synchronise_failed")
                self.faults.met(CONFIGURATION, None, about="Asterisk's configuration", reason=reason_of(error))
                await asyncio.sleep(2)
                continue
            self.faults.mended(CONFIGURATION, None)
            await self._changed.wait()

    async def synchronise(self) -> None:
        async with self.database.lookup() as session:
            rows = (await session.execute(text("SELECT number, shard FROM lookup_access_numbers()"))).all()
            phones = (await session.execute(text(_PHONES))).all()
        if numbers.write(self.settings.asterisk_etc, [(number, shard) for number, shard in rows]):
            await self._console("dialplan reload")
            log.info("numbers_written", count=len(rows))
        self._phones = {row.sip_user: Endpoint(transport="phone", **row._mapping) for row in phones}
        changed, gone = await self.endpoints.keep_phones(self._phones.values())
        if changed or gone:
            log.info("phones_written", changed=changed, removed=gone)
        await self.trunks.synchronise()

    async def renew(self, renewal: Renewal) -> None:
        """Have Asterisk take a renewed certificate; calls and connections go on."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            if await asyncio.to_thread(renewal.due):
                await self._console(console.RELOAD_PJSIP)
                log.info("certificate_renewed")

    async def _endpoint(self, message: Any) -> None:
        change = msgspec.convert(message, EndpointChange)
        if change.op == "set":
            endpoint = Endpoint(change.sip_user, change.md5, change.transport, change.shard)
            await self.endpoints.set([endpoint])
            return
        if change.sip_user in self._phones:  # the agent's hard phone takes its place again
            await self.endpoints.set([self._phones[change.sip_user]])
        else:
            await self.endpoints.remove([change.sip_user])

    async def _trunks_changed(self, _: Any) -> None:
        await self.trunks.synchronise()

    async def _trunk_state(self, _: Any) -> list[dict[str, Any]]:
        return await self.trunks.states()

    async def _phones_now(self, _: Any) -> dict[str, Any]:
        return {"reachable": self.reachable.users}

    async def _tell_phones(self, users: frozenset[str]) -> None:
        if self._bus:
            await self._bus.publish(self._bus.subjects.node(self.settings.node, "phones"), {"reachable": users})

    async def _configuration_changed(self, message: Any) -> None:
        if message.get("of_calls", True):
            self._changed.set()

    async def _console(self, command: str) -> None:
        try:
            await console.run(self.control, command)
        except (OSError, TimeoutError) as error:  # Asterisk reads the files when it starts
            log.info("asterisk_away", command=command, error=str(error))

    async def _health(self) -> dict[str, Any]:
        seen = msgspec.to_builtins(self.watch.seen)
        return {
            **seen,
            "phones": len(self._phones),
            "reachable": len(self.reachable.users or ()),
            "watch": {"asterisk": seen["asterisk"], "seconds": self.watch.seconds()},
            "voice_ports": {"held": self.watch.ports.held, "count": self.watch.ports.count},
            "trunks_left_out": [{"name": one.name, "reason": one.reason} for one in self.trunks.left_out],
            "faults": self.faults.report(),
        }


def _answering(handler: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[dict[str, Any]]]:
    async def answer(message: Any) -> dict[str, Any]:
        try:
            data = await handler(message)
        except HujiaoError as error:
            return {"ok": False, "error": {"code": error.code, "field": error.field, "message": error.message}}
        except msgspec.ValidationError as error:
            return {"ok": False, "error": {"code": "bad_request", "field": None, "message": str(error)}}
        return {"ok": True, "data": data}

    return answer


async def _serve(settings: Settings, stop: asyncio.Event) -> None:
    database = Database(make_engine(settings.database_url, pool_size=2))
    bus = await messages.connect(settings.nats_url, settings.instance, name="node")
    async with rest.connect(settings.asterisk_http_port, settings.ari_user, settings.ari_password) as ari:
        node = Node(settings, database, ari)
        await node.serve(bus)
        loops = tasks.Tasks()
        loops.keep("configuration", node.run())
        loops.keep("watch", node.watch.run())
        loops.keep("reachable", node.reachable.run())
        if settings.tls_cert and settings.tls_key:
            loops.keep("certificate", node.renew(Renewal(settings.tls_cert, settings.tls_key)))
        log.info("node_started", node=settings.node)
        await stop.wait()
        await loops.stop()
    await bus.close()
    await database.close()


def main(settings: Settings) -> int:
    logging.configure("node")
    return tasks.run(partial(_serve, settings))
