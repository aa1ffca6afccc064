"""Ways of a document that know their place: the interpreter hands on what it finds in a node, so where a caller arrives
tells by which way they came, even when several lead to the same node."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from hujiao.flows.document import FlowDocument
from hujiao.flows.fields import FieldShape, shapes, values


class Placed(str):
    """The id of a node, and the way out that it stands in."""

    __slots__ = ("place",)
    place: str


def handle(place: str) -> str:
    """The name of a way out: `next`, `keys.1`, `cases.0`."""
    return ".".join(place.split(".")[:2])


def ways(document: FlowDocument) -> Iterator[tuple[str, str]]:
    """All ways that lead on: node and way out."""
    for node_id, node in document.nodes.items():
        yield from ((node_id, handle(place)) for place, target in values(node, "way") if target in document.nodes)


def placed(document: FlowDocument) -> FlowDocument:
    """The document itself, with its ways knowing their places."""
    for node in document.nodes.values():
        _place(node, "")
    return document


def _place(part: BaseModel, before: str) -> None:
    for name, shape in shapes(type(part)).items():
        value, place = getattr(part, name), f"{before}{name}"
        if shape.shape == "rows":
            for at, row in enumerate(value):
                _place(row, f"{place}.{at}.")
        elif shape.role == "way" and value:
            setattr(part, name, _known(shape, value, place))


def _known(shape: FieldShape, value: object, place: str) -> object:
    if isinstance(value, dict):
        return {key: _at(target, f"{place}.{key}") for key, target in value.items()}
    if isinstance(value, list):
        return [_at(target, f"{place}.{at}") for at, target in enumerate(value)]
    return _at(str(value), place)


def _at(target: str, place: str) -> Placed:
    found = Placed(target)
    found.place = handle(place)
    return found
