"""Every kind of event that the ledger has, and the fold of them all."""

from hujiao.agents.events import EVENTS as AGENTS
from hujiao.calls.events import EVENTS as CALLS
from hujiao.chat.events import EVENTS as CHAT
from hujiao.flows.document import EVENTS as STEPS
from hujiao.flows.events import EVENTS as FLOWS
from hujiao.interactions.events import EVENTS as INTERACTIONS
from hujiao.interactions.fold import folder
from hujiao.kit.events import Kinds
from hujiao.routing.events import EVENTS as ROUTING

CAPABILITIES: dict[str, Kinds] = {
    "interactions": INTERACTIONS,
    "flows": {**FLOWS, **STEPS},
    "routing": ROUTING,
    "agents": AGENTS,
    "calls": CALLS,
    "chat": CHAT,
}
KINDS: Kinds = {kind: event for events in CAPABILITIES.values() for kind, event in events.items()}

fold = folder(KINDS)
