"""`./hujiao bench talk`: conversations with sound both ways, recorded and not, as many as the processors carry.

One instance, one Asterisk. Each caller sends G.711 in packets of 20 ms, the agent's phone sends back what it hears, and
what comes back is measured for every caller. Arms, a step of each in turn, so that the machine's drift hits all:
  dial             the dialplan's Dial()
  dial_mixed       MixMonitor() before it: one file with both voices
  dial_lanes       MixMonitor() before it: a file for each voice, as hujiao keeps them
  hujiao           flow → queue with automatic answer → agent
  hujiao_recorded  the same, recorded; merged and encoded after the call
The number of conversations grows until a stream's jitter passes 20 ms or one has a hole of 100 ms, a packet in a
hundred is lost, a call fails, or the processors are full.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from bench import company, instance, machine, phones, processes, sipp, switch
from bench.calls import at_work, ready
from bench.stepping import Climb
from bench.talkers import Heard
from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.settings import CHECKOUT, Settings

NUMBERS = {
    "dial": switch.DIAL,
    "dial_mixed": switch.DIAL_MIXED,
    "dial_lanes": switch.DIAL_LANES,
    "hujiao": company.PLAIN,
    "hujiao_recorded": company.RECORDED,
}
JITTER_MS, GAP_MS, LOST_SHARE, BUSY_SHARE = 20.0, 100.0, 0.01, 0.95
ARRIVALS_PER_SECOND = 30.0
SETTLE_SECONDS = 2.0
MOST = 1000


class Step(msgspec.Struct):
    """So many conversations at once, for some seconds. Processor time is the installation's, by process.

    `cpu_ms_per_s`: while they talk, of one second of one conversation; `after_ms_per_s`: what the jobs take after the
    hang-up, also by second of conversation.
    """

    conversations: int
    failed: int
    busy_share: float
    heard: Heard
    cpu_ms_per_s: dict[str, float]
    after_ms_per_s: float
    why: str = ""

    @property
    def passed(self) -> bool:
        return not self.why

    @property
    def ms_per_s(self) -> float:
        return round(sum(self.cpu_ms_per_s.values()) + self.after_ms_per_s, 2)


@dataclass(slots=True)
class Bench:
    settings: Settings
    options: argparse.Namespace
    people: company.Company
    bus: messages.Bus
    ledger: asyncpg.Connection[asyncpg.Record]
    folder: Path
    steps: int = 0

    async def run(self) -> dict[str, list[Step]]:
        """Each arm's steps; those that go on take turns."""
        options = self.options
        climbs = {
            name: Climb(options.start, options.limit, factor=options.factor, least=10, least_between=10)
            for name in options.arms
        }
        steps: dict[str, list[Step]] = {name: [] for name in climbs}
        until = time.monotonic() + options.minutes * 60
        while time.monotonic() < until and (
            wanted := {name: round(value) for name, climb in climbs.items() if (value := climb.next()) is not None}
        ):
            async with self._ready() as roots:
                for name, conversations in wanted.items():
                    step = await self._step(name, conversations, roots)
                    steps[name].append(step)
                    output.say(f"  {name:16}{_line(step)}")
                    climbs[name].tried(conversations, passed=step.passed)
        return steps

    @asynccontextmanager
    async def _ready(self) -> AsyncIterator[dict[str, int]]:
        """A new Asterisk, for one that was overloaded before is larger and slower; yields the processes by name."""
        await asyncio.to_thread(instance.restart, self.settings, "asterisk")
        await ready(self.settings, self.bus, len(self.people.phones))
        await switch.prepare(self.settings, self.options.limit)
        (port,) = sipp.free_ports(1)
        await phones.register(self.people.phones, port=port, sip_port=self.settings.sip_port, secret=company.SECRET)
        async with sipp.answering(self.folder, port, echo=True):
            yield instance.pids(self.settings)

    async def _step(self, name: str, conversations: int, roots: Mapping[str, int]) -> Step:
        self.steps += 1
        mark, seconds = f"{self.steps}", self.options.seconds
        (port,) = sipp.free_ports(1)
        arriving = conversations / ARRIVALS_PER_SECOND
        stay = arriving + SETTLE_SECONDS + seconds + 1
        async with _talkers(port, self.folder / f"{mark}.log") as talkers:
            calling = asyncio.create_task(
                sipp.call(
                    self.settings, self.folder, step=mark, number=NUMBERS[name], rate=ARRIVALS_PER_SECOND,
                    calls=conversations, talk_ms=round(stay * 1000), scenario="talker", keys={"listener": port},
                    deadline=arriving + stay + 40,
                )
            )  # fmt: skip
            try:
                await asyncio.sleep(arriving + SETTLE_SECONDS)
                before, machine_before = processes.cpu_ms(roots), processes.machine_ms()
                await _say(talkers, "begin")
                await asyncio.sleep(seconds)
                heard = msgspec.json.decode(await _say(talkers, "end", answered=True), type=Heard)
                talked, machine_after = processes.cpu_ms(roots), processes.machine_ms()
                outcome = await calling
            finally:
                calling.cancel()
        await switch.quiet(self.settings)
        await self._recordings_made()
        jobs = processes.cpu_ms(roots)["jobs"] - talked["jobs"]
        parts = ("asterisk",) if name.startswith("dial") else tuple(roots)
        busy = 1 - (machine_after.idle - machine_before.idle) / (machine_after.all - machine_before.all)
        step = Step(
            conversations=conversations,
            failed=max(outcome.failed, conversations - heard.streams),
            busy_share=round(busy, 3),
            heard=heard,
            cpu_ms_per_s={part: round((talked[part] - before[part]) / seconds / conversations, 2) for part in parts},
            after_ms_per_s=round(jobs / stay / conversations, 2) if "jobs" in parts else 0.0,
        )
        step.why = why(step)
        return step

    async def _recordings_made(self) -> None:
        """Until none is left to make: a step must not pay for the one before."""
        for _ in range(600):
            left = await self.ledger.fetchval(
                "SELECT count(*) FROM recording WHERE state IN ('recording', 'processing')"
            )
            if not left:
                return
            await asyncio.sleep(0.2)
        raise Problem(f"{left} recordings were not made within two minutes.")


