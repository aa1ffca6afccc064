"""The outbound side: an item in a queue of direction outbound is reserved, offered and ended like an inbound one."""

from __future__ import annotations

from msgspec.structs import replace
from pytest import approx

from hujiao.agents.contracts import WorkKind
from hujiao.app.runtime.tenant.turn import AssignWork
from hujiao.app.runtime.tests.company import BILLS, REPAIRS, Company, agent_id, config
from hujiao.routing.outbound import OutboundCapacity


def company(count: int = 1) -> Company:
    """`repairs` is for outbound work; agents of odd numbers have both skills."""
    settings = config(count)
    outbound = replace(settings.queues[REPAIRS], direction="outbound")
    found = Company(replace(settings, queues={**settings.queues, REPAIRS: outbound}))
    for number in range(1, count + 1):
        found.ready(number)
    return found


def give(found: Company, number: int, kind: WorkKind | None) -> set[object]:
    given = AssignWork(agent_ids=(agent_id(number),), work=kind, until_at=None, by=agent_id(99))
    return set(found.do(given).queues)


def capacity(found: Company, within: float = 0.0) -> OutboundCapacity:
    return found.engine.dispatch.capacity(REPAIRS, found.engine.agents.values(), within, found.now)


def test_an_outbound_item_goes_to_who_does_outbound_work_alone() -> None:
    found = company()
    give(found, 1, "inbound")
    found.call("item", "2")
    assert found.state("item") == "queued" and not found.offers()
    assert give(found, 1, "outbound") >= {BILLS, REPAIRS}
    assert found.state("item") == "offered" and found.agent(1).state == "reserved"
    found.pick_up(found.offers()[-1].leg_id)
    assert found.agent(1).state == "engaged"
    found.hang_up("item")
    found.wait(31)
    assert found.agent(1).state == "available"
    found.call("caller", "1")
    assert found.state("caller") == "queued"


def test_who_does_both_takes_callers_first_however_long_the_others_wait() -> None:
    found = company()
    give(found, 1, "inbound")
    found.call("busy", "1")
    found.pick_up(found.offers()[-1].leg_id)
    found.call("item", "2")
    found.wait(5)
    found.call("caller", "1")
    give(found, 1, "blended")
    found.hang_up("busy")
    found.wait(31)
    assert (found.state("caller"), found.state("item")) == ("offered", "queued")


def test_a_reservation_that_is_not_answered_ends_and_the_item_keeps_its_place() -> None:
    found = company()
    give(found, 1, "outbound")
    found.call("item", "2")
    assert found.agent(1).state == "reserved"
    found.wait(25)
    assert found.state("item") == "queued" and found.agent(1).state == "not_ready"


def test_the_dialler_knows_whom_it_has_and_will_have() -> None:
    found = company(3)
    assert capacity(found) == OutboundCapacity(2, 0.0, 0)
    give(found, 1, "inbound")
    assert capacity(found) == OutboundCapacity(1, 0.0, 0)
    found.call("item", "2")
    found.pick_up(found.offers()[-1].leg_id)
    assert capacity(found, 0.0) == OutboundCapacity(0, 0.0, 0)
    assert capacity(found, 180.0).expected == approx(0.632, abs=0.001)  # a new queue's handle time is 180 s
    found.hang_up("item")
    assert capacity(found, 31.0) == OutboundCapacity(0, 1.0, 0)  # the wrap-up is over by then
    found.call("next", "2")
    assert capacity(found, 0.0).waiting == 1
