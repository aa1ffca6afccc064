"""Slowing down what is done too often, above all guesses at sign-in.

Guesses are counted by account and source, by account alone, and by attempts on unknown accounts.

A stranger's wrong passwords use up the tries from where the stranger is, not the colleague's elsewhere; and a device
from which somebody has signed in before (`devices.py`) has tries of its own for that account.
Guesses from many sources use up the account's own tries, which are more, and then wait for everybody but known devices.

A whole shift sits behind one address, so an address's bucket counts only unknown accounts, and once it is empty it
refuses only what fails: whoever knows the password still comes in. Wrong passwords get the same refusal then, so that
it does not tell which accounts exist.

The buckets are in the database, so that all workers of the API count together: in a table that is not logged, by
hashed keys, written only by what fails and checked password by password, which costs far more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.db import Database
from hujiao.kit.errors import Throttled

KEPT = timedelta(hours=2)  # by then every bucket is full again


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` tries at once, then one each `refill_seconds`."""

    burst: int
    refill_seconds: float


BY_SOURCE = Rate(burst=10, refill_seconds=30)
BY_ACCOUNT = Rate(burst=100, refill_seconds=30)
UNKNOWN = Rate(burst=30, refill_seconds=10)
BY_PIN = Rate(burst=5, refill_seconds=900)  # a hundred tries a day, of ten thousand PINs and more
WRONG_PINS = Rate(burst=120, refill_seconds=60)  # of a company's agents together: a few in a hundred mistype one

_LEFT = "least(:burst, b.tokens + extract(epoch FROM :now - b.at) / :refill)"
_READ = text(f"SELECT {_LEFT} FROM throttle_bucket b WHERE b.key = :key")
_TAKE = text(
    "INSERT INTO throttle_bucket AS b (key, tokens, at) VALUES (:key, :burst - 1, :now)"
    f" ON CONFLICT (key) DO UPDATE SET tokens = greatest(0, {_LEFT} - 1), at = :now"
)
# One that finds no try left takes none: those who try at the same time share what there is.
_TAKE_LEFT = text(f"{_TAKE.text} WHERE {_LEFT} >= 1 RETURNING tokens")
_FORGET = text("DELETE FROM throttle_bucket WHERE key = :key")
_PURGE = text("DELETE FROM throttle_bucket WHERE at < :before")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who is tried from where; `device` only when it is known for this account."""

    account: str
    address: str
    device: str | None = None

    @property
    def own(self) -> bytes:
        where = f"device {self.device}" if self.device else f"source {source_of(self.address)}"
        return _key(f"{where}\n{self.account}")

    @property
    def buckets(self) -> dict[bytes, Rate]:
        """Whose tries this one uses up."""
        return {self.own: BY_SOURCE} | ({} if self.device else {_key(f"account\n{self.account}"): BY_ACCOUNT})

    @property
    def unknown(self) -> bytes:
        return _key(f"unknown\n{source_of(self.address)}")


def source_of(address: str) -> str:
    """An IPv4 address, or an IPv6 subscriber's network, which has more addresses than anybody could count."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


class SignInThrottle:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, attempt: Attempt, now: datetime) -> float:
        """Seconds to wait before this account may be tried again from there, known or not."""
        async with self._database.lookup() as session:
            return await _wait(session, attempt.buckets, now)

    async def failed(self, attempt: Attempt, *, known: bool, now: datetime) -> float:
        """Note a failure; the seconds to wait when the address has tried too many unknown accounts."""
        async with self._database.lookup() as session:
            wait = await _wait(session, {attempt.unknown: UNKNOWN}, now)
            taken = attempt.buckets | ({} if known else {attempt.unknown: UNKNOWN})
            for key in sorted(taken):  # in one order, so that two never wait for each other
                await session.execute(_TAKE, {"key": key, "now": now, **_of(taken[key])})
        return wait

    async def succeeded(self, attempt: Attempt) -> None:
        async with self._database.lookup() as session:
            await session.execute(_FORGET, {"key": attempt.own})


class PinThrottle:
    """Guesses at the PINs of agents (工号), by agent, and by company for who tries one PIN at many agents: what number
    somebody calls from is easily feigned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, tenant_id: UUID, number: str, now: datetime) -> bool:
        """Use up a try for this agent, known or not; returns whether there was one left, and one of the company's."""
        async with self._database.lookup() as session:
            if await _one_wait(session, _wrong_pins(tenant_id), WRONG_PINS, now):
                return False
            taken = await session.execute(_TAKE_LEFT, {"key": _pin(tenant_id, number), "now": now, **_of(BY_PIN)})
            return taken.one_or_none() is not None

    async def failed(self, tenant_id: UUID, now: datetime) -> None:
        """A wrong PIN uses up one of the company's tries."""
        async with self._database.lookup() as session:
            await session.execute(_TAKE, {"key": _wrong_pins(tenant_id), "now": now, **_of(WRONG_PINS)})

    async def forget(self, tenant_id: UUID, number: str) -> None:
        """The right PIN was typed, or there is another one."""
        async with self._database.lookup() as session:
            await session.execute(_FORGET, {"key": _pin(tenant_id, number)})


class SharedRate:
    """How often an owner may do something, counted by all processes together."""

    def __init__(self, database: Database, what: str, rate: Rate) -> None:
        self._database = database
        self._what = what
        self._rate = rate

    async def take(self, owner: UUID, now: datetime) -> None:
        """Use up one; raises `Throttled` when there is none."""
        key = _key(f"{self._what}\n{owner}")
        async with self._database.lookup() as session:
            taken = await session.execute(_TAKE_LEFT, {"key": key, "now": now, **_of(self._rate)})
            if taken.one_or_none() is None:
                seconds = max(1, round(await _one_wait(session, key, self._rate, now)))
                raise Throttled("error.too_often", detail={"retry_after_seconds": seconds})


async def purge(session: AsyncSession, now: datetime) -> None:
    """Delete what says nothing any more."""
    await session.execute(_PURGE, {"before": now - KEPT})


async def _wait(session: AsyncSession, buckets: Mapping[bytes, Rate], now: datetime) -> float:
    waits: Iterable[float] = [await _one_wait(session, key, rate, now) for key, rate in buckets.items()]
    return max(waits, default=0.0)


async def _one_wait(session: AsyncSession, key: bytes, rate: Rate, now: datetime) -> float:
    left = await session.scalar(_READ, {"key": key, "now": now, **_of(rate)})
    return 0.0 if left is None or left >= 1 else (1 - float(left)) * rate.refill_seconds


def _of(rate: Rate) -> dict[str, float]:
    return {"burst": float(rate.burst), "refill": rate.refill_seconds}


def _pin(tenant_id: UUID, number: str) -> bytes:
    return _key(f"pin\n{tenant_id}\n{number}")


def _wrong_pins(tenant_id: UUID) -> bytes:
    return _key(f"wrong pins\n{tenant_id}")


def _key(what: str) -> bytes:
    return hashlib.sha256(what.encode()).digest()
