"""Flows that an agent leads a customer through: begun by command, with what goes in and comes back. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import fragments
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.app.runtime.tenant.work import EffectHandler, Work
from hujiao.interactions.contracts import EndOfGuidance, Guide, StartGuidance


def guide(tenant: Tenant, record: Live, message: dict[str, Any]) -> InteractionCommand:
    """`message` names the flow as `flow_id`; its `values` go along."""
    flow_id = UUID(message["flow_id"])
    if flow_id not in tenant.config.published:
        raise Impossible("unknown_reference", "flow_id")
    return InteractionCommand(record.interaction.id, Guide(flow_id=flow_id, values=message.get("values") or {}))


def _start(work: Work, record: Live, effect: StartGuidance) -> None:
    fragments.start(work, record, effect.flow_id, {})


def _end(work: Work, record: Live, effect: EndOfGuidance) -> None:
    """What the flow has found stays with the call."""
    guided, main = record.fragment, record.flow
    fragments.stop(record)
    if guided and record.flow and main:
        variables = {**main.variables, **guided.all_variables()}
        secrets = {**main.secrets, **guided.all_secrets()}
        record.flow = replace(record.flow, variables=variables, secrets=secrets, keys=main.keys + guided.keys)
    elif guided:
        record.flow = replace(guided, phase="away")


EFFECTS: dict[type, EffectHandler] = {StartGuidance: _start, EndOfGuidance: _end}
