"""What people see and send about flows and access numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from hujiao.calls.views import Written
from hujiao.flows.document import MOST_NODES
from hujiao.flows.fields import Shape
from hujiao.flows.nodes.base import Group, Icon, Role
from hujiao.kit.views import Input


def _bounded(document: dict[str, Any]) -> dict[str, Any]:
    nodes = document.get("nodes")
    if isinstance(nodes, dict) and len(nodes) > MOST_NODES:
        raise PydanticCustomError("too_long", "too many nodes", {"max_length": MOST_NODES})
    return document


Document = Annotated[dict[str, Any], AfterValidator(_bounded)]


class FlowIn(Input):
    name: str = Field(min_length=1, max_length=80)
    project_id: UUID


class FlowSummary(FlowIn):
    id: UUID
    published_version: int | None


class FlowDraft(BaseModel):
    document: dict[str, Any]


class SavedDraft(BaseModel):
    """Which saving of the draft stands: `revision` counts them, `saved_by` is a name."""

    revision: int
    saved_at: datetime | None
    saved_by: str | None


class DraftView(FlowDraft, SavedDraft):
    pass


class FlowVersionView(BaseModel):
    version: int
    published_at: datetime
    published_by: UUID | None
    published_by_name: str | None
    despite_tests: str


class FlowDetail(FlowSummary):
    draft: DraftView
    versions: list[FlowVersionView]


class DraftIn(Input):
    """Any document is kept as a draft; problems are told by `validate` and stop `publish`. `revision` is the one that
    the changes were begun from: when another stands, nothing is saved. Without it the document takes the place of
    whatever stands."""

    document: Document
    revision: int | None = Field(default=None, ge=0, le=2**31 - 1)


class DocumentIn(Input):
    document: Document


class EditorIn(Input):
    """A page, by an id that it makes up, has the flow open, with or without unsaved changes; or it is left."""

    page_id: UUID
    unsaved: bool = False
    leaving: bool = False


class EditorView(BaseModel):
    """Another page that has the flow open: whose, since when; `own`: it is the same person's."""

    name: str
    since: datetime
    unsaved: bool
    own: bool


class Editing(BaseModel):
    """What a page that has a flow open needs to hear: the other pages, and which draft and version stand."""

    others: list[EditorView]
    draft: SavedDraft
    published_version: int | None


class Problem(BaseModel):
    """An `error` stops publishing, a `warning` does not. `node` and `field` say where; both None: the whole flow."""

    severity: Literal["error", "warning"]
    node: str | None
    field: str | None
    message: str


class Problems(BaseModel):
    problems: list[Problem]


class NodeField(BaseModel):
    """A setting of a node. `type` is what it is, or each member of a list or map; a map's keys are `key_type`.

    `initial` is what a new node has. Its name and help are texts of the reader's language, by kind and field.
    """

    name: str
    shape: Shape
    type: Role | Literal["boolean", "integer", "number", "text", "choice", "row"]
    key_type: Role | Literal["text"] | None
    required: bool
    initial: Any
    unit: Literal["seconds"] | None
    minimum: float | None
    maximum: float | None
    max_length: int | None
    choices: list[str]


class NodeExit(BaseModel):
    """Where a node may lead: by the field itself, by each key of a map, or by the field `inner` of each row."""

    field: str
    shape: Shape
    inner: str | None = None
    required: bool


class NodeKind(BaseModel):
    """A kind of node. `summary` are the fields that its card shows, `makes` the variables that it always sets."""

    type: str
    group: Group
    icon: Icon
    summary: list[str]
    makes: list[str]
    fields: list[NodeField]
    exits: list[NodeExit]


class AccessNumberIn(Input):
    number: Annotated[str, Written] = Field(min_length=1, max_length=32, pattern=r"^\+?[0-9*#A-Za-z._-]+$")
    label: str = Field(default="", max_length=80)
    flow_id: UUID
    project_id: UUID
    business_id: UUID
    language: str | None = Field(default=None, max_length=16, pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")


class AccessNumberView(AccessNumberIn):
    id: UUID
