"""One tenant's calls, agents and queues in memory. It holds no truth that the database lacks. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from hujiao.agents.contracts import AT_NUMBER, AgentState
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.dispatch import Dispatch
from hujiao.app.runtime.tenant.ringing import Ringing
from hujiao.app.runtime.tenant.turn import Blends, Live
from hujiao.calls import contracts as calls
from hujiao.chat.contracts import MEDIUM
from hujiao.interactions.contracts import InteractionState
from hujiao.routing.order import Score, no_score


class Tenant:
    def __init__(self, config: TenantConfig, *, node: str, new_id: Callable[[], UUID], score: Score = no_score) -> None:
        self.config = config
        self.node = node
        self.new_id = new_id
        self.live: dict[UUID, Live] = {}
        self.agents: dict[UUID, AgentState] = {}
        self.legs: dict[str, UUID] = {}
        self._legs_of: dict[UUID, set[str]] = {}
        self.phones: frozenset[str] | None = None  # SIP users who can be called, where that is known
        self.chatting: set[UUID] = set()  # whose visitors are
        self.on_the_line: set[UUID] = set()  # whose customers are: neither kept places nor what is written up
        self.conferences: dict[str, set[UUID]] = {}  # the calls of each, by its bridge
        self._conference_of: dict[UUID, str] = {}
        self.break_requests: set[UUID] = set()  # agents who wait for a break, or have one
        self.breaks_changed = True
        self.bells: set[UUID] = set()  # agents at whose desktops the night bell rings
        self.bell_due: datetime | None = None  # when night may begin or end
        self.at_keys: set[UUID] = set()  # calls of agents who work by telephone, after they were known
        self.without_line: set[UUID] = set()  # agents at outside numbers to whom the trunk had no line a moment ago
        self.ringing = Ringing()
        self.dispatch = Dispatch(config, score, site=node)
        self.blends = Blends()

    def load(self, live: list[Live], agents: list[AgentState]) -> None:
        """Take over the committed state; callers keep their places."""
        self.agents = {agent.agent_id: agent for agent in agents}
        self.bells = {agent.agent_id for agent in agents if agent.bell_since}
        self.break_requests = {agent.agent_id for agent in agents if agent.break_request}
        for record in live:
            record.looking_up = False
            self.live[record.interaction.id] = record
            self.index(record.interaction)
        self.at_keys = {record.interaction.id for record in live if record.worker}
        self.dispatch.load(self.agents.values(), [record.interaction for record in live])

    # ── interactions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def index(self, state: InteractionState) -> None:
        """Find it by the legs that it has had, and count who is on the line and who rings."""
        self.ringing.look(state)
        for leg in (leg for party in state.parties for leg in party.legs):
            if leg not in self.legs:
                self.legs[leg] = state.id
                self._legs_of.setdefault(state.id, set()).add(leg)
        self._index_conference(state.id, state.conference.bridge if state.conference else None)
        there = self.chatting if state.medium == MEDIUM else self.on_the_line
        if state.customer_leg and state.state not in ("wrap_up", "ended"):
            there.add(state.id)
        else:
            there.discard(state.id)

    def _index_conference(self, interaction_id: UUID, bridge: str | None) -> None:
        before = self._conference_of.pop(interaction_id, None)
        if before is not None:
            self.conferences[before].discard(interaction_id)
            if not self.conferences[before]:
                del self.conferences[before]
        if bridge is not None:
            self._conference_of[interaction_id] = bridge
            self.conferences.setdefault(bridge, set()).add(interaction_id)

    def in_conference(self, bridge: str) -> list[InteractionState]:
        """The calls that take part, in the order in which they came."""
        found = [self.live[interaction_id].interaction for interaction_id in self.conferences.get(bridge, ())]
        return sorted(found, key=lambda state: (state.since, state.id))

    def conference_in(self, room: str) -> str | None:
        """The bridge of the conference that goes on in this room."""
        for bridge, members in self.conferences.items():
            state = self.live[next(iter(members))].interaction
            if state.conference and state.conference.terms.room == room:
                return bridge
        return None

    def forget(self, interaction_id: UUID) -> None:
        """The live row goes with the commit that says that it ended; late events of its legs mean nothing."""
        self.dispatch.router.leave(interaction_id)
        self._index_conference(interaction_id, None)
        for leg in self._legs_of.pop(interaction_id, ()):
            del self.legs[leg]
        self.at_keys.discard(interaction_id)
        del self.live[interaction_id]

    def flow_versions_in_use(self) -> set[tuple[UUID, int]]:
        runs = [run for record in self.live.values() for run in (record.flow, record.fragment) if run]
        return {version for run in runs for version in run.in_use()}

    def messages(self) -> list[str]:
        """The names of the messages that callers are leaving."""
        return [
            str(record.interaction.message.recording_id) for record in self.live.values() if record.interaction.message
        ]

    # ── people and things ────────────────────────────────────────────────────────────────────────────────────────────

    def signed_in(self) -> int:
        return sum(agent.state != "logged_out" for agent in self.agents.values())

    def leg_to(self, agent_id: UUID) -> str:
        """Returns the id of a new leg to the agent: to their phone, or to the outside number where they work."""
        agent = self.agents.get(agent_id)
        if agent is not None and agent.phone_kind == AT_NUMBER:
            return calls.outside_leg(self.new_id())
        return calls.agent_leg(agent_id, self.new_id())

    def calls_in(self, agent: AgentState) -> bool:
        """Whether the agent is pressing keys in a call from the number where they work."""
        own, canonical = [self.live[call] for call in self.at_keys & self.on_the_line], self.config.dialling.canonical
        return any(
            record.worker == agent.agent_id and canonical(record.interaction.caller) == canonical(agent.phone_number)
            for record in own
        )

    def is_party(self, leg_id: str) -> bool:
        """Whether somebody still has a part by this leg: who was given up has none."""
        interaction_id = self.legs.get(leg_id)
        return interaction_id is not None and self.live[interaction_id].interaction.party(leg_id) is not None

    def phone_is_gone(self, interaction_id: UUID, leg_id: str) -> bool:
        """Whether the leg is still that of an agent whose phone does not answer."""
        record = self.live.get(interaction_id)
        party = record.interaction.party(leg_id) if record else None
        agent = self.agents.get(party.agent_id) if party and party.agent_id else None
        return agent is not None and agent.unreachable_since is not None

    def prompts(self, names: tuple[str, ...], language: str) -> list[str]:
        """Those of these prompts that there are."""
        return [found for name in names if (found := self.config.prompt(name, language))]
