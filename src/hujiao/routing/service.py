"""Routing's configuration: what a tenant sets, and the same as the router needs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.calls import service as trunks
from hujiao.hours import service as hours
from hujiao.interactions.views import CallBackTermsView
from hujiao.kit.compiling import compiled
from hujiao.kit.db import names_it
from hujiao.kit.errors import BadField
from hujiao.kit.expressions import BadExpression
from hujiao.queues import service as queues
from hujiao.queues.service import Queues
from hujiao.routing.contracts import (
    AgentCriterion,
    ItemCriterion,
    QueueRouting,
    Requirement,
    RingSettings,
    RoutingPolicy,
)
from hujiao.routing.models import BlendRuleRow, QueueRoutingRow, RoutingPolicyRow
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.plugins import installed
from hujiao.routing.problems import CRITERIA, Problems
from hujiao.routing.score import SUBJECTS, check, check_condition
from hujiao.routing.views import (
    AgentCriterionView,
    ItemCriterionView,
    OverflowRuleView,
    QueueRoutingView,
    RoutingPolicyView,
    StrategyView,
)
from hujiao.speech import prompts


async def queue_with_prompt(session: AsyncSession, name: str) -> UUID | None:
    """A queue that greets with this prompt who leaves a message."""
    for row in await session.scalars(select(QueueRoutingRow)):
        if any(name in rule.prompts for rule in _view(row).overflow):
            return row.queue_id
    return None


async def named_by(session: AsyncSession, row_id: UUID) -> tuple[Literal["queue", "rule"], str] | None:
    """What in the tenant's routing names this skill, group, queue or flow: a queue's routing or a blending rule."""
    named = select(QueueRoutingRow.queue_id).where(names_it(QueueRoutingRow.document, row_id)).limit(1)
    if queue_id := await session.scalar(named):
        return "queue", (await queues.names(session, [queue_id]))[queue_id]
    rule = await session.scalar(select(BlendRuleRow.name).where(names_it(BlendRuleRow.document, row_id)).limit(1))
    return ("rule", rule) if rule else None


class Routing:
    """One tenant's policy and queues. `projects` limits which queues may be seen (None: all)."""

    def __init__(
        self,
        session: AsyncSession,
        tenant_id: UUID,
        projects: frozenset[UUID] | None,
        *,
        flow_ids: Callable[[], Awaitable[set[UUID]]],
    ) -> None:
        """`flow_ids`: the published flows, which an overflow may lead to."""
        self.session = session
        self.tenant_id = tenant_id
        self.queues = Queues(session, tenant_id, projects)
        self.flow_ids = flow_ids
        self.problems = Problems(session, tenant_id)

    async def policy(self) -> RoutingPolicyView:
        row = await self.session.scalar(select(RoutingPolicyRow))
        return RoutingPolicyView.model_validate(row.document) if row else RoutingPolicyView()

    async def check_policy(self, policy: RoutingPolicyView) -> None:
        await compiled(SUBJECTS["interaction"], [criterion.expression for criterion in policy.item_order])
        await compiled(SUBJECTS["agent"], [criterion.expression for criterion in policy.agent_order])
        _order("item_order", policy.item_order, "interaction")
        _order("agent_order", policy.agent_order, "agent")
        _once("head_starts", [start.grade for start in policy.head_starts])
        _once("site_costs", [frozenset((cost.one, cost.other)) for cost in policy.site_costs])

    async def set_policy(self, policy: RoutingPolicyView) -> RoutingPolicyView:
        await self.check_policy(policy)
        await self.problems.clear(kinds=CRITERIA)
        await self.session.merge(RoutingPolicyRow(tenant_id=self.tenant_id, document=policy.model_dump(mode="json")))
        return policy

    async def queue(self, queue_id: UUID) -> QueueRoutingView:
        await self.queues.find(queue_id)
        row = await self.session.scalar(select(QueueRoutingRow).where(QueueRoutingRow.queue_id == queue_id))
        return _view(row) if row else QueueRoutingView()

    async def check_queue(self, queue_id: UUID, routing: QueueRoutingView) -> None:
        """Whether all that it names is there and right."""
        await self.queues.find(queue_id)
        await compiled(SUBJECTS["agent"], [criterion.expression for criterion in routing.agent_order])
        await compiled(SUBJECTS["interaction"], [rule.expression for rule in routing.overflow])
        _order("agent_order", routing.agent_order, "agent")
        for at, rule in enumerate(routing.overflow):
            await self._leads_somewhere(f"overflow.{at}.target", rule, queue_id)
            if rule.when == "outside_hours" and routing.hours_id is None:
                raise BadField("error.overflow_without_hours", field=f"overflow.{at}.when")
            _condition(f"overflow.{at}.expression", rule.expression)
            if rule.prompts and not set(rule.prompts) <= await prompts.names(self.session):
                raise BadField("error.unknown_reference", field=f"overflow.{at}.prompts")
        skills = await agents.skill_ids(self.session)
        groups = await agents.group_ids(self.session)
        _known("group_ids", routing.group_ids, groups)
        for at, ring in enumerate(routing.rings):
            _known(f"rings.{at}.group_ids", ring.group_ids, groups)
            _known(f"rings.{at}.skills", [skill.skill_id for skill in ring.skills], skills)
            for other in ring.queue_ids:
                if other == queue_id:
                    raise BadField("error.ring_of_own_queue", field=f"rings.{at}.queue_ids")
            _known(f"rings.{at}.queue_ids", ring.queue_ids, await self.queues.ids())
        if routing.hours_id is not None:
            _known("hours_id", [routing.hours_id], await hours.ids(self.session))

    async def set_queue(self, queue_id: UUID, routing: QueueRoutingView) -> QueueRoutingView:
        await self.check_queue(queue_id, routing)
        await self.problems.clear(kinds=CRITERIA)
        row = QueueRoutingRow(tenant_id=self.tenant_id, queue_id=queue_id, hours_id=routing.hours_id)
        row.document = routing.model_dump(mode="json", exclude={"hours_id"})
        await self.session.merge(row)
        return routing

    async def _leads_somewhere(self, field: str, rule: OverflowRuleView, queue_id: UUID) -> None:
        if rule.to in ("voicemail", "callback"):
            return
        if rule.to == "number":
            refusal = (await trunks.dialling(self.session, self.tenant_id)).refusal(rule.target)
            if refusal:
                raise BadField(f"error.{refusal}", field=field)
            return
        try:
            target = UUID(rule.target)
        except ValueError:
            raise BadField("error.not_an_id", field=field) from None
        if target == queue_id:
            raise BadField("error.overflow_to_itself", field=field)
        present = await (self.queues.ids() if rule.to == "queue" else self.flow_ids())
        if target not in present:
            raise BadField("error.unknown_reference", field=field)


