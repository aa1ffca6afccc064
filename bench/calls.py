"""`./hujiao bench calls`: calls a second and their price, against plain Asterisk and a bare ARI application.

One instance, one Asterisk, one SIPp scenario, arms in turn:
  dial              the dialplan's Dial()
  queue_10          the dialplan's Queue() with 10 members
  queue_1000        the same with 1 000 members
  bare_ari          an ARI application that answers, calls an agent, bridges, and keeps nothing
  hujiao            flow → queue with automatic answer → agent → ledger, nothing recorded
  hujiao_recording  the same, both sides recorded
The rate grows until the 99th percentile of the answer delay passes 500 ms or a call fails.
Then bare_ari and hujiao take turns at one rate, on one Asterisk: what a call costs in processor time, side by side.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench import answers, company, instance, machine, phones, processes, sipp, switch
from bench.stepping import Climb
from hujiao.app.cli import holders, output
from hujiao.app.holder import ask
from hujiao.asterisk.endpoints import Endpoints
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.settings import CHECKOUT, Settings

ARMS = ("dial", "queue_10", "queue_1000", "bare_ari", "hujiao", "hujiao_recording")
LIMIT_MS = 500.0
PHONES = 1000
NUMBERS = {
    "dial": switch.DIAL,
    "queue_10": switch.QUEUE,
    "queue_1000": switch.QUEUE,
    "bare_ari": switch.BARE,
    "hujiao": company.PLAIN,
    "hujiao_recording": company.RECORDED,
}
OWN = ("hujiao", "hujiao_recording")
COMPARED = ("bare_ari", "hujiao")


class Step(msgspec.Struct):
    """One rate, held for some seconds."""

    cps: float
    calls: int
    failed: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu_ms_per_call: dict[str, float]
    memory_mb: dict[str, float]
    why: str = ""

    @property
    def passed(self) -> bool:
        return not self.why


@dataclass(slots=True)
class Bench:
    settings: Settings
    options: argparse.Namespace
    people: company.Company
    bus: messages.Bus
    ledger: asyncpg.Connection[asyncpg.Record]
    bridges: answers.Bridges
    folder: Path
    port: int  # of the agents' phones
    steps: int = 0

    # ── one arm ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def _ready(self, name: str) -> AsyncIterator[dict[str, int]]:
        """A new Asterisk, for one that was overloaded before is larger and slower; yields the processes by name."""
        await asyncio.to_thread(instance.restart, self.settings, "asterisk")
        await ready(self.settings, self.bus, len(self.people.phones))
        await switch.prepare(self.settings, self.options.agents)
        port = self.port
        await phones.register(self.people.phones, port=port, sip_port=self.settings.sip_port, secret=company.SECRET)
        async with sipp.answering(self.folder, port) as answerer, self._serving(name) as more:
            yield {**instance.pids(self.settings), **more, "sipp": answerer}

    async def arm(self, name: str) -> dict[str, Any]:
        output.say(f"\n{name}")
        async with self._ready(name) as roots:
            await self._step(name, 2, roots, seconds=3)  # warms caches and connections; counts for nothing
            steps = await self._climb(name, roots)
        passed = [step for step in steps if step.passed]
        best = max(passed, key=lambda step: step.cps, default=None)
        return {
            "cps": best.cps if best else 0,
            "cpu_ms_per_call": best.cpu_ms_per_call if best else {},
            "memory_mb": best.memory_mb if best else {},
            "p50_ms": best.p50_ms if best else None,
            "p99_ms": best.p99_ms if best else None,
            "ended_by": next((step.why for step in reversed(steps) if step.why), "the highest rate asked for"),
            "steps": msgspec.to_builtins(steps),
        }

    async def compare(self) -> dict[str, Any]:
        """The processor time of a call in both arms at one rate, in turns: the machine's drift hits both.

        Of `bare_ari` what hujiao's own parts use meanwhile does not count, and the other way round.
        """
        rate, rounds = self.options.rate, self.options.rounds
        output.say(f"\nside by side, {rate:g} calls/s")
        used: dict[str, list[dict[str, float]]] = {name: [] for name in COMPARED}
        async with self._ready("bare_ari") as roots:
            for name in COMPARED:
                await self._step(name, 2, roots, seconds=3)
            for number in range(rounds):
                for name in COMPARED[:: -1 if number % 2 else 1]:  # neither is always the first: Asterisk grows slower
                    step = await self._step(name, rate, roots, seconds=self.options.step_seconds)
                    output.say(f"{_line(step)}  {name}")
                    cpu = step.cpu_ms_per_call
                    parts = ("asterisk", "bare_ari") if name == "bare_ari" else cpu.keys() - {"bare_ari", "sipp"}
                    used[name].append({part: cpu[part] for part in parts})
        each = {name: [round(sum(cpu.values()), 2) for cpu in turns] for name, turns in used.items()}
        return {
            "cps": rate,
            "rounds": rounds,
            "cpu_ms_per_call": {name: round(statistics.median(sums), 2) for name, sums in each.items()},
            "by_process": {name: _medians(turns) for name, turns in used.items()},
            "each": each,
        }

    @asynccontextmanager
    async def _serving(self, name: str) -> AsyncIterator[dict[str, int]]:
        """What takes the calls, beside what always runs."""
        if name.startswith("queue_"):
            await switch.queue(self.settings, int(name.removeprefix("queue_")), self.port)
            try:
                yield {}
            finally:
                await switch.queue(self.settings, 0, self.port)
        elif name == "bare_ari":
            with (self.folder / "bare_ari.log").open("wb") as log:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bench.bare_ari", str(self.options.agents), str(PHONES - self.options.agents),
                    stdout=asyncio.subprocess.PIPE, stderr=log, cwd=CHECKOUT,
                )  # fmt: skip
            assert process.stdout is not None
            try:
                async with asyncio.timeout(20):
                    await process.stdout.readline()  # it says when it is connected
                yield {"bare_ari": process.pid}
            finally:
                process.terminate()
                await process.wait()
        else:
            yield {}

    async def _climb(self, name: str, roots: dict[str, int]) -> list[Step]:
        steps: list[Step] = []
        climb = Climb(float(self.options.start), self.options.limit)
        while (rate := climb.next()) is not None:
            step = await self._step(name, rate, roots, seconds=self.options.step_seconds)
            steps.append(step)
            output.say(_line(step))
            climb.tried(rate, passed=step.passed)
            if climb.failed_once:
                await asyncio.sleep(2)
        return steps

    async def _step(self, name: str, rate: float, roots: dict[str, int], *, seconds: float) -> Step:
        self.steps += 1
        mark = f"{self.steps}"
        calls = max(1, round(rate * seconds))
        seq = await self._last_seq()
        self.bridges.since_last()
        before = processes.cpu_ms(roots)
        outcome = await sipp.call(
            self.settings,
            self.folder,
            step=mark,
            number=NUMBERS[name],
            rate=rate,
            calls=calls,
            talk_ms=self.options.talk_ms,
            deadline=seconds + 40,
        )
        await switch.quiet(self.settings)
        completed, ended = await self._ledger_since(seq, calls if name in OWN else 0)
        used = {part: value - before[part] for part, value in processes.cpu_ms(roots).items()}
        joined = {caller: at for caller, at in self.bridges.since_last().items() if caller.startswith(f"{mark}x")}
        delays = [(joined[caller] - at) * 1000 for caller, at in outcome.invited.items() if caller in joined]
        step = Step(
            cps=rate,
            calls=calls,
            failed=max(outcome.failed, calls - len(delays)),
            p50_ms=round(answers.percentile(delays, 0.5), 1),
            p99_ms=round(answers.percentile(delays, 0.99), 1),
            max_ms=round(max(delays, default=0.0), 1),
            cpu_ms_per_call={part: round(value / calls, 2) for part, value in used.items()},
            memory_mb=processes.memory_mb(roots),
        )
        step.why = _why(step, outcome, completed, ended, own=name in OWN)
        return step

    # ── what the other side says ─────────────────────────────────────────────────────────────────────────────────────

    async def _last_seq(self) -> int:
        seq: int = await self.ledger.fetchval(
            "SELECT coalesce(max(seq), 0) FROM ledger_event WHERE tenant_id = $1", self.people.tenant_id
        )
        return seq

    async def _ledger_since(self, seq: int, expected: int) -> tuple[int, int]:
        """Completed and ended interactions; waits a little for the last ones."""
        for _ in range(50):
            row: Any = await self.ledger.fetchrow(
                "SELECT count(*) FILTER (WHERE data->>'end_reason' = 'completed') AS completed, count(*) AS ended"
                " FROM ledger_event WHERE tenant_id = $1 AND seq > $2 AND kind = 'interaction.ended'",
                self.people.tenant_id,
                seq,
            )
            assert row is not None
            if row["ended"] >= expected:
                break
            await asyncio.sleep(0.2)
        return row["completed"], row["ended"]


async def sign_in(bus: messages.Bus, tenant_id: UUID, agents: Sequence[UUID]) -> None:
    """The agents go to work, by the same messages as from a desktop."""
    few = asyncio.Semaphore(50)

    async def one(agent_id: UUID) -> None:
        steps = ({"kind": "agent.sign_in", "phone_kind": "phone"}, {"kind": "agent.set_state", "state": "available"})
        async with few:
            for step in steps:
                message = {"tenant_id": tenant_id, "actor": {"agent_id": agent_id}, **step}
                answer = await ask(bus, bus.subjects.command(0), message)
                if not answer["ok"]:
                    raise Problem(f"An agent cannot sign in: {answer['error']}")

    await asyncio.gather(*(one(agent) for agent in agents))


def _medians(turns: Sequence[dict[str, float]]) -> dict[str, float]:
    return {part: round(statistics.median(turn[part] for turn in turns), 2) for part in sorted(turns[0])}


def _why(step: Step, outcome: sipp.Outcome, completed: int, ended: int, *, own: bool) -> str:
    """Why the step did not pass; empty when it did."""
    if step.failed:
        return f"{step.failed} of {step.calls} calls failed" + (f" ({outcome.complaint})" if outcome.complaint else "")
    if own and (ended, completed) != (outcome.succeeded, outcome.succeeded):
        return f"SIPp counts {outcome.succeeded} successes, the ledger {ended} ended and {completed} completed"
    if step.p99_ms > LIMIT_MS:
        return f"99th percentile of the answer delay is {step.p99_ms:.0f} ms"
    return ""


def _line(step: Step) -> str:
    total = sum(value for part, value in step.cpu_ms_per_call.items() if part != "sipp")
    return (
        f"  {step.cps:6.1f} calls/s  p50 {step.p50_ms:6.1f} ms  p99 {step.p99_ms:6.1f} ms  CPU {total:5.1f} ms/call"
        f"  {'ok' if step.passed else step.why}"
    )


# ── the whole run ────────────────────────────────────────────────────────────────────────────────────────────────────


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    sipp.program()
    with instance.fresh() as settings:
        people = asyncio.run(company.make(settings, PHONES))
        instance.start(settings)
        result = asyncio.run(_measure(settings, options, people))
    _report(result)
    if not options.keep_nothing:
        machine.keep("calls", result)
    output.result(result, as_json=options.json)
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./hujiao bench calls", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--arms", default=",".join(ARMS), help="which, in this order, separated by commas (all; : none)"
    )
    parser.add_argument("--start", type=float, default=5, metavar="CPS", help="first rate (5 calls/s)")
    parser.add_argument("--limit", type=float, default=250, metavar="CPS", help="last rate (250 calls/s)")
    parser.add_argument("--step-seconds", type=float, default=12, metavar="S", help="how long each rate is held (12)")
    parser.add_argument("--agents", type=int, default=200, metavar="N", help="agents at work (200)")
    parser.add_argument("--rate", type=float, default=40, metavar="CPS", help="of the turns side by side (40 calls/s)")
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="turns of each arm side by side (5; 0: none)"
    )
    parser.add_argument("--talk-ms", type=int, default=1000, metavar="MS", help="how long callers stay (1000)")
    parser.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    unknown = set(options.arms.split(",")) - {*ARMS, ""}
    if unknown:
        raise Problem(f"There is no arm {', '.join(sorted(unknown))}. These are: {', '.join(ARMS)}.")
    if not 1 <= options.agents <= PHONES:
        raise Problem(f"--agents takes 1 to {PHONES}.")
    return options


async def _measure(settings: Settings, options: argparse.Namespace, people: company.Company) -> dict[str, Any]:
    async with at_work(settings, people, people.agents[: options.agents]) as (bus, ledger, folder):
        bench = Bench(settings, options, people, bus, ledger, answers.Bridges(settings), folder, *sipp.free_ports(1))
        durability = {
            name: await ledger.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")
        }
        described = machine.describe(settings)
        output.say(
            f"\n{described['cpu']}, {described['cores']} cores; PostgreSQL: "
            + ", ".join(f"{k} = {v}" for k, v in durability.items())
        )
        arms = {name: await bench.arm(name) for name in options.arms.split(",") if name}
        side_by_side = await bench.compare() if options.rounds else None
    return _result(arms, side_by_side, described, durability, options)


@asynccontextmanager
async def at_work(
    settings: Settings, people: company.Company, agents: Sequence[UUID]
) -> AsyncIterator[tuple[messages.Bus, asyncpg.Connection[asyncpg.Record], Path]]:
    """Yields the bus, the ledger and a folder, with these agents at work."""
    bus = await messages.connect(settings.nats_url, settings.instance, name="bench")
    ledger = await asyncpg.connect(settings.database_ledger_url)
    folder = settings.home / "bench"
    folder.mkdir()
    try:
        await ready(settings, bus, len(people.phones))
        await sign_in(bus, people.tenant_id, agents)
        yield bus, ledger, folder
    finally:
        await ledger.close()
        await bus.close()


async def ready(settings: Settings, bus: messages.Bus, phones_wanted: int) -> None:
    """Until the runtime holds its shards and the node has written every phone."""
    served: dict[int, str] = {}
    written = 0
    for _ in range(200):
        written = await Endpoints(settings).count()
        served = await holders.serving(settings, bus)
        if len(served) == settings.shards and written >= phones_wanted:
            return
        await asyncio.sleep(0.3)
    raise Problem(f"The parts do not become ready: served shards {served}; {written} phones are written.")


def _result(
    arms: dict[str, dict[str, Any]],
    side_by_side: dict[str, Any] | None,
    described: dict[str, Any],
    durability: dict[str, str],
    options: argparse.Namespace,
) -> dict[str, Any]:
    cost = side_by_side["cpu_ms_per_call"] if side_by_side else None
    own = arms.get("hujiao", {}).get("cps", 0)

    def ratio(name: str, to: float = own) -> float | None:
        peer = arms.get(name, {}).get("cps")
        return round(to / peer, 3) if peer and to else None

    recorded = arms.get("hujiao_recording", {}).get("cps", 0)
    return {
        "ok": True,
        "cps": own,
        "ratio_vs_bare_ari": ratio("bare_ari"),
        "ratio_vs_dial": ratio("dial"),
        "ratio_vs_queue_10": ratio("queue_10"),
        "ratio_vs_queue_1000": ratio("queue_1000"),
        "ratio_recording_vs_bare_ari": ratio("bare_ari", recorded),
        "cpu_ms_per_call": arms.get("hujiao", {}).get("cpu_ms_per_call", {}),
        "cpu_ratio_vs_bare_ari": round(cost["bare_ari"] / cost["hujiao"], 3) if cost else None,
        "side_by_side": side_by_side,
        "arms": arms,
        "postgresql": durability,
        "machine": described,
        "terms": {
            "agents": options.agents,
            "phones": PHONES,
            "talk_ms": options.talk_ms,
            "step_seconds": options.step_seconds,
            "limit_p99_ms": LIMIT_MS,
        },
    }


def _report(result: dict[str, Any]) -> None:
    parts = sorted({part for arm in result["arms"].values() for part in arm["cpu_ms_per_call"]} - {"sipp"})
    head = ["arm", "calls/s", "p50 ms", "p99 ms", *(f"{part} ms" for part in parts), "CPU ms/call", "asterisk MB"]
    rows = [head]
    for name, arm in result["arms"].items():
        cpu = arm["cpu_ms_per_call"]
        rows.append(
            [
                name,
                f"{arm['cps']:.1f}",
                f"{arm['p50_ms']}",
                f"{arm['p99_ms']}",
                *(f"{cpu.get(part, 0):.2f}" for part in parts),
                f"{sum(value for part, value in cpu.items() if part != 'sipp'):.1f}",
                f"{arm['memory_mb'].get('asterisk', 0):.0f}",
            ]
        )
    if result["arms"]:
        output.say("\n" + output.table(rows))
    if beside := result["side_by_side"]:
        parts = sorted({part for cpu in beside["by_process"].values() for part in cpu})
        compared = [["side by side", *(f"{part} ms" for part in parts), "CPU ms/call"]]
        for name, cpu in beside["by_process"].items():
            own = [f"{cpu[part]:.2f}" if part in cpu else "" for part in parts]
            compared.append([name, *own, f"{beside['cpu_ms_per_call'][name]:.2f}"])
        output.say("\n" + output.table(compared))
    for key in (
        "ratio_vs_bare_ari",
        "ratio_vs_dial",
        "ratio_vs_queue_10",
        "ratio_vs_queue_1000",
        "ratio_recording_vs_bare_ari",
        "cpu_ratio_vs_bare_ari",
    ):
        if result[key] is not None:
            output.say(f"{key} = {result[key]}")
