"""Who could help a queue in trouble, as the tenant stands now. Pure; changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents.adjustments import levels
from hujiao.agents.machine import may_be_written_to
from hujiao.app.runtime.tenant.dispatch import Dispatch
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.routing.contracts import CALL, Item
from hujiao.routing.order import able, takes, with_needs
from hujiao.routing.simulation.floor import Floor, Stream, Waiting
from hujiao.routing.suggestions import Candidate, QueueNow, helpers, lacking, plans

MOST_WAITING = 200  # of each queue, those who have waited longest


class Present(NamedTuple):
    """How many agents each queue has at work, and free."""

    staff: Counter[UUID]
    free: Counter[UUID]


def suggestion(
    tenant: Tenant, queue_id: UUID, among: Iterable[UUID], troubled: frozenset[UUID], now: datetime
) -> dict[str, Any] | None:
    """The queue's figures, the best helpers of these agents, and what each choice of them does; None: no such queue."""
    if queue_id not in tenant.config.queues:
        return None
    waiting = tenant.dispatch.router.waiting(queue_id)
    first = min(waiting, key=lambda item: item.joined_at, default=None)
    medium = first.medium if first else CALL
    there = _present(tenant, medium, troubled)
    trouble = _queue(tenant, queue_id, medium, there, troubled, now)
    candidates = list(_candidates(tenant, queue_id, first, among, medium))
    theirs = {own for one in candidates for own in one.queues}
    queues = {own: _queue(tenant, own, medium, there, troubled, now) for own in theirs}
    chosen = helpers(trouble, candidates, queues)
    return {
        "figures": {
            "waiting": trouble.waiting,
            "longest_wait_seconds": trouble.longest,
            "expected_wait_seconds": trouble.wait,
            "agents_free": trouble.free,
            "agents_signed_in": tenant.dispatch.signed_in[queue_id],
        },
        "helpers": chosen,
        "plans": plans(trouble, chosen, queues),
    }


def floor(tenant: Tenant, now: datetime) -> Floor:
    """Who works and who waits, to look ahead from; what comes to the queues is not known here."""
    router, dispatch = tenant.dispatch.router, tenant.dispatch
    at_work = tuple(
        agent_id for agent_id in router.setup.agents if agent_id in tenant.agents and _at_work(tenant, agent_id)
    )
    waiting = {queue_id: router.waiting(queue_id) for queue_id in router.setup.queues}
    media = {queue_id: items[0].medium if items else CALL for queue_id, items in waiting.items()}
    return Floor(
        setup=replace(router.setup, agents={one: router.setup.agents[one] for one in at_work}, site_costs={}),
        site_costs=tuple((*pair, cost) for pair, cost in router.setup.site_costs.items()),
        busy=frozenset(one for one in at_work if not router.has_room(one, CALL)),
        streams=tuple(_stream(dispatch, queue_id, medium, now) for queue_id, medium in media.items()),
        waiting=tuple(
            Waiting(
                queue_id=item.queue_id,
                seconds=max(0.0, now.timestamp() - item.joined_at),
                medium=item.medium,
                grade=item.grade,
            )
            for items in waiting.values()
            for item in items[:MOST_WAITING]
        ),
    )


def _stream(dispatch: Dispatch, queue_id: UUID, medium: str, now: datetime) -> Stream:
    _, _, leaving = dispatch.pace(queue_id, medium, now)
    return Stream(
        queue_id=queue_id,
        medium=medium,
        handle_seconds=dispatch.handle_seconds(queue_id, medium, now),
        leaving=leaving,
        within=dispatch.config.queues[queue_id].service_level_seconds,
    )


def _present(tenant: Tenant, medium: str, troubled: frozenset[UUID]) -> Present:
    """Who rests is signed in, and takes nobody; who serves a queue in trouble is not counted on by the others."""
    router = tenant.dispatch.router
    there = Present(Counter(), Counter())
    for agent_id in tenant.agents:
        if _at_work(tenant, agent_id):
            own = router.queues_of(agent_id)
            counted = own & troubled or own
            there.staff.update(counted)
            if router.has_room(agent_id, medium):
                there.free.update(counted)
    return there


def _queue(
    tenant: Tenant, queue_id: UUID, medium: str, there: Present, troubled: frozenset[UUID], now: datetime
) -> QueueNow:
    dispatch = tenant.dispatch
    rate, rate_of_one, leaving = dispatch.pace(queue_id, medium, now)
    if signed_in := dispatch.signed_in[queue_id]:
        rate *= min(1.0, there.staff[queue_id] / signed_in)
    first = min((item.waits_since for item in dispatch.router.waiting(queue_id)), default=None)
    return QueueNow(
        id=queue_id,
        waiting=dispatch.router.waiting_count(queue_id, medium),
        free=there.free[queue_id],
        staff=there.staff[queue_id],
        rate=rate,
        rate_of_one=rate_of_one,
        leaving=leaving,
        longest=max(0.0, now.timestamp() - first) if first is not None else 0.0,
        red_after=tenant.config.thresholds.of_queue(queue_id).red,
        troubled=queue_id in troubled,
    )


def _candidates(
    tenant: Tenant, queue_id: UUID, first: Item | None, among: Iterable[UUID], medium: str
) -> Iterator[Candidate]:
    """Those of these at work, in nothing but their skills unfit for who waits longest."""
    router = tenant.dispatch.router
    queue = router.setup.queues[queue_id]
    if not queue.rings:
        return
    needs = first.needs if first else ()
    ring = router.ring(first.id)[0] if first else 0
    innermost = [with_needs(who, needs) for who in queue.rings[0].who]
    served = [with_needs(who, needs) for part in queue.rings[: ring + 1] for who in part.who]
    for agent_id in among:
        agent, state = router.setup.agents.get(agent_id), tenant.agents.get(agent_id)
        if agent is None or state is None or not _at_work(tenant, agent_id) or not takes(agent, queue.direction):
            continue
        if queue_id in agent.barred or any(able(agent, dict(agent.skills), who) for who in served):
            continue  # may not, or helps already
        missing = min(filter(None, (lacking(agent, who) for who in innermost)), key=_gap, default=None)
        if missing is None:
            continue
        skill_id, level, has = missing
        if str(skill_id) in levels(state.adjustments, "skill"):
            continue  # somebody has set it for a while: a suggestion would replace that, and undoing not restore it
        yield Candidate(
            agent_id=agent_id,
            skill_id=skill_id,
            level=level,
            has=has,
            free=router.has_room(agent_id, medium),
            queues=tuple(sorted(router.queues_of(agent_id) - {queue_id})),
            since=state.since.timestamp(),
        )


def _at_work(tenant: Tenant, agent_id: UUID) -> bool:
    """Taking work, at the phone, and about to stay so."""
    state = tenant.agents[agent_id]
    return may_be_written_to(state) and state.unreachable_since is None and state.break_request is None


def _gap(missing: tuple[UUID, int, int]) -> int:
    return missing[1] - missing[2]
