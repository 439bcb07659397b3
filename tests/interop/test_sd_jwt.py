"""Credentials of licenses, verified by ``@sd-jwt/sd-jwt-vc`` in Node.js."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sealservice.licenses.model import LicenseStatus, face_to_json
from sealservice.trust.domain import chain
from tests.world_credentials import CredentialWorld

pytestmark = pytest.mark.interop

FOLDER = Path(__file__).parent / "sd_jwt"
NODE = Path(sys.executable).with_name("node")


def judged(world: CredentialWorld, credential: str) -> dict[str, Any]:
    """Ask the other software."""
    issuer = chain(world.trust.certificates, world.trust.unit("license"))[0]
    key = x509.load_der_x509_certificate(issuer.der).public_key()
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    given = {"credential": credential, "list": world.signing.status_list(0), "key": pem.decode()}
    ran = subprocess.run(
        [NODE, "verify.mjs"], cwd=FOLDER, input=json.dumps(given), capture_output=True,
        text=True, check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_others_accept_our_credential_and_refuse_it_once_revoked() -> None:
    """All lines of the face are read; after suspension and revocation it is refused."""
    world = CredentialWorld()
    credential = world.credential()
    payload = judged(world, credential)["payload"]
    face = face_to_json(world.license.face)
    assert {name: payload[name] for name in face} == face
    assert payload["cnf"]["jwk"] == world.jwk
    spoilt = credential.replace(".", ".A", 1)
    assert "refused" in judged(world, spoilt)
    for status in (LicenseStatus.SUSPENDED, LicenseStatus.REVOKED):
        world.licenses.set_status(world.license.id, status)
        assert "tatus" in judged(world, credential)["refused"]
