"""Asterisk's SIP ports: which there are, and whether it could open them. It starts without those that are taken."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from hujiao.asterisk import authorities, console
from hujiao.kit.settings import Settings

_SHOWN = re.compile(r"^Transport: +transport-(\w+) ", re.M)


def ipv6() -> bool:
    """Whether this machine has IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def over_ipv6(settings: Settings) -> str:
    """The same ports as by IPv4, where the machine has IPv6."""
    if not ipv6():
        return ""
    block = "[transport-{0}6]\ntype = transport\nprotocol = {0}\nbind = [::]:{1}\n"
    plain = "\n".join(block.format(protocol, settings.sip_port) for protocol in ("udp", "tcp"))
    return plain + "\n" + over_tls(settings, "transport-tls6", "[::]")


def over_tls(settings: Settings, name: str = "transport-tls", address: str = "0.0.0.0") -> str:
    """Phones and carriers that encrypt their signalling, with the certificate of the web application.

    A far end that is called has to prove its name; who comes in proves itself by its secret or its address. A reload
    of PJSIP takes a certificate renewed in its place, and connections stay; with `allow_reload` they would end.
    """
    if settings.sip_tls_port is None:
        return "; no TLS: this installation has no certificate\n"
    values = {
        "type": "transport",
        "protocol": "tls",
        "bind": f"{address}:{settings.sip_tls_port}",
        "cert_file": settings.tls_cert,
        "priv_key_file": settings.tls_key,
        "ca_list_file": settings.asterisk_etc / authorities.FILE,
        "verify_server": "yes",
        "allow_wildcard_certs": "yes",
        "method": "tlsv1_2",
    }
    return "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in values.items()), ""])


async def closed(control: Path, *, tls: bool) -> list[str]:
    """`udp`, `tcp` and maybe `tls`, as far as they are not open. Raises what `console.run` raises."""
    return missing(await console.run(control, "pjsip show transports"), tls=tls)


def missing(shown: str, *, tls: bool = False) -> list[str]:
    """The WebSocket transport opens no port of its own: where not even that is shown, Asterisk starts or ends."""
    open_ones = set(_SHOWN.findall(shown))
    wanted = ("udp", "tcp", "tls") if tls else ("udp", "tcp")
    return [name for name in wanted if name not in open_ones] if "ws" in open_ones else []
