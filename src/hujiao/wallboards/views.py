"""What a wallboard is made of, and its links, as they are sent and shown."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from hujiao.kit.views import Input, Language, Moment
from hujiao.reporting.views import Bound

COLUMNS, ROWS = 12, 8  # of the grid that fills the screen
MOST_TILES = 40

QueueFigure = Literal[
    "waiting",
    "longest_wait",
    "expected_wait",
    "offered_today",
    "answered_today",
    "abandoned_today",
    "service_level_today",
    "entered",
    "within",
    "answer_rate",
    "service_level",
    "loss",
]
AgentFigure = Literal["signed_in", "idle", "talking", "wrap_up", "not_ready", "break"]
Figure = QueueFigure | Literal["in_flow"] | AgentFigure
TrendFigure = Literal["waiting", "offered", "abandoned", "service_level"]
QUEUE_FIGURES: tuple[str, ...] = get_args(QueueFigure)
AGENT_FIGURES: tuple[str, ...] = get_args(AgentFigure)
SHARES = frozenset({"service_level_today", "within", "answer_rate", "service_level", "loss"})
LOW_IS_BAD = frozenset({"service_level_today", "within", "answer_rate", "service_level", "signed_in", "idle"})


def _once(values: list[Any]) -> list[Any]:
    if len(set(values)) < len(values):
        raise ValueError("error.said_twice")
    return values


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError("error.not_a_network") from None


class _Tile(Input):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,36}$")]
    title: Annotated[str, StringConstraints(max_length=60)] = Field(default="", description="Empty: what it shows")
    x: int = Field(ge=0, lt=COLUMNS)
    y: int = Field(ge=0, lt=ROWS)
    w: int = Field(ge=1, le=COLUMNS)
    h: int = Field(ge=1, le=ROWS)


class _OfQueues(_Tile):
    queue_ids: list[UUID] = Field(default=[], max_length=50, description="None: all that the board shows")


class _OfAgents(_OfQueues):
    group_ids: list[UUID] = Field(default=[], max_length=50, description="Agents of these alone; none: of any")


class FigureTile(_OfAgents):
    kind: Literal["figure"]
    figure: Figure
    seconds: int | None = Field(default=None, ge=1, le=600, description="Of `within`: one of the indicators' times")
    bounds: Bound | None = Field(default=None, description="None: as the indicators and queues have them")


class BarsTile(_OfAgents):
    """A figure of each queue, or how many agents do what."""

    kind: Literal["bars"]
    of: Literal["agents"] | QueueFigure


class TrendTile(_OfQueues):
    kind: Literal["trend"]
    figure: TrendFigure
    hours: Literal[1, 2, 4, 8] = 1


class QueuesTile(_OfQueues):
    kind: Literal["queues"]
    columns: Annotated[list[QueueFigure], AfterValidator(_once)] = Field(min_length=1, max_length=8)


class AgentsTile(_OfAgents):
    kind: Literal["agents"]


class TextTile(_Tile):
    kind: Literal["text"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class PlainTile(_Tile):
    """`bulletins`: the newest that are addressed to all."""

    kind: Literal["clock", "bulletins"]


Tile = Annotated[
    FigureTile | BarsTile | TrendTile | QueuesTile | AgentsTile | TextTile | PlainTile, Field(discriminator="kind")
]


class WallboardIn(Input):
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    theme: Literal["dark", "light"] = "dark"
    language: Language | None = Field(default=None, description="None: the screen's own")
    tiles: list[Tile] = Field(default=[], max_length=MOST_TILES)
    revision: int | None = Field(default=None, ge=1, description="As the sender saw it: refused when it is another now")


class WallboardView(WallboardIn):
    id: UUID
    revision: int
    project_ids: list[UUID] | None = Field(description="Whose work it shows; null: all")


class LinkIn(Input):
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(description="Where the screen hangs")
    expires_at: Moment | None = None
    networks: list[Annotated[str, AfterValidator(_network)]] = Field(
        default=[], max_length=20, description="Addresses and networks from which it opens; none: any"
    )


class LinkView(BaseModel):
    id: UUID
    name: str
    networks: list[str]
    expires_at: datetime | None
    created_at: datetime
    created_by_name: str


class NewLink(LinkView):
    secret: str = Field(description="Shown this once: the address is /board#<secret>")
