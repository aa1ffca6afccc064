"""What may be said about a trunk."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hujiao.calls.views import TrunkIn


def of(host: str) -> str:
    return TrunkIn(name="line", kind="address", host=host).host


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("sip.carrier.example", "sip.carrier.example"),
        ("sip.carrier.example.", "sip.carrier.example"),
        ("_sip.carrier-1.example", "_sip.carrier-1.example"),
        ("gateway", "gateway"),
        ("203.0.113.10", "203.0.113.10"),
        ("[2001:DB8::10]", "2001:db8::10"),
        ("2001:db8:0:0::10", "2001:db8::10"),
        ("::1", "::1"),
    ],
)
def test_a_host_is_a_name_or_an_address(host: str, kept: str) -> None:
    assert of(host) == kept


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("..", "error.not_a_host"),
        ("a..b", "error.not_a_host"),
        ("[", "error.not_a_host"),
        ("[]", "error.not_a_host"),
        ("[203.0.113.10]", "error.not_a_host"),
        ("1.2.3.4.5", "error.not_a_host"),
        ("1.2.3.256", "error.not_a_host"),
        ("1.2.3", "error.not_a_host"),
        ("5060", "error.not_a_host"),
        ("-a.example", "error.not_a_host"),
        ("a" * 64 + ".example", "error.not_a_host"),
        ("0.0.0.0", "error.not_a_host"),
        ("::", "error.not_a_host"),
        ("224.0.0.1", "error.not_a_host"),
        ("fe80::1%eth0", "error.not_a_host"),
        ("2001:db8::10::1", "error.not_a_host"),
        ("a b", "error.not_a_host"),
        ("a.example;transport=tcp", "error.not_a_host"),
        ("呼叫.example", "error.not_a_host"),
        ("127.0.0.1:5062", "error.host_with_port"),
        ("[2001:db8::10]:5062", "error.host_with_port"),
        ("sip.carrier.example:", "error.host_with_port"),
    ],
)
def test_what_is_neither_is_refused_with_the_reason_at_the_field(host: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        of(host)
    (problem,) = refused.value.errors()
    assert problem["loc"] == ("host",)
    assert str(problem["ctx"]["error"]) == why
