"""Business hours and holiday calendars, and the switch by hand."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from hujiao.app.http.access import SignedIn, need, parts_of
from hujiao.app.http.body import largest_body
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.flows.service import flow_with_hours
from hujiao.hours import calendar_file
from hujiao.hours import service as hours
from hujiao.hours.public_holidays import public_holidays
from hujiao.hours.views import (
    CalendarFile,
    CalendarFileIn,
    HolidayCalendarIn,
    HolidayCalendarView,
    HoursIn,
    HoursView,
    PublicHolidays,
    SwitchIn,
    SwitchView,
)
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now

router = APIRouter(tags=["hours"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
READ, SWITCH = need(Right.CONFIG_READ), need(Right.HOURS_SWITCH)


def _hours(work: Work) -> hours.Hours:
    return hours.Hours(
        work.session,
        work.tenant_id,
        zone=work.caller.principal.tenant_time_zone,
        now=utc_now(),
        flow_with=lambda hours_id: flow_with_hours(work.session, hours_id),
    )


administer(
    router,
    "/hours",
    one="hours",
    many="all_hours",
    catalogue=_hours,
    data=HoursIn,
    view=HoursView,
    right=Right.ADMIN_QUEUES,
)


@router.get("/hours/{hours_id}/switches", name="list_hours_switches", dependencies=[READ])
async def list_hours_switches(work: InTenant, hours_id: UUID) -> list[SwitchView]:
    """Who switched this schedule by hand, the latest first."""
    return await _hours(work).switches(hours_id)


@router.put("/hours/{hours_id}/switch", name="switch_hours", dependencies=[SWITCH])
async def switch_hours(work: InTenant, hours_id: UUID, body: SwitchIn) -> HoursView:
    """Closed (night mode) or open by hand, at once; callers who wait are looked at again."""
    switched = await _hours(work).switch(hours_id, body, work.caller.principal.account_id)
    work.configuration_changed()
    return switched


@router.delete("/hours/{hours_id}/switch", name="switch_hours_back", dependencies=[SWITCH])
async def switch_hours_back(work: InTenant, hours_id: UUID) -> HoursView:
    """The plan holds again."""
    switched = await _hours(work).switch_back(hours_id, work.caller.principal.account_id)
    work.configuration_changed()
    return switched


administer(
    router,
    "/holiday-calendars",
    one="holiday_calendar",
    many="holiday_calendars",
    catalogue=lambda work: hours.HolidayCalendars(work.session, work.tenant_id),
    data=HolidayCalendarIn,
    view=HolidayCalendarView,
    right=Right.ADMIN_QUEUES,
)


@router.post("/calendar-files/read", name="read_calendar_file", dependencies=[need(Right.ADMIN_QUEUES)])
@largest_body(4 * 1024 * 1024)
async def read_calendar_file(parts: _Parts, caller: SignedIn, body: CalendarFileIn) -> CalendarFile:
    """The special days of an .ics file, to be looked at and put into a calendar; nothing is kept."""
    who = caller.principal
    asked = body.text, utc_now().year, who.tenant_time_zone
    return await parts.apart.run(who.tenant_id, calendar_file.SECONDS, calendar_file.read, *asked, field="text")


@router.get("/public-holidays", name="read_public_holidays", dependencies=[READ])
def read_public_holidays(
    request: Request,
    country: Annotated[str, Query(pattern=r"^[A-Z]{2}$", description="As in CN")],
    year: Annotated[int, Query(ge=2000, le=2100)],
) -> PublicHolidays:
    """A country's public holidays and make-up working days, to be put into a calendar."""
    return public_holidays(country, year, reader_language(request))
