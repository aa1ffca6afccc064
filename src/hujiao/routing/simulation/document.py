"""A scenario's YAML, and its mistakes by line and field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from hujiao.routing.simulation.fields import Misplaced

Model = TypeVar("Model", bound=BaseModel)


class BadScenario(ValueError):
    """Its text names the line, the field and what would be right; one line for each mistake."""


def parsed(model: type[Model], text: str, read: Callable[[str], str]) -> Model:
    """What the text says; `read` gives what a file that it names holds."""
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise BadScenario(f"{where}this is not YAML: {getattr(error, 'problem', None) or error}") from None
    if node is None:
        raise BadScenario("line 1: there is nothing in it; hours, queues and agents are needed")
    try:
        document = _value(node, (), lines)
    except RecursionError:
        raise BadScenario("line 1: an alias stands inside its own anchor") from None
    try:
        return model.model_validate(document, context={"read": read})
    except ValidationError as error:
        raise BadScenario("\n".join(_sentence(one, lines) for one in error.errors())) from None


def _value(node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                raise BadScenario(f"line {line}: {_path((*path, name))} is said twice")
            lines[(*path, name)] = line
            found[name] = _value(value, (*path, name), lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(value, (*path, at), lines) for at, value in enumerate(node.value)]
    return node.value


def _sentence(error: Any, lines: dict[tuple[str | int, ...], int]) -> str:
    """Pydantic's finding with its line; a field that is missing is shown where it should be."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Misplaced):
        path += cause.path
    at = path
    while at not in lines:
        at = at[:-1]
    if error["type"] == "missing":
        problem = "is missing"
    elif error["type"] == "extra_forbidden":
        problem = "is not a setting that is known here"
    else:
        problem = error["msg"].removeprefix("Value error, ").removeprefix("Input ").partition(", unable to")[0]
        problem = problem.replace("tuple", "list").replace("frozenset", "list").replace("dictionary", "mapping")
        given = error["input"]
        if isinstance(given, str) and repr(given) not in problem and len(given) < 100 and path:
            problem += f", not {given!r}"
    return f"line {lines[at]}: {_path(path) or 'the scenario'} {problem}"


def _path(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))
