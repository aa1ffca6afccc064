"""What callers typed in secret, as it is stored: sealed with the tenant's key."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from hujiao.app.runtime.tenant.turn import Live
from hujiao.flows.contracts import FlowRun
from hujiao.kit.errors import HujiaoError
from hujiao.kit.secrets import TenantSecrets

log = structlog.get_logger()

_PURPOSE = "flow.secrets"


class _Kept(msgspec.Struct):
    """`digits`, `typed_ahead` and `stage` may hold a secret's beginning."""

    secrets: dict[str, Any] = {}
    digits: str = ""
    typed_ahead: str = ""
    stage: tuple[str, ...] = ()
    frames: tuple[dict[str, Any], ...] = ()  # the secrets of the flows that called this one


def sealed(record: Live, secrets: TenantSecrets) -> Live:
    """The record with nothing in clear that its caller typed in secret."""
    return _each_run(record, lambda run: _sealed(run, secrets))


def opened(record: Live, secrets: TenantSecrets) -> Live:
    """The record that `sealed` was given."""
    return _each_run(record, lambda run: _opened(run, secrets))


def _each_run(record: Live, change: Callable[[FlowRun], FlowRun]) -> Live:
    flow = change(record.flow) if record.flow else None
    fragment = change(record.fragment) if record.fragment else None
    same = flow is record.flow and fragment is record.fragment
    return record if same else replace(record, flow=flow, fragment=fragment)


def _sealed(run: FlowRun, secrets: TenantSecrets) -> FlowRun:
    frames = tuple(frame.secrets for frame in run.frames)
    kept = _Kept(run.secrets, run.digits, run.typed_ahead, run.stage, frames if any(frames) else ())
    if kept == _Kept():
        return run
    text = base64.b64encode(secrets.seal(msgspec.json.encode(kept).decode(), purpose=_PURPOSE)).decode()
    return replace(run.without_secrets(), digits="", typed_ahead="", stage=(), sealed=text)


def _opened(run: FlowRun, secrets: TenantSecrets) -> FlowRun:
    """With another key than then the caller types anew what the flow needs."""
    if not run.sealed:
        return run
    try:
        kept = msgspec.json.decode(secrets.open(base64.b64decode(run.sealed), purpose=_PURPOSE), type=_Kept)
    except HujiaoError:
        log.warning("secret_digits_lost", flow_id=str(run.flow_id))
        kept = _Kept()
    known = kept.frames or ({},) * len(run.frames)
    frames = tuple(replace(frame, secrets=secrets) for frame, secrets in zip(run.frames, known, strict=True))
    return replace(
        run,
        frames=frames,
        secrets=kept.secrets,
        digits=kept.digits,
        typed_ahead=kept.typed_ahead,
        stage=kept.stage,
        sealed="",
    )
