"""Work that fails is tried again after growing pauses, and what failed long ago is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hujiao.kit.faults import FORGET_SECONDS, LONGEST_PAUSE_SECONDS, Faults

A, B = UUID(int=1), UUID(int=2)


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def met(faults: Faults, tenant: UUID = A) -> float:
    return faults.met("events", tenant, about="flow 1", reason="it broke")


def test_the_first_try_is_at_once_and_pauses_grow_to_a_minute() -> None:
    clock = Clock()
    faults = Faults(clock)
    pauses = []
    for _ in range(9):
        pauses.append(met(faults))
        clock.passes(pauses[-1])
    assert pauses[:4] == [0, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_it_is_aside_until_its_pause_is_over_and_nobody_else_is() -> None:
    clock = Clock()
    faults = Faults(clock)
    met(faults)
    assert not faults.aside("events", A)
    met(faults)
    assert faults.aside("events", A)
    assert not faults.aside("events", B)
    assert not faults.aside("projection", A)
    clock.passes(2)
    assert not faults.aside("events", A)


def test_what_was_mended_or_is_long_ago_begins_anew() -> None:
    clock = Clock()
    faults = Faults(clock)
    met(faults)
    assert met(faults) == 2
    faults.mended("events", A)
    assert faults.report() == []
    assert met(faults) == 0
    assert met(faults) == 2
    clock.passes(2 + FORGET_SECONDS + 1)
    assert faults.report() == []
    assert met(faults) == 0


def test_the_report_names_tenant_and_object() -> None:
    faults = Faults(Clock())
    met(faults)
    met(faults)
    (told,) = faults.report()
    assert (told["work"], told["tenant_id"], told["about"], told["count"]) == ("events", str(A), "flow 1", 2)
    assert told["next_try_at"] == "2026-01-01T00:00:02+00:00"


def test_a_tenants_last_fault_of_some_works() -> None:
    clock = Clock()
    faults = Faults(clock)
    assert faults.of_tenant(A, "events", "reading") is None
    for work in ("events", "reading", "purge"):
        faults.met(work, A, about=work, reason="it broke")
        clock.passes(1)
    last = faults.of_tenant(A, "events", "reading")
    assert last and last.work == "reading"
    assert faults.of_tenant(B, "events", "reading") is None
