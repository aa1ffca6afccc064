"""What one instance is: made at the first `up`, kept from then on, changed by flags of `up`."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from hujiao.embedded import certificates, ports
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings, load, parts_folder, save, settings_file

LOOPBACK = "127.0.0.1"
# Unix sockets end at 108 bytes of path, and Asterisk's is the longest of ours.
MAX_HOME = 88
MOST_RUNTIMES = 16


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator said on the command line or in the environment."""

    address: str | None = None
    cert: Path | None = None
    key: Path | None = None
    web_port: int | None = None
    sip_port: int | None = None
    rtp: tuple[int, int] | None = None
    database_url: str | None = None
    nats_url: str | None = None
    runtimes: int | None = None
    source_networks: tuple[str, ...] | None = None

    @classmethod
    def of_environment(cls, **given: object) -> Wishes:
        return cls(
            **given,  # type: ignore[arg-type]
            database_url=os.environ.get("HUJIAO_DATABASE_URL") or None,
            nats_url=os.environ.get("HUJIAO_NATS_URL") or None,
        )


def prepare(home: Path, wishes: Wishes) -> Settings:
    """Load or make the settings and apply what was wished; written when anything changed."""
    if len(str(home)) > MAX_HOME:
        raise Problem(
            f"The folder {home} has a path of {len(str(home))} characters; sockets in it may have {MAX_HOME} at most. "
            "Move the checkout, or set HUJIAO_HOME to a shorter path."
        )
    check(wishes)
    try:
        home.mkdir(parents=True, exist_ok=True)
        settings = load(home) if settings_file(home).exists() else make(home, wishes)
        changed = apply(settings, wishes)
        if wishes.cert and changed.tls_cert and changed.tls_key:
            certificates.check(changed.tls_cert, changed.tls_key, changed.address, datetime.datetime.now(datetime.UTC))
        if changed != settings or not settings_file(home).exists():
            save(changed)
    except PermissionError as error:
        raise Problem(
            f"{error.filename} cannot be written by this user. Use a folder of your own: HUJIAO_HOME=PATH ./hujiao up"
        ) from error
    return changed


