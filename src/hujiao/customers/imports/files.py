"""Where the file of an import lies, and the rows of it that were refused; nobody but this account reads either."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from uuid import UUID

import msgspec

from hujiao.customers.imports.rows import Row
from hujiao.kit import i18n
from hujiao.kit.formulas import harmless

FOLDER = "imports"
_REFUSED = ".refused.csv"


def place(home: Path, tenant_id: UUID, import_id: UUID) -> Path:
    """Where the file lies."""
    return home / FOLDER / str(tenant_id) / str(import_id)


def refused_place(file: Path) -> Path:
    """Where its refused rows lie."""
    return file.with_name(file.name + _REFUSED)


def remove(file: Path) -> None:
    """The file and its refused rows."""
    file.unlink(missing_ok=True)
    refused_place(file).unlink(missing_ok=True)


class Refused:
    """The file of refused rows: what was in them, and first what is wrong with it.

    What was written after the last row that is done is written anew by who goes on.
    """

    def __init__(self, file: Path, headings: Sequence[str], language: str, size: int) -> None:
        self._path = refused_place(file)
        self._headings = headings
        self._language = language
        self.size = size

    def add(self, rows: Iterable[tuple[Row, str]]) -> None:
        """Rows, each with its fault in words."""
        text = StringIO()
        writer = csv.writer(text)
        if not self.size:
            text.write("\ufeff")  # without it Excel reads Chinese wrongly
            writer.writerow([i18n.translate("column.import_fault", self._language), *map(harmless, self._headings)])
        for row, fault in rows:
            writer.writerow(map(harmless, (fault, *msgspec.json.decode(row.cells, type=list[str]))))
        content = text.getvalue().encode("utf-8", "replace")
        self._path.touch(0o600)
        with self._path.open("r+b") as file:
            file.seek(self.size)
            file.write(content)
            file.truncate()
        self.size += len(content)


def sweep(home: Path, before: float) -> None:
    """Removes what has lain here since before this time: nobody knows of it any more."""
    for path in (home / FOLDER).glob("*/*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
