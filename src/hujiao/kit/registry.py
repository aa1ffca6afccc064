"""Modules that register what they take, each in a table of its own."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any


def merged(modules: Iterable[ModuleType], name: str) -> dict[Any, Any]:
    """Returns the modules' tables of this name as one; a key may stand in one of them only."""
    found: dict[Any, Any] = {}
    for module in modules:
        mine: dict[Any, Any] = getattr(module, name, {})
        if twice := found.keys() & mine.keys():
            raise ValueError(f"{module.__name__}.{name} has what another module has: {twice}")
        found |= mine
    return found
