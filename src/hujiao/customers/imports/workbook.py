"""The first sheet of an xlsx workbook, row by row: what is in memory is its table of texts and one row.

No parser of ours expands entities, and what an archive says of its parts' sizes is checked before any is opened.
"""

from __future__ import annotations

import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from xml.parsers import expat

from hujiao.kit.errors import BadField

LARGEST = 1024**3  # of all parts, unpacked
RATIO, UNSUSPICIOUS = 150, 32 * 1024**2  # a sheet of numbers is packed to a tenth
LONGEST_CELL = 32_767
_LONGEST_REFERENCE = len("XFD1048576")
_PIECE = 1 << 18
_DAY_FORMATS = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58))
_DAY_CODE = re.compile(r"[yd]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_EPOCHS = {False: datetime(1899, 12, 30, tzinfo=UTC), True: datetime(1904, 1, 1, tzinfo=UTC)}
_LARGEST_DAY = 2_958_465  # the end of the year 9999

# What a damaged archive, or damaged XML in one, raises.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(expat.ExpatError, LookupError, ValueError, OverflowError, RuntimeError),
)

Attributes = dict[str, str]


class Sheet:
    """The rows of a workbook's first sheet. Numbers are as they are written, days as 2026-05-31."""

    def __init__(self, path: Path, most_columns: int) -> None:
        self._most = most_columns
        try:
            self._archive = zipfile.ZipFile(path)
        except (*_DAMAGED, OSError):
            raise _broken() from None
        try:
            _check(self._archive)
            part, self._epoch = _first_sheet(self._archive)
            self._days = _day_styles(self._archive)
            self._texts = _shared_texts(self._archive)
            self._size = self._archive.getinfo(part).file_size or 1
            self._file: IO[bytes] = self._archive.open(part)
        except BaseException as error:
            self._archive.close()
            if isinstance(error, _DAMAGED):
                raise _broken() from None
            raise

    @property
    def share(self) -> float:
        return min(1.0, self._file.tell() / self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._archive.close()

    def __iter__(self) -> Iterator[list[str]]:
        ready: list[list[str]] = []
        row: list[str] = []
        at, kind, style, text, within = -1, "", 0, "", False

        def begin(name: str, attributes: Attributes) -> None:
            nonlocal row, at, kind, style, text, within
            if name == "c":
                at = _column(attributes["r"]) if "r" in attributes else at + 1
                kind, style, text = attributes.get("t", "n"), int(attributes.get("s", 0)), ""
            elif name == "row":
                row, at = [], -1
            elif name in ("v", "t"):
                within = True

        def end(name: str) -> None:
            nonlocal within
            if name in ("v", "t"):
                within = False
            elif name == "c":
                if text and at < self._most:
                    row.extend([""] * (at + 1 - len(row)))
                    row[at] = self._value(kind, style, text)
            elif name == "row":
                ready.append(row)

        def said(more: str) -> None:
            nonlocal text
            if within:
                text += more
                _check_length(len(text))

        parser = _parser(begin, end, said)
        try:
            while piece := self._file.read(_PIECE):
                parser.Parse(piece)
                yield from ready
                ready.clear()
            parser.Parse(b"", True)
        except _DAMAGED:
            raise _broken() from None
        yield from ready

    def _value(self, kind: str, style: int, text: str) -> str:
        match kind:
            case "s":
                return self._texts[int(text)]
            case "n":
                return self._number(style, text)
            case "b":
                return "true" if text == "1" else "false"
            case _:
                return text

    def _number(self, style: int, text: str) -> str:
        number = float(text)
        if style < len(self._days) and self._days[style] and 0 < number < _LARGEST_DAY:
            moment = self._epoch + timedelta(days=number)
            whole = number.is_integer()
            return moment.date().isoformat() if whole else f"{moment + timedelta(milliseconds=500):%Y-%m-%d %H:%M:%S}"
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _broken() -> BadField:
    return BadField("error.import_workbook", field="file")


def _check_length(length: int) -> None:
    if length > LONGEST_CELL:
        raise BadField("error.import_cell", field="file", detail={"most": LONGEST_CELL})


def _check(archive: zipfile.ZipFile) -> None:
    """An archive is read no further than it says that its parts are long."""
    unpacked = sum(part.file_size for part in archive.infolist())
    packed = sum(part.compress_size for part in archive.infolist())
    if unpacked > LARGEST or unpacked > UNSUSPICIOUS + RATIO * packed:
        raise BadField("error.import_unpacked", field="file", detail={"largest": LARGEST // 1024**2})


def _parser(
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    said: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise _broken()

    def begin_root(name: str, attributes: Attributes) -> None:
        prefixed = ":" in name  # then all names are
        parser.StartElementHandler = (lambda name, attributes: begin(_plain(name), attributes)) if prefixed else begin
        parser.EndElementHandler = (lambda name: end(_plain(name))) if prefixed and end else end
        begin(_plain(name), attributes)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin_root
    parser.CharacterDataHandler = said
    return parser


def _plain(name: str) -> str:
    """Of `x:row` `row`."""
    return name.rpartition(":")[2]


def _parse(archive: zipfile.ZipFile, part: str, parser: expat.XMLParserType) -> None:
    with archive.open(part) as file:
        parser.ParseFile(file)


def _column(reference: str) -> int:
    """Of `AB12` 27."""
    if len(reference) > _LONGEST_REFERENCE:
        raise ValueError(reference[:_LONGEST_REFERENCE])
    column = 0
    for letter in reference:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1


def _first_sheet(archive: zipfile.ZipFile) -> tuple[str, datetime]:
    """The part that it is, and the day from which days are counted."""
    sheets: list[str] = []
    targets: dict[str, str] = {}
    epoch = _EPOCHS[False]

    def of_book(name: str, attributes: Attributes) -> None:
        nonlocal epoch
        if name == "sheet":
            sheets.append(next((value for key, value in attributes.items() if key.endswith(":id")), ""))
        elif name == "workbookPr":
            epoch = _EPOCHS[attributes.get("date1904", "0") in ("1", "true")]

    def of_relations(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(archive, "xl/workbook.xml", _parser(of_book))
    _parse(archive, "xl/_rels/workbook.xml.rels", _parser(of_relations))
    target = targets.get(sheets[0]) if sheets else None
    if not target:
        raise _broken()
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/"), epoch


def _day_styles(archive: zipfile.ZipFile) -> list[bool]:
    """Whether a number in the cells of each style is a day."""
    codes: dict[int, str] = {}
    styles: list[bool] = []
    within = False

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal within
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", 0))] = _QUOTED.sub("", attributes.get("formatCode", ""))
        elif name == "cellXfs":
            within = True
        elif name == "xf" and within:
            number = int(attributes.get("numFmtId", 0))
            styles.append(number in _DAY_FORMATS or bool(_DAY_CODE.search(codes.get(number, ""))))

    def end(name: str) -> None:
        nonlocal within
        if name == "cellXfs":
            within = False

    if "xl/styles.xml" in archive.namelist():
        _parse(archive, "xl/styles.xml", _parser(begin, end))
    return styles


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    texts: list[str] = []
    parts: list[str] = []
    within = phonetic = False
    length = 0

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal within, phonetic, length
        if name == "si":
            parts.clear()
            length = 0
        elif name == "rPh":  # how it is read aloud
            phonetic = True
        elif name == "t":
            within = not phonetic

    def end(name: str) -> None:
        nonlocal within, phonetic
        if name == "t":
            within = False
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            texts.append("".join(parts))

    def said(more: str) -> None:
        nonlocal length
        if within:
            length += len(more)
            _check_length(length)
            parts.append(more)

    if "xl/sharedStrings.xml" in archive.namelist():
        _parse(archive, "xl/sharedStrings.xml", _parser(begin, end, said))
    return texts
