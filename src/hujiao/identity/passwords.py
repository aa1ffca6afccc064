"""Passwords: argon2id on a bounded pool of threads.

12 MiB and 3 passes are one of OWASP's equivalent choices; of those it costs the least time here (12 ms with two threads
busy on two cores), so that a shift of 500 signs in at once without the memory of 500 hashes.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hujiao.kit.errors import BadField

SHORTEST, LONGEST = 8, 256


class Passwords:
    def __init__(self, threads: int | None = None) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=12 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(threads or min(4, os.cpu_count() or 1), thread_name_prefix="argon2")
        # Verified when there is no such account, so that the answer takes as long as for a wrong password.
        self._nobody = self._hasher.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        check_length(password)
        return await self._hash(password)

    async def hash_pin(self, pin: str) -> str:
        """Of the digits that stand for a password on a telephone; `PinThrottle` makes up for their being few."""
        return await self._hash(pin)

    async def verify(self, stored: str | None, password: str) -> bool:
        right = await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, stored, password)
        return right and stored is not None

    async def _hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    def _verify(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def check_length(password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadField("error.password_length", field="password", detail={"shortest": SHORTEST, "longest": LONGEST})
