"""Reads a tenant's configuration in one transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import msgspec
import structlog
from pydantic import ValidationError
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agent_lists
from hujiao.agents.forwarding import Forwarding
from hujiao.agents.models import (
    Agent,
    AgentGroup,
    AgentGroupMember,
    AgentSkill,
    CapacityProfile,
    ReasonCode,
    Seat,
)
from hujiao.alarms import service as alarms
from hujiao.app.runtime.tenant.config import (
    AgentSettings,
    Breaks,
    Limits,
    NumberSettings,
    Parking,
    SeatSettings,
    TenantConfig,
)
from hujiao.calls import service as trunks
from hujiao.calls.numbers import by_number
from hujiao.chat import service as chat
from hujiao.customers import service as customers
from hujiao.data_sources import service as data_sources
from hujiao.flows.document import FlowDocument
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.hours import service as hours
from hujiao.identity.contracts import Right, Role
from hujiao.identity.models import Account, AccountProject
from hujiao.identity.rights import ALL_PROJECTS, RIGHTS
from hujiao.kit.db import Database
from hujiao.queues.contracts import QueueSettings
from hujiao.queues.models import Queue, QueueSkill
from hujiao.routing import blend_rules
from hujiao.routing import service as routing
from hujiao.routing.contracts import Share
from hujiao.speech.models import Prompt
from hujiao.summaries import service as summaries
from hujiao.tenancy.models import Tenant

log = structlog.get_logger()


async def load(database: Database, tenant_id: UUID, keep: set[tuple[UUID, int]] | None = None) -> TenantConfig:
    """The tenant's configuration now; `keep` names flow versions that calls in progress still run."""
    async with database.tenant(tenant_id) as session:
        tenant = (await session.execute(select(Tenant).where(Tenant.id == tenant_id))).scalar_one()
        agent_skills: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        for row in (await session.execute(select(AgentSkill))).scalars():
            agent_skills[row.agent_id][row.skill_id] = row.proficiency
        groups: dict[UUID, set[UUID]] = defaultdict(set)
        for member in (await session.execute(select(AgentGroupMember))).scalars():
            groups[member.agent_id].add(member.group_id)
        of_groups = {agent_id: frozenset(of_agent) for agent_id, of_agent in groups.items()}
        rules = await blend_rules.settings(session, of_groups)
        seats = {seat.id: SeatSettings(seat.name, seat.room) for seat in await session.scalars(select(Seat))}
        routing_policy, queue_routing = await routing.settings(session)
        queue_skills: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        for needed in (await session.execute(select(QueueSkill))).scalars():
            queue_skills[needed.queue_id][needed.skill_id] = needed.level
        profiles = {row.id: row for row in await session.scalars(select(CapacityProfile))}
        projects: dict[UUID, set[UUID]] = defaultdict(set)
        for seen in await session.scalars(select(AccountProject)):
            projects[seen.account_id].add(seen.project_id)
        people = select(Agent, Account.name, Account.role).join(
            Account, (Account.tenant_id == Agent.tenant_id) & (Account.id == Agent.account_id)
        )
        found = (await session.execute(people.where(Account.disabled_at.is_(None)))).all()
        agents = {
            agent.id: AgentSettings(
                id=agent.id,
                number=agent.number,
                name=name,
                sip_user=agent.sip_user,
                phone_kind=agent.phone_kind,
                skills=agent_skills[agent.id],
                groups=of_groups.get(agent.id, frozenset()),
                site=agent.site,
                shares=_shares(profiles[agent.capacity_profile_id] if agent.capacity_profile_id else None),
                supervises=frozenset(projects[agent.account_id] if role == Role.SUPERVISOR else ()),
                projects=None if role in ALL_PROJECTS else frozenset(projects[agent.account_id]),
                forwarding=msgspec.convert(agent.forwarding, Forwarding),
                forwards_outside=Right.FORWARD_OUTSIDE in RIGHTS[Role(role)],
                has_pin=agent.pin_hash is not None,
                work_number=agent.work_number,
            )
            for agent, name, role in found
        }
        bells = frozenset(agent.id for agent, _, _ in found if agent.night_bell)
        queues = {queue.id: _queue(queue, queue_skills[queue.id]) for queue in (await session.scalars(select(Queue)))}
        numbers = {
            row.number: NumberSettings(
                id=row.id,
                number=row.number,
                flow_id=row.flow_id,
                project_id=row.project_id,
                business_id=row.business_id,
                language=row.language,
            )
            for row in await session.scalars(select(AccessNumber))
        }
        all_flows = (await session.scalars(select(Flow))).all()
        published = {row.id: row.published_version for row in all_flows if row.published_version is not None}
        open_hours = await hours.schedules(session, tenant.time_zone)
        wanted = select(FlowVersion).where(
            tuple_(FlowVersion.flow_id, FlowVersion.version).in_(set(published.items()) | (keep or set()))
        )
        flows = {
            (row.flow_id, row.version): document
            for row in await session.scalars(wanted)
            if (document := _readable(row))
        }
        skill_ids = await agent_lists.skill_ids(session)
        sources = await data_sources.sources(session)
        dialling = await trunks.dialling(session, tenant_id)
        names_callers = await customers.any_known(session)
        breaks = await _breaks(session, tenant)
        reasons = await session.scalars(select(ReasonCode).order_by(ReasonCode.name))
        reason_names = {str(reason.id): reason.name for reason in reasons}
        all_prompts = (await session.scalars(select(Prompt))).all()
        chat_entries = await chat.entries(session)
        thresholds = await alarms.thresholds(session)
        summary_rules = await summaries.rules(session)
    return TenantConfig(
        id=tenant_id,
        slug=tenant.slug,
        language=tenant.language,
        suspended=tenant.suspended_at is not None,
        agents=agents,
        queues=queues,
        numbers=by_number(numbers),
        flows=flows,
        published={flow_id: version for flow_id, version in published.items() if (flow_id, version) in flows},
        flow_names={row.id: row.name for row in all_flows},
        skills=frozenset(skill_ids),
        sources=sources,
        prompts={(row.name, row.language): row.sha256 for row in all_prompts},
        prompt_texts={(row.name, row.language): row.text for row in all_prompts if row.text and chat_entries},
        chat_entries=chat_entries,
        routing_policy=routing_policy,
        shares=_shares(next((row for row in profiles.values() if row.is_default), None)),
        queue_routing=queue_routing,
        limits=Limits(**tenant.limits),
        dialling=dialling,
        time_zone=tenant.time_zone,
        blend_rules=rules,
        seats=seats,
        hours=open_hours,
        names_callers=names_callers,
        parking=Parking(**tenant.parking),
        breaks=breaks,
        summary_rules=tuple(summary_rules),
        night_bells=bells,
        thresholds=thresholds,
        reasons=reason_names,
        outside_numbers=tenant.by_telephone.get("outside_numbers", False),
    )


