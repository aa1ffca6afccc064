"""The runtime as it is, with an ear on every command to Asterisk; the latencies go into a file at its end."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from hujiao.app.runtime import main as runtime
from hujiao.asterisk.client import AriSocket
from hujiao.kit.settings import load

_ID = re.compile(r"(?<=/)[^/?]*[0-9][^/?]*")


def main(file: Path) -> int:
    seen: list[tuple[float, str, float, int]] = []

    def observe(method: str, resource: str, seconds: float, status: int) -> None:
        name = f"{method} {_ID.sub('*', resource.partition('?')[0])}"
        seen.append((time.time(), name, seconds, status))

    AriSocket.observe = observe
    code = runtime.main(load())
    file.write_text(json.dumps(seen), "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
