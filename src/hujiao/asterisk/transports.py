"""Whether Asterisk could open its SIP ports. It starts without those that another program holds."""

from __future__ import annotations

import re
from pathlib import Path

from hujiao.asterisk import console

_SHOWN = re.compile(r"^Transport: +transport-(\w+) ", re.M)


async def closed(control: Path) -> list[str]:
    """`udp` and `tcp`, as far as they are not open. Raises what `console.run` raises."""
    return missing(await console.run(control, "pjsip show transports"))


def missing(shown: str) -> list[str]:
    """The WebSocket transport opens no port of its own: where not even that is shown, Asterisk starts or ends."""
    open_ones = set(_SHOWN.findall(shown))
    return [name for name in ("udp", "tcp") if name not in open_ones] if "ws" in open_ones else []
