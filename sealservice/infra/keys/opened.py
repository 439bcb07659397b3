"""A private key that is open in this process."""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from sealservice.infra.keys.envelope import PrivateKey
from sealservice.trust.model import PSS_SALT_BYTES, KeyAlgorithm, StoredKey

RsaPadding = padding.PKCS1v15 | padding.PSS
_PKCS1: Final = padding.PKCS1v15()
_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), PSS_SALT_BYTES)
_ECDSA: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


@dataclass(frozen=True, slots=True)
class OpenKey:
    """Implements ``SigningKey``."""

    stored: StoredKey
    private: PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> KeyAlgorithm:
        """Return the kind of key."""
        return self.stored.algorithm

    @property
    def spki(self) -> bytes:
        """Return the DER SubjectPublicKeyInfo of the public part."""
        return self.stored.spki

    def sign(self, data: bytes) -> bytes:
        """Hash with SHA-256 and sign; but for PSS, the same bytes give the same signature."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, rsa_padding(self.algorithm), hashes.SHA256())
        return self.private.sign(data, _ECDSA)


def rsa_padding(algorithm: KeyAlgorithm) -> RsaPadding:
    """Return how an RSA key of this kind pads."""
    return _PSS if algorithm.is_pss else _PKCS1


def generate_private_key(algorithm: KeyAlgorithm) -> PrivateKey:
    """Make a new private key."""
    if algorithm.rsa_bits is None:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=algorithm.rsa_bits)
