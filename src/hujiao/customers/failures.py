"""How a call that was not answered failed, by the network's cause (Q.850). Pure."""

from __future__ import annotations

from hujiao.customers.views import Failure

NOT_REACHED, GIVEN_UP = "not_reached", "given_up"
# The causes of each; any other: the number could not be reached.
CAUSES: dict[Failure, frozenset[int]] = {
    "busy": frozenset({17}),
    "no_answer": frozenset({0, 16, 18, 19, 102}),
    "rejected": frozenset({21}),
    "no_such_number": frozenset({1, 22, 28}),
    "out_of_service": frozenset({27}),
}


def failure_of(end_reason: str | None, cause: int | None) -> Failure | None:
    """Returns why nobody came to the phone; None: somebody did, or the call goes on."""
    if end_reason == GIVEN_UP:
        return "given_up"
    if end_reason != NOT_REACHED:
        return None
    return next((failure for failure, causes in CAUSES.items() if (cause or 0) in causes), "unreachable")
