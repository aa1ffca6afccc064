"""Documents that nobody would send: each is read or refused with its place and a sentence, and none is too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hujiao.flows.check import MOST_FINDINGS, check, expressions, wrong_expressions
from hujiao.flows.document import KINDS
from hujiao.flows.tests.test_kinds import NOTHING, new_node
from hujiao.kit.i18n import translate

FIELDS = sorted({name for kind in KINDS.values() for name in kind.model_fields} | {"colour"})
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["n0", "n1", ""])
)
VALUE = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
CHANGES = st.dictionaries(st.sampled_from(FIELDS), VALUE, max_size=4)


def changed(kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {**new_node(kind), **changes}


NODE = VALUE | st.builds(changed, st.sampled_from(sorted(KINDS)), CHANGES)
DOCUMENT = st.fixed_dictionaries(
    {"nodes": st.dictionaries(st.sampled_from(["n0", "n1", ""]), NODE, max_size=3) | VALUE},
    optional={"start": PLAIN, "version": PLAIN, "more": VALUE},
)


@settings(max_examples=400, deadline=None)
@given(DOCUMENT)
def test_what_is_sent_is_read_or_refused_with_its_place_and_a_sentence(document: dict[str, Any]) -> None:
    wrong = wrong_expressions(expressions(document))
    found = check(document, replace(NOTHING, wrong=wrong))
    assert len(found) <= MOST_FINDINGS
    nodes = document["nodes"] if isinstance(document.get("nodes"), dict) else {}
    for one in found:
        assert one.node is None or one.node in nodes
        assert one.node is not None or one.field, "it has a place"
        assert translate(one.message, "zh-CN", one.detail) != one.message, f"{one.message} has no sentence"


@given(st.sampled_from(["", "s" * 65]) | st.text(max_size=70), NODE)
def test_a_wrong_start_is_told_and_never_raised(start: str, node: Any) -> None:
    found = check({"start": start, "nodes": {"n0": {"type": "hang_up"}, "n1": node}}, NOTHING)
    assert start in ("n0", "n1") or any(one.field == "start" for one in found)
