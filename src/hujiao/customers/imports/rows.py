"""A row of a file as a customer, by the rules that hold for who is entered by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from pydantic import ValidationError

from hujiao.calls.dialling import Dialling
from hujiao.customers import contacts
from hujiao.customers import fields as own_fields
from hujiao.customers.imports.views import REACHED, ColumnIn
from hujiao.customers.models import CustomerField
from hujiao.customers.views import ContactPointIn, CustomerIn
from hujiao.kit.errors import BadField
from hujiao.kit.formulas import unmarked
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets
from hujiao.kit.wording import worded

_SEVERAL = re.compile(r"[;；,，、\n]")
_SEVERAL_CHATS = re.compile(r"[;；\n]")

_encode = msgspec.json.Encoder().encode


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that it takes to read a row: what the columns are, and what the names in them stand for."""

    columns: list[ColumnIn]
    headings: list[str]
    project_id: UUID | None
    agents: dict[str, UUID]
    projects: dict[str, UUID]
    fields: list[CustomerField]
    dialling: Dialling

    @property
    def reached(self) -> str:
        """The headings of the columns with numbers and addresses."""
        pairs = zip(self.headings, self.columns, strict=False)
        return ", ".join(heading for heading, column in pairs if column.target in REACHED)


class Point(msgspec.Struct, frozen=True, array_like=True, gc=False):
    kind: str
    value: str
    key: str
    label: str


class Sealed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A private value, as it is kept."""

    field: str
    field_id: UUID
    sealed: bytes
    tail: str
    blind: bytes


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """What is wrong with a row: a key of the language files, what fills its places, and in which column."""

    heading: str
    message: str
    detail: dict[str, Any] = {}


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row of a file: the customer whom it describes, or the fault for which it is refused. `cells` are JSON.

    `values` are of the record's own fields, `fields` of the tenant's; of all only those in which something stands.
    `unfit` is why there can be no new customer with this alone. `noted` is JSON of what is noted of one.
    """

    cells: bytes
    fault: Fault | None = None
    id: str = ""
    project_id: UUID | None = None
    values: dict[str, Any] = {}
    points: list[Point] = []
    fields: dict[str, Any] = {}
    private: list[Sealed] = []
    unfit: Fault | None = None
    noted: str = ""

    @property
    def keys(self) -> list[str]:
        return [point.key for point in self.points]