async def _breaks(session: AsyncSession, tenant: Tenant) -> Breaks:
    reasons = await session.scalars(select(ReasonCode.id).where(ReasonCode.is_break))
    teams = select(AgentGroup.id, AgentGroup.most_on_break).where(AgentGroup.most_on_break.is_not(None))
    return Breaks(
        reasons=frozenset(map(str, reasons)),
        teams={team: most for team, most in (await session.execute(teams)).all() if most is not None},
        **tenant.breaks,
    )


def _shares(profile: CapacityProfile | None) -> tuple[Share, ...]:
    return msgspec.convert(profile.media, tuple[Share, ...]) if profile else ()


def _queue(row: Any, skills: dict[UUID, int]) -> QueueSettings:
    return QueueSettings(
        skills=skills, **{name: getattr(row, name) for name in QueueSettings.__struct_fields__ if name != "skills"}
    )


def _readable(row: FlowVersion) -> FlowDocument | None:
    """The flow; one that is beyond the bounds of this version is left out, and its callers go on as without it."""
    try:
        return FlowDocument.model_validate(row.document)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        log.error(
            "flow_unreadable",
            tenant_id=str(row.tenant_id),
            flow_id=str(row.flow_id),
            version=row.version,
            place=".".join(map(str, problem["loc"])),
            problem=problem["msg"],
        )
        return None
