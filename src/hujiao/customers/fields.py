"""Fields of a tenant's own: the list of them, which values they take, and how private values are shown and found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.models import Customer, CustomerField, CustomerPrivate
from hujiao.customers.views import CustomerFieldIn, CustomerFieldView
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.secrets import TenantSecrets

MASK = "••••"
LONGEST_TEXT = 500
SHORTEST_WITH_TAIL = 6  # of a shorter value two characters would be too much
_WITH_TAIL = ("text", "number")  # of a choice or a day the end tells all, or much
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_YEARS = range(1850, 2200)
_YES, _NO = frozenset(("true", "yes", "1", "是", "y")), frozenset(("false", "no", "0", "否", "n"))


class CustomerFields(Catalogue[CustomerField, CustomerFieldIn, CustomerFieldView]):
    row, view = CustomerField, CustomerFieldView
    search, order = (CustomerField.key,), (CustomerField.position, CustomerField.key)

    async def values(self, data: CustomerFieldIn, row: CustomerField | None) -> dict[str, Any]:
        """Key, kind and privacy are for ever: values are stored by them."""
        for name in ("key", "kind", "private"):
            if row is not None and getattr(row, name) != getattr(data, name):
                raise Conflict("error.field_fixed", field=name, code="field_fixed")
        if row is None and not data.position:
            last = await self.session.scalar(select(func.max(CustomerField.position)))
            return {**data.model_dump(), "position": (last or 0) + 1}
        return data.model_dump()

    async def remove(self, row_id: UUID) -> None:
        """Its values go with it."""
        row = await self.find(row_id)
        emptied = (
            update(Customer)
            .where(Customer.fields.has_key(row.key))
            .values(fields=Customer.fields.op("-")(cast(row.key, Text)))
        )
        await self.session.execute(emptied)
        await super().remove(row_id)


async def all_fields(session: AsyncSession) -> dict[str, CustomerField]:
    """The tenant's own fields by their keys, in their order."""
    rows = await session.scalars(select(CustomerField).order_by(CustomerField.position, CustomerField.key))
    return {row.key: row for row in rows}


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def checked(field: CustomerField, value: Any) -> Any:
    """The value as it is stored; None: there is none. Raises `BadField` that names the field."""
    if value is None or value in ("", []):
        return None
    good: Any
    problem = f"error.field_{field.kind}"
    match field.kind:
        case "text":
            written = isinstance(value, str | int | float) and not isinstance(value, bool)
            good = str(value).strip() if written else ""
            usable = 0 < len(good) <= LONGEST_TEXT and not good.startswith(MASK)
            problem = "error.masked_value" if good.startswith(MASK) else problem
        case "number":
            good = _number(value)
            usable = good is not None
        case "date":
            good = _day(value)
            usable = good is not None
        case "choice":
            good, usable = value, value in field.options
        case "choices":
            chosen = value if isinstance(value, list) else [one.strip() for one in str(value).split(",")]
            good = [option for option in field.options if option in chosen]
            usable = len(good) == len(chosen)
        case _:
            good = value if isinstance(value, bool) else _truth(value)
            usable = good is not None
    if not usable:
        detail = {"options": ", ".join(field.options), "longest": LONGEST_TEXT}
        raise BadField(problem, field=f"fields.{field.key}", detail=detail)
    return good


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value).strip()):
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


def _day(value: Any) -> str | None:
    """Of 2026-02-28 or 2026/2/28."""
    found = _DAY.fullmatch(str(value).strip())
    if found is None or int(found[1]) not in _YEARS:
        return None
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None


def _truth(value: Any) -> bool | None:
    word = str(value).strip().lower()
    return True if word in _YES else False if word in _NO else None


def missing(fields: Iterable[CustomerField], present: Iterable[str]) -> str | None:
    """The first required field that has no value."""
    there = set(present)
    return next((field.key for field in fields if field.required and field.key not in there), None)


# ── private values ───────────────────────────────────────────────────────────────────────────────────────────────────


def as_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def sealed(secrets: TenantSecrets, field: CustomerField, customer_id: UUID, value: Any) -> CustomerPrivate:
    """The row that keeps a private value."""
    text = as_text(value)
    kept = json.dumps(value, ensure_ascii=False)
    return CustomerPrivate(
        customer_id=customer_id,
        field_id=field.id,
        sealed=secrets.seal(kept, purpose=_purpose(field)),
        tail=text[-2:] if field.kind in _WITH_TAIL and len(text) >= SHORTEST_WITH_TAIL else "",
        blind=blind(secrets, field, value),
    )


def opened(secrets: TenantSecrets, field: CustomerField, row: CustomerPrivate) -> Any:
    return json.loads(secrets.open(row.sealed, purpose=_purpose(field)))


def masked(row: CustomerPrivate) -> str:
    return MASK + row.tail


def blind(secrets: TenantSecrets, field: CustomerField, value: Any) -> bytes:
    """What finds this value of this field; letters and blanks may be written otherwise."""
    return secrets.blind("".join(as_text(value).split()).casefold(), purpose=_purpose(field))


def _purpose(field: CustomerField) -> str:
    return f"customer.{field.id}"
