"""Every kind of event is whole: in the list, published, written somewhere, with its name; and rows are read by it."""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.app import events as registry
from hujiao.app.events import CAPABILITIES, KINDS, fold
from hujiao.app.runtime import ledger
from hujiao.flows.document import KINDS as NODES
from hujiao.flows.events import AtNode
from hujiao.interactions.events import WITHHELD, InteractionStarted
from hujiao.interactions.facts import InteractionFacts, LedgerEntry
from hujiao.kit.events import Event, described, flaws, kind_of, kinds, meant, read
from tools import event_texts, lint_events

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CALL, QUEUE, AGENT = UUID(int=1), UUID(int=2), UUID(int=3)
STARTED = {"caller": "138", "called": "95001"}
SOURCE = Path(registry.__file__).parents[1]


def test_every_kind_is_in_the_list_once() -> None:
    folders = {path.parent.name for path in SOURCE.glob("*/events.py")} - {"app", "kit"}
    assert CAPABILITIES.keys() == folders
    for folder, of in CAPABILITIES.items():
        modules = [importlib.import_module(f"hujiao.{folder}.events")]
        modules += [sys.modules[kind.__module__] for kind in NODES.values()] if folder == "flows" else []
        made = {one for module in modules for name, one in vars(module).items() if _is_kind(name, one, module)}
        assert sorted(map(kind_of, made)) == sorted(of), folder
    assert len(KINDS) == sum(map(len, CAPABILITIES.values()))


def _is_kind(name: str, one: Any, module: ModuleType) -> bool:
    own = isinstance(one, type) and issubclass(one, Event) and one.__module__ == module.__name__
    return own and not name.startswith("_") and one is not AtNode


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_when_it_is_written_and_what_its_fields_are(kind: str) -> None:
    event = KINDS[kind]
    assert "__doc__" in vars(event) and event.schema_version == 1
    for field in described(event):
        assert field.type, field
        assert "seconds" not in field.name or field.unit == "s", "a time that passes has its unit"


def test_texts_and_the_developers_page_are_as_the_kinds_are() -> None:
    assert list(event_texts.flaws()) == []


def test_what_is_written_is_published_and_the_other_way_round() -> None:
    assert [str(finding) for finding in lint_events.findings()] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('self.fact("queue.entered", queue_id=1, again=True)', []),
        ('self.fact("queue.entered", agent_id=1)', []),
        ('self.fact("queue.entered", colour="red")', ["the event queue.entered has no field colour"]),
        ('self.fact("queue.vanished")', ["the event queue.vanished is not published"]),
        ('Fact(kind="queue.left", data={"outcome": 1, "colour": 2})', ["the event queue.left has no field colour"]),
        (
            'data = {"colour": 1}\n    data |= {"shade": 2}\n    facts.append(Fact(kind="agent.muted", data=data))',
            ["the event agent.muted has no field colour", "the event agent.muted has no field shade"],
        ),
        (
            'walk.note("flow.key", {"keys": 1, **({} if one else {"colour": 1})})',
            ["the event flow.key has no field colour"],
        ),
        (
            'kind = "agent.muted" if one else "agent.loud"\n    self.fact(kind)',
            ["the event agent.loud is not published"],
        ),
        ('self.fact("agent.muted" if one else "agent.loud")', ["the event agent.loud is not published"]),
        (
            'kind = "agent.muted"\n    kind = "agent.loud" if one else kind\n    self.fact(kind)',
            ["the event agent.loud is not published"],
        ),
        ("self.fact(KIND, queue_id=1)", []),
        ("self.fact(other, queue_id=1)", []),  # handed on
        ("self.fact(some.kind)", []),
        ("self.fact(some[0])", ["which kind of event is written is not seen: name it"]),
    ],
)  # fmt: skip
def test_an_event_that_is_not_as_published_is_found_in_the_code(tmp_path: Path, code: str, found: list[str]) -> None:
    (tmp_path / "machine.py").write_text(f'KIND = "queue.left"\n\ndef said(self, other, one):\n    {code}\n')
    told = [finding.sentence for finding in lint_events.findings(tmp_path)]
    assert [sentence for sentence in told if not sentence.startswith("nothing writes")] == found


def test_a_kind_that_nothing_writes_is_found(tmp_path: Path) -> None:
    (tmp_path / "machine.py").write_text('def said(self):\n    self.fact("queue.left")\n')
    told = [finding.sentence for finding in lint_events.findings(tmp_path)]
    assert told == [f"nothing writes the event {kind}" for kind in KINDS if kind != "queue.left"]


