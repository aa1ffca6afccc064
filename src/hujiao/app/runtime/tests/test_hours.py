"""Business hours in the engine: flows that ask for them, and callers who wait when they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.app.events import fold
from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.tenant.turn import Turn
from hujiao.app.runtime.tests.company import BILLS, FLOW, START, Company, config, taken_over
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument
from hujiao.hours.contracts import Schedule, Span, Switch
from hujiao.interactions.facts import LedgerEntry
from hujiao.routing.contracts import QueueRouting
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.score import Scorer

HOURS = UUID(int=61)
NODES = {
    "ask": {"type": "hours", "hours": str(HOURS), "open": "wait", "closed": "bye", "emergency": "sorry"},
    "wait": {"type": "queue", "queue": "bills"},
    "sorry": {"type": "play", "prompts": ["rate"], "next": "bye"},
    "bye": {"type": "hang_up"},
}


def schedule(**more: Any) -> Schedule:
    """Open from nine to five in UTC, every day; the company's clock begins at nine."""
    return Schedule(id=HOURS, zone="UTC", weekly=((Span(9 * 60, 17 * 60),),) * 7, **more)


def asking(plan: Schedule) -> Company:
    document = FlowDocument.model_validate({"version": 1, "start": "ask", "nodes": NODES})
    return Company(replace(config(), flows={(FLOW, 1): document}, hours={HOURS: plan}))


@pytest.mark.parametrize(
    ("plan", "at", "state", "phase"),
    [
        (schedule(), START, "queued", "open"),
        (schedule(), START - timedelta(minutes=1), "ended", "closed"),
        (schedule(switch=Switch(open=False)), START, "flow", "emergency"),
        (schedule(switch=Switch(open=False, until=START)), START, "queued", "open"),
    ],
)
def test_a_flow_goes_by_the_hours(plan: Schedule, at: datetime, state: str, phase: str) -> None:
    company = asking(plan)
    company.now = at
    company.call("c1")
    assert company.state("c1") == state
    assert company.last("flow.hours") == {"node": "ask", "hours": str(HOURS), "phase": phase}


def test_hours_that_were_removed_leave_no_caller_in_silence() -> None:
    company = asking(schedule())
    company.engine.config = replace(company.engine.config, hours={})
    company.call("c1")
    played = [effect for effect in company.sent if isinstance(effect, calls.Play)]
    assert played[-1].prompts == ["sha-system_failure"]


def overflowing(*rules: OverflowRule, plan: Schedule | None = None) -> Company:
    routing = {BILLS: QueueRouting(overflow=rules, hours_id=HOURS)}
    return Company(replace(config(), queue_routing=routing, hours={HOURS: plan or schedule()}))


TO_VOICEMAIL = OverflowRule(when="outside_hours", to="voicemail", prompts=("greeting", "of another language"))


def configure(company: Company, **changes: Any) -> None:
    turn = Turn()
    company.engine.configure(replace(company.engine.config, **changes), company.now, turn)
    company.keep(turn)


def test_outside_hours_a_message_is_taken_for_the_queue() -> None:
    company = overflowing(TO_VOICEMAIL)
    company.now = START + timedelta(hours=12)
    company.call("c1", "1")
    assert company.last("queue.overflowed")["why"] == "outside_hours"
    played = [effect.prompts for effect in company.sent if isinstance(effect, calls.Play) and effect.leg_id == "c1"]
    assert played[-1] == ["sha-greeting"]
    company.played("c1")
    assert company.messages()[-1].leg_id == "c1"
    company.wait(7)
    company.recorded("c1")
    assert company.last("recording.stopped")["message_left"] is True
    assert company.last("interaction.ended")["end_reason"] == "flow_ended"

    facts = None
    for seq, (at, interaction_id, fact) in enumerate(company.dated):
        facts = fold(facts, LedgerEntry(seq, at, fact.kind, interaction_id, fact.agent_id, fact.data))
    assert facts is not None and facts.message_left and facts.queue_id == BILLS
    assert [(part.kind, part.outcome) for part in facts.segments] == [
        ("flow", "queued"),
        ("queue", "overflowed"),
        ("voicemail", "flow_ended"),
    ]


