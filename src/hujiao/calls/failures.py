"""Why a call that was not answered failed, by the network's cause (Q.850). Pure."""

from __future__ import annotations

from typing import Literal

CallFailure = Literal[
    "busy", "no_answer", "rejected", "no_such_number", "out_of_service", "no_line", "not_allowed", "unreachable"
]

# No line: the carrier was not reached, or has none free. Not allowed: by the carrier, or by our own rules.
CAUSES: dict[CallFailure, frozenset[int]] = {
    "busy": frozenset({17}),
    "no_answer": frozenset({0, 16, 18, 19, 102}),
    "rejected": frozenset({21}),
    "no_such_number": frozenset({1, 22, 28}),
    "out_of_service": frozenset({27}),
    "no_line": frozenset({3, 34, 38, 41, 42, 44}),
    "not_allowed": frozenset({50, 52, 54, 55, 57}),
}


def failure_by(cause: int | None) -> CallFailure:
    """Returns what a cause means; any that is not listed: the number could not be reached."""
    return next((failure for failure, causes in CAUSES.items() if (cause or 0) in causes), "unreachable")
