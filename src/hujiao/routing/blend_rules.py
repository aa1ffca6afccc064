"""Blending rules: what a tenant sets, and the same as the engine needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import BadField
from hujiao.queues.service import Queues
from hujiao.routing.blend_views import BlendRuleIn, BlendRuleView, WorkIn
from hujiao.routing.blending import BlendRule
from hujiao.routing.models import BlendRuleRow

LONGEST = timedelta(days=366)


class BlendRules(Catalogue[BlendRuleRow, BlendRuleIn, BlendRuleView]):
    row, view = BlendRuleRow, BlendRuleView
    search, order = (BlendRuleRow.name,), (BlendRuleRow.name,)

    async def values(self, data: BlendRuleIn, row: BlendRuleRow | None) -> dict[str, Any]:
        if not (data.agent_ids or data.group_ids):
            raise BadField("error.blend_rule_of_nobody", field="agent_ids")
        out, back = data.out, data.back
        if back.service_level_percent >= out.service_level_percent:
            crossed = {"out": out.service_level_percent}
            raise BadField("error.blend_levels_cross", field="back.service_level_percent", detail=crossed)
        if back.waiting_over < out.waiting_at_most:
            crossed = {"out": out.waiting_at_most}
            raise BadField("error.blend_waiting_crosses", field="back.waiting_over", detail=crossed)
        inbound = await Queues(self.session, self.tenant_id, self.projects).ids("inbound")
        if not set(data.queue_ids) <= inbound:
            raise BadField("error.not_an_inbound_queue", field="queue_ids")
        await agents.check_exist(self.session, data.agent_ids, data.group_ids)
        document = data.model_dump(mode="json")
        return {"name": document.pop("name"), "document": document}

    async def show(self, rows: Sequence[BlendRuleRow]) -> list[BlendRuleView]:
        return [BlendRuleView(id=row.id, name=row.name, **row.document) for row in rows]


async def whom(session: AsyncSession, projects: frozenset[UUID] | None, data: WorkIn, now: datetime) -> list[UUID]:
    """The agents that are meant: those named, and the groups' members whom the asker may see."""
    if data.until_at is not None and not now < data.until_at <= now + LONGEST:
        raise BadField("error.not_a_time_to_come", field="until_at", detail={"days": LONGEST.days})
    return await agents.visible(session, projects, data.agent_ids, data.group_ids)


async def settings(session: AsyncSession, groups: Mapping[UUID, frozenset[UUID]]) -> tuple[BlendRule, ...]:
    """The enabled rules by name, with each agent in the first one that names them. `groups`: agent → groups."""
    rules: list[BlendRule] = []
    taken: set[UUID] = set()
    rows = await session.scalars(select(BlendRuleRow).order_by(BlendRuleRow.name, BlendRuleRow.id))
    for rule in [BlendRuleView(id=row.id, name=row.name, **row.document) for row in rows]:
        if not rule.enabled:
            continue
        named = set(rule.group_ids)
        members = set(rule.agent_ids) | {agent for agent, own in groups.items() if not named.isdisjoint(own)}
        rules.append(_rule(rule, frozenset(members - taken)))
        taken |= members
    return tuple(rules)


def _rule(view: BlendRuleView, members: frozenset[UUID]) -> BlendRule:
    return BlendRule(
        id=view.id,
        name=view.name,
        queues=frozenset(view.queue_ids),
        agents=members,
        mode=view.mode,
        out=view.out.threshold(),
        back=view.back.threshold(),
        level_seconds=view.level_minutes * 60,
        out_per_minute=view.out_per_minute,
        back_per_minute=view.back_per_minute,
        least_outbound_seconds=view.least_outbound_seconds,
        least_inbound_seconds=view.least_inbound_seconds,
        inbound_at_least=view.inbound_at_least,
    )
