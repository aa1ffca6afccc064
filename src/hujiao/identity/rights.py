"""The rights of each role."""

from __future__ import annotations

from hujiao.identity.contracts import Right, Role

_SUPERVISION = frozenset(
    {
        Right.SUPERVISION_LISTEN,
        Right.SUPERVISION_COACH,
        Right.SUPERVISION_BARGE,
        Right.SUPERVISION_INTERCEPT,
        Right.SUPERVISION_RECORD,
        Right.SUPERVISION_DISCONNECT,
        Right.SUPERVISION_SCREEN,
        Right.AGENTS_DIRECT,
        Right.INTERACTIONS_MARK,
        Right.BREAKS_DIRECT,
        Right.ALARMS_READ,
        Right.NEXT_CALLS_READ,
        Right.CONFERENCES_DIRECT,
        Right.WALLBOARDS,
        Right.BULLETINS_GROUPS,
        Right.BULLETINS_PERSONS,
    }
)

_CUSTOMERS = frozenset({Right.CUSTOMERS_READ, Right.CUSTOMERS_WRITE, Right.CUSTOMERS_PRIVATE, Right.CUSTOMERS_MANAGE})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.PLATFORM_ADMINISTRATOR: frozenset(
        {Right.PLATFORM_TENANTS, Right.PLATFORM_CALLERS, Right.ADMIN_TRUNKS, Right.ADMIN_PEOPLE}
    ),
    Role.TENANT_ADMINISTRATOR: frozenset(
        {
            Right.LIVE_READ,
            Right.LIVE_SKILLS,
            Right.CALLBACKS,
            Right.FORWARD_OUTSIDE,
            Right.LIVE_WORK,
            Right.INTERACTIONS_ALL,
            Right.INTERACTIONS_DIRECT,
            Right.RECORDINGS_ALL,
            Right.REPORTS_READ,
            Right.CONFIG_READ,
            Right.HOURS_SWITCH,
            Right.ADMIN_TENANCY,
            Right.ADMIN_PEOPLE,
            Right.ADMIN_QUEUES,
            Right.ADMIN_NUMBERS,
            Right.ADMIN_FLOWS,
            Right.BULLETINS_ALL,
            Right.ALARMS_SET,
        }
    )
    | _SUPERVISION
    | _CUSTOMERS,
    Role.SUPERVISOR: frozenset(
        {
            Right.LIVE_READ,
            Right.LIVE_SKILLS,
            Right.CALLBACKS,
            Right.FORWARD_OUTSIDE,
            Right.LIVE_WORK,
            Right.INTERACTIONS_ALL,
            Right.INTERACTIONS_DIRECT,
            Right.RECORDINGS_ALL,
            Right.REPORTS_READ,
            Right.CONFIG_READ,
            Right.HOURS_SWITCH,
            Right.AGENT_WORK,
            Right.CUSTOMERS_OWN,
        }
    )
    | _SUPERVISION
    | _CUSTOMERS,
    Role.AGENT: frozenset(
        {
            Right.AGENT_WORK,
            Right.CALLBACKS,
            Right.INTERACTIONS_OWN,
            Right.INTERACTIONS_CUSTOMER,
            Right.RECORDINGS_OWN,
            Right.CUSTOMERS_READ,
            Right.CUSTOMERS_WRITE,
            Right.CUSTOMERS_OWN,
        }
    ),
}

# Roles that see the work of all projects; the others see those they are members of.
ALL_PROJECTS = frozenset({Role.PLATFORM_ADMINISTRATOR, Role.TENANT_ADMINISTRATOR})


def assignable(tenant_kind: str) -> frozenset[Role]:
    """Roles that an administrator of such a tenant may give: the platform's own stays in the operator's tenant."""
    return frozenset(role for role in Role if (role is Role.PLATFORM_ADMINISTRATOR) == (tenant_kind == "operator"))
