"""The contact that an agent writes of, as far as rules look at it: one that goes on, or one that is over."""

from __future__ import annotations

from uuid import UUID

from hujiao.app.http.parts import Parts
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import Work
from hujiao.interactions import service as interactions
from hujiao.interactions.service import Interactions
from hujiao.interactions.views import Sight
from hujiao.kit.errors import NotFound
from hujiao.summaries.service import Contact, Summaries


async def contact_of(work: Work, parts: Parts, interaction_id: UUID) -> Contact:
    """`NotFound` unless the caller's agent has a part in it."""
    principal = work.caller.principal
    view = await parts.hub.view(principal.tenant_id, principal.shard)
    record = view.interactions.get(str(interaction_id))
    if record is not None and (await scope_of(parts, work.caller)).own(record):
        queue_id, business_id, direction = record.get("queue_id"), record.get("business_id"), record.get("direction")
    else:
        found, _ = await Interactions(work.session, Sight(own_agent=work.caller.own_agent.id)).get(interaction_id)
        queue_id, business_id, direction = found.queue_id, found.business_id, found.direction
    if queue_id is None:
        queue_id = await interactions.queue_whose_rules_hold(work.session, interaction_id)
    return Contact(
        queue_id=UUID(str(queue_id)) if queue_id else None,
        business_id=UUID(str(business_id)) if business_id else None,
        direction=direction or "inbound",
    )


async def name_of_result(work: Work, parts: Parts, interaction_id: UUID, disposition_id: UUID | None) -> str:
    """The result's name after those above it, if it can be chosen for this contact. Whether there is such a contact
    says the runtime."""
    if disposition_id is None:
        return ""
    try:
        contact = await contact_of(work, parts, interaction_id)
    except NotFound:
        contact = None
    return await Summaries(work.session, work.tenant_id).name_of(disposition_id, contact)
