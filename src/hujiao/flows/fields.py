"""What a node's fields stand for, read from their types: where it leads, what it refers to, its expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from hujiao.flows.nodes.base import Is, Role

Shape = Literal["one", "list", "map", "rows"]


@dataclass(frozen=True, slots=True)
class FieldShape:
    """`type` is the Python type of the field, or of each member of a list or map; for `rows` the model of a row.
    `role` is what it stands for, `key_role` what the keys of a map do."""

    shape: Shape
    type: Any
    role: Role | None = None
    key_role: Role | None = None


@cache
def shapes(model: type[BaseModel]) -> dict[str, FieldShape]:
    """Return the shape of every field of a node, or of a row."""
    return {name: _shape(field.annotation, tuple(field.metadata)) for name, field in model.model_fields.items()}


def values(part: BaseModel, role: Role) -> Iterator[tuple[str, Any]]:
    """Yield what a node has of this role, with its place: `next`, `prompts.0`, `keys.1`, `cases.0.next`."""
    for name, shape in shapes(type(part)).items():
        value = getattr(part, name)
        if value is None:
            continue
        if shape.shape == "one" and shape.role == role:
            yield name, value
        elif shape.shape == "list" and shape.role == role:
            yield from ((f"{name}.{at}", member) for at, member in enumerate(value))
        elif shape.shape == "map" and role in (shape.role, shape.key_role):
            yield from ((f"{name}.{key}", key if shape.key_role == role else member) for key, member in value.items())
        elif shape.shape == "rows":
            yield from (
                (f"{name}.{at}.{place}", found) for at, row in enumerate(value) for place, found in values(row, role)
            )


def _shape(annotation: Any, metadata: tuple[Any, ...] = ()) -> FieldShape:
    inner, role = _bare(annotation, metadata)
    if get_origin(inner) is list:
        (member,) = get_args(inner)
        of, member_role = _bare(member)
        if isinstance(of, type) and issubclass(of, BaseModel):
            return FieldShape("rows", of)
        return FieldShape("list", of, member_role)
    if get_origin(inner) is dict:
        key, member = get_args(inner)
        of, member_role = _bare(member)
        return FieldShape("map", of, member_role, _bare(key)[1])
    return FieldShape("one", inner, role)


def _bare(annotation: Any, metadata: tuple[Any, ...] = ()) -> tuple[Any, Role | None]:
    """Return the type without what is said about it and without None, and its role."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _bare(inner, (*metadata, *more))
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = [member for member in get_args(annotation) if member is not type(None)]
        return _bare(inner, metadata)
    return annotation, next((said.role for said in metadata if isinstance(said, Is)), None)
