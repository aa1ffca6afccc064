"""What people see and send about trunks, and about the numbers that may be called."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Literal
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from hujiao.calls.dialling import Refusal
from hujiao.calls.numbers import without_separators
from hujiao.kit.views import Input
from hujiao.tenancy.views import DiallingBounds, NumberRulesIn

Codec = Literal["alaw", "ulaw", "opus", "g722"]
CalledNumberIn = Literal["auto", "request", "p_called_party_id", "to", "diversion"]


def _address(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError("error.not_an_address") from None
    return value


def _host(value: str) -> str:
    """An IP address, written without brackets, or a name as DNS has them; the port has its own field."""
    if _WITH_PORT.fullmatch(value):
        raise ValueError("error.host_with_port")
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") and ":" in value else value
    try:
        address = ip_address(bare)
    except ValueError:
        labels = value.removesuffix(".").split(".")
        if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
            raise ValueError("error.not_a_host") from None
        return ".".join(labels)
    if address.is_unspecified or address.is_multicast or "%" in bare:
        raise ValueError("error.not_a_host")
    return str(address)


def _authorities(value: str) -> str:
    """The certificates of a PEM text, without whatever else is in it: a key, maybe."""
    try:
        found = x509.load_pem_x509_certificates(value.encode())
    except ValueError:
        raise ValueError("error.not_a_certificate") from None
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in found)


_WITH_PORT = re.compile(r"(\[.*\]|[^:]*):[0-9]*")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")

Address = Annotated[str, AfterValidator(_address)]
Host = Annotated[str, StringConstraints(min_length=1, max_length=253), AfterValidator(_host)]
Authorities = Annotated[str, StringConstraints(max_length=65_536), AfterValidator(_authorities)]
# What goes into a configuration file has no place for line ends, semicolons or brackets.
Word = Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9._@:+*#~!$%&'=^{}|/?-]+$")]
TrunkPassword = Annotated[
    str, StringConstraints(strip_whitespace=False, min_length=1, max_length=128, pattern=r"^[\x20-\x7e]+$")
]
Number = Annotated[str, StringConstraints(max_length=32, pattern=r"^\+?[0-9*#]+$")]


# A number as people write it: blanks, dashes, dots and brackets are no part of it.
Written = BeforeValidator(lambda value: without_separators(value) if isinstance(value, str) else value)


class TrunkFields(Input):
    """With `transport` tls the far end proves by its certificate that it is `host`. `tls_authority` are certificates in
    PEM that vouch for it; without any, those that the machine's system trusts.

    `called_number_in` is where a call's INVITE has the called number; `auto` tries all, the one that we know counts.

    After `rtp_timeout_seconds` without sound from the carrier a call ends, 0: never. `qualify` asks the carrier with
    OPTIONS whether it is there.
    """

    name: str = Field(min_length=1, max_length=60)
    kind: Literal["address", "registration"]
    host: Host
    port: int = Field(default=5060, ge=1, le=65535)
    transport: Literal["udp", "tcp", "tls"] = "udp"
    tls_authority: Authorities | None = None
    username: Word | None = None
    match: list[Address] = Field(default=[], max_length=50)
    codecs: list[Codec] = Field(default=["alaw", "ulaw"], min_length=1, max_length=4)
    max_channels: int = Field(default=30, ge=1, le=10_000)
    caller_number: Number | None = None
    inbound_number_format: Literal["as_is", "e164", "national"] = "as_is"
    national_prefix: Annotated[str, StringConstraints(max_length=4, pattern=r"^[0-9]*$")] | None = None
    country_code: Annotated[str, StringConstraints(max_length=4, pattern=r"^[0-9]*$")] | None = None
    called_number_in: CalledNumberIn = "auto"
    dtmf: Literal["auto", "rfc4733", "inband", "info"] = "auto"
    media_encryption: Literal["off", "optional", "required"] = "off"
    rtp_timeout_seconds: int = Field(default=60, ge=0, le=3600)
    qualify: bool = True
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
