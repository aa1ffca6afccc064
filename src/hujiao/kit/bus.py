"""NATS: subjects, requests and events between processes. Nothing is true only because it was said here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

from hujiao.kit.errors import NobodyThere, Unavailable
from hujiao.kit.tasks import Tasks

log = structlog.get_logger()
Handler = Callable[[Any], Awaitable[Any]]


class Subjects:
    """Every subject of one installation, in one place."""

    def __init__(self, instance: str) -> None:
        self.root = f"hujiao.{instance}"

    def health(self, process: str) -> str:
        return f"{self.root}.health.{process}"

    def command(self, shard: int) -> str:
        return f"{self.root}.shard.{shard}.command"

    def explain(self, shard: int) -> str:
        return f"{self.root}.shard.{shard}.explain"

    def helpers(self, shard: int) -> str:
        return f"{self.root}.shard.{shard}.helpers"

    def snapshot(self, shard: int) -> str:
        return f"{self.root}.shard.{shard}.snapshot"

    def holder(self, shard: int) -> str:
        """Whoever holds the shard answers; nobody does while it changes hands."""
        return f"{self.root}.shard.{shard}.holder"

    def runtime(self, name: str) -> str:
        """One runtime, asked by another to give up a shard."""
        return f"{self.root}.runtime.{name}"

    def live(self, tenant_id: UUID | str) -> str:
        return f"{self.root}.tenant.{tenant_id}.live"

    def chat(self, tenant_id: UUID | str) -> str:
        return f"{self.root}.tenant.{tenant_id}.chat"

    def bulletins(self, tenant_id: UUID | str) -> str:
        return f"{self.root}.tenant.{tenant_id}.bulletins"

    def alarms(self, tenant_id: UUID | str) -> str:
        return f"{self.root}.tenant.{tenant_id}.alarms"

    def next_calls(self, tenant_id: UUID | str) -> str:
        return f"{self.root}.tenant.{tenant_id}.next_calls"

    def settings(self, tenant_id: UUID | str) -> str:
        """That a tenant's settings have changed."""
        return f"{self.root}.tenant.{tenant_id}.settings"

    def screens(self, tenant_id: UUID | str) -> str:
        """Whose screens are viewed, and by whom."""
        return f"{self.root}.tenant.{tenant_id}.screens"

    def screen(self, tenant_id: UUID | str, agent_id: UUID | str) -> str:
        """What one agent's screen shows."""
        return f"{self.root}.tenant.{tenant_id}.screen.{agent_id}"

    def config(self, tenant_id: UUID | str) -> str:
        return f"{self.root}.config.{tenant_id}"

    def node(self, node: str, what: str) -> str:
        return f"{self.root}.node.{node}.{what}"

    def session_ended(self) -> str:
        return f"{self.root}.session.ended"

    def jobs(self, what: str) -> str:
        return f"{self.root}.jobs.{what}"


class Bus:
    """Request, publish and serve in msgspec JSON."""

    def __init__(self, client: Client, instance: str) -> None:
        self.client = client
        self.subjects = Subjects(instance)
        self._answering = Tasks()

    async def request(self, subject: str, message: Any, *, timeout: float = 5.0) -> Any:
        """The other side's answer; `NobodyThere` when nobody serves the subject, `Unavailable` after the time."""
        try:
            answer = await self.client.request(subject, msgspec.json.encode(message), timeout=timeout)
        except NoRespondersError as error:
            raise NobodyThere("error.part_away", detail={"subject": subject}) from error
        except (NatsTimeout, NatsError) as error:
            raise Unavailable("error.part_away", detail={"subject": subject}) from error
        return msgspec.json.decode(answer.data)

    async def publish(self, subject: str, message: Any) -> None:
        """Say it to whoever listens; `Unavailable` when NATS has been away for too long to keep it until then."""
        try:
            await self.client.publish(subject, msgspec.json.encode(message))
        except NatsError as error:
            raise Unavailable("error.part_away", detail={"subject": subject}) from error

    async def serve(self, subject: str, handler: Handler, *, queue: str = "") -> Callable[[], Awaitable[None]]:
        """Answer requests; each runs as its own task so a slow one holds up nobody. Returns what ends it.

        Of several who serve a subject the first answer counts; who has none to give returns None.
        """

        async def received(message: Msg) -> None:
            self._answering.spawn(self._answer(message, handler))

        subscription = await self.client.subscribe(subject, queue=queue, cb=received)
        return subscription.unsubscribe

    async def configuration_changed(self, tenant_id: UUID, *, of_calls: bool = True) -> None:
        """Tell everybody who keeps this tenant's configuration that another one is committed; `of_calls` False: nothing
        of it by which calls go."""
        await self.publish(self.subjects.config(tenant_id), {"tenant_id": tenant_id, "of_calls": of_calls})

    async def subscribe(self, subject: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        """Hand each message to `handler` in order; returns what ends the subscription."""

        async def received(message: Msg) -> None:
            try:
                await handler(msgspec.json.decode(message.data))
            except Exception:
                log.exception("message_failed", subject=message.subject)

        subscription = await self.client.subscribe(subject, cb=received)
        return subscription.unsubscribe

    async def serve_health(self, process: str, detail: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        """Answer with facts about the work; `hujiao.app.health` says what they mean."""

        async def answer(_: Any) -> dict[str, Any]:
            return {"ok": True, "detail": await detail()}

        await self.serve(self.subjects.health(process), answer)

    async def _answer(self, message: Msg, handler: Handler) -> None:
        try:
            answer = await handler(msgspec.json.decode(message.data))
        except Exception as error:
            log.exception("request_failed", subject=message.subject)
            answer = {"ok": False, "error": {"code": "internal", "field": None, "message": str(error)}}
        if message.reply and answer is not None:
            await self.client.publish(message.reply, msgspec.json.encode(answer))

    async def close(self) -> None:
        await self.client.drain()


async def connect(url: str, instance: str, *, name: str) -> Bus:
    client = await nats.connect(url, name=name, max_reconnect_attempts=-1, reconnect_time_wait=0.5)
    return Bus(client, instance)
