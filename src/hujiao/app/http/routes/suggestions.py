"""Suggestions for queues in trouble: who could help, one click to apply or undo it, and who could be called in."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from hujiao.agents.adjusting import Adjustments
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.app.realtime.view import LiveView
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Conflict, HujiaoError
from hujiao.kit.paging import Page
from hujiao.queues.service import Queues
from hujiao.routing.trials import shifts
from hujiao.suggestions.machine import figures_of
from hujiao.suggestions.models import QueueSuggestion
from hujiao.suggestions.service import STALE_AFTER, Suggestions
from hujiao.suggestions.views import AbsentAgent, ApplyIn, HelperView, SuggestionFilter, SuggestionView

router = APIRouter(tags=["supervision"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
READ, WRITE = need(Right.LIVE_READ), need(Right.LIVE_SKILLS)
WORKING = ("available", "reserved", "engaged", "wrap_up")
WEEKS, AROUND = 4, timedelta(minutes=30)


@router.get("/queue-suggestions", name="list_queue_suggestions", dependencies=[READ])
async def list_queue_suggestions(
    work: InTenant, wanted: Annotated[SuggestionFilter, Query()], query: AskedList
) -> Page[SuggestionView]:
    """Those for queues that you see live: what is suggested now, and what was applied."""
    return await Suggestions(work.session, work.projects).page(wanted, query)


@router.post("/queue-suggestions/{suggestion_id}/apply", name="apply_queue_suggestion", dependencies=[WRITE])
async def apply_queue_suggestion(work: InTenant, parts: _Parts, suggestion_id: UUID, body: ApplyIn) -> SuggestionView:
    """Give these helpers the skill that they lack for so many minutes. Whoever comes second gets what the first did.
    Where the runtime stops half-way, `applied` names the helpers who have got theirs."""
    suggestions = Suggestions(work.session, work.projects)
    await suggestions.one_at_a_time(work.tenant_id)
    row, now = await suggestions.find(suggestion_id), utc_now()
    if row.applied_at is not None:
        return await _shown(suggestions, row)
    if row.updated_at <= now - STALE_AFTER:
        raise Conflict("error.suggestion_stale", code="suggestion_outdated")
    chosen = await suggestions.chosen(row, body.agent_ids)
    if await suggestions.outdated(row, body.agent_ids):
        raise Conflict("error.suggestion_outdated", code="suggestion_outdated")
    view = await _live(work, parts)
    if any(view.agents.get(str(one.agent_id), {}).get("state") not in WORKING for one in chosen):
        raise Conflict("error.helper_gone", code="helper_gone", field="agent_ids")
    until_at = now + timedelta(minutes=body.minutes)
    helping, given = await _give(work, parts, chosen, until_at)
    queue = view.queues.get(str(row.queue_id))
    row.applied_at, row.applied_by, row.until_at = now, work.caller.principal.account_id, until_at
    row.agent_ids, row.given = helping, given
    row.before = figures_of(queue, now) if queue else row.figures
    return await _changed(work, parts, suggestions, row)


@router.post("/queue-suggestions/{suggestion_id}/undo", name="undo_queue_suggestion", dependencies=[WRITE])
async def undo_queue_suggestion(work: InTenant, parts: _Parts, suggestion_id: UUID) -> SuggestionView:
    """End what still runs of the skills that it gave, of agents whom you see."""
    suggestions = Suggestions(work.session, work.projects)
    row = await suggestions.find(suggestion_id)
    if row.applied_at is None:
        raise Conflict("error.not_applied", code="not_applied")
    if row.undone_at is not None:
        return await _shown(suggestions, row)
    running = await Adjustments(work.session, work.projects).running_in_sight(row.given or [])
    if running:
        await direct(parts, work.caller, "adjustments.end", ids=running)
    row.undone_at, row.undone_by = utc_now(), work.caller.principal.account_id
    return await _changed(work, parts, suggestions, row)


@router.get("/queues/{queue_id}/absent-agents", name="list_absent_agents", dependencies=[READ])
async def list_absent_agents(work: InTenant, parts: _Parts, queue_id: UUID) -> list[AbsentAgent]:
    """Who has the queue's skills and is signed out, to be called in; who usually works at this hour comes first."""
    await Queues(work.session, work.tenant_id, work.projects).find(queue_id)
    live = (await _live(work, parts)).agents
    absent = {
        UUID(one["id"]): one
        for one in live.values()
        if one["state"] == "logged_out" and str(queue_id) in (one.get("queue_ids") or ())
    }
    times: defaultdict[UUID, int] = defaultdict(int)
    for week in range(1, WEEKS + 1):
        since = utc_now() - timedelta(weeks=week) - AROUND
        states = await interactions.agent_states(work.session, absent, since, since + 2 * AROUND)
        for agent_id in {one.agent_id for one in shifts(states, since, 2 * AROUND.total_seconds())}:
            times[agent_id] += 1
    listed = [
        AbsentAgent(
            id=agent_id,
            number=one["number"],
            name=one["name"],
            signed_out_at=one.get("since"),
            usually=times[agent_id],
            weeks=WEEKS,
        )
        for agent_id, one in absent.items()
    ]
    return sorted(listed, key=lambda one: (-one.usually, one.number))


async def _give(
    work: Work, parts: Parts, chosen: list[HelperView], until_at: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Who has got their skill, and those temporary skills. Only when nobody has, a refusal is raised: what is done
    must stand in the history, where it is undone."""
    levels: defaultdict[tuple[UUID, int], list[UUID]] = defaultdict(list)
    for one in chosen:
        levels[one.skill_id, one.level].append(one.agent_id)
    adjustments, by = Adjustments(work.session, work.projects), work.caller.principal.account_id
    helping, given = list[UUID](), list[UUID]()
    for (skill_id, level), agent_ids in levels.items():
        refused: HujiaoError | None = None
        try:
            give = {"agent_ids": agent_ids, "changes": [("skill", skill_id, level)], "until_at": until_at}
            await direct(parts, work.caller, "adjustments.give", **give)
        except HujiaoError as error:
            refused = error  # perhaps only its answer was lost
        found = await adjustments.given(agent_ids, skill_id, by, until_at)
        if refused and not found:
            if helping:
                break
            raise refused
        helping += agent_ids
        given += found
    return helping, given


async def _live(work: Work, parts: Parts) -> LiveView:
    principal = work.caller.principal
    return await parts.hub.view(principal.tenant_id, principal.shard)


async def _shown(suggestions: Suggestions, row: QueueSuggestion) -> SuggestionView:
    (shown,) = await suggestions.show([row])
    return shown


async def _changed(work: Work, parts: Parts, suggestions: Suggestions, row: QueueSuggestion) -> SuggestionView:
    """All who see the queue ask anew."""
    await work.session.flush()
    work.tell(parts.bus.subjects.alarms(work.tenant_id), {"agents": [], "queues": [row.queue_id]})
    return await _shown(suggestions, row)
