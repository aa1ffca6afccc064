"""Files with customers: workbooks as programs write them, what columns are guessed to be, what becomes of each row."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from hujiao.customers.imports import guess
from hujiao.customers.imports.files import Refused, refused_place
from hujiao.customers.imports.rows import Fault, Point, Row
from hujiao.customers.imports.sorting import Holder, sort
from hujiao.customers.imports.tables import MOST_COLUMNS, Format, head, reading
from hujiao.customers.imports.views import ColumnIn
from hujiao.customers.imports.workbook import LONGEST_CELL, Sheet
from hujiao.kit.errors import BadField
from hujiao.kit.formulas import harmless, unmarked

ONE, OTHER = UUID(int=1), UUID(int=2)
BOOK = (
    '<workbook xmlns:r="r"><workbookPr {props}/><sheets><sheet name="B" r:id="rId7"/>'
    '<sheet name="A" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId7" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
)
STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="&quot;day &quot;0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)
TEXTS = "<sst><si><t>Wang</t></si><si><r><t>Li </t></r><r><t>Wei</t></r><rPh><t>リ</t></rPh></si></sst>"


def book(
    tmp_path: Path,
    rows: str,
    props: str = "",
    *,
    parts: Mapping[str, bytes] = {},
    packing: int = zipfile.ZIP_STORED,
) -> Path:
    """With these `parts` in place of the usual ones."""
    path = tmp_path / "book.xlsx"
    usual = {
        "xl/workbook.xml": BOOK.format(props=props),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": TEXTS,
        "xl/worksheets/sheet2.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in {**usual, **parts}.items():
            archive.writestr(name, content)
    return path


def read(path: Path) -> list[list[str]]:
    with Sheet(path, 10) as sheet:
        return list(sheet)


def test_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    """The first sheet by the book's order; texts of every kind, numbers, days; cells that are left out are empty."""
    rows = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        '<row><c t="inlineStr"><is><t>a &amp; b</t></is></c><c t="str"><f>1+1</f><v>two</v></c>'
        '<c t="b"><v>1</v></c></row>'
        "<row/>"
        '<row><c><v>1.38E10</v></c><c><v>0.1</v></c><c s="1"><v>46173</v></c><c s="2"><v>7</v></c>'
        '<c s="3"><v>46173.5</v></c><c r="ZZ4"><v>9</v></c></row>'
    )
    assert read(book(tmp_path, rows)) == [
        ["Wang", "", "Li Wei"],
        ["a & b", "two", "true"],
        [],
        ["13800000000", "0.1", "2026-05-31", "7", "2026-05-31 12:00:00"],
    ]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    assert read(book(tmp_path, '<row><c s="1"><v>0.5</v></c></row>', 'date1904="1"')) == [["1904-01-01 12:00:00"]]


@pytest.mark.parametrize(
    "rows",
    [
        *("<row><c><v>x</v></c></row>", '<row><c t="s"><v>99</v></c></row>', "<row><c>", '<row><c s="x"/></row>'),
        *(f'<row><c r="{"A" * 11}"/></row>', '<row><c s="1"><v>2958464</v></c></row>'),
    ],
)
def test_a_damaged_sheet_is_told(tmp_path: Path, rows: str) -> None:
    told_as_damaged(book(tmp_path, rows, 'date1904="1"'))


def told_as_damaged(path: Path) -> None:
    with pytest.raises(BadField) as told:
        read(path)
    assert (told.value.message, told.value.field) == ("error.import_workbook", "file")


def test_a_workbook_whose_names_are_prefixed_is_read(tmp_path: Path) -> None:
    path, prefixed = book(tmp_path, '<row><c t="s"><v>1</v></c><c s="1"><v>46173</v></c></row>'), tmp_path / "x.xlsx"
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(prefixed, "w") as archive:
        for name in plain.namelist():
            archive.writestr(name, re.sub(r"<(/?)(?=\w)", r"<\1x:", plain.read(name).decode()))
    assert read(prefixed) == read(path) == [["Li Wei", "2026-05-31"]]


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet2.xml"])
@pytest.mark.parametrize("content", [b"", b"<a", b"<!DOCTYPE a><a/>"])
def test_a_damaged_part_is_told(tmp_path: Path, part: str, content: bytes) -> None:
    told_as_damaged(book(tmp_path, "<row/>", parts={part: content}))


def test_a_format_without_a_number_is_told(tmp_path: Path) -> None:
    told_as_damaged(book(tmp_path, "<row/>", parts={"xl/styles.xml": b'<a><numFmt numFmtId="x"/></a>'}))


