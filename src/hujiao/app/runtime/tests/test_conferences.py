"""Conferences of several calls: who hears whom after each act, who is told what, and what a take-over finds."""

from __future__ import annotations

from typing import Any

import pytest

from hujiao.agents import contracts as agents
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tests.company import FLOW, NUMBER, PROJECT, Company, config, taken_over
from hujiao.app.runtime.tests.ears import Ears
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument

MUSIC = {"music"}
ACCOUNT = "00000000-0000-0000-0000-0000000000aa"
OTHER_PROJECT = "00000000-0000-0000-0000-0000000000bb"
OUTSIDE = ("02088886666", "02088887777")


def document(host: dict[str, Any], guest: dict[str, Any]) -> FlowDocument:
    """1 leads to the room as a host, 2 as a guest; with a step for each way out."""
    room = {"type": "conference", "room": "board"}
    bye = {"type": "hang_up"}
    prompt = {"type": "play", "prompts": ["rate"], "next": "bye"}
    ways = {way: way.removeprefix("on_") for way in ("on_ended", "on_left", "on_full", "on_refused")}
    return FlowDocument.model_validate(
        {
            "version": 1,
            "start": "answer",
            "nodes": {
                "answer": {"type": "answer", "next": "menu"},
                "menu": {"type": "menu", "prompts": ["menu"], "keys": {"1": "host", "2": "guest"}},
                "host": {**room, "part": "host", **host},
                "guest": {**room, **ways, **guest},
                **dict.fromkeys(("ended", "left", "full", "refused"), prompt),
                "bye": bye,
            },
        }
    )


class Room:
    """A company whose number leads to a conference."""

    def __init__(self, *, host: dict[str, Any] | None = None, **guest: Any) -> None:
        settings = config(1)
        settings.flows[(FLOW, 1)] = document(host or {}, guest)
        self.company = Company(settings)

    def come(self, leg: str, key: str = "2") -> None:
        self.company.call(leg)
        self.company.press(leg, key)

    def keys(self, leg: str, *keys: str) -> None:
        for key in "".join(keys):
            self.company.press(leg, key)

    def state_of(self, leg: str) -> Any:
        return self.company.engine.live[self.company.engine.legs[leg]].interaction

    def id(self, leg: str) -> str:
        return str(calls.conference_of(self.state_of(leg).conference.bridge))

    def act(self, leg: str, act: str, *, id: str | None = None, projects: list[str] | None = None) -> str | None:
        """As a supervisor; returns why not."""
        message = {"kind": "conference.control", "conference_id": id or self.id(leg), "leg_id": leg, "act": act}
        return self._ask({**message, "projects": projects})

    def end(self, leg: str, *, projects: list[str] | None = None) -> str | None:
        return self._ask({"kind": "conference.end", "conference_id": self.id(leg), "projects": projects})

    def _ask(self, message: dict[str, Any]) -> str | None:
        before = len(self.company.refused)
        try:
            event = commands.event(self.company.engine, {**message, "actor": {"account_id": ACCOUNT}})
        except agents.Impossible as error:
            return error.code
        self.company.do(event)
        return self.company.refused[-1] if len(self.company.refused) > before else None

    def hears(self, *legs: str) -> list[set[str]]:
        ears = Ears()
        ears.listen(self.company.sent, gone=self.company.over)
        return [ears.of(leg) for leg in legs]

    def called(self) -> list[str]:
        return [effect.leg_id for effect in self.company.sent if isinstance(effect, calls.CallNumber)]

    def hung_up(self) -> set[str]:
        return {effect.leg_id for effect in self.company.sent if isinstance(effect, calls.HangUp)}

    def bridges_ended(self) -> list[str]:
        return [effect.bridge_id for effect in self.company.sent if isinstance(effect, calls.EndBridge)]

    def node(self, leg: str) -> str:
        return self.company.engine.live[self.company.engine.legs[leg]].flow.node  # type: ignore[union-attr]


