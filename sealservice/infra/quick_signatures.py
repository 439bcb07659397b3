"""Verifies signatures by algorithms that are named the same way every time.

RSA by PKCS#1 and ECDSA, with SHA-2; PSS and everything else is left to the full checks.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_HASHLESS: Final = "rsassa_pkcs1v15"
"""rsaEncryption, which leaves the hash to CMS's digest algorithm (RFC 3370 3.2)."""
_PADDING: Final = padding.PKCS1v15()

Verify = Callable[[bytes, bytes], None]
"""Takes a signature and what was signed; raises ``InvalidSignature`` when it does not hold."""


def verifier(algorithm: bytes, certificate: bytes, digest: str | None = None) -> Verify:
    """Return what verifies signatures by the key of a DER certificate.

    ``algorithm`` is the DER AlgorithmIdentifier, ``digest`` the hash that CMS names beside it.

    Raises:
        ValueError: the algorithm is for the full check, or does not fit the digest or the key.
    """
    kind, _, scheme = algos.SignedDigestAlgorithm.load(algorithm)["algorithm"].native.partition("_")
    if f"{kind}_{scheme}" == _HASHLESS and digest is not None:
        kind, scheme = digest, "rsa"
    if kind not in HASHES or digest not in (None, kind):
        raise ValueError("a hash algorithm for the full check, or two of them")
    key = x509.load_der_x509_certificate(certificate).public_key()
    if scheme == "rsa" and isinstance(key, rsa.RSAPublicKey):
        return partial(_verify_rsa, key, HASHES[kind])
    if scheme == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        return partial(_verify_ecdsa, key, ec.ECDSA(HASHES[kind]))
    raise ValueError("an algorithm for the full check, or another kind of key")


def _verify_rsa(
    key: rsa.RSAPublicKey, hashing: hashes.HashAlgorithm, signature: bytes, data: bytes
) -> None:
    key.verify(signature, data, _PADDING, hashing)


def _verify_ecdsa(
    key: ec.EllipticCurvePublicKey, by: ec.ECDSA, signature: bytes, data: bytes
) -> None:
    key.verify(signature, data, by)
