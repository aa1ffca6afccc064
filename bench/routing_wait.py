"""How true the estimated wait is: what was estimated when a caller began to wait, against how long they then waited.

Of those who were answered. Beside it what is usually told, position × mean handle time / agents, which even knows the
true mean handle time here and counts the queue's own agents who are signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any
from uuid import UUID

from hujiao.app.cli import output
from hujiao.routing.contracts import Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.day import Call
from hujiao.routing.simulation.figures import interval
from hujiao.routing.simulation.plan import Load, Plan, Shift
from hujiao.routing.simulation.run import simulate

GOAL = 0.30
HOURS, WARM_UP_HOURS = 11.0, 1.0
LONG_DAY = (
    0.6,
    0.8,
    1.0,
    1.3,
    1.5,
    1.4,
    1.1,
    0.9,
    0.8,
    0.7,
    0.8,
    1.0,
    1.2,
    1.3,
    1.2,
    1.0,
    0.9,
    0.8,
    0.7,
    0.6,
    0.5,
    0.5,
)


@dataclass(frozen=True)
class Case:
    name: str
    plan: Plan


def cases() -> list[Case]:
    return [
        Case("one queue, load 0.9", _plan(1, 20, 0.9, patience=120.0)),
        Case("one queue, load 1.05", _plan(1, 20, 1.05, patience=180.0)),
        Case("changing arrivals", _plan(1, 30, 0.9, patience=240.0, profile=LONG_DAY)),
        Case("two skills an agent, rings", _plan(4, 8, 0.95, patience=240.0, rings=True)),
        Case("two skills, long and short calls", _plan(4, 8, 0.95, patience=240.0, rings=True, uneven=True)),
    ]


def _plan(
    queues: int,
    agents_each: int,
    load: float,
    *,
    patience: float,
    profile: tuple[float, ...] = (),
    rings: bool = False,
    uneven: bool = False,
) -> Plan:
    skills = [UUID(int=1_000 + number) for number in range(queues)]
    ids = [UUID(int=2_000 + number) for number in range(queues)]
    agents: dict[UUID, RoutingAgent] = {}
    for number in range(queues * agents_each):
        held = {skills[number % queues]: 8}
        if rings:
            held.setdefault(skills[(number + 1 + number // queues % (queues - 1)) % queues], 4)
        agent = RoutingAgent(id=UUID(int=3_000 + number), skills=tuple(sorted(held.items())))
        agents[agent.id] = agent
    loads = {}
    for number, queue in enumerate(ids):
        handle = 180.0 * ((0.5, 1.0, 1.5, 1.0)[number % 4] if uneven else 1.0)
        loads[queue] = Load(
            Rate(load * agents_each / handle * 3600, profile),
            Time("lognormal", handle, 0.8),
            patience=Time("exponential", patience),
        )
    return Plan(
        Setup(
            queues={
                queue: RoutingQueue(
                    id=queue,
                    rings=(
                        Ring(who=(Requirement(skills=((skill, 5),)),)),
                        *([Ring(who=(Requirement(skills=((skill, 1),)),), after_seconds=20.0)] if rings else []),
                    ),
                )
                for queue, skill in zip(ids, skills, strict=True)
            },
            agents=agents,
        ),
        loads,
        tuple(Shift(agent, 0.0, HOURS * 3600) for agent in agents),
        HOURS * 3600,
        WARM_UP_HOURS * 3600,
    )


def naive(plan: Plan, call: Call) -> float:
    return (call.ahead + 1) * plan.loads[call.queue_id].handle.mean / call.staff


def measure(seeds: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    errors, naive_errors = [], []
    for case in cases():
        ours, theirs, better, waited = [], [], [], []
        for seed in range(1, seeds + 1):
            calls = [
                call
                for call in simulate(case.plan, seed).calls
                if call.outcome == "answered" and call.expected is not None
            ]
            own = fmean(abs((call.expected or 0.0) - call.wait) for call in calls)
            other = fmean(abs(naive(case.plan, call) - call.wait) for call in calls)
            ours.append(own)
            theirs.append(other)
            better.append(1 - own / other)
            waited.append(fmean(call.wait for call in calls))
        errors.append(fmean(ours))
        naive_errors.append(fmean(theirs))
        gain = interval(better)
        rows.append(
            {
                "case": case.name,
                "mean_wait_seconds": round(fmean(waited), 1),
                "error_seconds": round(errors[-1], 2),
                "naive_error_seconds": round(naive_errors[-1], 2),
                "better": round(gain.mean, 3),
                "better_half": round(gain.half, 3),
            }
        )
    columns = list(rows[0])
    output.say(output.table([columns, *([str(row[column]) for column in columns] for row in rows)]))
    together = 1 - sum(errors) / sum(naive_errors)
    output.say(f"  all cases together: {together:.1%} better")
    return {"seeds": seeds, "rows": rows, "wait_error_better": round(together, 3), "goal_met": together >= GOAL}
