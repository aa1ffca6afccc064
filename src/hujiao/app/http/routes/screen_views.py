"""Who looked at whose screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hujiao.app.http.access import need
from hujiao.app.http.lists import AskedList
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.kit.paging import Page
from hujiao.screen_views import service as screen_views
from hujiao.screen_views.views import ScreenViewFilter, ScreenViewView

router = APIRouter(tags=["supervision"], route_class=UnitRoute)


@router.get("/screen-views", name="list_screen_views", dependencies=[need(Right.SUPERVISION_SCREEN)])
async def list_screen_views(
    work: InTenant, wanted: Annotated[ScreenViewFilter, Query()], query: AskedList
) -> Page[ScreenViewView]:
    """Running and ended ones, of agents of your projects; last begun first."""
    return await screen_views.page(work.session, work.projects, wanted, query)
