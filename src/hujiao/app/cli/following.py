"""Follow one call in the ledger as it happens, and say each event in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from hujiao.kit.bus import Bus
from hujiao.kit.db import Database

# A live message says that something was committed; should one be lost, looking again after this is enough.
_LOOK_AGAIN = 2.0


@dataclass(frozen=True, slots=True)
class Tenant:
    id: UUID
    slug: str
    language: str
    numbers: tuple[str, ...]
    queues: dict[str, str]
    agents: dict[str, str]


@dataclass(frozen=True, slots=True)
class Happened:
    """One row of the ledger."""

    seq: int
    at: datetime
    kind: str
    interaction_id: UUID
    agent_id: UUID | None
    data: dict[str, Any]


async def tenant(database: Database, slug: str) -> Tenant | None:
    """The tenant with the names that a timeline needs."""
    async with database.lookup() as session:
        query = text("SELECT id, language FROM lookup_tenants() WHERE slug = :slug")
        row = (await session.execute(query, {"slug": slug})).one_or_none()
    if row is None:
        return None
    async with database.tenant(row.id) as session:
        numbers = await session.execute(text("SELECT number FROM access_number ORDER BY number"))
        queues = await session.execute(text("SELECT id, name FROM queue"))
        agents = await session.execute(
            text("SELECT a.id, c.name || ' (' || a.number || ')' FROM agent a JOIN account c ON c.id = a.account_id")
        )
        return Tenant(
            id=row.id,
            slug=slug,
            language=row.language,
            numbers=tuple(number for (number,) in numbers),
            queues={str(key): name for key, name in queues},
            agents={str(key): name for key, name in agents},
        )


class Follower:
    """The events of the one interaction that `caller` starts after `since`."""

    def __init__(self, database: Database, bus: Bus, tenant_id: UUID, caller: str, since: datetime) -> None:
        self._database = database
        self._bus = bus
        self._tenant_id = tenant_id
        self._caller = caller
        self._since = since - timedelta(seconds=2)
        self._news = asyncio.Event()
        self.interaction_id: UUID | None = None

    async def events(self) -> AsyncIterator[Happened]:
        """In order, until `interaction.ended`."""
        unsubscribe = await self._bus.subscribe(self._bus.subjects.live(self._tenant_id), self._committed)
        seq = -1
        try:
            while True:
                self._news.clear()
                for event in await self._after(seq):
                    seq = event.seq
                    yield event
                    if event.kind == "interaction.ended":
                        return
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), _LOOK_AGAIN)
        finally:
            await unsubscribe()

    async def _committed(self, _: Any) -> None:
        self._news.set()

    async def _after(self, seq: int) -> list[Happened]:
        async with self._database.tenant(self._tenant_id) as session:
            if self.interaction_id is None:
                found = await session.execute(
                    text(
                        "SELECT interaction_id FROM ledger_event WHERE kind = 'interaction.started' AND at >= :since"
                        " AND data->>'caller' = :caller ORDER BY seq LIMIT 1"
                    ),
                    {"since": self._since, "caller": self._caller},
                )
                self.interaction_id = found.scalar_one_or_none()
            if self.interaction_id is None:
                return []
            rows = await session.execute(
                text(
                    "SELECT seq, at, kind, interaction_id, agent_id, data FROM ledger_event"
                    " WHERE interaction_id = :interaction AND seq > :seq ORDER BY seq"
                ),
                {"interaction": self.interaction_id, "seq": seq},
            )
            return [Happened(*row) for row in rows]


async def recording(
    database: Database, tenant_id: UUID, interaction_id: UUID, *, wait: float
) -> tuple[UUID, str] | None:
    """The interaction's recording and its state, after its audio is finished or `wait` seconds are over."""
    until = asyncio.get_running_loop().time() + wait
    while True:
        async with database.tenant(tenant_id) as session:
            query = text("SELECT id, state FROM recording WHERE interaction_id = :id ORDER BY started_at LIMIT 1")
            row = (await session.execute(query, {"id": interaction_id})).one_or_none()
        if row is None or row.state in ("ready", "failed") or asyncio.get_running_loop().time() > until:
            return (row.id, row.state) if row else None
        await asyncio.sleep(0.3)


_END_REASONS = {
    "completed": "completed",
    "abandoned_in_flow": "the caller hung up in the flow",
    "abandoned_in_queue": "the caller hung up in the queue",
    "abandoned_ringing": "the caller hung up while an agent's phone rang",
    "refused_unknown_number": "refused: nobody has this number",
    "refused_full": "refused: all lines are busy",
    "suspended": "refused: the tenant is suspended",
    "flow_error": "the flow failed",
    "flow_ended": "the flow ended",
    "callback_requested": "a call-back was promised",
    "callback_failed": "the customer could not be reached",
    "callback_expired": "nobody was free before the call-back expired",
    "callback_cancelled": "the call-back was cancelled",
    "no_agent": "no agent took it",
    "system_failure": "the platform failed",
    "switch_lost": "Asterisk was lost",
    "visitor_silent": "the visitor was silent",
}
_MISSED = {
    "no_answer": "did not answer",
    "rejected": "rejected it",
    "unreachable": "could not be reached",
    "no_sound": "answered without sound that both understand",
    "caller_gone": "was ringing when the caller hung up",
}


def sentence(event: Happened, of: Tenant) -> str:
    """What happened, for a person who watches."""
    data = event.data
    queue = of.queues.get(str(data.get("queue_id")), "the queue")
    agent = of.agents.get(str(event.agent_id), "an agent")
    match event.kind:
        case "interaction.started":
            return f"the call arrived: {data.get('caller')} → {data.get('called')}"
        case "interaction.answered":
            return "answered by the platform"
        case "flow.entered":
            return f"entered the flow, version {data.get('version')}"
        case "flow.node":
            return f"step {data.get('label') or data.get('node')} ({data.get('type')})"
        case "flow.key":
            return f"the platform heard key {data.get('keys')}"
        case "flow.collected":
            return f"collected {data.get('variable') or 'digits'}"
        case "flow.failed":
            return f"the flow failed at {data.get('node')}: {data.get('error')}"
        case "queue.entered":
            return f"back in {queue}" if data.get("again") else f"queued in {queue}"
        case "queue.left":
            return f"left {queue} after {_seconds(data.get('wait_seconds'))}: {data.get('outcome')}"
        case "offer.made":
            return f"offered to {agent}"
        case "offer.ringing":
            return f"the phone of {agent} rings"
        case "offer.missed":
            return f"{agent} {_MISSED.get(str(data.get('reason')), 'missed it')}"
        case "offer.accepted":
            return f"{agent} answered after {_seconds(data.get('ring_seconds'))}"
        case "agent.connected":
            return f"talking with {agent}"
        case "agent.disconnected":
            return f"{agent} left: hung up by {data.get('by')}, talked {_seconds(data.get('talk_seconds'))}"
        case "recording.started":
            return "recording"
        case "recording.stopped":
            return "recording stopped"
        case "wrap_up.started":
            return f"{agent} wraps up"
        case "interaction.ended":
            return f"ended: {_END_REASONS.get(str(data.get('end_reason')), data.get('end_reason'))}"
        case _:
            return event.kind.replace(".", " ").replace("_", " ")


def _seconds(value: Any) -> str:
    return f"{float(value):.1f} s" if value is not None else "a moment"
