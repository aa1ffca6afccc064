"""Who calls: one customer however the number is written, nobody when it is withheld; and secrets that callers type."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.sealing import opened, sealed
from hujiao.app.runtime.tenant.call_backs import RequestCallBack
from hujiao.app.runtime.tenant.queueing import entering
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tests.company import (
    BILLS,
    DOCUMENT,
    FLOW,
    NUMBER,
    REPAIRS,
    SECRETS,
    START,
    Company,
    agent_id,
    config,
)
from hujiao.calls import contracts as calls
from hujiao.calls import withheld
from hujiao.calls.dialling import Dialling, NumberRules
from hujiao.flows.document import FlowDocument
from hujiao.interactions import contracts as interactions
from hujiao.kit.secrets import TenantSecrets
from hujiao.routing.contracts import QueueRouting

SECRET_NUMBER = "13900000077"
ONE_CUSTOMER = ("13800138000", "+8613800138000", "008613800138000", "013800138000", "86 138-0013-8000")


def familiar(**changes: Any) -> Company:
    """Routing looks at who calls."""
    last_agent = QueueRouting(last_agent_days=1, last_agent_seconds=60)
    return Company(msgspec.structs.replace(config(), queue_routing={BILLS: last_agent}, **changes))


def arrives(company: Company, leg: str, caller: str, **more: Any) -> list[Any]:
    """Who is looked up."""
    event = calls.CallArrived(leg_id=leg, at=company.now, caller=caller, called=NUMBER, **more)
    return company.do(withheld.sealed(event, SECRETS)).callers


def test_one_customer_is_looked_up_as_one() -> None:
    company = familiar()
    wanted = [arrives(company, f"c{at}", number) for at, number in enumerate(ONE_CUSTOMER)]
    assert {one.caller_key for (one,) in wanted} == {"+8613800138000"}
    shown = [record.interaction.caller for record in company.engine.live.values()]
    assert shown == list(ONE_CUSTOMER), "as it came"


def test_home_is_the_tenants() -> None:
    company = familiar(dialling=Dialling(home="GB"))
    (one,) = arrives(company, "a", "02079460000")
    (other,) = arrives(company, "b", "00442079460000")
    assert one.caller_key == other.caller_key == "+442079460000"


@pytest.mark.parametrize("caller", ["anonymous", "Anonymous", "", "unknown", "Unavailable", "restricted", "PRIVATE"])
def test_who_shows_no_number_is_nobody(caller: str) -> None:
    company = familiar()
    for leg in "abc":
        assert arrives(company, leg, caller, name="Anonymous") == []
    for record in company.engine.live.values():
        state = record.interaction
        assert (state.caller, state.caller_key, state.caller_name) == ("", "", "") and not record.looking_up
        assert views.interaction_view(company.engine, record)["caller"] == ""


def test_a_withheld_number_is_kept_for_the_operator_alone() -> None:
    company = familiar()
    assert arrives(company, "a", SECRET_NUMBER, name="Mr Li", withheld=True) == []
    company.ready(1)
    company.press("a", "1")
    mailbox = Mailbox(company.engine, SECRETS, shard=0, fence=1, seq=0)
    seen = [company.facts, company.sent, mailbox.snapshot(), list(company.engine.live.values())]
    assert SECRET_NUMBER not in str(seen) and "Mr Li" not in str(seen)
    assert company.offers()[0].caller == ""
    kept = company.last("interaction.started")["caller_sealed"]
    assert withheld.opened(kept, SECRETS) == SECRET_NUMBER
    company.do(calls.CallArrived(leg_id="b", at=START, caller=SECRET_NUMBER, called=NUMBER, withheld=True))
    assert SECRET_NUMBER not in str(company.last("interaction.started")), "nor when nobody has sealed it"


def test_one_customer_has_one_place_to_be_called_back() -> None:
    company = familiar()
    for at, number in enumerate(ONE_CUSTOMER[:4]):
        asked = RequestCallBack(
            id=UUID(int=70 + at), queue_id=BILLS, number=number, terms=interactions.CallBackTerms(), by=UUID(int=9)
        )
        company.do(asked)
    assert company.refused == ["already_to_be_called_back"] * 3
    (record,) = company.engine.live.values()
    assert record.interaction.caller == ONE_CUSTOMER[0]


def test_sent_on_to_another_queue_it_has_one_place_there_too() -> None:
    company = familiar()
    for at, (queue_id, number) in enumerate(((BILLS, ONE_CUSTOMER[0]), (REPAIRS, ONE_CUSTOMER[1]))):
        company.do(
            RequestCallBack(
                id=UUID(int=70 + at),
                queue_id=queue_id,
                number=number,
                terms=interactions.CallBackTerms(),
                by=UUID(int=9),
            )
        )
    assert company.refused == [] and len(company.engine.live) == 2
    message = {"kind": "interaction.transfer", "interaction_id": str(UUID(int=71)), "to": "queue", "target": str(BILLS)}
    message |= {"actor": {"account_id": None, "agent_id": None}, "directs": True}
    with pytest.raises(Impossible, match="already_to_be_called_back"):
        commands.event(company.engine, message)


@pytest.mark.parametrize("number", ["110", "+86120", "0119", "12110", "+1911", "anonymous"])
def test_nobody_is_called_back_at_an_emergency_number(number: str) -> None:
    company = familiar(dialling=Dialling(emergency=True, bounds=NumberRules(allow=("+",))))
    asked = RequestCallBack(
        id=UUID(int=77), queue_id=BILLS, number=number, terms=interactions.CallBackTerms(), by=UUID(int=9)
    )
    company.do(asked)
    assert company.refused == ["number_withheld" if number == "anonymous" else "emergency_number"]
    assert not company.engine.live


@pytest.mark.parametrize("called", ["+95001", "0095001", "95001;phone-context=+86"])
def test_the_called_number_is_found_however_a_carrier_writes_it(called: str) -> None:
    company = Company()
    company.do(calls.CallArrived(leg_id="a", at=START, caller="13800138000", called=called))
    assert company.last("interaction.started")["called"] == NUMBER


# ── what is typed in secret ──────────────────────────────────────────────────────────────────────────────────────────


def asked_for_a_pin() -> Company:
    ask = {"type": "collect", "prompts": ["rate"], "variable": "pin", "max_digits": 6, "secret": True, "next": "bills"}
    nodes = {**DOCUMENT["nodes"], "greeting": ask}
    document = FlowDocument.model_validate({**DOCUMENT, "nodes": nodes})
    company = Company(msgspec.structs.replace(config(), flows={(FLOW, 1): document}))
    company.call("a")
    return company


def test_what_is_typed_in_secret_is_seen_nowhere() -> None:
    company = asked_for_a_pin()
    mailbox = Mailbox(company.engine, SECRETS, shard=0, fence=1, seq=0)
    written = ""
    for key in "918273":
        mailbox.turn = company.do(calls.KeyPressed(leg_id="a", at=company.now, key=key))
        written += str(mailbox.prepare().batch) + str(mailbox.snapshot())
    company.ready(1)
    written += str([views.interaction_view(company.engine, record) for record in company.engine.live.values()])
    (record,) = company.engine.live.values()
    assert record.flow and record.flow.secrets == {"pin": "918273"}, "the flow may use it"
    assert record.interaction.state == "offered" and record.interaction.variables == {}
    assert "9182" not in written + str(company.facts) + str(company.sent)


def test_a_take_over_knows_what_was_typed_in_secret() -> None:
    company = asked_for_a_pin()
    company.press("a", "9")
    (record,) = company.engine.live.values()
    assert record.flow and record.flow.digits == "9"
    record.flow = replace(record.flow, secrets={"pin": "4321"}, typed_ahead="77")
    row = msgspec.json.encode(sealed(record, SECRETS))
    assert b"4321" not in row and b'"77"' not in row and record.flow.secrets == {"pin": "4321"}
    back = opened(msgspec.json.decode(row, type=Live), SECRETS)
    assert back.flow == record.flow
    other = opened(msgspec.json.decode(row, type=Live), TenantSecrets("AAAA" * 10 + "AAA=", UUID(int=2)))
    assert other.flow and other.flow.secrets == {} and other.flow.node == record.flow.node


def test_an_emergency_number_is_called_for_an_agent_whom_the_operator_lets() -> None:
    for allowed in (False, True):
        company = Company(replace(config(), dialling=Dialling(emergency=allowed)))
        company.ready(1)
        company.call("a", "1")
        company.pick_up(company.offers()[0].leg_id)
        enter = entering(company.engine.config.queues[BILLS])
        company.command(
            "a",
            interactions.Transfer(
                to="number", target="120", name="120", from_name="1", by_account=None, by_agent=agent_id(1), priority=0,
                enter=enter, sought=(), wait_seconds=0, ring_seconds=20, leg_id="out-1",
            ),
        )  # fmt: skip
        called = [effect.number for effect in company.sent if isinstance(effect, calls.CallNumber)]
        assert (called, company.refused) == ((["120"], []) if allowed else ([], ["emergency_number"]))
