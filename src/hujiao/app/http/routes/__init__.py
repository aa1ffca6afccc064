"""All routes of the API, by subject."""

from fastapi import APIRouter

from hujiao.app.http.routes import (
    blending,
    callbacks,
    configuration,
    consulting,
    data_sources,
    event_kinds,
    flows,
    guiding,
    hours,
    interactions,
    me,
    people,
    platform,
    platform_health,
    public,
    reports,
    routing,
    session,
    skills,
    supervising,
    transfers,
    trunks,
)

ROUTERS: list[APIRouter] = [
    public.router,
    session.router,
    guiding.router,
    consulting.router,  # before the actions that are named by the path
    me.router,
    interactions.router,
    event_kinds.router,
    reports.router,
    people.router,
    configuration.router,
    flows.router,
    hours.router,
    data_sources.router,
    routing.router,
    blending.router,
    skills.router,
    callbacks.router,
    transfers.router,
    supervising.router,
    trunks.router,
    platform.router,
    platform_health.router,
]