def check(wishes: Wishes) -> None:
    if wishes.address and not _is_address(wishes.address):
        raise Problem(f"--address takes an IP address or a host name; {wishes.address!r} is neither.")
    if wishes.runtimes is not None and not 1 <= wishes.runtimes <= MOST_RUNTIMES:
        raise Problem(f"--runtimes takes 1 to {MOST_RUNTIMES}: how many processes share the calls of this machine.")
    if bool(wishes.cert) != bool(wishes.key):
        raise Problem("--cert and --key belong together: give the certificate and its private key.")
    for file in (wishes.cert, wishes.key):
        if file and not file.is_file():
            raise Problem(f"The file {file} is not there. Give the path of a PEM file.")
    for network in wishes.source_networks or ():
        if not _is_network(network):
            raise Problem(f"--source-network takes a network such as 10.0.0.0/8, or none; {network!r} is neither.")
    for url, name, schemes in (
        (wishes.database_url, "HUJIAO_DATABASE_URL", ("postgresql", "postgres")),
        (wishes.nats_url, "HUJIAO_NATS_URL", ("nats", "tls")),
    ):
        if url and urlsplit(url).scheme not in schemes:
            raise Problem(f"{name} must begin with {schemes[0]}://, for example {schemes[0]}://user:password@host/…")


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(re.fullmatch(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", text))
    return True


def make(home: Path, wishes: Wishes) -> Settings:
    chosen = ports.choose(wishes.web_port, wishes.sip_port, wishes.rtp)
    database, nats, asterisk = ports.internal(3)
    word = {role: secrets.token_urlsafe(18) for role in ("app", "owner", "ledger", "nats", "ari")}
    return Settings(
        home=home,
        parts=parts_folder(home),
        instance=secrets.token_hex(4),
        database_url=f"postgresql://hujiao_app:{word['app']}@{LOOPBACK}:{database}/hujiao",
        database_owner_url=f"postgresql://hujiao_owner:{word['owner']}@{LOOPBACK}:{database}/hujiao",
        database_ledger_url=f"postgresql://hujiao_ledger:{word['ledger']}@{LOOPBACK}:{database}/hujiao",
        nats_url=f"nats://hujiao:{word['nats']}@{LOOPBACK}:{nats}",
        address=LOOPBACK,
        web_port=chosen.web,
        web_url=f"http://{LOOPBACK}:{chosen.web}",
        tls_cert=None,
        tls_key=None,
        asterisk_http_port=asterisk,
        ari_user="hujiao",
        ari_password=word["ari"],
        sip_port=chosen.sip,
        rtp_start=chosen.rtp_start,
        rtp_end=chosen.rtp_end,
        node="node-1",
        shards=4,
        secret_key=base64.b64encode(secrets.token_bytes(32)).decode(),
    )


def apply(settings: Settings, wishes: Wishes) -> Settings:
    """The settings with the wishes in them; what was not said stays as remembered."""
    address = wishes.address or settings.address
    web_port = wishes.web_port or settings.web_port
    sip_port = wishes.sip_port or settings.sip_port
    start, end = wishes.rtp or (settings.rtp_start, settings.rtp_end)
    if not wishes.rtp and (start, end) == ports.rtp_range(settings.sip_port):
        start, end = ports.rtp_range(sip_port)  # never set by hand: it goes with the SIP port
    tls_cert = wishes.cert.resolve() if wishes.cert else settings.tls_cert
    tls_key = wishes.key.resolve() if wishes.key else settings.tls_key
    if wishes.address and not wishes.cert:
        # The own authority's certificate; made by `certificates.ensure` for whatever the address now is.
        folder = settings.home / "tls"
        plain = address in {LOOPBACK, "localhost"}
        tls_cert, tls_key = (None, None) if plain else (folder / "certificate.pem", folder / "key.pem")
    scheme = "https" if tls_cert else "http"
    host = f"[{address}]" if ":" in address else address
    changed = replace(
        settings,
        address=address,
        web_port=web_port,
        web_url=f"{scheme}://{host}:{web_port}",
        tls_cert=tls_cert,
        tls_key=tls_key,
        sip_port=sip_port,
        rtp_start=start,
        rtp_end=end,
        runtimes=wishes.runtimes or settings.runtimes,
        source_networks=settings.source_networks if wishes.source_networks is None else wishes.source_networks,
    )
    if wishes.database_url:
        changed = with_database(changed, wishes.database_url)
    return replace(changed, nats_url=wishes.nats_url) if wishes.nats_url else changed


def with_database(settings: Settings, url: str) -> Settings:
    """An operator's server: the given role owns and migrates; two roles with fewer rights are made by it."""
    if settings.database_owner_url == url:
        return settings
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]

    def role(name: str) -> str:
        return parts._replace(scheme="postgresql", netloc=f"{name}:{secrets.token_urlsafe(18)}@{place}").geturl()

    return replace(
        settings,
        database_owner_url=url,
        database_url=role("hujiao_app"),
        database_ledger_url=role("hujiao_ledger"),
    )


def embedded_database(settings: Settings) -> bool:
    return urlsplit(settings.database_owner_url).username == "hujiao_owner" and _local(settings.database_owner_url)


def embedded_nats(settings: Settings) -> bool:
    return urlsplit(settings.nats_url).username == "hujiao" and _local(settings.nats_url)


def _local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname == LOOPBACK and parts.port in ports.INTERNAL


def with_free_internal_ports(settings: Settings) -> Settings:
    """Before a start: an internal port that another program has taken meanwhile is chosen anew."""
    changes: dict[str, object] = {}
    if embedded_database(settings) and not ports.is_free(_port(settings.database_owner_url)):
        (port,) = ports.internal(1)
        for name in ("database_url", "database_owner_url", "database_ledger_url"):
            changes[name] = _with_port(getattr(settings, name), port)
    if embedded_nats(settings) and not ports.is_free(_port(settings.nats_url)):
        changes["nats_url"] = _with_port(settings.nats_url, ports.internal(1)[0])
    if not ports.is_free(settings.asterisk_http_port):
        changes["asterisk_http_port"] = ports.internal(1)[0]
    if not changes:
        return settings
    moved = replace(settings, **changes)  # type: ignore[arg-type]
    save(moved)
    return moved


def with_free_public_ports(settings: Settings, wishes: Wishes) -> Settings:
    """Until the first start nobody knows the ports that were chosen: what was taken meanwhile is chosen anew."""
    web = settings.web_port if wishes.web_port or ports.is_free(settings.web_port) else None
    sip = settings.sip_port if wishes.sip_port or ports.is_free(settings.sip_port) else None
    if web and sip:
        return settings
    chosen = ports.choose(web, sip)
    moved = apply(settings, Wishes(web_port=chosen.web, sip_port=chosen.sip))
    save(moved)
    return moved


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def _with_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}").geturl()
