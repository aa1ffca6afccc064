"""A file that comes as a request's body: onto the disk, within bounds, as what its content shows."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from starlette.requests import Request

from hujiao.app.http.body import TooLarge
from hujiao.chat import files
from hujiao.chat.contracts import FileFacts
from hujiao.chat.service import Entry
from hujiao.kit.errors import BadField, Unavailable
from hujiao.kit.ids import new_id

MEGABYTE = 1024 * 1024
LEAST_FREE = 1024 * MEGABYTE


@dataclass(slots=True)
class Received:
    """A file on the disk, which goes again unless it is `kept`."""

    facts: FileFacts
    kept: bool = False


@asynccontextmanager
async def received(request: Request, home: Path, tenant_id: UUID, entry: Entry, name: str) -> AsyncIterator[Received]:
    """The file; refused with its field if the entry does not take it."""
    await check_room(home)
    largest = entry.fields.max_file_mb * MEGABYTE
    if not largest:
        raise BadField("error.no_files_here", field="file")
    file_id = new_id()
    path = files.place(home, tenant_id, file_id)
    file: Received | None = None
    try:
        size = await write(request, path, largest)
        if not size:
            raise BadField("error.file_empty", field="file")
        kind = await asyncio.to_thread(files.type_of, path)
        if kind is None or kind not in entry.fields.file_types:
            raise BadField("error.file_type_refused", field="file", detail={"type": kind or "—"})
        file = Received(FileFacts(id=file_id, name=files.named(name), size=size, type=kind))
        yield file
    finally:
        if file is None or not file.kept:
            path.unlink(missing_ok=True)


async def check_room(home: Path) -> None:
    if await asyncio.to_thread(_full, home):
        raise Unavailable("error.disk_full", code="disk_full")


def _full(home: Path) -> bool:
    """Whether the rest of the disk is to be kept for what must be written: the database, recordings."""
    return shutil.disk_usage(home).free < LEAST_FREE


async def write(request: Request, path: Path, largest: int) -> int:
    """The body as a file that nobody but this account reads. Returns its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    size = 0
    with path.open("wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > largest:
                raise TooLarge(largest)
            file.write(piece)
    return size
