"""Lets the certificate builders of ``cryptography`` sign with a key that cannot be read.

The builders ask for a private key object and call nothing but ``sign`` and ``public_key`` on it.
These classes answer with a ``SigningKey`` behind them, wherever that is, and refuse the rest. The
signature is thereby the key store's own: ECDSA or PKCS#1 v1.5, with the key's digest. PSS keys are
refused, for the builder of OCSP answers cannot write PSS into an answer; Ed25519, for authorities
are to be verified by every reader.
"""

from typing import NoReturn, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.ports import SigningKey


def as_private_key(key: SigningKey) -> "EllipticCurveIssuingKey | RsaIssuingKey":
    """Wrap an open key for the builders of ``x509`` and ``ocsp``; sign with ``digest_of(key)``."""
    if key.algorithm.is_pss or key.algorithm is KeyAlgorithm.ED25519:
        raise TypeError(
            "a PSS or Ed25519 key signs no certificates, revocation lists or OCSP answers"
        )
    is_rsa = key.algorithm.rsa_bits is not None
    return RsaIssuingKey(key) if is_rsa else EllipticCurveIssuingKey(key)


def digest_of(key: SigningKey) -> hashes.SHA256 | hashes.SHA384:
    """Return the digest by which a key that issues signs."""
    return hashes.SHA384() if key.algorithm.digest == "sha384" else hashes.SHA256()


def _require_own_digest(key: SigningKey, algorithm: object) -> None:
    if not isinstance(algorithm, type(digest_of(key))):
        raise TypeError("a stored key signs with its own digest only")


class _StaysInside:
    """What a stored key never does: give itself away, or serve for anything but signing."""

    def _refuse(self, *_arguments: object, **_named: object) -> NoReturn:
        raise TypeError("a stored key only signs; its private part cannot be read")

    exchange = decrypt = private_numbers = private_bytes = _refuse

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, object]) -> Self:
        return self


class EllipticCurveIssuingKey(_StaysInside, ec.EllipticCurvePrivateKey):
    """A P-256 or P-384 key of a key store, as the builders see it."""

    def __init__(self, key: SigningKey) -> None:
        public = serialization.load_der_public_key(key.spki)
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise TypeError("not an elliptic curve key")
        self._key = key
        self._public = public

    def sign(
        self,
        data: bytes | bytearray | memoryview,
        signature_algorithm: ec.EllipticCurveSignatureAlgorithm,
    ) -> bytes:
        """Sign with the key store's ECDSA."""
        _require_own_digest(self._key, signature_algorithm.algorithm)
        return self._key.sign(bytes(data))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public part."""
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        """Return the curve."""
        return self._public.curve

    @property
    def key_size(self) -> int:
        """Return the size of the curve's order in bits."""
        return self._public.key_size


class RsaIssuingKey(_StaysInside, rsa.RSAPrivateKey):
    """An RSA key of a key store, as the builders see it."""

    def __init__(self, key: SigningKey) -> None:
        public = serialization.load_der_public_key(key.spki)
        if not isinstance(public, rsa.RSAPublicKey):
            raise TypeError("not an RSA key")
        self._key = key
        self._public = public

    def sign(self, data: bytes, padding: object, algorithm: object) -> bytes:
        """Sign with the key store's PKCS#1 v1.5, which is what the builders ask for."""
        del padding
        _require_own_digest(self._key, algorithm)
        return self._key.sign(data)

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public part."""
        return self._public

    @property
    def key_size(self) -> int:
        """Return the size of the modulus in bits."""
        return self._public.key_size
