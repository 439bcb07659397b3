"""The signed report: what it says, and that others accept it and nothing else."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import import_key

from sealservice.trust.domain import chain
from sealservice.trust.errors import KeyPurposeMismatch
from sealservice.trust.model import KeyPurpose
from sealservice.verification.reports.jws import report_jws
from tests.witnesses import witness
from tests.world_trust import TrustWorld, performed

PAYLOAD = '{"verdict": "valid", "document": {"filename": "合同.pdf"}}\n'.encode()


class Registry(jws.JWSRegistry):
    """Reads headers with certificates in them, which are longer than joserfc reads by itself."""

    max_header_length = 1 << 14


def signed(world: TrustWorld) -> str:
    """Sign a report as the signer does."""
    unit = world.unit("report")
    key = world.keys.open(unit.key_id, KeyPurpose.REPORT)
    links = chain(world.certificates, unit)
    return report_jws(PAYLOAD, key, links).decode()


@pytest.mark.parametrize(
    ("ceremony", "algorithm"),
    [("demonstration", "ES256"), ("demonstration-rsa", "RS256")],
)
def test_another_library_accepts_the_report(ceremony: str, algorithm: str) -> None:
    """Another library finds the report byte by byte, under the certificate in the header."""
    world = performed(ceremony)
    unit, made = world.unit("report"), signed(world)
    pem = unit.x509.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = import_key(pem, "EC" if algorithm == "ES256" else "RSA")
    registry = Registry(algorithms=[algorithm])
    found = jws.deserialize_compact(made, key, registry=registry)
    assert found.payload == PAYLOAD
    header = found.headers()
    assert (header["kid"], header["typ"]) == (unit.sha256, "verification-report+jws")
    head, payload, signature = made.split(".")
    other = ".".join((head, payload[:-4] + "AAAA", signature))
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(other, key, registry=registry)


def test_openssl_finds_the_way_to_the_root(tmp_path: Path) -> None:
    """The certificates in the header lead to the root, which is not among them."""
    world = performed()
    header = json.loads(base64.urlsafe_b64decode(signed(world).partition(".")[0] + "=="))
    chained = [base64.b64decode(one) for one in header["x5c"]]
    root = chain(world.certificates, world.unit("report"))[-1]
    assert root.der not in chained
    files = {"leaf": chained[0], "issuer": chained[1], "root": root.der}
    for name, der in files.items():
        (tmp_path / f"{name}.pem").write_text(_pem(der))
    told = witness(
        "openssl", "verify",
        "-CAfile", str(tmp_path / "root.pem"),
        "-untrusted", str(tmp_path / "issuer.pem"),
        str(tmp_path / "leaf.pem"),
    )  # fmt: skip
    assert "OK" in told


@pytest.mark.security
def test_keys_for_reports_and_for_seals_are_never_each_other_s() -> None:
    """Neither opens as the other, and a seal's certificate is not one for reports."""
    world = performed()
    unit = world.unit("report")
    with pytest.raises(KeyPurposeMismatch):
        world.keys.open(unit.key_id, KeyPurpose.SEAL)
    with pytest.raises(KeyPurposeMismatch):
        world.keys.open(world.seal_certificate().key_id, KeyPurpose.REPORT)


def _pem(der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"
