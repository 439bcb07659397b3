"""A private key that is open in this process."""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from sealservice.infra.keys.envelope import PrivateKey
from sealservice.trust.model import PSS_SALT_BYTES, KeyAlgorithm, StoredKey

RsaPadding = padding.PKCS1v15 | padding.PSS
_PKCS1: Final = padding.PKCS1v15()
_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), PSS_SALT_BYTES)
_ECDSA: Final = {
    KeyAlgorithm.P256: ec.ECDSA(hashes.SHA256(), deterministic_signing=True),
    KeyAlgorithm.P384: ec.ECDSA(hashes.SHA384(), deterministic_signing=True),
}
_CURVES: Final = {KeyAlgorithm.P256: ec.SECP256R1(), KeyAlgorithm.P384: ec.SECP384R1()}


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
        """Hash and sign; but for PSS, the same bytes give the same signature."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, rsa_padding(self.algorithm), hashes.SHA256())
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(data)
        return self.private.sign(data, _ECDSA[self.algorithm])


def rsa_padding(algorithm: KeyAlgorithm) -> RsaPadding:
    """Return how an RSA key of this kind pads."""
    return _PSS if algorithm.is_pss else _PKCS1


def generate_private_key(algorithm: KeyAlgorithm) -> PrivateKey:
    """Make a new private key."""
    if algorithm is KeyAlgorithm.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm.rsa_bits is None:
        return ec.generate_private_key(_CURVES[algorithm])
    return rsa.generate_private_key(public_exponent=65537, key_size=algorithm.rsa_bits)
