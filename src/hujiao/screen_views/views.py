"""Screen views as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from hujiao.screen_views.contracts import EndReason


class ScreenViewFilter(BaseModel):
    agent_id: UUID | None = None
    account_id: UUID | None = None
    now: bool = Field(default=False, description="Those alone that go on")


class ScreenViewView(BaseModel):
    """Who looked at whose screen. `by_name` is None of an account that is gone."""

    id: UUID
    agent_id: UUID
    agent_number: str
    agent_name: str
    account_id: UUID
    by_name: str | None
    announced: bool = Field(description="The agent's desktop said so")
    started_at: datetime
    whole_screen_at: datetime | None = Field(
        description="When all of the agent's screen, beyond this application, was first asked for; None: it was not"
    )
    ended_at: datetime | None = Field(description="None: it goes on")
    end_reason: EndReason | None = Field(description="None while it goes on, and of one whose server was lost")
