"""`accounts`: the demonstration's sign-ins and access numbers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from textwrap import indent
from typing import Any

from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import load


def arguments(parser: argparse.ArgumentParser) -> None:
    return


def read(home: Path) -> dict[str, Any] | None:
    try:
        demo: dict[str, Any] = json.loads((home / "demo.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return demo


def run(options: argparse.Namespace) -> int:
    demo = read(load().home)
    if demo is None:
        raise Problem("There are no demonstration accounts here: run ./hujiao up without --no-demo.")
    output.say(lines(demo))
    output.result(demo, as_json=options.json)
    return 0


def lines(demo: dict[str, Any]) -> str:
    rows = [["tenant", "sign-in", "password", "role", "name"]]
    rows += [[account[key] for key in ("tenant", "login", "password", "role", "name")] for account in demo["accounts"]]
    numbers = "\n".join(f"  {entry['number']}  {entry['tenant']}: {entry['label']}" for entry in demo["numbers"])
    return f"\nDemonstration accounts\n{indent(output.table(rows), '  ')}\n\nAccess numbers\n{numbers}"
