"""`./hujiao bench ari-latency`: how long commands to Asterisk wait while callers hear prompts.

A request that Asterisk takes on one socket waits for the one before it, and adding a channel to a bridge waits for what
plays on that channel. 50 callers listen to a long prompt again and again; others call, press 1 in the middle of a
prompt and are bridged with agents. Every command of the runtime is timed, from sending to its answer, where it is sent.
Goal: none waits longer than 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench import answers, company, instance, machine, phones, sipp, switch
from bench.calls import ready, sign_in
from hujiao.app.cli import output
from hujiao.kit import bus as messages
from hujiao.kit.settings import CHECKOUT, Settings

GOAL_MS = 100.0
AGENTS = 60


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    sipp.program()
    with instance.fresh() as settings:
        people = asyncio.run(company.make(settings, AGENTS))
        instance.start(settings, without=("runtime",))
        result = asyncio.run(_measure(settings, options, people))
    _report(result)
    if not options.keep_nothing:
        machine.keep("ari-latency", result)
    output.result(result, as_json=options.json)
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./hujiao bench ari-latency", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--prompting", type=int, default=50, metavar="N", help="callers who listen (50)")
    parser.add_argument("--cps", type=float, default=5, help="calls a second that are bridged (5)")
    parser.add_argument("--seconds", type=float, default=30, metavar="S", help="for how long (30)")
    parser.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args(argv)


async def _measure(settings: Settings, options: argparse.Namespace, people: company.Company) -> dict[str, Any]:
    folder = settings.home / "bench"
    folder.mkdir()
    seen = folder / "commands.json"
    bus = await messages.connect(settings.nats_url, settings.instance, name="bench")
    described = machine.describe(settings)
    try:
        async with _runtime(settings, seen):
            await ready(settings, bus, AGENTS)
            await switch.prepare(settings, AGENTS)
            await sign_in(bus, people.tenant_id, people.agents)
            (port,) = sipp.free_ports(1)
            await phones.register(people.phones, port=port, sip_port=settings.sip_port, secret=company.SECRET)
            async with sipp.answering(folder, port):
                counts = await _load(settings, folder, options)
    finally:
        await bus.close()
    began, ended = counts.pop("began"), counts.pop("ended")
    commands = [entry for entry in json.loads(seen.read_text("utf-8")) if began <= entry[0] <= ended]
    return {"ok": True, **_figures(commands), **counts, "cps": options.cps, "machine": described}


@asynccontextmanager
async def _runtime(settings: Settings, seen: Path) -> AsyncIterator[None]:
    """The runtime that listens to itself, in the supervisor's place."""
    with (settings.logs / "runtime.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.observed_runtime", str(seen), stdout=log, stderr=log, cwd=CHECKOUT
        )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _load(settings: Settings, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The listeners first; then, while all of them listen, the others."""
    loop = asyncio.get_running_loop()
    seconds, bridges = options.seconds, answers.Bridges(settings)
    listeners = asyncio.create_task(
        sipp.call(
            settings, folder, step="p", number=company.PROMPTS, rate=10, calls=options.prompting,
            talk_ms=int((seconds + options.prompting / 10 + 8) * 1000), deadline=seconds + options.prompting / 10 + 60,
        )
    )  # fmt: skip
    await asyncio.sleep(options.prompting / 10 + 2)
    began, start = loop.time(), answers.now()
    talkers = await sipp.call(
        settings, folder, step="t", number=company.MENU, rate=options.cps, calls=max(1, round(options.cps * seconds)),
        talk_ms=2000, scenario="presses-one", deadline=seconds + 60,
    )  # fmt: skip
    ended = answers.now()
    output.say(f"  {talkers.succeeded} calls in {loop.time() - began:.0f} s")
    heard = await listeners
    bridged = sum(1 for caller in bridges.since_last() if caller.startswith("tx"))
    return {
        "began": start,
        "ended": ended,
        "prompting": heard.succeeded,
        "called": talkers.succeeded,
        "bridged": bridged,
        "failed": heard.failed + talkers.failed,
    }


def _figures(commands: list[Any]) -> dict[str, Any]:
    by_name: dict[str, list[float]] = defaultdict(list)
    for _, name, seconds, _ in commands:
        by_name[name].append(seconds * 1000)
    every = [value for values in by_name.values() for value in values]
    worst = max(every, default=0.0)
    return {
        "commands": len(every),
        "p50_ms": round(answers.percentile(every, 0.5), 2),
        "p99_ms": round(answers.percentile(every, 0.99), 2),
        "max_ms": round(worst, 2),
        "over_100_ms": sum(1 for value in every if value > GOAL_MS),
        "goal_met": bool(every) and worst <= GOAL_MS,
        "unanswered": sum(1 for *_, status in commands if status == 0),
        "by_command": {
            name: {
                "count": len(values),
                "p50_ms": round(answers.percentile(values, 0.5), 2),
                "p99_ms": round(answers.percentile(values, 0.99), 2),
                "max_ms": round(max(values), 2),
            }
            for name, values in sorted(by_name.items())
        },
    }


def _report(result: dict[str, Any]) -> None:
    rows = [["command", "count", "p50 ms", "p99 ms", "max ms"]]
    rows += [
        [name, str(each["count"]), str(each["p50_ms"]), str(each["p99_ms"]), str(each["max_ms"])]
        for name, each in result["by_command"].items()
    ]
    output.say("\n" + output.table(rows))
    output.say(
        f"\n{result['commands']} commands while {result['prompting']} callers heard prompts and {result['bridged']} "
        f"were bridged: p99 {result['p99_ms']} ms, longest {result['max_ms']} ms (goal: 100 ms; "
        f"{result['over_100_ms']} above it)"
    )
