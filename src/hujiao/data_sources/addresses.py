"""Where a tenant's sources may lead: the public internet, and what the operator allows besides."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

_NAT64 = ip_network("64:ff9b::/96")
# Other networks that stand for IPv4 addresses, each in a form of its own: nothing public is in them, so they are closed
# as they are. Local NAT64, IPv4-compatible, IPv4-translated, Teredo, 6to4.
_TRANSLATED = [ip_network(one) for one in ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "2001::/32", "2002::/16")]
_ISATAP = 0x5EFE  # before the IPv4 address, in any network


class AddressRefused(PermissionError):
    """The address is neither public nor allowed by the operator."""

    def __init__(self, address: str) -> None:
        super().__init__(errno.EACCES, f"{address} is not an address that sources may reach")


class Addresses:
    """Checks the very address that a connection goes to, so that a name cannot mean another one a moment later."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        """`allowed`: networks that are not public and may be reached all the same."""
        self.allowed = [ip_network(network) for network in allowed]

    def check(self, address: str) -> None:
        found = ip_address(address.partition("%")[0])
        if any(found in network for network in self.allowed):
            return
        if any(found in network for network in _TRANSLATED):
            raise AddressRefused(address)
        for inner in _meant(found):
            if any(inner in network for network in self.allowed):
                continue
            if not inner.is_global or inner.is_multicast:
                raise AddressRefused(address)

    def check_host(self, host: str) -> None:
        """A host that is written as an address; names are checked when they are connected to."""
        try:
            ip_address(host)
        except ValueError:
            return
        self.check(host)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for what `getaddrinfo` gave; the HTTP client connects it right after."""
        family, kind, protocol, _, target = info
        self.check(str(target[0]))
        return socket.socket(family=family, type=kind, proto=protocol)

    async def resolve(self, host: str, port: int) -> list[str]:
        """The host's addresses, all of them allowed."""
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in infos]
        for address in addresses:
            self.check(address)
        return addresses


def in_words(error: OSError) -> str:
    """Why a connection failed, as the system names it; TLS and names have numbers of their own."""
    if isinstance(error, ssl.SSLError | socket.gaierror | AddressRefused) or not error.errno:
        return error.strerror or str(error) or type(error).__name__
    return os.strerror(error.errno)


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, and the IPv4 ones that it carries inside."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inner: list[IPv4Address | IPv6Address] = [address]
    isatap = int(address) >> 32 & 0xFCFF_FFFF == _ISATAP  # with either of its two bits
    if isatap or address in _NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    return inner
