"""Alarms on time in state: their thresholds, and what was raised."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from hujiao.alarms import service as alarms
from hujiao.alarms.views import (
    Acknowledged,
    AcknowledgeIn,
    AlarmFilter,
    AlarmView,
    StateThresholdIn,
    StateThresholdView,
    UsualThreshold,
)
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.lists import AskedList, administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.supervised import supervised
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.paging import Page

router = APIRouter(tags=["alarms"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
_READS = [need(Right.ALARMS_READ)]


@router.get("/state-thresholds/usual", name="read_usual_thresholds", dependencies=[need(Right.CONFIG_READ)])
async def read_usual_thresholds(work: InTenant) -> list[UsualThreshold]:
    """What holds for states of which the company says nothing."""
    return alarms.usual()


administer(
    router,
    "/state-thresholds",
    one="state_threshold",
    many="state_thresholds",
    catalogue=lambda work: alarms.StateThresholds(work.session, work.tenant_id),
    data=StateThresholdIn,
    view=StateThresholdView,
    right=Right.ALARMS_SET,
)


@router.get("/alarms", name="list_alarms", dependencies=_READS)
async def list_alarms(
    work: InTenant, parts: _Parts, wanted: Annotated[AlarmFilter, Query()], query: AskedList
) -> Page[AlarmView]:
    """Those of agents and queues whom you see live; the newest first."""
    return await (await _alarms(work, parts)).page(wanted, query)


@router.post("/alarms/acknowledge", name="acknowledge_alarms", dependencies=_READS)
async def acknowledge_alarms(work: InTenant, parts: _Parts, body: AcknowledgeIn) -> Acknowledged:
    """Say that you have seen to these. Who did so first stays named."""
    seen = await _alarms(work, parts)
    fresh = await seen.acknowledge(body.alarm_ids, work.caller.principal.account_id, utc_now())
    if fresh:
        about = {
            "agents": sorted({row.agent_id for row in fresh if row.agent_id}),
            "queues": sorted({row.queue_id for row in fresh if row.queue_id}),
        }
        work.tell(parts.bus.subjects.alarms(work.tenant_id), about)
    return Acknowledged(alarms=len(fresh))


async def _alarms(work: Work, parts: Parts) -> alarms.Alarms:
    agents = await supervised(work)
    if agents is None:
        return alarms.Alarms(work.session, None, None)
    scope = await scope_of(parts, work.caller)
    return alarms.Alarms(work.session, agents, {UUID(one) for one in scope.queues})
