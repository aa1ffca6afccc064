"""What each reader gets, whatever happens: following the deltas must give what a snapshot would give."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.app.realtime.events import Delta, SetAside, Snapshot
from hujiao.app.realtime.view import LiveView, Reader, Scope

PROJECTS = ["p1", "p2", None]
AGENTS = ["a1", "a2", "a3"]
QUEUES = ["q1", "q2"]

_MODES = [[], ["listen"], ["barge", "coach"]]
PARTIES = [
    [{"role": "agent", "agent_id": "a1", "mode": None}]
    + [
        {"role": "supervisor", "agent_id": agent, "mode": mode}
        for agent, mode in zip(("a2", "a3"), modes, strict=False)
    ]
    for modes in _MODES
]
interaction = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["i1", "i2", "i3"]),
        "project_id": st.sampled_from(PROJECTS),
        "agent_id": st.sampled_from([*AGENTS, None]),
        "wrapping_agent_ids": st.lists(st.sampled_from(AGENTS), max_size=2, unique=True),
        "parties": st.sampled_from(PARTIES),
        "parked": st.sampled_from([None, {"place": 1}]),
        "variables": st.just({"card": "4"}),
    }
)
agent = st.fixed_dictionaries(
    {
        "id": st.sampled_from(AGENTS),
        "state": st.sampled_from(["available", "engaged"]),
        "queue_ids": st.lists(st.sampled_from(QUEUES), unique=True),
    }
)
queue = st.fixed_dictionaries(
    {"id": st.sampled_from(QUEUES)}, optional={"waiting": st.integers(0, 3), "staffed": st.booleans()}
)
change = st.fixed_dictionaries(
    {
        "agents": st.lists(agent, max_size=2),
        "queues": st.lists(queue, max_size=2),
        "interactions": st.lists(interaction, max_size=2, unique_by=lambda record: record["id"]),
        "ended": st.lists(st.sampled_from(["i1", "i2", "i3"]), max_size=1),
        "numbered": st.booleans(),  # by an event of the ledger
    }
)
SCOPES = [
    Scope(everything=True),
    Scope(projects=frozenset({"p1"}), queues=frozenset({"q1"}), agents=frozenset({"a1"})),
    Scope(projects=frozenset({"p1"}), queues=frozenset({"q1"}), agents=frozenset({"a1"}), own_agent="a2"),
    Scope(own_agent="a1"),
    Scope(own_agent="a3"),
    Scope(own_agent="a3", parked=frozenset({"p1"})),
    Scope(own_agent="a3", parked=None),
    Scope(),
]


class Screen:
    """What a client makes of the messages."""

    def __init__(self) -> None:
        self.seq = -1
        self.records: dict[str, dict[str, Any]] = {"agents": {}, "queues": {}, "interactions": {}}

    def take(self, message: Snapshot | Delta | None) -> None:
        if isinstance(message, Snapshot):
            for name in self.records:
                self.records[name] = {record["id"]: record for record in getattr(message.view, name)}
            self.seq = message.seq
        elif message is not None:
            assert message.prev_seq == self.seq, "a reader never sees a gap of our own making"
            for name in self.records:
                for record in getattr(message, name):
                    before = self.records[name].get(record["id"], {}) if name == "queues" else {}
                    self.records[name][record["id"]] = before | record
            for ended in message.ended:
                del self.records["interactions"][ended]
            self.seq = message.seq


@given(st.sampled_from(SCOPES), st.lists(change, max_size=12))
def test_deltas_lead_to_what_a_snapshot_shows(scope: Scope, changes: list[dict[str, Any]]) -> None:
    view, reader, screen = LiveView(), Reader(scope), Screen()
    view.load({"seq": 0, "agents": [{"id": a, "queue_ids": []} for a in AGENTS], "queues": [], "interactions": []})
    screen.take(reader.snapshot(view))
    for told in changes:
        content = {name: value for name, value in told.items() if name != "numbered"}
        seq = view.seq + told["numbered"]
        ended = [one for one in content["ended"] if one not in {record["id"] for record in content["interactions"]}]
        message = {"prev_seq": view.seq, "seq": seq, **content, "ended": ended}
        assert view.apply(message)
        screen.take(reader.delta(message, view))
    fresh = Screen()
    fresh.take(Reader(scope).snapshot(view))
    assert screen.records["interactions"] == fresh.records["interactions"]
    assert fresh.records["interactions"].keys() == {
        key for key, record in view.interactions.items() if scope.interaction(record)
    }, "what is looked up by its agents is what the scope lets see"
    assert screen.records["queues"] == fresh.records["queues"]
    for agent_id, record in fresh.records["agents"].items():
        assert screen.records["agents"][agent_id] == record


def test_an_agent_sees_itself_and_its_call_alone() -> None:
    scope = Scope(own_agent="a1")
    assert scope.agent({"id": "a1"})
    assert not scope.agent({"id": "a2", "queue_ids": ["q1"]})
    assert scope.interaction({"id": "i", "agent_id": "a1"})
    assert scope.interaction({"id": "i", "agent_id": None, "wrapping_agent_ids": ["a2", "a1"]})
    assert scope.interaction({"id": "i", "agent_id": "a2", "parties": [{"agent_id": "a2"}, {"agent_id": "a1"}]})
    assert not scope.interaction({"id": "i", "agent_id": "a2", "parties": [{"agent_id": "a2"}, {"agent_id": None}]})
    assert not scope.interaction({"id": "i", "agent_id": "a2", "project_id": "p1"})
    assert not scope.interaction({"id": "i", "agent_id": None, "project_id": None})


def test_a_parked_customer_is_seen_by_who_may_pick_them_up() -> None:
    parked: dict[str, Any] = {"id": "i", "agent_id": None, "project_id": "p1", "parked": {"place": 1}}
    parked |= {"variables": {"card": "4"}, "keys": "12", "flow_path": [{"node": "menu"}], "parties": []}
    parked |= {"transfers": [{"from_name": "A colleague", "note": "wants a refund"}]}
    mine, others, all_of_them = (
        Scope(own_agent="a1", parked=of) for of in (frozenset({"p1"}), frozenset({"p2"}), None)
    )
    assert mine.interaction(parked) and all_of_them.interaction(parked)
    assert not others.interaction(parked) and not Scope(own_agent="a1").interaction(parked)
    assert not mine.interaction({**parked, "parked": None}), "picked up by somebody else"
    told = mine.shown(parked)
    assert (told["parked"], told["variables"], told["keys"], told["flow_path"]) == ({"place": 1}, {}, "", [])
    assert told["transfers"] == [], "what colleagues have written is not for everybody"
    assert mine.shown({**parked, "agent_id": "a1"})["variables"] == {"card": "4"}


def test_a_gap_is_seen_and_what_came_before_the_snapshot_is_not() -> None:
    view = LiveView()
    view.load({"seq": 5, "agents": [], "queues": [], "interactions": []})
    empty: dict[str, Any] = {"agents": [], "queues": [], "interactions": [], "ended": []}
    assert view.apply({"prev_seq": 3, "seq": 5, **empty})
    assert view.apply({"prev_seq": 5, "seq": 8, **empty})
    assert not view.apply({"prev_seq": 9, "seq": 10, **empty})
    assert view.seq == 8


def test_what_no_event_numbers_is_told_and_kept() -> None:
    """Somebody waits who has just been looked up: later deltas do not tell it again."""
    view, reader = LiveView(), Reader(Scope(everything=True))
    view.load({"seq": 5, "agents": [], "queues": [{"id": "q1", "waiting": 0, "name": "Bills"}], "interactions": []})
    reader.snapshot(view)
    empty: dict[str, Any] = {"agents": [], "interactions": [], "ended": []}
    message = {"prev_seq": 5, "seq": 5, "queues": [{"id": "q1", "waiting": 1}], **empty}
    assert view.apply(message)
    assert view.queues["q1"] == {"id": "q1", "waiting": 1, "name": "Bills"}
    told = reader.delta(message, view)
    assert isinstance(told, Delta) and told.queues == [{"id": "q1", "waiting": 1}]
    assert view.apply({**message, "prev_seq": 3, "seq": 4, "queues": [{"id": "q1", "waiting": 9}]})
    assert view.queues["q1"]["waiting"] == 1, "one from before changes nothing"


def test_an_agent_is_not_told_that_somebody_listens() -> None:
    def call(*modes: str) -> dict[str, Any]:
        parties = [{"role": "supervisor", "agent_id": "a9", "mode": mode} for mode in modes]
        agents = [{"role": "agent", "agent_id": "a1", "mode": None}]
        return {"id": "i1", "project_id": "p1", "agent_id": "a1", "wrapping_agent_ids": [], "parties": agents + parties}

    view = LiveView()
    view.load({"seq": 1, "agents": [], "queues": [], "interactions": [call()], "blends": []})
    own, all_of_it = Reader(Scope(own_agent="a1")), Reader(Scope(projects=frozenset({"p1"})))
    for reader in (own, all_of_it):
        reader.snapshot(view)
    told: list[tuple[bool, bool]] = []
    for seq, modes in enumerate([("listen",), ("coach",), ("barge",), ("listen",), ()], 2):
        message = {"prev_seq": seq - 1, "seq": seq, "agents": [], "queues": [], "interactions": [call(*modes)]}
        message |= {"ended": [], "blends": None}
        view.apply(message)
        told.append((own.delta(message, view) is not None, all_of_it.delta(message, view) is not None))
    assert told == [(False, True), (False, True), (True, True), (True, True), (False, True)]


def test_what_set_a_tenant_aside_is_named_to_those_who_see_all_of_it() -> None:
    aside = SetAside("events", "2026-11-29T08:00:00Z", about="flow F, step S")
    told = [Reader(scope).stale(aside).set_aside for scope in SCOPES]
    assert told[0] == aside
    assert [one and (one.about, one.since) for one in told[1:]] == [("", aside.since)] * (len(SCOPES) - 1)
    assert Reader(SCOPES[0]).stale(None).set_aside is None


@pytest.mark.parametrize("field", ["forwarded", "failed_call"])
def test_who_was_forwarded_or_not_reached_is_told_to_the_agent_alone(field: str) -> None:
    told = {"why": "busy", "number": "13900000001"}
    record = {"id": "a1", "state": "engaged", "queue_ids": ["q1"], field: told}
    message = {"seq": 2, "prev_seq": 1, "agents": [record], "queues": [], "interactions": [], "ended": []}
    for own, everything, expected in (("a1", False, told), ("a2", False, None), (None, True, None)):
        reader = Reader(Scope(everything=everything, queues=frozenset({"q1"}), agents=frozenset({"a1"}), own_agent=own))
        view = LiveView()
        view.load({"seq": 1, "agents": [record], "queues": [], "interactions": []})
        (seen,) = reader.snapshot(view).view.agents
        assert seen[field] == expected
        view.apply(message)
        change = reader.delta(message, view)
        assert change is not None and isinstance(change, Delta)
        assert [one[field] for one in change.agents] == [expected]


def test_what_is_set_of_another_projects_queues_stays_behind_its_wall() -> None:
    """Of an agent of both projects; the agent reads all of it."""
    subjects = [("skill", "s"), ("rank", "q1"), ("rank", "q2"), ("queue", "q2"), ("project", "p1"), ("project", "p2")]
    given = [
        {"id": f"{kind} {subject}", "kind": kind, "subject": subject, "reason": "why"} for kind, subject in subjects
    ]
    record = {"id": "a1", "queue_ids": ["q1", "q2"], "adjustments": given}
    view = LiveView()
    view.load({"seq": 1, "agents": [record], "queues": [], "interactions": []})
    walled = Scope(projects=frozenset({"p1"}), queues=frozenset({"q1"}), agents=frozenset({"a1"}))
    for scope, seen in (
        (walled, ["skill s", "rank q1", "project p1"]),
        (Scope(everything=True), [one["id"] for one in given]),
        (Scope(own_agent="a1"), [one["id"] for one in given]),
    ):
        (told,) = Reader(scope).snapshot(view).view.agents
        assert [one["id"] for one in told["adjustments"]] == seen
