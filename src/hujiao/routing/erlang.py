"""Exact formulas for one queue of equal agents, for people who plan and as the simulator's measure. Pure.

Erlang C: M/M/s. A. K. Erlang 1917; Kleinrock, "Queueing Systems" vol. 1, 1975, §3.5.
Erlang A: M/M/s+M, callers with exponential patience. C. Palm 1957; Garnett, Mandelbaum & Reiman, "Designing a call
center with impatient customers", M&SOM 4(3), 2002; Mandelbaum & Zeltyn, "The Palm/Erlang-A queue", 2005.
"""

from __future__ import annotations

from math import exp, inf
from typing import NamedTuple

_NEGLIGIBLE = 1e-16


class Figures(NamedTuple):
    """`mean_wait` is of everybody who calls, in the unit of the rates; so is `occupancy`'s share."""

    delayed: float
    abandoned: float
    mean_wait: float
    mean_queue: float
    occupancy: float


def erlang_b(agents: int, load: float) -> float:
    """The share that is turned away when nobody may wait, by its recursion (stable for any size)."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(arrival_rate: float, service_rate: float, agents: int) -> Figures:
    """Nobody gives up; with as much work as agents or more, waits grow without end."""
    _check(arrival_rate, service_rate, agents)
    load = arrival_rate / service_rate
    if load >= agents:
        return Figures(1.0, 0.0, inf, inf, 1.0)
    blocked = erlang_b(agents, load)
    delayed = blocked / (1 - load / agents * (1 - blocked))
    wait = delayed / (agents * service_rate - arrival_rate)
    return Figures(delayed, 0.0, wait, arrival_rate * wait, load / agents)


def served_within(seconds: float, arrival_rate: float, service_rate: float, agents: int) -> float:
    """Erlang C: the share of callers who wait no longer than that."""
    figures = erlang_c(arrival_rate, service_rate, agents)
    if figures.mean_wait == inf:
        return 0.0
    return 1 - figures.delayed * exp(-(agents * service_rate - arrival_rate) * seconds)


def erlang_a(arrival_rate: float, service_rate: float, patience_rate: float, agents: int) -> Figures:
    """Each waiting caller gives up at `patience_rate`. The birth and death process is summed until nothing is left."""
    if patience_rate <= 0:
        return erlang_c(arrival_rate, service_rate, agents)
    _check(arrival_rate, service_rate, agents)
    load = arrival_rate / service_rate
    # Of the number in the system, relative to exactly all agents busy and nobody waiting.
    below = 1.0 / erlang_b(agents, load)
    weight, waiting, queue, number = 1.0, 0.0, 0.0, 0
    while True:
        number += 1
        weight *= arrival_rate / (agents * service_rate + number * patience_rate)
        waiting += weight
        queue += number * weight
        if (
            number * weight < _NEGLIGIBLE * (1.0 + queue)
            and arrival_rate < agents * service_rate + number * patience_rate
        ):
            break
    total = below + waiting
    mean_queue = queue / total
    abandoned = patience_rate * mean_queue / arrival_rate
    return Figures(
        (1.0 + waiting) / total,
        abandoned,
        mean_queue / arrival_rate,
        mean_queue,
        load * (1 - abandoned) / agents,
    )


def _check(arrival_rate: float, service_rate: float, agents: int) -> None:
    if arrival_rate <= 0 or service_rate <= 0 or agents < 1:
        raise ValueError("arrival_rate and service_rate must be more than 0, and agents at least 1.")
