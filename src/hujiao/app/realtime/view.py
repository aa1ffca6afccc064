"""A tenant's live view and what each reader may see of it. Pure: messages in, messages out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hujiao.app.realtime.events import Delta, Record, SetAside, Snapshot, Stale, View
from hujiao.kit.index import Index


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader may see: the whole tenant, the work of projects, or an agent's own.

    `queues` and `agents` belong to the projects; an agent's own queues are those that its live record names. `parked`:
    the projects of whose parked customers the reader may pick up any (None: of all). `screens`: whether the reader may
    view agents' screens.
    """

    everything: bool = False
    projects: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    own_agent: str | None = None
    parked: frozenset[str] | None = frozenset()
    screens: bool = False

    @property
    def wide(self) -> bool:
        """Whether the reader sees interactions of others."""
        return self.everything or bool(self.projects)

    def agent(self, record: Record) -> bool:
        if self.everything or record["id"] == self.own_agent or record["id"] in self.agents:
            return True
        return not self.queues.isdisjoint(record.get("queue_ids") or ())

    def shown_agent(self, record: Record) -> Record:
        """Whom an agent's rules forwarded, and whom the agent did not reach, is told to that agent alone; what is set
        of another project's queues stays behind its wall."""
        if record["id"] == self.own_agent:
            return record
        hidden: Record = {name: None for name in ("forwarded", "failed_call") if record.get(name)}
        adjustments = record.get("adjustments") or []
        known = [one for one in adjustments if self._about_theirs(one)]
        if len(known) < len(adjustments):
            hidden["adjustments"] = known
        return {**record, **hidden} if hidden else record

    def _about_theirs(self, adjustment: Record) -> bool:
        if self.everything:
            return True
        match adjustment["kind"]:
            case "rank" | "queue":
                return adjustment["subject"] in self.queues
            case "project":
                return adjustment["subject"] in self.projects
            case _:
                return True

    def alarms(self, view: LiveView, agents: Iterable[str], queues: Iterable[str]) -> bool:
        """Whether the reader supervises one of these; an agent is told nothing of what is said about them."""
        if self.everything or not self.queues.isdisjoint(queues):
            return True
        return self.wide and any(self.agent(view.agents.get(one) or {"id": one}) for one in agents)

    def blend(self, record: Record) -> bool:
        return self.everything or not self.queues.isdisjoint(record["queue_ids"])

    def interaction(self, record: Record) -> bool:
        if self.everything or record.get("project_id") in self.projects:
            return True
        return self.own(record) or self._may_pick_up(record)

    def own(self, record: Record) -> bool:
        """Whether the reader has a part in it as an agent or a supervisor."""
        return self.own_agent is not None and self.own_agent in agents_in(record)

    def shown(self, record: Record) -> Record:
        """The interaction as this reader may know it: whether somebody listens or coaches is not the agent's to see."""
        if self.everything or record.get("project_id") in self.projects:
            return record
        if not self.own(record):
            record = {**record, **_UNTOLD}
        if record.get("written") and record.get("agent_id") != self.own_agent:
            record = {**record, "written": []}  # that is for who has the customer
        parties = record.get("parties") or ()
        kept = [party for party in parties if _known(party) or party["agent_id"] == self.own_agent]
        return record if len(kept) == len(parties) else {**record, "parties": kept}

    def _may_pick_up(self, record: Record) -> bool:
        return bool(record.get("parked")) and (self.parked is None or record.get("project_id") in self.parked)


# What is told of a parked customer only to who has picked them up.
_UNTOLD: Record = {"variables": {}, "keys": "", "flow_path": [], "transfers": [], "written": [], "forwarded": []}


def agents_in(record: Record) -> set[str | None]:
    """The agents and supervisors who have a part in an interaction."""
    parties = {party["agent_id"] for party in record.get("parties") or ()}
    return {record.get("agent_id"), *(record.get("wrapping_agent_ids") or ()), *parties}


def _known(party: dict[str, Any]) -> bool:
    return party.get("role") != "supervisor" or party.get("mode") == "barge"


