"""What two browsers say to each other, by the server, to send all of an agent's screen from one to the other. Pure.

The agent's page offers a connection when it is asked for one, and only to who views the screen. What passes is what
these shapes have, and nothing else: a description of one picture that goes one way, and where each browser is.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

Connection = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z-]+$")]  # one try at it
Sdp = Annotated[str, msgspec.Meta(max_length=16_000)]

# No titles, addresses of people or telephone numbers (i, u, e, p): printed letters, in lines of these kinds.
_LINE = re.compile(r"[vostcbma]=[ -~]*")
_CANDIDATE = r"^(candidate:[ -~]{1,400})?$"


class Ask(msgspec.Struct, tag_field="type", tag="ask", forbid_unknown_fields=True):
    """The viewer's page wants to see all of the screen."""

    connection: Connection


class _Description(msgspec.Struct, tag_field="type", forbid_unknown_fields=True):
    connection: Connection
    sdp: Sdp

    def __post_init__(self) -> None:
        lines = self.sdp.removesuffix("\r\n").split("\r\n")
        media = [line for line in lines if line.startswith("m=")]
        if lines[0] != "v=0" or not all(_LINE.fullmatch(line) for line in lines):
            raise ValueError("no description of a session")
        if len(media) != 1 or not media[0].startswith("m=video "):
            raise ValueError("not of one picture alone")


class Offer(_Description, tag="offer"):
    """The agent's page would send it so."""


class Answer(_Description, tag="answer"):
    """The viewer's page takes it so."""


class Candidate(msgspec.Struct, tag_field="type", tag="candidate", forbid_unknown_fields=True):
    """Where one of the two may be reached; empty: that was all."""

    connection: Connection
    candidate: Annotated[str, msgspec.Meta(pattern=_CANDIDATE)]
    mid: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[0-9A-Za-z]*$")] | None = None
    line: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None


class End(msgspec.Struct, tag_field="type", tag="end", forbid_unknown_fields=True):
    """It is over, or cannot be; without a connection: whatever there is for this view.

    `not_shared`: the agent shares no screen. `stopped`: not any more. `busy`: as many see it as may.
    `switched_off`: the company has it no more. `away`: what has to be noted cannot be noted now.
    """

    why: Literal["left", "not_shared", "stopped", "busy", "switched_off", "away", "failed"]
    connection: Connection | None = None


FromViewer = Ask | Answer | Candidate | End
FromPage = Offer | Candidate | End
