"""Strategies that an operator has installed: entry points of the group `hujiao.routing`.

An entry point names a class or a module with `score_agent(agent, queue)`, `score_interaction(interaction, queue)`,
`score_pair(agent, interaction, queue)` or several; each returns a number, the higher the better.
docs/developers/strategies.md has examples.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from hujiao.kit.settings import default_home, strategies_folder

GROUP = "hujiao.routing"
# What each function is given, before the queue.
SUBJECTS = {"agent": ("agent",), "interaction": ("interaction",), "pair": ("agent", "interaction")}
# A strategy runs between two events of a tenant's calls: one that is slow again and again is left out for a while.
SLOW_SECONDS = 0.01
SLOW_IN_A_ROW = 3
SET_ASIDE_SECONDS = 60.0

Function = Callable[..., float]


@dataclass(frozen=True, slots=True)
class Plugin:
    """`functions` by what they judge; `problem` says why an installed one cannot be used."""

    name: str
    package: str
    version: str
    description: str
    functions: Mapping[str, Function]
    problem: str = ""

    def judges(self, subject: str) -> bool:
        """Who judges pairs judges agents for an interaction, and interactions for an agent."""
        return subject in self.functions or "pair" in self.functions


@lru_cache(maxsize=1)
def installed() -> dict[str, Plugin]:
    """By name, from Python's environment and the installation's folder.

    Read once in a process: a strategy is installed while hujiao is down.
    """
    folder = strategies_folder(default_home())
    if folder.is_dir() and str(folder) not in sys.path:
        sys.path.append(str(folder))  # behind all that is ours
    return {point.name: _load(point) for point in entry_points(group=GROUP)}


def _load(point: EntryPoint) -> Plugin:
    package = point.dist.name if point.dist else ""
    version = point.dist.version if point.dist else ""
    try:
        found = point.load()
        strategy = found() if isinstance(found, type) else found
        functions = {
            subject: function
            for subject in SUBJECTS
            if callable(function := getattr(strategy, f"score_{subject}", None))
        }
        problem = "" if functions else "it has none of score_agent, score_interaction and score_pair"
        description = (inspect.getdoc(found) or "").partition("\n")[0]
    except Exception as error:  # somebody else's code
        functions, description, problem = {}, "", f"{type(error).__name__}: {error}"
    return Plugin(point.name, package, version, description, functions, problem)


def judging_pairs() -> frozenset[str]:
    return frozenset(plugin.name for plugin in installed().values() if "pair" in plugin.functions)


class SetAside(Exception):
    """It has been too slow and is not asked for now."""


class NotInstalled(LookupError):
    """There is no strategy of that name that judges this."""


class Watch:
    """Leaves out for a while what has taken too long by this clock, again and again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._slow: dict[str, int] = {}
        self._aside_until: dict[str, float] = {}

    def call(self, name: str, function: Callable[[], Any]) -> Any:
        """The function's value; raises what it raises, or `SetAside`."""
        began = self._clock()
        if began < self._aside_until.get(name, 0.0):
            raise SetAside(name)
        try:
            return function()
        finally:
            self._took(name, self._clock() - began)

    def _took(self, name: str, seconds: float) -> None:
        slow = self._slow.get(name, 0) + 1 if seconds > SLOW_SECONDS else 0
        if slow >= SLOW_IN_A_ROW:
            slow = 0
            self._aside_until[name] = self._clock() + SET_ASIDE_SECONDS
        self._slow[name] = slow


class Strategies:
    """Asks the installed strategies and watches the time they take."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._watch = Watch(clock)

    def score(self, name: str, subject: str, facts: Mapping[str, Any]) -> Any:
        """What the strategy says; raises what it raises, `NotInstalled` or `SetAside`."""
        plugin = installed().get(name)
        if plugin is None or not plugin.judges(subject):
            raise NotInstalled(name)
        function = plugin.functions.get(subject)
        if function is None:
            return 0.0  # all that it has to say is of pairs
        given = [MappingProxyType(facts[one]) for one in (*SUBJECTS[subject], "queue")]
        return self._watch.call(name, lambda: function(*given))
