"""Encryption at rest: AES-256-GCM under a key of the tenant's own, derived from the installation's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hujiao.kit.errors import HujiaoError

_VERSION = b"\x01"
_NONCE = 12


class TenantSecrets:
    """Seals and opens what is private to one tenant. `purpose` is bound in: a sealed value fits one column only."""

    def __init__(self, secret_key: str, tenant_id: UUID) -> None:
        master = base64.b64decode(secret_key)
        self._cipher = AESGCM(_derived(master, tenant_id, b"hujiao tenant data"))
        self._index_key = _derived(master, tenant_id, b"hujiao tenant index")

    def seal(self, value: str, *, purpose: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, value.encode(), purpose.encode())

    def open(self, sealed: bytes, *, purpose: str) -> str:
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if sealed[:1] != _VERSION:
                raise InvalidTag
            return self._cipher.decrypt(nonce, body, purpose.encode()).decode()
        except InvalidTag:
            raise HujiaoError("error.cannot_decrypt", code="cannot_decrypt") from None

    def blind(self, value: str, *, purpose: str) -> bytes:
        """What finds an equal value without opening any: the same for equal values of one purpose and tenant alone."""
        return hmac.digest(self._index_key, f"{purpose}\0{value}".encode(), "sha256")


def _derived(master: bytes, tenant_id: UUID, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=tenant_id.bytes, info=info).derive(master)


def new_secret() -> str:
    """A secret for a cookie or a token: 256 random bits that fit in a header."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """What is stored of a random secret; it has enough entropy to need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def sip_digest(user: str, password: str, realm: str = "hujiao") -> str:
    """HA1 of SIP digest authentication (RFC 3261 asks for MD5): the registrar needs no password."""
    return hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()
