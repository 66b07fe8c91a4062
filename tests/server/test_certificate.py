"""A certificate that a browser believes for this machine, and an authority good for nothing else."""

import os
import socket
import ssl
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from ramkoll.model.errors import RamkollError
from ramkoll.server.certificate import (
    AUTHORITY_DAYS,
    AUTHORITY_KEY,
    LEAF_DAYS,
    checked_certificate,
    make_certificate,
)


def days_from_now(days):
    return lambda: datetime.now(UTC) + timedelta(days=days)


def greets(certificate, key, trusted, name):
    """Whether a client that trusts one authority shakes hands with a server."""
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(certificate, key)
    asks = ssl.create_default_context(cafile=trusted)
    near, far = socket.socketpair()

    def serve():
        try:
            with serves.wrap_socket(far, server_side=True) as one:
                one.recv(1)
        except OSError:
            pass  # the client hung up, and says why

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with asks.wrap_socket(near, server_hostname=name) as one:
            return one.version()
    finally:
        near.close()
        thread.join()
        far.close()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_a_client_that_trusts_the_authority_believes_the_certificate(tmp_path, name):
    made = make_certificate(tmp_path / "å")
    assert greets(made.certificate, made.key, made.authority, name) == "TLSv1.3"


def test_a_client_that_does_not_trust_it_does_not(tmp_path):
    made, other = make_certificate(tmp_path / "a"), make_certificate(tmp_path / "b")
    with pytest.raises(ssl.SSLCertVerificationError):
        greets(made.certificate, made.key, other.authority, "localhost")


def test_it_is_of_no_use_for_another_name(tmp_path):
    made = make_certificate(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        greets(made.certificate, made.key, made.authority, "bank.se")


def test_what_the_authority_signs_for_others_is_not_believed(tmp_path):
    made = make_certificate(tmp_path)
    signer: Any = load_pem_private_key((tmp_path / AUTHORITY_KEY).read_bytes(), None)
    authority: Any = x509.load_pem_x509_certificate(made.authority.read_bytes())
    key: Any = load_pem_private_key(made.key.read_bytes(), None)
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bank.se")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(minutes=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.se")]), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False
        )
        .sign(signer, hashes.SHA256())
    )
    (tmp_path / "forged.pem").write_bytes(forged.public_bytes(Encoding.PEM))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        greets(tmp_path / "forged.pem", made.key, made.authority, "bank.se")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_owner_can_read_the_keys(tmp_path):
    made = make_certificate(tmp_path / "ny")
    assert os.stat(tmp_path / "ny").st_mode & 0o777 == 0o700
    for path in (made.key, tmp_path / "ny" / AUTHORITY_KEY):
        assert os.stat(path).st_mode & 0o777 == 0o600


def test_it_lasts_for_a_short_time_and_is_renewed_without_being_trusted_anew(tmp_path):
    first = make_certificate(tmp_path)
    before = first.authority.read_bytes(), first.certificate.read_bytes()
    assert first.new_authority
    assert timedelta(days=LEAF_DAYS - 1) < checked_certificate(first.certificate, first.key)
    with pytest.raises(RamkollError, match="alltså inte nu"):
        checked_certificate(first.certificate, first.key, days_from_now(LEAF_DAYS + 1))
    with pytest.raises(RamkollError, match="alltså inte nu"):
        checked_certificate(first.certificate, first.key, days_from_now(-1))
    again = make_certificate(tmp_path, days_from_now(LEAF_DAYS))
    assert not again.new_authority
    assert again.authority.read_bytes() == before[0]
    assert again.certificate.read_bytes() != before[1]
    late = make_certificate(tmp_path, days_from_now(AUTHORITY_DAYS - 10))
    assert late.new_authority
    assert late.authority.read_bytes() != before[0]


@pytest.mark.parametrize("damage", [b"", b"skr\xe4p"])
def test_a_damaged_authority_is_replaced(tmp_path, damage):
    made = make_certificate(tmp_path)
    (tmp_path / AUTHORITY_KEY).write_bytes(damage)
    again = make_certificate(tmp_path)
    assert again.new_authority
    assert greets(made.certificate, made.key, made.authority, "localhost")


def test_files_that_cannot_be_used_are_said_in_swedish(tmp_path):
    made, other = make_certificate(tmp_path / "a"), make_certificate(tmp_path / "b")
    rubbish = tmp_path / "x.pem"
    rubbish.write_text("hej")
    for pair, says in (
        ((tmp_path / "saknas.pem", made.key), "finns inte"),
        ((made.certificate, rubbish), "går inte att läsa"),
        ((rubbish, made.key), "går inte att läsa"),
        ((made.certificate, other.key), "hör inte till"),
    ):
        with pytest.raises(RamkollError, match=says):
            checked_certificate(*pair)


def test_a_file_in_the_way_of_the_folder_is_said_in_swedish(tmp_path):
    (tmp_path / "fil").write_text("")
    with pytest.raises(RamkollError, match="går inte att skapa"):
        make_certificate(tmp_path / "fil" / "mapp")
