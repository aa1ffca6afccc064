"""What fails again and again is set aside with growing pauses, and told of: one book for each process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from hujiao.kit.clock import utc_now

log = structlog.get_logger()

LONGEST_PAUSE_SECONDS = 60.0
# Quiet for so long after a pause: what failed earlier has nothing to do with the next failure.
FORGET_SECONDS = 60.0


@dataclass(slots=True)
class Fault:
    """Work that fails. `about` names the object to be mended, `reason` says what happened to it."""

    work: str
    tenant_id: UUID | None
    about: str
    reason: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    next_try_at: datetime | None = None


def reason_of(error: BaseException | None) -> str:
    """An error as one line."""
    words = str(error).strip().splitlines()
    return f"{type(error).__name__}: {words[0][:200]}" if words else type(error).__name__


def pause(count: int) -> float:
    """Seconds before the next try after so many failures in a row: none the first time, then 2, 4, 8 … 60."""
    return 0.0 if count <= 1 else min(LONGEST_PAUSE_SECONDS, 2.0 ** min(count - 1, 10))


class Faults:
    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._faults: dict[tuple[str, UUID | None], Fault] = {}

    def met(self, work: str, tenant_id: UUID | None, *, about: str, reason: str) -> float:
        """Write the failure down, at error level; returns how many seconds to wait before the work is tried again."""
        now = self._now()
        fault = self._find(work, tenant_id)
        if fault is None:
            fault = self._faults[work, tenant_id] = Fault(work, tenant_id, about, reason, now, now)
        else:
            fault.about, fault.reason, fault.last_at = about, reason, now
            fault.count += 1
        seconds = pause(fault.count)
        fault.next_try_at = now + timedelta(seconds=seconds)
        told = {"work": work, "tenant_id": str(tenant_id) if tenant_id else None, "about": about, "reason": reason}
        log.error("set_aside", **told, count=fault.count, next_try_in=seconds)
        return seconds

    def mended(self, work: str, tenant_id: UUID | None) -> None:
        """The work is done again, or what it failed with was changed."""
        self._faults.pop((work, tenant_id), None)

    def aside(self, work: str, tenant_id: UUID | None) -> bool:
        """Whether the work's pause is not over yet."""
        fault = self._find(work, tenant_id)
        return bool(fault and fault.next_try_at and fault.next_try_at > self._now())

    def of_tenant(self, tenant_id: UUID, *works: str) -> Fault | None:
        """What of these works failed for the tenant last."""
        found = [fault for work in works if (fault := self._find(work, tenant_id))]
        return max(found, key=lambda fault: fault.last_at, default=None)

    def report(self) -> list[dict[str, Any]]:
        """All faults as health tells them; times in ISO 8601."""
        found = [self._find(*key) for key in list(self._faults)]
        return [
            {
                "work": fault.work,
                "tenant_id": str(fault.tenant_id) if fault.tenant_id else None,
                "about": fault.about,
                "reason": fault.reason,
                "first_at": fault.first_at.isoformat(),
                "last_at": fault.last_at.isoformat(),
                "count": fault.count,
                "next_try_at": fault.next_try_at.isoformat() if fault.next_try_at else None,
            }
            for fault in found
            if fault
        ]

    def _find(self, work: str, tenant_id: UUID | None) -> Fault | None:
        fault = self._faults.get((work, tenant_id))
        if fault is None:
            return None
        quiet = self._now() - max(fault.last_at, fault.next_try_at or fault.last_at)
        if quiet > timedelta(seconds=FORGET_SECONDS):
            del self._faults[work, tenant_id]
            return None
        return fault
