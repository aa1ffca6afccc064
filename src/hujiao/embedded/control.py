"""Talk to the supervisor of an instance."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any


def ask(run: Path, command: dict[str, Any], seconds: float = 20.0) -> dict[str, Any] | None:
    """The supervisor's answer; None when none runs."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(seconds)
        try:
            line.connect(str(run / "supervisor.sock"))
            line.sendall(json.dumps(command).encode() + b"\n")
            answer = line.makefile("r", encoding="utf-8").readline()
        except (FileNotFoundError, ConnectionError):
            return None
    return json.loads(answer) if answer else None
