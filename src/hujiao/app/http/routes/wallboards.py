"""Wallboards (大屏), and the links that open one without signing in."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from hujiao.app.http.access import need
from hujiao.app.http.lists import administer
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.wallboards.service import Links, Wallboards
from hujiao.wallboards.views import LinkIn, LinkView, NewLink, WallboardIn, WallboardView

router = APIRouter(tags=["wallboards"], route_class=UnitRoute)

_LINKS = "/wallboards/{row_id}/links"
_MAKERS = [need(Right.WALLBOARDS)]


def _boards(work: Work) -> Wallboards:
    return Wallboards(work.session, work.tenant_id, work.projects)


administer(
    router,
    "/wallboards",
    one="wallboard",
    many="wallboards",
    catalogue=_boards,
    data=WallboardIn,
    view=WallboardView,
    right=Right.WALLBOARDS,
    read=(Right.LIVE_READ,),
    of_calls=False,
)


async def _links(work: Work, row_id: UUID) -> Links:
    return Links(work.session, await _boards(work).find(row_id))


@router.get(_LINKS, name="list_wallboard_links", dependencies=_MAKERS)
async def list_wallboard_links(work: InTenant, row_id: UUID) -> list[LinkView]:
    return await (await _links(work, row_id)).all()


@router.post(_LINKS, name="create_wallboard_link", status_code=201, dependencies=_MAKERS)
async def create_wallboard_link(work: InTenant, row_id: UUID, body: LinkIn) -> NewLink:
    """Opens this board alone, for whoever has the secret, until it ends or is revoked."""
    return await (await _links(work, row_id)).create(body, work.caller.principal.name, utc_now())


@router.delete(_LINKS + "/{link_id}", name="revoke_wallboard_link", status_code=204, dependencies=_MAKERS)
async def revoke_wallboard_link(work: InTenant, row_id: UUID, link_id: UUID) -> None:
    """Its open screens close at once."""
    await (await _links(work, row_id)).revoke(link_id)
    work.screens_changed()
