"""Events of the ledger as they are published: a kind is a struct, and its fields are what a row's `data` holds.

The tag of a struct is the kind's name, its docstring says when it is written, and `meant` says what a field means, its
unit and its values. A capability lists its own in `EVENTS` of its `events.py`, and the composition root puts these
lists together. What may change of a kind is said in `docs/developers/events.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args

import msgspec
from msgspec import inspect

Unit = Literal["s", "%"]


class Event(msgspec.Struct, tag_field="event"):
    """What has happened. Who reads it takes unknown fields as not there."""

    schema_version: ClassVar[int] = 1


Kinds = Mapping[str, type[Event]]


def meant(meaning: str, *, unit: Unit | None = None, values: Any = None, withheld: bool = False) -> msgspec.Meta:
    """Return what is published of a field besides its type. `values` is a `Literal` that lists what is written; who
    reads takes others, too. What is `withheld` no tenant is shown."""
    extra = {"unit": unit, "values": get_args(values), "withheld": withheld}
    return msgspec.Meta(description=meaning, extra={name: value for name, value in extra.items() if value})


# What a `Said` has beside its English sentence (`kit/i18n`).
SaidCode = Annotated[str | None, meant("what the sentence is called in programs; none of another program's words")]
SaidValues = Annotated[dict[str, Any], meant("what fills the sentence's places")]


def kind_of(event: type[Event]) -> str:
    """Return the name of a kind: what stands as `kind` in the ledger."""
    return str(event.__struct_config__.tag)


def kinds(*events: type[Event]) -> Kinds:
    """Return these by their names."""
    return {kind_of(event): event for event in events}


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A field as it is published."""

    name: str
    type: str
    required: bool
    meaning: str = ""
    unit: str = ""
    values: tuple[str, ...] = ()
    withheld: bool = False


def described(event: type[Event]) -> list[Described]:
    """Return the fields of a kind."""
    info = inspect.type_info(event)
    assert isinstance(info, inspect.StructType)
    return [_described(field) for field in info.fields]


def _described(field: inspect.Field) -> Described:
    said, of = {}, field.type
    if isinstance(of, inspect.Metadata):
        said, of = {**(of.extra or {}), "meaning": (of.extra_json_schema or {}).get("description", "")}, of.type
    return Described(name=field.encode_name, type=_type(of), required=field.required, **said)


def _type(of: inspect.Type) -> str:
    match of:
        case inspect.Metadata():
            return _type(of.type)
        case inspect.UnionType():
            return " or ".join(_type(one) for one in of.types)
        case inspect.ListType():
            return f"list of {_type(of.item_type)}"
        case inspect.DictType():
            return f"map to {_type(of.value_type)}"
        case _:
            return _TYPES[type(of)]


_TYPES: dict[type[inspect.Type], str] = {
    inspect.AnyType: "anything", inspect.BoolType: "boolean", inspect.DateTimeType: "time", inspect.FloatType: "number",
    inspect.IntType: "integer", inspect.NoneType: "null", inspect.StrType: "text", inspect.UUIDType: "id",
}  # fmt: skip


def flaws(known: Kinds, kind: str, data: Any) -> Iterator[str]:
    """Yield how an event that is to be written differs from what is published of its kind."""
    event = known.get(kind)
    if event is None:
        yield f"{kind} is not published"
        return
    if not isinstance(data, Mapping):
        yield f"{kind}: the data is no object"
        return
    names, limited = _looked_at(event)
    for name in sorted(map(str, data.keys() - names)):
        yield f"{kind} has no field {name}"
    try:
        msgspec.convert(data, event)
    except msgspec.ValidationError as error:
        yield f"{kind}: {error}"
    for name, values in limited:
        if data.get(name) is not None and data[name] not in values:
            yield f"{kind}: a value of {name} that is not published"


@cache
def _looked_at(event: type[Event]) -> tuple[frozenset[str], list[tuple[str, tuple[str, ...]]]]:
    """The names of a kind's fields, and those that have certain values only."""
    found = described(event)
    return frozenset(field.name for field in found), [(field.name, field.values) for field in found if field.values]


def read(known: Kinds, kind: str, data: Any) -> Event | None:
    """Return the event of a row; None for a kind that is not published (any more). Raises `msgspec.ValidationError`."""
    event = known.get(kind)
    return None if event is None else msgspec.convert(data, event, strict=False)
