"""`down`: let calls end, stop every part, leave no process."""

from __future__ import annotations

import argparse
import time

from hujiao.app.cli import output
from hujiao.embedded import control, processes
from hujiao.embedded.progress import step
from hujiao.kit.settings import Settings, default_home, load, settings_file

DRAIN_SECONDS = 20.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drain",
        type=float,
        default=DRAIN_SECONDS,
        metavar="S",
        help="let running calls go on for so long (default 20 s)",
    )


def run(options: argparse.Namespace) -> int:
    home = default_home()
    if not settings_file(home).exists():
        output.say(f"Nothing runs: there is no hujiao in {home}.")
        output.result({"ok": True, "was_running": False}, as_json=options.json)
        return 0
    was_running = stop(load(home), drain=max(0.0, options.drain))
    if not was_running:
        output.say("Nothing was running.")
    output.result({"ok": True, "was_running": was_running}, as_json=options.json)
    return 0


def stop(settings: Settings, drain: float) -> bool:
    state = control.ask(settings.run, {"op": "stop", "drain": drain})
    if state is None:
        return processes.sweep(settings.home) > 0
    supervisor = int(state["pid"])
    with step("Stop") as progress:
        until = time.monotonic() + drain + 120
        while time.monotonic() < until:
            try:
                state = control.ask(settings.run, {"op": "state"})
            except TimeoutError:
                continue
            if state is None:
                processes.wait_for_end(supervisor, until - time.monotonic())
                break
            active = [
                f"{part['name']} {part['state']}"
                for part in state["parts"]
                if part["state"] in {"draining", "stopping"}
            ]
            progress.update(", ".join(active) or "stopping")
            time.sleep(0.1)
        left = processes.sweep(settings.home)
        progress.done(f"{left} processes had to be ended" if left else "every part has ended")
    return True
