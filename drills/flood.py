"""A flood of calls over a trunk: INVITE after INVITE, and not one ACK. Is a caller who is well served meanwhile?"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from bench import company, instance, processes
from drills import scene as stage
from drills import sip
from drills.scene import Scene
from drills.sip import Dialog, Wire
from hujiao.asterisk.node.voice_ports import open_ports
from hujiao.kit.settings import Settings

CONTROL_EVERY = 2.0
MOST_MB = 200.0  # that Asterisk may grow by
_ANSWER_SECONDS = 10.0
_LISTEN_SECONDS = 2.0
_END_SECONDS = 90.0  # until the last of it has been given up: an answer without an ACK is repeated for 32 seconds
_LOOK = 0.5


@dataclass(slots=True)
class Flood:
    """What came of it. `statuses` are the final answers; ports are those of voice that are open."""

    sent: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    control_calls: int = 0
    failed_control_calls: int = 0
    ports_most: int = 0
    ports_there: int = 0
    ports_left: int = 0
    asterisk_mb_before: float = 0.0
    asterisk_mb_most: float = 0.0

    def ok(self) -> bool:
        """Served or refused with 503, nobody else worse for it, and nothing of it stays."""
        return (
            set(self.statuses) <= {"200", "503"}
            and not self.failed_control_calls
            and self.ports_most < self.ports_there
            and not self.ports_left
            and self.asterisk_mb_most - self.asterisk_mb_before <= MOST_MB
        )


async def flood(scene: Scene, address: str, *, seconds: float, rate: float) -> Flood:
    """Send it from this address, a trunk's, with a control call every other second; until the switch is empty again."""
    settings, done = scene.settings, Flood()
    pid = (await asyncio.to_thread(instance.pids, settings))["asterisk"]
    done.ports_there = settings.rtp_end - settings.rtp_start + 1
    done.asterisk_mb_before = _memory(pid)
    async with sip.udp(settings.sip_port, address) as wire:
        watching = asyncio.create_task(_watch(settings, pid, done))
        calls: list[Dialog] = []
        controls = asyncio.create_task(_controls(scene, done, seconds))
        await _send(wire, calls, seconds * rate, rate)
        await controls
        statuses = Counter([str(status) for call in calls if (status := _final(wire, call))])
        done.sent, done.statuses = len(calls), dict(sorted(statuses.items()))
        with suppress(TimeoutError):
            await stage.until(lambda: _empty(settings), "the flood is over", seconds=_END_SECONDS)
        watching.cancel()
    done.ports_left = open_ports(settings.rtp_start, settings.rtp_end)
    return done


async def _send(wire: Wire, calls: list[Dialog], count: float, rate: float) -> None:
    began = time.monotonic()
    for number in range(int(count)):
        called = company.PROMPTS if number % 2 else company.PLAIN
        calls.append(Dialog(wire, f"sip:{called}@127.0.0.1".encode(), b"<sip:13%09d@127.0.0.1>" % number))
        await calls[-1].invite()
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))


def _final(wire: Wire, call: Dialog) -> int | None:
    """The final answer that has come; it is not acknowledged."""
    answers = wire.expect(call.call_id)
    while not answers.empty():
        if (status := answers.get_nowait()[0]) >= 200:
            return status
    return None


async def _controls(scene: Scene, done: Flood, seconds: float) -> None:
    ends = time.monotonic() + seconds
    placed = []
    while time.monotonic() < ends:
        placed.append(asyncio.create_task(_control(scene, done)))
        await asyncio.sleep(CONTROL_EVERY)
    await asyncio.gather(*placed)


async def _control(scene: Scene, done: Flood) -> None:
    """Somebody who is well calls, is answered, and hears the prompt."""
    done.control_calls += 1
    probe = await scene.probe()
    with suppress(TimeoutError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            await probe.call.answered.wait()
        await asyncio.sleep(_LISTEN_SECONDS)
    await probe.call.hang_up()
    heard = None
    with suppress(TimeoutError):
        heard = await probe.waited()
    done.failed_control_calls += heard is None


async def _watch(settings: Settings, pid: int, done: Flood) -> None:
    while True:
        done.ports_most = max(done.ports_most, open_ports(settings.rtp_start, settings.rtp_end))
        done.asterisk_mb_most = max(done.asterisk_mb_most, _memory(pid))
        await asyncio.sleep(_LOOK)


async def _empty(settings: Settings) -> bool:
    return not open_ports(settings.rtp_start, settings.rtp_end)


def _memory(pid: int) -> float:
    return processes.memory_mb({"asterisk": pid})["asterisk"]
