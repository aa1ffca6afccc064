"""The tenant that the measurements call: numbers, flows, queues, agents with phones."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents.models import Agent, AgentSkill, Skill
from hujiao.asterisk.config import REALM
from hujiao.calls.numbers import forms
from hujiao.flows.document import FlowDocument
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.identity.models import Account, AccountProject, Session
from hujiao.kit.db import Database, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import new_secret, secret_hash
from hujiao.kit.settings import Settings
from hujiao.queues.models import Queue, QueueSkill
from hujiao.speech.models import Prompt
from hujiao.tenancy.models import Business, Project, Tenant

# answer → queue, nothing else: without and with recording. Then a long prompt again and again, and a menu before the
# queue.
PLAIN, RECORDED, PROMPTS, MENU = "95001", "95002", "95003", "95004"
SECRET, CSRF = "bench", "bench"
PROMPT_SECONDS = 6


class Company(msgspec.Struct, frozen=True):
    tenant_id: UUID
    agents: list[UUID]
    phones: list[str]


Flows = Callable[[dict[str, UUID]], dict[str, dict[str, Any]]]  # queues by name → documents by number


def phone(number: int) -> str:
    return f"bench{1000 + number}"


async def make(
    settings: Settings,
    phones: int,
    *,
    slug: str = "bench",
    flows: Flows | None = None,
    first_phone: int = 0,
    wrap_up_seconds: int = 0,
    announce_every_seconds: int = 0,
    more_queues: int = 0,
    chosen: dict[str, Any] | None = None,
) -> Company:
    """A tenant with so many agents, each with a SIP phone, and with these `flows` instead of the usual ones.

    Of `more_queues` nobody calls any. `chosen` are settings of the tenant.
    """
    database = Database(make_engine(settings.database_url, pool_size=1))
    tenant_id, project_id, business_id, skill_id = (new_id() for _ in range(4))
    queues = {name: new_id() for name in ("plain", "recorded", *(f"queue{n}" for n in range(more_queues)))}
    common = {"tenant_id": tenant_id}
    try:
        async with database.tenant(tenant_id) as session:
            named = {"slug": slug, "name": slug.title(), "language": "en", "time_zone": "UTC"}
            session.add(Tenant(id=tenant_id, **named, shard=0, settings=chosen or {}))
            await session.flush()
            session.add(Project(id=project_id, name="Bench", **common))
            await session.flush()
            session.add(Business(id=business_id, project_id=project_id, name="Bench", **common))
            session.add(Skill(id=skill_id, name="bench", **common))
            session.add_all(_prompts(settings, tenant_id))
            await session.flush()
            session.add_all(
                Queue(
                    id=queue_id,
                    name=name,
                    project_id=project_id,
                    business_id=business_id,
                    automatic_answer=True,
                    recording="always" if name == "recorded" else "never",
                    wrap_up_seconds=wrap_up_seconds,
                    announce_every_seconds=announce_every_seconds,
                    **common,
                )
                for name, queue_id in queues.items()
            )
            await session.flush()
            session.add_all(QueueSkill(queue_id=key, skill_id=skill_id, level=1, **common) for key in queues.values())
            for number, document in (flows or _flows)(queues).items():
                graph = FlowDocument.model_validate(document).model_dump(mode="json")
                flow = Flow(id=new_id(), name=number, project_id=project_id, draft=graph, published_version=1, **common)
                session.add(flow)
                await session.flush()
                session.add(FlowVersion(flow_id=flow.id, version=1, document=graph, **common))
                session.add(
                    AccessNumber(
                        number=number,
                        flow_id=flow.id,
                        project_id=project_id,
                        business_id=business_id,
                        **forms(number, "CN"),
                        **common,
                    )
                )
            names = [phone(number) for number in range(first_phone, first_phone + phones)]
            accounts = [
                Account(id=new_id(), login=name, name=name, role="agent", password_hash="", **common) for name in names
            ]
            session.add_all(accounts)
            await session.flush()
            agents = [
                Agent(
                    id=new_id(),
                    account_id=account.id,
                    number=account.login,
                    phone_kind="phone",
                    sip_user=account.login,
                    phone_digest=_digest(account.login),
                    **common,
                )
                for account in accounts
            ]
            session.add_all(agents)
            await session.flush()
            session.add_all(
                AgentSkill(agent_id=agent.id, skill_id=skill_id, proficiency=5, **common) for agent in agents
            )
    finally:
        await database.close()
    return Company(tenant_id, [agent.id for agent in agents], names)


async def sessions(settings: Settings, people: Company) -> dict[UUID, str]:
    """A session in a browser for each agent; returns their cookies by agent."""
    database = Database(make_engine(settings.database_url, pool_size=1))
    try:
        async with database.tenant(people.tenant_id) as session:
            agents = await session.execute(select(Agent.id, Agent.account_id))
            return {agent_id: _signed_in(session, people.tenant_id, account) for agent_id, account in agents}
    finally:
        await database.close()


async def supervisor(settings: Settings, people: Company) -> str:
    """Somebody who sees the floor; returns the cookie of their session."""
    database = Database(make_engine(settings.database_url, pool_size=1))
    names = {"login": "supervisor", "name": "supervisor", "role": "supervisor"}
    account = Account(id=new_id(), password_hash="", tenant_id=people.tenant_id, **names)
    try:
        async with database.tenant(people.tenant_id) as session:
            session.add(account)
            await session.flush()
            (project,) = await session.scalars(select(Project.id))
            session.add(AccountProject(account_id=account.id, project_id=project, tenant_id=people.tenant_id))
            return _signed_in(session, people.tenant_id, account.id)
    finally:
        await database.close()


def _signed_in(session: AsyncSession, tenant_id: UUID, account_id: UUID) -> str:
    cookie = new_secret()
    until = datetime.now(UTC) + timedelta(hours=12)
    whose = {"tenant_id": tenant_id, "account_id": account_id, "csrf_token": CSRF}
    session.add(Session(id=new_id(), secret_hash=secret_hash(cookie), expires_at=until, **whose))
    return cookie


def _flows(queues: dict[str, UUID]) -> dict[str, dict[str, Any]]:
    def to_queue(name: str) -> dict[str, Any]:
        return {"type": "queue", "queue": str(queues[name])}

    answer = {"type": "answer", "next": "next"}
    menu = {"type": "menu", "prompts": ["bench"], "keys": {"1": "queue"}, "timeout_seconds": 60, "tries": 3}
    return {
        PLAIN: {"start": "answer", "nodes": {"answer": answer, "next": to_queue("plain")}},
        RECORDED: {"start": "answer", "nodes": {"answer": answer, "next": to_queue("recorded")}},
        PROMPTS: {
            "start": "answer",
            "nodes": {"answer": answer, "next": {"type": "play", "prompts": ["bench"], "next": "next"}},
        },
        MENU: {"start": "answer", "nodes": {"answer": answer, "next": menu, "queue": to_queue("plain")}},
    }


def _prompts(settings: Settings, tenant_id: UUID) -> list[Prompt]:
    """A tone as a plain 8 kHz WAV file; the announcement of every place in a queue is the same."""
    samples = (int(6000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(8000 * PROMPT_SECONDS))
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    sha256 = hashlib.sha256(data.getvalue()).hexdigest()
    settings.prompts.mkdir(parents=True, exist_ok=True)
    (settings.prompts / f"{sha256}.wav").write_bytes(data.getvalue())
    names = ["bench", *(f"queue_position_{place}" for place in range(1, 21)), "queue_position_many"]
    return [
        Prompt(tenant_id=tenant_id, name=name, language="en", sha256=sha256, duration_seconds=float(PROMPT_SECONDS))
        for name in names
    ]


def _digest(user: str) -> str:
    return hashlib.md5(f"{user}:{REALM}:{SECRET}".encode(), usedforsecurity=False).hexdigest()
