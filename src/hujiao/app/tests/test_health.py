"""What processes say of their work is judged: whatever stands still is named, with what to do, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from hujiao.app import health

PROOF = {"commit_seconds": 1.0, "database_seconds": 1.0, "effect_seconds": 1.0, "oldest_event_seconds": 0.0}
TENANT = "0198-a"


def runtime(stage: str = "ready", seconds: float = 100.0, reason: str = "", **proof: float) -> dict[str, Any]:
    shard = {"shard": 3, "stage": stage, "seconds": seconds, "reason": reason}
    return {"proof": {**PROOF, **proof}, "shard_states": [shard], "faults": []}


def fault(work: str, tenant_id: str | None, about: str, count: int = 1) -> dict[str, Any]:
    first = "2026-11-28T10:00:00.123456+00:00"
    named = {"work": work, "tenant_id": tenant_id, "about": about, "reason": "KeyError: 'x'"}
    return {**named, "count": count, "first_at": first, "last_at": first, "next_try_at": None}


def lag(seconds: float) -> dict[str, Any]:
    return {"tenant_id": TENANT, "events": 7, "seconds": seconds}


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        ("runtime", runtime()),
        ("runtime", runtime(stage="loading", seconds=1.0)),
        ("runtime", {**runtime(), "shard_states": []}),
        ("jobs", {"projection": [lag(3.0)], "faults": []}),
        ("node", {"watch": {"asterisk": True, "seconds": 1.0}, "faults": []}),
        ("api", {"sockets": 3}),
    ],
)
def test_who_is_well_has_no_trouble(part: str, kept: dict[str, Any]) -> None:
    assert health.troubles(part, kept) == []


@pytest.mark.parametrize(
    ("part", "kept", "says", "restart"),
    [
        ("runtime", runtime(commit_seconds=33.0), "no event has been committed for 33 s", True),
        ("runtime", runtime(oldest_event_seconds=33.0), "an event has waited for 33 s", False),
        ("runtime", runtime(commit_seconds=33.0, database_seconds=33.0), "the database has not answered", False),
        ("runtime", runtime(effect_seconds=33.0), "Asterisk has not answered its commands for 33 s", False),
        (
            "runtime-2",
            runtime("reconciling", 25.0, "ConnectionError: Asterisk answered 500 to channels"),
            "shard 3 has been reconciling for 25 s: ConnectionError: Asterisk answered 500 to channels",
            False,
        ),
        ("jobs", {"projection": [lag(90.0)]}, "90 s behind (7 events)", False),
        ("node", {"watch": {"asterisk": False, "seconds": 1.0}}, "Asterisk does not answer it", False),
        ("node", {"watch": {"asterisk": True, "seconds": 99.0}}, "has not come round for 99 s", False),
        ("node", {"faults": [fault("configuration", None, "Asterisk's configuration", 3)]}, "3 times", False),
    ],
)
def test_what_stands_still_is_named_and_is_the_parts_own(
    part: str, kept: dict[str, Any], says: str, restart: bool
) -> None:
    (trouble,) = health.troubles(part, kept)
    assert says in trouble.says
    assert (trouble.part, trouble.impairs, trouble.restart) == (part, True, restart)
    assert trouble.mend


def test_a_trunk_that_is_left_out_is_named_and_impairs_nobody() -> None:
    left_out = [{"name": "Second", "reason": "ValueError: dtmf is 'morse', not one of auto, info"}]
    kept = {"watch": {"asterisk": True, "seconds": 1.0}, "trunks_left_out": left_out}
    (trouble,) = health.troubles("node", kept)
    assert trouble.says == "trunk Second is left out: ValueError: dtmf is 'morse', not one of auto, info"
    assert not trouble.impairs


@pytest.mark.parametrize(("held", "told"), [(200, False), (201, True)])
def test_voice_ports_that_no_call_has_are_told_of_when_they_are_many(held: int, told: bool) -> None:
    kept = {"watch": {"asterisk": True, "seconds": 1.0}, "voice_ports": {"held": held, "count": 2000}}
    found = health.troubles("node", kept)
    assert [trouble.says for trouble in found] == ["201 of 2000 voice ports are held by no call"] * told
    assert all("core stop when convenient" in trouble.mend for trouble in found)


def test_a_tenants_fault_names_the_tenant_and_the_object_and_impairs_nobody() -> None:
    kept = {"projection": [lag(900.0)], "faults": [fault("facts", TENANT, "event 7 (flow.collected)", 4)]}
    (trouble,) = health.troubles("jobs", kept, {TENANT: "acme"})
    assert trouble.says.startswith("tenant acme: event 7 (flow.collected): KeyError: 'x' (4 times since 2026-11-28T10")
    assert "event 7 (flow.collected)" in trouble.mend
    assert not trouble.impairs


def test_a_lag_beside_a_tenant_that_is_set_aside_is_told_of_its_own() -> None:
    other = {"tenant_id": "0198-b", "events": 2, "seconds": 70.0}
    kept = {"projection": [lag(900.0), other], "faults": [fault("facts", TENANT, "event 7")]}
    own, aside = health.troubles("jobs", kept)
    assert "70 s behind (2 events)" in own.says
    assert TENANT in aside.says


def test_shards_that_nobody_holds() -> None:
    leases = [{"shard": 0, "held": True, "runtime": "runtime"}, {"shard": 1, "held": False, "runtime": "runtime-2"}]
    found = health.unheld(3, leases)
    assert [trouble.part for trouble in found] == ["shard 1", "shard 2"]
    assert "runtime-2 had it last" in found[0].says
    assert health.unheld(3, []) == [], "the database says nothing, which is told elsewhere"


def test_what_has_no_object_of_its_own_is_named_in_the_readers_language() -> None:
    (trouble,) = health.troubles("runtime", {"faults": [fault("reading", TENANT, "rows or configuration")]})
    assert trouble.in_words(trouble.what, "zh-CN") == "无法读取的数据或配置：KeyError: 'x'"
    assert trouble.says.startswith(f"tenant {TENANT}: rows or configuration, which cannot be read: KeyError: 'x'")
    (own,) = health.troubles("node", {"faults": [fault("configuration", None, "Asterisk's configuration")]})
    assert own.says.startswith("Asterisk's configuration: ")


def test_the_object_is_named_in_the_readers_words() -> None:
    about = "flow main v1, step Menu, interaction 0199"
    (trouble,) = health.troubles("runtime", {"faults": [fault("events", TENANT, about)]})
    assert trouble.in_words(trouble.what, "zh-CN") == "流程 main v1, 步骤 Menu, 联络 0199：KeyError: 'x'"
    assert about in trouble.says
    (odd,) = health.troubles("jobs", {"faults": [fault("facts", TENANT, "event 7 (flow.collected)")]})
    assert "事件 7 (flow.collected)" in odd.in_words(odd.what, "zh-CN")
