"""Asterisk's SIP ports: which there are, and whether it could open them. It starts without those that are taken."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from hujiao.asterisk import console

_SHOWN = re.compile(r"^Transport: +transport-(\w+) ", re.M)


def ipv6() -> bool:
    """Whether this machine has IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def over_ipv6(port: int) -> str:
    """The same ports as by IPv4, where the machine has IPv6."""
    if not ipv6():
        return ""
    block = "[transport-{0}6]\ntype = transport\nprotocol = {0}\nbind = [::]:{1}\n"
    return "\n".join(block.format(protocol, port) for protocol in ("udp", "tcp"))


async def closed(control: Path) -> list[str]:
    """`udp` and `tcp`, as far as they are not open. Raises what `console.run` raises."""
    return missing(await console.run(control, "pjsip show transports"))


def missing(shown: str) -> list[str]:
    """The WebSocket transport opens no port of its own: where not even that is shown, Asterisk starts or ends."""
    open_ones = set(_SHOWN.findall(shown))
    return [name for name in ("udp", "tcp") if name not in open_ones] if "ws" in open_ones else []
