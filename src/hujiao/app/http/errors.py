"""Errors as answers: one shape, in the reader's language, naming the field and what would be right."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse

from hujiao.kit import i18n
from hujiao.kit.db import collided
from hujiao.kit.errors import HujiaoError
from hujiao.kit.wording import worded

log = structlog.get_logger()


class ErrorBody(BaseModel):
    code: str
    field: str | None
    message: str
    detail: dict[str, Any]


class ErrorAnswer(BaseModel):
    error: ErrorBody


# What a client can meet on any route, for the API's description.
COMMON_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer} for status in (401, 403, 404, 409, 422, 429, 503)
}

_NO_SUCH_VALUE = "22"  # the class of SQLSTATE: a number, a time or a text that the database does not have


def reader_language(connection: HTTPConnection) -> str:
    """The one that the client shows, else the account's own, else one of the browser's list."""
    shown = connection.headers.get("accept-language")
    if shown in i18n.LANGUAGES:
        return shown
    caller = getattr(connection.state, "caller", None)
    preferred = caller.principal.language if caller else None
    default = caller.principal.tenant_language if caller else "en"
    return i18n.choose(shown, [preferred], default)


def described(error: HujiaoError, language: str) -> dict[str, Any]:
    message = i18n.translate(error.message, language, error.detail)
    return {"error": {"code": error.code, "field": error.field, "message": message, "detail": error.detail}}


def answer(error: HujiaoError, language: str) -> JSONResponse:
    headers = {"cache-control": "no-store"}
    if wait := error.detail.get("retry_after_seconds"):
        headers["retry-after"] = str(wait)
    return JSONResponse(described(error, language), status_code=error.status, headers=headers)


def of_validation(problem: Any) -> HujiaoError:
    """The first thing wrong with what was sent, as an error that names the field."""
    kind, place = problem["type"], [str(part) for part in problem["loc"]]
    if place and place[0] in {"body", "query", "path", "header", "form"}:
        place = place[1:]
    message, detail = worded(problem)
    wrong = HujiaoError(message, field=None if kind == "json_invalid" else ".".join(place) or None, detail=detail)
    wrong.status, wrong.code = 422, "bad_field"
    return wrong


def install(app: FastAPI) -> None:
    @app.exception_handler(HujiaoError)
    async def expected(request: Request, error: HujiaoError) -> JSONResponse:
        return answer(error, reader_language(request))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # A wrong id in the path stands for nothing: the same answer as for an id that is not there.
        problems = error.errors()
        if any(problem["loc"][:1] == ("path",) for problem in problems):
            return answer(_coded("error.not_found", 404, "not_found"), reader_language(request))
        return answer(of_validation(problems[0]), reader_language(request))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> JSONResponse:
        known = {
            404: ("error.not_found", "not_found"),
            405: ("error.method", "method_not_allowed"),
            400: ("error.bad_request", "bad_request"),
        }
        message, code = known.get(error.status_code, (str(error.detail), "refused"))
        return answer(_coded(message, error.status_code, code), reader_language(request))

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> JSONResponse:
        """Nobody reads this: the sender left in the middle of a body."""
        return answer(_coded("error.bad_request", 400, "bad_request"), reader_language(request))

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    @app.exception_handler(ConnectionError)
    async def away(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, DBAPIError) and _unkeepable(error):
            return answer(_coded("error.wrong_value", 422, "bad_field"), reader_language(request))
        log.warning("database_away", error=type(error).__name__)
        return answer(_coded("error.database_away", 503, "unavailable"), reader_language(request))

    @app.exception_handler(DBAPIError)
    async def unkept(request: Request, error: DBAPIError) -> JSONResponse:
        """The last resort for two writers in each other's way, and for a value that the database does not have: what is
        sent has been looked at.
        """
        if collided(error):
            log.warning("writers_collided", path=request.url.path, error=str(error.orig))
            return answer(_coded("error.conflict", 409, "conflict"), reader_language(request))
        if not _unkeepable(error):
            return await unexpected(request, error)
        log.warning("value_unkeepable", path=request.url.path, error=str(error.orig))
        return answer(_coded("error.wrong_value", 422, "bad_field"), reader_language(request))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", path=request.url.path, method=request.method, exc_info=error)
        return answer(_coded("error.internal", 500, "internal"), reader_language(request))


def _coded(message: str, status: int, code: str) -> HujiaoError:
    error = HujiaoError(message, code=code)
    error.status = status
    return error


def _unkeepable(error: DBAPIError) -> bool:
    cause = getattr(error.orig, "__cause__", None)
    state = getattr(error.orig, "sqlstate", None) or ""
    # The driver's own refusal of a value is a ValueError, too.
    return isinstance(cause, ValueError) or state.startswith(_NO_SUCH_VALUE)
