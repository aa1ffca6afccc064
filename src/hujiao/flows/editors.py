"""Who has a flow open in the editor. A page says so every few seconds, hidden ones every minute; silence ends it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.flows.models import FlowEditor
from hujiao.flows.views import EditorIn, EditorView
from hujiao.identity import accounts

FORGET_SECONDS = 150
MOST_PAGES, MOST_TOLD = 50, 20


async def here(
    session: AsyncSession, tenant_id: UUID, flow_id: UUID, account_id: UUID, said: EditorIn, now: datetime
) -> list[EditorView]:
    """Keep that this page has the flow open, or not any more; return the other pages that have, the first first."""
    of_flow = FlowEditor.flow_id == flow_id
    silent = FlowEditor.seen_at < now - timedelta(seconds=FORGET_SECONDS)
    own = (FlowEditor.page_id == said.page_id) & (FlowEditor.account_id == account_id)
    await session.execute(delete(FlowEditor).where((silent | (of_flow & own)) if said.leaving else silent))
    pages = await session.scalar(select(func.count()).select_from(FlowEditor).where(of_flow, ~own)) or 0
    if not said.leaving and pages < MOST_PAGES:
        row = insert(FlowEditor).values(
            tenant_id=tenant_id,
            flow_id=flow_id,
            page_id=said.page_id,
            account_id=account_id,
            since=now,
            seen_at=now,
            unsaved=said.unsaved,
        )
        changes = {"seen_at": now, "unsaved": said.unsaved}
        await session.execute(
            row.on_conflict_do_update("pk_flow_editor", set_=changes, where=FlowEditor.account_id == account_id)
        )
    others = select(FlowEditor).where(of_flow, FlowEditor.page_id != said.page_id)
    rows = (await session.scalars(others.order_by(FlowEditor.since, FlowEditor.page_id).limit(MOST_TOLD))).all()
    names = await accounts.names(session, {row.account_id for row in rows})
    return [
        EditorView(
            name=names.get(row.account_id, ""), since=row.since, unsaved=row.unsaved, own=row.account_id == account_id
        )
        for row in rows
    ]
