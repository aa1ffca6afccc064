"""Flows as steps of others in the engine: the versions that a call began with, what is stored, what the queue sees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.app.runtime.sealing import sealed
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tests.company import BILLS, FLOW, SECRETS, Company, config, taken_over
from hujiao.app.runtime.tests.test_nobody_lost import configured
from hujiao.flows.document import FlowDocument

PAY, INNER = UUID(int=61), UUID(int=62)
ASK = {"type": "menu", "prompts": ["menu"], "timeout_seconds": 60}


def call(flow: UUID, then: str, **fields: Any) -> dict[str, Any]:
    return {"type": "sub_flow", "flow": str(flow), "next": then, **fields}


MAIN: dict[str, Any] = {
    "start": {
        "type": "collect",
        "prompts": ["menu"],
        "variable": "pin",
        "secret": True,
        "max_digits": 4,
        "next": "pay",
    },
    "pay": call(PAY, "wait", parameters={"pin": "vars.pin"}, results={"said": "heard"}),
    "wait": {"type": "queue", "queue": "bills"},
}
OLD: dict[str, Any] = {
    "start": {**ASK, "keys": {"1": "inner"}},
    "inner": call(INNER, "back", results={"version": "of"}),
    "back": {"type": "results", "values": {"said": "'old ' + vars.of"}},
}
NEW = {**OLD, "start": {"type": "hang_up"}, "back": {"type": "results", "values": {"said": "'new'"}}}


def gives(word: str) -> dict[str, Any]:
    return {"start": {"type": "results", "values": {"version": f"'{word}'"}}}


def settings(version: int, main: dict[str, Any], pay: dict[str, Any], inner: dict[str, Any]) -> TenantConfig:
    documents = {FLOW: main, PAY: pay, INNER: inner}
    flows = {
        (one, version): FlowDocument.model_validate({"start": "start", "nodes": nodes})
        for one, nodes in documents.items()
    }
    return replace(config(), flows=flows, published=dict.fromkeys(documents, version))


def test_a_call_keeps_the_versions_it_began_with_of_all_flows() -> None:
    company = Company(settings(1, MAIN, OLD, gives("one")))
    company.call("c1", "8642")
    configured(company, settings(2, {"start": {"type": "hang_up"}}, NEW, gives("two")))
    company = taken_over(company, {"c1"}, up={"c1"})
    company.press("c1", "1")
    assert company.state("c1") == "queued"
    assert company.last("flow.called")["flow_id"] == str(INNER)
    assert company.last("flow.called")["version"] == 1
    assert company.last("flow.returned")["values"] == {"heard": "old one"}
    assert not any(version == 1 for _, version in company.engine.config.published.items())
    company.hang_up("c1")
    configured(company, settings(2, {"start": {"type": "hang_up"}}, NEW, gives("two")))
    assert {version for _, version in company.engine.config.flows} == {2}, "nobody needs the old ones any more"


def test_secrets_of_all_flows_are_stored_sealed() -> None:
    company = Company(settings(1, MAIN, OLD, gives("one")))
    company.call("c1", "8642")
    record = company.engine.live[company.engine.legs["c1"]]
    assert record.flow and [frame.secrets for frame in record.flow.frames] == [{"pin": "8642"}]
    assert record.flow.secrets == {"pin": "8642"}
    assert b"8642" not in msgspec.json.encode(sealed(record, SECRETS))


def test_who_waits_in_a_queue_of_a_sub_flow_brings_all_that_is_known() -> None:
    main = {
        "start": {"type": "set", "values": {"grade": "'gold'"}, "next": "pay"},
        "pay": call(PAY, "wait", parameters={"amount": "12"}),
        "wait": {"type": "queue", "queue": "repairs"},
    }
    company = Company(settings(1, main, {"start": {"type": "queue", "queue": "bills"}}, gives("one")))
    company.call("c1")
    state = company.engine.live[company.engine.legs["c1"]].interaction
    assert (state.queue_id, state.variables) == (BILLS, {"grade": "gold", "amount": 12})
