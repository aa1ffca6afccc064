"""Errors that a person may read: what happened, which field, what would be right."""

from __future__ import annotations

from typing import Any


class HujiaoError(Exception):
    """An expected failure with a stable code and a sentence for a person.

    `message` is a key of the language files when it is one of theirs, else the sentence itself; `detail` fills its
    places.
    """

    status = 400
    code = "bad_request"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        code: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or type(self).code
        self.detail = detail or {}


class BadField(HujiaoError):
    status, code = 422, "bad_field"


class NotFound(HujiaoError):
    status, code = 404, "not_found"


class NotSignedIn(HujiaoError):
    status, code = 401, "not_signed_in"


class Forbidden(HujiaoError):
    status, code = 403, "forbidden"


class Conflict(HujiaoError):
    status, code = 409, "conflict"


class Throttled(HujiaoError):
    status, code = 429, "throttled"


class Unavailable(HujiaoError):
    status, code = 503, "unavailable"


class NobodyThere(Unavailable):
    """It was not even begun: asking again does no harm."""
