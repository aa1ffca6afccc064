from types import ModuleType

import pytest

from hujiao.kit.registry import merged


def module(name: str, **tables: dict[str, int]) -> ModuleType:
    made = ModuleType(name)
    made.__dict__.update(tables)
    return made


def test_tables_become_one_and_nothing_is_taken_twice() -> None:
    one, other = module("one", EVENTS={"a": 1}), module("other", EVENTS={"b": 2}, TIMERS={"a": 3})
    assert merged([one, other], "EVENTS") == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match=r"again\.EVENTS"):
        merged([one, other, module("again", EVENTS={"a": 4})], "EVENTS")