def test_callers_meet_and_the_last_one_ends_it() -> None:
    room = Room()
    room.come("c1")
    assert room.hears("c1") == [MUSIC], "who is alone does not sit in silence"
    room.come("c2")
    room.come("c3")
    assert room.hears("c1", "c2", "c3") == [{"c2", "c3"}, {"c1", "c3"}, {"c1", "c2"}]
    assert room.company.state("c1") == "conference"
    bridge = room.state_of("c1").conference.bridge
    room.company.wait(10)
    room.company.hang_up("c1")
    assert room.hears("c2", "c3") == [{"c3"}, {"c2"}]
    assert room.company.last("conference.left")["conference_seconds"] == 10
    assert room.company.last("interaction.ended")["end_reason"] == "completed"
    room.company.hang_up("c2")
    assert room.hears("c3") == [MUSIC]
    assert not room.bridges_ended()
    room.company.hang_up("c3")
    assert room.bridges_ended() == [bridge]
    assert not room.company.engine.live and not room.company.engine.conferences
    room.come("c4")
    assert room.state_of("c4").conference.bridge != bridge, "the next one is another conference"


def test_guests_wait_for_the_host() -> None:
    room = Room(admission="with_host")
    room.come("c1")
    room.come("c2")
    assert room.hears("c1", "c2") == [MUSIC, MUSIC], "they do not hear each other before"
    room.company.wait(7)
    room.come("host", "1")
    assert room.hears("c1", "c2", "host") == [{"c2", "host"}, {"c1", "host"}, {"c1", "c2"}]
    room.come("c3")
    assert room.hears("c3") == [{"c1", "c2", "host"}], "who comes later need not wait"
    assert [fact.data["by"] for _, fact in room.company.facts if fact.kind == "conference.admitted"].count(
        "system"
    ) == 3


def test_the_host_lets_in_and_refuses() -> None:
    room = Room(admission="by_host")
    room.come("host", "1")
    for leg in ("c1", "c2", "c3"):
        room.come(leg)
        room.company.wait(1)
    assert room.hears("host", "c1", "c2", "c3") == [MUSIC] * 4
    room.keys("host", "*1")
    assert room.hears("host", "c1", "c2", "c3") == [{"c1"}, {"host"}, MUSIC, MUSIC], "who came first is let in first"
    assert room.act("c2", "remove") is None
    assert room.node("c2") == "refused" and room.company.last("conference.left")["why"] == "refused"
    assert room.act("c3", "admit") is None
    assert room.hears("host", "c3") == [{"c1", "c3"}, {"c1", "host"}]


def test_held_out_muted_removed() -> None:
    room = Room()
    for leg in ("c1", "c2", "c3"):
        room.come(leg)
    assert room.act("c3", "hold") is None
    assert room.hears("c1", "c2", "c3") == [{"c2"}, {"c1"}, MUSIC]
    assert room.act("c2", "mute") is None
    assert room.hears("c1", "c2", "c3") == [set(), {"c1"}, MUSIC]
    assert room.act("c3", "mute") is None, "unheard also when they are back"
    assert room.act("c3", "admit") is None
    assert room.hears("c1", "c2", "c3") == [set(), {"c1"}, {"c1"}]
    assert room.act("c2", "unmute") is None
    assert room.hears("c1", "c3") == [{"c2"}, {"c1", "c2"}]
    assert room.act("c3", "remove") is None
    assert "c3" in room.hung_up() and room.hears("c1", "c2") == [{"c2"}, {"c1"}]
    assert room.company.last("interaction.ended")["ended_by"] == "supervisor"
    assert room.company.last("conference.left")["by_account"] is not None
    room.act("c1", "hold")
    assert room.hears("c1", "c2") == [MUSIC, MUSIC]


