"""The report as a Word document; recordings and files are links into the folder of the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from acceptance import report as words
from acceptance.about import Text
from acceptance.report import Field, Report, Section
from acceptance.running import Verdict

_LATIN, _CHINESE = "Calibri", "Microsoft YaHei"
_GREY, _BLUE = RGBColor(0x66, 0x77, 0x88), RGBColor(0x16, 0x53, 0x8C)
_COLOURS: dict[Verdict, RGBColor] = {
    "passed": RGBColor(0x17, 0x73, 0x3A),
    "partly": RGBColor(0x8A, 0x5A, 0x00),
    "failed": RGBColor(0xB3, 0x26, 0x1E),
    "not_built": _GREY,
    "not_run": _GREY,
}
_SHADE = "F4F7FA"
_WIDTH = 17.0  # centimetres between the margins
_NAME_WIDTH = 3.2
_LONGEST_TIMELINE = 25


def save(report: Report, evidence: str, file: Path) -> None:
    """Writes the document; its links lead into the folder `evidence` beside it."""
    document: Any = Document()
    _prepare(document)
    _cover(document, report)
    document.add_page_break()
    _heading(document, words.SUMMARY, 1)
    _by_group(document, report)
    document.add_paragraph()
    _by_row(document, report)
    document.add_page_break()
    _heading(document, words.RESULTS, 1)
    for section in report.sections:
        _section(document, section, evidence)
    document.add_page_break()
    _heading(document, words.SIGNATURES, 1)
    _signatures(document)
    document.save(str(file))


def _prepare(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2)
    for name, size in (("Normal", 10), ("Heading 1", 16), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:eastAsia"), _CHINESE)
        style.paragraph_format.space_after = Pt(2 if name == "Normal" else 6)
        if name != "Normal":
            style.font.color.rgb = _BLUE
    document.core_properties.title = f"{words.TITLE.zh} {words.TITLE.en}"
    document.core_properties.author = "hujiao"
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field_of_word(footer, "PAGE")


def _cover(document: Any, report: Report) -> None:
    for _ in range(5):
        document.add_paragraph()
    for text, size, colour in ((words.TITLE.zh, 30, _BLUE), (words.TITLE.en, 18, _GREY)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.font.size, run.font.color.rgb, run.bold = Pt(size), colour, colour is _BLUE
    document.add_paragraph()
    document.add_paragraph()
    _fields(document, report.cover())


def _by_group(document: Any, report: Report) -> None:
    table = _table(document, [words.GROUP, *words.VERDICTS.values(), words.TOTAL], [5.6, *[1.9] * 6])
    lines = [(group, report.counts(group)) for group in report.groups()]
    for name, counts in [*lines, (words.TOTAL, report.counts())]:
        cells = table.add_row().cells
        _inline(cells[0].paragraphs[0], name)
        for cell, count in zip(cells[1:], [*counts.values(), sum(counts.values())], strict=True):
            cell.paragraphs[0].add_run(str(count) if count else "")
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for cell in table.rows[-1].cells:
        _shade(cell)


def _by_row(document: Any, report: Report) -> None:
    table = _table(document, [words.ROW, words.REQUIREMENT, words.VERDICT], [2.2, 11.4, 3.4])
    for section in report.sections:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(section.row.id)
        _inline(cells[1].paragraphs[0], section.row.title)
        _verdict(cells[2].paragraphs[0], section.result.verdict)


def _section(document: Any, section: Section, evidence: str) -> None:
    heading = document.add_heading(level=2)
    heading.paragraph_format.space_before = Pt(16)
    heading.add_run(f"{section.row.id}  {section.row.title.zh} ")
    _grey(heading, section.row.title.en)
    heading.add_run("    ")
    _verdict(heading, section.result.verdict)
    table = _fields(document, section.fields())
    pieces = list(section.evidence())
    if not pieces:
        return
    name, said = table.add_row().cells
    _name(name, words.EVIDENCE)
    for place, (item, file) in enumerate(pieces):
        paragraph = said.paragraphs[0] if place == 0 else said.add_paragraph()
        _link(paragraph, f"{item.caption.zh} {item.caption.en}", quote(f"{evidence}/{item.path}"))
        if item.kind == "screenshot":
            said.add_paragraph().add_run().add_picture(str(file), width=Cm(_WIDTH - _NAME_WIDTH - 0.6))
    _timeline(document, section)
    _keep_widths(table, [_NAME_WIDTH, _WIDTH - _NAME_WIDTH])


def _timeline(document: Any, section: Section) -> None:
    """The first contact's, in small print; the others are files of the evidence."""
    first = next(section.timelines(), None)
    if first is None:
        return
    item, steps = first
    caption = document.add_paragraph()
    caption.paragraph_format.space_before = Pt(8)
    caption.paragraph_format.keep_with_next = True
    _inline(caption, item.caption)
    table = _grid(document, 0, 3)
    for step in steps[:_LONGEST_TIMELINE]:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(f"{step.at.astimezone():%H:%M:%S}")
        _inline(cells[1].paragraphs[0], words.event_name(step.kind))
        cells[2].paragraphs[0].add_run(step.detail)
        for cell in cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8)
    _keep_widths(table, [2.0, 6.4, 8.6])


