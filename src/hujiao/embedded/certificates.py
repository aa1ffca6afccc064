"""HTTPS on a local network from the first minute: an own authority, and a certificate for the address."""

from __future__ import annotations

import datetime
import ipaddress
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hujiao.embedded.problem import Problem

AUTHORITY, AUTHORITY_KEY = "authority.pem", "authority-key.pem"
CERTIFICATE, KEY = "certificate.pem", "key.pem"
_AUTHORITY_DAYS = 3650
_DAYS = 397  # browsers refuse longer ones
_RENEW_DAYS = 30


def ensure(folder: Path, address: str, now: datetime.datetime) -> bool:
    """Make what is missing, expiring or for another address; True when the certificate is new."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, authority_key = _authority(folder, now)
    path = folder / CERTIFICATE
    if path.exists() and (folder / KEY).exists():
        held = x509.load_pem_x509_certificate(path.read_bytes())
        fresh = held.not_valid_after_utc - now > datetime.timedelta(days=_RENEW_DAYS)
        if fresh and held.issuer == authority.subject and _names(address) == _names_of(held):
            return False
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address[:64])]), key, now, _DAYS)
        .issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names(address)), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _write_key(folder / KEY, key)
    # The authority after the certificate: a client that trusts the authority gets the whole chain.
    _write(path, certificate.public_bytes(serialization.Encoding.PEM) + (folder / AUTHORITY).read_bytes())
    return True


def check(certificate: Path, key: Path, address: str, now: datetime.datetime) -> None:
    """Refuse an operator's own pair with which no browser would open the address."""
    try:
        leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except ValueError as error:
        raise Problem(f"--cert: {certificate} is no certificate in PEM form ({error}).") from error
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except TypeError as error:
        raise Problem(f"--key: {key} is protected by a password. Give the key without one.") from error
    except ValueError as error:
        raise Problem(f"--key: {key} is no private key in PEM form.") from error
    if private.public_key() != leaf.public_key():
        raise Problem(f"--key: {key} is not the key of the certificate {certificate}.")
    if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
        raise Problem(
            f"--cert: {certificate} is valid from {leaf.not_valid_before_utc:%Y-%m-%d} to "
            f"{leaf.not_valid_after_utc:%Y-%m-%d}, not now."
        )
    try:
        names = [str(name.value) for name in _names_of(leaf)]
    except x509.ExtensionNotFound:
        names = []
    if not any(_covers(name.lower(), address.lower()) for name in names):
        raise Problem(
            f"--cert: {certificate} is for {', '.join(names) or 'no address'}, not for {address}. Say by --address by "
            "which of its names others reach this machine."
        )


def _covers(name: str, address: str) -> bool:
    return name == address or (name.startswith("*.") and name[1:] == address[address.find(".") :])


def _names(address: str) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = []
    for name in dict.fromkeys([address, "localhost", socket.gethostname(), "127.0.0.1"]):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            names.append(x509.DNSName(name))
    return names


def _names_of(certificate: x509.Certificate) -> list[x509.GeneralName]:
    return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def _authority(folder: Path, now: datetime.datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path, key_path = folder / AUTHORITY, folder / AUTHORITY_KEY
    if path.exists() and key_path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return x509.load_pem_x509_certificate(path.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"hujiao on {socket.gethostname()}"[:64])])
    certificate = (
        _builder(name, key, now, _AUTHORITY_DAYS)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
 key_encipherment=False,
                data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    _write_key(key_path, key)
    _write(path, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _builder(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(data)
    temporary.replace(path)
