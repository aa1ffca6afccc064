"""The texts of the kinds of nodes, which are in the web's language files; and the users' page of steps, made of them.

`python -m tools.node_texts > docs/users/steps.md` writes the page; a test holds that it is as the kinds are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hujiao.flows.document import KINDS
from hujiao.flows.kinds import described
from hujiao.flows.nodes.base import Node
from hujiao.flows.views import NodeField, NodeKind

LANGUAGES = ("zh-CN", "zh-TW", "en")
FILES = Path(__file__).resolve().parents[1] / "web/src/shared/i18n"

Tree = dict[str, Any]


def texts(language: str, part: str = "nodeKind") -> Tree:
    loaded: Tree = json.loads((FILES / f"{language}.json").read_text("utf-8"))[part]
    return loaded


def text(tree: Tree, kind: str, key: str) -> str | None:
    """Return the text of the kind itself, or the one that several share."""
    for name in (kind, "common"):
        found: Any = tree.get(name, {})
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return found
    return None


def missing(tree: Tree, kind: type[Node]) -> list[str]:
    """Return the keys that a kind needs and nobody has written."""
    found = described(kind)
    wanted = ["title", "help", *(f"field.{field.name}" for field in found.fields)]
    wanted += [f"choice.{field.name}.{choice}" for field in found.fields for choice in field.choices]
    wanted += [f"exit.{way.field}" for way in found.exits]
    return [f"{found.type}.{key}" for key in wanted if text(tree, found.type, key) is None]


def unknown(tree: Tree, kinds: Mapping[str, type[Node]]) -> list[str]:
    """Return the keys that no kind asks for."""
    return sorted(f"{name}.{key}" for name, part in tree.items() for key in _left_over(name, part, kinds))


def _left_over(name: str, part: Tree, kinds: Mapping[str, type[Node]]) -> Iterator[str]:
    of = list(kinds.values()) if name == "common" else [kinds[name]] if name in kinds else []
    found = [described(kind) for kind in of]
    # The name that every node has, and what a row of a split asks for, are no fields of a kind.
    fields = {"label", "percent"} | {field.name for kind in found for field in kind.fields}
    exits = {way.field for kind in found for way in kind.exits}
    parts = {"field": fields, "hint": fields, "none": fields, "choice": fields, "exit": exits}
    for key, inner in part.items():
        if not of or (key not in parts and key not in {"title", "help"}):
            yield key
        elif key in parts:
            yield from (f"{key}.{one}" for one in inner if one not in parts[key])


def page() -> str:
    """Return the users' page of all steps."""
    english, chinese = texts("en", "nodeGroup"), texts("zh-CN", "nodeGroup")
    lines = ["# Steps of a flow 流程节点", "", "What the editor's steps do, what is set, and where they lead.", ""]
    group = ""
    for kind in map(described, KINDS.values()):
        if kind.group != group:
            group = kind.group
            lines += [f"## {english[group]} {chinese[group]}", ""]
        lines += _step(kind)
    return "\n".join(lines)


def _step(kind: NodeKind) -> Iterator[str]:
    english, chinese = texts("en"), texts("zh-CN")

    def both(key: str) -> str:
        return " ".join(dict.fromkeys(text(tree, kind.type, key) or key for tree in (english, chinese)))

    yield from (f"### {both('title')} `{kind.type}`", "", text(english, kind.type, "help") or "", "")
    if kind.makes:
        yield from ("Sets " + ", ".join(f"`vars.{name}`" for name in kind.makes) + ".", "")
    if kind.fields:
        yield from ("| setting | | |", "|---|---|---|")
        for field in kind.fields:
            said = _said(field, text(english, kind.type, f"hint.{field.name}"))
            yield f"| {both(f'field.{field.name}')} | `{field.name}` | {said} |"
        yield ""
    if kind.exits:
        ways = [both(f"{'exit' if way.shape == 'one' else 'field'}.{way.field}") for way in kind.exits]
        yield from (f"Leads to: {' · '.join(ways)}", "")


def _said(field: NodeField, hint: str | None) -> str:
    parts = []
    if field.minimum is not None and field.maximum is not None:
        parts.append(f"{field.minimum:,.0f} to {field.maximum:,.0f}{' s' if field.unit else ''}".replace(",", " "))
    if isinstance(field.initial, str | int | float) and not isinstance(field.initial, bool) and field.initial != "":
        parts.append(f"{field.initial} if not said otherwise")
    if field.max_length and field.shape != "one":
        parts.append(f"{field.max_length} at most")
    if hint:
        parts.append(hint.replace("*", r"\*"))
    return "; ".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
