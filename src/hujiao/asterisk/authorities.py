"""The certificates that vouch for carriers: those that the machine's system trusts, and those of the trunks.

Asterisk reads the file at each connection that it makes; a change needs no reload.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FILE = "carrier_authorities.pem"
SYSTEM = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pki/tls/certs/ca-bundle.crt"))


def write(folder: Path, own: Iterable[str]) -> None:
    system = next((file.read_text("utf-8") for file in SYSTEM if file.is_file()), "")
    path, temporary = folder / FILE, folder / f".{FILE}.new"
    temporary.write_text("\n".join([system, *sorted(set(own))]), "utf-8")
    temporary.replace(path)
