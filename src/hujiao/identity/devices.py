"""Known devices: a browser keeps, signed, for which accounts somebody signed in on it. Pure but for a new device's id.

The cookie is no sign-in: it only has tries of its own (`throttle.py`). It says nothing of which accounts they are.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MOST_ACCOUNTS = 10  # of one browser: seats are shared by shifts
_FORM = re.compile(r"[A-Za-z0-9_-]{22}(\.[A-Za-z0-9_-]{22})*")


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    marks: tuple[str, ...] = ()


class Devices:
    def __init__(self, secret_key: str) -> None:
        master = base64.b64decode(secret_key)
        self._key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hujiao known devices").derive(master)

    def known(self, cookie: str | None, account: str) -> str | None:
        """The device's id if somebody has signed in as this account on it."""
        device = _read(cookie)
        mark = self._mark(device.id, account)
        return device.id if any(hmac.compare_digest(mark, one) for one in device.marks) else None

    def remember(self, cookie: str | None, account: str) -> str:
        """The cookie with this account, too."""
        device = _read(cookie)
        mark = self._mark(device.id, account)
        marks = [mark, *(one for one in device.marks if one != mark)]
        return ".".join([device.id, *marks[:MOST_ACCOUNTS]])

    def _mark(self, device: str, account: str) -> str:
        return _text(hmac.digest(self._key, f"{device}\n{account}".encode(), hashlib.sha256)[:16])


def _read(cookie: str | None) -> Device:
    """What the cookie says; a new device without one."""
    if cookie and len(cookie) < 1000 and _FORM.fullmatch(cookie):
        identity, *marks = cookie.split(".")
        return Device(identity, tuple(marks[:MOST_ACCOUNTS]))
    return Device(_text(secrets.token_bytes(16)))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
