"""What is sent to Asterisk; what its refusals mean: nothing when it is so already, all when somebody waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from hujiao.asterisk.client import Answer
from hujiao.asterisk.perform import MUSIC_AFTER_SECONDS, Performer, _problem
from hujiao.asterisk.phones import ROOM
from hujiao.calls import contracts as calls


@pytest.mark.parametrize("status", [404, 409, 412])
def test_a_prompt_that_never_began_is_told(status: int) -> None:
    play = calls.Play(leg_id="a", playback_id="p", prompts=["sha"])
    assert _problem(play, "channels/a/play/p", Answer(status, "gone")) is not None
    assert _problem(calls.StopMusic(leg_id="a"), "channels/a/moh", Answer(status, "gone")) is None


class Lane:
    """Keeps what is sent, and answers as it is told: at once, or not before `answer_all`."""

    def __init__(self, *, late: bool = False) -> None:
        self.sent: list[str] = []
        self.answer = Answer(200, "{}")
        self._unanswered: list[Callable[[Answer], None]] = []
        self._late = late

    def send(self, method: str, resource: str, body: Any, answered: Callable[[Answer], None], *, until: float) -> None:
        self.sent.append(resource.partition("?")[0])
        self._unanswered.append(answered)
        if not self._late:
            self.answer_all()

    def answer_all(self) -> None:
        while self._unanswered:
            self._unanswered.pop(0)(self.answer)


def test_a_phone_is_listened_to_once_for_each_connection() -> None:
    lane = Lane()
    pool: Any = SimpleNamespace(offers=[lane])
    performer = Performer(pool, Path())

    def call() -> list[str]:
        lane.sent.clear()
        leg = calls.agent_leg(UUID(int=1), UUID(int=2))
        whom = {"leg_id": leg, "sip_user": "u", "caller": "", "caller_name": "", "timeout_seconds": 20}
        effect = calls.CallAgent(interaction_id=UUID(int=1), **whom)
        performer.perform(effect, key=1, application="hujiao-1", until=1.0, done=lambda *_: None)
        return list(lane.sent)

    lane.answer = Answer(404, "no such endpoint yet")
    assert call() == ["applications/hujiao-1/subscription", "channels"]
    lane.answer = Answer(200, "{}")
    assert call() == ["applications/hujiao-1/subscription", "channels"]
    assert call() == ["channels"]
    performer.connected("hujiao-2")
    assert call() == ["channels"]
    performer.connected("hujiao-1")
    assert call() == ["applications/hujiao-1/subscription", "channels"]


def test_an_agents_leg_ends_over_the_socket_that_called_it_and_a_callers_over_its_own() -> None:
    first, second, callers = Lane(late=True), Lane(late=True), Lane()
    pool: Any = SimpleNamespace(offers=[first, second], lane=lambda _: callers)
    performer = Performer(pool, Path())
    done: list[str | None] = []

    def hang_up(leg: str) -> str:
        performer.perform(
            calls.HangUp(leg_id=leg),
            key=1,
            application="hujiao-1",
            until=1.0,
            done=lambda _, problem: done.append(problem),
        )
        return f"channels/{leg}"

    def leg(agent: int, number: int) -> str:
        return calls.agent_leg(UUID(int=agent), UUID(int=number))

    before = [hang_up(leg(agent, 1)) for agent in range(ROOM)]
    beyond, again = hang_up(leg(ROOM, 1)), hang_up(leg(ROOM, 2))
    assert (first.sent, second.sent) == (before, [beyond, again])
    caller = hang_up("node-1-1.1")
    assert (callers.sent, done) == ([caller], [None])
    first.answer_all()
    still = hang_up(leg(ROOM, 3))
    assert second.sent[-1] == still, "what is unanswered keeps the phone at its socket"
    second.answer_all()
    assert len(done) == ROOM + 4
    free = hang_up(leg(ROOM, 4))
    assert first.sent[-1] == free


def test_a_phone_is_told_of_its_transfer_over_the_socket_that_then_ends_its_leg() -> None:
    """Or it might hear the end first, and take the transfer for failed."""
    phones, callers = Lane(), Lane()
    pool: Any = SimpleNamespace(offers=[phones], lane=lambda _: callers)
    performer = Performer(pool, Path())
    own = calls.agent_leg(UUID(int=1), UUID(int=2))
    for leg, lane in ((own, phones), ("node-1-1.1", callers)):
        for effect in (calls.TellTransfer(leg_id=leg, done=True), calls.HangUp(leg_id=leg)):
            performer.perform(effect, key=1, application="hujiao-1", until=1.0, done=lambda *_: None)
        assert lane.sent == [f"channels/{leg}/transfer_progress", f"channels/{leg}"]


def test_a_leg_outside_is_heard_before_it_is_dialled_and_ends_when_it_cannot_be() -> None:
    lane = Lane()
    pool: Any = SimpleNamespace(offers=[], lane=lambda _: lane)
    performer = Performer(pool, Path())
    whom = {"leg_id": "out-1", "number": "100", "caller": "138", "timeout_seconds": 20}
    effect = calls.CallNumber(heard_by="caller", bridge_id="b", **whom)
    performer.perform(effect, key=1, application="hujiao-1", until=1.0, done=lambda *_: None)
    assert lane.sent == ["channels/create"], "only when it has entered Stasis it can be joined"
    lane.sent.clear()
    performer.dial("out-1", ["20", "b", "caller"], 1.0)
    assert lane.sent == ["bridges/b", "bridges/b/addChannel", "channels/out-1/dial"]
    lane.sent.clear()
    performer.dial("out-1", ["20", "", ""], 1.0)
    assert lane.sent == ["channels/out-1/dial"], "nobody hears"
    lane.answer = Answer(404, "gone")
    performer.dial("out-1", ["20"], 1.0)
    assert lane.sent[-1] == "channels/out-1"


async def test_music_begins_a_moment_later_or_not_at_all() -> None:
    lane = Lane()
    pool: Any = SimpleNamespace(offers=[], lane=lambda _: lane)
    performer = Performer(pool, Path())
    told: list[calls.AnyEffect] = []

    def perform(effect: calls.AnyEffect) -> None:
        until = time.monotonic() + 5
        performer.perform(effect, key=1, application="a", until=until, done=lambda sent, _: told.append(sent))

    start, stop = calls.StartMusic(leg_id="leg", music="default"), calls.StopMusic(leg_id="leg")
    perform(start)
    perform(stop)
    assert told == [start, stop] and lane.sent == [], "the agent answered at once"
    jazz = calls.StartMusic(leg_id="leg", music="jazz")
    perform(start)
    perform(jazz)
    assert told == [start, stop, start], "the other music takes its place"
    await asyncio.sleep(MUSIC_AFTER_SECONDS + 0.1)
    assert lane.sent == ["channels/leg/moh"] and told[3:] == [jazz]
    perform(stop)
    assert lane.sent == ["channels/leg/moh"] * 2
    lane.sent.clear()
    perform(calls.StartMusic(leg_id="leg", music="jazz", again=True))
    perform(stop)
    assert lane.sent == ["channels/leg/moh"] * 2, "after a take-over it may play already, and is to be stopped"
