"""Trunks as Asterisk's configuration."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from hujiao.asterisk import trunks
from hujiao.calls.lines import Line
from hujiao.kit import i18n

LINE = Line(
    id=UUID(int=7),
    tenant_id=UUID(int=1),
    name="Line",
    kind="registration",
    host="sip.example.net",
    port=5062,
    transport="tcp",
    tls_authority="",
    username="line;1",
    password="pass;word\n[evil]",
    match=(),
    codecs=("alaw", "g729", "opus"),
    max_channels=2,
    caller_number="02112345678",
    inbound_number_format="e164",
    national_prefix="0",
    country_code="86",
    called_number_in="auto",
    dtmf="auto",
    media_encryption="optional",
    rtp_timeout_seconds=60,
    qualify=True,
)


def test_a_registered_trunk_has_its_objects_and_nothing_can_break_out_of_a_line() -> None:
    text = trunks.render(LINE, ["192.0.2.1"])
    types = [line.partition("= ")[2] for line in text.splitlines() if line.startswith("type = ")]
    assert types == ["endpoint", "aor", "aor", "endpoint", "auth", "registration", "identify"]
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
    assert trunks.number_rules("as_is", "86", "0") == [
        ("_[+*#0-9a-zA-Z].", "${EXTEN}"),
        ("_[+*#0-9a-zA-Z]", "${EXTEN}"),
    ]
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
    assert "Goto(arrived,s,1)" in arrived
    assert "EXTEN" not in arrived
    assert rules.count("Return(") == 4


def test_registrations_are_read_from_what_asterisk_shows() -> None:
    name = trunks.endpoint_name(LINE.id)
    shown = (
        " <Registration/ServerURI..............................>  <Auth....................>  <Status.......>\n"
        "==================================================================================================\n"
        f" {name}/sip:sip.example.net:5062  {name}  Registered        (exp. 285s)\n"
    )
    assert trunks.parse_registrations(shown) == {name: "Registered        (exp. 285s)"}


def test_the_settings_of_a_trunk_are_those_of_its_endpoint() -> None:
    text = trunks.render(
        replace(LINE, dtmf="inband", media_encryption="required", rtp_timeout_seconds=0), ["192.0.2.1"]
    )
    for row in ("dtmf_mode = inband", "media_encryption = sdes", "rtp_timeout = 0", "rtp_ipv6 = no"):
        assert row in text.splitlines()
    assert "media_encryption_optimistic" not in text


def test_calls_go_where_no_options_can_close_the_way() -> None:
    blocks = trunks.render(LINE, []).split("\n\n")
    where = next(block for block in blocks if f"[{trunks.endpoint_name(LINE.id)}]\ntype = aor" in block)
    assert "qualify" not in where
    assert "qualify_frequency = 30" in trunks.render(LINE, [])
    assert "qualify" not in trunks.render(replace(LINE, qualify=False), [])


def test_an_ipv6_host_is_written_in_brackets_and_reached_by_ipv6() -> None:
    text = trunks.render(replace(LINE, host="2001:db8::10"), ["2001:db8::10"])
    assert r"contact = sip:[2001:db8::10]:5062\;transport=tcp" in text
    assert "from_domain = [2001:db8::10]" in text
    assert "transport = transport-tcp6" in text
    assert "rtp_ipv6 = yes" in text
    assert "match = 2001:db8::10" in text
    named = trunks.render(LINE, ["2001:db8::10"])
    assert r"contact = sip:sip.example.net:5062\;transport=tcp" in named
    assert "transport = transport-tcp6" in named
    assert "transport = transport-tcp\n" in trunks.render(LINE, ["192.0.2.1", "2001:db8::10"])


def test_a_trunk_by_tls_goes_over_the_transport_that_checks_the_far_end() -> None:
    text = trunks.render(replace(LINE, transport="tls", port=5061), ["192.0.2.1"])
    assert r"contact = sip:sip.example.net:5061\;transport=tls" in text
    assert r"server_uri = sip:sip.example.net:5061\;transport=tls" in text
    assert text.count("transport = transport-tls\n") == 3
    assert "transport = transport-tls6" in trunks.render(replace(LINE, transport="tls"), ["2001:db8::10"])


def test_options_that_nobody_answers_say_less_than_a_call() -> None:
    line = replace(LINE, kind="address")
    name = trunks.endpoint_name(line.id)
    there = {"state": "online", "channel_ids": ["a"]}
    silent = {name: there, f"{name}-asked": {"state": "offline", "channel_ids": []}}
    found = [
        trunks._state(line, {}, silent, talking=False),
        trunks._state(line, {}, silent, talking=True),
        trunks._state(line, {}, {name: there, f"{name}-asked": there}, talking=False),
        trunks._state(replace(line, qualify=False), {}, {name: there}, talking=False),
        trunks._state(line, {}, {}, talking=False),
    ]
    assert [state for state, *_ in found] == ["down", "up", "up", "unknown", "unknown"]
    said = [i18n.translate(one.key, "zh-CN", dict(one.values)) for _, one, _ in found]
    assert said[0].startswith(f"{line.host}:{line.port} 不应答")
    assert all(sentence.endswith("。") for sentence in said), said


@pytest.mark.parametrize("status", [0, 403, 404, 480, 486, 488, 503, 699])
def test_a_refusal_says_in_every_language_what_can_be_done(status: int) -> None:
    told, said = trunks.refused(status, "Odd")
    assert told == (status or 408)
    assert all(
        "{" not in i18n.translate(said.key, language, dict(said.values)) != said.key for language in i18n.LANGUAGES
    )


def test_where_the_called_number_is_looked_for() -> None:
    places = "other_than_registered,p_called_party_id,to,diversion,request"
    assert f"({trunks.endpoint_name(LINE.id)},{places})" in trunks.render_dialplan(LINE, node_calls=100, trunks=1)
    by_address = trunks.render_dialplan(replace(LINE, kind="address"), node_calls=100, trunks=1)
    assert f"({trunks.endpoint_name(LINE.id)},request,p_called_party_id,to,diversion)" in by_address
    assert f"({trunks.endpoint_name(LINE.id)},to)" in trunks.render_dialplan(
        replace(LINE, called_number_in="to"), node_calls=100, trunks=1
    )
