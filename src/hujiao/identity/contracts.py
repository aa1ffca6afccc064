"""Who is asking, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    PLATFORM_ADMINISTRATOR = "platform_administrator"
    TENANT_ADMINISTRATOR = "tenant_administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"


class Right(StrEnum):
    """What a route or a socket asks for; roles are sets of these (`rights.py`)."""

    AGENT_WORK = "agent.work"
    LIVE_READ = "live.read"
    LIVE_SKILLS = "live.skills"
    CALLBACKS = "callbacks"
    FORWARD_OUTSIDE = "forwarding.outside"
    LIVE_WORK = "live.work"
    INTERACTIONS_ALL = "interactions.read.all"
    INTERACTIONS_OWN = "interactions.read.own"
    INTERACTIONS_CUSTOMER = "interactions.read.customer"
    INTERACTIONS_MARK = "interactions.mark"
    INTERACTIONS_DIRECT = "interactions.direct"
    SUPERVISION_LISTEN = "supervision.listen"
    SUPERVISION_COACH = "supervision.coach"
    SUPERVISION_BARGE = "supervision.barge"
    SUPERVISION_INTERCEPT = "supervision.intercept"
    SUPERVISION_RECORD = "supervision.record"
    SUPERVISION_DISCONNECT = "supervision.disconnect"
    SUPERVISION_SCREEN = "supervision.screen"
    CONFERENCES_DIRECT = "conferences.direct"
    AGENTS_DIRECT = "agents.direct"
    BREAKS_DIRECT = "breaks.direct"
    ALARMS_READ = "alarms.read"
    ALARMS_SET = "alarms.set"
    WALLBOARDS = "wallboards"
    BULLETINS_ALL = "bulletins.all"
    BULLETINS_GROUPS = "bulletins.groups"
    BULLETINS_PERSONS = "bulletins.persons"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    CUSTOMERS_PRIVATE = "customers.private"
    CUSTOMERS_MANAGE = "customers.manage"
    CUSTOMERS_OWN = "customers.own"
    NEXT_CALLS_READ = "next_calls.read"
    RECORDINGS_ALL = "recordings.listen.all"
    RECORDINGS_OWN = "recordings.listen.own"
    REPORTS_READ = "reports.read"
    CONFIG_READ = "config.read"
    HOURS_SWITCH = "hours.switch"
    ADMIN_TENANCY = "admin.tenancy"
    ADMIN_PEOPLE = "admin.people"
    ADMIN_QUEUES = "admin.queues"
    ADMIN_NUMBERS = "admin.numbers"
    ADMIN_FLOWS = "admin.flows"
    ADMIN_TRUNKS = "admin.trunks"
    PLATFORM_TENANTS = "platform.tenants"
    PLATFORM_CALLERS = "platform.callers"


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in account. `projects` None sees all projects' work, else just these."""

    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    tenant_kind: str
    tenant_language: str
    tenant_time_zone: str
    shard: int
    account_id: UUID
    login: str
    name: str
    role: Role
    language: str | None
    rights: frozenset[Right]
    projects: frozenset[UUID] | None
    session_id: UUID | None
    csrf_token: str | None
    expires_at: datetime | None

    def may(self, *rights: Right) -> bool:
        """Whether one of these rights is held."""
        return not self.rights.isdisjoint(rights)