def test_bytes_that_cannot_be_unpacked_are_told(tmp_path: Path) -> None:
    path = book(tmp_path, "<row/>" * 500, packing=zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(path) as archive:
        begins = archive.getinfo("xl/worksheets/sheet2.xml").header_offset
    content = bytearray(path.read_bytes())
    at = content.index(b"sheet2.xml", begins) + len(b"sheet2.xml")
    content[at : at + 8] = b"\xff" * 8
    path.write_bytes(content)
    told_as_damaged(path)


@pytest.mark.parametrize("shared", [True, False])
def test_a_cell_that_no_sheet_can_hold_is_told(tmp_path: Path, shared: bool) -> None:
    """A text that is in one place and in hundreds of cells would make a row of them without end."""
    cell = f"<is><t>{'x' * LONGEST_CELL}</t><t>y</t></is>"
    texts = {"xl/sharedStrings.xml": f"<sst><si>{cell}</si></sst>".encode()} if shared else {}
    rows = "<row/>" if shared else f'<row><c t="inlineStr">{cell}</c></row>'
    with pytest.raises(BadField) as told:
        read(book(tmp_path, rows, parts=texts))
    assert (told.value.message, told.value.field) == ("error.import_cell", "file")


def test_a_line_is_cut_where_there_are_too_many_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "," * 1000)
    with reading(path, Format("csv", "utf-8")) as rows:
        assert [len(row) for row in rows] == [2, MOST_COLUMNS + 1]


@pytest.mark.parametrize(("delimiter", "line"), [(",", "a,b"), (";", "a;b"), ("\t", "a\tb"), ("|", "a|b")])
def test_the_delimiter_is_the_one_of_the_headings(tmp_path: Path, delimiter: str, line: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{line}\n1{delimiter}2\n", "utf-8")
    found = head(path)
    assert (found.format.delimiter, found.headings, found.rows) == (delimiter, ["a", "b"], [["1", "2"]])


def test_headings_say_what_columns_are() -> None:
    headings = ["客户姓名", "Mobile Phone", "电话2", "E-Mail", "Name", "VIP Card", "old", "gone", ""]
    last = {"old": ColumnIn(target="note"), "gone": ColumnIn(target="fields.gone")}
    found = guess.columns(headings, [("card", ["VIP card", "会员卡"])], last)
    assert [(one.target, one.label) for one in found] == [
        ("name", ""),
        ("phone", "Mobile Phone"),
        ("phone", "电话2"),
        ("email", "E-Mail"),
        (None, ""),  # there is a name already
        ("fields.card", ""),
        ("note", ""),
        (None, ""),  # the field is gone
        (None, ""),
    ]


def row(*keys: str, project: UUID | None = None, unfit: Fault | None = None) -> Row:
    points = [Point("phone", key, key, "") for key in keys]
    return Row(b"[]", id="new", project_id=project, points=points, unfit=unfit)


def test_who_is_known_is_of_the_project_or_the_whole_company() -> None:
    known = {"1": [Holder(ONE, ONE)], "2": [Holder(OTHER, None)]}
    rows = [row("1", project=ONE), row("1", project=OTHER), row("1"), row("2", project=ONE), row("2", "3")]
    found = sort(rows, known, set(), "Phone")
    assert [(about.keys, customer_id) for about, customer_id in found.known] == [
        (["1"], ONE),
        (["2"], OTHER),
        (["2", "3"], OTHER),
    ]
    assert [about.project_id for about in found.new] == [OTHER, None]


def test_an_earlier_row_counts_where_it_is_seen() -> None:
    taken: set[int] = set()
    first = sort([row("1", project=ONE), row("1", project=OTHER), row("1")], {}, taken, "Phone")
    assert len(first.new) == 3
    # A later row of a project meets the project's, and whoever is the whole company's.
    again = sort([row("1", project=ONE), row("1"), row("2"), row("2", project=OTHER)], {}, taken, "Phone")
    assert (len(again.new), [customer_id for _, customer_id in again.known]) == (1, [None, None, None])


def test_a_row_of_two_customers_and_one_of_nobody_are_refused() -> None:
    lacking = Fault("Name", "error.missing")
    known = {"1": [Holder(ONE, None)], "2": [Holder(OTHER, None)]}
    found = sort([row("1", "2"), row(unfit=lacking), row("1", unfit=lacking)], known, set(), "Phone")
    assert [(fault.heading, fault.message) for _, fault in found.refused] == [
        ("Phone", "error.import_several"),
        ("Name", "error.missing"),
    ]
    assert [customer_id for _, customer_id in found.known] == [ONE]


@pytest.mark.parametrize("text", ["=1+1", "@x", "+cmd", "-x", "'quoted", "+8613800138000", "-12", "plain", ""])
def test_a_text_that_a_spreadsheet_would_run_comes_back_as_it_was(text: str) -> None:
    assert unmarked(harmless(text)) == text
    assert harmless(text)[:1] not in ("=", "@")


def test_nothing_in_the_file_of_refused_rows_is_run(tmp_path: Path) -> None:
    """Neither what stood in a row, nor a heading, nor the fault, which begins with one."""
    refused = Refused(tmp_path / "a", ["=1+1", "Phone"], "en", 0)
    refused.add([(Row(b'["@x","1"]'), "=1+1: wrong")])
    written = refused_place(tmp_path / "a").read_text("utf-8-sig")
    assert list(csv.reader(io.StringIO(written))) == [["What is wrong", "'=1+1", "Phone"], ["'=1+1: wrong", "'@x", "1"]]