@dataclass(slots=True)
class LiveView:
    seq: int = 0
    agents: dict[str, Record] = field(default_factory=dict)
    queues: dict[str, Record] = field(default_factory=dict)
    interactions: dict[str, Record] = field(default_factory=dict)
    blends: list[Record] = field(default_factory=list)
    _of_agents: Index[str | None, str] = field(default_factory=Index)
    _parked: set[str] = field(default_factory=set)

    def load(self, message: dict[str, Any]) -> None:
        self.seq = message["seq"]
        self.agents = _by_id(message["agents"])
        self.queues = _by_id(message["queues"])
        self.interactions = {}
        self._of_agents.clear()
        self._parked.clear()
        self._put(message["interactions"])
        self.blends = message.get("blends") or []

    def apply(self, message: dict[str, Any]) -> bool:
        """Take a delta in; False when something before it is missing. One from before the snapshot changes nothing, but
        for one that no event of the ledger numbers, which is told by the number that is reached."""
        if message.get("blends") is not None:  # the whole of them, and no event of the ledger numbers them
            self.blends = message["blends"]
        if not _is_news(message, self.seq):
            return True
        if message.get("prev_seq", self.seq) > self.seq:
            return False
        self.seq = message["seq"]
        self.agents.update(_by_id(message["agents"]))
        for record in message["queues"]:
            self.queues[record["id"]] = {**self.queues.get(record["id"], {}), **record}
        self._put(message["interactions"])
        for interaction_id in message["ended"]:
            self._unlist(interaction_id)
            self.interactions.pop(interaction_id, None)
        return True

    def near(self, agent_id: str | None) -> list[Record]:
        """Returns the interactions that an agent may see without any project's: their own, and those that are parked.
        The oldest first."""
        own = self._of_agents.of(agent_id) if agent_id else ()
        return [self.interactions[key] for key in sorted(self._parked.union(own))]

    def _put(self, records: Iterable[Record]) -> None:
        for record in records:
            key = record["id"]
            self._unlist(key)
            self.interactions[key] = record
            for agent_id in agents_in(record):
                self._of_agents.add(agent_id, key)
            if record.get("parked"):
                self._parked.add(key)

    def _unlist(self, interaction_id: str) -> None:
        record = self.interactions.get(interaction_id)
        if record is None:
            return
        self._parked.discard(interaction_id)
        for agent_id in agents_in(record):
            self._of_agents.discard(agent_id, interaction_id)


@dataclass(slots=True)
class Reader:
    """One socket's place in the stream of a tenant."""

    scope: Scope
    seq: int | None = None
    interactions: dict[str, Record] = field(default_factory=dict)  # as they were told last
    own_queues: frozenset[str] = frozenset()

    def snapshot(self, view: LiveView) -> Snapshot:
        self.own_queues = self._own_queues(view)
        seen = View(
            agents=self._agents(view.agents.values()),
            queues=[record for record in view.queues.values() if self._queue(record)],
            interactions=self._interactions(
                view.interactions.values() if self.scope.wide else view.near(self.scope.own_agent)
            ),
            blends=self._blends(view),
        )
        self.seq = view.seq
        self.interactions = _by_id(seen.interactions)
        return Snapshot(seq=view.seq, view=seen)

    def delta(self, message: dict[str, Any], view: LiveView) -> Delta | Snapshot | None:
        """What of this change (already in the view) the reader may see; None when nothing, and then nothing is sent."""
        if self.seq is None or not _is_news(message, self.seq):
            return None
        if self._own_queues(view) != self.own_queues:
            return self.snapshot(view)
        agents = self._agents(message["agents"])
        queues = [record for record in message["queues"] if self._queue(record)]
        now_seen = _by_id(self._interactions(message["interactions"]))
        # What changed may be nothing that this reader may know.
        interactions = [record for key, record in now_seen.items() if record != self.interactions.get(key)]
        gone = ({record["id"] for record in message["interactions"]} - now_seen.keys()) | set(message["ended"])
        ended = sorted(self.interactions.keys() & gone)
        if not (agents or queues or interactions or ended):
            return None
        self.interactions |= now_seen
        for key in ended:
            del self.interactions[key]
        change = Delta(
            prev_seq=self.seq,
            seq=message["seq"],
            agents=agents,
            queues=queues,
            interactions=interactions,
            ended=ended,
        )
        self.seq = message["seq"]
        return change

    def stale(self, aside: SetAside | None) -> Stale:
        """Which object failed is told to those who see all of the tenant."""
        return Stale(msgspec.structs.replace(aside, about="") if aside and not self.scope.everything else aside)

    def figures(self, queues: Iterable[Record]) -> Delta | None:
        """New figures of the day: no event of the ledger numbers them, so the number stays."""
        seen = [record for record in queues if self._queue(record)]
        if self.seq is None or not seen:
            return None
        return Delta(prev_seq=self.seq, seq=self.seq, agents=[], queues=seen, interactions=[], ended=[])

    def blends(self, view: LiveView) -> Delta | None:
        """The blending rules as they are now; for those who may see any of them."""
        if self.seq is None or not (seen := self._blends(view)):
            return None
        return Delta(prev_seq=self.seq, seq=self.seq, agents=[], queues=[], interactions=[], ended=[], blends=seen)

    def _agents(self, records: Iterable[Record]) -> list[Record]:
        return [self.scope.shown_agent(record) for record in records if self.scope.agent(record)]

    def _interactions(self, records: Iterable[Record]) -> list[Record]:
        return [self.scope.shown(record) for record in records if self.scope.interaction(record)]

    def _blends(self, view: LiveView) -> list[Record]:
        return [record for record in view.blends if self.scope.blend(record)]

    def _queue(self, record: Record) -> bool:
        return self.scope.everything or record["id"] in self.scope.queues or record["id"] in self.own_queues

    def _own_queues(self, view: LiveView) -> frozenset[str]:
        own = view.agents.get(self.scope.own_agent or "")
        return frozenset(own.get("queue_ids") or ()) if own else frozenset()


def _is_news(message: dict[str, Any], seq: int) -> bool:
    """Whether it tells more to who has reached this number: by its own, or because nothing numbers it."""
    return bool(message["seq"] > seq or message["seq"] == message.get("prev_seq") == seq)


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {record["id"]: record for record in records}