class Rows:
    """Reads rows by a plan."""

    def __init__(self, plan: Plan, secrets: TenantSecrets) -> None:
        self._plan = plan
        self._secrets = secrets
        self._fields = {field.key: field for field in plan.fields}
        known = {f"fields.{key}" for key in self._fields}  # one that was deleted since is left out
        self._used = [
            (at, column.target, column.label)
            for at, column in enumerate(plan.columns)
            if column.target and (column.target in known or not column.target.startswith("fields."))
        ]
        self._heading = {target: plan.headings[at] for at, target, _ in reversed(self._used)}

    def read(self, cells: Sequence[str]) -> Row:
        kept = _encode(cells)
        try:
            if len(cells) > len(self._plan.headings) and any(map(str.strip, cells[len(self._plan.headings) :])):
                raise BadField("error.import_cells", detail={"columns": len(self._plan.headings)})
            return self._row(cells, kept)
        except BadField as error:
            heading = error.field or ""
            return Row(kept, Fault(self._heading.get(heading, heading), error.message, error.detail))

    def _row(self, cells: Sequence[str], written: bytes) -> Row:
        values: dict[str, Any] = {}
        sent: dict[str, Any] = {}
        points: list[tuple[str, dict[str, str]]] = []
        project_id = self._plan.project_id
        for at, target, label in self._used:
            text = unmarked(cells[at].strip()) if at < len(cells) else ""
            if not text:
                continue
            if "\0" in text:
                raise BadField("error.nul", field=target)
            match target:
                case "phone" | "email" | "chat":
                    split = _SEVERAL_CHATS if target == "chat" else _SEVERAL
                    points += ((target, {"kind": target, "value": one, "label": label}) for one in _parts(split, text))
                case "tags":
                    values["tags"] = list(dict.fromkeys([*values.get("tags", ()), *_parts(_SEVERAL, text)]))
                case "agent":
                    values["agent_id"] = _named(self._plan.agents, text, "error.import_agent", target)
                case "project":
                    project_id = _named(self._plan.projects, text, "error.import_project", target)
                case "name" | "grade" | "note":
                    values[target] = text
                case _:
                    sent[target.removeprefix("fields.")] = text
        good = self._valid(values, points)
        values = {name: getattr(good, name) for name in values}
        row_id = new_id()
        plain, private = self._own(row_id, sent)
        kept = self._points(good.contact_points, [heading for heading, _ in points])
        unfit = self._unfit(good, sent)
        noted = _noted(project_id, values, kept, plain, private)
        return Row(written, None, str(row_id), project_id, values, kept, plain, private, unfit, noted)

    def _valid(self, values: dict[str, Any], points: Sequence[tuple[str, dict[str, str]]]) -> CustomerIn:
        try:
            return CustomerIn.model_validate({**values, "contact_points": [point for _, point in points]})
        except ValidationError as error:
            problem: Any = error.errors()[0]
            first, *rest = problem["loc"]
            field = str(first)
            if field == "contact_points":
                field = points[rest[0]][0] if rest else points[0][0]
            message, detail = worded(problem)
            raise BadField(message, field=field, detail=detail) from None

    def _points(self, sent: Sequence[ContactPointIn], targets: Sequence[str]) -> list[Point]:
        found: dict[tuple[str, str], Point] = {}
        for point, target in zip(sent, targets, strict=True):
            value, key = contacts.checked(point, self._plan.dialling, target)
            found.setdefault((point.kind, key), Point(point.kind, value, key, point.label))
        return list(found.values())

    def _own(self, row_id: UUID, sent: Mapping[str, str]) -> tuple[dict[str, Any], list[Sealed]]:
        plain: dict[str, Any] = {}
        private: list[Sealed] = []
        for key, text in sent.items():
            field = self._fields[key]
            value = own_fields.checked(field, list(_parts(_SEVERAL, text)) if field.kind == "choices" else text)
            if value is None:
                continue
            if field.private:
                row = own_fields.sealed(self._secrets, field, row_id, value)
                private.append(Sealed(key, field.id, row.sealed, row.tail, row.blind))
            else:
                plain[key] = value
        return plain, private

    def _unfit(self, good: CustomerIn, sent: Iterable[str]) -> Fault | None:
        if not good.name and not good.contact_points:
            return Fault(self._heading.get("name", ""), "error.customer_empty")
        if lacking := own_fields.missing(self._fields.values(), sent):
            field = self._fields[lacking]
            named = self._heading.get(f"fields.{lacking}") or next(iter(field.label.values()), lacking)
            return Fault(named, "error.missing")
        return None


def _noted(
    project_id: UUID | None,
    values: Mapping[str, Any],
    points: Sequence[Point],
    fields: Mapping[str, Any],
    private: Iterable[Sealed],
) -> str:
    """All that is noted of a new customer, private values masked."""
    known = {name: value for name, value in values.items() if value}
    known |= {"project_id": project_id} if project_id else {}
    known |= {"contact_points": [point.value for point in points]} if points else {}
    known |= {f"fields.{key}": value for key, value in fields.items() if value or value is False}
    known |= {f"fields.{value.field}": own_fields.MASK + value.tail for value in private}
    return _encode({name: [None, value] for name, value in known.items()}).decode()


def _parts(split: re.Pattern[str], text: str) -> Iterable[str]:
    return filter(None, map(str.strip, split.split(text)))


def _named(known: Mapping[str, UUID], text: str, message: str, field: str) -> UUID:
    if text not in known:
        raise BadField(message, field=field, detail={"value": text[:60]})
    return known[text]
