"""Signature values that the library refuses are verified, and broken ones are still broken."""

import hashlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
from asn1crypto import cms, keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealservice.verification.signature_values import is_peculiar, peculiar_holds

CONTENT = b"Amount: 100"
DIGEST = hashlib.sha256(CONTENT).digest()
PLAIN_ECDSA_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"
ATTRIBUTES = cms.CMSAttributes(
    [
        {"type": "message_digest", "values": [DIGEST]},
        {"type": "content_type", "values": ["data"]},
    ]
)


def signer_info(algorithm: str, value: bytes) -> cms.SignerInfo:
    """Make a SignerInfo, with attributes in the order in which they stand."""
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"subject_key_identifier": b"1"}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": ATTRIBUTES,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": value,
        }
    )


def owner(key: keys.PublicKeyInfo) -> x509.Certificate:
    """Return what stands for a certificate with that key."""
    return cast("x509.Certificate", SimpleNamespace(public_key=key))


def plain() -> tuple[cms.SignerInfo, x509.Certificate]:
    """Sign by plain ECDSA."""
    key = ec.generate_private_key(ec.SECP256R1())
    signed = key.sign(ATTRIBUTES.dump(), ec.ECDSA(hashes.SHA256()))
    value = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signed))
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return signer_info(PLAIN_ECDSA_SHA256, value), owner(keys.PublicKeyInfo.load(spki))


def negative() -> tuple[cms.SignerInfo, x509.Certificate]:
    """Sign by RSA, under a certificate that writes the modulus as a negative number."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    value = key.sign(ATTRIBUTES.dump(), padding.PKCS1v15(), hashes.SHA256())
    modulus = key.public_key().public_numbers().n - (1 << 2048)
    public = keys.RSAPublicKey({"modulus": modulus, "public_exponent": 65537})
    info = keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": public})
    return signer_info("rsassa_pkcs1v15", value), owner(info)


@pytest.mark.parametrize("kind", [plain, negative])
def test_a_peculiar_value_holds_over_what_was_signed(
    kind: Callable[[], tuple[cms.SignerInfo, x509.Certificate]],
) -> None:
    """It verifies, and does not over other content or with another value."""
    signer, certificate = kind()
    assert is_peculiar(signer, certificate)
    assert peculiar_holds(signer, certificate, DIGEST)
    assert not peculiar_holds(signer, certificate, hashlib.sha256(b"Amount: 999").digest())
    signer["signature"] = bytes(reversed(signer["signature"].native))
    assert not peculiar_holds(signer, certificate, DIGEST)
