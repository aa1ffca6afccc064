"""`demo.json`: the demo's sign-ins and numbers. Passwords are random per installation; only the owner can read it."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import TypedDict

# No letters or digits that look alike: people type these from a terminal.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class DemoAccount(TypedDict):
    tenant: str
    login: str
    password: str
    role: str
    name: str


class DemoAccessNumber(TypedDict):
    tenant: str
    number: str
    label: str


class DemoAccounts(TypedDict):
    accounts: list[DemoAccount]
    numbers: list[DemoAccessNumber]


def path(home: Path) -> Path:
    return home / "demo.json"


def read(home: Path) -> DemoAccounts:
    try:
        stored: DemoAccounts = json.loads(path(home).read_text("utf-8"))
    except FileNotFoundError:
        return {"accounts": [], "numbers": []}
    return stored


def write(home: Path, accounts: DemoAccounts) -> None:
    handle, temporary = tempfile.mkstemp(dir=home, prefix=".demo-")  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(accounts, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path(home))


def new_password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