def test_the_keys_of_host_and_guests() -> None:
    room = Room()
    room.come("host", "1")
    room.come("c1")
    room.come("c2")
    room.keys("c1", "*4", "*0", "*1", "4", "0")
    assert room.hears("host") == [{"c1", "c2"}], "a guest's keys are about nobody else"
    room.keys("host", "*4")
    assert room.hears("host", "c1", "c2") == [set(), {"host"}, {"host"}]
    room.keys("c1", "*6")
    assert room.hears("host") == [set()], "who is muted by the host does not take it back"
    room.keys("host", "*5", "*2")
    assert room.hears("host", "c1", "c2") == [{"c1"}, {"host"}, MUSIC]
    room.keys("host", "*3")
    assert room.hears("host") == [{"c1", "c2"}]
    room.keys("c1", "*6")
    assert room.hears("host") == [{"c2"}]
    room.keys("c1", "*6")
    assert room.hears("host") == [{"c1", "c2"}]
    room.keys("c1", "**9")
    assert room.node("c1") == "left" and room.hears("host", "c1") == [{"c2"}, {"prompt"}]
    room.keys("host", "*0")
    assert room.node("c2") == "ended" and "host" in room.hung_up()


@pytest.mark.parametrize("ends", [True, False])
def test_what_a_host_leaves_behind(ends: bool) -> None:
    room = Room(host={"ends_with_host": ends})
    room.come("host", "1")
    room.come("c1")
    room.come("c2")
    room.company.hang_up("host")
    if ends:
        assert [room.node(leg) for leg in ("c1", "c2")] == ["ended", "ended"]
        assert room.company.last("conference.left")["why"] == "host_left"
    else:
        assert room.hears("c1", "c2") == [{"c2"}, {"c1"}]


def test_another_host_keeps_it() -> None:
    room = Room()
    for leg in ("h1", "h2"):
        room.come(leg, "1")
    room.come("c1")
    room.company.hang_up("h1")
    assert room.hears("h2", "c1") == [{"c1"}, {"h2"}]


def test_numbers_are_called_for_the_host() -> None:
    room = Room(host={"numbers": [*OUTSIDE, "", OUTSIDE[0]]})
    room.come("c1")
    room.come("host", "1")
    first, second = room.called()
    assert room.hears("host", "c1") == [{"c1"}, {"host"}], "nobody hears how they are called"
    room.company.pick_up(first)
    assert room.hears("host", "c1", first) == [{"c1", first}, {"host", first}, {"host", "c1"}]
    room.company.hang_up(second, 19)
    assert room.company.last("conference.left")["why"] == "unreached"
    assert room.act(first, "hold") is None
    assert room.hears("host", first) == [{"c1"}, MUSIC]
    assert room.act(first, "admit") is None
    room.company.wait(20)
    room.company.hang_up("host")
    assert first in room.hung_up(), "they are the host's guests"
    assert room.node("c1") == "ended"


def test_a_number_that_nobody_answers_is_given_up() -> None:
    room = Room(host={"numbers": [OUTSIDE[0]], "ring_seconds": 10})
    room.come("host", "1")
    room.company.wait(16)
    assert room.called()[0] in room.hung_up() and room.hears("host") == [MUSIC]
    failed = room.company
    room = Room(host={"numbers": [OUTSIDE[0]]})
    room.come("host", "1")
    leg = room.called()[0]
    room.company.do(calls.EffectFailed(leg_id=leg, at=failed.now, effect_id="1", effect="CallNumber", reason="none"))
    assert room.company.last("conference.left")["why"] == "unreached" and len(room.state_of("host").parties) == 1


def test_a_number_that_may_not_be_called_is_not() -> None:
    room = Room(host={"numbers": ["110", OUTSIDE[0]]})
    room.come("c1")
    room.come("host", "1")
    (invited,) = room.called()
    assert room.company.last("number.refused")["number"] == "110"
    room.company.pick_up(invited)
    assert room.hears("host") == [{"c1", invited}]


