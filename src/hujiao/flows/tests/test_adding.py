"""The example of docs/developers/adding.md, as it stands there: the added kind works, is checked and has texts."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import Field, create_model

from hujiao.flows import contracts as flows
from hujiao.flows import document
from hujiao.flows.check import check
from hujiao.flows.kinds import described
from hujiao.flows.machine import step
from hujiao.flows.nodes.base import Known
from hujiao.kit.events import flaws, kinds
from tools.node_texts import LANGUAGES, missing, texts, unknown

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs/developers/adding.md").read_text("utf-8").partition("## A capability")[0]
SNIPPETS = dict(re.findall(r'^``` \{\.\w+ title="([^"]+)"\}\n(.*?)^```$', PAGE, re.S | re.M))
MODULE = "hujiao.flows.nodes.wait"
CALLER = flows.Caller(caller="13800000001", called="95001", language="zh-CN")
KNOWN = Known(
    queues=frozenset(), prompts=frozenset({"please_hold"}), hours=frozenset(), skills=frozenset(), sources={},
    refusal=lambda number: None, wrong={},
)  # fmt: skip


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the list's file has once the kind is added."""
    module = ModuleType(MODULE)
    monkeypatch.setitem(sys.modules, MODULE, module)
    exec(compile(SNIPPETS["src/hujiao/flows/nodes/wait.py"], "wait.py", "exec"), module.__dict__)
    names: dict[str, Any] = {"AnyNode": document.AnyNode}
    exec(compile(SNIPPETS["src/hujiao/flows/document.py"], "document.py", "exec"), names)

    any_node = names["AnyNode"]
    nodes = dict[str, Annotated[any_node, Field(discriminator="type")]]
    made = create_model("FlowDocument", __base__=document.FlowDocument, nodes=(nodes, ...))
    return {**names, "FlowDocument": made}


def test_it_runs(wait: dict[str, Any]) -> None:
    names = {**wait, "flows": flows, "step": step, "CALLER": CALLER, "FLOW": UUID(int=1)}
    exec(compile(SNIPPETS["test"], "test.py", "exec"), names)


@pytest.mark.parametrize("key_ends", [True, False])
def test_a_key_ends_it_or_is_kept(wait: dict[str, Any], key_ends: bool) -> None:
    nodes = {
        "wait": {"type": "wait", "key_ends": key_ends, "next": "menu"},
        "menu": {"type": "menu", "prompts": ["please_hold"], "keys": {"1": "wait"}, "on_invalid": "wait"},
    }
    flow = wait["FlowDocument"].model_validate({"start": "wait", "nodes": nodes})
    run, effects = step(flow, flows.FlowRun(flow_id=UUID(int=1), version=1, node="wait"), flows.Begin(), CALLER)
    assert effects[-1] == flows.WaitForKey(5)
    run, effects = step(flow, run, flows.Key("1"), CALLER)
    assert (run.node, run.typed_ahead) == (("menu", "") if key_ends else ("wait", "1"))
    assert (flows.Note("flow.wait_ended", {"node": "wait", "key": "1"}) in effects) == key_ends


def test_it_is_checked(wait: dict[str, Any]) -> None:
    node = {"type": "wait", "prompts": ["please_hold", "nothing"], "next": "gone"}
    flow = wait["FlowDocument"].model_validate({"start": "wait", "nodes": {"wait": node, "lost": {"type": "hang_up"}}})
    assert {(one.node, one.field, one.message) for one in check(flow, KNOWN)} == {
        ("wait", "next", "flow.unknown_node"),
        ("wait", "prompts.1", "flow.unknown_prompt"),
        ("lost", None, "flow.unreachable"),
    }


def test_the_editor_knows_it(wait: dict[str, Any]) -> None:
    kind = described(wait["Wait"])
    assert (kind.type, kind.group, [way.field for way in kind.exits]) == ("wait", "sound", ["next"])
    fields = {field.name: (field.type, field.unit, field.minimum, field.maximum) for field in kind.fields}
    assert fields["wait_seconds"] == ("integer", "seconds", 1, 300)
    assert fields.keys() == {"prompts", "wait_seconds", "key_ends"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_texts_are_whole(wait: dict[str, Any], language: str) -> None:
    added = json.loads(SNIPPETS[f"web/src/shared/i18n/{language}.json"])
    found = {**texts(language), **added["nodeKind"]}
    assert missing(found, wait["Wait"]) == []
    assert unknown(found, {**document.KINDS, "wait": wait["Wait"]}) == []
    assert missing(texts(language), wait["Wait"]) != [], "without them it lacks some"
    assert added["eventKind"].keys() == {kind.replace(".", "_") for kind in kinds(*wait["Wait"].says)}


def test_what_it_notes_is_published(wait: dict[str, Any]) -> None:
    known = kinds(*wait["Wait"].says)
    assert list(flaws(known, "flow.wait_ended", {"node": "wait", "key": "1"})) == []
    assert list(flaws(known, "flow.wait_ended", {"node": "wait", "colour": "red", "key": "1"})) != []


def test_it_touches_four_files_and_the_engine_is_none_of_them() -> None:
    rows = re.findall(r"^\| (\w+) \| `([^`]+)` \|", PAGE, re.M)
    new, touched = [path for kind, path in rows if kind == "new"], [path for kind, path in rows if kind != "new"]
    assert len(touched) <= 4 and all((ROOT / path).exists() for path in touched)
    assert not any((ROOT / path).exists() for path in new)
    assert SNIPPETS.keys() == {*new, *touched, "test"}
    assert not [path for path in touched if "runtime" in path or "machine" in path]
