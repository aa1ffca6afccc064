"""What an agent's page sends of its screen, and how much of it waits for one who watches. Pure."""

from __future__ import annotations

from collections import deque
from uuid import UUID

import msgspec

from hujiao.screen_views.signals import FromPage, FromViewer

WAITING_LIMIT = 2_000_000  # characters that a slow watcher may be behind


class Page(msgspec.Struct, tag_field="type", tag="page", forbid_unknown_fields=True):
    """A page of the agent's, and whether it is in front; `too_big`: its picture cannot be sent; `shares`: it has all
    of the agent's screen."""

    visible: bool
    too_big: bool = False
    shares: bool = False


class Piece(msgspec.Struct, tag_field="type", tag="piece", forbid_unknown_fields=True):
    """What happened on the page: packed events, in base64. `whole`: beginning with all of the picture."""

    data: str
    whole: bool = False


class ToViewer(msgspec.Struct, tag_field="type", tag="signal", forbid_unknown_fields=True):
    """What the page says to one who views it."""

    view_id: UUID
    signal: FromPage


class Frame(msgspec.Struct, tag_field="type", tag="frame"):
    """A page or a piece, of one page of the agent, or what it says to one viewer; with none the page is gone."""

    page_id: str
    page: Page | None = None
    piece: Piece | None = None
    signal: FromPage | None = None


class ToPage(msgspec.Struct, tag_field="type", tag="signal", forbid_unknown_fields=True):
    """What a viewer says to a page."""

    page_id: str
    signal: FromViewer


class Picture(msgspec.Struct, tag_field="type", tag="picture"):
    """A viewer needs all of the application anew."""


class On(msgspec.Struct, tag_field="type", tag="on"):
    """A viewer wants it to go on for longer."""


_decoder = msgspec.json.Decoder(Page | Piece | ToViewer)
_viewers = msgspec.json.Decoder(On | Picture | ToPage)


def decode(text: str) -> Page | Piece | ToViewer:
    """What an agent's page sends."""
    decoded: Page | Piece | ToViewer = _decoder.decode(text)
    return decoded


def decode_viewers(text: str) -> On | Picture | ToPage:
    """What a viewer's page sends."""
    decoded: On | Picture | ToPage = _viewers.decode(text)
    return decoded


class Backlog:
    """Frames that wait for one watcher. Pieces of a page are worth nothing without a whole picture before them: until
    there is one they are dropped, as they are when the watcher has fallen behind, who then needs one anew."""

    def __init__(self, limit: int = WAITING_LIMIT) -> None:
        self._limit = limit
        self._waiting: deque[Frame] = deque()
        self._size = 0
        self._unbroken: set[str] = set()
        self.behind = False

    def put(self, frame: Frame) -> None:
        if frame.piece is not None:
            if frame.piece.whole:
                self._unbroken.add(frame.page_id)
                self.behind = False
            elif frame.page_id not in self._unbroken:
                return
            if self._size + len(frame.piece.data) > self._limit and self._size:
                self._fall_behind()
                return
            self._size += len(frame.piece.data)
        elif frame.page is None and frame.signal is None:
            self._unbroken.discard(frame.page_id)
        self._waiting.append(frame)

    def take(self) -> Frame | None:
        if not self._waiting:
            return None
        frame = self._waiting.popleft()
        if frame.piece is not None:
            self._size -= len(frame.piece.data)
        return frame

    def _fall_behind(self) -> None:
        self._waiting = deque(frame for frame in self._waiting if frame.piece is None)
        self._size = 0
        self._unbroken.clear()
        self.behind = True
