"""`./hujiao drill kill-runtime`: two runtimes under steady load; the one at work is killed or frozen, again and again.

An instance of its own. SIPp calls without end, so that 20 callers talk with robot agents and 40 wait; some come through
a menu, some come at once. Each fault strikes a certain moment, which the phones tell: a caller is in the menu, an
agent's phone rings, it has just answered, all talk, an agent has just hung up. The other runtime takes over; a frozen
one goes on later and must then command nothing. At the end the phones' logs are held against each other and against
the ledger:
  dropped        calls that ended though neither caller nor agent wanted it
  inversions     a later caller's INVITE of the same queue reached an agent first
  double_offers  a caller offered to two agents at once, or an agent called twice at once
  stuck_agents   agents whose state was not their phone's for 30 s, or who were idle for 30 s while callers waited
  missing, duplicate  answered calls without exactly one end in the ledger
  lost           changes of a consultation, a conference, a coached call, a parked customer and a chat that stand
                 through all faults; messages of the chat that were acknowledged and are missing, double or displaced
Calls that the fallback served, because no runtime was there for them, are counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence, Sized
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import calls as bench_calls
from bench import company, instance, machine, sipp
from drills import arguments, chats, standing, verdict
from drills import robots as phones
from drills.oversight import Oversight, ledger
from drills.robots import Offer, Robots
from drills.verdict import Caller, CallerLog
from hujiao.app.cli import holders, output
from hujiao.asterisk.testphone.config import CALLERS_ADDRESS
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.settings import Settings

PHASES = ("menu", "offer", "bridging", "talking", "wrap_up")
SCENARIOS = Path(__file__).parent / "scenarios"
SHARD = 0  # the company's
RING_SECONDS = 1.0
TALK_SECONDS = (14.0, 24.0)
WRAP_UP_SECONDS = 2
ANNOUNCE_SECONDS = 15
# A frozen one goes on before the other takes over, at about that time, and after.
FROZEN_SECONDS = (2.0, 4.0, 8.0)
SETTLE_SECONDS = 6.0  # each runtime has longer than the 10 s after which the supervisor forgets an earlier fault
STEADY_SECONDS = 120.0
LAST_SECONDS = 300.0
# A freeze is noticed within some four seconds; then whoever has answered meanwhile is joined.
LATE_SECONDS = 8.0
LONGER_SECONDS = 100_000.0  # than any drill
# Callers' numbers begin with it; those who choose from a menu have their own.
WAITS, CHOOSES = "71", "72"
_CHOOSING_SHARE = 0.3


@dataclass(slots=True)
class Round:
    fault: str
    phase: str
    runtime: str
    at: float
    taken_over_by: str
    away_seconds: float
    frozen_seconds: float = 0.0
    waiting: int = 0
    talking: int = 0


@dataclass(slots=True)
class Drill:
    settings: Settings
    people: company.Company
    bus: messages.Bus
    robots: Robots
    logs: list[CallerLog]
    oversight: Oversight
    options: argparse.Namespace
    rounds: list[Round] = field(default_factory=list)
    _wanted: str = ""
    _moment: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def callers(self) -> dict[str, Caller]:
        return {number: caller for log in self.logs for number, caller in log.callers.items()}

    def numbers(self) -> tuple[int, int]:
        """How many wait and how many talk, as the phones see it."""
        talked = {offer.caller for offer in self.robots.offers if offer.answered_at}
        talking = sum(1 for offer in self.robots.offers if offer.answered_at and not offer.ended_at)
        waiting = sum(
            1 for number, c in self.callers.items() if c.answered_at and not c.ended_at and number not in talked
        )
        return waiting, talking

    # ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def told(self, what: str, offer: Offer) -> None:
        """A robot's phone; `offer` is called as it happens."""
        steps = {"ringing": "offer", "answered": "bridging", "hung_up": "wrap_up"}
        if steps.get(what) == self._wanted:
            self._moment.set()

    async def follow_callers(self) -> None:
        while True:
            for log in self.logs:
                for what, caller in log.look():
                    if what == "answered" and caller.number.startswith(CHOOSES) and self._wanted == "menu":
                        self._moment.set()
            await asyncio.sleep(0.02)

    async def moment(self, phase: str) -> None:
        """Until a call is in this phase; somewhere in it, not always at its beginning."""
        spread = {"menu": 2.0, "offer": RING_SECONDS, "bridging": 0.03, "wrap_up": 0.5, "talking": 0.0}
        self._moment.clear()
        self._wanted = phase
        if phase == "talking":
            while self._answered_lately():  # noqa: ASYNC110 - until nothing happens
                await asyncio.sleep(0.02)
            return
        async with asyncio.timeout(STEADY_SECONDS):
            await self._moment.wait()
        delay = random.uniform(0, spread[phase])
        if delay > 0.005:
            await asyncio.sleep(delay)

    def _answered_lately(self) -> bool:
        return any(o.answered_at and time.time() - o.answered_at < 1 for o in self.robots.offers[-40:])

    # ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def steady(self) -> None:
        """Every runtime is at work, and so many callers wait and talk."""
        waiting = talking = 0
        held: set[str] = set()
        try:
            async with asyncio.timeout(STEADY_SECONDS):
                while True:
                    waiting, talking = self.numbers()
                    held = set((await holders.serving(self.settings, self.bus)).values())
                    enough = waiting >= 0.9 * self.options.waiting and talking >= 0.7 * self.options.talking
                    if enough and held == set(self.settings.runtime_names):
                        return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            at_work = ", ".join(sorted(held)) or "nobody"
            raise Problem(
                f"After {STEADY_SECONDS:.0f} s {waiting} callers wait, {talking} talk, and {at_work} is at work."
            ) from None

    async def round(self, fault: str, phase: str, frozen: float) -> Round:
        await self.steady()
        runtime = (await holders.serving(self.settings, self.bus))[SHARD]
        pid = (await asyncio.to_thread(instance.pids, self.settings))[runtime]
        await self.moment(phase)
        waiting, talking = self.numbers()
        began, at = time.monotonic(), time.time()
        if fault == "kill":
            os.kill(pid, signal.SIGKILL)
            holder = await self._served()
            away = time.monotonic() - began
        else:
            os.kill(pid, signal.SIGSTOP)
            thawing = asyncio.create_task(self._thaw(pid, frozen))
            await asyncio.sleep(0.1)
            holder = await self._served()
            away = time.monotonic() - began
            await thawing
        self._wanted = ""
        return Round(
            fault, phase, runtime, at, holder, round(away, 2), frozen if fault == "freeze" else 0.0, waiting, talking
        )

    async def _thaw(self, pid: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    async def _served(self) -> str:
        """Until a runtime has the company's shard and has compared it with the switch; who."""
        async with asyncio.timeout(STEADY_SECONDS):
            while True:
                with suppress(Exception):
                    answer = await self.bus.request(self.bus.subjects.holder(SHARD), {}, timeout=0.3)
                    if answer["ready"]:
                        return str(answer["runtime"])
                await asyncio.sleep(0.02)


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    with instance.fresh() as settings:
        people = asyncio.run(
            company.make(
                settings,
                options.talking,
                wrap_up_seconds=WRAP_UP_SECONDS,
                announce_every_seconds=ANNOUNCE_SECONDS,
            )
        )
        beside = asyncio.run(standing.people(settings))
        writers = asyncio.run(chats.people(settings))
        instance.start(settings)
        result = asyncio.run(_drill(settings, people, beside, writers, options))
        result["machine"] = machine.describe(settings)
    _report(result)
    if not options.keep_nothing:
        machine.keep("kill-runtime", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = arguments.parser("kill-runtime", __doc__, times=25)
    parser.add_argument("--waiting", type=int, default=40, metavar="N", help="callers who wait (40)")
    parser.add_argument("--talking", type=int, default=20, metavar="N", help="agents, who talk (20)")
    options = parser.parse_args(argv)
    arguments.check(options)
    if not (1 <= options.talking <= 200 and 1 <= options.waiting <= 400):
        raise Problem("--talking takes 1 to 200, --waiting 1 to 400.")
    return options


def faults(kills: int, freezes: int) -> list[tuple[str, str]]:
    """Kills and freezes in turn, each in every phase equally often."""
    kinds = [
        *((n / kills, "kill", PHASES[n % len(PHASES)]) for n in range(kills)),
        *(((n + 0.5) / freezes, "freeze", PHASES[n % len(PHASES)]) for n in range(freezes)),
    ]
    return [(fault, phase) for _, fault, phase in sorted(kinds)]


async def _drill(
    settings: Settings,
    people: company.Company,
    beside: company.Company,
    writers: chats.Writers,
    options: argparse.Namespace,
) -> dict[str, Any]:
    began = time.time()
    async with AsyncExitStack() as stack:
        bus = await messages.connect(settings.nats_url, settings.instance, name="drill")
        stack.push_async_callback(bus.close)
        await bench_calls.ready(settings, bus, sum(len(each.phones) for each in (people, beside, writers.company)))
        folder = settings.logs / "drill"
        folder.mkdir()
        line = (sipp.free_ports(1)[0], ("127.0.0.1", settings.sip_port))
        log = folder / "robots.log"
        robots = await stack.enter_async_context(
            phones.at_work(people.phones, line, company.SECRET, log, ring=RING_SECONDS, talk=TALK_SECONDS)
        )
        chat = chats.Chat(settings, bus, writers)
        rooms, beside_callers = await _standing(stack, settings, bus, beside, chat, folder)
        await bench_calls.sign_in(bus, people.tenant_id, people.agents)
        oversight = Oversight(bus, people, robots, SHARD)
        callers: list[Callers] = []
        total = options.waiting + options.talking + 4
        for prefix, scenario, called, share in (
            (WAITS, "waits", company.PLAIN, 1 - _CHOOSING_SHARE),
            (CHOOSES, "chooses", company.MENU, _CHOOSING_SHARE),
        ):
            how_many = max(1, round(total * share))
            callers.append(
                await stack.enter_async_context(calling(settings, folder, prefix, scenario, called, how_many))
            )
        drill = Drill(settings, people, bus, robots, [each.log for each in callers], oversight, options)
        robots.told = drill.told
        oversight.waiting = lambda: drill.numbers()[0]
        watching = [asyncio.create_task(drill.follow_callers()), asyncio.create_task(oversight.run())]
        for number, (fault, phase) in enumerate(faults(options.kills, options.freezes), 1):
            done = await drill.round(fault, phase, FROZEN_SECONDS[number // 2 % len(FROZEN_SECONDS)])
            drill.rounds.append(done)
            await rooms.look(f"{number} {fault}")
            output.say(
                f"  {number:2d}  {fault:6s} {phase:8s}  {done.runtime:9s} → {done.taken_over_by:9s} after "
                f"{done.away_seconds:5.2f} s  {done.waiting} wait, {done.talking} talk  {_so_far(drill, rooms)}"
            )
            await asyncio.sleep(SETTLE_SECONDS)
        for each in beside_callers:
            each.no_more()
        await rooms.end()
        await asyncio.gather(*(each.last_calls(LAST_SECONDS) for each in callers))
        await asyncio.sleep(WRAP_UP_SECONDS + 3)
        for task in watching:
            task.cancel()
        for each in callers:
            each.log.look()
        terminal = await ledger(settings, people.tenant_id)
        return _result(drill, rooms, terminal, time.time() - began)


async def _standing(
    stack: AsyncExitStack,
    settings: Settings,
    bus: messages.Bus,
    people: company.Company,
    chat: chats.Chat,
    folder: Path,
) -> tuple[standing.Standing, list[Callers]]:
    line = (sipp.free_ports(1)[0], ("127.0.0.1", settings.sip_port))
    ring, talk = standing.RING_SECONDS, (LONGER_SECONDS, LONGER_SECONDS)
    at_work = phones.at_work(people.phones, line, company.SECRET, folder / "standing.log", ring=ring, talk=talk)
    robots = await stack.enter_async_context(at_work)
    rooms = standing.Standing(bus, people, robots, chat, SHARD)
    await chat.begin()
    callers = []
    for one in rooms.conversations:
        caller = calling(settings, folder, standing.PREFIX, "waits", standing.NUMBER, 1, log=f"caller-{one.kind}")
        callers.append(await stack.enter_async_context(caller))
        await rooms.set_up(one)
    return rooms, callers


class Callers:
    """One SIPp that keeps so many calls going; each call that ends is followed by another."""

    def __init__(self, process: asyncio.subprocess.Process, log: CallerLog) -> None:
        self.log = log
        self._process = process

    def no_more(self) -> None:
        """Who ends is followed by nobody."""
        self._process.send_signal(signal.SIGUSR1)

    async def last_calls(self, seconds: float) -> None:
        """No new ones; the others are served to their end."""
        self.no_more()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)


@asynccontextmanager
async def calling(
    settings: Settings, folder: Path, prefix: str, scenario: str, number: str, calls: int, *, log: str = ""
) -> AsyncIterator[Callers]:
    """`log` is the file's name, if not the scenario's."""
    port, media, steering = sipp.free_ports(3)
    file = folder / f"{log or scenario}.log"
    process = await sipp.start(
        f"127.0.0.1:{settings.sip_port}", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-s", number, "-r", "4",
        "-l", str(calls), "-m", "1000000", "-p", str(port), "-mp", str(media & ~1), "-cp", str(steering), "-rtp_echo",
        "-key", "prefix", prefix, "-cid_str", f"{prefix}%u-%p@%s", "-trace_shortmsg", "-shortmessage_file", str(file),
        "-trace_err", "-error_file", str(file.with_suffix(".errors")),
        address=CALLERS_ADDRESS,
    )  # fmt: skip
    try:
        yield Callers(process, CallerLog(file))
    finally:
        await sipp.end(process)


def _so_far(drill: Drill, rooms: standing.Standing) -> str:
    dropped = verdict.dropped(drill.callers, drill.robots.offers)
    doubled = verdict.double_offers(drill.robots.offers)
    overtaken = verdict.inversions(drill.callers, drill.robots.offers)
    bad: dict[str, Sized] = {
        "dropped": dropped,
        "double": doubled,
        "inversions": overtaken,
        "stuck": drill.oversight.stuck,
        "lost": rooms.lost,
    }
    return ", ".join(f"{name} {len(found)}" for name, found in bad.items() if found)


def _result(drill: Drill, rooms: standing.Standing, terminal: Counter[str], seconds: float) -> dict[str, Any]:
    callers, offers = drill.callers, drill.robots.offers
    answered = {number for number, caller in callers.items() if caller.answered_at}
    dropped = verdict.dropped(callers, offers)
    overtaken = verdict.inversions(callers, offers)
    doubled = verdict.double_offers(offers)
    again = verdict.served_again(offers)
    silent = verdict.unconnected(offers, 5.0)
    late = verdict.late(offers, LATE_SECONDS)
    unended = sorted(number for number, caller in callers.items() if not caller.ended_at)
    missing = sorted(number for number in answered if not terminal[number])
    duplicate = sorted(number for number, count in terminal.items() if count > 1)
    talks = [offer for offer in offers if offer.answered_at]
    away = {fault: [r.away_seconds for r in drill.rounds if r.fault == fault] for fault in ("kill", "freeze")}
    bad = (
        dropped, overtaken, doubled, again, silent, late, unended, drill.oversight.stuck, missing, duplicate,
        rooms.lost, rooms.unended,
    )  # fmt: skip
    return {
        "ok": not any(bad),
        "calls": len(answered),
        "dropped": len(dropped),
        "inversions": len(overtaken),
        "double_offers": len(doubled),
        "stuck_agents": len(drill.oversight.stuck),
        "missing": len(missing),
        "duplicate": len(duplicate),
        "lost": len(rooms.lost) + len(rooms.unended),
        "chat_messages": rooms.chat.messages,
        "fallback": sum(caller.fallback for caller in callers.values()),
        "served_again": len(again),
        "unconnected": len(silent),
        "late": len(late),
        "unended": len(unended),
        "within_a_moment": len(verdict.inversions(callers, offers, 0.0)) - len(overtaken),
        "offers": len(offers),
        "talks": len(talks),
        "longest_gap_seconds": max((offer.longest_gap for offer in talks), default=0.0),
        "slowest_connection_seconds": round(
            max((o.connected_at - o.answered_at for o in talks if o.connected_at and o.answered_at), default=0.0), 2
        ),
        "kills": len(away["kill"]),
        "freezes": len(away["freeze"]),
        "phases": dict(Counter(done.phase for done in drill.rounds)),
        "away_seconds": {
            fault: {"max": max(of), "mean": round(sum(of) / len(of), 2)} for fault, of in away.items() if of
        },
        "waiting": drill.options.waiting,
        "talking": drill.options.talking,
        "runtimes": drill.settings.runtimes,
        "seconds": round(seconds),
        "load": [round(value, 2) for value in os.getloadavg()],
        "each": [asdict(done) for done in drill.rounds],
        "found": {
            "dropped": dropped,
            "inversions": overtaken[:50],
            "double_offers": [[asdict(one), asdict(other)] for one, other in doubled],
            "served_again": again,
            "unconnected": [asdict(offer) for offer in silent],
            "late": [asdict(offer) for offer in late],
            "stuck_agents": drill.oversight.stuck,
            "missing": missing,
            "duplicate": duplicate,
            "unended": unended,
            "lost": [*rooms.lost, *rooms.unended],
        },
    }


def _report(result: dict[str, Any]) -> None:
    names = (
        "calls", "dropped", "inversions", "double_offers", "stuck_agents", "missing", "duplicate", "lost", "fallback",
        "served_again", "unconnected", "unended", "longest_gap_seconds", "slowest_connection_seconds",
    )  # fmt: skip
    output.say("\n" + output.table([["", ""], *([name, str(result[name])] for name in names)]))


if __name__ == "__main__":
    from drills import run

    sys.exit(run(main))
