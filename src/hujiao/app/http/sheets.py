"""Tables as files: CSV that spreadsheets open rightly, and xlsx with real numbers and times."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from starlette.responses import StreamingResponse

from hujiao.kit.formulas import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads Chinese wrongly
_ROWS_AT_ONCE = 500
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: str
    kind: str = "text"  # text, number, share, time
    width: int = 14


def csv_response(columns: Sequence[Column], rows: AsyncIterator[dict[str, Any]], zone: str, name: str) -> Any:
    async def lines() -> AsyncIterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write(_BYTE_ORDER_MARK)
        writer.writerow([column.title for column in columns])
        count = 0
        async for row in rows:
            writer.writerow([_text(row.get(column.name), column, zone) for column in columns])
            count += 1
            if count % _ROWS_AT_ONCE == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=_named(f"{name}.csv"))


async def xlsx_response(
    columns: Sequence[Column],
    rows: AsyncIterator[dict[str, Any]],
    zone: str,
    name: str,
    *,
    after: Iterable[Sequence[Any]] = (),
) -> Any:
    """Written row by row into a file without a name, gone when it is closed. `after` are lines below the table."""
    file = TemporaryFile(prefix="hujiao-")  # noqa: SIM115  (open until it is sent)
    try:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet()
        formats = {
            "text": book.add_format({}),
            "number": book.add_format({"num_format": "0.##"}),
            "share": book.add_format({"num_format": "0.0%"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.title for column in columns], book.add_format({"bold": True}))
        line = 1
        async for row in rows:
            for index, column in enumerate(columns):
                _cell(sheet, line, index, row.get(column.name), column, formats, zone)
            line += 1
        for extra in after:
            line += 1
            sheet.write_row(line, 0, list(extra))
        await asyncio.to_thread(book.close)
    except BaseException:
        file.close()
        raise

    async def pieces() -> AsyncIterator[bytes]:
        with file:
            file.seek(0)
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece

    return StreamingResponse(pieces(), media_type=XLSX, headers=_named(f"{name}.xlsx"))


def _cell(sheet: Any, line: int, index: int, value: Any, column: Column, formats: dict[str, Any], zone: str) -> None:
    if value is None:
        return
    if column.kind == "time":
        sheet.write_datetime(line, index, _local(value, zone).replace(tzinfo=None), formats["time"])
    elif column.kind in {"number", "share"}:
        sheet.write_number(line, index, value, formats[column.kind])
    else:
        sheet.write_string(line, index, str(value))


def _text(value: Any, column: Column, zone: str) -> str:
    if value is None:
        return ""
    if column.kind == "time":
        return _local(value, zone).strftime("%Y-%m-%d %H:%M:%S")
    if column.kind == "share":
        return f"{value:.4f}"
    if column.kind == "number":
        return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return harmless(str(value))


def _local(value: datetime, zone: str) -> datetime:
    return value.astimezone(ZoneInfo(zone))


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
