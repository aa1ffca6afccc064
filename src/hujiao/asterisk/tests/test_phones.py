"""Agents' phones: one socket while it keeps up, more when it does not, and each phone's commands in order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hujiao.asterisk.phones import ROOM, Phones

SOCKETS: Any = ("a", "b", "c")


def test_one_socket_while_it_keeps_up() -> None:
    phones = Phones(SOCKETS)
    assert {phones.take(phone) for phone in range(ROOM)} == {"a"}
    phones.answered(0)
    assert phones.take(ROOM) == "a"
    assert phones.take(ROOM + 1) == "b"
    phones.answered(1)
    assert phones.take(ROOM + 2) == "a"


def test_a_phone_whose_last_command_is_unanswered_stays_at_its_socket() -> None:
    phones = Phones(SOCKETS)
    for phone in range(ROOM):
        phones.take(phone)
    assert [phones.take(3), phones.take(ROOM), phones.take(ROOM)] == ["a", "b", "b"]
    phones.answered(ROOM)
    for phone in range(3):
        phones.answered(phone)
    assert phones.take(ROOM) == "b"
    phones.answered(ROOM)
    phones.answered(ROOM)
    assert phones.take(ROOM) == "a"


def test_when_none_keeps_up_the_least_busy_one() -> None:
    phones = Phones(SOCKETS)
    for phone in range(3 * ROOM + 1):
        phones.take(phone)
    phones.answered(2 * ROOM)
    phones.answered(2 * ROOM + 1)
    assert phones.take(-1) == phones.take(-2) == "c"
    assert phones.take(-3) == "b"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 99)), max_size=300))
def test_no_phone_is_ever_at_two_sockets(steps: list[tuple[bool, int]]) -> None:
    phones, unanswered = Phones(SOCKETS), Counter[int]()
    at: dict[int, str] = {}
    for take, number in steps:
        if take:
            socket: Any = phones.take(number)
            assert not unanswered[number] or at[number] == socket
            at[number] = socket
            unanswered[number] += 1
        elif busy := sorted(unanswered.elements()):
            phone = busy[number % len(busy)]
            phones.answered(phone)
            unanswered[phone] -= 1
    for phone in unanswered.elements():
        phones.answered(phone)
    assert phones.take(0) == "a"
