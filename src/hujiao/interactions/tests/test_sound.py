"""The commands that lead from one declared sound to another, tried on a model of the switch."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import Prompts
from hujiao.interactions.sound import Line, Music, Recorded, Ringing, Sound, changes

LEGS = ("a", "b", "c", "d")
HEARD = st.sampled_from([None, Music("default"), Music("jazz"), Prompts("p1", ["x"]), Prompts("p2", ["y"])])
ALONE = st.builds(Line, hears=HEARD, muted=st.booleans())
TOGETHER = st.builds(Line, bridge=st.sampled_from(["main", "beside"]), muted=st.booleans())
RINGING = st.sampled_from([Line(bridge="main", hears=Ringing(), dialled=True), Line(hears=Ringing(), dialled=True)])
DIALLED = st.just(Line(bridge="main", dialled=True))
SOUND = st.builds(
    Sound,
    st.dictionaries(st.sampled_from(LEGS), ALONE | TOGETHER | RINGING | DIALLED, min_size=1),
    st.none() | st.builds(Recorded, st.sampled_from([UUID(int=1), UUID(int=2)]), st.just("a"), st.booleans()),
)


class Switch:
    """What legs hear and where they are, as commands say; it checks that each command makes sense."""

    def __init__(self, sound: Sound) -> None:
        self.hears = {leg: line.hears for leg, line in sound.lines.items() if line.hears}
        self.muted = {leg for leg, line in sound.lines.items() if line.muted}
        self.bridge = {leg: line.bridge for leg, line in sound.lines.items() if line.joined}
        self.bridges = sound.bridges()
        self.recorded = sound.recorded

    def do(self, effect: calls.AnyEffect) -> None:
        match effect:
            case calls.StopMusic(leg_id=leg) | calls.StopRing(leg_id=leg) | calls.StopPlayback(leg_id=leg):
                self.hears.pop(leg, None)
            case calls.StartMusic(leg_id=leg):
                self.starts(leg, Music(effect.music))
            case calls.Ring(leg_id=leg):
                self.starts(leg, Ringing())
            case calls.Play(leg_id=leg):
                self.starts(leg, Prompts(effect.playback_id, effect.prompts))
            case calls.MuteLeg(leg_id=leg):
                (self.muted.add if effect.on else self.muted.discard)(leg)
            case calls.LeaveBridge(leg_id=leg, bridge_id=bridge):
                assert self.bridge.pop(leg, bridge) == bridge
            case calls.EndBridge(bridge_id=bridge):
                self.bridges.discard(bridge)
            case calls.Bridge(bridge_id=bridge, legs=legs):
                self.bridges.add(bridge)
                for leg in legs:
                    assert leg not in self.hears, "music goes on in the conversation"
                    self.bridge[leg] = bridge
            case calls.StartRecording():
                self.recorded = Recorded(effect.recording_id, effect.leg_id)
            case calls.PauseRecording():
                assert self.recorded
                self.recorded = Recorded(effect.recording_id, effect.leg_id, effect.on)
            case calls.StopRecording():
                self.recorded = None

    def starts(self, leg: str, heard: Music | Ringing | Prompts) -> None:
        assert leg not in self.bridge, "who talks would hear it"
        assert leg not in self.hears, "two at once"
        self.hears[leg] = heard

    def sound(self, legs: dict[str, Line]) -> Sound:
        lines = {}
        for leg, line in legs.items():
            bridge = line.bridge if line.dialled else self.bridge.get(leg, "")
            lines[leg] = Line(bridge=bridge, hears=self.hears.get(leg), muted=leg in self.muted, dialled=line.dialled)
        return Sound(lines, self.recorded)


@given(SOUND, SOUND)
def test_the_commands_lead_from_one_to_the_other(before: Sound, after: Sound) -> None:
    switch = Switch(before)
    joined = {leg: line.bridge for leg, line in after.lines.items() if line.joined}
    for effect in changes(before, after):
        switch.do(effect)
        for leg, line in after.lines.items():
            was = before.lines.get(leg, Line())
            where = switch.bridge.get(leg)
            assert where in (None, was.bridge, line.bridge)
            if line.muted and where and where != was.bridge:
                assert leg in switch.muted, "heard before it is muted"
    assert switch.sound(after.lines) == after
    assert switch.bridges >= set(joined.values())
    assert not {bridge for bridge in switch.bridges if bridge not in after.bridges()}


@given(SOUND)
def test_nothing_is_commanded_when_nothing_changes(sound: Sound) -> None:
    assert list(changes(sound, sound)) == []


@given(SOUND, SOUND)
def test_what_is_ensured_holds_even_if_nothing_had_been_performed(before: Sound, after: Sound) -> None:
    """Of a switch that lost every command of before."""
    switch = Switch(Sound({leg: Line() for leg in before.lines}))
    for effect in changes(before, Sound(after.lines), ensure=True):
        switch.do(effect)
    assert switch.sound(after.lines).lines == after.lines


def test_a_playback_that_has_ended_is_not_stopped() -> None:
    before, after = Sound({"a": Line(hears=Prompts("p", ["x"]))}), Sound({"a": Line(hears=Music("default"))})
    assert list(changes(before, after, over="p")) == [calls.StartMusic(leg_id="a", music="default")]
