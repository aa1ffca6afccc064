"""Routing: the tenant's policy, each queue's rings, groups of agents, and why somebody waits."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request

from hujiao.agents import service as agents
from hujiao.agents.views import AgentGroupIn, AgentGroupView, CapacityProfileIn, CapacityProfileView
from hujiao.app.holder import ask
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import raise_refusal
from hujiao.app.http.errors import reader_language
from hujiao.app.http.in_use import unused
from hujiao.app.http.lists import administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.flows import service as flows
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.queues.service import Queues
from hujiao.routing.contracts import MEDIA
from hujiao.routing.problems import Problems, ProblemView
from hujiao.routing.service import Routing, strategies
from hujiao.routing.trial_views import TrialIn, TrialView
from hujiao.routing.trials import Trials
from hujiao.routing.views import (
    MediumView,
    QueueRoutingView,
    RoutingPolicyView,
    StrategyView,
    WhyWaiting,
)

router = APIRouter(tags=["routing"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
READ, WRITE = need(Right.CONFIG_READ), need(Right.ADMIN_QUEUES)


def _routing(work: Work) -> Routing:
    published = flows.Flows(work.session, work.tenant_id, work.projects).published_ids
    return Routing(work.session, work.tenant_id, work.projects, flow_ids=published)


@router.get("/routing", name="read_routing_policy", dependencies=[READ])
async def read_routing_policy(work: InTenant) -> RoutingPolicyView:
    return await _routing(work).policy()


@router.put("/routing", name="change_routing_policy", dependencies=[WRITE])
async def change_routing_policy(work: InTenant, body: RoutingPolicyView) -> RoutingPolicyView:
    """The order of criteria; acts on everybody who waits."""
    policy = await _routing(work).set_policy(body)
    work.configuration_changed()
    return policy


@router.get("/media", name="list_media", dependencies=[READ])
async def list_media() -> list[MediumView]:
    """The platform's media, as they are where no capacity profile says otherwise."""
    return [MediumView.model_validate(medium, from_attributes=True) for medium in MEDIA.values()]


@router.get("/routing/strategies", name="list_routing_strategies", dependencies=[READ])
async def list_routing_strategies() -> list[StrategyView]:
    """What the operator has installed for the criterion `plugin`."""
    return strategies()


@router.get("/routing/problems", name="list_routing_problems", dependencies=[READ])
async def list_routing_problems(work: InTenant, request: Request) -> list[ProblemView]:
    """What failed while calls were routed: they went on with the default."""
    return await Problems(work.session, work.tenant_id).all(reader_language(request))


@router.delete("/routing/problems/{problem_id}", name="remove_routing_problem", dependencies=[WRITE], status_code=204)
async def remove_routing_problem(work: InTenant, problem_id: UUID) -> None:
    """Seen; it comes back when it happens again."""
    await Problems(work.session, work.tenant_id).remove(problem_id)


@router.get("/queues/{queue_id}/routing", name="read_queue_routing", dependencies=[READ])
async def read_queue_routing(work: InTenant, queue_id: UUID) -> QueueRoutingView:
    return await _routing(work).queue(queue_id)


@router.put("/queues/{queue_id}/routing", name="change_queue_routing", dependencies=[WRITE])
async def change_queue_routing(work: InTenant, queue_id: UUID, body: QueueRoutingView) -> QueueRoutingView:
    """The queue's rings and orders; acts on everybody who waits in it."""
    routing = await _routing(work).set_queue(queue_id, body)
    work.configuration_changed()
    return routing


@router.get("/interactions/{interaction_id}/why", name="explain_waiting", dependencies=[need(Right.LIVE_READ)])
async def explain_waiting(work: InTenant, parts: _Parts, interaction_id: UUID) -> WhyWaiting:
    """What a waiting interaction waits for now: its place and ring, who could take it, what comes next."""
    message = {"tenant_id": work.tenant_id, "interaction_id": interaction_id}
    answer = await ask(parts.bus, parts.bus.subjects.explain(work.caller.principal.shard), message)
    raise_refusal(answer)
    why = WhyWaiting.model_validate(answer["data"])
    await Queues(work.session, work.tenant_id, work.projects).find(why.queue_id)
    return why


def _trials(work: Work) -> Trials:
    return Trials(work.session, work.caller.principal, _routing(work))


@router.post("/routing/trials", name="begin_routing_trial", status_code=201, dependencies=[WRITE])
async def begin_routing_trial(work: InTenant, request: Request, body: TrialIn) -> TrialView:
    """Simulate a change of the set-up on days that were, beside the present one; nothing is changed by it."""
    trial = await _trials(work).begin(body, utc_now(), reader_language(request))
    work.tell(work.unit.parts.bus.subjects.jobs("trial"), {})
    return trial


@router.get("/routing/trials/{trial_id}", name="read_routing_trial", dependencies=[WRITE])
async def read_routing_trial(work: InTenant, request: Request, trial_id: UUID) -> TrialView:
    """How far it is, and what came out."""
    return await _trials(work).get(trial_id, reader_language(request))


@router.delete("/routing/trials/{trial_id}", name="cancel_routing_trial", status_code=204, dependencies=[WRITE])
async def cancel_routing_trial(work: InTenant, trial_id: UUID) -> None:
    await _trials(work).cancel(trial_id)


administer(
    router,
    "/capacity-profiles",
    one="capacity_profile",
    many="capacity_profiles",
    catalogue=lambda work: agents.CapacityProfiles(work.session, work.tenant_id),
    data=CapacityProfileIn,
    view=CapacityProfileView,
    right=Right.ADMIN_QUEUES,
)
administer(
    router,
    "/agent-groups",
    one="agent_group",
    many="agent_groups",
    catalogue=lambda work: agents.AgentGroups(work.session, work.tenant_id),
    data=AgentGroupIn,
    view=AgentGroupView,
    right=Right.ADMIN_QUEUES,
    may_go=unused,
)
