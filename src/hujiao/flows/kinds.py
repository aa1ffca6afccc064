"""The kinds of nodes as an editor needs them: what a new one has, its fields with type and bounds, its ways out.

Their names and help in the readers' languages are in the web's language files, under `nodeKind.<kind>`.
"""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic.fields import FieldInfo

from hujiao.flows.fields import FieldShape, shapes
from hujiao.flows.nodes.base import Node, kind_of
from hujiao.flows.views import NodeExit, NodeField, NodeKind

_EVERY_NODE = set(Node.model_fields)
_PLAIN: dict[Any, Literal["boolean", "integer", "number", "text"]] = {
    bool: "boolean", int: "integer", float: "number", str: "text",
}  # fmt: skip
_EMPTY: dict[Any, Any] = {str: "", bool: False, "list": [], "map": {}, "rows": []}


def described(kind: type[Node]) -> NodeKind:
    """Return what an editor needs to know of a kind; its own fields come first, then those that it shares."""
    own = [name for name in kind.__annotations__ if name in kind.model_fields]
    names = [name for name in dict.fromkeys([*own, *kind.model_fields]) if name not in _EVERY_NODE]
    fields = [(name, kind.model_fields[name], shapes(kind)[name]) for name in names]
    return NodeKind(
        type=kind_of(kind),
        group=kind.group,
        icon=kind.icon,
        summary=list(kind.summary),
        makes=list(kind.makes),
        fields=[_field(*one) for one in fields if not _is_way(one[2])],
        exits=[way for one in fields for way in _exits(*one)],
    )


def _is_way(shape: FieldShape) -> bool:
    return shape.shape == "one" and shape.role == "way"


def _exits(name: str, field: FieldInfo, shape: FieldShape) -> list[NodeExit]:
    required = field.is_required()
    if shape.shape in ("one", "map") and shape.role == "way":
        return [NodeExit(field=name, shape=shape.shape, required=required)]
    if shape.shape == "rows":
        ways = [inner for inner, of in shapes(shape.type).items() if _is_way(of)]
        return [NodeExit(field=name, shape="rows", inner=inner, required=True) for inner in ways]
    return []


def _field(name: str, field: FieldInfo, shape: FieldShape) -> NodeField:
    choices = [str(choice) for choice in get_args(shape.type)] if get_origin(shape.type) is Literal else []
    bounds: dict[type, Any] = {type(said): said for said in field.metadata}
    minimum, maximum, longest = bounds.get(Ge), bounds.get(Le), bounds.get(MaxLen)
    return NodeField(
        name=name,
        shape=shape.shape,
        type="row" if shape.shape == "rows" else shape.role or ("choice" if choices else _PLAIN[shape.type]),
        key_type=(shape.key_role or "text") if shape.shape == "map" else None,
        required=field.is_required(),
        initial=_initial(field, shape),
        unit="seconds" if name.endswith("_seconds") else None,
        minimum=minimum.ge if minimum else None,
        maximum=maximum.le if maximum else None,
        max_length=longest.max_length if longest else None,
        choices=choices,
    )


def _initial(field: FieldInfo, shape: FieldShape) -> Any:
    """Return what a new node has: the default, the first example, or nothing of its kind."""
    if not field.is_required():
        return field.get_default(call_default_factory=True)
    if field.examples:
        return field.examples[0]
    return _EMPTY[shape.type if shape.shape == "one" else shape.shape]
