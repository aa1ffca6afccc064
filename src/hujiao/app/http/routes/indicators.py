"""Indicators of the live page: what they count, and from where on they alarm."""

from __future__ import annotations

from fastapi import APIRouter

from hujiao.app.http.access import need
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.reporting import service as reporting
from hujiao.reporting.views import IndicatorSettings

router = APIRouter(tags=["reports"], route_class=UnitRoute)


@router.get(
    "/settings/indicators", name="read_indicator_settings", dependencies=[need(Right.CONFIG_READ, Right.LIVE_READ)]
)
async def read_indicator_settings(work: InTenant) -> IndicatorSettings:
    return await reporting.indicator_settings(work.session)


@router.put("/settings/indicators", name="change_indicator_settings", dependencies=[need(Right.ALARMS_SET)])
async def change_indicator_settings(work: InTenant, body: IndicatorSettings) -> IndicatorSettings:
    """They act on the next figures."""
    settings = await reporting.set_indicator_settings(work.session, work.tenant_id, body)
    work.configuration_changed()
    return settings
