"""Several media in one queue: the model of a desk by hand, and days against formulas."""

from __future__ import annotations

from uuid import UUID

import pytest

from hujiao.routing.contracts import MEDIA, Requirement, Ring, RoutingAgent, RoutingQueue, Setup, Share
from hujiao.routing.erlang import erlang_c, served_within
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.desk import Desk, Work
from hujiao.routing.simulation.document import BadScenario
from hujiao.routing.simulation.figures import Figures, figures, interval
from hujiao.routing.simulation.model import parse
from hujiao.routing.simulation.plan import Load, Plan, Shift
from hujiao.routing.simulation.run import simulate
from hujiao.routing.simulation.tests.test_validity import agrees

QUEUE, SKILL = UUID(int=10), UUID(int=1)


def plan(load: Load, agents: int, hours: float, warm_up: float = 0.0, shares: tuple[Share, ...] = ()) -> Plan:
    people = [UUID(int=100 + number) for number in range(agents)]
    rings = (Ring(who=(Requirement(skills=((SKILL, 1),)),)),)
    return Plan(
        Setup(
            queues={QUEUE: RoutingQueue(id=QUEUE, rings=rings)},
            agents={one: RoutingAgent(id=one, skills=((SKILL, 1),), shares=shares) for one in people},
        ),
        {QUEUE: load},
        tuple(Shift(one, 0.0, hours * 3600) for one in people),
        hours * 3600,
        warm_up * 3600,
        names={QUEUE: "all"},
    )


def days(made: Plan, runs: int) -> list[Figures]:
    return [figures(made, simulate(made, seed)) for seed in range(runs)]


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_puts_an_email_aside_and_the_email_goes_on() -> None:
    """The e-mail of 100 s is taken at 0; a call of 60 s comes at 40; another e-mail at 50 finds no room until 100."""
    email = Load((0.0, 50.0), Time("fixed", 100.0), medium="email")
    made = plan(Load((40.0,), Time("fixed", 60.0), beside=(email,)), 1, 1.0)
    found = simulate(made, 1)
    assert {(call.medium, call.arrived_at, call.wait, call.took) for call in found.calls} == {
        ("email", 0.0, 0.0, 160.0),
        ("voice", 40.0, 0.0, 60.0),
        ("email", 50.0, 50.0, 100.0),
    }
    agent = found.agents[0]
    assert agent.busy == 200.0  # from 0 to 200 without a break
    # 40 s of one e-mail (50 points), 60 s of the call, 60 s of both e-mails, 40 s of the second
    assert agent.loaded == pytest.approx(40 * 0.5 + 60 + 60 + 40 * 0.5)
    result = figures(made, found)
    assert (result.media["email"].in_hand, result.streams["all", "voice"].in_hand) == (130.0, 60.0)
    assert result.occupancy.points == pytest.approx(160 / 3600)


def test_three_chats_take_no_longer_than_one_and_a_fourth_waits() -> None:
    made = plan(Load((0.0, 10.0, 20.0, 30.0), Time("fixed", 100.0), medium="chat"), 1, 1.0)
    found = simulate(made, 1)
    assert [(call.wait, call.took) for call in found.calls] == [(0.0, 100.0)] * 3 + [(70.0, 100.0)]
    assert found.agents[0].handled == 4


def test_an_agents_own_capacity_counts() -> None:
    chats = Load((0.0, 10.0), Time("fixed", 100.0), medium="chat")
    one_each = plan(chats, 1, 1.0, shares=(Share(medium="chat", weight=33, most=1),))
    assert [call.wait for call in simulate(one_each, 1).calls] == [0.0, 90.0]
    none = plan(chats, 1, 1.0, shares=(Share(medium="chat", weight=33, most=0),))
    assert figures(none, simulate(none, 1)).all.unserved == 2


def test_as_many_emails_are_worked_on_as_fit_beside_the_rest() -> None:
    desk = Desk(MEDIA)
    first, second = (Work(QUEUE, "email", 100.0, 0.0) for _ in range(2))
    desk.take(first, 0.0)
    desk.take(second, 0.0)
    assert (desk.load, desk.due()) == (1.0, 100.0)
    desk.take(Work(QUEUE, "chat", 30.0, 10.0), 10.0)  # 33 points: one e-mail fits beside it
    assert (first.active, second.active, desk.load) == (True, False, pytest.approx(0.83))
    assert desk.finish(40.0).medium == "chat"
    assert (first.left, second.left, second.active) == (60.0, 90.0, True)


def test_an_agent_whose_shift_ends_finishes_and_takes_nothing_more() -> None:
    chats = Load((0.0, 50.0, 3_590.0), Time("fixed", 100.0), medium="chat")
    made = plan(chats, 1, 1.0)
    shortened = Plan(made.setup, made.loads, (Shift(UUID(int=100), 0.0, 60.0),), made.length, names=made.names)
    result = figures(shortened, simulate(shortened, 1))
    assert (result.all.answered, result.all.unserved) == (2, 1)
    assert simulate(shortened, 1).agents[0].present == 150.0


