"""Wallboards as supervisors keep them, and the links that open one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.agents import service as agents
from hujiao.kit.catalogue import RevisedCatalogue, flush
from hujiao.kit.errors import BadField, Forbidden, NotFound, NotSignedIn
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import new_secret, secret_hash
from hujiao.queues import service as queues
from hujiao.reporting.views import check_bound
from hujiao.tenancy import service as tenancy
from hujiao.wallboards.models import Wallboard, WallboardLink
from hujiao.wallboards.views import (
    AGENT_FIGURES,
    COLUMNS,
    LOW_IS_BAD,
    ROWS,
    SHARES,
    FigureTile,
    LinkIn,
    LinkView,
    NewLink,
    Tile,
    WallboardIn,
    WallboardView,
)

LONGEST_SECRET = 100
_LINK = text(
    "SELECT l.*, set_config('hujiao.tenant', l.tenant_id::text, true) AS entered FROM lookup_wallboard_link(:secret) l"
)


class Wallboards(RevisedCatalogue[Wallboard, WallboardIn, WallboardView]):
    """A board shows the projects of who made it, for ever, and is seen by who sees all of these."""

    row, view = Wallboard, WallboardView
    search, order = (Wallboard.name,), (Wallboard.name,)

    async def values(self, data: WallboardIn, row: Wallboard | None) -> dict[str, Any]:
        shown = self._projects_of(row)
        if shown is not None and not shown:
            raise Forbidden("error.forbidden")
        return {**await super().values(data, row), "project_ids": None if shown is None else sorted(shown)}

    async def check(self, data: WallboardIn, row: Wallboard | None) -> None:
        check_places(data.tiles)
        known = await queues.in_projects(self.session, self._projects_of(row))
        groups = await agents.group_ids(self.session)
        for at, tile in enumerate(data.tiles):
            for name, there in (("queue_ids", known), ("group_ids", groups)):
                if not set(getattr(tile, name, ())) <= set(there):
                    raise BadField("error.unknown_reference", field=f"tiles.{at}.{name}")
            if isinstance(tile, FigureTile):
                _check_figure(at, tile)

    def columns(self, data: WallboardIn) -> dict[str, Any]:
        return data.model_dump(mode="json", exclude={"revision"})

    def _projects_of(self, row: Wallboard | None) -> frozenset[UUID] | None:
        if row is None:
            return self.projects
        return None if row.project_ids is None else frozenset(row.project_ids)

    def _visible(self) -> list[ColumnElement[bool]]:
        return [] if self.projects is None else [Wallboard.project_ids.contained_by(list(self.projects))]


def check_places(tiles: Sequence[Tile]) -> None:
    """Raises `BadField` for a tile outside the grid, over another one, or with another one's id."""
    taken: set[tuple[int, int]] = set()
    ids: set[str] = set()
    for at, tile in enumerate(tiles):
        if tile.id in ids:
            raise BadField("error.said_twice", field=f"tiles.{at}.id")
        ids.add(tile.id)
        if tile.x + tile.w > COLUMNS or tile.y + tile.h > ROWS:
            raise BadField("error.tile_outside", field=f"tiles.{at}", detail={"columns": COLUMNS, "rows": ROWS})
        cells = {(x, y) for x in range(tile.x, tile.x + tile.w) for y in range(tile.y, tile.y + tile.h)}
        if taken & cells:
            raise BadField("error.tile_over_another", field=f"tiles.{at}")
        taken |= cells


def _check_figure(at: int, tile: FigureTile) -> None:
    if tile.group_ids and tile.figure not in AGENT_FIGURES:
        raise BadField("error.groups_of_agents_alone", field=f"tiles.{at}.group_ids")
    if (tile.figure == "within") != (tile.seconds is not None):
        raise BadField("error.within_seconds", field=f"tiles.{at}.seconds")
    if tile.bounds is not None:
        share, low = tile.figure in SHARES, tile.figure in LOW_IS_BAD
        check_bound(tile.bounds, field=f"tiles.{at}.bounds", share=share, low_is_bad=low)


class Links:
    """Those of one wallboard, which the caller sees."""

    def __init__(self, session: AsyncSession, board: Wallboard) -> None:
        self.session = session
        self.board = board

    async def all(self) -> list[LinkView]:
        statement = select(WallboardLink).where(WallboardLink.wallboard_id == self.board.id)
        rows = await self.session.scalars(statement.order_by(WallboardLink.created_at, WallboardLink.id))
        return [LinkView.model_validate(row, from_attributes=True) for row in rows]

    async def create(self, data: LinkIn, by_name: str, now: datetime) -> NewLink:
        if data.expires_at is not None and data.expires_at <= now:
            raise BadField("error.not_in_the_future", field="expires_at")
        secret = new_secret()
        row = WallboardLink(
            id=new_id(),
            tenant_id=self.board.tenant_id,
            wallboard_id=self.board.id,
            secret_hash=secret_hash(secret),
            created_at=now,
            created_by_name=by_name,
            **data.model_dump(),
        )
        self.session.add(row)
        await flush(self.session)
        return NewLink(**LinkView.model_validate(row, from_attributes=True).model_dump(), secret=secret)

    async def revoke(self, link_id: UUID) -> None:
        statement = select(WallboardLink).where(
            WallboardLink.id == link_id, WallboardLink.wallboard_id == self.board.id
        )
        row = await self.session.scalar(statement)
        if row is None:
            raise NotFound("error.not_found")
        await self.session.delete(row)


@dataclass(frozen=True, slots=True)
class Shown:
    """A board that is open somewhere, and whose it is."""

    tenant_id: UUID
    shard: int
    time_zone: str
    board: WallboardView

    @property
    def projects(self) -> frozenset[UUID] | None:
        return None if self.board.project_ids is None else frozenset(self.board.project_ids)


async def by_link(session: AsyncSession, secret: str, address: str, now: datetime) -> Shown:
    """The board that the link opens from this address; the transaction is inside its tenant from here on."""
    found = (await session.execute(_LINK, {"secret": secret_hash(secret[:LONGEST_SECRET])})).one_or_none()
    if found is None or (found.expires_at is not None and found.expires_at <= now):
        raise NotSignedIn("error.link_ended", code="link_ended")
    if found.networks and not _is_in(address, found.networks):
        raise Forbidden("error.link_not_here", code="link_not_here")
    row = await session.scalar(select(Wallboard).where(Wallboard.id == found.wallboard_id))
    if row is None:
        raise NotSignedIn("error.link_ended", code="link_ended")
    return await shown(session, row)


async def shown(session: AsyncSession, row: Wallboard) -> Shown:
    tenant = await tenancy.facts(session, row.tenant_id)
    if tenant is None or tenant.suspended:
        raise Forbidden("error.tenant_suspended", code="tenant_suspended")
    view = WallboardView.model_validate(row, from_attributes=True)
    return Shown(tenant.id, tenant.shard, tenant.time_zone, view)


def _is_in(address: str, networks: Sequence[str]) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(network) for network in networks)
