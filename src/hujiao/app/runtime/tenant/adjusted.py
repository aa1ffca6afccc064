"""What adjustments make of an agent in one tenant: the agent as routing sees them, and what holds now. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import adjustments
from hujiao.agents.contracts import ACTS, AdjustmentKind, AgentState
from hujiao.app.runtime.tenant.config import AgentSettings, TenantConfig
from hujiao.routing.capacity import at_once, own_media
from hujiao.routing.contracts import MEDIA, Medium, RoutingAgent, Share


def routed(config: TenantConfig, settings: AgentSettings, agent: AgentState) -> RoutingAgent:
    """The agent with the work that was given and all that is adjusted; queues of projects that the account does not
    see are served by nobody's order."""
    skills = adjustments.effective(settings.skills, agent.adjustments)
    serves = adjustments.served(agent.adjustments, {queue.id: queue.project_id for queue in config.queues.values()})
    ranks = adjustments.levels(agent.adjustments, "rank")
    return replace(
        settings.routed(),
        skills=tuple(sorted(skills.items())),
        work=agent.work.kind if agent.work else config.usual_work(agent.agent_id),
        shares=_shares(config, settings, agent),
        lent=frozenset(key for key, does in serves.items() if does and settings.sees(config.queues[key].project_id)),
        barred=frozenset(key for key, does in serves.items() if not does),
        ranks=tuple(sorted((UUID(queue_id), rank) for queue_id, rank in ranks.items())),
    )


def level_now(
    config: TenantConfig,
    settings: AgentSettings,
    agent: AgentState | None,
    queues: Collection[UUID],
    kind: AdjustmentKind,
    subject: str,
) -> int | None:
    """What holds of the agent, who serves these queues; None where there is no saying."""
    said = adjustments.levels(agent.adjustments, kind).get(subject) if agent else None
    if said is not None:
        return said
    match kind:
        case "skill":
            return settings.skills.get(UUID(subject), 0)
        case "rank":
            return 0
        case "queue":
            return int(UUID(subject) in queues)
        case "project":
            return int(settings.sees(UUID(subject)))
        case "medium":
            return at_once(_usual_media(config, settings)[subject])
        case "act":
            return int(subject != "forward_outside" or settings.forwards_outside) if subject in ACTS else None


def _usual_media(config: TenantConfig, settings: AgentSettings) -> Mapping[str, Medium]:
    return own_media(own_media(MEDIA, config.shares), settings.shares)


def _shares(config: TenantConfig, settings: AgentSettings, agent: AgentState) -> tuple[Share, ...]:
    """The agent's own shares, with what is adjusted of some media."""
    most = adjustments.levels(agent.adjustments, "medium")
    usual = _usual_media(config, settings)
    adjusted = tuple(
        Share(medium=name, weight=usual[name].weight, most=level, interruptible=usual[name].interruptible)
        for name, level in sorted(most.items())
    )
    return tuple(share for share in settings.shares if share.medium not in most) + adjusted
