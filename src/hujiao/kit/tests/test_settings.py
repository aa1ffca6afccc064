import dataclasses
from pathlib import Path

import pytest

from hujiao.kit.settings import Settings, load, save


def settings(home: Path) -> Settings:
    return Settings(
        home=home,
        parts=home / "parts",
        instance="abcd",
        database_url="postgresql://a",
        database_owner_url="postgresql://o",
        database_ledger_url="postgresql://l",
        nats_url="nats://n",
        address="192.0.2.7",
        web_port=8080,
        web_url="https://192.0.2.7:8080",
        tls_cert=home / "tls/certificate.pem",
        tls_key=None,
        asterisk_http_port=15000,
        ari_user="hujiao",
        ari_password="secret",
        sip_port=5060,
        rtp_start=10000,
        rtp_end=11999,
        node="node-1",
        shards=4,
        secret_key="a2V5",
    )


def test_what_is_saved_is_loaded(tmp_path, monkeypatch):
    monkeypatch.delenv("HUJIAO_PARTS", raising=False)
    save(settings(tmp_path))
    assert load(tmp_path) == settings(tmp_path)
    assert (tmp_path / "settings.json").stat().st_mode & 0o077 == 0


def test_a_moved_home_is_where_it_lies_now(tmp_path, monkeypatch):
    monkeypatch.setenv("HUJIAO_PARTS", str(tmp_path / "shared"))
    save(settings(tmp_path))
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "settings.json").rename(moved / "settings.json")
    assert load(moved).home == moved
    assert load(moved).parts == tmp_path / "shared"


def test_an_older_file_with_more_fields_is_read(tmp_path):
    save(dataclasses.replace(settings(tmp_path)))
    text = (tmp_path / "settings.json").read_text()
    (tmp_path / "settings.json").write_text(text.replace("{", '{"gone": 1,', 1))
    assert load(tmp_path).instance == "abcd"


def test_no_installation_is_said_with_the_way_out(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"\./hujiao up"):
        load(tmp_path)
