"""How a private key lies in the database: encrypted, and tied to its row.

1. The key-encryption key (KEK, 32 bytes) comes from the file ``kek`` in the home or from a setting;
   it is never in the database. Its id is a digest of it and tells which KEK a row needs.
2. Each private key (PKCS#8 DER) is encrypted with AES-256-GCM (NIST SP 800-38D) under the KEK
   directly, with a fresh random nonce of 96 bits. Keys are few, far below the 2^32 random nonces
   that one AES-GCM key bears, so a data key of its own for each would protect nothing more.
3. Id, purpose and algorithm of the key are the additional authenticated data: a ciphertext moved to
   another row, or a row given another purpose, does not open.
4. What was decrypted must be the private part of the row's public key.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealservice.trust.errors import KeyEncryptionKeyWrong, KeyUnreadable
from sealservice.trust.model import StoredKey

KEK_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ID_LETTERS: Final = 16

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class KeyEncryptionKey:
    """The key to the keys; never printed."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Return 16 hexadecimal letters that name this key and tell nothing about it."""
        digest = hashlib.sha256(b"sealservice-kek-v1\0" + self.secret)
        return digest.hexdigest()[:_ID_LETTERS]


@dataclass(frozen=True, slots=True)
class Envelope:
    """An encrypted private key."""

    wrapped: bytes
    """Ciphertext and tag."""
    nonce: bytes
    kek_id: str


def seal_envelope(kek: KeyEncryptionKey, key: StoredKey, private: PrivateKey) -> Envelope:
    """Encrypt a private key for its row."""
    plain = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    nonce = secrets.token_bytes(_NONCE_BYTES)
    wrapped = AESGCM(kek.secret).encrypt(nonce, plain, _bound_to(key))
    return Envelope(wrapped, nonce, kek.id)


def open_envelope(kek: KeyEncryptionKey, key: StoredKey, envelope: Envelope) -> PrivateKey:
    """Decrypt a private key.

    Raises:
        KeyEncryptionKeyWrong: another key-encryption key is needed.
        KeyUnreadable: the ciphertext is damaged, or is not this row's.
    """
    if envelope.kek_id != kek.id:
        raise KeyEncryptionKeyWrong(key_id=key.id, expected=envelope.kek_id, present=kek.id)
    try:
        plain = AESGCM(kek.secret).decrypt(envelope.nonce, envelope.wrapped, _bound_to(key))
        private = serialization.load_der_private_key(plain, None)
    except (InvalidTag, ValueError) as error:
        raise KeyUnreadable(key_id=key.id) from error
    if not isinstance(private, PrivateKey) or public_bytes(private) != key.spki:
        raise KeyUnreadable(key_id=key.id)
    return private


def public_bytes(private: PrivateKey) -> bytes:
    """Return the DER SubjectPublicKeyInfo of a private key's public part."""
    return private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _bound_to(key: StoredKey) -> bytes:
    return f"sealservice-key-v1|{key.id}|{key.purpose.value}|{key.algorithm.value}".encode()