# ── against formulas ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_chats_alone_are_erlang_c_with_three_times_as_many_servers() -> None:
    """Five agents with three chats each: an M/M/15."""
    exact = erlang_c(13.0, 1.0, 15)
    found = days(plan(Load(Rate(13.0 * 60), Time("exponential", 60.0), medium="chat"), 5, 24.0, 1.0), 10)
    agrees(interval(day.all.waits.all_mean for day in found), exact.mean_wait * 60, 0.2)
    agrees(interval(day.all.service_level for day in found), served_within(20 / 60, 13.0, 1.0, 15), 0.05)
    agrees(interval(day.occupancy.points for day in found), 13.0 * 0.33 / 5, 0.02)


def test_emails_beside_calls_are_a_preemptive_priority_queue() -> None:
    """One agent, one e-mail at a time: an M/M/1 with preemptive resume (Conway, Maxwell & Miller, 1967).

    Calls know nothing of the e-mails; an e-mail is done after S/(1-r) + R/((1-r)(1-r-s)), where r and s are the loads
    of calls and e-mails, S an e-mail's mean time and R the mean remaining work of both.
    """
    calls, emails = 0.4, 0.3  # per minute; a call takes a minute, an e-mail 1.2
    load = Load(
        Rate(calls * 60),
        Time("exponential", 60.0),
        beside=(Load(Rate(emails * 60), Time("exponential", 72.0), medium="email"),),
    )
    found = days(plan(load, 1, 120.0, 2.0, (Share(medium="email", weight=100),)), 12)
    r, s = calls * 1.0, emails * 1.2
    remaining = calls * 1.0**2 + emails * 1.2**2  # a rate times half the second moment, which is twice the square
    done = 1.2 / (1 - r) + remaining / ((1 - r) * (1 - r - s))
    agrees(interval(day.media["voice"].waits.all_mean for day in found), erlang_c(calls, 1.0, 1).mean_wait * 60, 0.15)
    finished = interval(day.media["email"].waits.all_mean + day.media["email"].in_hand for day in found)
    agrees(finished, done * 60, 0.15)
    agrees(interval(day.occupancy.mean for day in found), r + s, 0.03)


# ── as people write it ───────────────────────────────────────────────────────────────────────────────────────────────

DAY = """
hours: 1
media: {chat: {most: 2}, callback: {weight: 60}}
handle: {email: 600, service: 100}
queues:
  service:
    skills: {service: 1}
    arrivals: {times: ["10"]}
    media:
      chat: {arrivals: {times: ["20"]}, handle: 300, patience: 60, service_level_seconds: 45}
      email: {arrivals: {times: ["30"]}}
  callbacks: {skills: {service: 1}, medium: callback, arrivals: {times: ["40"]}}
agents:
  - {count: 1, skills: {service: 5}, capacity: {chat: 1, email: {weight: 20}}}
"""


def test_a_scenario_of_several_media() -> None:
    made = parse(DAY, str).plan()
    service, callbacks = made.loads.values()
    assert [(one.medium, one.handle, one.service_level_seconds) for one in service.streams()] == [
        ("voice", Time("exponential", 100.0), 20.0),
        ("chat", Time("exponential", 300.0), 45.0),
        ("email", Time("exponential", 600.0), 14_400.0),
    ]
    assert (callbacks.medium, callbacks.beside) == ("callback", ())
    assert made.setup.media["callback"].weight == 60 and made.setup.media["chat"].most == 2
    agent = next(iter(made.setup.agents.values()))
    assert agent.shares == (Share(medium="chat", weight=33, most=1), Share(medium="email", weight=20))
    assert sorted(call.medium for call in simulate(made, 1).calls) == ["callback", "chat", "email", "voice"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("callback: {weight: 60}", "callback: {most: 1}", "line 3: media.callback.weight is missing"),
        ("capacity: {chat: 1,", "capacity: {char: 1,", "line 14: agents.0.capacity.char is no medium here"),
        ("      email: {arr", "      voice: {arr", "line 11: queues.service.media.voice is what the queue's own"),
        ("      email: {arr", "      letter: {arr", "line 11: queues.service.media.letter is of 'letter', which is no"),
        (
            'medium: callback, arrivals: {times: ["40"]}',
            "medium: callback",
            "line 12: queues.callbacks.arrivals is miss",
        ),
        ("email: 600, service: 100", "other: 100", "line 6: queues.service.handle is missing"),
    ],
)
def test_what_is_wrong_with_media_is_told_with_its_place(old: str, new: str, said: str) -> None:
    assert old in DAY
    with pytest.raises(BadScenario) as caught:
        parse(DAY.replace(old, new), str)
    assert said in str(caught.value)
