from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hujiao.kit.index import Index

step = st.tuples(st.booleans(), st.sampled_from("abc"), st.integers(0, 2))


@given(st.lists(step))
def test_it_holds_what_was_added_and_not_taken_out(steps: list[tuple[bool, str, int]]) -> None:
    index: Index[str, int] = Index()
    there: set[tuple[str, int]] = set()
    for added, key, value in steps:
        if added:
            index.add(key, value)
            there.add((key, value))
        else:
            index.discard(key, value)
            there.discard((key, value))
        assert index.total() == len(there)
        for each in "abc":
            assert set(index.of(each)) == {value for key, value in there if key == each}
    assert index.keys() == {key for key, _ in there}, "no key without a value"
    index.clear()
    assert index.total() == 0
