"""When a queue passes an interaction on, and where to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from hujiao.interactions.contracts import CallBackTerms

OverflowCondition = Literal[
    "waited",  # this one has waited more than so many seconds
    "ahead",  # more than so many wait before this one when it comes
    "expected_wait",  # this one's expected wait is more than so many seconds
    "nobody_signed_in",  # no agent of the queue is signed in
    "outside_hours",  # the queue's business hours are closed
    "expression",  # a CEL expression over `interaction` and `queue` is true
]
OverflowTarget = Literal["queue", "flow", "number", "voicemail", "callback"]
CHANGES = frozenset({"expected_wait", "nobody_signed_in", "expression"})  # may become true while somebody waits


class OverflowRule(msgspec.Struct, frozen=True, kw_only=True):
    """`target` is a queue's or flow's id, or a number to call.

    `prompts` greet who leaves a message, or offer the call-back on these `terms`, which callers take by key or not.
    """

    when: OverflowCondition
    over: float = 0.0
    expression: str = ""
    to: OverflowTarget
    target: str = ""
    prompts: tuple[str, ...] = ()
    terms: CallBackTerms = CallBackTerms()


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One waiting interaction's, as the rules look at it. `arriving`: it has just come; `judge` an expression."""

    waited: float
    ahead: int
    expected_wait: float | None
    signed_in: int
    arriving: bool
    open: bool = True
    judge: Callable[[str], bool] = lambda expression: False


def holds(rule: OverflowRule, now: Situation) -> bool:
    match rule.when:
        case "waited":
            return now.waited >= rule.over
        case "ahead":
            return now.arriving and now.ahead > rule.over
        case "expected_wait":
            return now.expected_wait is not None and now.expected_wait > rule.over
        case "nobody_signed_in":
            return now.signed_in == 0
        case "outside_hours":
            return not now.open
        case "expression":
            return now.judge(rule.expression)


def first(rules: Iterable[OverflowRule], now: Situation) -> OverflowRule | None:
    return next((rule for rule in rules if holds(rule, now)), None)


def look_again_after(
    rules: Sequence[OverflowRule], waited: float, recheck: float, closes_in: float | None = None
) -> float | None:
    """In how many seconds a rule may hold that does not hold now; `closes_in` is when the queue's hours end."""
    times = [rule.over - waited for rule in rules if rule.when == "waited" and rule.over > waited]
    if any(rule.when in CHANGES for rule in rules):
        times.append(recheck)
    if closes_in is not None and any(rule.when == "outside_hours" for rule in rules):
        times.append(closes_in)
    return min(times, default=None)
