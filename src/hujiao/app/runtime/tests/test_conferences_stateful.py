"""Conferences in a random world: whatever hosts, guests and supervisors do, nobody hears what they must not."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hujiao.app.runtime.tests.company import taken_over
from hujiao.app.runtime.tests.test_conferences import MUSIC, OUTSIDE, Room
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import InteractionState

MOST = 5


class World(RuleBasedStateMachine):
    @initialize(
        admission=st.sampled_from(["at_once", "with_host", "by_host"]),
        ends=st.booleans(),
        muted=st.booleans(),
        apart=st.booleans(),
    )
    def a_flow(self, admission: str, ends: bool, muted: bool, apart: bool) -> None:
        host = {"ends_with_host": ends, "numbers": OUTSIDE[:1], "most_parties": MOST, "room": "board"}
        if apart:
            host["room"] = "other"
        self.room = Room(host=host, admission=admission, muted=muted, most_parties=MOST)
        self.started = 0

    def states(self) -> list[InteractionState]:
        return [record.interaction for record in self.room.company.engine.live.values()]

    def leg(self, data: Any) -> str | None:
        legs = sorted(party.leg_id for state in self.states() for party in state.parties)
        return data.draw(st.sampled_from(legs)) if legs else None

    @rule(key=st.sampled_from("122"))
    def somebody_calls(self, key: str) -> None:
        self.started += 1
        self.room.come(f"c{self.started}", key)

    @rule(data=st.data(), act=st.sampled_from(["admit", "hold", "mute", "unmute", "admit", "remove"]))
    def a_supervisor_acts(self, data: Any, act: str) -> None:
        leg = self.leg(data)
        if leg and self.room.state_of(leg).conference:
            self.room.act(leg, act)

    @rule(data=st.data(), key=st.sampled_from("0123456789*#"))
    def keys(self, data: Any, key: str) -> None:
        if leg := self.leg(data):
            self.room.keys(leg, "*", key)

    @rule(data=st.data())
    def a_number_answers(self, data: Any) -> None:
        if leg := self.leg(data):
            self.room.company.pick_up(leg)

    @rule(data=st.data(), cause=st.sampled_from([16, 19, 21]))
    def somebody_hangs_up(self, data: Any, cause: int) -> None:
        if leg := self.leg(data):
            self.room.company.hang_up(leg, cause)

    @rule(seconds=st.sampled_from([1, 40]))
    def time_goes_on(self, seconds: int) -> None:
        self.room.company.wait(seconds)

    @rule(data=st.data())
    def a_runtime_is_killed(self, data: Any) -> None:
        """Everything sounds as before: nothing of a conference is told to the switch but what it may have missed."""
        legs = {party.leg_id: party.state != "calling" for state in self.states() for party in state.parties}
        lost = data.draw(st.sets(st.sampled_from(sorted(legs)), max_size=1)) if legs else set()
        before = self.room.company
        there = legs.keys() - lost
        after = taken_over(before, set(there), up={leg for leg in there if legs[leg]})
        after.sent = [*before.sent, *after.sent]
        after.over, after.timers = before.over | lost, before.timers
        self.room.company = after

    @invariant()
    def who_is_in_hears_who_is_in(self) -> None:
        if not hasattr(self, "room"):
            return
        parties = [(state, party) for state in self.states() for party in state.parties if state.conference]
        for state, party in parties:
            assert state.conference is not None
            (heard,) = self.room.hears(party.leg_id)
            room = state.conference.terms.room
            there = {
                other.leg_id: other.muted
                for of, other in parties
                if of.conference and of.conference.terms.room == room and other.state == "in"
            }
            if party.state == "calling":
                assert heard == set()
            elif party.state != "in" or len(there) == 1:
                assert heard == MUSIC, f"{party.leg_id} is {party.state}"
            else:
                assert heard == {leg for leg, muted in there.items() if not muted} - {party.leg_id}

    @invariant()
    def one_room_is_one_conference(self) -> None:
        if not hasattr(self, "room"):
            return
        bridges = {
            (state.conference.terms.room, state.conference.bridge) for state in self.states() if state.conference
        }
        assert len({room for room, _ in bridges}) == len(bridges)
        engine = self.room.company.engine
        assert {bridge for _, bridge in bridges} == engine.conferences.keys()
        assert not {bridge for _, bridge in bridges} & set(self.room.bridges_ended())
        for bridge in engine.conferences:
            members = engine.in_conference(bridge)
            assert sum(len(state.parties) for state in members) <= MOST

    @invariant()
    def nobody_is_called_and_forgotten(self) -> None:
        if hasattr(self, "room"):
            there = {party.leg_id for state in self.states() for party in state.parties}
            assert set(self.room.called()) <= self.room.hung_up() | self.room.company.over | there

    @invariant()
    def who_is_kept_out_was_never_joined(self) -> None:
        """Not for a moment: between the word that lets somebody in and the one that takes them out nothing is lost."""
        if not hasattr(self, "room"):
            return
        outside = {
            p.leg_id for state in self.states() for p in state.parties if state.conference and p.state == "waiting"
        }
        joined = {leg for e in self.room.company.sent if isinstance(e, calls.Bridge) for leg in e.legs}
        assert not outside & joined


World.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestWorld = World.TestCase
