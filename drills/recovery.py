"""`./hujiao drill recovery`: the runtime dies or stands still under callers everywhere; how soon is all well again?

An instance of its own. Callers talk, wait and choose; then the runtime is killed (-9) or, in other rounds, frozen
(SIGSTOP) and continued (SIGCONT). Meanwhile somebody who talks hangs up, which the runtime has to find out, and every
second somebody new calls. From the kill, or from SIGCONT:
  shards   until the shards are taken again and compared with the switch
  state    until the live state equals what the phones see: who talks with whom, who waits in which order; the agent
           who became free talks with the first who waited
  heard    how long the slowest new caller waited for the first sound, the fallback or the flow, from dialling
The longest of the three is the round's recovery. Then those in the menu choose, those who talk hang up, and whoever
waits is served: in the order in which they came?
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from bench import answers, company, instance, machine
from drills import arguments
from drills import scene as stage
from drills.scene import Probe, Scene
from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.embedded.supervisor import STEADY_SECONDS
from hujiao.kit.settings import Settings

GOAL_SECONDS = 5.0
_SOUND_SECONDS = 3.0  # after everything is right, the last new caller listens for so long


@dataclass(slots=True)
class Round:
    fault: str
    shards_seconds: float
    state_seconds: float
    heard_seconds: float
    new_callers: list[tuple[float, float | None]]  # when they dialled, counted from the fault; how long until a sound
    dropped: int
    order_inversions: int

    @property
    def unheard(self) -> list[float]:
        """When they dialled, from the fault."""
        return [dialled for dialled, wait in self.new_callers if wait is None]

    @property
    def recovery_seconds(self) -> float:
        return max(self.shards_seconds, self.state_seconds, self.heard_seconds)


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    talking = -(-options.callers // 3)
    choosing = options.callers // 3
    waiting = options.callers - talking - choosing
    with instance.fresh() as settings:
        people = asyncio.run(company.make(settings, talking))
        instance.start(settings)
        rounds = asyncio.run(_drill(settings, people, options, waiting=waiting, choosing=choosing))
        result = _result(rounds, options, machine.describe(settings))
    _report(result)
    if not options.keep_nothing:
        machine.keep("recovery", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = arguments.parser("recovery", __doc__, times=5)
    parser.add_argument("--callers", type=int, default=6, metavar="N", help="a third each talks, waits, chooses (6)")
    parser.add_argument("--frozen", type=float, default=6, metavar="S", help="it stands still for so long (6 s)")
    options = parser.parse_args(argv)
    arguments.check(options)
    if not 3 <= options.callers <= 300:
        raise Problem("--callers takes 3 to 300.")
    if not 1 <= options.frozen <= 15:
        raise Problem("--frozen takes 1 to 15 seconds: after 20 the node gives up callers who wait for their runtime.")
    return options


async def _drill(
    settings: Settings, people: company.Company, options: argparse.Namespace, *, waiting: int, choosing: int
) -> list[Round]:
    faults = ["kill"] * options.kills + ["freeze"] * options.freezes
    rounds: list[Round] = []
    async with stage.scene(settings, people) as scene:
        for number, fault in enumerate(faults, 1):
            await scene.place(waiting=waiting, choosing=choosing)
            done = await _round(scene, fault, options.frozen)
            rounds.append(done)
            output.say(
                f"  {number:2d}  {fault:6s}  shards {done.shards_seconds:5.2f} s  state {done.state_seconds:5.2f} s  "
                f"heard {done.heard_seconds:5.2f} s  unheard {done.unheard or 0}  dropped {done.dropped}  "
                f"inversions {done.order_inversions}"
            )
            await scene.clear()
            # One that dies again at once is started later and later; a fault is not a loop of them.
            await asyncio.sleep(STEADY_SECONDS)
    return rounds


async def _round(scene: Scene, fault: str, frozen_seconds: float) -> Round:
    probes: list[Probe] = []
    right_again = asyncio.Event()
    leaving = scene.served[0]
    if fault == "kill":
        began = fault_at = await scene.kill_runtime()
        calling = asyncio.create_task(_call(scene, probes, right_again))
        await scene.hang_up(leaving)
    else:
        async with scene.frozen_runtime() as fault_at:
            calling = asyncio.create_task(_call(scene, probes, right_again))
            await scene.hang_up(leaving)
            await asyncio.sleep(frozen_seconds)
        began = time.monotonic()
    try:
        ready, right = await asyncio.gather(scene.ready(), scene.becomes_right())
    finally:
        right_again.set()
        await calling
    await asyncio.sleep(_SOUND_SECONDS)
    await asyncio.gather(*(probe.call.hang_up() for probe in probes))
    waits = [await probe.waited() for probe in probes]
    heard = [wait for wait in waits if wait is not None]
    await _serve_all(scene)
    return Round(
        fault=fault,
        shards_seconds=round(ready - began, 3),
        state_seconds=round(right - began, 3),
        heard_seconds=round(max(heard, default=0.0), 3),
        new_callers=[
            (round(probe.dialled_at - fault_at, 3), None if wait is None else round(wait, 3))
            for probe, wait in zip(probes, waits, strict=True)
        ],
        dropped=len(scene.dropped()),
        order_inversions=scene.inversions(),
    )


async def _call(scene: Scene, probes: list[Probe], right_again: asyncio.Event) -> None:
    """Somebody new at once, then every second."""
    while not right_again.is_set():
        probes.append(await scene.probe())
        with suppress(TimeoutError):
            await asyncio.wait_for(right_again.wait(), 1)


async def _serve_all(scene: Scene) -> None:
    """Those in the menu choose; then one conversation after another ends, until nobody waits."""
    for caller in list(scene.in_menu):
        if not scene.calls[caller].ended.is_set():
            await scene.choose(caller)
    await scene.becomes_right()
    while scene.waiting():
        talking = [caller for caller in scene.served if not scene.calls[caller].ended.is_set()]
        await scene.hang_up(talking[0])
        served = len(scene.served)
        await scene.becomes_right(lambda before=served: len(scene.served) > before)


def _figures(values: Sequence[float]) -> dict[str, float]:
    ordered = list(values)
    return {
        "median": answers.percentile(ordered, 0.5),
        "p95": answers.percentile(ordered, 0.95),
        "max": max(ordered, default=0.0),
    }


def _result(rounds: list[Round], options: argparse.Namespace, described: dict[str, Any]) -> dict[str, Any]:
    whole = _figures([done.recovery_seconds for done in rounds])
    dropped = sum(done.dropped for done in rounds)
    inversions = sum(done.order_inversions for done in rounds)
    unheard = sum(len(done.unheard) for done in rounds)
    goal_met = whole["p95"] <= GOAL_SECONDS
    return {
        "ok": goal_met and not (dropped or inversions or unheard),
        "recovery_seconds_median": whole["median"],
        "recovery_seconds_p95": whole["p95"],
        "recovery_seconds_max": whole["max"],
        "goal_seconds": GOAL_SECONDS,
        "goal_met": goal_met,
        "dropped": dropped,
        "order_inversions": inversions,
        "unheard": unheard,
        "rounds": len(rounds),
        "callers": options.callers,
        "frozen_seconds": options.frozen,
        **{
            fault: {
                what: _figures([getattr(done, f"{what}_seconds") for done in rounds if done.fault == fault])
                for what in ("shards", "state", "heard")
            }
            for fault in ("kill", "freeze")
            if any(done.fault == fault for done in rounds)
        },
        "each": [{**asdict(done), "recovery_seconds": done.recovery_seconds} for done in rounds],
        "machine": described,
    }


def _report(result: dict[str, Any]) -> None:
    rows = [["", "", "median s", "p95 s", "max s"]]
    for fault in ("kill", "freeze"):
        for what, figures in result.get(fault, {}).items():
            rows.append([fault, what, *(f"{figures[name]:.2f}" for name in ("median", "p95", "max"))])
    rows.append(["", "recovery", *(f"{result[f'recovery_seconds_{name}']:.2f}" for name in ("median", "p95", "max"))])
    output.say("\n" + output.table(rows))
    output.say(
        f"\nGoal {GOAL_SECONDS:.0f} s {'met' if result['goal_met'] else 'missed'}; dropped {result['dropped']}, "
        f"order inversions {result['order_inversions']}, callers who heard nothing {result['unheard']}"
    )


if __name__ == "__main__":
    from drills import run

    sys.exit(run(main))