LEFT = {"queue_id": QUEUE, "outcome": "answered", "wait_seconds": 4.0}


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("queue.left", LEFT, []),
        ("queue.left", {**LEFT, "queue_id": str(QUEUE), "wait_seconds": 4}, []),  # as JSON has it
        ("queue.vanished", LEFT, ["queue.vanished is not published"]),
        ("queue.left", {**LEFT, "colour": "red"}, ["queue.left has no field colour"]),
        (
            "queue.left", {**LEFT, "wait_seconds": "4"},
            ["queue.left: Expected `float`, got `str` - at `$.wait_seconds`"],
        ),
        ("queue.left", {"queue_id": QUEUE}, ["queue.left: Object missing required field `outcome`"]),
        ("queue.left", {**LEFT, "outcome": "bored"}, ["queue.left: a value of outcome that is not published"]),
        ("agent.moved", {"from": "all"}, [
            "agent.moved: Object missing required field `to`", "agent.moved: a value of from that is not published",
        ]),
    ],
)  # fmt: skip
def test_an_event_that_is_not_as_published_is_told(kind: str, data: dict[str, Any], told: list[str]) -> None:
    assert list(flaws(KINDS, kind, data)) == told


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.uuids() | st.datetimes() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.uuids() | st.integers(), inner) | st.sets(st.text()),
    max_leaves=5,
)


@given(st.data())
def test_whatever_is_written_telling_of_it_never_fails(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    names = st.sampled_from([field.name for field in described(KINDS[kind])] or ["colour"])
    list(flaws(KINDS, kind, data.draw(ANYTHING | st.dictionaries(names, ANYTHING))))


def test_what_is_written_all_the_same_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call goes on, whatever is said of it."""
    logged: list[str] = []
    monkeypatch.setattr(ledger.log, "error", lambda event, flaw: logged.append(flaw))
    monkeypatch.setattr(ledger, "_told", set())
    odd: dict[str, Any] = {"colour": "red", "wait_seconds": 1.0}
    batch = ledger.Batch(UUID(int=9), 0, 1, events=[(seq, NOW, "queue.left", CALL, None, odd) for seq in (1, 2)])
    for _ in range(2):
        _, rows = ledger.encoded([batch])
        assert [row["data"] for row in msgspec.json.decode(rows[0])] == [odd, odd]
    assert logged == ["queue.left has no field colour", "queue.left: Object missing required field `queue_id`"]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def folded(*events: tuple[str, dict[str, Any]]) -> InteractionFacts | None:
    facts = None
    for seq, (kind, data) in enumerate(events, 1):
        facts = fold(facts, LedgerEntry(seq, NOW, kind, CALL, AGENT, data))
    return facts


def test_rows_of_other_times_are_read() -> None:
    """With fewer fields, with more, with values that nobody writes (any more), of kinds that there are no more."""
    facts = folded(
        ("interaction.started", STARTED),
        ("flow.left", {"to": "queue"}),
        ("queue.entered", {"queue_id": str(QUEUE), "position": 1}),
        ("queue.left", {"queue_id": str(QUEUE), "outcome": "gave_up", "wait_seconds": 4, "place": 2}),
        ("interaction.ended", {"end_reason": "vanished", "hangup_cause": 16, "ended_by": "nobody"}),
    )
    assert facts is not None
    assert (facts.caller_key, facts.queue_id, facts.wait_seconds, facts.end_reason) == ("138", QUEUE, 4.0, "vanished")
    assert [(segment.kind, segment.outcome) for segment in facts.segments] == [("queue", "gave_up")]


def test_a_row_that_no_fold_looks_at_cannot_stop_it() -> None:
    facts = folded(("interaction.started", STARTED), ("offer.made", {"queue_id": "the first one"}))
    assert facts is not None and facts.caller == "138"


@pytest.mark.parametrize("value", ["²", "", "-1", "five", "9" * 64])
def test_a_rating_that_is_no_number_is_none(value: str) -> None:
    data = {"node": "ask", "variable": "rating", "value": value}
    facts = folded(("interaction.started", STARTED), ("flow.collected", data))
    assert facts is not None and (facts.rating, facts.variables) == (None, {"rating": value})


def test_what_happens_before_the_beginning_or_to_nobody_changes_nothing() -> None:
    assert folded(("queue.left", {"wait_seconds": "long"})) is None
    assert fold(None, LedgerEntry(1, NOW, "interaction.started", None, None, STARTED)) is None


def test_the_withheld_number_is_said_to_be_withheld() -> None:
    assert {"caller_sealed"} == WITHHELD
    assert [field.name for field in described(InteractionStarted) if field.withheld] == ["caller_sealed"]


def test_a_field_may_be_added_and_older_rows_are_read() -> None:
    class Painted(Event, tag="wall.painted"):
        """A wall has been painted."""

        colour: str
        shade: Annotated[str, meant("added later")] = "plain"

    known = kinds(Painted)
    assert read(known, "wall.painted", {"colour": "red"}) == Painted(colour="red")
    assert read(known, "wall.built", {}) is None
    with pytest.raises(msgspec.ValidationError):
        read(known, "wall.painted", {})
