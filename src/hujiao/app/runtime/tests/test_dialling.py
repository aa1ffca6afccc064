"""Outside numbers that are not called: refused, told, and nobody is lost for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.app.runtime import commands
from hujiao.app.runtime.tenant.turn import InteractionCommand
from hujiao.app.runtime.tests.company import BILLS, DOCUMENT, FLOW, PROJECT, Company, agent_id, config
from hujiao.app.runtime.tests.test_callback_offers import OFFER, offering
from hujiao.app.runtime.tests.test_callbacks import requested
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Dialling, NumberRules
from hujiao.flows.document import FlowDocument
from hujiao.routing.contracts import QueueRouting
from hujiao.routing.overflow import OverflowRule

ABROAD = "+442079460000"
LOCAL_ONLY = Dialling(own=NumberRules(allow=("+86138",)))


def called(company: Company) -> list[str]:
    return [effect.number for effect in company.sent if isinstance(effect, calls.CallNumber)]


def send_on(company: Company, number: str, *, agent: int) -> None:
    message: dict[str, Any] = {
        "interaction_id": str(company.engine.legs["a"]),
        "kind": "interaction.transfer",
        "actor": {"account_id": str(UUID(int=9)), "agent_id": str(agent_id(agent))},
        "to": "number",
        "target": number,
    }
    company.do(commands.event(company.engine, message))


def test_an_agents_transfer_is_refused_and_kept_while_the_talk_goes_on() -> None:
    company = Company()
    company.ready(1)
    company.call("a", "1")
    company.pick_up(company.offers()[0].leg_id)
    send_on(company, ABROAD, agent=1)
    assert company.refused == ["number_beyond_bounds"]
    assert company.state("a") == "connected" and not called(company)
    assert company.last("number.refused") == {
        "number": ABROAD,
        "reason": "number_beyond_bounds",
        "by_agent": agent_id(1),
        "by_account": UUID(int=9),
    }
    assert company.facts[-1][0] == company.engine.legs["a"], "in the contact's own course"
    send_on(company, "13800138000", agent=1)
    assert called(company) == ["13800138000"]


def with_transfer(to: str) -> Company:
    nodes = {
        **DOCUMENT["nodes"],
        "bills": {"type": "transfer", "to": to, "on_failure": "repairs"},
    }
    return Company(replace(config(), flows={(FLOW, 1): FlowDocument.model_validate({**DOCUMENT, "nodes": nodes})}))


def test_a_flow_goes_on_as_when_the_number_fails() -> None:
    company = with_transfer(ABROAD)
    company.call("a", "1")
    assert company.state("a") == "queued" and not called(company)
    assert company.last("number.refused") == {"number": ABROAD, "reason": "number_beyond_bounds"}
    assert company.last("transfer.failed")["cause"] == 52


def test_what_a_flow_made_up_reaches_no_trunk() -> None:
    """A variable may hold anything: an address, another channel."""
    company = with_transfer("100@evil.example&PJSIP/2")
    company.call("a", "1")
    assert not called(company) and company.last("number.refused")["reason"] == "not_a_number_to_call"


def test_overflow_to_a_number_that_was_allowed_when_it_was_saved() -> None:
    rule = OverflowRule(when="nobody_signed_in", to="number", target="13900138000")
    company = Company(replace(config(), dialling=LOCAL_ONLY, queue_routing={BILLS: QueueRouting(overflow=(rule,))}))
    company.call("a", "1")
    assert not called(company) and company.last("number.refused")["reason"] == "number_not_allowed"
    assert company.state("a") == "queued"


def test_nobody_is_offered_a_call_back_that_would_not_be_made() -> None:
    company = offering(OFFER)
    company.do(calls.CallArrived(leg_id="a", at=company.now, caller=ABROAD, called="95001"))
    company.press("a", "1")
    company.wait(30)
    assert company.last("callback.not_offered")["reason"] == "number_beyond_bounds"
    assert company.state("a") == "queued"


def test_a_call_back_asked_for_from_outside() -> None:
    company = Company()
    company.do(requested(ABROAD))
    assert company.refused == ["number_beyond_bounds"] and not company.engine.live
    assert company.last("number.refused") == {
        "number": ABROAD,
        "reason": "number_beyond_bounds",
        "by_account": UUID(int=9),
    }


def test_rules_that_changed_hold_for_who_is_to_be_called_back_already() -> None:
    company = Company()
    company.do(requested("13900000000"))
    company.engine.config = replace(company.engine.config, dialling=LOCAL_ONLY)
    company.ready(1)
    company.pick_up(company.offers()[-1].leg_id)
    assert not called(company) and company.last("number.refused")["number"] == "13900000000"
    assert company.last("interaction.ended")["end_reason"] == "callback_failed"
    assert company.agent(1).state == "available"


def test_a_supervisors_transfer_of_who_waits() -> None:
    company = Company()
    company.call("a", "1")
    message = {
        "interaction_id": str(company.engine.legs["a"]),
        "kind": "interaction.transfer",
        "actor": {"account_id": str(UUID(int=9))},
        "directs": True,
        "projects": [str(PROJECT)],
        "to": "number",
        "target": ABROAD,
    }
    event = commands.event(company.engine, message)
    assert isinstance(event, InteractionCommand)
    company.do(event)
    assert company.refused == ["number_beyond_bounds"] and company.state("a") == "queued"
