"""Revocation status answers that a document embeds, and only authentic ones.

1. A CRL counts when the issuer of the certificate signed it.
2. An OCSP answer counts when it is about this certificate of this issuer, and the issuer signed
   it, or a responder whose certificate the issuer signed for that purpose (RFC 6960 4.2.2.2).
3. Freshness is not judged here, so that facts stay facts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import new as new_hash
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from sealservice.verification.grounds import Material

_REMEMBERED: Final = 128
BROKEN: Final = (
    ValueError,
    TypeError,
    OverflowError,
    NotImplementedError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises on certificates and answers that are not as they should be."""


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What an authority says about one certificate."""

    source: str
    """``ocsp`` or ``crl``."""
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None
    """None: good."""

    def is_in_force(self, moment: datetime) -> bool:
        """Return whether the answer was current at a moment."""
        return self.this_update <= moment <= (self.next_update or self.this_update)


@lru_cache(_REMEMBERED)
def answers_for(
    certificate: x509.Certificate, issuer: x509.Certificate, material: Material
) -> tuple[StatusAnswer, ...]:
    """Return all authentic answers about a certificate, oldest first.

    Several of a file's signatures ask the same, and each several times: the answers are remembered.
    """
    found = [
        *_from_crls(certificate, issuer, material.crls),
        *_from_ocsps(certificate, issuer, material.ocsps),
    ]
    return tuple(sorted(found, key=lambda answer: answer.this_update))


def needs_no_status(certificate: x509.Certificate) -> bool:
    """Return whether a responder's certificate says that its own status is not asked."""
    return any(isinstance(e.value, x509.OCSPNoCheck) for e in certificate.extensions)


def names_status_source(certificate: x509.Certificate) -> bool:
    """Return whether a certificate says where its status can be asked."""
    values = [extension.value for extension in certificate.extensions]
    addresses = [v for v in values if isinstance(v, x509.AuthorityInformationAccess)]
    responders = (a.access_method for address in addresses for a in address)
    return AuthorityInformationAccessOID.OCSP in responders or any(
        isinstance(value, x509.CRLDistributionPoints) for value in values
    )


def _from_crls(
    certificate: x509.Certificate, issuer: x509.Certificate, ders: Iterable[bytes]
) -> Iterator[StatusAnswer]:
    for der in ders:
        try:
            crl = x509.load_der_x509_crl(der)
            if crl.issuer != certificate.issuer:
                continue
            if not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                continue
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            revoked = entry.revocation_date_utc if entry else None
            yield StatusAnswer("crl", crl.last_update_utc, crl.next_update_utc, revoked)
        except BROKEN:
            continue


def _from_ocsps(
    certificate: x509.Certificate, issuer: x509.Certificate, ders: Iterable[bytes]
) -> Iterator[StatusAnswer]:
    for der in ders:
        try:
            answer = ocsp.load_der_ocsp_response(der)
            if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                continue
            if _is_authentic(answer, issuer):
                yield from _singles(answer, certificate, issuer)
        except BROKEN:
            continue


def _singles(
    answer: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> Iterator[StatusAnswer]:
    for single in answer.responses:
        name = _hash(single.hash_algorithm.name, issuer.subject.public_bytes())
        if single.serial_number != certificate.serial_number or single.issuer_name_hash != name:
            continue
        if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            continue
        yield StatusAnswer(
            "ocsp",
            single.this_update_utc,
            single.next_update_utc,
            single.revocation_time_utc,
        )


def _hash(name: str, data: bytes) -> bytes:
    return new_hash(name, data).digest()


def _is_authentic(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    return any(_signed(answer, signer) for signer in _responders(answer, issuer))


def _responders(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> Iterator[x509.Certificate]:
    yield issuer
    for candidate in answer.certificates:
        if _may_answer(candidate) and _issued_by(candidate, issuer):
            yield candidate


def _may_answer(candidate: x509.Certificate) -> bool:
    try:
        usage = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _issued_by(candidate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        candidate.verify_directly_issued_by(issuer)
    except BROKEN:
        return False
    return True


def _signed(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key = signer.public_key()
    signature, data, digest = (
        answer.signature,
        answer.tbs_response_bytes,
        answer.signature_hash_algorithm,
    )
    try:
        if isinstance(key, rsa.RSAPublicKey) and digest:
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and digest:
            key.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, data)
        else:
            return False
    except BROKEN:
        return False
    return True
