"""What an event of the switch means: who withholds the number, and what of an event may be logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hujiao.asterisk import decode
from hujiao.calls.contracts import CallArrived

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NUMBER = "13800138000"


def start(caller: str, *arguments: str) -> str:
    channel = {"id": "1.2", "state": "Ring", "caller": {"number": caller, "name": "N"}}
    event = {"type": "StasisStart", "args": ["inbound", "95001", *arguments], "channel": channel}
    return msgspec.json.encode(event).decode()


@pytest.mark.parametrize(
    ("caller", "arguments", "withheld"),
    [
        (NUMBER, (), False),
        (NUMBER, ("line",), False),
        (NUMBER, ("line", "allowed_not_screened", "", "carrier.example"), False),
        (NUMBER, ("line", "allowed_passed_screen", "none", "127.0.0.1"), False),
        (NUMBER, ("line", "allowed", "critical", ""), False),
        (NUMBER, ("line", "prohib_not_screened"), True),
        (NUMBER, ("line", "prohib_passed_screen", "none"), True),
        (NUMBER, ("line", "unavailable"), True),
        (NUMBER, ("line", "allowed", "id"), True),
        (NUMBER, ("line", "allowed", "id;critical"), True),
        (NUMBER, ("line", "allowed", "user;session"), True),
        (NUMBER, ("line", "allowed", "", "anonymous.invalid"), True),
        ("anonymous", ("line", "allowed"), True),
        ("", ("line", "allowed"), True),
    ],
)
def test_who_withholds_the_number(caller: str, arguments: tuple[str, ...], withheld: bool) -> None:
    event: Any = decode.call_event(decode.parse(start(caller, *arguments)), NOW)
    assert isinstance(event, CallArrived) and event.withheld is withheld
    assert (event.called, event.trunk) == ("95001", arguments[0] if arguments else "")


def test_a_log_of_an_event_tells_no_number() -> None:
    text = start(NUMBER)
    assert (decode.type_of(text), decode.channel_of(text)) == ("StasisStart", "1.2")
    assert (decode.type_of("{"), decode.channel_of("")) == ("?", "?")
