"""A conversation is recorded by its queue's rule or on demand, paused and resumed: what is done, and what is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hujiao.app.runtime import views
from hujiao.app.runtime.tests.company import Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_consulting import act, ask_agent
from hujiao.app.runtime.tests.test_supervising import direct, facts
from hujiao.app.runtime.tests.test_transfers import interaction
from hujiao.calls import contracts as calls

ABOUT = calls.StartRecording | calls.PauseRecording | calls.StopRecording


def talking(rule: str = "always") -> Company:
    """Customer c1 with agent 1, in a queue with this rule."""
    company = Company(config(3, recording=rule))
    for number in (1, 2, 3):
        company.ready(number)
    company.call("c1", "1")
    company.pick_up(company.offers()[0].leg_id)
    return company


def told(company: Company) -> list[Any]:
    """What the switch was told of recordings: `start`, `stop`, or whether to pause."""
    words = {calls.StartRecording: "start", calls.StopRecording: "stop"}
    return [
        effect.on if isinstance(effect, calls.PauseRecording) else words[type(effect)]
        for effect in company.sent
        if isinstance(effect, ABOUT)
    ]


def shown(company: Company) -> tuple[str, str]:
    view = views.interaction_view(company.engine, company.engine.live[company.engine.legs["c1"]])
    return view["recording"], view["recording_rule"]


def test_on_demand_the_agent_begins_it() -> None:
    company = talking("on_demand")
    assert told(company) == [] and shown(company) == ("off", "on_demand")
    act(company, "recording", act="start")
    assert told(company) == ["start"] and shown(company) == ("on", "on_demand")
    assert company.last("recording.started")["by_agent"] == agent_id(1)
    act(company, "recording", act="start")  # it is recorded already
    company.wait(5)
    company.hang_up("c1")
    assert told(company) == ["start", "stop"] and len(facts(company, "recording.started")) == 1


def test_a_pause_keeps_its_place_in_the_recording() -> None:
    company = talking()
    company.wait(10)
    act(company, "recording", act="pause", reason="card number")
    assert shown(company) == ("paused", "always")
    company.wait(7)
    act(company, "recording", act="resume")
    company.wait(3)
    act(company, "recording", act="pause")
    company.wait(4)
    company.hang_up("c1")
    assert told(company) == ["start", True, False, True, "stop"]
    paused = facts(company, "recording.paused")
    assert [(one["reason"], one["by_agent"]) for one in paused] == [("card number", agent_id(1)), ("", agent_id(1))]
    assert company.last("recording.resumed")["paused_seconds"] == 7.0
    assert company.last("recording.stopped")["pauses"] == [[10.0, 7.0], [20.0, 4.0]]


def test_what_is_so_already_is_told_once() -> None:
    company = talking()
    for what in ("resume", "pause", "pause", "resume", "resume"):
        act(company, "recording", act=what)
    assert told(company) == ["start", True, False]
    assert len(facts(company, "recording.paused")) == len(facts(company, "recording.resumed")) == 1


@pytest.mark.parametrize(
    ("rule", "acts", "code"),
    [
        ("never", ["start"], "never_recorded"),
        ("never", ["pause"], "not_recorded"),
        ("on_demand", ["resume"], "not_recorded"),
        ("always", ["pause", "start"], "recording_is_paused"),
    ],
)
def test_what_is_refused(rule: str, acts: list[str], code: str) -> None:
    company = talking(rule)
    for what in acts:
        act(company, "recording", act=what)
    assert company.refused == [code]


def test_nobody_controls_it_who_does_not_talk() -> None:
    company = talking()
    act(company, "recording", number=2, act="pause")
    company.pick_up(ask_agent(company, 2))
    act(company, "recording", number=2, act="pause")  # who is asked beside
    assert company.refused == ["not_your_interaction"] * 2
    company.hang_up("c1")
    act_after = {"interaction_id": str(next(iter(company.engine.live)))}
    direct(company, "interaction.recording", act="pause", directs=True, **act_after)
    assert company.refused[-1] == "not_possible_in_this_state"


def test_a_supervisor_of_the_project_does() -> None:
    company = talking()
    direct(company, "interaction.recording", act="pause", directs=True, projects=[])
    assert company.refused == ["not_your_interaction"]
    direct(company, "interaction.recording", None, act="pause", directs=True)
    assert told(company)[-1] is True and company.last("recording.paused")["by_account"]


def test_a_pause_ends_with_the_agent_who_made_it() -> None:
    company = talking()
    act(company, "recording", act="pause")
    company.pick_up(ask_agent(company, 2))
    company.wait(3)
    act(company, "hand_over")
    assert told(company) == ["start", True, False] and interaction(company, "c1").agent_id == agent_id(2)
    assert company.last("recording.resumed")["paused_seconds"] == 3.0
    company.hang_up("c1")
    assert company.last("recording.stopped")["pauses"] == [[0.0, 3.0]]


def test_a_hold_leaves_a_pause_alone() -> None:
    company = talking()
    for what in ("hold", "resume"):
        act(company, "recording", act="pause")
        act(company, what)
    assert told(company) == ["start", True]


@pytest.mark.parametrize("paused", [True, False])
def test_after_a_take_over_the_switch_is_told_again(paused: bool) -> None:
    company = talking()
    act(company, "recording", act="pause")
    if not paused:
        act(company, "recording", act="resume")
    legs = {"c1", company.offers()[0].leg_id}
    after = taken_over(company, legs, up=legs)
    assert told(after) == [paused]


def test_a_lost_agent_ends_the_recording_in_its_pause() -> None:
    company = talking()
    company.wait(1)
    act(company, "recording", act="pause")
    company.wait(2)
    company.do(calls.LegEnded(leg_id=company.offers()[0].leg_id, at=company.now, cause=44))
    company.wait(30)
    assert company.last("recording.stopped")["pauses"] == [[1.0, 32.0]]
    assert told(company) == ["start", True, "stop"]


def test_nobody_is_reached_by_an_unknown_call() -> None:
    company = talking()
    direct(company, "interaction.recording", act="pause", directs=True, interaction_id=str(uuid4()))
    assert company.refused == ["not_your_interaction"]
