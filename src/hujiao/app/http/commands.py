"""Commands to the runtime that owns the caller's shard, and what it refuses in our own words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hujiao.app.holder import ask
from hujiao.app.http.access import Caller
from hujiao.app.http.parts import Parts
from hujiao.kit import i18n
from hujiao.kit.errors import HujiaoError

# What the runtime refuses; anything else is a conflict with the state that things are in.
_STATUS = {
    "not_found": 404,
    "not_your_interaction": 404,
    "not_an_agent": 404,
    "not_waiting": 404,
    "not_here": 503,
    "set_aside": 503,
    "internal": 500,
    "unavailable": 503,
    "bad_field": 422,
    "summary_needed": 422,
    "not_a_break": 422,
    "unknown_reference": 422,
    "forbidden": 403,
    "too_many_chats": 429,
    "too_many_chats_here": 429,
}


async def command(parts: Parts, caller: Caller, kind: str, **fields: Any) -> dict[str, Any]:
    """What an agent asks for itself: the runtime's answer after its commit; its refusal as an error."""
    return await _command(parts, caller, caller.own_agent.id, kind, fields)


async def direct(parts: Parts, caller: Caller, kind: str, **fields: Any) -> dict[str, Any]:
    """What somebody asks for others, who need not be an agent."""
    return await _command(parts, caller, caller.agent.id if caller.agent else None, kind, fields)


async def _command(
    parts: Parts, caller: Caller, agent_id: UUID | None, kind: str, fields: dict[str, Any]
) -> dict[str, Any]:
    message = {
        "tenant_id": caller.principal.tenant_id,
        "actor": {"account_id": caller.principal.account_id, "agent_id": agent_id, "role": caller.principal.role},
        "kind": kind,
        **fields,
    }
    answer = await ask(parts.bus, parts.bus.subjects.command(caller.principal.shard), message)
    raise_refusal(answer)
    data: dict[str, Any] = answer.get("data") or {}
    return data


def raise_refusal(answer: dict[str, Any]) -> None:
    """Another process's `{"ok": false, …}` as an error of ours."""
    if answer.get("ok", True):
        return
    said = answer.get("error") or {}
    code, message = said.get("code") or "refused", said.get("message") or "error.refused"
    if message.startswith("error.") and not i18n.known(message):
        message = "error.refused"
    error = HujiaoError(
        message, field=said.get("field"), code=code, detail={"code": code, **(said.get("detail") or {})}
    )
    error.status = _STATUS.get(code, 409)
    if code == "not_your_interaction":
        error.code = "not_found"
    raise error
