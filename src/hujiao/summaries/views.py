"""What people see and send of summaries (话后小结)."""

from __future__ import annotations

import re
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from hujiao.interactions.views import DispositionView
from hujiao.kit.views import Input
from hujiao.summaries.contracts import RuleDirection

PLACEHOLDERS = ("customer", "number", "queue", "agent", "date", "time")
_BRACES = re.compile(r"\{([^{}]*)\}")


class SummaryRuleIn(Input):
    """For a queue's contacts, or a business's, or (neither is named) for all; the nearest rule holds."""

    queue_id: UUID | None = None
    business_id: UUID | None = None
    direction: RuleDirection = "both"
    disposition_ids: list[UUID] = Field(
        default=[], max_length=100, description="Tops of the parts of the tree that are offered; none: the whole tree"
    )
    disposition_required: bool = False
    note_required: bool = False

    @model_validator(mode="after")
    def _for_one(self) -> Self:
        if self.queue_id and self.business_id:
            raise ValueError("error.summary_rule_for_one")
        return self


class SummaryRuleView(SummaryRuleIn):
    id: UUID


class NoteTemplateIn(Input):
    shortcut: str = Field(min_length=1, max_length=30, pattern=r"^[^\s/]+$", description="Typed after a slash")
    name: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=2000, description="{customer}, {number}, {queue}, … are filled in")
    queue_id: UUID | None = Field(default=None, description="For this queue's contacts alone")
    disposition_id: UUID | None = Field(default=None, description="With this result, and those below it, alone")

    @field_validator("text")
    @classmethod
    def _known(cls, value: str) -> str:
        if not set(_BRACES.findall(value)) <= set(PLACEHOLDERS):
            raise ValueError("error.note_placeholder")
        return value


class NoteTemplateView(NoteTemplateIn):
    id: UUID


class SummaryIn(Input):
    disposition_id: UUID | None = None
    note: str = Field(default="", max_length=4000)


class SummaryForm(BaseModel):
    """What the agent may choose from, and what must be given, of one contact."""

    disposition_required: bool
    note_required: bool
    dispositions: list[DispositionView]
    recent_ids: list[UUID] = Field(description="Results that the agent has chosen last, the latest first")
    templates: list[NoteTemplateView]
    begun: SummaryIn | None = Field(default=None, description="What the agent has saved of it so far")
