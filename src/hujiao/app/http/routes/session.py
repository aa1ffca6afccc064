"""Signing in and out, the account's own language, and API tokens."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from hujiao import __version__
from hujiao.agents import service as agents
from hujiao.app.http.access import COOKIE, Caller, SignedIn, parts_of, same_origin
from hujiao.app.http.body import largest_body
from hujiao.app.http.presence import in_a_call
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity import service as identity
from hujiao.identity.throttle import Attempt
from hujiao.identity.views import (
    AccountView,
    AgentOfSession,
    NewToken,
    OwnKeys,
    OwnPassword,
    SessionChange,
    SessionView,
    SignIn,
    TenantOfSession,
    TokenIn,
    TokenView,
)
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, Conflict, Forbidden, NotSignedIn
from hujiao.kit.views import Language

router = APIRouter(tags=["session"], route_class=UnitRoute)

DEVICE_COOKIE = "hujiao_device"
DEVICE_SECONDS = 180 * 86_400


def shown(caller: Caller) -> SessionView:
    who, agent = caller.principal, caller.agent
    return SessionView(
        account=AccountView(
            id=who.account_id,
            name=who.name,
            login=who.login,
            role=who.role.value,
            language=cast(Language | None, who.language),
        ),
        tenant=TenantOfSession(
            id=who.tenant_id,
            slug=who.tenant_slug,
            name=who.tenant_name,
            language=cast(Language, who.tenant_language),
            time_zone=who.tenant_time_zone,
        ),
        agent=None
        if agent is None
        else AgentOfSession(id=agent.id, number=agent.number, name=agent.name, phone_kind=agent.phone_kind),
        rights=sorted(who.rights),
        csrf_token=who.csrf_token,
        version=__version__,
    )


def set_cookie(response: Response, request: Request, value: str) -> None:
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(identity.SESSION_LONGEST.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def own_page(request: Request) -> None:
    """Nobody is to be signed in, or out, by another site's page."""
    if not same_origin(request):
        raise Forbidden("error.csrf", code="csrf")


async def _checked(request: Request, tenant: str, login: str, password: str) -> identity.Checked:
    """Whose password it is; a wrong one is told, and uses up tries."""
    parts, account = parts_of(request), identity.account_key(tenant, login)
    address = request.client.host if request.client else ""
    attempt = Attempt(account, address, parts.devices.known(request.cookies.get(DEVICE_COOKIE), account))
    return await identity.check_password(
        parts.database,
        parts.passwords,
        parts.throttle,
        tenant=tenant,
        login=login,
        password=password,
        attempt=attempt,
        now=utc_now(),
    )


@router.post("/session", name="sign_in", dependencies=[Depends(own_page)])
@largest_body(4096)
async def sign_in(request: Request, response: Response, body: SignIn) -> SessionView:
    parts = parts_of(request)
    account, cookie = identity.account_key(body.tenant, body.login), request.cookies.get(DEVICE_COOKIE)
    async with parts.signing_in:
        checked = await _checked(request, body.tenant, body.login, body.password)
        async with parts.database.tenant(checked.tenant_id) as session:
            done = await identity.open_session(session, checked, utc_now())
            agent = await agents.of_account(session, done.principal)
    set_cookie(response, request, done.cookie)
    response.set_cookie(
        DEVICE_COOKIE,
        parts.devices.remember(cookie, account),
        max_age=DEVICE_SECONDS,
        path=request.url.path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return shown(Caller(done.principal, agent))


@router.get("/session", name="read_session")
async def read_session(caller: SignedIn) -> SessionView:
    return shown(caller)


@router.patch("/session", name="change_session")
async def change_session(work: InTenant, body: SessionChange) -> SessionView:
    principal = await identity.set_language(work.session, work.caller.principal, body.language)
    return shown(Caller(principal, work.caller.agent))


@router.get("/session/keys", name="read_own_keys")
async def read_own_keys(work: InTenant) -> OwnKeys:
    """The account's keys of the desktop, where they are not the usual ones."""
    return await identity.own_keys(work.session, work.caller.principal)


@router.put("/session/keys", name="change_own_keys")
async def change_own_keys(work: InTenant, body: OwnKeys) -> OwnKeys:
    """Instead of those before."""
    await identity.set_own_keys(work.session, work.caller.principal, body)
    return body


@router.put("/session/password", name="change_own_password", status_code=204)
@largest_body(4096)
async def change_own_password(request: Request, caller: SignedIn, body: OwnPassword) -> None:
    """The account's other sessions end with the old password; wrong guesses at it count as at sign-in."""
    parts, who = parts_of(request), caller.principal
    async with parts.signing_in:
        try:
            await _checked(request, who.tenant_slug, who.login, body.current)
        except NotSignedIn:
            raise BadField("error.wrong_password", field="current") from None
        hashed = await parts.passwords.hash(body.password)
    unit = request.state.unit
    session = await unit.open(caller, request)
    unit.ended_sessions += await identity.set_own_password(session, who, hashed, end_tokens=body.end_tokens)


@router.delete("/session", name="sign_out", status_code=204)
async def sign_out(work: InTenant, request: Request, response: Response, everywhere: bool = False) -> None:
    """Ends the session, or with `everywhere` all sessions of the account; refused while its agent has a call."""
    if await in_a_call(parts_of(request), work.caller):
        raise Conflict("error.in_a_call", code="in_a_call")
    work.unit.ended_sessions += await identity.sign_out(work.session, work.caller.principal, everywhere=everywhere)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https")


@router.get("/tokens", name="list_tokens")
async def list_tokens(work: InTenant) -> list[TokenView]:
    return await identity.Tokens(work.session, work.caller.principal).all()


@router.post("/tokens", name="create_token", status_code=201)
async def create_token(work: InTenant, body: TokenIn) -> NewToken:
    return await identity.Tokens(work.session, work.caller.principal).create(body, utc_now())


@router.delete("/tokens/{token_id}", name="remove_token", status_code=204)
async def remove_token(work: InTenant, token_id: UUID) -> None:
    await identity.Tokens(work.session, work.caller.principal).remove(token_id)
