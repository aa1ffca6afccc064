"""Values of a tenant's own fields: what is taken, how it is kept, and what others see of private ones."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import pytest

from hujiao.customers import fields
from hujiao.customers.models import CustomerField
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import TenantSecrets

SECRETS = TenantSecrets(base64.b64encode(bytes(32)).decode(), UUID(int=1))
CUSTOMER = UUID(int=2)


def field(kind: str, *options: str, number: int = 3) -> CustomerField:
    return CustomerField(id=UUID(int=number), key="f", kind=kind, options=list(options))


@pytest.mark.parametrize(
    ("of", "sent", "kept"),
    [
        (field("text"), "  a ", "a"),
        (field("number"), "12", 12),
        (field("number"), "1.5", 1.5),
        (field("date"), "2026/05/31", "2026-05-31"),
        (field("date"), "2026/2/3", "2026-02-03"),
        (field("number"), " 12 ", 12),
        (field("number"), "-0.5", -0.5),
        (field("choice", "a", "b"), "b", "b"),
        (field("choices", "a", "b"), "b, a", ["a", "b"]),
        (field("yes_no"), "是", True),
        (field("yes_no"), False, False),
        (field("text"), "", None),
        (field("choices", "a"), [], None),
    ],
)
def test_a_value_is_kept_in_one_form(of: CustomerField, sent: Any, kept: Any) -> None:
    assert fields.checked(of, sent) == kept


@pytest.mark.parametrize(
    ("of", "sent"),
    [
        (field("text"), "x" * 501),
        (field("text"), f"{fields.MASK}34"),
        (field("text"), {"a": 1}),
        (field("text"), True),
        (field("number"), "one"),
        (field("number"), "1_000"),
        (field("number"), "٣"),
        (field("number"), "1234567890123456"),
        (field("date"), "2026-02-28xyz"),
        (field("date"), "2026-W01-1"),
        (field("date"), "2026-02-30"),
        (field("date"), "0001-01-01"),
        (field("number"), True),
        (field("number"), float("inf")),
        (field("date"), "31.5.2026"),
        (field("choice", "a"), "z"),
        (field("choices", "a"), ["a", "z"]),
        (field("yes_no"), "maybe"),
    ],
)
def test_what_is_of_another_kind_is_refused_with_its_field(of: CustomerField, sent: Any) -> None:
    with pytest.raises(BadField) as refused:
        fields.checked(of, sent)
    assert refused.value.field == "fields.f"


@pytest.mark.parametrize(("value", "shown"), [("110101199001011234", "••••34"), ("12345", "••••"), (1234567, "••••67")])
def test_a_private_value_shows_its_end_at_most(value: Any, shown: str) -> None:
    row = fields.sealed(SECRETS, field("text"), CUSTOMER, value)
    assert fields.masked(row) == shown
    assert str(value).encode() not in row.sealed
    assert fields.opened(SECRETS, field("text"), row) == value


def test_an_equal_value_is_found_in_its_own_field_and_tenant_alone() -> None:
    own = fields.blind(SECRETS, field("text"), "AB 12")
    assert own == fields.blind(SECRETS, field("text"), "ab12")
    assert own != fields.blind(SECRETS, field("text"), "ab13")
    assert own != fields.blind(SECRETS, field("text", number=4), "ab12")
    elsewhere = TenantSecrets(base64.b64encode(bytes(32)).decode(), UUID(int=9))
    assert own != fields.blind(elsewhere, field("text"), "ab12")


def test_the_end_of_a_choice_or_a_day_is_not_shown() -> None:
    """Of so few values it would tell which it is."""
    for of, value in ((field("choice", "positive", "negatives"), "positive"), (field("date"), "1990-03-15")):
        assert fields.masked(fields.sealed(SECRETS, of, CUSTOMER, value)) == fields.MASK
    assert fields.masked(fields.sealed(SECRETS, field("text"), CUSTOMER, "110101199003")) == f"{fields.MASK}03"
