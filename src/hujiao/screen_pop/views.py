"""What administrators send and see of layouts, linked pages and rules, and what the desktop is shown of a call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from hujiao.customers.views import CustomerView, FieldKey
from hujiao.data_sources.contracts import Outcome, Plain
from hujiao.kit.views import Input
from hujiao.screen_pop.contracts import ParameterName

Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Label = Annotated[str, StringConstraints(max_length=60)]
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# `customer.<name or own field>`, `call.<parameter>` or `vars.<variable>`.
ItemKey = Annotated[str, StringConstraints(pattern=r"^(customer|call|vars)\.[a-z][a-z0-9_]{0,63}$")]
ParameterKey = ParameterName | Annotated[str, StringConstraints(pattern=r"^(vars|customer)\.[a-z][a-z0-9_]{0,63}$")]
Revision = Annotated[int | None, Field(ge=1, description="As the sender saw it: refused when it is another one now")]


def _once(values: list[Any]) -> list[Any]:
    if len(set(values)) < len(values):
        raise ValueError("error.said_twice")
    return values


Ids = Annotated[list[UUID], AfterValidator(_once)]


class ItemIn(Input):
    key: ItemKey
    label: Label = ""


class SourceItemIn(Input):
    """A result of the data source, or a column of its rows."""

    key: Variable
    label: Label = ""


class FieldsSection(Input):
    kind: Literal["fields"]
    title: Label = ""
    items: list[ItemIn] = Field(default=[], max_length=40)


class SourceSection(Input):
    """What a data source answers when the call pops."""

    kind: Literal["source"]
    title: Label = ""
    source_id: UUID
    items: list[SourceItemIn] = Field(default=[], max_length=30)
    columns: list[SourceItemIn] = Field(default=[], max_length=12)


class KnownSection(Input):
    """`contacts`: the customer's last contacts; `call_backs`: those that the caller is still to get."""

    kind: Literal["contacts", "call_backs"]
    title: Label = ""


SectionIn = Annotated[FieldsSection | SourceSection | KnownSection, Field(discriminator="kind")]


class LayoutIn(Input):
    name: Name
    sections: list[SectionIn] = Field(default=[], max_length=12)
    revision: Revision = None


class LayoutView(LayoutIn):
    id: UUID
    revision: int


class LinkedPageFields(Input):
    """`address` may hold `{{parameter}}` of those in `parameters` behind its host."""

    address: str = Field(min_length=1, max_length=2000)
    parameters: Annotated[list[ParameterKey], AfterValidator(_once)] = Field(
        default=["agent_number", "queue", "caller", "called"], max_length=60, description="What the page may be told"
    )
    source_ids: Ids = Field(default=[], max_length=5, description="Data sources whose answers the page is told")
    other_origins: list[Annotated[str, StringConstraints(max_length=260)]] = Field(
        default=[], max_length=5, description="Where the page leads to within its frame, to sign in, say"
    )
    shown_in: Literal["frame", "window"] = "frame"
    opens: Literal["offered", "answered", "by_hand"] = "offered"
    may_dial: Literal["never", "asks", "always"] = "never"
    may_note: bool = False


class LinkedPageIn(LinkedPageFields):
    """`queue_ids`: for calls of these; none: of any."""

    name: Name
    queue_ids: Ids = Field(default=[], max_length=100)
    revision: Revision = None


class LinkedPageView(LinkedPageIn):
    id: UUID
    revision: int


class PopRuleIn(Input):
    """Holds for calls of `queue_ids` (none: of any) for which `condition` is true.

    The customer is found by the caller's number, or by what the flow's variable `find_by` holds: in the tenant's own
    field `find_in`, or among numbers and addresses when that is empty.
    """

    name: Name
    position: int = Field(default=0, ge=0, le=10_000)
    enabled: bool = True
    queue_ids: Ids = Field(default=[], max_length=100)
    condition: str = Field(default="", max_length=2000, description="CEL; none: always")
    find_by: Variable | Literal[""] = ""
    find_in: FieldKey | Literal[""] = ""
    layout_id: UUID | None = None
    page_ids: Ids = Field(default=[], max_length=10)
    revision: Revision = None

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if self.layout_id is None and not self.page_ids:
            raise ValueError("error.pop_rule_empty")
        return self


class PopRuleView(PopRuleIn):
    id: UUID
    revision: int


# ── at the desktop ───────────────────────────────────────────────────────────────────────────────────────────────────


class ShownItem(BaseModel):
    """`key` as in the layout. Private values are masked for who may not read them."""

    key: str
    label: str
    value: Any


class CallBackShown(BaseModel):
    id: UUID
    queue_name: str
    queued_at: datetime
    expires_at: datetime


class ShownSection(BaseModel):
    kind: Literal["fields", "source", "contacts", "call_backs"]
    title: str
    items: list[ShownItem] = []
    columns: list[SourceItemIn] = []
    source_id: UUID | None = None
    call_backs: list[CallBackShown] = []


class NamedSource(BaseModel):
    id: UUID
    name: str


class ShownPage(BaseModel):
    """A page with the address and the parameters of this call."""

    id: UUID
    name: str
    address: str
    origins: list[str] = Field(description="Whose messages are the page's")
    parameters: dict[str, Plain]
    sources: list[NamedSource]
    shown_in: Literal["frame", "window"]
    opens: Literal["offered", "answered", "by_hand"]
    may_dial: Literal["never", "asks", "always"]
    may_note: bool


class PopView(BaseModel):
    """`looked_for`: what the customer was looked for by, if not by the caller's number."""

    rule: str | None
    layout: str | None
    sections: list[ShownSection]
    customer: CustomerView | None
    looked_for: str | None
    pages: list[ShownPage]


class SourceAnswer(BaseModel):
    """`values` are the results, `rows` the lines of a list."""

    outcome: Outcome
    values: dict[str, Plain]
    rows: list[dict[str, Plain]]
