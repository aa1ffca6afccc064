"""Flows that play to a caller who waits in a queue, and keeps the place, or to one who talks with an agent. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EffectHandler, Work
from hujiao.flows import contracts as flows
from hujiao.flows.call_back_offer import OFFER_START, PROMISED, call_back_offer
from hujiao.flows.document import FlowDocument
from hujiao.flows.voicemail import GOODBYE, voicemail
from hujiao.interactions import contracts as interactions

FLOW_TIMER = "flow"


def document(tenant: Tenant, run: flows.FlowRun | flows.Frame, language: str) -> FlowDocument | None:
    """The flow that is run; None when it is there no more."""
    if isinstance(run, flows.Frame):
        return tenant.config.flows.get((run.flow_id, run.version))
    if run.voicemail is not None:
        return voicemail(run.voicemail, goodbye=bool(tenant.prompts((GOODBYE,), language)))
    if run.offer:
        promised = bool(tenant.prompts((PROMISED,), language))
        return call_back_offer(run.offer, str(run.flow_id), promised=promised)
    return tenant.config.flows.get((run.flow_id, run.version))


def versions(config: TenantConfig, flow_id: UUID) -> dict[str, int]:
    """The published versions of all flows that may be called on the way from this one."""
    found: dict[str, int] = {}
    waiting = [(flow_id, config.published.get(flow_id))]
    while waiting:
        one, version = waiting.pop()
        reached = config.flows.get((one, version)) if version else None
        for called_id in reached.calls if reached else ():
            current = config.published.get(called_id)
            if current and str(called_id) not in found:
                found[str(called_id)] = current
                waiting.append((called_id, current))
    return found


def called(tenant: Tenant, run: flows.FlowRun, flow_id: str) -> tuple[int, FlowDocument] | None:
    """The flow as it was published when the caller began, and its version."""
    version = run.versions.get(flow_id)
    found = tenant.config.flows.get((UUID(flow_id), version)) if version else None
    return (version, found) if version and found else None


def start(work: Work, record: Live, flow_id: UUID, figures: dict[str, Any]) -> None:
    """Play this flow; without a published version nothing is played."""
    config = work.tenant.config
    version = config.published.get(flow_id)
    found = config.flows.get((flow_id, version)) if version else None
    if found is None or version is None:
        return
    main = record.flow
    record.fragment = flows.FlowRun(
        flow_id=flow_id,
        version=version,
        node=found.start,
        playback=main.playback if main else 0,
        variables={**(main.all_variables() if main else record.interaction.variables), **figures},
        entered=main.entered if main else 0,
        secrets=main.all_secrets() if main else {},
        versions=versions(config, flow_id),
    )
    work.flow(record.interaction.id, flows.Begin())


def stop(record: Live) -> None:
    """The numbers of playbacks go on, so that a late event of one is nobody else's."""
    if record.fragment is None:
        return
    if record.flow:
        record.flow = replace(record.flow, playback=record.fragment.playback)
    record.fragment = None
    record.timers.pop(FLOW_TIMER, None)


def wait_on(work: Work, record: Live) -> None:
    """Nothing more is played; the music comes back, or the agent."""
    if record.interaction.guidance:
        work.later(record.interaction.id, interactions.EndGuidance(by="flow"))
        return
    stop(record)
    if record.interaction.announcement:
        work.later(record.interaction.id, interactions.StopAnnouncing())


def listens(tenant: Tenant, record: Live, key: str) -> bool:
    """Whether the key is the flow's: of who waits it is only while a menu is asked."""
    run = record.fragment
    if run is None:
        return record.interaction.state == "flow"
    if record.interaction.guidance:
        return True
    found = document(tenant, run, record.interaction.language)
    node = found.nodes.get(run.node) if found else None
    place = record.interaction.queue
    return (node is not None and node.asks) or place is None or key not in place.keys


def follow(work: Work, record: Live, run: flows.FlowRun, effects: list[flows.FlowEffect]) -> list[flows.FlowEffect]:
    """What is left to do. A flow that fails or knows no way on lets the caller wait; one that leads out of the
    queue is the caller's flow from then on, unless an agent's phone rings for them already.
    """
    notes: list[flows.FlowEffect] = [effect for effect in effects if isinstance(effect, flows.Note | flows.Problem)]
    last = effects[-1] if effects else None
    gives_up = isinstance(last, flows.Return) or (isinstance(last, flows.End) and not last.wanted)
    leads_out = isinstance(last, flows.ToQueue | flows.ToNumber | flows.TakeMessage | flows.AskCallBack | flows.End)
    queued = record.interaction.state == "queued"
    if run.phase == "failing" or gives_up or (leads_out and not queued):
        wait_on(work, record)
        return notes
    if leads_out:
        record.flow, record.fragment = run, None
        work.interaction(record.interaction.id, interactions.LeaveByChoice())
    return effects


def _start_call_back_offer(work: Work, record: Live, wanted: interactions.StartCallBackOffer) -> None:
    """Instead of whatever plays; who does not press the key waits on."""
    wait_on(work, record)
    main = record.flow
    record.fragment = flows.FlowRun(
        flow_id=wanted.queue_id,
        version=0,
        node=OFFER_START,
        playback=main.playback if main else 0,
        variables=main.all_variables() if main else {},
        offer=flows.CallBackOffer(prompts=wanted.prompts, terms=wanted.terms),
    )
    work.flow(record.interaction.id, flows.Begin())


EFFECTS: dict[type, EffectHandler] = {interactions.StartCallBackOffer: _start_call_back_offer}
