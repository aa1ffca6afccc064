"""Every kind of node is whole: in the list, with its texts in each language, on the users' page, with a form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hujiao.flows import nodes
from hujiao.flows.check import check
from hujiao.flows.document import KINDS, FlowDocument
from hujiao.flows.fields import shapes, values
from hujiao.flows.kinds import described
from hujiao.flows.nodes.base import Known
from tools.node_texts import LANGUAGES, missing, page, texts, unknown

ROOT = Path(__file__).resolve().parents[4]
NOTHING = Known(
    queues=frozenset(), prompts=frozenset(), hours=frozenset(), skills=frozenset(), sources={},
    refusal=lambda number: None, wrong={},
)  # fmt: skip


def test_every_module_is_in_the_list() -> None:
    modules = {path.stem for path in Path(nodes.__path__[0]).glob("*.py")} - {"__init__", "base", "asking"}
    named = {kind.__module__.rpartition(".")[2]: name for name, kind in KINDS.items()}
    assert named.keys() == modules
    # Python has a word of its own that one of them cannot be called.
    assert {module: name for module, name in named.items() if module != name} == {"return_to_queue": "return"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_texts(language: str) -> None:
    found = texts(language)
    assert [key for kind in KINDS.values() for key in missing(found, kind)] == []
    assert unknown(found, KINDS) == [], "texts of nothing that there is"


def test_a_text_that_is_not_there_is_missed() -> None:
    found = texts("en")
    del found["collect"]["field"]["secret"], found["hours"]["exit"]["holiday"], found["split"]["choice"]["by"]["caller"]
    del found["hang_up"]
    found["menu"]["field"]["colour"] = "Colour"
    assert sorted(key for kind in KINDS.values() for key in missing(found, kind)) == [
        "collect.field.secret",
        "hang_up.field.cause",
        "hang_up.help",
        "hang_up.title",
        "hours.exit.holiday",
        "split.choice.by.caller",
    ]
    assert unknown(found, KINDS) == ["menu.field.colour"]


def test_the_users_page_is_as_the_kinds_are() -> None:
    assert (ROOT / "docs/users/steps.md").read_text("utf-8") == page(), (
        "python -m tools.node_texts > docs/users/steps.md"
    )


def new_node(kind: str) -> dict[str, Any]:
    """What the editor makes of a kind."""
    found = described(KINDS[kind])
    fields = {field.name: field.initial for field in found.fields if field.initial is not None}
    ways = {way.field: "" for way in found.exits if way.shape == "one" and way.required}
    return {"type": kind, "label": "", **fields, **ways}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_new_node_lacks_is_told_with_its_field(kind: str) -> None:
    """All that is wrong with a new node is what nobody has chosen yet: where it leads, what it names."""
    found = check({"version": 1, "start": "a", "nodes": {"a": new_node(kind)}}, NOTHING)
    known = {field.name for field in described(KINDS[kind]).fields} | {w.field for w in described(KINDS[kind]).exits}
    assert {one.node for one in found} <= {"a"}
    for one in found:
        assert (one.field or "").partition(".")[0] in known, one


def test_a_description_says_bounds_units_and_what_is_asked_for() -> None:
    menu = described(KINDS["menu"])
    by_name = {field.name: field for field in menu.fields}
    wait, keys = by_name["timeout_seconds"], by_name["keys"]
    assert (wait.type, wait.unit, wait.minimum, wait.maximum, wait.initial) == ("integer", "seconds", 1, 60, 5)
    assert (keys.shape, keys.key_type, keys.type, keys.required) == ("map", "key", "way", True)
    assert [(way.field, way.shape, way.required) for way in menu.exits] == [
        ("keys", "map", True), ("on_timeout", "one", False), ("on_invalid", "one", False),
    ]  # fmt: skip
    call_back = described(KINDS["call_back"])
    assert [field.name for field in call_back.fields][:2] == ["queue", "number"], "its own fields come first"
    assert {way.field: way.inner for way in described(KINDS["branch"]).exits} == {"cases": "next", "otherwise": None}


def test_what_a_node_has_is_read_from_its_types() -> None:
    document = {
        "a": {"type": "menu", "prompts": ["p", "q"], "invalid_prompts": ["r"], "keys": {"1": "b", "*": "c"}},
        "b": {"type": "branch", "cases": [{"when": "x", "next": "c"}, {"when": "y", "next": "d"}], "otherwise": "e"},
        "c": {"type": "queue", "queue": "q1", "needs": {"00000000-0000-0000-0000-000000000009": "1"}, "after": "d"},
    }
    flow = FlowDocument.model_validate({"start": "a", "nodes": document})
    assert [*values(flow.nodes["a"], "way")] == [("keys.1", "b"), ("keys.*", "c")]
    assert [*values(flow.nodes["a"], "prompt")] == [("prompts.0", "p"), ("prompts.1", "q"), ("invalid_prompts.0", "r")]
    assert [*values(flow.nodes["b"], "way")] == [("cases.0.next", "c"), ("cases.1.next", "d"), ("otherwise", "e")]
    assert [*values(flow.nodes["b"], "expression")] == [("cases.0.when", "x"), ("cases.1.when", "y")]
    assert [place for place, _ in values(flow.nodes["c"], "skill")] == ["needs.00000000-0000-0000-0000-000000000009"]
    assert [*values(flow.nodes["c"], "way")] == [("after", "d")]


def test_every_field_is_one_that_can_be_drawn() -> None:
    """A map without what its keys are, or a list of what is chosen from others, would have no form."""
    forms = (ROOT / "web/src/features/flows/nodes/index.ts").read_text("utf-8")
    own = set(re.findall(r"^  '([a-z_]+\.[a-z_]+)':", forms, re.M))
    for kind in map(described, KINDS.values()):
        for field in kind.fields:
            drawn = (
                field.shape == "one"
                or (field.shape == "list" and field.type in {"prompt", "outside_number", "text"})
                or (field.shape == "map" and field.type in {"way", "expression"} and field.key_type != "text")
            )
            assert drawn or f"{kind.type}.{field.name}" in own, f"{kind.type}.{field.name}"
    names = {f"{kind}.{field}" for kind, model in KINDS.items() for field in shapes(model)}
    assert own <= names, "a form of nothing that there is"
