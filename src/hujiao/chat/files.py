"""Files that visitors and agents send: what they are by their content, and where they lie.

The content decides the type, whatever the sender says. Nothing of it runs or is shown inline: an answer with a file is
always a download.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

FOLDER = "chat-files"
LONGEST_NAME = 120
_ODD = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_HEAD = 16


def _starts(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(starts)


# The types that may be sent, with how a file of each begins.
TYPES: Mapping[str, Callable[[bytes], bool]] = {
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/gif": _starts(b"GIF87a", b"GIF89a"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "application/pdf": _starts(b"%PDF-"),
    "application/zip": _starts(b"PK\x03\x04", b"PK\x05\x06"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": lambda head: False,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": lambda head: False,
    "text/plain": lambda head: False,
}
# What lies in an archive that is one of these.
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def type_of(path: Path) -> str | None:
    """Returns the type that the content shows; None for one that is not known."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = next((name for name, begins in TYPES.items() if begins(head)), None)
    if found == "application/zip":
        return _inside(path)
    return found or ("text/plain" if _is_text(path) else None)


def _inside(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    return next((kind for name, kind in _OFFICE.items() if name in names), "application/zip")


def _is_text(path: Path) -> bool:
    """Whether all of it is text in UTF-8; what looks like a page of the web is none."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    page = text[:1000].lstrip("\ufeff \t\r\n").lower()
    return "\0" not in text and not page.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script"))


def named(name: str) -> str:
    """Returns the sender's name of a file without what no folder has."""
    plain = _ODD.sub("_", name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > LONGEST_NAME and dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME] or "file"


def place(home: Path, tenant_id: UUID, file_id: UUID) -> Path:
    """Returns where the file lies."""
    return home / FOLDER / str(tenant_id) / file_id.hex[-2:] / str(file_id)
