"""Voice ports that no call has.

Asterisk may keep the two ports of a call that has ended: it misses that it has taken back a report of the call's sound
which it was just about to send (`ast_sched_del_nonrunning` in its `main/sched.c`), and so never closes them. Nothing
gives them back but its end. How many there are is seen while it has no call.
"""

from __future__ import annotations

from pathlib import Path

# An answer that nobody acknowledges is repeated for 32 seconds, and its BYE for as long: until then it is a call.
IDLE_SECONDS = 90.0


class VoicePorts:
    """`held`: what was open when last there was no call for long enough. `count`: those that calls may have."""

    def __init__(self, first: int, last: int) -> None:
        self._range = first, last
        self._idle_since: float | None = None
        self.count = last - first + 1
        self.held = 0

    def look(self, calls: int, now: float) -> None:
        if calls:
            self._idle_since = None
            return
        self._idle_since = now if self._idle_since is None else self._idle_since
        if now - self._idle_since >= IDLE_SECONDS:
            self.held = open_ports(*self._range)


def open_ports(first: int, last: int) -> int:
    """Returns how many UDP ports of the range are open on this machine."""
    rows = [row for name in ("udp", "udp6") for row in Path(f"/proc/net/{name}").read_text("ascii").splitlines()[1:]]
    ports = {int(row.split()[1].rpartition(":")[2], 16) for row in rows}
    return sum(first <= port <= last for port in ports)