def test_full_and_without_a_name() -> None:
    room = Room(most_parties=2)
    room.come("c1")
    room.come("c2")
    room.come("c3")
    assert room.node("c3") == "full" and room.company.last("conference.refused")["why"] == "full"
    assert room.hears("c1", "c2") == [{"c2"}, {"c1"}]
    nameless = Room(room=" {{nothing}} ")
    nameless.come("c1")
    assert nameless.node("c1") == "refused"


def test_rooms_of_other_names_are_other_conferences() -> None:
    room = Room(host={"room": "other"})
    room.come("c1")
    room.come("host", "1")
    assert room.hears("c1", "host") == [MUSIC, MUSIC]


def test_who_may_do_what() -> None:
    room = Room()
    room.come("c1")
    room.come("c2")
    assert room.act("c1", "mute", projects=[OTHER_PROJECT]) == "not_your_interaction"
    assert room.act("nobody", "mute", id=room.id("c1")) == "not_your_interaction"
    assert room.act("c1", "mute", id=OTHER_PROJECT) == "not_your_interaction", "that is not its conference"
    assert room.end("c1", projects=[OTHER_PROJECT]) == "not_your_interaction"
    assert room.act("c1", "mute", projects=[str(PROJECT)]) is None
    assert room.end("c1", projects=[str(PROJECT)]) is None
    assert [room.node(leg) for leg in ("c1", "c2")] == ["ended", "ended"]


def test_tones_are_heard_by_those_who_are_in() -> None:
    room = Room()
    room.come("c1")
    room.come("c2")
    room.come("c3")
    room.company.hang_up("c3")
    sent = room.company.sent
    assert [effect.count for effect in sent if isinstance(effect, calls.SoundTones)] == [1, 1, 2]
    joined = [at for at, effect in enumerate(sent) if isinstance(effect, calls.Bridge)]
    assert next(at for at, effect in enumerate(sent) if isinstance(effect, calls.SoundTones)) > joined[1]
    quiet = Room(tones=False)
    quiet.come("c1")
    quiet.come("c2")
    assert not any(isinstance(effect, calls.SoundTones) for effect in quiet.company.sent)


def test_a_killed_runtime_leaves_it_as_it_was() -> None:
    room = Room(host={"numbers": [OUTSIDE[0]]}, admission="by_host")
    room.come("host", "1")
    for leg in ("c1", "c2", "c3"):
        room.come(leg)
    room.keys("host", "*1", "*1")
    invited = room.called()[0]
    room.company.pick_up(invited)
    room.act("c2", "hold")
    room.act("c1", "mute")
    bridge = room.state_of("c1").conference.bridge
    legs = {"host", "c1", "c2", "c3", invited}
    after = taken_over(room.company, legs, up=legs)
    ears = Ears()
    ears.listen(after.sent, gone=())
    heard = {leg: ears.of(leg) for leg in legs}
    assert heard == {
        "host": {invited}, "c1": {"host", invited}, invited: {"host"}, "c2": MUSIC, "c3": MUSIC,
    }  # fmt: skip
    assert {effect.bridge_id for effect in after.sent if isinstance(effect, calls.Bridge)} == {bridge}
    assert not [
        effect for effect in after.sent if isinstance(effect, calls.CallNumber | calls.HangUp | calls.EndBridge)
    ]
    gone = taken_over(room.company, legs - {"host", invited}, up=legs)
    assert not gone.engine.conferences, "the host has hung up meanwhile: it is over"


def test_a_desktop_sees_the_parties() -> None:
    room = Room(admission="by_host")
    room.come("host", "1")
    room.come("c1")
    view = views.interaction_view(room.company.engine, room.company.engine.live[room.company.engine.legs["c1"]])
    assert view["conference"]["room"] == "board" and not view["conference"]["host"]
    assert [party["state"] for party in view["parties"]] == ["waiting"] and view["called"] == NUMBER
