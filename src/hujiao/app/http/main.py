"""The API process: granian with the workers that the settings ask for."""

from __future__ import annotations

import ipaddress
import os
import resource
import signal
import threading
import time

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from hujiao.kit.renewal import EVERY_SECONDS, Renewal
from hujiao.kit.settings import Settings

DRAIN_SECONDS = 10
HEADER_SECONDS = 15
LARGEST_HEAD = 64 * 1024  # bytes of a request's line and headers
FEWEST_CONNECTIONS, MOST_CONNECTIONS = 2_000, 100_000
EVERYWHERE, LOOPBACK = "0.0.0.0", "127.0.0.1"


def bind_address(address: str) -> str:
    """Only this machine when the address is its own loopback, else every interface: a name may stand for several."""
    try:
        return LOOPBACK if ipaddress.ip_address(address).is_loopback else EVERYWHERE
    except ValueError:
        return LOOPBACK if address == "localhost" else EVERYWHERE


def connections() -> int:
    """Returns how many connections that are no sockets may be open, most of them idle between two requests: whoever
    comes on top waits until one of them is closed. The other half of the files is for sockets and for ourselves."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    bound = MOST_CONNECTIONS if files == resource.RLIM_INFINITY else files // 2
    return max(FEWEST_CONNECTIONS, min(bound, MOST_CONNECTIONS))


def _renew(renewal: Renewal) -> None:
    """Have new workers take a renewed certificate; the old ones end with what they answer."""
    while True:
        time.sleep(EVERY_SECONDS)
        if renewal.due():
            os.kill(os.getpid(), signal.SIGHUP)


def main(settings: Settings) -> int:
    if settings.tls_cert and settings.tls_key:
        renewal = Renewal(settings.tls_cert, settings.tls_key)
        threading.Thread(target=_renew, args=(renewal,), name="certificate", daemon=True).start()
    Granian(
        "hujiao.app.http.app:create",
        factory=True,
        address=bind_address(settings.address),
        port=settings.web_port,
        interface=Interfaces.ASGI,
        workers=settings.api_workers,
        websockets=True,
        # Where HTTP/2 is offered, too, a connection that says nothing after its handshake is never closed.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=LARGEST_HEAD),
        backlog=2048,
        backpressure=connections(),
        ssl_cert=settings.tls_cert,
        ssl_key=settings.tls_key,
        log_level=LogLevels.warning,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
    ).serve()
    return 0
