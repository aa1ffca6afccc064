import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from hujiao.asterisk import config
from hujiao.asterisk.endpoints import Endpoint, Endpoints
from hujiao.kit.secrets import sip_digest
from hujiao.kit.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(
        home=tmp_path, parts=tmp_path, instance="abcd", database_url="", database_owner_url="", database_ledger_url="",
        nats_url="",
        address="127.0.0.1", web_port=1, web_url="", tls_cert=None, tls_key=None, asterisk_http_port=15001,
        ari_user="hujiao", ari_password="secret", sip_port=5070, rtp_start=12000, rtp_end=13999,
        node="node-1", shards=4,
        secret_key="",
    )  # fmt: skip


def test_every_place_in_the_templates_is_filled(settings):
    files = config.render(settings, Path("/modules"), config.MODULES)
    for name, text in files.items():
        assert not re.search(r"@\w+@", text), name
    assert "bind = 0.0.0.0:5070" in files["pjsip.conf"]
    assert "bindport = 15001" in files["http.conf"]
    assert "rtpend = 13999" in files["rtp.conf"]


def test_calls_go_to_the_application_of_their_shard(settings):
    text = config.render(settings, Path("/modules"), config.MODULES)["extensions.conf"]
    assert "Stasis(hujiao-abcd-${EXTEN},inbound,${called}" in text


def test_what_a_caller_sent_is_nowhere_before_it_is_checked(settings):
    """As it came it may stand in `Set` alone: in a list of arguments or an expression it would be read as such."""
    text = config.render(settings, Path("/modules"), config.MODULES)["extensions.conf"]
    contexts = dict(re.findall(r"^\[([^]]+)\]\n(.*?)(?=^\[|\Z)", text, re.M | re.S))
    for context in ("shard", "peer"):  # their extensions are ours: a shard, in digits
        assert re.findall(r"^exten => ([^,]+),", contexts.pop(context), re.M) == ["_[0-9]!"], context
    sent = [line for lines in contexts.values() for line in lines.splitlines() if "${EXTEN}" in line]
    assert {line.partition(",")[2].partition(",")[2] for line in sent} == {"Set(called=${EXTEN})"}
    for context in ("arrived", "agent-called"):
        check, filtered = contexts[context].splitlines()[:2]
        assert '${REGEX("^[ -~]+$" ${CHANNEL(pjsip,call-id)})}' in check and "?:refused,s," in check, context
        assert filtered == " same => n,Set(called=${FILTER(+*#0-9a-zA-Z,${called})})", context


def test_there_are_ports_for_every_leg_and_for_those_that_are_refused(settings):
    ports = settings.rtp_end - settings.rtp_start + 1
    assert 0 < ports - 2 * config.most_legs(settings) <= 200
    assert config.most_legs(replace(settings, rtp_end=settings.rtp_start + 9)) > 0


def test_the_test_phone_proves_who_it_is_and_each_installation_has_its_own_secret(settings):
    text = config.render(settings, Path("/modules"), config.MODULES)["pjsip.conf"]
    assert not re.search(r"^match ?=", text, re.M), "nobody is it by address"
    password = config.test_phone_password(settings)
    assert f"md5_cred = {sip_digest('test-phone', password)}" in text
    assert password not in text
    assert config.test_phone_password(replace(settings, secret_key="another")) != password


def test_only_listed_modules_that_are_there_are_loaded(settings):
    text = config.render(settings, Path("/modules"), {"res_pjsip", "app_dial"}, extra=("app_dial",))["modules.conf"]
    assert "autoload = no" in text
    assert re.findall(r"^load = (\S+)", text, re.M) == ["res_pjsip.so", "app_dial.so"]


