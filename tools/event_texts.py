"""The texts of the ledger's kinds of events, which are in the web's language files; and the developers' page of them.

`python -m tools.event_texts > docs/developers/events.md` writes the page; `./hujiao check` holds that it is as the
kinds are.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from hujiao.app.events import CAPABILITIES, KINDS
from hujiao.kit.events import Described, Event, described, kind_of
from tools.node_texts import LANGUAGES, texts

PAGE = Path(__file__).resolve().parents[1] / "docs/developers/events.md"
FAMILY = "eventKind"

_INTRODUCTION = """\
# Events of the ledger 事件

All that is reported is folded from these. A row of `ledger_event` has `seq`, the number of the event among its
tenant's, without gaps; `at`, when it was; `kind`; `interaction_id` and `agent_id`, whom it is about; and `data`, which
holds the fields below.

They are a contract: a row is never changed, and one of years ago is read by the same fold. A field may be added, as one
that may be missing, and so may a value; any other change of a kind is its next version, which its rows then say as
`schema_version` in their data. Who reads leaves out fields that it does not know. Times are UTC in ISO 8601, ids are
UUIDs, seconds are numbers with fractions.

A kind is a class in the `events.py` of the capability that it belongs to (`src/hujiao/<capability>/events.py`), or in
the module of the [flow step](adding.md) that notes it. Its docstring and its fields are this page, its `fold` is what
it changes in the facts of an interaction. `./hujiao check` refuses an event that is written and is not here, a field
that its kind does not have, a kind that nothing writes, and one without its name in the three languages; the tests of
the engine refuse a value of the wrong type. In operation nothing is refused: the event is written as it is, and the log
of the runtime says so once (`event_not_as_published`).
"""


def missing(language: str) -> list[str]:
    """Return the kinds that have no name in this language."""
    known = texts(language, FAMILY)
    return [kind for kind in KINDS if not known.get(kind.replace(".", "_"))]


def unknown(language: str) -> list[str]:
    """Return the names of nothing that there is."""
    return sorted(texts(language, FAMILY).keys() - {kind.replace(".", "_") for kind in KINDS})


def page() -> str:
    """Return the developers' page of all events."""
    lines = [_INTRODUCTION]
    for capability, events in CAPABILITIES.items():
        lines += [f"## {capability.capitalize()}", ""]
        for event in events.values():
            lines += _event(event)
    return "\n".join(lines)


def _event(event: type[Event]) -> Iterator[str]:
    kind = kind_of(event)
    names = " ".join(texts(language, FAMILY).get(kind.replace(".", "_"), "") for language in ("en", "zh-CN"))
    yield from (f"### {names} `{kind}`", "", f"Version {event.schema_version}. {inspect.getdoc(event)}", "")
    fields = described(event)
    if fields:
        yield from ("| field | type | |", "|---|---|---|")
        yield from (f"| `{field.name}` | {_type(field)} | {_meaning(field)} |" for field in fields)
        yield ""


def _type(field: Described) -> str:
    unit = f", {field.unit}" if field.unit else ""
    return f"{field.type}{unit}{'' if field.required else '; may be missing'}"


def _meaning(field: Described) -> str:
    values = ", ".join(f"`{value}`" for value in field.values)
    withheld = "the platform's operator alone is shown it" if field.withheld else ""
    return "; ".join(part for part in (field.meaning, values, withheld) if part)


def flaws() -> Iterator[str]:
    """Yield what of the texts and of the page is not as the kinds are."""
    for language in LANGUAGES:
        yield from (f"{language}.json: {FAMILY} has no name of {kind}" for kind in missing(language))
        yield from (f"{language}.json: {FAMILY}.{name} names nothing that there is" for name in unknown(language))
    if PAGE.read_text("utf-8") != page():
        yield f"{PAGE.name} is not as the kinds are: python -m tools.event_texts > docs/developers/events.md"


if __name__ == "__main__":
    sys.stdout.write(page())
