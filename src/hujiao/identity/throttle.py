"""Slowing down guesses at sign-in: by account, and by attempts on accounts that do not exist; never by address alone.

A whole shift sits behind one address, so an address's bucket counts only unknown accounts, and once it is empty it
refuses only what fails: whoever knows the password still comes in. Wrong passwords get the same refusal then, so that
it does not tell which accounts exist.

The buckets are in the memory of each API process. A guess then costs no write (nobody can load the database by
guessing), and a restart or a further worker gives an attacker at most a few more tries.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

LARGEST_TABLE = 50_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class Buckets:
    """Token buckets by key: `burst` at once, then one each `refill_seconds`."""

    def __init__(self, burst: int, refill_seconds: float) -> None:
        self.burst = burst
        self.refill_seconds = refill_seconds
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, key: str, now: datetime) -> float:
        """Seconds until this key has a token; 0 when it has one."""
        tokens = self._tokens(key, now)
        return 0.0 if tokens >= 1 else (1 - tokens) * self.refill_seconds

    def take(self, key: str, now: datetime) -> None:
        self._buckets[key] = _Bucket(max(0.0, self._tokens(key, now) - 1), now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > LARGEST_TABLE:
            self._buckets.popitem(last=False)

    def forget(self, key: str) -> None:
        self._buckets.pop(key, None)

    def _tokens(self, key: str, now: datetime) -> float:
        bucket = self._buckets.get(key)
        if bucket is None:
            return float(self.burst)
        return min(self.burst, bucket.tokens + (now - bucket.at).total_seconds() / self.refill_seconds)


class SignInThrottle:
    def __init__(self) -> None:
        self._accounts = Buckets(burst=10, refill_seconds=30)
        self._unknown = Buckets(burst=30, refill_seconds=10)

    def before(self, account: str, now: datetime) -> float:
        """Seconds to wait before this account may be tried again, known or not."""
        return self._accounts.wait(account, now)

    def failed(self, account: str, address: str, *, known: bool, now: datetime) -> float:
        """Note a failure; the seconds to wait when the address has tried too many unknown accounts."""
        self._accounts.take(account, now)
        wait = self._unknown.wait(address, now)
        if not known:
            self._unknown.take(address, now)
        return wait

    def succeeded(self, account: str) -> None:
        self._accounts.forget(account)
