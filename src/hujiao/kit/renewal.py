"""A certificate that is renewed in its place, by whoever renews it: noticed, so that nothing has to be started anew."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

EVERY_SECONDS = 10.0


class Renewal:
    """The files of a certificate and its key, as they were last taken into use."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._used = self._content()

    def due(self) -> bool:
        """Says once that the files are others, and fit together: between two writes they may not."""
        content = self._content()
        if not content or content == self._used:
            return False
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*self._files)
        except (OSError, ssl.SSLError):
            return False
        self._used = content
        return True

    def _content(self) -> bytes:
        try:
            return hashlib.sha256(b"\0".join(file.read_bytes() for file in self._files)).digest()
        except OSError:
            return b""
