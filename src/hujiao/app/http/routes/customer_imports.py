"""Imports of customers: a file is sent, its columns are named, it is checked and imported; all that by `jobs`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from hujiao.app.http.access import SignedIn, need, parts_of
from hujiao.app.http.body import largest_body
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.customers import hands
from hujiao.app.http.routes.public_chat import FILE_BODY
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.app.http.uploads import MEGABYTE, check_room, write
from hujiao.chat.files import named
from hujiao.customers.imports import files, tables
from hujiao.customers.imports.service import Imports
from hujiao.customers.imports.views import ImportDetail, ImportView, PlanIn, TakeBackCount, TakeBackIn
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField
from hujiao.kit.ids import new_id
from hujiao.kit.paging import Page
from hujiao.kit.secrets import TenantSecrets

router = APIRouter(tags=["customers"], route_class=UnitRoute)

MANAGE = need(Right.CUSTOMERS_MANAGE)
LARGEST = 256 * MEGABYTE
READING_SECONDS = 20.0  # of a file's beginning, which for a workbook is all of its texts


def _imports(work: Work) -> Imports:
    session, who, secrets, _ = hands(work)
    return Imports(session, who, secrets, work.unit.parts.settings.home)


def _begun(work: Work) -> None:
    work.tell(work.unit.parts.bus.subjects.jobs("import"), {})


@router.get("/customer-imports", name="list_customer_imports", dependencies=[MANAGE])
async def list_customer_imports(work: InTenant, request: Request, query: AskedList) -> Page[ImportView]:
    """The newest first: one's own, and everybody's for who sees all projects."""
    return await _imports(work).page(query, reader_language(request))


@router.post(
    "/customer-imports",
    name="send_customer_import",
    dependencies=[MANAGE],
    status_code=201,
    openapi_extra=FILE_BODY,
)
@largest_body(LARGEST)
async def send_customer_import(
    request: Request,
    caller: SignedIn,
    parts: Annotated[Parts, Depends(parts_of)],
    name: Annotated[str, Query(min_length=1, max_length=255)],
) -> ImportDetail:
    """The body is the file: CSV or xlsx, its first line the headings. Nothing is imported yet."""
    who, import_id, language = caller.principal, new_id(), reader_language(request)
    home, tenant_id = parts.settings.home, who.tenant_id
    await check_room(home)
    path = files.place(home, tenant_id, import_id)
    try:
        with parts.uploads.taken(tenant_id):
            size = await write(request, path, LARGEST)
            if not size:
                raise BadField("error.file_empty", field="file")
            head = await parts.apart.run(tenant_id, READING_SECONDS, tables.head, path, field="file")
        async with parts.database.tenant(tenant_id) as session:
            imports = Imports(session, who, TenantSecrets(parts.settings.secret_key, tenant_id), home)
            await imports.add(import_id, named(name), size, head, language, utc_now())
            return await imports.get(import_id, language)
    except BaseException:
        files.remove(path)
        raise


@router.get("/customer-imports/{import_id}", name="read_customer_import", dependencies=[MANAGE])
async def read_customer_import(work: InTenant, request: Request, import_id: UUID) -> ImportDetail:
    """How far it is, and how the file begins."""
    return await _imports(work).get(import_id, reader_language(request))


@router.put("/customer-imports/{import_id}/plan", name="check_customer_import", dependencies=[MANAGE], status_code=204)
async def check_customer_import(work: InTenant, import_id: UUID, body: PlanIn) -> None:
    """Looks through all rows: who is new, who is known, and which rows are refused. Nothing is written."""
    await _imports(work).check(import_id, body)
    _begun(work)


@router.post("/customer-imports/{import_id}/run", name="run_customer_import", dependencies=[MANAGE], status_code=204)
async def run_customer_import(work: InTenant, import_id: UUID) -> None:
    """Imports what was checked."""
    await _imports(work).run(import_id)
    _begun(work)


@router.post(
    "/customer-imports/{import_id}/cancel", name="cancel_customer_import", dependencies=[MANAGE], status_code=204
)
async def cancel_customer_import(work: InTenant, import_id: UUID) -> None:
    """Ends the checking, or the import: what is imported stays."""
    await _imports(work).cancel(import_id, utc_now())


@router.delete("/customer-imports/{import_id}", name="remove_customer_import", dependencies=[MANAGE], status_code=204)
async def remove_customer_import(work: InTenant, import_id: UUID) -> None:
    """A file that is not to be imported."""
    await _imports(work).remove(import_id)
    files.remove(files.place(work.unit.parts.settings.home, work.tenant_id, import_id))


@router.get(
    "/customer-imports/{import_id}/refused.csv",
    name="export_refused_rows",
    dependencies=[MANAGE],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_refused_rows(work: InTenant, import_id: UUID) -> Response:
    """The refused rows as they came, each with what is wrong with it: mended, they can be imported."""
    path, name = await _imports(work).refused(import_id)
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"{name.rpartition('.')[0] or name}.csv")


@router.get("/customer-imports/{import_id}/taking-back", name="count_taken_back", dependencies=[MANAGE])
async def count_taken_back(work: InTenant, import_id: UUID) -> TakeBackCount:
    """How many customers came with it whom nobody has changed since."""
    return await _imports(work).untouched(import_id)


@router.post(
    "/customer-imports/{import_id}/taking-back", name="take_back_import", dependencies=[MANAGE], status_code=204
)
async def take_back_import(work: InTenant, import_id: UUID, body: TakeBackIn) -> None:
    """Removes the customers that it created and nobody has changed since."""
    await _imports(work).take_back(import_id, body)
    _begun(work)
