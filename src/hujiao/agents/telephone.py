"""Work by telephone alone: an agent's PIN and the number where they work. A PIN is never shown, only replaced."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents.models import Agent
from hujiao.identity import accounts
from hujiao.identity.contracts import Right
from hujiao.kit.errors import NotFound
from hujiao.kit.views import Input

_UP, _DOWN = "01234567890", "09876543210"


class OwnPinIn(Input):
    """`pin` "" removes it: nobody works as this agent by telephone then."""

    pin: str = Field(pattern=r"^([0-9]{4,12})?$", description="4 to 12 digits, or none", repr=False)

    @field_validator("pin")
    @classmethod
    def _not_the_first_guess(cls, pin: str) -> str:
        if pin and (len(set(pin)) == 1 or pin in _UP or pin in _DOWN):
            raise ValueError("error.weak_pin")
        return pin


class TelephoneIn(OwnPinIn):
    """What is left out stays."""

    pin: str = Field(default="", pattern=r"^([0-9]{4,12})?$", description="4 to 12 digits; empty: removed", repr=False)
    number: str = Field(default="", max_length=40, description="Where offers ring; empty: where the agent calls from")


class TelephoneView(BaseModel):
    """`outside_numbers`: the company lets agents work at outside numbers."""

    has_pin: bool
    number: str
    outside_numbers: bool


@dataclass(frozen=True, slots=True)
class ByTelephone:
    """What is kept of an agent for that; `number` is the agent's own (工号)."""

    agent_id: UUID
    account_id: UUID
    number: str
    pin_hash: str | None
    work_number: str


_KEPT = select(Agent.id, Agent.account_id, Agent.number, Agent.pin_hash, Agent.work_number)


async def of_agent(session: AsyncSession, agent_id: UUID) -> ByTelephone:
    row = (await session.execute(_KEPT.where(Agent.id == agent_id))).one_or_none()
    if row is None:
        raise NotFound("error.not_found")
    return ByTelephone(*row)


async def of_number(session: AsyncSession, number: str) -> ByTelephone | None:
    """Returns the agent with this own number whose account may sign in and work as one."""
    row = (await session.execute(_KEPT.where(Agent.number == number))).one_or_none()
    may = row is not None and await accounts.may(session, row.account_id, Right.AGENT_WORK)
    return ByTelephone(*row) if row is not None and may else None


async def set_pin(session: AsyncSession, agent_id: UUID, pin_hash: str | None) -> None:
    await session.execute(update(Agent).where(Agent.id == agent_id).values(pin_hash=pin_hash))


async def set_number(session: AsyncSession, agent_id: UUID, number: str) -> None:
    await session.execute(update(Agent).where(Agent.id == agent_id).values(work_number=number))
