"""What people see and send of imports of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from hujiao.customers.imports.tables import MOST_COLUMNS
from hujiao.kit.views import Input

ImportState = Literal[
    "uploaded", "checking", "checked", "importing", "done", "cancelled", "failed", "taking_back", "taken_back"
]
OfKnown = Literal["skip", "fill", "overwrite"]
Target = Annotated[
    str,
    StringConstraints(pattern=r"^(name|phone|email|chat|grade|tags|agent|project|note|fields\.[a-z][a-z0-9_]{0,30})$"),
]
SEVERAL = frozenset(("phone", "email", "chat", "tags"))  # what several columns may be
REACHED = ("phone", "email", "chat")
_NAMING = frozenset(("name", *REACHED))


class ColumnIn(Input):
    """What a column of the file is; `target` None: it is left out. A number has the column's `label`."""

    target: Target | None = None
    label: str = Field(default="", max_length=30)


class ProposedPlan(Input):
    """How a file may be imported; it need not be whole."""

    columns: list[ColumnIn] = Field(min_length=1, max_length=MOST_COLUMNS, description="In the file's order")
    known: OfKnown = "skip"
    project_id: UUID | None = Field(
        default=None, description="Whose customers they are where no column says so; None: the whole company's"
    )


class PlanIn(ProposedPlan):
    """How a file is imported: what each of its columns is, and what becomes of a customer who is known already.

    A known customer is skipped, gets what they lack, or what the file says. An empty cell never empties anything.
    """

    @model_validator(mode="after")
    def _fits(self) -> Self:
        targets = [column.target for column in self.columns if column.target]
        once = [target for target in targets if target not in SEVERAL]
        if len(set(once)) < len(once):
            raise ValueError("error.import_target_twice")
        if _NAMING.isdisjoint(targets):
            raise ValueError("error.import_nobody")
        return self


class ImportProgress(BaseModel):
    """How far it is. `refused` rows can be downloaded, each with what is wrong with it."""

    total: int = Field(description="Rows; while they are being checked an estimate")
    done: int
    created: int
    changed: int
    skipped: int = Field(description="Of known customers, left as they are")
    refused: int
    taken_back: int
    rate: float = Field(description="Rows a second")


class ImportView(ImportProgress):
    id: UUID
    file_name: str
    size: int = Field(description="Bytes")
    state: ImportState
    problem: str | None
    plan: PlanIn | None
    by: str | None = Field(description="The person's name")
    created_at: datetime
    ended_at: datetime | None
    has_refused: bool = Field(description="The refused rows can still be downloaded")


class ImportDetail(ImportView):
    """With the file's first rows; `plan` is a proposal until there is one."""

    headings: list[str]
    rows: list[list[str]]
    proposed: ProposedPlan


class TakeBackIn(Input):
    expected: int = Field(ge=0, description="How many there were when it was looked at")


class TakeBackCount(BaseModel):
    """How many customers of an import can be taken back: whom nobody has changed since."""

    count: int
    changed: int = Field(description="Changed since, or due for a call: they stay")