def _signatures(document: Any) -> None:
    sides, lines = words.SIGNING
    table = _table(document, [words.same(""), *sides], [3.4, 6.8, 6.8])
    for line in lines:
        row = table.add_row()
        row.height = Cm(1.6)
        _name(row.cells[0], line)


def _table(document: Any, names: Sequence[Text], widths: Sequence[float]) -> Any:
    table = _grid(document, 1, len(names))
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        _name(cell, name)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    _keep_widths(table, widths)
    return table


def _fields(document: Any, fields: Iterable[Field]) -> Any:
    table = _grid(document, 0, 2)
    for field in fields:
        name, said = table.add_row().cells
        _name(name, field.name)
        style = "List Bullet" if len(field.said) > 1 else None
        for place, text in enumerate(field.said):
            paragraph = said.paragraphs[0] if place == 0 else said.add_paragraph()
            if style:
                paragraph.style = style
            paragraph.add_run(text.zh)
            if text.en != text.zh:
                paragraph.add_run().add_break()
                _grey(paragraph, text.en)
    _keep_widths(table, [_NAME_WIDTH, _WIDTH - _NAME_WIDTH])
    return table


def _grid(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows=rows, cols=columns, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    return table


def _keep_widths(table: Any, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _heading(document: Any, text: Text, level: int) -> None:
    heading = document.add_heading(level=level)
    heading.add_run(f"{text.zh} ")
    _grey(heading, text.en)


def _name(cell: Any, text: Text) -> None:
    cell.paragraphs[0].add_run(text.zh).bold = True
    if text.en != text.zh:
        cell.paragraphs[0].add_run().add_break()
        _grey(cell.paragraphs[0], text.en)
    _shade(cell)


def _inline(paragraph: Any, text: Text) -> None:
    paragraph.add_run(text.zh)
    if text.en != text.zh:
        _grey(paragraph, f"  {text.en}")


def _grey(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.color.rgb = _GREY
    run.font.bold = False


def _verdict(paragraph: Any, verdict: Verdict) -> None:
    text = words.VERDICTS[verdict]
    run = paragraph.add_run(f"{text.zh} {text.en}")
    run.bold, run.font.color.rgb = True, _COLOURS[verdict]


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _SHADE)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _link(paragraph: Any, text: str, target: str) -> None:
    """A link, which the library has no words for."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.color.rgb, run.font.underline = _BLUE, True
    link.append(run._r)
    paragraph._p.append(link)


def _field_of_word(paragraph: Any, name: str) -> None:
    """A value that Word fills in, such as the page's number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)
