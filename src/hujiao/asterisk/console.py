"""Asterisk's console over its control socket: one command, its whole answer, no process started."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hujiao.kit.settings import Settings

# Tells Asterisk to close the socket when the command is done; `asterisk -rx` does the same.
_ONCE = b"cli quit after "
# Endpoints, addresses and registrations are three modules' objects in one file.
RELOAD_PJSIP = "module reload res_pjsip.so res_pjsip_endpoint_identifier_ip.so res_pjsip_outbound_registration.so"


def socket_path(settings: Settings) -> Path:
    return settings.run / "asterisk.ctl"


async def run(control: Path, command: str, *, timeout: float = 10.0) -> str:
    """What Asterisk prints to `command`. Raises `OSError` when it is not there and `TimeoutError` when it hangs."""
    if "\0" in command or "\n" in command:
        raise ValueError("a console command is one line")
    async with asyncio.timeout(timeout):
        reader, writer = await asyncio.open_unix_connection(control)
        try:
            await reader.readline()  # host name, pid and version
            writer.write(_ONCE + command.encode() + b"\0")
            await writer.drain()
            said = (await reader.read()).decode("utf-8", "replace").strip("\n")
        finally:
            writer.close()
    if said.startswith("No such command"):
        raise ValueError(said)
    return said
