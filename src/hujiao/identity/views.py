"""What people and programs see and send about accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from hujiao.kit.views import Input, Language, Moment
from hujiao.tenancy.views import TenantIn

LOGIN = r"^[A-Za-z0-9._@-]+$"
# As typed: blanks belong to a password.
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=8, max_length=256)]
RoleName = Literal["platform_administrator", "tenant_administrator", "supervisor", "agent"]


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tenant: str = Field(min_length=1, max_length=64)
    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class AccountView(BaseModel):
    id: UUID
    name: str
    login: str
    role: RoleName
    language: Language | None


class TenantOfSession(BaseModel):
    id: UUID
    slug: str
    name: str
    language: Language
    time_zone: str


class AgentOfSession(BaseModel):
    id: UUID
    number: str
    name: str
    phone_kind: Literal["browser", "phone"]


class SessionView(BaseModel):
    account: AccountView
    tenant: TenantOfSession
    agent: AgentOfSession | None
    rights: list[str]
    csrf_token: str | None
    version: str


class SessionChange(Input):
    language: Language


class OwnPassword(Input):
    """The account's own password; `current` is what it is until now."""

    current: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=256)]
    password: Password
    end_tokens: bool = False


KeyedAct = Literal[
    "answer", "ready", "hold", "dial", "transfer", "consult", "mute", "hangUp", "previousItem", "nextItem"
]  # fmt: skip
Key = Annotated[str, StringConstraints(pattern=r"^((Ctrl|Alt|Shift|Meta)\+)*(\S|[A-Za-z0-9]{2,20})$", max_length=40)]


class OwnKeys(Input):
    """Keys of the desktop that are not the usual ones, by act: `F2`, `Ctrl+Alt+H`; two acts cannot have the same."""

    keys: dict[KeyedAct, Key]

    @field_validator("keys")
    @classmethod
    def _each_once(cls, keys: dict[str, str]) -> dict[str, str]:
        if len({*keys.values()}) < len(keys):
            raise ValueError("error.key_twice")
        return keys


class TokenIn(Input):
    name: str = Field(min_length=1, max_length=80)
    expires_at: Moment | None = None


class TokenView(BaseModel):
    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewToken(TokenView):
    """`token` is shown this once."""

    token: str


class FirstAdministrator(Input):
    login: str = Field(min_length=1, max_length=64, pattern=LOGIN)
    name: str = Field(min_length=1, max_length=80)
    password: Password


class NewTenant(TenantIn):
    """A new tenant with its first administrator."""

    administrator: FirstAdministrator


class AccountIn(Input):
    login: str = Field(min_length=1, max_length=64, pattern=LOGIN)
    name: str = Field(min_length=1, max_length=80)
    role: RoleName
    language: Language | None = None
    disabled: bool = False
    end_tokens: bool = Field(default=True, description="When the account is disabled: its API tokens end for good")
    project_ids: list[UUID] = Field(default=[], max_length=200)


class AccountRecord(BaseModel):
    id: UUID
    login: str
    name: str
    role: RoleName
    language: Language | None
    disabled: bool
    project_ids: list[UUID]
    tokens: int = Field(description="API tokens that the account has")


class NewPassword(Input):
    password: Password
    end_tokens: bool = Field(default=True, description="The account's API tokens end, too")
