"""What the trust domain needs from outside: a place for keys, and rows for certificates.

The ports are split by privilege. A ``CertificateDirectory`` can only be read and holds no secret,
so every process may have one; a ``CertificateStore`` also writes; a ``KeyStore`` opens private keys
and belongs to the signer process alone.
"""

from datetime import datetime
from typing import Protocol

from sealservice.trust.model import (
    IssuedCertificate,
    KeyAlgorithm,
    KeyPurpose,
    RevocationList,
    RevocationReason,
    StoredKey,
)


class SigningKey(Protocol):
    """A private key that is open; it can sign and cannot be read."""

    @property
    def algorithm(self) -> KeyAlgorithm:
        """Return the kind of key."""
        ...

    @property
    def spki(self) -> bytes:
        """Return the DER SubjectPublicKeyInfo of the public part."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Hash with SHA-256 and sign: DER ECDSA-Sig-Value, PKCS#1 v1.5 or PSS.

        Signing the same bytes again gives the same signature (RFC 6979), but for ECDSA in a token,
        and for PSS, which has a random salt.

        Raises:
            Unavailable, TryAgain: the place of the key does not answer.
        """
        ...


class KeyStore(Protocol):
    """The place where private keys are; takes part in the caller's transaction."""

    def generate(self, purpose: KeyPurpose, algorithm: KeyAlgorithm) -> StoredKey:
        """Make a new key pair that will only ever serve ``purpose``."""
        ...

    def open(self, key_id: str, purpose: KeyPurpose) -> SigningKey:
        """Open a key for its purpose.

        Raises:
            KeyUnknown: there is no such key.
            KeyPurposeMismatch: the key was made for another purpose.
            KeyUnreadable: what is stored cannot be decrypted, or is not this key.
        """
        ...

    def list(self) -> tuple[StoredKey, ...]:
        """Return all keys, oldest first."""
        ...


class CertificateDirectory(Protocol):
    """The reading side of the certificates of this trust domain."""

    def by_unit(self, unit: str) -> IssuedCertificate | None:
        """Return the newest certificate of a unit."""
        ...

    def by_sha256(self, sha256: str) -> IssuedCertificate | None:
        """Return the certificate with this digest."""
        ...

    def by_issuer_and_serial(self, issuer_sha256: str, serial: int) -> IssuedCertificate | None:
        """Return what an issuer issued under a serial number."""
        ...

    def revoked_by(self, issuer_sha256: str) -> tuple[IssuedCertificate, ...]:
        """Return an issuer's revoked certificates, in the order of revocation."""
        ...

    def list(self) -> tuple[IssuedCertificate, ...]:
        """Return all certificates, oldest first."""
        ...

    def load_crl(self, issuer_sha256: str) -> RevocationList | None:
        """Return the newest revocation list of an issuer."""
        ...


class CertificateStore(CertificateDirectory, Protocol):
    """The writing side; joins the caller's transaction."""

    def add(self, certificate: IssuedCertificate) -> None:
        """Insert a certificate."""
        ...

    def revoke(self, sha256: str, at: datetime, reason: RevocationReason) -> None:
        """Mark a certificate revoked, for ever.

        Raises:
            CertificateUnknown: there is no such certificate.
            AlreadyRevoked: it was revoked before; the first moment and reason stand.
        """
        ...

    def save_crl(self, crl: RevocationList) -> None:
        """Keep a revocation list in place of the issuer's last one.

        Raises:
            CrlNumberNotGrown: a list with this number, or a later one, is kept already.
        """
        ...
