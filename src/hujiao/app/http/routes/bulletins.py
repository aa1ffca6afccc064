"""Bulletins (公告): authors' and readers' sides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from hujiao.app.http.access import need
from hujiao.app.http.lists import AskedList
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.bulletins.service import RIGHT, Bulletins, MyOwn, Readers
from hujiao.bulletins.views import (
    BulletinConfirmed,
    BulletinDetail,
    BulletinFilter,
    BulletinIn,
    BulletinReader,
    BulletinView,
    MyBulletin,
    MyBulletins,
    ReaderFilter,
)
from hujiao.kit.clock import utc_now
from hujiao.kit.paging import Page

router = APIRouter(prefix="/bulletins", tags=["bulletins"], route_class=UnitRoute, dependencies=[need(*RIGHT.values())])
mine = APIRouter(prefix="/me/bulletins", tags=["bulletins"], route_class=UnitRoute)

TOLD_AT_ONCE = 5_000  # accounts in one message


def _bulletins(work: Work) -> Bulletins:
    return Bulletins(work.session, work.caller.principal, utc_now())


def _tell(work: Work, readers: Readers) -> None:
    """Their desktops ask anew for what they are to read."""
    subject = work.unit.parts.bus.subjects.bulletins(work.tenant_id)
    if readers.everybody:
        work.tell(subject, {"everybody": True, "accounts": []})
        return
    accounts = sorted(readers.accounts)
    for first in range(0, len(accounts), TOLD_AT_ONCE):
        work.tell(subject, {"everybody": False, "accounts": accounts[first : first + TOLD_AT_ONCE]})


@router.get("", name="list_bulletins")
async def list_bulletins(
    work: InTenant, wanted: Annotated[BulletinFilter, Query()], query: AskedList
) -> Page[BulletinView]:
    return await _bulletins(work).page(wanted, query)


@router.post("", name="create_bulletin", status_code=201)
async def create_bulletin(work: InTenant, body: BulletinIn) -> BulletinDetail:
    """To publish to all, to groups and to persons are three rights."""
    made, readers = await _bulletins(work).create(body)
    _tell(work, readers)
    return made


@router.get("/{bulletin_id}", name="read_bulletin")
async def read_bulletin(work: InTenant, bulletin_id: UUID) -> BulletinDetail:
    return await _bulletins(work).get(bulletin_id)


@router.put("/{bulletin_id}", name="change_bulletin")
async def change_bulletin(work: InTenant, bulletin_id: UUID, body: BulletinIn) -> BulletinDetail:
    """Another text is to be read anew; what it said before is kept."""
    changed, readers = await _bulletins(work).change(bulletin_id, body)
    _tell(work, readers)
    return changed


@router.post("/{bulletin_id}/withdraw", name="withdraw_bulletin", status_code=204)
async def withdraw_bulletin(work: InTenant, bulletin_id: UUID) -> None:
    _tell(work, await _bulletins(work).withdraw(bulletin_id))


@router.get("/{bulletin_id}/readers", name="list_bulletin_readers")
async def list_bulletin_readers(
    work: InTenant, bulletin_id: UUID, wanted: Annotated[ReaderFilter, Query()], query: AskedList
) -> Page[BulletinReader]:
    """Those to whom it is addressed and those who have read it; who has not is first."""
    return await _bulletins(work).readers(bulletin_id, wanted.revision, query)


def _my_own(work: Work) -> MyOwn:
    agent = work.caller.agent
    return MyOwn(work.session, work.caller.principal, agent.id if agent else None, utc_now())


@mine.get("", name="list_my_bulletins")
async def list_my_bulletins(work: InTenant) -> MyBulletins:
    """What the caller is to read: what holds now."""
    return await _my_own(work).current()


@mine.get("/earlier", name="list_my_earlier_bulletins")
async def list_my_earlier_bulletins(work: InTenant, query: AskedList) -> Page[MyBulletin]:
    return await _my_own(work).earlier(query)


@mine.post("/{bulletin_id}/read", name="confirm_bulletin", status_code=204)
async def confirm_bulletin(work: InTenant, bulletin_id: UUID, body: BulletinConfirmed) -> None:
    """The caller has read this text of it. The first time counts."""
    await _my_own(work).confirm(bulletin_id, body.revision)
