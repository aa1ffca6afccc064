"""What somebody hears of a stream of RTP: jitter as RFC 3550 has it, and holes."""

from __future__ import annotations

from dataclasses import dataclass

RATE = 8000  # of G.711's timestamps
_WRAP = 1 << 32


@dataclass(slots=True)
class Ear:
    """One stream, in seconds. `jitter` is RFC 3550's estimate (6.4.1); the worst and the longest are since `begin`."""

    jitter: float = 0.0
    worst_jitter: float = 0.0
    longest_gap: float = 0.0
    received: int = 0
    _stamp: int = 0
    _at: float | None = None

    def begin(self) -> None:
        """Where the caller was before, in music perhaps, timestamps had another beginning."""
        self.jitter, self.worst_jitter, self.longest_gap, self.received = 0.0, 0.0, 0.0, 0

    def heard(self, stamp: int, at: float) -> None:
        """A packet with this timestamp has come at this moment."""
        self.received += 1
        if self._at is not None:
            gap = at - self._at
            meant = ((stamp - self._stamp + _WRAP // 2) % _WRAP - _WRAP // 2) / RATE  # it wraps, and may go back
            self.jitter += (abs(gap - meant) - self.jitter) / 16
            self.worst_jitter = max(self.worst_jitter, self.jitter)
            self.longest_gap = max(self.longest_gap, gap)
        self._stamp, self._at = stamp, at

    def silent_since(self, now: float) -> None:
        """The hole that is still open counts, too."""
        if self._at is not None:
            self.longest_gap = max(self.longest_gap, now - self._at)