@asynccontextmanager
async def _talkers(port: int, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.talkers", str(port), str(log),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=CHECKOUT,
    )  # fmt: skip
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        await process.wait()


async def _say(talkers: asyncio.subprocess.Process, word: str, *, answered: bool = False) -> bytes:
    assert talkers.stdin is not None
    assert talkers.stdout is not None
    talkers.stdin.write(f"{word}\n".encode())
    return await talkers.stdout.readline() if answered else b""


def why(step: Step) -> str:
    """Why the step did not pass; empty when it did."""
    heard = step.heard
    if step.failed:
        return f"{step.failed} of {step.conversations} calls failed"
    if heard.silent:
        return f"{heard.silent} callers hear nothing"
    if heard.received < heard.sent * (1 - LOST_SHARE):
        return f"{heard.sent - heard.received} of {heard.sent} packets are lost"
    if heard.jitter_ms > JITTER_MS:
        return f"a stream's jitter is {heard.jitter_ms} ms"
    if heard.gap_ms > GAP_MS:
        return f"a stream has a hole of {heard.gap_ms} ms"
    if step.busy_share > BUSY_SHARE:
        return "the processors are full"
    return ""


def _line(step: Step) -> str:
    heard = step.heard
    return (
        f"  {step.conversations:4d} at once  jitter {heard.jitter_ms:5.1f} ms  longest gap {heard.gap_ms:5.1f} ms"
        f"  processors {step.busy_share:4.0%}  CPU {step.ms_per_s:5.2f} ms/s  {step.why or 'ok'}"
    )


# ── the whole run ────────────────────────────────────────────────────────────────────────────────────────────────────


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    sipp.program()
    with instance.fresh() as settings:
        people = asyncio.run(company.make(settings, options.limit))
        instance.start(settings)
        steps, described = asyncio.run(_measure(settings, options, people))
    result = _result(steps, described, options)
    _report(result)
    if not options.keep_nothing:
        machine.keep("talk", result)
    output.result(result, as_json=options.json)
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./hujiao bench talk", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--arms", default=",".join(NUMBERS), type=lambda text: text.split(","), help="which, separated by commas (all)"
    )
    parser.add_argument("--start", type=int, default=40, metavar="N", help="conversations at first (40)")
    parser.add_argument("--limit", type=int, default=400, metavar="N", help="conversations at most (400)")
    parser.add_argument("--factor", type=float, default=1.5, metavar="F", help="from step to step (1.5)")
    parser.add_argument("--seconds", type=float, default=8, metavar="S", help="how long each step is measured (8)")
    parser.add_argument("--minutes", type=float, default=20, metavar="M", help="no step begins later than that (20)")
    parser.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    unknown = set(options.arms) - NUMBERS.keys()
    if unknown:
        raise Problem(f"There is no arm {', '.join(sorted(unknown))}. These are: {', '.join(NUMBERS)}.")
    if not 1 <= options.start <= options.limit <= MOST:
        raise Problem(f"--limit takes up to {MOST}, --start up to the limit.")
    return options


async def _measure(
    settings: Settings, options: argparse.Namespace, people: company.Company
) -> tuple[dict[str, list[Step]], dict[str, Any]]:
    async with at_work(settings, people, people.agents) as (bus, ledger, folder):
        described = machine.describe(settings)
        output.say(f"\n{described['cpu']}, {described['cores']} cores")
        return await Bench(settings, options, people, bus, ledger, folder).run(), described


def _result(steps: dict[str, list[Step]], described: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    arms = {}
    for name, own in steps.items():
        passed = [step for step in own if step.passed]
        best = max(passed, key=lambda step: step.conversations, default=None)
        arms[name] = {
            "conversations": best.conversations if best else 0,
            "conversations_per_core": round(1000 / best.ms_per_s) if best else 0,
            "ms_per_s": best.ms_per_s if best else None,
            "ended_by": next(
                (step.why for step in reversed(own) if step.why), "the most that were asked for, or the time"
            ),
            "steps": msgspec.to_builtins(own),
        }
    common = min((arm["conversations"] for arm in arms.values()), default=0)
    alike = {
        name: step.ms_per_s
        for name, own in steps.items()
        for step in own
        if step.conversations == common and step.passed
    }
    return {
        "ok": True,
        "arms": arms,
        # of one second of a conversation, with the same number of conversations in each arm, one after another
        "alike": {"conversations": common, "ms_per_s": alike},
        "machine": described,
        "terms": {
            "seconds": options.seconds,
            "jitter_ms": JITTER_MS,
            "gap_ms": GAP_MS,
            "lost_share": LOST_SHARE,
            "busy_share": BUSY_SHARE,
            "processors": os.cpu_count(),
        },
    }


def _report(result: dict[str, Any]) -> None:
    rows = [["arm", "at once", "per core", "ms/s", f"ms/s with {result['alike']['conversations']}", "ended by"]]
    for name, arm in result["arms"].items():
        alike = result["alike"]["ms_per_s"].get(name, "")
        figures = (arm["conversations"], arm["conversations_per_core"], arm["ms_per_s"], alike)
        rows.append([name, *(f"{value}" for value in figures), arm["ended_by"]])
    output.say("\n" + output.table(rows))
