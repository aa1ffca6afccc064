"""A tenant's configuration as the engine needs it; never changed in place."""

from __future__ import annotations

from uuid import UUID

import msgspec

from hujiao.flows.document import FlowDocument
from hujiao.queues.contracts import QueueSettings


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    name: str
    sip_user: str
    phone_kind: str
    skills: dict[UUID, int]


class NumberSettings(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    flow_id: UUID
    project_id: UUID
    business_id: UUID
    language: str | None


class TenantConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a call may need. `flows` holds the documents by (flow, version), `published` the current version."""

    id: UUID
    slug: str
    language: str
    suspended: bool
    agents: dict[UUID, AgentSettings]
    queues: dict[UUID, QueueSettings]
    numbers: dict[str, NumberSettings]
    flows: dict[tuple[UUID, int], FlowDocument]
    published: dict[UUID, int]
    prompts: dict[tuple[str, str], str]

    def queue(self, reference: str) -> QueueSettings | None:
        """A queue by its id or its name: flows may say either."""
        for queue in self.queues.values():
            if str(queue.id) == reference or queue.name == reference:
                return queue
        return None

    def prompt(self, name: str, language: str) -> str | None:
        """The content address of a prompt in the caller's language, else in the tenant's."""
        return self.prompts.get((name, language)) or self.prompts.get((name, self.language))

    def serves(self) -> dict[UUID, frozenset[UUID]]:
        """Agent → the queues whose every skill the agent has at the needed level (a queue without skills: none)."""
        return {
            agent.id: frozenset(
                queue.id
                for queue in self.queues.values()
                if queue.skills and all(agent.skills.get(skill, 0) >= level for skill, level in queue.skills.items())
            )
            for agent in self.agents.values()
        }
