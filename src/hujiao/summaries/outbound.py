"""A ready tree of results of outbound calls, which a tenant adds and then changes as any other."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.interactions.service import Dispositions
from hujiao.interactions.views import DispositionIn, DispositionView
from hujiao.kit import i18n
from hujiao.kit.errors import Conflict
from hujiao.summaries.models import SummaryRuleRow as _Rule
from hujiao.summaries.service import SummaryRules
from hujiao.summaries.views import SummaryRuleIn

TOP = "top"
# In the order in which they are shown.
TREE: dict[str, tuple[str, ...]] = {
    "connected": ("interested", "thinking", "call_again", "sold", "refused", "wrong_person"),
    "no_answer": (),
    "busy": (),
    "rejected": (),
    "no_such_number": (),
    "out_of_service": (),
    "unreachable": (),
}


class OutboundTree:
    def __init__(self, session: AsyncSession, tenant_id: UUID, language: str) -> None:
        self.session = session
        self.results = Dispositions(session, tenant_id)
        self.rules = SummaryRules(session, tenant_id)
        self.language = language

    async def add(self) -> DispositionView:
        """The tree, and the rule that offers it after outbound calls, unless there is one for all of them. Returns the
        top; refused where a top is called so already."""
        every = await self.results.every()
        if any(one.parent_id is None and one.name == self._name(TOP) for one in every):
            raise Conflict("error.outbound_tree_there", code="outbound_tree_there", detail={"name": self._name(TOP)})
        top = await self._make(TOP, None, max((one.position for one in every), default=0) + 1)
        for position, (branch, leaves) in enumerate(TREE.items(), 1):
            made = await self._make(branch, top.id, position)
            for place, leaf in enumerate(leaves, 1):
                await self._make(leaf, made.id, place)
        general = (_Rule.queue_id.is_(None), _Rule.business_id.is_(None), _Rule.direction == "outbound")
        if not await self.session.scalar(select(_Rule.id).where(*general)):
            await self.rules.create(SummaryRuleIn(direction="outbound", disposition_ids=[top.id]))
        return top

    async def _make(self, key: str, parent_id: UUID | None, position: int) -> DispositionView:
        data = DispositionIn(name=self._name(key), parent_id=parent_id, position=min(position, 10_000))
        return await self.results.create(data)

    def _name(self, key: str) -> str:
        return i18n.translate(f"outbound_result.{key}", self.language)
