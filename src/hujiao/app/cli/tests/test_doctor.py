"""`doctor` on the work of the processes: one line for each thing that fails, one for each process that is well."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from hujiao.app.cli import doctor
from hujiao.app.health import Trouble
from hujiao.kit.settings import Settings

SETTINGS = cast(Settings, SimpleNamespace(runtime_names=["runtime", "runtime-2"]))
PROOF = {"commit_seconds": 1.0, "database_seconds": 1.0, "effect_seconds": 2.0, "oldest_event_seconds": 0.0}
RUNTIME = {"proof": PROOF, "shard_states": [{"stage": "ready"}, {"stage": "loading"}]}
WELL: dict[str, dict[str, Any]] = {
    "runtime": RUNTIME,
    "runtime-2": {**RUNTIME, "shard_states": []},
    "jobs": {"projection": [{"events": 3}]},
    "node": {"watch": {"asterisk": True, "seconds": 1.0}},
    "api": {"sockets": 0},
}


def findings(
    *troubles: Trouble, problems: tuple[tuple[str, str], ...] = (), **processes: dict[str, Any]
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    said = {"troubles": list(troubles), "processes": processes or WELL, "shards": [], "problems": list(problems)}
    for one in doctor._work(SETTINGS, said):
        found.setdefault(one.check, []).append((one.state, one.says))
    return found


def test_who_is_well_says_what_it_did() -> None:
    found = findings()
    assert {state for lines in found.values() for state, _ in lines} == {"well"}
    assert found["runtime"][0][1].startswith("serves 1 shard; it committed 1 s ago")
    assert found["runtime-2"][0][1].startswith("serves 0 shards")
    assert found["jobs"] == [("well", "3 events wait to be counted")]


def test_who_is_silent_is_broken() -> None:
    found = findings(**{name: kept for name, kept in WELL.items() if name != "node"})
    assert found["node"] == [("broken", "it does not say how its work goes")]


def test_its_own_trouble_takes_the_place_of_being_well_and_a_tenants_stands_beside_it() -> None:
    own = Trouble(part="runtime", what="shard 3 has been reconciling for 20 s", do="./hujiao logs runtime")
    tenants = Trouble(part="jobs", what="event 7: KeyError: 'x'", do="mend event 7", impairs=False, tenant_id="0198")
    found = findings(own, tenants)
    assert found["runtime"] == [("broken", own.says)]
    assert found["jobs"] == [("broken", tenants.says), ("well", "3 events wait to be counted")]


def test_what_a_tenants_own_set_up_fails_with_is_a_warning() -> None:
    found = findings(problems=(("acme", "flow main › ask: it goes in a ring (3 times)"),))
    assert found["tenant acme"] == [("warning", "flow main › ask: it goes in a ring (3 times)")]
    assert {state for name, lines in found.items() if name != "tenant acme" for state, _ in lines} == {"well"}
