"""How well the router chooses: the same callers, served in different ways.

The centre of Wallace & Whitt, "Resource pooling and staffing in call centers with skill-based routing" (2004): six
kinds of calls, 90 agents, ten minutes a call; they found that two skills an agent are almost as good as all six. Here
at a load of 0.9, with callers who wait as long as it takes. `gap_closed` is which share of the way from one skill an
agent (its mean wait) to everybody being able to do everything is gone with two skills.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from bench.app_queue import STRATEGIES, AppQueue
from hujiao.app.cli import output
from hujiao.routing.assign import Router
from hujiao.routing.contracts import AgentCriterion, Requirement, Ring, RoutingAgent, RoutingQueue, Setup, Skills
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.day import Day, Decides
from hujiao.routing.simulation.figures import Figures, figures, interval
from hujiao.routing.simulation.plan import Load, Plan, Shift
from hujiao.routing.simulation.run import simulate

GOAL = 0.90
KINDS, AGENTS_EACH = 6, 15
HANDLE_SECONDS, LOAD = 600.0, 0.9
HOURS, WARM_UP_HOURS = 22.0, 2.0
SERVICE_LEVEL_SECONDS = 30.0
OWN, SECOND = 8, 4

SKILLS = [UUID(int=1_000 + kind) for kind in range(KINDS)]
QUEUES = [UUID(int=2_000 + kind) for kind in range(KINDS)]


class Arm(NamedTuple):
    name: str
    plan: Plan
    router: Callable[[int], Decides]


def arms(hours: float) -> list[Arm]:
    two = _plan(hours, _two, _rings(5, 1))
    unranked = _plan(hours, _two, _rings(1))
    longest_idle = replace(unranked, setup=_with_order(unranked.setup, AgentCriterion("longest_idle")))
    return [
        Arm("one skill an agent", _plan(hours, lambda kind, number: {kind: OWN}, _rings(1)), Router),
        Arm("hujiao, two skills", two, Router),
        Arm("longest idle, two skills", longest_idle, Router),
        *(Arm(f"{name}, two skills", two, lambda seed, name=name: AppQueue(name, seed)) for name in STRATEGIES),  # type: ignore[misc]
        Arm("all skills", _plan(hours, lambda kind, number: dict.fromkeys(range(KINDS), OWN), _rings(1)), Router),
    ]


def _two(kind: int, number: int) -> dict[int, int]:
    """Their own kind, and one of the others in turn."""
    return {kind: OWN, (kind + 1 + number % (KINDS - 1)) % KINDS: SECOND}


def _rings(*levels: int) -> Callable[[UUID], tuple[Ring, ...]]:
    """The next ring opens at once: an agent's own kind is only preferred."""
    return lambda skill: tuple(
        Ring(who=(Requirement(skills=((skill, level),)),), after_seconds=0.0 if at else None)
        for at, level in enumerate(levels)
    )


def _plan(
    hours: float, skills: Callable[[int, int], dict[int, int]], rings: Callable[[UUID], tuple[Ring, ...]]
) -> Plan:
    agents: dict[UUID, RoutingAgent] = {}
    for kind in range(KINDS):
        for number in range(AGENTS_EACH):
            held: Skills = tuple(sorted((SKILLS[one], level) for one, level in skills(kind, number).items()))
            agent = RoutingAgent(id=UUID(int=3_000 + len(agents)), skills=held)
            agents[agent.id] = agent
    per_hour = LOAD * AGENTS_EACH / HANDLE_SECONDS * 3600
    load = Load(Rate(per_hour), Time("exponential", HANDLE_SECONDS), service_level_seconds=SERVICE_LEVEL_SECONDS)
    return Plan(
        Setup(
            queues={
                queue: RoutingQueue(id=queue, rings=rings(skill)) for queue, skill in zip(QUEUES, SKILLS, strict=True)
            },
            agents=agents,
        ),
        dict.fromkeys(QUEUES, load),
        tuple(Shift(agent, 0.0, hours * 3600) for agent in agents),
        hours * 3600,
        WARM_UP_HOURS * 3600,
    )


def _by_their_own(day: Day) -> float:
    """The share of the answered who were served by an agent of their own kind; there agents are best."""
    answered = [(QUEUES.index(call.queue_id), call.agent_id.int - 3_000) for call in day.calls if call.agent_id]
    return sum(kind == agent // AGENTS_EACH for kind, agent in answered) / len(answered)


def _with_order(setup: Setup, *order: AgentCriterion) -> Setup:
    return Setup(queues=setup.queues, agents=setup.agents, agent_order=order)


def measure(seeds: int, hours: float = HOURS) -> dict[str, Any]:
    found: dict[str, list[Figures]] = {}
    own: dict[str, list[float]] = {}
    for arm in arms(hours):
        days = [simulate(arm.plan, seed, arm.router(seed)) for seed in range(1, seeds + 1)]
        found[arm.name] = [figures(arm.plan, day) for day in days]
        own[arm.name] = [_by_their_own(day) for day in days]
        waits = interval(day.all.waits.all_mean for day in found[arm.name])
        output.say(f"  {arm.name:<26} mean wait {waits.mean:6.1f} ± {waits.half:.1f} s")
    one, pooled = found["one skill an agent"], found["all skills"]
    rows: list[dict[str, Any]] = []
    for name, of_arm in found.items():
        closed = interval(
            (apart.all.waits.all_mean - day.all.waits.all_mean)
            / (apart.all.waits.all_mean - together.all.waits.all_mean)
            for apart, day, together in zip(one, of_arm, pooled, strict=True)
        )
        rows.append(
            {
                "arm": name,
                "mean_wait_seconds": round(interval(day.all.waits.all_mean for day in of_arm).mean, 2),
                "p95_wait_seconds": round(interval(day.all.waits.p95 for day in of_arm).mean, 1),
                "service_level": round(interval(day.all.service_level for day in of_arm).mean, 4),
                "own_kind": round(interval(own[name]).mean, 4),
                "occupancy_deviation": round(interval(day.occupancy.deviation for day in of_arm).mean, 4),
                "gap_closed": round(closed.mean, 4),
                "gap_closed_half": round(closed.half, 4),
            }
        )
    columns = list(rows[0])
    output.say("\n" + output.table([columns, *([str(row[column]) for column in columns] for row in rows)]))
    ours = next(row for row in rows if row["arm"] == "hujiao, two skills")
    return {
        "kinds": KINDS,
        "agents": KINDS * AGENTS_EACH,
        "handle_seconds": HANDLE_SECONDS,
        "load": LOAD,
        "hours": hours,
        "seeds": seeds,
        "rows": rows,
        "gap_closed": ours["gap_closed"],
        "gap_closed_half": ours["gap_closed_half"],
        "goal_met": ours["gap_closed"] - ours["gap_closed_half"] >= GOAL,
    }
