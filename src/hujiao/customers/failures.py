"""How an agent's last call to a customer failed by itself. Pure."""

from __future__ import annotations

from hujiao.calls.failures import failure_by
from hujiao.customers.views import Failure

NOT_REACHED, GIVEN_UP = "not_reached", "given_up"


def failure_of(end_reason: str | None, cause: int | None, *, rang: bool) -> Failure | None:
    """Returns why nobody came to the phone; None: somebody did, or the call goes on."""
    if end_reason == GIVEN_UP:
        return "given_up"
    return failure_by(cause, rang=rang) if end_reason == NOT_REACHED else None
