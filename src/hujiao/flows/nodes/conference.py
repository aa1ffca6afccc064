"""Talk with several: the caller takes part in the tenant's conference of that name, as a host or as a guest."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hujiao.flows.contracts import ToConference
from hujiao.flows.nodes.base import Node, OutsideNumber, Template, Walk, Way
from hujiao.interactions.contracts import MOST_PARTIES, ConferenceTerms

LONGEST_NAME, MOST_NUMBERS = 64, 10


class Conference(Node):
    """`admission` and `muted` are a guest's; `ends_with_host` and the `numbers`, which are called, a host's."""

    group = "call"
    icon = "headset"
    summary = ("room",)
    voice_only = True

    type: Literal["conference"]
    room: Template = Field(min_length=1, max_length=200)
    part: Literal["guest", "host"] = "guest"
    admission: Literal["at_once", "with_host", "by_host"] = "at_once"
    muted: bool = False
    ends_with_host: bool = True
    numbers: list[OutsideNumber] = Field(default=[], max_length=MOST_NUMBERS)
    ring_seconds: int = Field(default=30, ge=5, le=120)
    most_parties: int = Field(default=MOST_PARTIES, ge=2, le=MOST_PARTIES)
    tones: bool = True
    music: str = Field(default="default", min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")
    on_ended: Way | None = None
    on_left: Way | None = None
    on_full: Way | None = None
    on_refused: Way | None = None

    def enter(self, walk: Walk) -> None:
        walk.become("away")
        host = self.part == "host"
        called = [walk.filled(number).strip() for number in self.numbers] if host else []
        terms = ConferenceTerms(
            room=walk.filled(self.room).strip()[:LONGEST_NAME],
            host=host,
            admission=self.admission,
            muted=self.muted and not host,
            most_parties=self.most_parties,
            ends_with_host=self.ends_with_host,
            tones=self.tones,
            music=self.music,
            numbers=tuple(dict.fromkeys(number for number in called if number)),
            ring_seconds=self.ring_seconds,
            on_ended=self.on_ended,
            on_left=self.on_left,
            on_full=self.on_full,
            on_refused=self.on_refused,
        )
        walk.effect(ToConference(terms))
