"""Why a call that was not answered failed, by the network's cause (Q.850) and whether it had rung. Pure."""

from __future__ import annotations

from typing import Literal

CallFailure = Literal["busy", "no_answer", "rejected", "no_such_number", "no_line", "not_allowed", "unreachable"]
Causes = dict[CallFailure, frozenset[int]]

# No line: the carrier was not reached, or has none free. Not allowed: by the carrier, or by our own rules.
CAUSES: Causes = {
    "busy": frozenset({17}),
    "no_answer": frozenset({0, 16, 19}),
    "no_such_number": frozenset({1, 22, 28}),
    "no_line": frozenset({3, 34, 38, 41, 42, 44}),
    "not_allowed": frozenset({50, 52, 54, 55, 57}),
}
# The same cause comes of who does not answer or declines, and of a carrier that does not, or refuses (408, 504, 502 and
# 403 of SIP): only what has rung tells them apart.
RANG: Causes = {"no_answer": frozenset({18, 27, 102}), "rejected": frozenset({21})}
SILENT: Causes = {"no_line": frozenset({18, 27, 102}), "unreachable": frozenset({21})}


def failure_by(cause: int | None, *, rang: bool) -> CallFailure:
    """Returns what a cause means; any that is not listed: the number could not be reached."""
    named = [*CAUSES.items(), *(RANG if rang else SILENT).items()]
    return next((failure for failure, causes in named if (cause or 0) in causes), "unreachable")
