"""What is written to the ledger, as the code shows it, against what is published of it.

Every kind that is written is published, with the fields that are written; every kind that is published is written
somewhere. Types and values are seen when the engine's tests run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from hujiao.app.events import KINDS
from hujiao.kit.events import Kinds, described
from tools.event_texts import flaws
from tools.lint_house import SOURCE, Finding

# Where an event is said: the name of what is called, and where its kind and its data stand.
FACT, NOTE, STRUCT = "fact", "note", {"Fact", "Note"}
NO_FIELDS = {"agent_id"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Written(NamedTuple):
    """An event that is said somewhere: the kinds that it may be, and the names of fields that are seen there."""

    path: Path
    line: int
    kinds: list[str] | None
    fields: set[str]


def written(path: Path, tree: ast.Module, names: Mapping[str, str]) -> Iterator[Written]:
    """Yield what this module says to the ledger. `names` are constants that name a kind."""
    for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
        values = _assigned(function)
        taken = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            said = _said(call)
            if said is None or (isinstance(said[0], ast.Name) and said[0].id in taken):
                continue  # what is handed on is seen where it is said
            kind, fields = said
            if isinstance(kind, ast.Attribute) and kind.attr == "kind":
                continue
            yield Written(path, call.lineno, _kinds(kind, values, names), set(_fields(fields, values)))


def _said(call: ast.Call) -> tuple[ast.expr, list[ast.expr | ast.keyword]] | None:
    """The expression of the kind, and those of the data."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {word.arg: word.value for word in call.keywords if word.arg}
    if called in STRUCT and (kind := given.get("kind") or next(iter(call.args), None)):
        return kind, [data for data in (given.get("data"), *call.args[1:]) if data]
    if called == NOTE and len(call.args) == 2:
        return call.args[0], [call.args[1]]
    if called == FACT and call.args:
        return call.args[0], [word for word in call.keywords if word.arg not in NO_FIELDS]
    return None


def _assigned(function: Function) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) else None
        for target in targets:
            if isinstance(target, ast.Name) and value:
                found.setdefault(target.id, []).append(value)
    return found


def _kinds(kind: ast.expr, values: Mapping[str, list[ast.expr]], names: Mapping[str, str]) -> list[str] | None:
    """The kinds that the expression may give; None when that is not seen."""
    match kind:
        case ast.Constant(value=str(name)):
            return [name]
        case ast.IfExp(body=body, orelse=orelse):
            found = [_kinds(one, values, names) for one in (body, orelse)]
        case ast.Name(id=name) if name in values:
            others = {**values, name: []}  # what it was before it was made anew is among its values already
            found = [_kinds(one, others, names) for one in values[name]]
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in names:
            return [names[name]]
        case _:
            return None
    return None if None in found else [one for some in found for one in some or ()]


def _fields(parts: list[ast.expr | ast.keyword], values: Mapping[str, list[ast.expr]]) -> Iterator[str]:
    for part in parts:
        match part:
            case ast.keyword(arg=str(name)):
                yield name
            case ast.keyword(value=inner):
                yield from _fields([inner], values)
            case ast.Dict(keys=keys, values=inside):
                yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
                yield from _fields([of for key, of in zip(keys, inside, strict=True) if key is None], values)
            case ast.IfExp(body=body, orelse=orelse):
                yield from _fields([body, orelse], values)
            case ast.Name(id=name) if name in values:
                yield from _fields(list(values[name]), {**values, name: []})
            case _:
                pass


def findings(source: Path = SOURCE, known: Kinds = KINDS) -> list[Finding]:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(source.rglob("*.py")) if _looked_at(path)}
    names = {
        target.id: statement.value.value
        for tree in trees.values()
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name) and statement.value.value in known
    }
    found, seen = [], set()
    for path, tree in trees.items():
        for event in written(path, tree, names):
            if event.kinds is None:
                found.append(Finding(path, event.line, "which kind of event is written is not seen: name it"))
            for kind in event.kinds or ():
                seen.add(kind)
                found += [Finding(path, event.line, flaw) for flaw in _flaws(kind, event.fields, known)]
    for kind, event_type in known.items():
        if kind not in seen:
            path = source / Path(*event_type.__module__.split(".")[1:]).with_suffix(".py")
            found.append(Finding(path, 1, f"nothing writes the event {kind}"))
    return found


def _looked_at(path: Path) -> bool:
    return "tests" not in path.parts


def _flaws(kind: str, fields: set[str], known: Kinds) -> Iterator[str]:
    event = known.get(kind)
    if event is None:
        yield f"the event {kind} is not published"
    else:
        unknown = fields - {field.name for field in described(event)}
        yield from (f"the event {kind} has no field {name}" for name in sorted(unknown))


def main() -> int:
    found = [*map(str, findings()), *flaws()]
    sys.stdout.write("".join(f"{finding}\n" for finding in found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
