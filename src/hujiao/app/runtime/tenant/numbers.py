"""Which outside numbers are called. Pure."""

from __future__ import annotations

from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.calls.dialling import Refusal
from hujiao.interactions.contracts import Dialling, InteractionState


def refused_by(config: TenantConfig, state: InteractionState, number: str) -> Refusal | None:
    """Why this number is not called; what an agent sent the caller to is the agent's own call."""
    if isinstance(state.journey, Dialling):
        return config.dialling.refusal(number, by_agent=True)
    if state.consulted and state.consulted.number == number:
        return config.dialling.refusal(number, by_agent=True)
    last = state.transfers[-1] if state.transfers else None
    own = state.state == "transferred" and last is not None and (last.to, last.target) == ("number", number)
    return config.dialling.refusal(number, by_agent=own and last is not None and last.by_agent is not None)
