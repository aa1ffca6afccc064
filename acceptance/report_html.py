"""The report as one web page beside its evidence; without scripts, and fit for paper."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from acceptance import report as words
from acceptance.about import Text
from acceptance.notes import Evidence, Step
from acceptance.report import Field, Report, Section

_STYLE = """
:root { --ink: #1c2733; --grey: #667788; --line: #d5dde5; --soft: #f4f7fa; --blue: #16538c;
  --passed: #17733a; --partly: #8a5a00; --failed: #b3261e; --not_built: #667788; --not_run: #667788; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 32px 28px 80px; color: var(--ink); background: #fff;
  font: 15px/1.6 "Noto Sans", "Segoe UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 30px; margin: 64px 0 4px; color: var(--blue); }
h1 + .en, h2 .en, h3 .en { color: var(--grey); font-weight: 400; }
h1 + .en { font-size: 19px; margin-bottom: 32px; }
h2 { font-size: 21px; margin: 56px 0 12px; padding-bottom: 6px; border-bottom: 2px solid var(--blue); }
h3 { font-size: 17px; margin: 0; }
h2 .en, h3 .en { font-size: 0.8em; margin-left: 8px; }
p { margin: 0; }
p.en, td .en { color: var(--grey); font-size: 0.9em; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: 6px 10px; text-align: left; vertical-align: top; }
thead th, .field > tbody > tr > th { background: var(--soft); font-weight: 600; }
.field > tbody > tr > th { width: 9.5em; }
th .en { display: block; font-weight: 400; color: var(--grey); font-size: 0.85em; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.total td { font-weight: 600; background: var(--soft); }
a { color: var(--blue); }
.row { margin-top: 30px; break-inside: avoid-page; }
.row > header { display: flex; justify-content: space-between; align-items: baseline; gap: 16px; padding: 8px 0; }
.id { color: var(--blue); margin-right: 8px; }
.verdict { white-space: nowrap; font-weight: 600; }
.verdict .en { font-weight: 400; color: inherit; margin-left: 4px; }
.passed { color: var(--passed); } .partly { color: var(--partly); } .failed { color: var(--failed); }
.not_built, .not_run { color: var(--not_built); }
li { margin-bottom: 2px; } td ul { margin: 0; padding-left: 18px; }
.evidence > div { margin-bottom: 8px; }
audio { display: block; height: 34px; margin-top: 2px; max-width: 100%; }
img { display: block; max-width: 100%; border: 1px solid var(--line); margin-top: 4px; }
details table { font-size: 0.85em; margin-top: 6px; }
.sign td, .sign th { height: 56px; width: 33%; }
.languages { position: fixed; top: 12px; right: 16px; font-size: 13px; background: #fff; padding: 4px 8px;
  border: 1px solid var(--line); border-radius: 4px; }
.languages label { margin: 0 4px; cursor: pointer; }
body:has(#only-zh:checked) .en, body:has(#only-en:checked) .zh { display: none !important; }
@media print { .languages, audio { display: none; } body { padding: 0; max-width: none; font-size: 12px; }
  h2 { break-before: page; } }
"""
_LANGUAGES = """<form class="languages"><label><input type="radio" name="language" checked> 中文 + English</label>
<label><input type="radio" name="language" id="only-zh"> 中文</label>
<label><input type="radio" name="language" id="only-en"> English</label></form>"""


def page(report: Report, evidence: str) -> str:
    """Returns the page's text; links lead into the folder `evidence` beside it."""
    parts = [
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{words.TITLE.zh} {words.TITLE.en} – hujiao</title><style>{_STYLE}</style></head><body>",
        _LANGUAGES,
        f'<h1 class="zh">{words.TITLE.zh}</h1><p class="en">{words.TITLE.en}</p>',
        _fields(report.cover()),
        _heading(words.SUMMARY),
        _by_group(report),
        "<br>",
        _by_row(report),
        _heading(words.RESULTS),
        *(_section(section, evidence) for section in report.sections),
        _heading(words.SIGNATURES),
        _signatures(),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _heading(text: Text) -> str:
    return f"<h2>{_inline(text)}</h2>"


def _inline(text: Text) -> str:
    if text.en == text.zh:
        return escape(text.en)
    return f'<span class="zh">{escape(text.zh)}</span> <span class="en">{escape(text.en)}</span>'


def _paragraphs(text: Text) -> str:
    if text.en == text.zh:
        return f"<p>{escape(text.en)}</p>"
    return f'<p class="zh">{escape(text.zh)}</p><p class="en">{escape(text.en)}</p>'


def _fields(fields: Iterable[Field]) -> str:
    rows = "".join(f"<tr><th>{_inline(field.name)}</th><td>{_said(field)}</td></tr>" for field in fields)
    return f'<table class="field"><tbody>{rows}</tbody></table>'


def _said(field: Field) -> str:
    if len(field.said) == 1:
        return _paragraphs(field.said[0])
    return "<ul>" + "".join(f"<li>{_paragraphs(text)}</li>" for text in field.said) + "</ul>"


def _verdict(section: Section) -> str:
    verdict = section.result.verdict
    return f'<span class="verdict {verdict}">{_inline(words.VERDICTS[verdict])}</span>'


def _by_group(report: Report) -> str:
    names = "".join(f"<th>{_inline(text)}</th>" for text in words.VERDICTS.values())
    head = f"<thead><tr><th>{_inline(words.GROUP)}</th>{names}<th>{_inline(words.TOTAL)}</th></tr></thead>"
    lines = [(_inline(group), report.counts(group), "") for group in report.groups()]
    lines.append((_inline(words.TOTAL), report.counts(), ' class="total"'))
    body = ""
    for name, counts, mark in lines:
        cells = "".join(f'<td class="number">{count or ""}</td>' for count in counts.values())
        body += f'<tr{mark}><td>{name}</td>{cells}<td class="number">{sum(counts.values())}</td></tr>'
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _by_row(report: Report) -> str:
    head = "".join(f"<th>{_inline(text)}</th>" for text in (words.ROW, words.REQUIREMENT, words.VERDICT))
    body = "".join(
        f'<tr><td><a href="#{s.row.id}">{s.row.id}</a></td><td>{_inline(s.row.title)}</td><td>{_verdict(s)}</td></tr>'
        for s in report.sections
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _section(section: Section, evidence: str) -> str:
    row = section.row
    title = f'<h3><span class="id">{row.id}</span>{_inline(row.title)}</h3>'
    timelines = {item.path: lines for item, lines in section.timelines()}
    pieces = "".join(_piece(item, evidence, timelines.get(item.path, [])) for item, _ in section.evidence())
    proof = f'<tr><th>{_inline(words.EVIDENCE)}</th><td class="evidence">{pieces}</td></tr>' if pieces else ""
    table = _fields(section.fields()).replace("</tbody></table>", f"{proof}</tbody></table>")
    return f'<section class="row" id="{row.id}"><header>{title}{_verdict(section)}</header>{table}</section>'


def _piece(item: Evidence, evidence: str, timeline: list[Step]) -> str:
    place = quote(f"{evidence}/{item.path}")
    link = f'<a href="{place}">{_inline(item.caption)}</a>'
    match item.kind:
        case "recording":
            return f'<div>{link}<audio controls preload="none" src="{place}"></audio></div>'
        case "screenshot":
            return f'<div>{link}<a href="{place}"><img loading="lazy" src="{place}" alt=""></a></div>'
        case "timeline":
            lines = "".join(
                f"<tr><td>{step.at.astimezone():%H:%M:%S}</td><td>{_inline(words.event_name(step.kind))}</td>"
                f"<td>{escape(step.detail)}</td></tr>"
                for step in timeline
            )
            return f"<div><details><summary>{link}</summary><table><tbody>{lines}</tbody></table></details></div>"
        case _:
            return f"<div>{link}</div>"


def _signatures() -> str:
    sides, lines = words.SIGNING
    head = "<th></th>" + "".join(f"<th>{_inline(side)}</th>" for side in sides)
    body = "".join(f"<tr><th>{_inline(line)}</th><td></td><td></td></tr>" for line in lines)
    return f'<table class="sign"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
