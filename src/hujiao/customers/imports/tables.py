"""Tables in files that somebody sent: which kind of file each is, and its rows one after another, as lists of texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import AbstractContextManager
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import msgspec

from hujiao.customers.imports import workbook
from hujiao.kit.errors import BadField

MOST_COLUMNS = 200
SHOWN_ROWS, SHOWN_TEXT = 10, 200
_ENCODINGS = ("utf-8", "gb18030")
_DELIMITERS = ",;\t|"
_PIECE = 1 << 20


class Format(msgspec.Struct, frozen=True):
    """How a file is read: a text with its encoding and delimiter, or a workbook."""

    kind: str
    encoding: str = ""
    delimiter: str = ","


class Head(msgspec.Struct, frozen=True):
    """How a file is read, and how it begins."""

    format: Format
    headings: list[str]
    rows: list[list[str]]


class Reading(AbstractContextManager["Reading"], Protocol):
    @property
    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        ...

    def __iter__(self) -> Iterator[list[str]]: ...


def head(path: Path) -> Head:
    """How the file begins. Raises `BadField` for what is no table."""
    found = _format(path)
    with reading(path, found) as opened:
        rows = iter(opened)
        first = next(rows, [])
        while first and not first[-1].strip():
            first.pop()
        if not first:
            raise BadField("error.import_no_headings", field="file")
        if len(first) > MOST_COLUMNS:
            raise BadField("error.import_columns", field="file", detail={"most": MOST_COLUMNS})
        shown = [[cell[:SHOWN_TEXT] for cell in row[: len(first)]] for row in islice(filter(filled, rows), SHOWN_ROWS)]
    return Head(found, [cell.strip()[:SHOWN_TEXT] for cell in first], shown)


def reading(path: Path, form: Format) -> Reading:
    """The file's rows, the headings first."""
    return workbook.Sheet(path, MOST_COLUMNS + 1) if form.kind == "xlsx" else _Text(path, form)


def filled(row: list[str]) -> bool:
    """Whether something stands in the row."""
    return any(map(str.strip, row))


def _format(path: Path) -> Format:
    with path.open("rb") as file:
        begins = file.read(8)
    if begins.startswith(b"PK\x03\x04"):
        return Format("xlsx")
    if begins.startswith(b"\xd0\xcf\x11\xe0"):  # a workbook of before 2007, or an encrypted one
        raise BadField("error.import_old_workbook", field="file")
    encoding = _encoding(path, begins)
    with path.open(encoding=encoding, newline="") as file:
        line = file.readline(_PIECE)
    return Format("csv", encoding, max(_DELIMITERS, key=line.count))


def _encoding(path: Path, begins: bytes) -> str:
    if begins.startswith(b"\xef\xbb\xbf"):
        candidates: tuple[str, ...] = ("utf-8-sig",)
    elif begins.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ("utf-16",)
    else:
        candidates = _ENCODINGS
    for encoding in candidates:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while piece := file.read(_PIECE):
                    if "\0" in piece:
                        raise BadField("error.import_not_a_table", field="file")
        except UnicodeError:
            continue
        return encoding
    raise BadField("error.import_encoding", field="file")


class _Text:
    """A text whose lines are rows."""

    def __init__(self, path: Path, form: Format) -> None:
        self._size = path.stat().st_size or 1
        self._bytes: IO[bytes] = path.open("rb")
        lines = TextIOWrapper(self._bytes, encoding=form.encoding, newline="")
        self._rows = csv.reader(lines, delimiter=form.delimiter)
        csv.field_size_limit(workbook.LONGEST_CELL)

    @property
    def share(self) -> float:
        return min(1.0, self._bytes.tell() / self._size)

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for row in self._rows:
                yield row[: MOST_COLUMNS + 1]  # one more tells that there are too many
        except csv.Error:
            raise BadField("error.import_line", field="file", detail={"line": self._rows.line_num}) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bytes.close()
