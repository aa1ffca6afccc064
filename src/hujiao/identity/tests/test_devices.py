"""A browser is known for the accounts that signed in on it, and cannot make itself known."""

from __future__ import annotations

import base64

import pytest

from hujiao.identity.devices import MOST_ACCOUNTS, Devices
from hujiao.identity.throttle import Attempt, source_of

DEVICES = Devices(base64.b64encode(b"k" * 32).decode())


def test_a_device_is_known_for_its_accounts_alone() -> None:
    cookie = DEVICES.remember(DEVICES.remember(None, "a/one"), "a/two")
    one, two = DEVICES.known(cookie, "a/one"), DEVICES.known(cookie, "a/two")
    assert one is not None and one == two
    assert DEVICES.known(cookie, "a/three") is None
    assert DEVICES.known(cookie, "b/one") is None
    assert DEVICES.remember(cookie, "a/one").count(".") == 2


def test_nobody_makes_a_cookie() -> None:
    cookie = DEVICES.remember(None, "a/one")
    identity, mark = cookie.split(".")
    other = DEVICES.remember(None, "a/one").split(".")
    elsewhere = Devices(base64.b64encode(b"x" * 32).decode())
    for forged in (
        None,
        "",
        identity,
        f"{other[0]}.{mark}",
        f"{identity}.{other[1]}",
        cookie + "é",
        "." * 50,
        "x" * 9999,
    ):
        assert DEVICES.known(forged, "a/one") is None
    assert elsewhere.known(cookie, "a/one") is None


def test_a_shared_seat_remembers_the_latest() -> None:
    cookie = None
    for number in range(MOST_ACCOUNTS + 3):
        cookie = DEVICES.remember(cookie, f"a/{number}")
    assert DEVICES.known(cookie, "a/2") is None
    assert DEVICES.known(cookie, "a/3")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "", True),
    ],
)
def test_sources(one: str, other: str, same: bool) -> None:
    assert (source_of(one) == source_of(other)) is same
    assert (Attempt("a/x", one).own == Attempt("a/x", other).own) is same
