"""What an agent at the telephone needs of the database: whether number and PIN are right, and which results there are.

An unknown number, a wrong PIN and too many tries are the same for who types them, and take as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import telephone
from hujiao.app.runtime.tenant.agent_questions import AgentAnswered, AskAgent
from hujiao.identity.passwords import Passwords
from hujiao.identity.throttle import PinThrottle
from hujiao.interactions.service import Interactions
from hujiao.interactions.views import DispositionView, InteractionFilter, Sight
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from hujiao.kit.paging import ListQuery
from hujiao.summaries.service import Contact, Summaries

_BY_RESULT = "disposition_id"


class Telephone:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._throttle = PinThrottle(database)
        self._passwords = Passwords(threads=1)

    async def answer(self, tenant_id: UUID, asked: AskAgent) -> AgentAnswered:
        if asked.what == "pin":
            return await self._known(tenant_id, asked)
        async with self._database.tenant(tenant_id) as session:
            return await _results(session, tenant_id, asked)

    def close(self) -> None:
        self._passwords.close()

    async def _known(self, tenant_id: UUID, asked: AskAgent) -> AgentAnswered:
        now = utc_now()
        left = await self._throttle.take(tenant_id, asked.number, now)
        async with self._database.tenant(tenant_id) as session:
            found = await telephone.of_number(session, asked.number)
        right = await self._passwords.verify(found.pin_hash if found else None, asked.pin)
        known = found.agent_id if found and right and left else None
        if known:
            await self._throttle.forget(tenant_id, asked.number)
        elif left:
            await self._throttle.failed(tenant_id, now)
        return AgentAnswered(interaction_id=asked.interaction_id, serial=asked.serial, what="pin", agent_id=known)


async def _results(session: AsyncSession, tenant_id: UUID, asked: AskAgent) -> AgentAnswered:
    """The results below what was chosen so far, or the one that was chosen: one with others below it is not chosen."""
    answer = AgentAnswered(interaction_id=asked.interaction_id, serial=asked.serial, what="results", more=asked.more)
    assert asked.agent_id is not None
    account_id = (await telephone.of_agent(session, asked.agent_id)).account_id
    if asked.contact:
        now = asked.contact
        contact_id, due = now.interaction_id, False
        contact = Contact(queue_id=now.queue_id, business_id=now.business_id, direction=now.direction)
    else:
        last = await _last_due(session, asked.agent_id)
        if last is None:
            return replace(answer, problem="no_result_due")
        contact_id, contact = last
        due = True
    summaries = Summaries(session, tenant_id)
    offered = (await summaries.form(contact, asked.agent_id)).dispositions
    above: DispositionView | None = None
    here, path = _below(offered, None), asked.path
    for depth, choice in enumerate(path):
        if choice > len(here):  # no such key: what there is is read again
            path = path[:depth]
            break
        above, here = here[choice - 1], _below(offered, here[choice - 1].id)
    if not offered:
        return replace(answer, problem="no_results")
    if here or above is None:
        return replace(answer, path=path, names=tuple(one.name for one in here))
    return replace(
        answer,
        account_id=account_id,
        contact_id=contact_id,
        due=due,
        disposition_id=above.id,
        disposition_name=await summaries.name_of(above.id, contact),
    )


async def _last_due(session: AsyncSession, agent_id: UUID) -> tuple[UUID, Contact] | None:
    """Returns the agent's last contact of which nothing but the result is still to be written."""
    wanted, newest = InteractionFilter(summary_agent_id=agent_id), ListQuery(page=1, page_size=20, sort="-started_at")
    for found in (await Interactions(session, Sight(own_agent=agent_id)).page(wanted, newest)).items:
        if found.summary_due.get(agent_id) == [_BY_RESULT]:
            contact = Contact(queue_id=found.queue_id, business_id=found.business_id, direction=found.direction)
            return found.id, contact
    return None


def _below(offered: Sequence[DispositionView], above: UUID | None) -> list[DispositionView]:
    """Those one level below, in their order; the tops of the offered parts stand above all."""
    there = {one.id for one in offered}
    return [one for one in offered if (one.parent_id if one.parent_id in there else None) == above]
