"""What people see and send of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from hujiao.calls.failures import CallFailure
from hujiao.kit.views import Input, Language, Moment

ContactKind = Literal["phone", "email", "chat"]
FieldKind = Literal["text", "number", "date", "choice", "choices", "yes_no"]
ChangeKind = Literal[
    "created", "changed", "merged", "merged_away", "handed_over", "deleted", "kept_apart", "may_be_one"
]
NextCallOutcome = Literal["called", "done", "joined"]
DueWithin = Literal["overdue", "today", "week", "none"]
Failure = Literal[CallFailure, "given_up"]
Label = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=30)]
FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


def _once(values: list[Any]) -> list[Any]:
    if len(set(values)) < len(values):
        raise ValueError("error.said_twice")
    return values


class CustomerFieldIn(Input):
    """A field of the tenant's own. `options` are the values of a choice."""

    key: FieldKey
    label: dict[Language, Label] = Field(min_length=1)
    kind: FieldKind = "text"
    required: bool = False
    private: bool = Field(default=False, description="Sealed, and read by who may read private values alone")
    options: Annotated[list[Label], AfterValidator(_once)] = Field(default=[], max_length=100)
    position: int = Field(default=0, ge=0, le=10_000)

    @model_validator(mode="after")
    def _options_of_choices(self) -> Self:
        if bool(self.options) != (self.kind in ("choice", "choices")):
            raise ValueError("error.field_options")
        return self


class CustomerFieldView(CustomerFieldIn):
    id: UUID


class ContactPointIn(Input):
    kind: ContactKind = "phone"
    value: str = Field(min_length=1, max_length=100)
    label: str = Field(default="", max_length=30)


class ContactPointView(ContactPointIn):
    id: UUID
    shared: bool = Field(description="Another customer has it, too")


class CustomerIn(Input):
    """`fields`: by the keys of the tenant's own; null empties one."""

    name: str = Field(default="", max_length=80)
    grade: int = Field(default=0, ge=0, le=9)
    tags: Annotated[list[Tag], AfterValidator(_once)] = Field(default=[], max_length=20)
    agent_id: UUID | None = Field(default=None, description="The customer's own agent")
    project_id: UUID | None = Field(default=None, description="None: the whole company's")
    note: str = Field(default="", max_length=4000)
    fields: dict[FieldKey, Any] = Field(default={}, max_length=200)
    contact_points: list[ContactPointIn] = Field(default=[], max_length=20)
    shared: bool = Field(default=False, description="A number that another customer has is this one's, too")


class CustomerChanges(CustomerIn):
    """What is left out stays. `fields`: by the keys of the tenant's own; null empties one."""

    seen_at: Moment | None = Field(
        default=None, description="`updated_at` as the sender saw it: refused when it is another one now"
    )


class CustomerView(BaseModel):
    """Private values are masked for who may not read them: `••••`, and at most the last two characters."""

    id: UUID
    name: str
    grade: int
    tags: list[str]
    agent_id: UUID | None
    agent_name: str | None
    project_id: UUID | None
    note: str
    fields: dict[str, Any]
    contact_points: list[ContactPointView]
    created_at: datetime
    created_by: str | None = Field(description="The person's name")
    updated_at: datetime
    updated_by: str | None


class CustomerFilter(BaseModel):
    contact: str | None = Field(default=None, max_length=100, description="This very number or address")
    grade: int | None = Field(default=None, ge=0, le=9)
    tag: str | None = Field(default=None, max_length=30)
    agent_id: UUID | None = None
    project_id: UUID | None = None
    field: FieldKey | None = Field(default=None, description="One of the tenant's own, with `value`")
    value: str | None = Field(default=None, max_length=500, description="What that field has, exactly")


class ChangeView(BaseModel):
    """`data`: by field what was before and after."""

    id: UUID
    at: datetime
    kind: ChangeKind
    account_id: UUID | None
    by: str | None
    data: dict[str, Any]


class DuplicateView(BaseModel):
    """Two customers who may be one: `contacts` are numbers and addresses that both have, `fields` keys of equal values
    of customers with one name.
    """

    one: CustomerView
    other: CustomerView
    contacts: list[str]
    fields: list[str]


class PairIn(Input):
    other_id: UUID


class ApartIn(PairIn):
    """`contacts` and `fields`: for which the two were suspected."""

    contacts: list[str] = Field(max_length=250)
    fields: list[str] = Field(max_length=250)


class ApartView(BaseModel):
    """Two customers who look like one: who said that they are two, and when."""

    one: CustomerView
    other: CustomerView
    at: datetime
    by: str | None


class MergeIn(Input):
    """`take`: which values are the other's: name, grade, agent_id, note, fields.<key>. Numbers, addresses and tags of
    both are kept.
    """

    other_id: UUID
    take: Annotated[list[str], AfterValidator(_once)] = Field(default=[], max_length=250)


class HandOverIn(Input):
    from_agent_id: UUID
    to_agent_ids: Annotated[list[UUID], AfterValidator(_once)] = Field(
        min_length=1, max_length=200, description="Of several each gets as many"
    )
    expected: int | None = Field(default=None, ge=0, description="How many there were when it was looked at")


class HandedOver(BaseModel):
    count: int
    given: dict[UUID, int] = Field(description="How many each agent got")


class NextCallIn(Input):
    """When the customer is to be called next, to the minute."""

    due_at: Moment
    note: str = Field(default="", max_length=500)


class SnoozeIn(Input):
    minutes: Literal[5, 15, 60]


class NextCallView(BaseModel):
    id: UUID
    customer_id: UUID
    customer_name: str
    phones: list[ContactPointView]
    agent_id: UUID
    agent_name: str
    due_at: datetime
    remind_at: datetime = Field(description="Later than `due_at` while the reminder is snoozed")
    note: str
    created_at: datetime
    closed_at: datetime | None
    outcome: NextCallOutcome | None = Field(description="With a call, by hand, or because it was joined to another one")


class OverdueCalls(BaseModel):
    """How many next calls of an agent are overdue, and since when the first of them is."""

    agent_id: UUID
    agent_name: str
    agent_number: str
    count: int
    since: datetime


class OverdueReport(BaseModel):
    agents: list[OverdueCalls]
    next_at: datetime | None = Field(description="When the next one falls due")


class OwnFilter(CustomerFilter):
    """Of the agent's own customers."""

    last_disposition_id: UUID | None = Field(default=None, description="The last call's result is this, or one below")
    last_failure: Failure | None = Field(default=None, description="The last call failed so, and has no result")
    called_since: Moment | None = None
    not_called_since: Moment | None = Field(default=None, description="Not since, or never")
    next: DueWithin | None = Field(
        default=None, description="The next call is overdue, is due by the end of the day or of the week, or is not set"
    )


class LastCall(BaseModel):
    """The last call to a customer: the result that was chosen, else how it failed by itself."""

    interaction_id: UUID
    at: datetime
    ended: bool
    connected: bool
    result: str | None
    failure: Failure | None


class OwnNextCall(BaseModel):
    id: UUID
    due_at: datetime
    remind_at: datetime
    note: str


class OwnCustomerView(CustomerView):
    place: str = Field(description="Where the first number comes from; empty where nobody knows")
    calls: int = Field(description="How often the customer was called")
    last_call: LastCall | None
    next_call: OwnNextCall | None
