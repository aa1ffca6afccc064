"""An agent leads the customer through a flow: both hear it, what it finds comes back, and the agent has the call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.app.runtime.tests.company import BILLS, Company, config, taken_over
from hujiao.app.runtime.tests.test_consulting import act, ask_agent, hears
from hujiao.app.runtime.tests.test_transfers import facts, interaction
from hujiao.app.runtime.views import interaction_view
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument

HELP = UUID(int=77)
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "start": "account",
    "nodes": {
        "account": {"type": "collect", "prompts": ["menu"], "variable": "account", "max_digits": 4, "next": "pin"},
        "pin": {
            "type": "collect", "prompts": ["rate"], "variable": "pin", "max_digits": 2, "secret": True, "next": "known",
        },
        "known": {"type": "set", "values": {"asked": "vars.account + '?'", "told": "vars.topic"}, "next": "over"},
        "over": {"type": "hang_up"},
    },
}  # fmt: skip


def talking() -> Company:
    settings = config(3)
    settings = replace(
        settings,
        flows={**settings.flows, (HELP, 1): FlowDocument.model_validate(DOCUMENT)},
        published={**settings.published, HELP: 1},
        flow_names={**settings.flow_names, HELP: "help"},
    )
    company = Company(settings)
    company.ready(1)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    company.ready(2)
    company.wait(20)
    return company


def guided(**more: Any) -> Company:
    company = talking()
    act(company, "guide", flow_id=str(HELP), **more)
    assert company.refused == []
    return company


def spoken(company: Company) -> list[calls.PlayToAll]:
    return [effect for effect in company.sent if isinstance(effect, calls.PlayToAll)]


def heard(company: Company) -> None:
    """What is said has been said."""
    company.do(calls.PlaybackFinished(leg_id="c1", at=company.now, playback_id=spoken(company)[-1].playback_id))


def joined(company: Company) -> list[calls.Bridge]:
    return [effect for effect in company.sent if isinstance(effect, calls.Bridge) and "c1" in effect.legs]


def test_both_hear_the_flow_and_the_agent_has_the_call_back() -> None:
    company = guided(values={"topic": "bill"})
    first, state = company.offers()[0].leg_id, interaction(company, "c1")
    assert (spoken(company)[-1].bridge_id, spoken(company)[-1].prompts) == (str(state.id), ["sha-menu"])
    assert calls.told_to(spoken(company)[-1].playback_id) == "c1"
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    assert joined(company)[-1].keys_kept, "the agent's phone would get the customer's keys"
    view = interaction_view(company.engine, company.engine.live[state.id])
    assert (view["state"], view["guidance"]["flow_name"], view["variables"]["topic"]) == ("connected", "help", "bill")

    for key in "1234":
        company.press("c1", key)
    heard(company)
    assert spoken(company)[-1].prompts == ["sha-rate"]
    for key in "77":
        company.press("c1", key)
    assert company.last("guidance.ended")["by"] == "flow"
    assert company.state("c1") == "connected" and not joined(company)[-1].keys_kept
    assert hears(company, "c1", first) == [{first}, {"c1"}]
    view = interaction_view(company.engine, company.engine.live[state.id])
    assert view["variables"] == {"topic": "bill", "account": "1234", "asked": "1234?", "told": "bill"}
    assert "77" not in str(view) and "77" not in str(company.facts)
    assert "7" not in [effect.key for effect in company.sent if isinstance(effect, calls.KeyPressed)]

    company.hang_up("c1")
    told = facts(company, "c1")
    assert {"topic": "bill", "asked": "1234?"}.items() <= told.variables.items()
    assert [segment.kind for segment in told.segments] == ["flow", "queue", "agent"]


def test_the_agent_ends_it() -> None:
    company = guided()
    company.wait(3)
    act(company, "end_guidance")
    assert company.last("guidance.ended") == {"by": "agent", "seconds": 3.0}
    assert isinstance(company.sent[-1], calls.Bridge | calls.StopPlayback)
    assert any(isinstance(effect, calls.StopPlayback) for effect in company.sent)
    company.press("c1", "1")
    company.wait(60)
    assert company.state("c1") == "connected"
    act(company, "end_guidance")
    assert company.refused == ["not_possible_in_this_state"]


@pytest.mark.parametrize("kind", ["hold", "guide", "consult"])
def test_meanwhile_the_agent_does_nothing_else(kind: str) -> None:
    company = guided()
    more = {"guide": {"flow_id": str(HELP)}, "consult": {"to": "number", "target": "02088886666"}}.get(kind, {})
    act(company, kind, **more)
    assert company.refused == ["not_possible_in_this_state"]
    assert company.engine.live[interaction(company, "c1").id].fragment is not None


def test_an_unknown_flow_is_refused() -> None:
    company = talking()
    act(company, "guide", flow_id=str(BILLS))
    assert company.refused == ["unknown_reference"]


def test_not_while_somebody_is_asked_or_held() -> None:
    company = talking()
    ask_agent(company)
    act(company, "guide", flow_id=str(HELP))
    act(company, "end_consultation")
    act(company, "hold")
    act(company, "guide", flow_id=str(HELP))
    assert company.refused == ["not_possible_in_this_state"] * 2


@pytest.mark.parametrize("leg", ["c1", "agent"])
def test_whoever_hangs_up_ends_it(leg: str) -> None:
    company = guided()
    company.hang_up(company.offers()[0].leg_id if leg == "agent" else leg)
    assert company.last("guidance.ended")["by"] == ("agent" if leg == "agent" else "customer")
    record = next(iter(company.engine.live.values()))
    assert record.fragment is None
    assert company.state("c1") == ("flow" if leg == "agent" else "wrap_up")


def test_the_call_is_sent_on_in_the_middle_of_it() -> None:
    company = guided()
    company.press("c1", "1")
    act(company, "transfer", to="queue", target=str(BILLS), values={"why": "stuck"})
    assert company.refused == []
    assert company.engine.live[interaction(company, "c1").id].fragment is None
    assert interaction(company, "c1").variables["why"] == "stuck"
    assert company.last("interaction.data")["values"] == {"why": "stuck"}


def test_another_runtime_says_it_again() -> None:
    company = guided()
    first = company.offers()[0].leg_id
    after = taken_over(company, {"c1", first}, up={"c1", first})
    assert spoken(after)[-1].prompts == ["sha-menu"]
    assert spoken(after)[-1].playback_id != spoken(company)[-1].playback_id
    after.press("c1", "1")
    assert interaction(after, "c1").guidance is not None


def test_what_cannot_be_said_gives_the_call_back() -> None:
    company = guided()
    said = spoken(company)[-1]
    company.do(calls.PlaybackFinished(leg_id="c1", at=company.now, playback_id=said.playback_id, failed=True))
    for _ in range(10):  # nobody presses anything
        company.wait(6)
        if interaction(company, "c1").guidance:
            heard(company)
    assert company.state("c1") == "connected" and interaction(company, "c1").guidance is None
