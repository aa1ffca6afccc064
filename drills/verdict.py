"""What the phones' logs say of a drill: who was dropped, overtaken, offered twice. Nothing here asks hujiao."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drills.robots import Offer

# INVITEs to agents go over several sockets of the switch: two within this time are one moment.
MOMENT_SECONDS = 0.1
# The caller's leg ends so soon after the agent's.
_AFTER_SECONDS = 10.0
FALLBACK_STATUS = 503


@dataclass(slots=True)
class Caller:
    """One call as the caller's phone logged it; times are epoch seconds."""

    number: str
    invited_at: float
    answered_at: float | None = None
    pressed: list[float] = field(default_factory=list)
    ended_at: float | None = None
    status: int | None = None  # of a refusal

    @property
    def fallback(self) -> bool:
        return self.status == FALLBACK_STATUS

    @property
    def entered(self) -> tuple[float, float] | None:
        """When this caller came into the queue, as far as a phone can know: not before, and not after."""
        if self.pressed:
            return self.pressed[0], self.pressed[-1]
        return (self.invited_at, self.answered_at) if self.answered_at else None


class CallerLog:
    """SIPp's log of short messages, read as it grows."""

    def __init__(self, file: Path) -> None:
        self.callers: dict[str, Caller] = {}
        self._file = file
        self._read = 0

    def look(self) -> list[tuple[str, Caller]]:
        """What is new: (`answered` or `ended`, caller)."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        data = data[: data.rfind(b"\n") + 1]
        self._read += len(data)
        return [news for line in data.decode("utf-8", "replace").splitlines() if (news := self._line(line))]

    def _line(self, line: str) -> tuple[str, Caller] | None:
        _, _, at, way, call_id, sequence, message = line.split("\t", 6)
        number, moment = call_id.partition("-")[0], float(at)
        caller = self.callers.setdefault(number, Caller(number, moment))
        match way, message.split(" ", 2):
            case "S", ["INFO", *_]:
                caller.pressed.append(moment)
            case "R", ["BYE", *_] if caller.ended_at is None:
                caller.ended_at = moment
                return "ended", caller
            case "R", ["SIP/2.0", code, *_] if sequence.endswith("INVITE"):
                status = int(code)
                if status == 200 and caller.answered_at is None:
                    caller.answered_at = moment
                    return "answered", caller
                if status >= 300 and caller.ended_at is None:
                    caller.ended_at, caller.status = moment, status
                    return "ended", caller
        return None


def by_caller(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    """In the order in which the INVITEs came."""
    found: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        found[offer.caller].append(offer)
    return found


def dropped(callers: Mapping[str, Caller], offers: Iterable[Offer]) -> list[str]:
    """Whose call ended though neither an agent nor the caller wanted it to."""
    of = by_caller(offers)
    gone = {number for number, caller in callers.items() if caller.status and not caller.fallback}
    gone |= {offer.caller for offer in offers if offer.answered_at and offer.ended_by == "product"}
    for number, caller in callers.items():
        if caller.ended_at is not None and caller.status is None:
            until = caller.ended_at + _AFTER_SECONDS
            if not any(o.ended_by == "agent" and o.ended_at and o.ended_at < until for o in of.get(number, ())):
                gone.add(number)
    return sorted(gone)


def double_offers(offers: Iterable[Offer]) -> list[tuple[Offer, Offer]]:
    """One caller offered to two agents at once, or one agent called twice at once."""
    found = []
    last: dict[tuple[str, str], Offer] = {}
    for offer in offers:
        for key in (("caller", offer.caller), ("agent", offer.agent)):
            before = last.get(key)
            if before and (before.ended_at is None or before.ended_at > offer.invited_at):
                found.append((before, offer))
            last[key] = offer
    return found


def served_again(offers: Iterable[Offer]) -> list[str]:
    """Who had talked with an agent to the end, and was offered to another."""
    return sorted(
        caller for caller, made in by_caller(offers).items() if any(offer.ended_by == "agent" for offer in made[:-1])
    )


def inversions(
    callers: Mapping[str, Caller], offers: Iterable[Offer], moment: float = MOMENT_SECONDS
) -> list[tuple[str, str]]:
    """Pairs (earlier, later) of whom the later one's INVITE reached an agent first.

    Earlier is who was surely in the queue before the other came: `entered` without an overlap.
    """
    first = {caller: made[0].invited_at for caller, made in by_caller(offers).items()}
    waited = [
        (caller.entered, first[number], number)
        for number, caller in callers.items()
        if caller.entered and number in first
    ]
    return sorted(
        (one, other)
        for (_, latest), served, one in waited
        for (earliest, _), overtook, other in waited
        if latest < earliest and overtook < served - moment
    )


def late(offers: Iterable[Offer], seconds: float) -> list[Offer]:
    """Talks in which the agent heard the caller only after so long."""
    return [o for o in offers if o.answered_at and o.connected_at and o.connected_at - o.answered_at > seconds]


def unconnected(offers: Iterable[Offer], seconds: float) -> list[Offer]:
    """Talks so long or longer in which the agent never heard the caller."""
    return [
        offer
        for offer in offers
        if offer.answered_at and offer.ended_at and not offer.connected_at
        if offer.ended_at - offer.answered_at >= seconds
    ]