def test_who_hangs_up_at_once_has_left_no_message() -> None:
    company = overflowing(TO_VOICEMAIL)
    company.now = START + timedelta(hours=12)
    company.call("c1", "1")
    company.played("c1")
    company.hang_up("c1")
    assert company.last("recording.stopped")["message_left"] is False
    assert company.last("interaction.ended")["end_reason"] == "abandoned_in_flow"


def test_a_voicemail_goes_on_when_another_runtime_takes_over() -> None:
    company = overflowing(TO_VOICEMAIL)
    company.now = START + timedelta(hours=12)
    company.call("c1", "1")
    company.played("c1")
    company.wait(3)
    name = company.messages()[-1].name
    after = taken_over(company, {"c1"}, up={"c1"}, recording={name})
    configure(after, queue_routing={})
    after.do(calls.MessageRecorded(leg_id="c1", at=after.now, name=name))
    assert after.last("interaction.ended")["end_reason"] == "flow_ended"


def test_when_hours_end_who_still_waits_goes_on_even_after_a_take_over() -> None:
    company = overflowing(TO_VOICEMAIL)
    company.now = START + timedelta(hours=7, minutes=59)
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    company.wait(59)
    assert company.state("c1") == "queued"
    other = Engine(company.engine.config, node="node-2", new_id=company.engine.new_id)
    other.load(list(company.engine.live.values()), list(company.engine.agents.values()))
    company.engine = other
    company.wait(1)
    assert company.state("c1") == "flow"
    assert company.last("queue.overflowed")["why"] == "outside_hours"


def test_who_is_offered_when_hours_end_is_served() -> None:
    company = overflowing(TO_VOICEMAIL)
    company.now = START + timedelta(hours=7, minutes=59, seconds=55)
    company.ready(1)
    company.call("c1", "1")
    company.wait(6)
    company.pick_up(company.offers()[0].leg_id)
    assert company.state("c1") == "connected"


def test_night_mode_reaches_who_waits_at_once() -> None:
    company = overflowing(TO_VOICEMAIL)
    company.call("c1", "1")
    configure(company, hours={HOURS: schedule(switch=Switch(open=False))})
    assert company.state("c1") == "flow"


def test_open_until_a_time_by_hand_ends_then() -> None:
    until = START + timedelta(hours=9)
    company = overflowing(TO_VOICEMAIL, plan=schedule(switch=Switch(open=True, until=until)))
    company.now = START + timedelta(hours=8, minutes=30)
    company.call("c1", "1")
    assert company.state("c1") == "queued"
    company.wait(30 * 60)
    assert company.state("c1") == "flow"


def test_who_comes_back_to_the_queue_by_a_flow_waits() -> None:
    """Without this a flow that leads to its own queue would go round for ever."""
    straight = {"start": "wait", "nodes": {"wait": {"type": "queue", "queue": "bills"}}}
    company = overflowing(OverflowRule(when="outside_hours", to="flow", target=str(FLOW)))
    company.engine.config = replace(company.engine.config, flows={(FLOW, 1): FlowDocument.model_validate(straight)})
    company.now = START + timedelta(hours=12)
    company.call("c1")
    assert company.state("c1") == "queued"
    assert company.kinds().count("queue.overflowed") == 1


def judged(expression: str) -> tuple[Company, list[str]]:
    failed: list[str] = []
    company = overflowing(OverflowRule(when="expression", expression=expression, to="voicemail"))
    score = Scorer(lambda source, problem: failed.append(source))
    company.engine = Engine(company.engine.config, node="node-1", new_id=company.engine.new_id, score=score)
    return company, failed


def test_an_expression_is_looked_at_again_while_somebody_waits() -> None:
    company, failed = judged("interaction.waited >= 12.0 && queue.available == 0 && queue.name == 'bills'")
    company.call("c1", "1")
    company.wait(11)
    assert company.state("c1") == "queued"
    company.wait(9)
    assert company.last("queue.left")["wait_seconds"] == 15.0  # looked at every five seconds
    assert company.last("queue.overflowed")["why"] == "expression"
    assert not failed


def test_an_expression_that_fails_keeps_the_caller_in_the_queue() -> None:
    company, failed = judged("interaction.variables.vip == 'yes'")
    company.call("c1", "1")
    company.wait(20)
    assert company.state("c1") == "queued"
    assert failed
