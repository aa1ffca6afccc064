from pathlib import Path

import pytest

from hujiao.embedded import instance, ports
from hujiao.embedded.instance import Wishes
from hujiao.embedded.problem import Problem


def made(tmp_path: Path, **wishes):
    return instance.prepare(tmp_path, Wishes(web_port=18001, sip_port=5070, **wishes))


def test_settings_are_made_once_and_remembered(tmp_path):
    first = made(tmp_path)
    assert instance.prepare(tmp_path, Wishes()) == first
    assert (tmp_path / "settings.json").stat().st_mode & 0o077 == 0
    assert instance.embedded_database(first)
    assert instance.embedded_nats(first)
    assert first.web_url == "http://127.0.0.1:18001"


def test_an_address_serves_https_until_it_is_taken_back(tmp_path):
    made(tmp_path)
    there = instance.prepare(tmp_path, Wishes(address="192.0.2.7"))
    assert there.web_url == "https://192.0.2.7:18001"
    assert there.tls_cert == tmp_path / "tls" / "certificate.pem"
    assert instance.prepare(tmp_path, Wishes()) == there
    back = instance.prepare(tmp_path, Wishes(address="127.0.0.1"))
    assert (back.web_url, back.tls_cert) == ("http://127.0.0.1:18001", None)


def test_an_ipv6_address_stands_in_brackets(tmp_path):
    assert made(tmp_path, address="2001:db8::7").web_url == "https://[2001:db8::7]:18001"


def test_the_voice_ports_follow_the_sip_port_unless_they_were_set(tmp_path):
    assert (made(tmp_path).rtp_start) == 12000
    assert instance.prepare(tmp_path, Wishes(sip_port=5080)).rtp_start == 14000
    instance.prepare(tmp_path, Wishes(rtp=(40000, 40999)))
    assert instance.prepare(tmp_path, Wishes(sip_port=5090)).rtp_start == 40000


def test_an_operators_database_replaces_the_embedded_one(tmp_path):
    made(tmp_path)
    given = instance.prepare(tmp_path, Wishes(database_url="postgresql://acd:pass%40word@db.example:5433/calls"))
    assert given.database_owner_url == "postgresql://acd:pass%40word@db.example:5433/calls"
    assert given.database_url.startswith("postgresql://hujiao_app:")
    assert given.database_url.endswith("@db.example:5433/calls")
    assert not instance.embedded_database(given)
    again = instance.prepare(tmp_path, Wishes(database_url="postgresql://acd:pass%40word@db.example:5433/calls"))
    assert again == given


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        (Wishes(address="not an address"), "--address"),
        (Wishes(cert=Path("/nowhere.pem")), "--key"),
        (Wishes(cert=Path("/nowhere.pem"), key=Path("/nowhere.key")), "nowhere"),
        (Wishes(database_url="mysql://x/y"), "HUJIAO_DATABASE_URL"),
        (Wishes(nats_url="localhost:4222"), "HUJIAO_NATS_URL"),
    ],
)
def test_bad_wishes_change_nothing(tmp_path, wishes, says):
    with pytest.raises(Problem, match=says):
        instance.prepare(tmp_path, wishes)
    assert not (tmp_path / "settings.json").exists()


def test_a_path_too_long_for_sockets_is_refused(tmp_path):
    with pytest.raises(Problem, match="HUJIAO_HOME"):
        instance.prepare(tmp_path / ("x" * 90), Wishes())


def test_a_port_taken_before_the_first_start_is_chosen_anew(tmp_path, monkeypatch):
    settings = made(tmp_path)
    monkeypatch.setattr("hujiao.embedded.ports.choose", lambda web, sip: ports.Ports(web or 18201, sip or 5090, 0, 0))
    monkeypatch.setattr("hujiao.embedded.ports.is_free", lambda port: port != settings.web_port)
    moved = instance.with_free_public_ports(settings, Wishes())
    assert (moved.web_port, moved.web_url, moved.sip_port) == (18201, "http://127.0.0.1:18201", 5070)
    assert instance.prepare(tmp_path, Wishes()) == moved
    assert instance.with_free_public_ports(settings, Wishes(web_port=18001)) == settings


def test_a_taken_internal_port_is_chosen_anew(tmp_path, monkeypatch):
    settings = made(tmp_path)
    monkeypatch.setattr("hujiao.embedded.ports.is_free", lambda port: port != settings.asterisk_http_port)
    monkeypatch.setattr("hujiao.embedded.ports.internal", lambda count: [19999])
    moved = instance.with_free_internal_ports(settings)
    assert moved.asterisk_http_port == 19999
    assert moved.nats_url == settings.nats_url
