"""`demo`: the demonstration tenants, made where they are missing. `up` runs it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from hujiao.kit.settings import load


def main(argv: Sequence[str]) -> int:
    return int(import_module("hujiao.app.demo").main(load()) or 0)
