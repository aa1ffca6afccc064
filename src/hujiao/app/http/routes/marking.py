"""Marking contacts as malicious (恶意来电): by the agent who had them, or by who reviews them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.interactions import sight_of
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.interactions.views import MaliciousIn, MarkedBefore
from hujiao.kit.errors import Conflict, Forbidden, NotFound

router = APIRouter(tags=["interactions"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
MARKERS = need(Right.AGENT_WORK, Right.INTERACTIONS_MARK)


@router.put("/interactions/{interaction_id}/malicious", name="mark_malicious", dependencies=[MARKERS], status_code=204)
async def mark_malicious(work: InTenant, parts: _Parts, interaction_id: UUID, body: MaliciousIn) -> None:
    """While it goes on or afterwards; once more gives another reason."""
    await _markable(work, parts, interaction_id)
    await _mark(work, parts, interaction_id, malicious=True, reason=body.reason)


@router.delete(
    "/interactions/{interaction_id}/malicious", name="withdraw_mark", dependencies=[MARKERS], status_code=204
)
async def withdraw_mark(work: InTenant, parts: _Parts, interaction_id: UUID) -> None:
    """By who has marked it, or who reviews it. That it was marked stays in its events."""
    if await _markable(work, parts, interaction_id) is None:
        raise Conflict("error.not_marked", code="not_marked")
    await _mark(work, parts, interaction_id, malicious=False)


@router.get(
    "/me/interactions/{interaction_id}/marked-before",
    name="read_marked_before",
    tags=["me"],
    dependencies=[need(Right.AGENT_WORK)],
)
async def read_marked_before(work: InTenant, parts: _Parts, interaction_id: UUID) -> MarkedBefore:
    """Whether other contacts of the same caller, of the agent's projects, were marked as malicious."""
    if not await _seen(work, parts, interaction_id):
        raise NotFound("error.not_found")
    return await interactions.marked_before(work.session, work.projects, interaction_id)


async def _markable(work: Work, parts: Parts, interaction_id: UUID) -> UUID | None:
    """The account that has marked it by now; refuses who does not see it, and an agent where it was another's mark."""
    principal = work.caller.principal
    if not await _seen(work, parts, interaction_id):
        raise NotFound("error.not_found")
    marker = await interactions.marked_malicious_by(work.session, interaction_id)
    if marker not in (None, principal.account_id) and not principal.may(Right.INTERACTIONS_MARK):
        raise Forbidden("error.marked_by_another", code="marked_by_another")
    return marker


async def _seen(work: Work, parts: Parts, interaction_id: UUID) -> bool:
    """Also one that goes on, of which the facts are not written yet."""
    sight = sight_of(work.caller, Right.INTERACTIONS_MARK)
    if await interactions.may_see(work.session, sight, interaction_id):
        return True
    principal = work.caller.principal
    view = await parts.hub.view(principal.tenant_id, principal.shard)
    record, scope = view.interactions.get(str(interaction_id)), await scope_of(parts, work.caller)
    return record is not None and (scope.interaction(record) if scope.wide else scope.own(record))


async def _mark(work: Work, parts: Parts, interaction_id: UUID, *, malicious: bool, reason: str = "") -> None:
    await direct(
        parts,
        work.caller,
        "interaction.mark",
        interaction_id=interaction_id,
        malicious=malicious,
        reason=reason,
        by_name=work.caller.principal.name,
    )
