"""What anybody may read: whether the API works, and how to trust this installation's certificate."""

from __future__ import annotations

from typing import Annotated

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from hujiao import __version__
from hujiao.app.http.access import parts_of
from hujiao.app.http.parts import Parts
from hujiao.app.http.work import State

router = APIRouter(tags=["public"])

AUTHORITY = "authority.pem"
_Parts = Annotated[Parts, Depends(parts_of)]


class Health(BaseModel):
    """`ok`: all of it works. The status is 503 only when the API itself does not: load balancers look at that."""

    ok: bool
    version: str
    parts: dict[str, State]


class Trust(BaseModel):
    """`authority` is false under the operator's own certificate, or plain http: there is nothing to trust then."""

    https: bool
    authority: bool
    fingerprint_sha256: str | None
    certificate_url: str | None
    web_url: str


@router.get("/health", name="health", responses={503: {"model": Health}})
async def health(parts: _Parts) -> JSONResponse:
    able = parts.bus.client.is_connected
    try:
        async with parts.database.lookup() as session:
            await session.execute(text("SELECT 1"))
    except Exception:
        able = False
    own: State = "well" if able else "impaired"
    states = {"api": own, **await parts.work.states()}
    whole = all(state == "well" for state in states.values())
    found = Health(ok=whole, version=__version__, parts=states)
    return JSONResponse(found.model_dump(), status_code=200 if able else 503)


async def health_alone(request: Request) -> Response:
    """The same at /health, where load balancers look."""
    return await health(parts_of(request))


def _authority(parts: Parts) -> bytes | None:
    """The local authority's certificate, if this installation serves under it."""
    certificate = parts.settings.tls_cert
    if certificate is None or not certificate.is_relative_to(parts.settings.home):
        return None
    path = certificate.parent / AUTHORITY
    return path.read_bytes() if path.is_file() else None


@router.get("/trust", name="trust")
async def trust(parts: _Parts) -> Trust:
    pem = _authority(parts)
    fingerprint = x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex(":").upper() if pem else None
    return Trust(
        https=parts.settings.tls_cert is not None,
        authority=pem is not None,
        fingerprint_sha256=fingerprint,
        certificate_url="/ca.pem" if pem else None,
        web_url=parts.settings.web_url,
    )


async def certificate(request: Request) -> Response:
    parts = parts_of(request)
    if _authority(parts) is None or parts.settings.tls_cert is None:
        raise HTTPException(404)
    return FileResponse(
        parts.settings.tls_cert.parent / AUTHORITY,
        media_type="application/x-x509-ca-cert",
        filename="hujiao-ca.pem",
        headers={"cache-control": "no-cache"},
    )