async def settings(session: AsyncSession) -> tuple[RoutingPolicy, dict[UUID, QueueRouting]]:
    """The tenant's routing as the engine needs it."""
    row = await session.scalar(select(RoutingPolicyRow))
    policy = RoutingPolicyView.model_validate(row.document) if row else RoutingPolicyView()
    queues = {found.queue_id: queue_settings(_view(found)) for found in await session.scalars(select(QueueRoutingRow))}
    return policy_settings(policy), queues


def _view(row: QueueRoutingRow) -> QueueRoutingView:
    return QueueRoutingView.model_validate({**row.document, "hours_id": row.hours_id})


def policy_settings(policy: RoutingPolicyView) -> RoutingPolicy:
    return RoutingPolicy(
        item_order=tuple(ItemCriterion(one.kind, one.expression, one.plugin) for one in policy.item_order),
        agent_order=_agent_order(policy.agent_order),
        head_starts=tuple((start.grade, float(start.seconds)) for start in policy.head_starts),
        site_costs=tuple((cost.one, cost.other, cost.cost) for cost in policy.site_costs),
    )


def queue_settings(view: QueueRoutingView) -> QueueRouting:
    return QueueRouting(
        groups=frozenset(view.group_ids),
        sites=frozenset(view.sites),
        rings=tuple(
            RingSettings(
                who=Requirement(
                    skills=tuple(sorted((skill.skill_id, skill.level) for skill in ring.skills)),
                    groups=frozenset(ring.group_ids),
                    sites=frozenset(ring.sites),
                ),
                queues=tuple(ring.queue_ids),
                after_seconds=ring.after_seconds,
                expected_wait_over=ring.expected_wait_over,
                free_at_most=ring.free_at_most,
            )
            for ring in view.rings
        ),
        agent_order=_agent_order(view.agent_order),
        overflow=tuple(
            OverflowRule(
                when=rule.when,
                over=float(rule.over),
                expression=rule.expression,
                to=rule.to,
                target=rule.target,
                prompts=tuple(rule.prompts),
                terms=(rule.callback or CallBackTermsView()).terms(),
            )
            for rule in view.overflow
        ),
        hours_id=view.hours_id,
        tier=view.tier,
        reserved=view.reserved,
        target_percent=view.target_percent,
        reserved_most=view.reserved_most,
        last_agent_days=view.last_agent_days,
        last_agent_seconds=view.last_agent_seconds,
        own_agent_seconds=view.own_agent_seconds,
    )


def _agent_order(order: list[AgentCriterionView]) -> tuple[AgentCriterion, ...]:
    return tuple(AgentCriterion(criterion.kind, criterion.expression, criterion.plugin) for criterion in order)


def _order(field: str, order: Sequence[AgentCriterionView | ItemCriterionView], subject: str) -> None:
    """Each kind once, but for those that say something of their own; what they say can work."""
    _once(field, [criterion.kind for criterion in order if criterion.kind not in ("expression", "plugin")])
    for at, criterion in enumerate(order):
        _expression(f"{field}.{at}.expression", criterion.expression, subject)
        _strategy(f"{field}.{at}.plugin", criterion.plugin, subject)


def _strategy(field: str, name: str, subject: str) -> None:
    usable = sorted(plugin.name for plugin in installed().values() if plugin.judges(subject))
    if name and name not in usable:
        raise BadField("error.unknown_plugin", field=field, detail={"name": name, "known": ", ".join(usable) or "—"})


def strategies() -> list[StrategyView]:
    return [
        StrategyView(
            name=plugin.name,
            package=plugin.package,
            version=plugin.version,
            description=plugin.description,
            subjects=[subject for subject in ("agent", "interaction") if plugin.judges(subject)],
            problem=plugin.problem or None,
        )
        for plugin in sorted(installed().values(), key=lambda plugin: plugin.name)
    ]


def _expression(field: str, source: str, subject: str) -> None:
    _refused(field, source, lambda: check(source, subject))


def _condition(field: str, source: str) -> None:
    _refused(field, source, lambda: check_condition(source))


def _refused(field: str, source: str, judge: Callable[[], None]) -> None:
    try:
        if source:
            judge()
    except BadExpression as error:
        raise BadField("error.bad_expression", field=field, detail=error.said.inside("problem")) from error


def _known(field: str, wanted: list[UUID], present: set[UUID]) -> None:
    if not set(wanted) <= present:
        raise BadField("error.unknown_reference", field=field)


def _once(field: str, values: list[Any]) -> None:
    if len(values) != len(set(values)):
        raise BadField("error.said_twice", field=field)
