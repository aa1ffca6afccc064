"""Write the demo's tenants into the database."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents.models import Agent, AgentSkill, ReasonCode, Seat, Skill
from hujiao.app.demo import accounts as store
from hujiao.app.demo import content
from hujiao.app.demo.flow import document
from hujiao.calls.numbers import forms
from hujiao.calls.service import USUAL_HOME
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.identity.models import Account, AccountProject
from hujiao.identity.passwords import Passwords
from hujiao.interactions.models import Disposition
from hujiao.kit.countries import country_of
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.queues.models import Queue, QueueSkill
from hujiao.speech import shipped
from hujiao.speech.service import PromptStore, install_builtin
from hujiao.tenancy.models import Business, Project, Tenant

PROMPTS = Path(__file__).with_name("prompts")


async def seed(database: Database, settings: Settings) -> None:
    async with database.lookup() as session:
        rows = await session.execute(text("SELECT slug, id FROM lookup_tenants()"))
        existing: dict[str, UUID] = {row.slug: row.id for row in rows}
    # Audio is not in the database's backup: what is shipped comes back here, whoever has a row for it.
    for folder in (shipped.BUILTIN, *(PROMPTS / tenant.slug for tenant in content.TENANTS)):
        shipped.unpack(PromptStore(settings.prompts), folder)
    for tenant_id in existing.values():
        async with database.tenant(tenant_id) as session:
            await install_builtin(session, tenant_id, settings.prompts)  # what a newer release has added
    known = store.read(settings.home)
    if content.PLATFORM_SLUG not in existing:
        passwords = _remember(settings, known, content.PLATFORM_SLUG, _platform_people(), ())
        await _platform(database, await _hashed(passwords))
    for tenant in content.TENANTS:
        if tenant.slug not in existing:
            passwords = _remember(settings, known, tenant.slug, _people(tenant), tenant.numbers)
            hashes = await _hashed(passwords)
            tenant_id = new_id()
            async with database.tenant(tenant_id) as session:
                await _Tenant(session, tenant_id, tenant).make(hashes, settings.prompts)


def _platform_people() -> list[tuple[str, str, str]]:
    return [("admin", content.PLATFORM_ADMINISTRATOR, "platform_administrator")]


def _people(tenant: content.DemoTenant) -> list[tuple[str, str, str]]:
    """Login, name and role of everybody; an agent signs in by number."""
    return [
        ("admin", tenant.administrator, "tenant_administrator"),
        ("supervisor", tenant.supervisor, "supervisor"),
        *((agent.number, agent.name, "agent") for agent in tenant.agents),
    ]


def _remember(
    settings: Settings,
    known: store.DemoAccounts,
    slug: str,
    people: list[tuple[str, str, str]],
    numbers: tuple[content.DemoNumber, ...],
) -> dict[str, str]:
    """Each login's password, kept in the file before anything of it is committed."""
    passwords = {entry["login"]: entry["password"] for entry in known["accounts"] if entry["tenant"] == slug}
    if any(login not in passwords for login, _, _ in people):
        passwords = {login: passwords.get(login) or store.new_password() for login, _, _ in people}
        known["accounts"] = [entry for entry in known["accounts"] if entry["tenant"] != slug] + [
            {"tenant": slug, "login": login, "password": passwords[login], "role": role, "name": name}
            for login, name, role in people
        ]
        known["numbers"] = [entry for entry in known["numbers"] if entry["tenant"] != slug] + [
            {"tenant": slug, "number": number.number, "label": number.label} for number in numbers
        ]
        store.write(settings.home, known)
    return passwords


async def _hashed(passwords: dict[str, str]) -> dict[str, str]:
    hasher = Passwords()
    try:
        hashes = await asyncio.gather(*(hasher.hash(password) for password in passwords.values()))
    finally:
        hasher.close()
    return dict(zip(passwords, hashes, strict=True))


async def _platform(database: Database, hashes: dict[str, str]) -> None:
    tenant_id = new_id()
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug=content.PLATFORM_SLUG, name=content.PLATFORM_NAME, kind="operator"))
        await session.flush()
        for login, name, role in _platform_people():
            session.add(_account(tenant_id, login, name, role, hashes[login]))


def _account(tenant_id: UUID, login: str, name: str, role: str, password_hash: str) -> Account:
    return Account(id=new_id(), tenant_id=tenant_id, login=login, name=name, role=role, password_hash=password_hash)


