"""A certificate for this machine, signed by an authority of its own that can sign for nothing else.

Excel shows a pane only over HTTPS with a certificate that Windows trusts. IT trusts the authority
once; it is bound by name constraints to this machine, so that its key is of no use to anybody else.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ramkoll.model.errors import RamkollError
from ramkoll.server.settings import private_folder

AUTHORITY_DAYS, LEAF_DAYS = 365, 90
AUTHORITY, AUTHORITY_KEY = "ramkoll-utfardare.pem", "ramkoll-utfardare-nyckel.pem"
CERTIFICATE, KEY = "localhost.pem", "localhost-nyckel.pem"
NAME = "Ramkoll utvecklingsutfärdare"
_ADDRESSES = ("127.0.0.1", "::1")
_EARLIER = timedelta(minutes=5)  # a clock that is a little behind


@dataclass(frozen=True)
class Made:
    """The files of a certificate. ``new_authority`` says that it must be trusted anew."""

    authority: Path
    certificate: Path
    key: Path
    new_authority: bool
    authority_until: datetime
    until: datetime
    fingerprint: str


def _now() -> datetime:
    return datetime.now(UTC)


def make_certificate(folder: Path, now: Callable[[], datetime] = _now) -> Made:
    """Make a certificate for localhost; the authority there is used again while it lasts.

    Raises RamkollError when the folder cannot be written or holds something else.
    """
    private_folder(folder)
    at = now()
    try:
        kept = _kept_authority(folder, at)
        authority, signer = kept or _new_authority(at)
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _leaf(key.public_key(), authority, signer, at)
        if kept is None:
            _write(folder / AUTHORITY_KEY, _pem(signer), private=True)
            _write(folder / AUTHORITY, authority.public_bytes(Encoding.PEM))
        _write(folder / KEY, _pem(key), private=True)
        _write(folder / CERTIFICATE, leaf.public_bytes(Encoding.PEM))
    except OSError as error:
        raise RamkollError(
            f"Certifikatet går inte att skriva ({error.strerror}).",
            where=str(folder),
            todo="Ange en mapp som du får skriva i med --out.",
        ) from error
    return Made(
        authority=folder / AUTHORITY,
        certificate=folder / CERTIFICATE,
        key=folder / KEY,
        new_authority=kept is None,
        authority_until=authority.not_valid_after_utc,
        until=leaf.not_valid_after_utc,
        fingerprint=authority.fingerprint(hashes.SHA1()).hex().upper(),
    )


def checked_certificate(
    certificate: Path, key: Path, now: Callable[[], datetime] = _now
) -> timedelta:
    """How long a certificate is still valid. RamkollError when it cannot be used."""
    for path in (certificate, key):
        if not path.is_file():
            raise RamkollError(
                "Filen med certifikat eller nyckel finns inte.",
                where=str(path),
                todo="Skapa ett certifikat med ramkoll certificate, eller ange dina egna filer "
                "med --certificate och --key.",
            )
    try:
        leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
        loaded = load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise RamkollError(
            "Certifikatet eller nyckeln går inte att läsa.",
            where=f"{certificate.name}, {key.name}",
            expected="PEM-filer, nyckeln utan lösenord",
            todo="Ange rätt filer, eller skapa nya med ramkoll certificate.",
        ) from error
    if loaded.public_key() != leaf.public_key():
        raise RamkollError(
            "Nyckeln hör inte till certifikatet.",
            where=f"{certificate.name}, {key.name}",
            todo="Ange filer som hör ihop, eller skapa nya med ramkoll certificate.",
        )
    left = leaf.not_valid_after_utc - now()
    if left <= timedelta(0) or leaf.not_valid_before_utc > now():
        raise RamkollError(
            f"Certifikatet gäller {leaf.not_valid_before_utc:%Y-%m-%d} till "
            f"{leaf.not_valid_after_utc:%Y-%m-%d}, och alltså inte nu.",
            where=certificate.name,
            todo="Förnya det med ramkoll certificate.",
        )
    return left


Key = ec.EllipticCurvePrivateKey


def _kept_authority(folder: Path, at: datetime) -> tuple[x509.Certificate, Key] | None:
    """The authority that was made before, while it can still sign."""
    if not (folder / AUTHORITY).exists() or not (folder / AUTHORITY_KEY).exists():
        return None
    try:
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        key = load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), None)
    except (ValueError, TypeError):
        return None
    if not isinstance(key, Key) or key.public_key() != authority.public_key():
        return None
    long_enough = authority.not_valid_after_utc - at > timedelta(days=LEAF_DAYS)
    return (authority, key) if long_enough else None


def _new_authority(at: datetime) -> tuple[x509.Certificate, Key]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{NAME} {at:%Y-%m-%d}")])
    addresses = [x509.IPAddress(ipaddress.ip_network(each)) for each in _ADDRESSES]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLIER)
        .not_valid_after(at + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.NameConstraints([x509.DNSName("localhost"), *addresses], None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _leaf(
    public: ec.EllipticCurvePublicKey, authority: x509.Certificate, signer: Key, at: datetime
) -> x509.Certificate:
    addresses = [x509.IPAddress(ipaddress.ip_address(each)) for each in _ADDRESSES]
    issuer = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .issuer_name(authority.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLIER)
        .not_valid_after(min(at + timedelta(days=LEAF_DAYS), authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False
        )
        .sign(signer, hashes.SHA256())
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file as a whole; a key is never readable by others, not even for a moment."""
    new = path.with_name(f"{path.name}.ny")
    new.unlink(missing_ok=True)
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
    with os.fdopen(file, "wb") as out:
        out.write(content)
    new.replace(path)
