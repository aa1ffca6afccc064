"""Values found by a key that many of them may share."""

from __future__ import annotations

from collections.abc import Collection, Hashable, KeysView
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Hashable)


class Index(Generic[Key, Value]):
    """Holds no key without a value, so that it is never larger than what is in it."""

    def __init__(self) -> None:
        self._values: dict[Key, set[Value]] = {}

    def of(self, key: Key) -> Collection[Value]:
        """Returns the values of a key, which may be none."""
        return self._values.get(key, ())

    def keys(self) -> KeysView[Key]:
        return self._values.keys()

    def add(self, key: Key, value: Value) -> None:
        self._values.setdefault(key, set()).add(value)

    def discard(self, key: Key, value: Value) -> None:
        values = self._values.get(key)
        if values is None:
            return
        values.discard(value)
        if not values:
            del self._values[key]

    def clear(self) -> None:
        self._values.clear()

    def total(self) -> int:
        return sum(map(len, self._values.values()))
