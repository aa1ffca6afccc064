"""What an event of the switch means: who withholds the number, and what of an event may be logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hujiao.asterisk import decode
from hujiao.calls.contracts import CallArrived, CallPlaced, TransferAsked

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


def test_a_call_of_an_agents_phone() -> None:
    channel = {"id": "1.2", "state": "Ring"}
    text = msgspec.json.encode({"type": "StasisStart", "args": ["agent", NUMBER, "user"], "channel": channel}).decode()
    expected = CallPlaced(leg_id="1.2", at=NOW, sip_user="user", number=NUMBER)
    assert decode.call_event(decode.parse(text), NOW) == expected


def refer(wanted: dict[str, Any], other: str = "", **more: Any) -> Any:
    to: dict[str, Any] = {"requested_destination": wanted}
    if other:
        to["destination_channel"] = {"id": other, "state": "Up"}
    event = {"type": "ChannelTransfer", "refer_to": to, "referred_by": {"source_channel": {"id": "a", "state": "Up"}}}
    return decode.call_event(decode.parse(msgspec.json.encode(event | more).decode()), NOW)


def test_a_transfer_key() -> None:
    assert refer({"destination": NUMBER}) == TransferAsked(leg_id="a", at=NOW, number=NUMBER)
    attended = {"destination": NUMBER, "protocol_id": "call", "additional_protocol_params": []}
    assert refer(attended, "b") == TransferAsked(leg_id="a", at=NOW, other_leg="b")
    assert refer(attended) == TransferAsked(leg_id="a", at=NOW), "the dialog is none of ours: the number is not meant"
    assert refer({"destination": NUMBER}, state="channel_answered") is None, "what we have said ourselves"


def test_a_log_of_an_event_tells_no_number() -> None:
    text = start(NUMBER)
    assert (decode.type_of(text), decode.channel_of(text)) == ("StasisStart", "1.2")
    assert (decode.type_of("{"), decode.channel_of("")) == ("?", "?")
