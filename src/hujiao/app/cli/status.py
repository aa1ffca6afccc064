"""`status`: each part, and where the application is reached."""

from __future__ import annotations

import argparse
import time
from typing import Any

from hujiao.app.cli import output, work
from hujiao.embedded import control, processes
from hujiao.kit.settings import Settings, load


def arguments(parser: argparse.ArgumentParser) -> None:
    return


def run(options: argparse.Namespace) -> int:
    settings = load()
    known = facts(settings)
    if not known["running"]:
        output.say("hujiao is not running. Start it: ./hujiao up")
    else:
        rows = [["part", "state", "uptime", "memory", "port", ""]]
        for part in known["parts"]:
            note = part["reason"] if part["state"] != "running" else _holds(part["name"], known)
            if part["state"] == "running" and part["restarts"]:
                again = f"restarted {part['restarts']} ×, last because it {part['reason']}"
                note = f"{note}; {again}" if note else again
            rows.append(
                [
                    part["name"],
                    part["state"],
                    output.duration(part["uptime_seconds"]),
                    f"{part['memory_bytes'] / 1e6:.0f} MB",
                    str(part["port"] or ""),
                    note,
                ]
            )
        output.say(output.table(rows))
        for trouble in known["troubles"]:
            output.say(f"✗ {trouble['part']}: {trouble['says']}\n    → {trouble['mend']}")
        output.say(f"\n{known['web_url']}   SIP {known['sip']['host']}:{known['sip']['port']}   {settings.home}")
    output.result(known, as_json=options.json)
    well = known["running"] and not known["troubles"] and all(part["state"] == "running" for part in known["parts"])
    return 0 if well else 1


def _holds(name: str, known: dict[str, Any]) -> str:
    """Of a runtime: its shards."""
    numbers = [str(shard["shard"]) for shard in known["shards"] if shard["held"] and shard["runtime"] == name]
    return f"shard{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}" if numbers else ""


def facts(settings: Settings) -> dict[str, Any]:
    state = control.ask(settings.run, {"op": "state"})
    said = work.read(settings) if state else {"processes": {}, "shards": [], "troubles": []}
    now = time.time()
    parts = []
    for part in state["parts"] if state else []:
        memory = processes.memory_bytes(part["pid"]) if part["pid"] else 0
        parts.append({**part, "uptime_seconds": round(now - part["since"], 1), "memory_bytes": memory})
    return {
        "running": state is not None,
        "supervisor_pid": state["pid"] if state else None,
        "home": str(settings.home),
        "instance": settings.instance,
        "web_url": settings.web_url,
        "api_base": f"{settings.web_url}/api/v1",
        "openapi": f"{settings.web_url}/api/v1/openapi.json",
        "sip": {
            "host": settings.address,
            "port": settings.sip_port,
            "transports": ["udp", "tcp", *(["tls", "wss"] if settings.tls_cert else ["ws"])],
            "tls_port": settings.sip_tls_port,
        },
        "rtp": {"start": settings.rtp_start, "end": settings.rtp_end},
        "shards": said["shards"],
        "parts": parts,
        "processes": said["processes"],
        "troubles": [trouble.facts() for trouble in said["troubles"]],
    }
