"""How browsers reach each other and the platform's media."""

from __future__ import annotations

from pydantic import BaseModel


class IceServer(BaseModel):
    urls: list[str]
    username: str | None = None
    credential: str | None = None


def ice_servers() -> list[IceServer]:
    """The same for browsers' phones and for screens: none, as the nodes are reached at their own addresses."""
    return []
