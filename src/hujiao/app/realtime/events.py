"""Every message of the live socket, both ways. A test tries each of them as another tenant and as each role."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Record = dict[str, Any]


class View(msgspec.Struct):
    agents: list[Record]
    queues: list[Record]
    interactions: list[Record]
    blends: list[Record] = []


class Snapshot(msgspec.Struct, tag_field="type", tag="snapshot"):
    """All that the reader may see, as of `seq`."""

    seq: int
    view: View


class Delta(msgspec.Struct, tag_field="type", tag="delta"):
    """What changed after `prev_seq`: agents and interactions whole, of a queue its id and the fields that changed.
    `ended` are interactions that are over, or no longer the reader's to see.

    With `prev_seq` equal to `seq` something changed that no event of the ledger numbers: figures, of the day or of the
    blending rules, or that somebody waits who has just been looked up. `blends` are all rules'; None: as they were.
    """

    prev_seq: int
    seq: int
    agents: list[Record]
    queues: list[Record]
    interactions: list[Record]
    ended: list[str]
    blends: list[Record] | None = None


class Chat(msgspec.Struct, tag_field="type", tag="chat"):
    """Something of a chat in which the reader has a part. `frame` is what the visitor's socket gets, too: a `message`
    (with `agent_id` and `part`), a `state`, or that somebody is `typing` or has `read`."""

    interaction_id: str
    frame: Record


class Bulletins(msgspec.Struct, tag_field="type", tag="bulletins"):
    """What the reader is to read has changed: it asks for that anew. Only who is addressed, or was, is told."""


class Alarms(msgspec.Struct, tag_field="type", tag="alarms"):
    """Alarms of agents or queues that the reader sees were raised, ended or acknowledged, or suggestions for these
    queues have changed: the reader asks anew. Only supervisors are told."""


class NextCalls(msgspec.Struct, tag_field="type", tag="next_calls"):
    """Next calls of the reader, or of agents whom the reader supervises, have changed: the reader asks anew."""


class Settings(msgspec.Struct, tag_field="type", tag="settings"):
    """The tenant's settings have changed: the reader, an agent, asks anew for what holds at the own desktop."""


class ScreenView(msgspec.Struct, tag_field="type", tag="screen_view"):
    """A supervisor views the reader's screen, again and again while it lasts: the page shows it by `screen_socket`.

    `by`: who does, where the tenant says so. `picture`: it needs all of the screen anew.
    """

    view_id: str
    what: Literal["on", "picture", "off"]
    by: str | None = None


class ScreenViews(msgspec.Struct, tag_field="type", tag="screen_views"):
    """Who looks at the screens of agents that the reader sees has changed: the reader asks anew. Told to those alone
    who may view screens."""


class SetAside(msgspec.Struct, frozen=True):
    """A tenant whose `work` fails again and again since then: its events, or reading it. `about` is the object, told
    to those who see all of the tenant."""

    work: Literal["events", "reading"]
    since: str
    next_try_at: str | None = None
    about: str = ""


class Stale(msgspec.Struct, tag_field="type", tag="stale"):
    """The call control does not answer, or the tenant is set aside: what is shown may be old. A snapshot follows."""

    set_aside: SetAside | None = None


class Ping(msgspec.Struct, tag_field="type", tag="ping"):
    pass


class Pong(msgspec.Struct, tag_field="type", tag="pong"):
    pass


class Bye(msgspec.Struct, tag_field="type", tag="bye"):
    """The last message; the socket closes after it."""

    reason: Literal["signed_out", "session_ended", "server_stopping", "too_slow"]


class AskSnapshot(msgspec.Struct, tag_field="type", tag="snapshot"):
    """A client that saw a gap asks for everything again."""


SERVER_EVENTS: tuple[type[msgspec.Struct], ...] = (
    Snapshot,
    Delta,
    Chat,
    Bulletins,
    Alarms,
    NextCalls,
    Settings,
    ScreenView,
    ScreenViews,
    Stale,
    Ping,
    Pong,
    Bye,
)
CLIENT_EVENTS: tuple[type[msgspec.Struct], ...] = (AskSnapshot, Ping, Pong)

ServerEvent = (
    Snapshot
    | Delta
    | Chat
    | Bulletins
    | Alarms
    | NextCalls
    | Settings
    | ScreenView
    | ScreenViews
    | Stale
    | Ping
    | Pong
    | Bye
)
ClientEvent = AskSnapshot | Ping | Pong

_decoder = msgspec.json.Decoder(ClientEvent)
_encoder = msgspec.json.Encoder()


def decode(message: str) -> ClientEvent:
    decoded: ClientEvent = _decoder.decode(message)
    return decoded


def encode(event: ServerEvent) -> str:
    return _encoder.encode(event).decode()
