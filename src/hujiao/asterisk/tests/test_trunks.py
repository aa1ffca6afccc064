"""Trunks as Asterisk's configuration."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hujiao.asterisk import trunks
from hujiao.calls.lines import Line

LINE = Line(
    id=UUID(int=7),
    tenant_id=UUID(int=1),
    kind="registration",
    host="sip.example.net",
    port=5062,
    transport="tcp",
    username="line;1",
    password="pass;word\n[evil]",
    match=(),
    codecs=("alaw", "g729", "opus"),
    max_channels=2,
    caller_number="02112345678",
    inbound_number_format="e164",
    national_prefix="0",
    country_code="86",
)


def test_a_registered_trunk_has_its_objects_and_nothing_can_break_out_of_a_line() -> None:
    text = trunks.render(LINE, ["192.0.2.1"])
    types = [line.partition("= ")[2] for line in text.splitlines() if line.startswith("type = ")]
    assert types == ["endpoint", "aor", "auth", "registration", "identify"]
    assert r"password = pass\;word[evil]" in text
    assert r"server_uri = sip:sip.example.net:5062\;transport=tcp" in text
    assert "allow = alaw,opus" in text
    assert "match = 192.0.2.1" in text


def test_a_trunk_by_address_presents_its_number_and_registers_nowhere() -> None:
    text = trunks.render(replace(LINE, kind="address", username="", password=""), [])
    assert "type = registration" not in text
    assert "type = auth" not in text
    assert "type = identify" not in text
    assert "from_user = 02112345678" in text


def test_called_numbers_become_what_access_numbers_are_written_in() -> None:
    assert trunks.number_rules("as_is", "86", "0") == [("_[+*#0-9a-zA-Z].", "${EXTEN}"), ("_[*#0-9s]", "${EXTEN}")]
    assert trunks.number_rules("e164", "+86", "0")[:2] == [("_00X.", "+${EXTEN:2}"), ("_0Z.", "+86${EXTEN:1}")]
    assert trunks.number_rules("national", "86", "0")[:2] == [("_+86X.", "0${EXTEN:3}"), ("_0086X.", "0${EXTEN:4}")]


def test_a_full_trunk_refuses_with_a_cause_that_lets_the_carrier_try_elsewhere() -> None:
    text = trunks.render_dialplan(LINE, node_calls=100, trunks=4)
    for bound in (
        "(@trunk)} > 2 ",
        "(@second)} > 10 ",
        "(calls@node)} >= 100 ",
        "node)} >= 75 & ${GROUP_COUNT(@trunk)} > 25)",
    ):
        assert bound in text
    assert "Hangup(34)" in text


def test_a_trunk_with_many_channels_may_bring_many_calls_a_second() -> None:
    assert [trunks.calls_a_second(replace(LINE, max_channels=channels)) for channels in (1, 30, 1000)] == [10, 10, 100]


def test_a_trunks_calls_are_checked_before_its_rules_read_the_number() -> None:
    text = trunks.render_dialplan(LINE, node_calls=100, trunks=1)
    entry, arrived, rules = text.split(f"[{trunks.endpoint_name(LINE.id)}")[1:]
    assert entry.count("${EXTEN}") == entry.count("Set(called=${EXTEN})") == 2
    assert "Gosub(check,s,1)" in arrived
    assert "EXTEN" not in arrived
    assert rules.count("Goto(from-trunk,") == 4


def test_registrations_are_read_from_what_asterisk_shows() -> None:
    name = trunks.endpoint_name(LINE.id)
    shown = (
        " <Registration/ServerURI..............................>  <Auth....................>  <Status.......>\n"
        "==================================================================================================\n"
        f" {name}/sip:sip.example.net:5062  {name}  Registered        (exp. 285s)\n"
    )
    assert trunks.parse_registrations(shown) == {name: "Registered        (exp. 285s)"}
