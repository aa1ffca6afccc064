"""What people see and send about trunks, and about the numbers that may be called."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from hujiao.calls.dialling import Refusal
from hujiao.calls.numbers import without_separators
from hujiao.kit.views import Input
from hujiao.tenancy.views import DiallingBounds, NumberRulesIn

Codec = Literal["alaw", "ulaw", "opus", "g722"]


def _address(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError("error.not_an_address") from None
    return value


Address = Annotated[str, AfterValidator(_address)]
# What goes into a configuration file has no place for line ends, semicolons or brackets.
Word = Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9._@:+*#~!$%&'=^{}|/?-]+$")]
TrunkPassword = Annotated[
    str, StringConstraints(strip_whitespace=False, min_length=1, max_length=128, pattern=r"^[\x20-\x7e]+$")
]
Number = Annotated[str, StringConstraints(max_length=32, pattern=r"^\+?[0-9*#]+$")]


# A number as people write it: blanks, dashes, dots and brackets are no part of it.
Written = BeforeValidator(lambda value: without_separators(value) if isinstance(value, str) else value)


class TrunkFields(Input):
    name: str = Field(min_length=1, max_length=60)
    kind: Literal["address", "registration"]
    host: Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_\[\]-]+$")]
    port: int = Field(default=5060, ge=1, le=65535)
    transport: Literal["udp", "tcp"] = "udp"
    username: Word | None = None
    match: list[Address] = Field(default=[], max_length=50)
    codecs: list[Codec] = Field(default=["alaw", "ulaw"], min_length=1, max_length=4)
    max_channels: int = Field(default=30, ge=1, le=10_000)
    caller_number: Number | None = None
    inbound_number_format: Literal["as_is", "e164", "national"] = "as_is"
    national_prefix: Annotated[str, StringConstraints(max_length=4, pattern=r"^[0-9]*$")] | None = None
    country_code: Annotated[str, StringConstraints(max_length=4, pattern=r"^[0-9]*$")] | None = None
    enabled: bool = True


class TrunkIn(TrunkFields):
    """`password` is written, never read; left out, it stays."""

    password: TrunkPassword | None = None


class TrunkState(BaseModel):
    state: Literal["up", "down", "registering", "rejected", "unknown"]
    detail: str | None = None
    channels: int | None = None
    since: datetime | None = None


class TrunkView(TrunkFields):
    id: UUID
    has_password: bool
    state: TrunkState | None = None


class TrunkStateOf(TrunkState):
    id: UUID


class TestCallIn(Input):
    __test__ = False

    number: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[+*#0-9A-Za-z.-]+$")]


class TestCallResult(BaseModel):
    __test__ = False

    ok: bool
    seconds: float | None
    sip_status: int | None
    detail: str | None


class DiallingView(NumberRulesIn):
    """The tenant's own rules, and the operator's bounds around them; `home_prefix` is the home country's."""

    bounds: DiallingBounds
    home_prefix: str


class NumberTried(Input):
    number: str = Field(min_length=1, max_length=40)


class NumberJudged(BaseModel):
    """`e164` is what the number means when it is dialled, `refusal` why it is not called."""

    e164: str | None
    refusal: Refusal | None
