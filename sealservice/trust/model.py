"""Frozen data of the trust domain: stored keys, issued certificates, revocation lists."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

from cryptography import x509


class KeyPurpose(StrEnum):
    """The one thing a key may do; a key never serves a second purpose."""

    CERTIFICATE_AUTHORITY = "certificate_authority"
    """Sign certificates and revocation lists."""
    SEAL = "seal"
    """Sign as an e-seal."""
    TIMESTAMP = "timestamp"
    """Sign time-stamp tokens."""
    OCSP = "ocsp"
    """Sign answers about the status of certificates."""
    REPORT = "report"
    """Sign verification reports and their receipts."""
    LICENSE = "license"
    """Sign credentials, status lists and PDFs of licenses."""


class KeyAlgorithm(StrEnum):
    """A kind of key pair, and the one way in which it signs."""

    P256 = "p256"
    """ECDSA on NIST P-256 with SHA-256; deterministic (RFC 6979), but for keys in a token."""
    P384 = "p384"
    """As ``P256``, on NIST P-384 with SHA-384."""
    ED25519 = "ed25519"
    """EdDSA on Curve25519 (RFC 8032); deterministic. CMS digests are SHA-512 (RFC 8419 3.1)."""
    RSA2048 = "rsa2048"
    """RSA of 2048 bits, PKCS#1 v1.5 (RFC 8017 8.2) with SHA-256; deterministic."""
    RSA2048_PSS = "rsa2048-pss"
    """RSA of 2048 bits, PSS (RFC 8017 8.1) with MGF1 and SHA-256, and 32 random bytes of salt.

    The public key in a certificate is the same as without PSS (rsaEncryption, RFC 4055 1.2), so
    which of the two a key signs by is kept with the key and cannot be told from its certificate.
    """
    RSA3072 = "rsa3072"
    """As ``RSA2048``, of 3072 bits."""
    RSA3072_PSS = "rsa3072-pss"
    """As ``RSA2048_PSS``, of 3072 bits."""
    RSA4096 = "rsa4096"
    """As ``RSA2048``, of 4096 bits."""
    RSA4096_PSS = "rsa4096-pss"
    """As ``RSA2048_PSS``, of 4096 bits."""

    @property
    def rsa_bits(self) -> int | None:
        """Return the size of the modulus; None for keys of another kind."""
        return _RSA_BITS.get(self)

    @property
    def is_pss(self) -> bool:
        """Return whether an RSA key of this kind signs by PSS."""
        return self in _PSS

    @property
    def digest(self) -> str:
        """Return the digest that goes with it, in content and signature, as hashlib names it."""
        return _DIGESTS.get(self, "sha256")

    @property
    def signature(self) -> str:
        """Return the whole name of the signature algorithm, as approvals state it."""
        return _SIGNATURES[self]


_SIGNATURES: Final = {
    KeyAlgorithm.P256: "ecdsa-p256-sha256",
    KeyAlgorithm.P384: "ecdsa-p384-sha384",
    KeyAlgorithm.ED25519: "ed25519-sha512",
    KeyAlgorithm.RSA2048: "rsa2048-pkcs1-sha256",
    KeyAlgorithm.RSA2048_PSS: "rsa2048-pss-sha256-mgf1-sha256-salt32",
    KeyAlgorithm.RSA3072: "rsa3072-pkcs1-sha256",
    KeyAlgorithm.RSA3072_PSS: "rsa3072-pss-sha256-mgf1-sha256-salt32",
    KeyAlgorithm.RSA4096: "rsa4096-pkcs1-sha256",
    KeyAlgorithm.RSA4096_PSS: "rsa4096-pss-sha256-mgf1-sha256-salt32",
}
_DIGESTS: Final = {KeyAlgorithm.P384: "sha384", KeyAlgorithm.ED25519: "sha512"}
_RSA_BITS: Final = {
    KeyAlgorithm.RSA2048: 2048,
    KeyAlgorithm.RSA2048_PSS: 2048,
    KeyAlgorithm.RSA3072: 3072,
    KeyAlgorithm.RSA3072_PSS: 3072,
    KeyAlgorithm.RSA4096: 4096,
    KeyAlgorithm.RSA4096_PSS: 4096,
}
_PSS: Final = frozenset(
    {KeyAlgorithm.RSA2048_PSS, KeyAlgorithm.RSA3072_PSS, KeyAlgorithm.RSA4096_PSS}
)

PSS_SALT_BYTES: Final = 32
"""As long as the digest (RFC 4055 3.1)."""


class RevocationReason(StrEnum):
    """Why a certificate was revoked (RFC 5280 5.3.1)."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"
    AUTHORITY_COMPROMISE = "authority_compromise"
    AFFILIATION_CHANGED = "affiliation_changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation_of_operation"
    PRIVILEGE_WITHDRAWN = "privilege_withdrawn"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A private key as the key store knows it; the key itself stays inside."""

    id: str
    purpose: KeyPurpose
    algorithm: KeyAlgorithm
    location: str
    """Where the private part is: ``envelope`` for the encrypted table, ``pkcs11`` for a token."""
    spki: bytes
    """DER SubjectPublicKeyInfo of the public part."""


@dataclass(frozen=True)
class IssuedCertificate:
    """One certificate that an authority of this trust domain issued."""

    sha256: str
    """Digest of ``der``, 64 lower-case hexadecimal letters."""
    der: bytes
    unit: str
    """Name in the ceremony file; for a seal's certificate the id of its key."""
    key_id: str
    issuer_sha256: str
    """Digest of the issuer's certificate; a root's own."""
    subject: str
    """Distinguished name as in RFC 4514."""
    purpose: KeyPurpose
    algorithm: KeyAlgorithm
    """How its key signs, which the certificate alone does not tell."""
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None
    revocation_reason: RevocationReason | None = None

    @cached_property
    def x509(self) -> x509.Certificate:
        """Return the parsed certificate."""
        return x509.load_der_x509_certificate(self.der)

    @property
    def serial(self) -> int:
        """Return the serial number, a positive integer of at most 20 bytes."""
        return self.x509.serial_number

    @property
    def is_root(self) -> bool:
        """Return whether the certificate was issued by its own key."""
        return self.issuer_sha256 == self.sha256

    def is_live(self, moment: datetime) -> bool:
        """Return whether the certificate is within its validity and not revoked."""
        return self.revoked_at is None and self.not_before <= moment <= self.not_after


@dataclass(frozen=True, slots=True)
class SealSubject:
    """Whose seal a certificate is for."""

    organisation: str
    """Full name on the license, up to 64 letters."""
    uscc: str
    """Unified social credit code, 18 letters, already checked."""
    common_name: str
    """What readers of a document show; shortened in the certificate if it is long."""


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One signed CRL (RFC 5280 5); of each issuer only the newest is kept."""

    issuer_sha256: str
    der: bytes
    number: int
    """CRLNumber; grows with every list of the same issuer."""
    this_update: datetime
    next_update: datetime
