"""Answers about the status of certificates (RFC 6960), one responder for each authority.

1. A request is malformed that is over the limit, not DER, about more than one certificate or a
   negative serial number, or has a critical extension we do not know, or a nonce that is not 1 to
   128 bytes (RFC 9654).
2. A request about another authority's certificates is unauthorized (RFC 6960 2.3).
3. Without a live responder certificate the answer is an internal error.
4. A serial number the authority issued is good or revoked; any other is unknown.
5. thisUpdate is now, rounded down to the second as our time stamps are: an answer fetched after a
   time stamp is never older than it. The nonce is repeated.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from sealservice.kernel.errors import SealserviceError
from sealservice.trust.certificates import REASON_FLAGS
from sealservice.trust.domain import TrustDomain
from sealservice.trust.errors import CertificateUnknown
from sealservice.trust.issuing_key import as_private_key, digest_of
from sealservice.trust.model import IssuedCertificate, KeyPurpose, RevocationReason
from sealservice.trust.profiles import CeremonyPlan

_log = logging.getLogger(__name__)

VALIDITY: Final = timedelta(hours=1)
"""How long an answer holds."""
_NONCE_BYTES: Final = range(1, 129)
_MALFORMED: Final = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
_NOT_A_REQUEST: Final = (
    ValueError,
    TypeError,
    NotImplementedError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library says of bytes that are no request, or one of more than one certificate."""


class _Declined(Exception):
    """The answer is a status without any certificate's state."""

    def __init__(self, status: ocsp.OCSPResponseStatus) -> None:
        super().__init__(status.name)
        self.status = status


@dataclass(frozen=True, slots=True)
class OcspResponder:
    """The responders of all authorities of a plan."""

    domain: TrustDomain
    plan: CeremonyPlan
    limit: int
    """Most bytes of a request."""

    def respond(self, authority: str, request: bytes) -> bytes:
        """Return the DER OCSPResponse to whatever was asked about an authority's certificates.

        Raises:
            CertificateUnknown: the plan has no responder for an authority of this name.
        """
        responder = self.plan.responder_of(authority)
        if responder is None:
            raise CertificateUnknown(name=authority)
        try:
            asked = _read(request, self.limit)
            with self.domain.transaction():
                answer = self._answer(authority, responder.name, asked)
        except _Declined as declined:
            answer = ocsp.OCSPResponseBuilder.build_unsuccessful(declined.status)
        except SealserviceError:
            _log.exception("the OCSP responder of %s cannot answer", authority)
            status = ocsp.OCSPResponseStatus.INTERNAL_ERROR
            answer = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
        return answer.public_bytes(serialization.Encoding.DER)

    def _answer(
        self, authority: str, responder_unit: str, asked: ocsp.OCSPRequest
    ) -> ocsp.OCSPResponse:
        issuer = self.domain.live_unit(authority)
        responder = self.domain.live_unit(responder_unit)
        _require_issuer(asked, responder.x509, issuer.x509)
        certificate = self.domain.certificates.by_issuer_and_serial(
            issuer.sha256, asked.serial_number
        )
        builder = self._status(asked, certificate).responder_id(
            ocsp.OCSPResponderEncoding.HASH, responder.x509
        )
        builder = builder.certificates([responder.x509])
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        key = self.domain.keys.open(responder.key_id, KeyPurpose.OCSP)
        return builder.sign(as_private_key(key), digest_of(key))

    def _status(
        self, asked: ocsp.OCSPRequest, certificate: IssuedCertificate | None
    ) -> ocsp.OCSPResponseBuilder:
        now = self.domain.clock().astimezone(UTC).replace(microsecond=0)
        revoked_at = certificate.revoked_at if certificate else None
        if certificate is None:
            status = ocsp.OCSPCertStatus.UNKNOWN
        elif revoked_at is None:
            status = ocsp.OCSPCertStatus.GOOD
        else:
            status = ocsp.OCSPCertStatus.REVOKED
        return ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            status,
            now,
            now + VALIDITY,
            revoked_at.astimezone(UTC).replace(microsecond=0) if revoked_at else None,
            _reason(certificate),
        )


def _reason(certificate: IssuedCertificate | None) -> x509.ReasonFlags | None:
    reason = certificate.revocation_reason if certificate else None
    return None if reason in {None, RevocationReason.UNSPECIFIED} else REASON_FLAGS[reason]


def _read(request: bytes, limit: int) -> ocsp.OCSPRequest:
    if len(request) > limit:
        raise _Declined(_MALFORMED)
    try:
        asked = ocsp.load_der_ocsp_request(request)
        _require_hash(asked.hash_algorithm)
        _require_positive(asked.serial_number)
        for extension in asked.extensions:
            _require_known(extension)
    except _NOT_A_REQUEST as error:
        raise _Declined(_MALFORMED) from error
    return asked


def _require_hash(algorithm: hashes.HashAlgorithm) -> None:
    if not isinstance(algorithm, hashes.SHA1 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        raise TypeError(algorithm.name)


def _require_positive(serial_number: int) -> None:
    if serial_number < 0:
        raise ValueError("serial numbers are positive (RFC 5280 4.1.2.2)")


def _require_known(extension: x509.Extension[x509.ExtensionType]) -> None:
    if isinstance(extension.value, x509.OCSPNonce):
        if len(extension.value.nonce) not in _NONCE_BYTES:
            raise ValueError("length of the nonce")
    elif extension.critical:
        raise ValueError("critical extension")


def _require_issuer(
    asked: ocsp.OCSPRequest, issued: x509.Certificate, issuer: x509.Certificate
) -> None:
    """Compare name and key hash with those a client forms for what the authority issued.

    RFC 6960 4.1.1: the name is hashed as it stands in the certificate asked about.
    """
    formed = ocsp.OCSPRequestBuilder().add_certificate(issued, issuer, asked.hash_algorithm).build()
    if (asked.issuer_name_hash, asked.issuer_key_hash) != (
        formed.issuer_name_hash,
        formed.issuer_key_hash,
    ):
        raise _Declined(ocsp.OCSPResponseStatus.UNAUTHORIZED)
