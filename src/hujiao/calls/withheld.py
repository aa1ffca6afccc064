"""Callers who withhold their number: it is sealed where it comes in, and opened for the platform's operator alone."""

from __future__ import annotations

import base64

from msgspec.structs import replace

from hujiao.calls.contracts import CallArrived
from hujiao.calls.numbers import names_nobody
from hujiao.kit.secrets import TenantSecrets

_PURPOSE = "caller.number"


def sealed(event: CallArrived, secrets: TenantSecrets) -> CallArrived:
    """The call without what its caller withholds."""
    if not event.withheld:
        return event
    number = "" if names_nobody(event.caller) else event.caller
    kept = base64.b64encode(secrets.seal(number, purpose=_PURPOSE)).decode() if number else ""
    return replace(event, caller="", name="", sealed=kept)


def opened(kept: str, secrets: TenantSecrets) -> str:
    """The number that `sealed` kept."""
    return secrets.open(base64.b64decode(kept), purpose=_PURPOSE)
