"""Over which socket an agent's phone is called.

Agents are called over sockets of their own, not behind the music of those who wait. One of them serves while it keeps
up, so that agents ring in the order in which they were chosen; what is more than that goes over the next. The commands
of one phone stay in order in any case: no call is taken back before it is made, none made before the last has ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from hujiao.asterisk.client import AriSocket

ROOM = 16  # unanswered commands of a socket, which take Asterisk some 60 ms, before the next one is used


class Phones:
    def __init__(self, sockets: Sequence[AriSocket]) -> None:
        self._sockets = sockets
        self._unanswered: Counter[int] = Counter()  # by socket
        self._busy: dict[Hashable, tuple[int, int]] = {}  # phone: its socket, and how much of it is unanswered there

    def take(self, phone: Hashable) -> AriSocket:
        """The socket for one command to the phone; `answered` must follow."""
        socket, count = self._busy.get(phone) or (self._with_room(), 0)
        self._busy[phone] = socket, count + 1
        self._unanswered[socket] += 1
        return self._sockets[socket]

    def answered(self, phone: Hashable) -> None:
        socket, count = self._busy.pop(phone)
        self._unanswered[socket] -= 1
        if count > 1:
            self._busy[phone] = socket, count - 1

    def _with_room(self) -> int:
        sockets = range(len(self._sockets))
        least = min(sockets, key=lambda socket: self._unanswered[socket])
        return next((socket for socket in sockets if self._unanswered[socket] < ROOM), least)
