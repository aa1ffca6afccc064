"""All routes of the API, by subject."""

from fastapi import APIRouter

from hujiao.app.http.routes import configuration, platform, public, session

ROUTERS: list[APIRouter] = [public.router, session.router, platform.router, configuration.router]
