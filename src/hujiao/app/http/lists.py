"""How a list is asked for, and how an administrator's list becomes five routes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.app.http.access import need
from hujiao.app.http.unit import InTenant, Work
from hujiao.identity.contracts import Right
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.paging import LARGEST_PAGE, ListQuery, Page

# No `from __future__ import annotations` here: FastAPI reads the annotations of routes made inside a function.

In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)


def list_query(
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    sort: Annotated[str | None, Query(max_length=40, description="A column; `-` before it: largest first")] = None,
    q: Annotated[str | None, Query(max_length=100, description="Text to look for")] = None,
) -> ListQuery:
    return ListQuery(page=page, page_size=page_size, sort=sort, q=(q or "").strip() or None)


AskedList = Annotated[ListQuery, Depends(list_query)]


def administer(
    router: APIRouter,
    path: str,
    *,
    one: str,
    many: str,
    catalogue: Callable[[Work], Catalogue[Any, In, Out]],
    data: type[In],
    view: type[Out],
    right: Right,
    read: tuple[Right, ...] = (Right.CONFIG_READ,),
    may_go: Callable[[AsyncSession, UUID], Awaitable[None]] | None = None,
    of_calls: bool = True,
) -> None:
    """GET, POST, GET one, PUT and DELETE of one list. Each write tells the runtime and the nodes; with `of_calls` False
    calls do not go by it, and only screens are told.

    `may_go` raises when something else names a row that is to be removed.
    """
    may_read, may_write = [need(*read)], [need(right)]
    changed = Work.configuration_changed if of_calls else Work.screens_changed

    async def list_rows(work: InTenant, query: AskedList) -> Page[view]:  # type: ignore[valid-type]
        return await catalogue(work).page(query)

    async def read_row(work: InTenant, row_id: UUID) -> view:  # type: ignore[valid-type]
        return await catalogue(work).get(row_id)

    async def create_row(work: InTenant, body: data) -> view:  # type: ignore[valid-type]
        created = await catalogue(work).create(body)
        changed(work)
        return created

    async def change_row(work: InTenant, row_id: UUID, body: data) -> view:  # type: ignore[valid-type]
        row = await catalogue(work).change(row_id, body)
        changed(work)
        return row

    async def remove_row(work: InTenant, row_id: UUID) -> None:
        rows = catalogue(work)
        if may_go:
            await rows.find(row_id)
            await may_go(work.session, row_id)
        await rows.remove(row_id)
        changed(work)

    each = f"{path}/{{row_id}}"
    router.add_api_route(path, list_rows, methods=["GET"], name=f"list_{many}", dependencies=may_read)
    router.add_api_route(
        path, create_row, methods=["POST"], name=f"create_{one}", dependencies=may_write, status_code=201
    )
    router.add_api_route(each, read_row, methods=["GET"], name=f"read_{one}", dependencies=may_read)
    router.add_api_route(each, change_row, methods=["PUT"], name=f"change_{one}", dependencies=may_write)
    router.add_api_route(
        each, remove_row, methods=["DELETE"], name=f"remove_{one}", dependencies=may_write, status_code=204
    )