class _Tenant:
    """One customer's tenant, whole, in the caller's transaction."""

    def __init__(self, session: AsyncSession, tenant_id: UUID, tenant: content.DemoTenant) -> None:
        self.session = session
        self.tenant_id = tenant_id
        self.tenant = tenant
        self.projects = {name: new_id() for name in tenant.projects}
        self.businesses = {name: new_id() for names in tenant.projects.values() for name in names}
        self.skills = {queue.skill: new_id() for queue in tenant.queues}
        self.queues = {queue.key: new_id() for queue in tenant.queues}
        self.project_id = next(iter(self.projects.values()))  # the first project is where the demo's calls belong

    async def make(self, hashes: dict[str, str], prompts: Path) -> None:
        await self._company()
        await self._prompts(prompts)
        await self._people(hashes)
        await self._queues()
        await self._flow()
        await self._lists()

    async def _company(self) -> None:
        self.session.add(
            Tenant(
                id=self.tenant_id,
                slug=self.tenant.slug,
                name=self.tenant.name,
                language=self.tenant.language,
                time_zone=self.tenant.time_zone,
                shard=self.tenant.shard,
            )
        )
        await self.session.flush()
        self.session.add_all(
            Project(id=key, tenant_id=self.tenant_id, name=name) for name, key in self.projects.items()
        )
        await self.session.flush()
        self.session.add_all(
            Business(id=self.businesses[name], tenant_id=self.tenant_id, project_id=self.projects[project], name=name)
            for project, names in self.tenant.projects.items()
            for name in names
        )
        self.session.add_all(Skill(id=key, tenant_id=self.tenant_id, name=name) for name, key in self.skills.items())
        await self.session.flush()

    async def _prompts(self, prompts: Path) -> None:
        await install_builtin(self.session, self.tenant_id, prompts)
        await shipped.install(self.session, self.tenant_id, PromptStore(prompts), PROMPTS / self.tenant.slug)

    async def _people(self, hashes: dict[str, str]) -> None:
        accounts = {
            login: _account(self.tenant_id, login, name, role, hashes[login])
            for login, name, role in _people(self.tenant)
        }
        self.session.add_all(accounts.values())
        await self.session.flush()
        self.session.add_all(
            AccountProject(tenant_id=self.tenant_id, account_id=account.id, project_id=project_id)
            for account in accounts.values()
            if account.role != "tenant_administrator"
            for project_id in self.projects.values()
        )
        for person in self.tenant.agents:
            agent = Agent(
                id=new_id(),
                tenant_id=self.tenant_id,
                account_id=accounts[person.number].id,
                number=person.number,
                phone_kind="browser",
                sip_user=f"a{secrets.token_hex(6)}",
            )
            self.session.add(agent)
            await self.session.flush()
            self.session.add_all(
                AgentSkill(
                    tenant_id=self.tenant_id, agent_id=agent.id, skill_id=self.skills[name], proficiency=proficiency
                )
                for name, proficiency in person.skills.items()
            )
        await self.session.flush()

    async def _queues(self) -> None:
        self.session.add_all(
            Queue(
                id=self.queues[queue.key],
                tenant_id=self.tenant_id,
                name=queue.name,
                project_id=self.project_id,
                business_id=self.businesses[queue.business],
            )
            for queue in self.tenant.queues
        )
        await self.session.flush()
        self.session.add_all(
            QueueSkill(
                tenant_id=self.tenant_id, queue_id=self.queues[queue.key], skill_id=self.skills[queue.skill], level=1
            )
            for queue in self.tenant.queues
        )

    async def _flow(self) -> None:
        graph = document(self.tenant.labels, self.queues)
        flow = Flow(
            id=new_id(),
            tenant_id=self.tenant_id,
            name=self.tenant.flow,
            project_id=self.project_id,
            draft=graph,
            published_version=1,
        )
        self.session.add(flow)
        await self.session.flush()
        self.session.add(FlowVersion(tenant_id=self.tenant_id, flow_id=flow.id, version=1, document=graph))
        self.session.add_all(
            AccessNumber(
                tenant_id=self.tenant_id,
                number=number.number,
                **forms(number.number, country_of(self.tenant.time_zone) or USUAL_HOME),
                label=number.label,
                flow_id=flow.id,
                project_id=self.project_id,
                business_id=self.businesses[number.business],
                language=number.language,
            )
            for number in self.tenant.numbers
        )

    async def _lists(self) -> None:
        tenant, tenant_id = self.tenant, self.tenant_id
        self.session.add_all(
            ReasonCode(tenant_id=tenant_id, code=code, name=name, is_break=code in content.BREAKS)
            for code, name in tenant.reasons.items()
        )
        self.session.add_all(Seat(tenant_id=tenant_id, name=name, room=tenant.room) for name in tenant.seats)
        parents = {name: new_id() for name in tenant.dispositions}
        self.session.add_all(
            Disposition(id=key, tenant_id=tenant_id, name=name, position=position)
            for position, (name, key) in enumerate(parents.items())
        )
        await self.session.flush()
        self.session.add_all(
            Disposition(tenant_id=tenant_id, name=name, parent_id=parents[parent], position=position)
            for parent, names in tenant.dispositions.items()
            for position, name in enumerate(names)
        )
