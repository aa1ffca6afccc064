"""Business hours as administrators keep them and as the engine needs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.hours.contracts import Schedule, Span, SpecialDay, Switch
from hujiao.hours.models import BusinessHours, HolidayCalendar, HoursSwitch
from hujiao.hours.schedule import next_change, phase_at, special_at
from hujiao.hours.views import (
    HolidayCalendarIn,
    HolidayCalendarView,
    HoursIn,
    HoursView,
    SpanView,
    SpecialDayView,
    SwitchIn,
    SwitchView,
)
from hujiao.identity import accounts
from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.ids import new_id

_SWITCHES_SHOWN = 50


class HolidayCalendars(Catalogue[HolidayCalendar, HolidayCalendarIn, HolidayCalendarView]):
    row, view = HolidayCalendar, HolidayCalendarView
    search, order = (HolidayCalendar.name,), (HolidayCalendar.name,)

    async def values(self, data: HolidayCalendarIn, row: HolidayCalendar | None) -> dict[str, Any]:
        return data.model_dump(mode="json")


class Hours(Catalogue[BusinessHours, HoursIn, HoursView]):
    """Schedules of a tenant in the zone `zone`, with what holds at `now`."""

    row, view = BusinessHours, HoursView
    search, order = (BusinessHours.name,), (BusinessHours.name,)

    def __init__(
        self,
        session: AsyncSession,
        tenant_id: UUID,
        *,
        zone: str,
        now: datetime,
        flow_with: Callable[[UUID], Awaitable[str | None]],
    ) -> None:
        """`flow_with`: the name of a flow that asks for a schedule."""
        super().__init__(session, tenant_id)
        self.zone = zone
        self.now = now
        self.flow_with = flow_with

    async def remove(self, row_id: UUID) -> None:
        await self.find(row_id)
        if flow := await self.flow_with(row_id):
            raise Conflict("error.hours_used", code="in_use", detail={"flow": flow})
        await super().remove(row_id)

    async def values(self, data: HoursIn, row: BusinessHours | None) -> dict[str, Any]:
        return {**data.model_dump(mode="json"), "calendar_id": data.calendar_id}

    async def switch(self, hours_id: UUID, data: SwitchIn, who: UUID) -> HoursView:
        """Closed or open by hand from now on, whatever the plan says."""
        await self.find(hours_id)
        if data.until is not None and data.until <= self.now:
            raise BadField("error.hours_until_past", field="until")
        await self._end_switch(hours_id, who)
        self.session.add(
            HoursSwitch(
                id=new_id(),
                tenant_id=self.tenant_id,
                hours_id=hours_id,
                open=data.open,
                note=data.note,
                at=self.now,
                by=who,
                until=data.until,
            )
        )
        await flush(self.session)
        return await self.get(hours_id)

    async def switch_back(self, hours_id: UUID, who: UUID) -> HoursView:
        await self.find(hours_id)
        await self._end_switch(hours_id, who)
        return await self.get(hours_id)

    async def switches(self, hours_id: UUID) -> list[SwitchView]:
        """Who switched it by hand, the latest first."""
        await self.find(hours_id)
        statement = select(HoursSwitch).where(HoursSwitch.hours_id == hours_id).order_by(HoursSwitch.at.desc())
        return await self._show_switches((await self.session.scalars(statement.limit(_SWITCHES_SHOWN))).all())

    async def _end_switch(self, hours_id: UUID, who: UUID) -> None:
        """Whatever is switched by hand, ends; one whose time has passed ended then, by nobody."""
        statement = select(HoursSwitch).where(HoursSwitch.hours_id == hours_id, HoursSwitch.ended_at.is_(None))
        found = await self.session.scalar(statement.with_for_update())
        if found is not None:
            over = found.until is not None and found.until <= self.now
            found.ended_at, found.ended_by = (found.until, None) if over else (self.now, who)
            await flush(self.session)

    async def show(self, rows: Sequence[BusinessHours]) -> list[HoursView]:
        plans = await schedules(self.session, self.zone, rows)
        held = await _switched(self.session, self.now)
        shown = {row.hours_id: view for row, view in zip(held, await self._show_switches(held), strict=True)}
        return [self._show(row, plans[row.id], shown.get(row.id)) for row in rows]

    def _show(self, row: BusinessHours, plan: Schedule, switch: SwitchView | None) -> HoursView:
        special = special_at(plan, self.now)
        return HoursView(
            id=row.id,
            name=row.name,
            time_zone=row.time_zone,
            weekly=[[SpanView.model_validate(span) for span in spans] for spans in row.weekly],
            special_days=[SpecialDayView.model_validate(day) for day in row.special_days],
            calendar_id=row.calendar_id,
            night_bell=row.night_bell,
            zone=plan.zone,
            phase=phase_at(plan, self.now),
            changes_at=next_change(plan, self.now),
            day_name=special.name if special else None,
            switch=switch,
        )

    async def _show_switches(self, rows: Sequence[HoursSwitch]) -> list[SwitchView]:
        who = {account for row in rows for account in (row.by, row.ended_by) if account is not None}
        names = await accounts.names(self.session, who) if who else {}
        return [
            SwitchView(
                open=row.open,
                note=row.note,
                at=row.at,
                by=row.by,
                by_name=names.get(row.by, ""),
                until=row.until,
                ended_at=row.ended_at or (row.until if row.until is not None and row.until <= self.now else None),
                ended_by_name=names.get(row.ended_by) if row.ended_by else None,
            )
            for row in rows
        ]


async def ids(session: AsyncSession) -> set[UUID]:
    return set(await session.scalars(select(BusinessHours.id)))


async def has_night_bell(session: AsyncSession) -> bool:
    """Returns whether it rings while some schedule is closed."""
    return bool(await session.scalar(select(BusinessHours.id).where(BusinessHours.night_bell).limit(1)))


async def schedules(
    session: AsyncSession, zone: str, rows: Iterable[BusinessHours] | None = None
) -> dict[UUID, Schedule]:
    """These schedules (or all) as the engine needs them; `zone` is the tenant's."""
    if rows is None:
        rows = await session.scalars(select(BusinessHours))
    calendars = {row.id: _special(row.days) for row in await session.scalars(select(HolidayCalendar))}
    open_ends = select(HoursSwitch).where(HoursSwitch.ended_at.is_(None))
    switches = {row.hours_id: Switch(open=row.open, until=row.until) for row in await session.scalars(open_ends)}
    return {
        row.id: Schedule(
            id=row.id,
            name=row.name,
            zone=row.time_zone or zone,
            weekly=tuple(_spans(spans) for spans in row.weekly),
            special={**(calendars[row.calendar_id] if row.calendar_id else {}), **_special(row.special_days)},
            switch=switches.get(row.id),
            night_bell=row.night_bell,
        )
        for row in rows
    }


async def _switched(session: AsyncSession, now: datetime) -> Sequence[HoursSwitch]:
    """What is switched by hand now."""
    holds = or_(HoursSwitch.until.is_(None), HoursSwitch.until > now)
    return (await session.scalars(select(HoursSwitch).where(HoursSwitch.ended_at.is_(None), holds))).all()


def _special(days: Iterable[dict[str, Any]]) -> dict[date, SpecialDay]:
    return {
        date.fromisoformat(day["date"]): SpecialDay(
            name=day["name"], spans=_spans(day["spans"]), as_weekday=day["as_weekday"]
        )
        for day in days
    }


def _spans(spans: Iterable[dict[str, str]]) -> tuple[Span, ...]:
    return tuple(Span(*SpanView(**span).minutes) for span in spans)
