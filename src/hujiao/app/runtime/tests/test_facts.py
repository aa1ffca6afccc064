"""From the engine's events to facts and interval sums: whatever happens and however it is batched, they agree."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hujiao.agents import contracts as agents
from hujiao.app.events import fold
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tests.company import BILLS, START, Company, agent_id
from hujiao.interactions import contracts as interactions
from hujiao.interactions.facts import InteractionFacts, LedgerEntry
from hujiao.reporting.intervals import difference, quarter, shares


def entries(company: Company) -> list[LedgerEntry]:
    """The company's facts as the ledger would give them back, after JSON."""
    found = []
    for seq, (at, interaction, fact) in enumerate(company.dated, 1):
        data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(fact.data))
        found.append(LedgerEntry(seq, at, fact.kind, interaction, fact.agent_id, data))
    return found


def facts_of(company: Company) -> dict[UUID, InteractionFacts]:
    by_interaction: dict[UUID, InteractionFacts] = {}
    for entry in entries(company):
        if entry.interaction_id:
            folded = fold(by_interaction.get(entry.interaction_id), entry)
            assert folded is not None
            by_interaction[entry.interaction_id] = folded
    return by_interaction


def a_served_call() -> Company:
    company = Company()
    company.ready(1)
    company.wait(3)
    company.call("c1", "1")
    company.wait(4)
    company.pick_up(company.offers()[0].leg_id)
    company.wait(60)
    company.command("c1", interactions.AgentHangsUp())
    company.press("c1", "5")
    company.wait(6)
    record = next(iter(company.engine.live.values()))
    assert list(record.interaction.wrap_ups) == [agent_id(1)]
    company.wait(30)
    return company


def test_an_interaction_as_folded() -> None:
    company = a_served_call()
    facts = next(iter(facts_of(company).values()))
    assert facts.end_reason == "completed"
    assert (facts.wait_seconds, facts.ring_seconds, facts.talk_seconds, facts.hold_seconds) == (4.0, 4.0, 60.0, 0.0)
    assert facts.rating == 5
    assert facts.keys == "15"
    assert [segment.kind for segment in facts.segments] == ["flow", "queue", "agent", "after"]
    assert [segment.outcome for segment in facts.segments] == ["queued", "answered", "agent", "completed"]
    assert facts.segments[2].wrap_up_seconds == 30.0


def test_its_share_of_the_quarter() -> None:
    facts = next(iter(facts_of(a_served_call()).values()))
    assert shares(facts) == {
        (BILLS, START, "voice"): {
            "offered": 1,
            "answered": 1,
            "answer_wait_seconds": 4.0,
            "service_level_denominator": 1,
            "service_level_numerator": 1,
            "longest_wait_seconds": 4.0,
            "handled": 1,
            "talk_seconds": 60.0,
            "hold_seconds": 0.0,
            "wrap_up_seconds": 30.0,
        }
    }


def test_a_call_abandoned_at_once_is_no_failure_of_service() -> None:
    company = Company()
    company.call("c1", "1")
    company.wait(2)
    company.hang_up("c1")
    share = shares(next(iter(facts_of(company).values())))[(BILLS, START, "voice")]
    assert (share["offered"], share["short_abandoned"]) == (1, 1)
    assert not {"abandoned", "service_level_denominator", "abandon_wait_seconds"} & share.keys()


def test_a_quarter_is_fifteen_minutes_of_the_clock() -> None:
    assert quarter(START + timedelta(minutes=44, seconds=59)) == START + timedelta(minutes=30)


DEEDS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.sampled_from([1, 8, 40, 400])), max_size=40)


def live_out(deeds: list[tuple[int, int, int]]) -> Company:
    """A day of random deeds on up to four callers and two agents."""
    company = Company()
    for number in (1, 2):
        company.ready(number)
    started = 0
    for deed, which, seconds in deeds:
        legs = [leg for leg in company.engine.legs if leg.startswith("c")]
        leg = legs[which % len(legs)] if legs else None
        offers = [offer.leg_id for offer in company.offers() if offer.leg_id in company.engine.legs]
        if deed == 0 or leg is None:
            started += 1
            company.call(f"c{started}", "1" if which % 2 else "2")
        elif deed == 1 and offers:
            company.pick_up(offers[which % len(offers)])
        elif deed == 2:
            company.hang_up(leg)
        elif deed == 3:
            company.command(leg, interactions.AgentHangsUp())
        elif deed == 4:
            company.do(AgentCommand(agent_id(which % 2 + 1), agents.SetAvailable()))
        elif deed == 5 and offers:
            company.hang_up(offers[which % len(offers)], cause=44)
        company.wait(seconds)
    return company


@given(deeds=DEEDS, cut=st.integers(0, 400))
@settings(max_examples=80, deadline=None)
def test_sums_do_not_depend_on_where_the_batches_were_cut(deeds: list[tuple[int, int, int]], cut: int) -> None:
    company = live_out(deeds)
    by_interaction: dict[UUID, list[LedgerEntry]] = {}
    for entry in entries(company):
        if entry.interaction_id:
            by_interaction.setdefault(entry.interaction_id, []).append(entry)
    for own in by_interaction.values():
        first = functools.reduce(fold, [entry for entry in own if entry.seq <= cut], None)
        before = shares(first)
        delta = difference({}, before)
        whole = functools.reduce(fold, own, None)
        for key, change in difference(before, shares(whole)).items():
            for name, value in change.items():
                old = delta.setdefault(key, {}).get(name, 0)
                delta[key][name] = max(old, value) if name == "longest_wait_seconds" else old + value
        for key, share in shares(whole).items():
            for name, value in share.items():
                assert abs(delta[key][name] - value) < 1e-6


@given(deeds=DEEDS)
@settings(max_examples=80, deadline=None)
def test_a_contact_is_counted_once_in_each_queue(deeds: list[tuple[int, int, int]]) -> None:
    company = live_out(deeds)
    folded = facts_of(company)
    entered = {(contact, fact.data["queue_id"]) for _, contact, fact in company.dated if fact.kind == "queue.entered"}
    total = sum(share["offered"] for facts in folded.values() for share in shares(facts).values())
    assert total == len(entered)
    for facts in folded.values():
        for share in shares(facts).values():
            settled = sum(share.get(name, 0) for name in ("answered", "abandoned", "short_abandoned", "redirected"))
            assert settled <= share["offered"]
            assert share.get("service_level_numerator", 0) <= share.get("service_level_denominator", 0)
