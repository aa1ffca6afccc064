"""What everybody on the line hears: declared from the state, and compared with what was so before. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import MAIN, InConference, InteractionState, Party, Prompts

NO_QUEUES_MUSIC = "default"  # of who has been in no queue


class Music(msgspec.Struct, frozen=True):
    name: str


class Ringing(msgspec.Struct, frozen=True):
    """Our tone, until the far end answers, or its carrier speaks."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What is so of one leg: the `bridge` that it talks in, what it `hears` from us, `muted` if nobody hears it.

    `dialled`: it is put into the bridge when an outside number is dialled, for a carrier may speak before anybody does.
    `watch`: it hears another leg and is heard by that leg alone. `keys_kept`: its keys reach nobody in the bridge.
    `shared`: legs of other interactions are in the bridge, too, and stay.
    """

    bridge: str = ""
    hears: Music | Ringing | Prompts | None = None
    muted: bool = False
    dialled: bool = False
    watch: calls.Watch | None = None
    keys_kept: bool = False
    shared: bool = False

    @property
    def joined(self) -> bool:
        """Whether it is in its bridge by our command."""
        return bool(self.bridge) and not (self.dialled or self.watch)


class Spoken(msgspec.Struct, frozen=True):
    """What everybody in a bridge hears; its end is told as that of the leg."""

    bridge: str
    leg_id: str
    prompts: Prompts


class Recorded(msgspec.Struct, frozen=True):
    """A recording, made on this leg; `pauses` are how many there have been, the present one counted."""

    recording_id: UUID
    leg_id: str
    paused: bool = False
    pauses: int = 0


class Sound(msgspec.Struct, frozen=True):
    """The lines of all legs that are up, by leg, and what is recorded."""

    lines: dict[str, Line] = {}
    recorded: Recorded | None = None
    spoken: Spoken | None = None

    def bridges(self) -> set[str]:
        """Those that nobody else has a part in."""
        return {line.bridge for line in self.lines.values() if line.bridge and not line.shared}


def declared(state: InteractionState) -> Sound:
    """What should be so in this state."""
    if state.state in ("ended", "wrap_up"):
        return Sound()
    lines = {leg: Line() for party in state.parties for leg in party.legs}
    lines |= {party.talks_by: _line(state, party) for party in state.parties if party.state != "lost"}
    recorded = None
    if recording := state.recording:
        recorded = Recorded(recording.id, state.customer_leg, recording.paused, len(recording.pauses))
    said = state.guidance.prompts if state.guidance else None
    return Sound(lines, recorded, Spoken(state.bridge(MAIN), state.customer_leg, said) if said else None)


def _line(state: InteractionState, party: Party) -> Line:
    if state.conference:
        return _in_conference(state.conference, party)
    if party.state == "calling":
        return Line(bridge=_dialled_into(state, party), dialled=True)
    if party.unheard:
        watching = watch(state, party)
        bridge = watching.bridge_id if watching else ""
        return Line(bridge=bridge, muted=party.mode == "listen", watch=watching)
    music = Music(state.terms.music if state.terms else NO_QUEUES_MUSIC)
    if party.state == "held":
        return Line(hears=music)
    if party.role == "customer" and state.state in ("queued", "offered", "parked"):
        return Line(hears=state.announcement or music)
    if party.role == "customer" and state.state == "flow":
        return Line()
    if state.announcement:  # before agent and customer are joined
        return Line(hears=state.announcement) if party.role == "customer" else Line(muted=party.silent)
    bridge = state.bridge(party.room)
    others = [other for other in state.parties if other.room == party.room and other != party]
    called = [other for other in others if other.state == "calling" and not other.away]
    alone = not any(other.state == "in" for other in others)
    if alone and any(other.away for other in others):
        return Line(hears=music)
    if alone and called:
        return Line(bridge=_dialled_into(state, called[0]), hears=Ringing(), muted=party.silent, dialled=True)
    keys_kept = party.role == "customer" and state.guidance is not None
    return Line(bridge=bridge, muted=party.silent, keys_kept=keys_kept)


def _in_conference(conference: InConference, party: Party) -> Line:
    if party.state == "calling":
        return Line(dialled=True)
    if party.state != "in" or conference.alone:
        return Line(hears=Music(conference.terms.music))
    return Line(bridge=conference.bridge, muted=party.silent, keys_kept=True, shared=True)


def watch(state: InteractionState, party: Party) -> calls.Watch | None:
    """How a supervisor hears the conversation, by the ear of whom the customer talks with; None: there is nobody."""
    if state.other is None or state.other.state in ("calling", "lost"):
        return None
    watched = state.other.talks_by
    return calls.Watch(
        watch_id=f"{calls.WATCH}{party.leg_id}-{watched[-8:]}",
        leg_id=party.leg_id,
        watched=watched,
        bridge_id=state.bridge(party.room),
    )


def _dialled_into(state: InteractionState, called: Party) -> str:
    """The bridge of whoever hears how an outside number is called."""
    heard = any(other.room == called.room and other.state == "in" for other in state.parties)
    return state.bridge(called.room) if heard and called.agent_id is None else ""


def changes(before: Sound, after: Sound, *, over: str = "", ensure: bool = False) -> Iterator[calls.AnyEffect]:
    """The commands that lead from the one to the other, so that nobody hears meanwhile what they must not.

    `over` is a playback that has ended by itself. `ensure`: nobody knows which commands of before were performed.
    """
    old, new = before.recorded, after.recorded
    goes_on = old is not None and new is not None and old.recording_id == new.recording_id
    if old and not goes_on:
        yield calls.StopRecording(recording_id=old.recording_id, leg_id=old.leg_id)
    elif old and new and (new.paused != old.paused or (ensure and new.pauses)):
        yield calls.PauseRecording(recording_id=new.recording_id, leg_id=new.leg_id, on=new.paused)
    if before.spoken and before.spoken != after.spoken and before.spoken.prompts.playback_id != over:
        yield calls.StopPlayback(leg_id=before.spoken.leg_id, playback_id=before.spoken.prompts.playback_id)
    for leg, line in after.lines.items():
        was = before.lines.get(leg, Line())
        if line.hears != was.hears:
            yield from _stop(leg, was, over)
        elif ensure and line.joined and was.joined:  # the command that stopped it may not have been performed
            yield calls.StopMusic(leg_id=leg)
            yield calls.StopRing(leg_id=leg)
        if was.watch and line.watch != was.watch:
            yield calls.EndWatch(watch_id=was.watch.watch_id)
        if was.bridge and (_place(line) != _place(was) or (was.joined and not line.joined)):
            yield calls.LeaveBridge(bridge_id=was.bridge, leg_id=leg)
    rings = {line.bridge for line in before.lines.values() if not line.joined} & after.bridges()
    joined = {line.bridge for line in after.lines.values() if line.joined}
    for bridge in sorted(before.bridges() - joined - rings):
        yield calls.EndBridge(bridge_id=bridge)
    coming: dict[tuple[str, bool], list[str]] = {}
    for leg, line in after.lines.items():
        was = Line() if ensure else before.lines.get(leg, Line())
        if line.hears != was.hears:
            yield from _start(leg, line, again=ensure)
        if line.muted and not was.muted:
            yield calls.MuteLeg(leg_id=leg, on=True)
        if line.watch and line.watch != before.lines.get(leg, Line()).watch:
            yield line.watch
        if line.joined and (_place(line) != _place(was) or not was.joined):
            coming.setdefault(_place(line), []).append(leg)
    for (bridge, keys_kept), legs in coming.items():
        yield calls.Bridge(bridge_id=bridge, legs=legs, keys_kept=keys_kept)
    for leg, line in after.lines.items():
        if before.lines.get(leg, Line()).muted and not line.muted:
            yield calls.MuteLeg(leg_id=leg, on=False)
    if after.spoken and before.spoken != after.spoken:
        said = after.spoken
        playback_id, prompts = said.prompts.playback_id, said.prompts.prompts
        yield calls.PlayToAll(bridge_id=said.bridge, leg_id=said.leg_id, playback_id=playback_id, prompts=prompts)
    if new and not goes_on:
        yield calls.StartRecording(recording_id=new.recording_id, leg_id=new.leg_id)
        if new.paused:
            yield calls.PauseRecording(recording_id=new.recording_id, leg_id=new.leg_id, on=True)


def _place(line: Line) -> tuple[str, bool]:
    """Where a leg talks; a change of it takes the leg out and puts it in again."""
    return line.bridge, line.keys_kept


def _stop(leg: str, line: Line, over: str) -> Iterator[calls.AnyEffect]:
    match line.hears:
        case Music():
            yield calls.StopMusic(leg_id=leg)
        case Ringing():
            yield calls.StopRing(leg_id=leg)
        case Prompts(playback_id=playback) if playback != over:
            yield calls.StopPlayback(leg_id=leg, playback_id=playback)


def _start(leg: str, line: Line, *, again: bool) -> Iterator[calls.AnyEffect]:
    match line.hears:
        case Music():
            yield calls.StartMusic(leg_id=leg, music=line.hears.name, again=again)
        case Ringing():
            yield calls.Ring(leg_id=leg)
        case Prompts():
            yield calls.Play(leg_id=leg, playback_id=line.hears.playback_id, prompts=line.hears.prompts)
