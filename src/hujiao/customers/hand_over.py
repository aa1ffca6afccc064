"""Customers stay with the company: one agent's go to another, or evenly to several."""

from __future__ import annotations

from sqlalchemy import select, text

from hujiao.agents import service as agents
from hujiao.customers import following
from hujiao.customers.models import Customer
from hujiao.customers.service import Customers
from hujiao.customers.views import CustomerFilter, HandedOver, HandOverIn
from hujiao.kit.errors import BadField, Conflict

_MOVE = """
WITH locked AS (
  SELECT c.id FROM customer c
  WHERE c.agent_id = :one AND c.merged_into IS NULL
    AND (:everything OR c.project_id IS NULL OR c.project_id = ANY(:projects))
  ORDER BY c.id FOR UPDATE
), mine AS (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM locked
), moved AS (
  UPDATE customer c SET agent_id = (CAST(:others AS uuid[]))[1 + mine.at % :many],
    updated_at = :now, updated_by = :account_id
  FROM mine WHERE c.tenant_id = :tenant_id AND c.id = mine.id AND c.agent_id = :one
  RETURNING c.id, c.agent_id
), noted AS (
  INSERT INTO customer_change (tenant_id, id, customer_id, at, account_id, kind, data)
  SELECT :tenant_id, gen_random_uuid(), moved.id, :now, :account_id, 'handed_over',
    jsonb_build_object('agent_id', jsonb_build_array(CAST(:one AS text), CAST(moved.agent_id AS text)))
  FROM moved
)
SELECT agent_id, array_agg(id) AS ids FROM moved GROUP BY agent_id
"""


class HandOver(Customers):
    async def move(self, data: HandOverIn) -> HandedOver:
        """All that are there now, if they are as many as was said before; each is noted with its customer."""
        known = await agents.known(self.session, self.who.projects, [data.from_agent_id, *data.to_agent_ids])
        for field, wanted in (("from_agent_id", [data.from_agent_id]), ("to_agent_ids", data.to_agent_ids)):
            if not set(wanted) <= known:
                raise BadField("error.unknown_reference", field=field)
        if data.from_agent_id in data.to_agent_ids:
            raise BadField("error.hand_over_to_itself", field="to_agent_ids")
        where = await self.matching(CustomerFilter(agent_id=data.from_agent_id), None)
        of = await self.session.scalars(select(Customer.project_id).where(*where).distinct())
        projects = {project_id for project_id in of if project_id}
        able = await agents.seeing(self.session, data.to_agent_ids, projects)
        if lacking := [one for one in data.to_agent_ids if one not in able]:
            called = ", ".join(name for _, name in (await agents.names(self.session, lacking)).values())
            raise BadField("error.hand_over_to_nobody", field="to_agent_ids", detail={"agents": called})
        found = await self.session.execute(
            text(_MOVE),
            {
                "one": data.from_agent_id,
                "others": data.to_agent_ids,
                "many": len(data.to_agent_ids),
                "everything": self.who.projects is None,
                "projects": list(self.who.projects or ()),
                "now": self.now,
                "account_id": self.who.account_id,
                "tenant_id": self.who.tenant_id,
            },
        )
        moved = {row.agent_id: row.ids for row in found}
        given = {agent_id: len(ids) for agent_id, ids in moved.items()}
        count = sum(given.values())
        if data.expected is not None and data.expected != count:
            raise Conflict("error.hand_over_changed", field="expected", code="changed", detail={"count": count})
        every = [one for ids in moved.values() for one in ids]
        self.reminded |= await following.handed_over(self.session, every, data.from_agent_id, self.now)
        return HandedOver(count=count, given=given)