def test_writing_again_keeps_what_the_node_wrote(settings, tmp_path):
    modules, data = tmp_path / "modules", tmp_path / "data"
    modules.mkdir()
    data.mkdir()
    config.write(settings, modules, data)
    (settings.asterisk_etc / "pjsip_trunks.conf").write_text("; a trunk")
    with sqlite3.connect(settings.endpoints_database) as database:
        database.execute("INSERT INTO ps_auths (id, auth_type) VALUES ('a', 'md5')")
    config.write(settings, modules, data)
    assert (settings.asterisk_etc / "pjsip_trunks.conf").read_text() == "; a trunk"
    with sqlite3.connect(settings.endpoints_database) as database:
        assert database.execute("SELECT id FROM ps_auths").fetchall() == [("a",)]
    assert (settings.asterisk_etc / "ari.conf").stat().st_mode & 0o077 == 0


def test_phones_may_register_by_tls_where_there_is_a_certificate(settings, tmp_path):
    assert "transport-tls" not in config.render(settings, Path("/modules"), config.MODULES)["pjsip.conf"]
    with_tls = replace(settings, tls_cert=tmp_path / "c.pem", tls_key=tmp_path / "k.pem")
    text = config.render(with_tls, Path("/modules"), config.MODULES)["pjsip.conf"]
    tls = text.partition("[transport-tls]")[2].partition("\n[")[0]
    assert "bind = 0.0.0.0:5071" in tls
    assert f"priv_key_file = {tmp_path}/k.pem" in tls
    assert "verify_server = yes" in tls
    assert f"ca_list_file = {tmp_path}/asterisk/etc/carrier_authorities.pem" in tls


def test_nobody_may_send_a_call_elsewhere_with_a_refer(settings):
    text = config.render(settings, Path("/modules"), config.MODULES)["pjsip.conf"]
    assert text.count("type = endpoint") == text.count("allow_transfer = no") == 2


def test_who_would_take_over_a_dialog_is_known_by_that_first_and_refused(settings):
    text = config.render(settings, Path("/modules"), config.MODULES)["pjsip.conf"]
    assert "endpoint_identifier_order = header," in text
    endpoint = text.partition("[replaces]")[2].partition("\n[")[0]
    assert "deny = 0.0.0.0/0" in endpoint
    assert "deny = ::/0" in endpoint


async def test_what_an_earlier_version_wrote_of_phones_is_written_anew(settings, tmp_path):
    for folder in ("modules", "data"):
        (tmp_path / folder).mkdir()
    config.write(settings, tmp_path / "modules", tmp_path / "data")
    with sqlite3.connect(settings.endpoints_database) as database:
        for column in ("allow_transfer", "media_encryption_optimistic"):
            database.execute(f"ALTER TABLE ps_endpoints DROP COLUMN {column}")
    config.write(settings, tmp_path / "modules", tmp_path / "data")
    endpoints, digest = Endpoints(settings), "0" * 32
    phones = [Endpoint(f"u{n}", digest, "phone", n, how) for n, how in enumerate(("off", "optional", "required"))]
    assert await endpoints.keep_phones(phones) == (3, 0)
    assert await endpoints.keep_phones(phones) == (0, 0)
    asked = (
        "SELECT id, media_encryption, media_encryption_optimistic, timers, allow_transfer FROM ps_endpoints ORDER BY id"
    )
    with sqlite3.connect(settings.endpoints_database) as database:
        assert database.execute(asked).fetchall() == [
            ("u0", None, None, "yes", "yes"),
            ("u1", "sdes", "yes", "yes", "yes"),
            ("u2", "sdes", None, "yes", "yes"),
        ]
        database.execute("UPDATE ps_endpoints SET timers = 'no' WHERE id = 'u1'")
        database.execute("UPDATE ps_aors SET qualify_frequency = '30' WHERE id = 'u2'")
    assert await endpoints.keep_phones(phones) == (2, 0)
    await endpoints.set([Endpoint("u1", digest, "browser")])
    assert await endpoints.keep_phones(phones) == (0, 0), "who registers by browser is left alone"
