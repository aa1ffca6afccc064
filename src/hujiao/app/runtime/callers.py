"""What is known of a caller: who it is, the customer's name, grade and own agent, and who served them last."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from hujiao.app.runtime.tenant.turn import CallerFound, LookUpCaller
from hujiao.customers import service as customers
from hujiao.interactions.models import Interaction
from hujiao.kit.db import Database


async def look_up(database: Database, tenant_id: UUID, wanted: LookUpCaller) -> CallerFound:
    async with database.tenant(tenant_id) as session:
        known = await customers.recognise(session, wanted.caller_key, wanted.project_id, wanted.meant)
        served = select(Interaction.agent_id, Interaction.connected_at).where(
            Interaction.caller_key == wanted.caller_key,
            Interaction.agent_id.is_not(None),
            Interaction.connected_at.is_not(None),
        )
        last = (await session.execute(served.order_by(Interaction.started_at.desc()).limit(1))).one_or_none()
    return CallerFound(
        interaction_id=wanted.interaction_id,
        customer_id=known.id if known else None,
        name=known.name if known else "",
        grade=known.grade if known else 0,
        own_agent=known.agent_id if known else None,
        last_agent=last.agent_id if last else None,
        last_agent_at=last.connected_at if last else None,
    )
