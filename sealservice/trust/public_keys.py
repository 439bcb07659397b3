"""Whether a signature holds under the key of a certificate, by the algorithms that our keys use."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from sealservice.trust.model import PSS_SALT_BYTES, KeyAlgorithm

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
}
_KEYS_KEPT: Final = 1024
Verify = Callable[[bytes, bytes], None]
"""Takes a signature and what was signed."""


def require_signed(
    certificate: bytes, algorithm: KeyAlgorithm, signature: bytes, data: bytes
) -> None:
    """Require that a signature over data holds under the key of a DER certificate.

    Raises:
        InvalidSignature.
        ValueError: the key is not of the algorithm.
    """
    _verifier(certificate, algorithm)(signature, data)


@lru_cache(maxsize=_KEYS_KEPT)
def _verifier(certificate: bytes, algorithm: KeyAlgorithm) -> Verify:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, ed25519.Ed25519PublicKey) and algorithm is KeyAlgorithm.ED25519:
        return key.verify
    hashed = _HASHES[algorithm.digest]
    if isinstance(key, rsa.RSAPublicKey) and algorithm.rsa_bits == key.key_size:
        return _by_rsa(key, algorithm, hashed)
    if isinstance(key, ec.EllipticCurvePublicKey) and algorithm.rsa_bits is None:
        by = ec.ECDSA(hashed)
        return lambda signature, data: key.verify(signature, data, by)
    raise ValueError("a key of another algorithm")


def _by_rsa(key: rsa.RSAPublicKey, algorithm: KeyAlgorithm, hashed: hashes.HashAlgorithm) -> Verify:
    pss = padding.PSS(padding.MGF1(hashed), PSS_SALT_BYTES)
    padded: padding.PSS | padding.PKCS1v15 = pss if algorithm.is_pss else padding.PKCS1v15()
    return lambda signature, data: key.verify(signature, data, padded, hashed)
