"""A time-stamping authority (RFC 3161, RFC 5816, ETSI EN 319 422).

For each query:

1. ``timestamp_query`` refuses what is not acceptable; the answer names the failure.
2. Without a clock inside the validity of our certificate there is no time: timeNotAvailable.
3. The token repeats imprint and nonce, names our policy, and gives the time in whole seconds,
   rounded down, with an accuracy of one second. Its serial number is the time in microseconds
   followed by 64 random bits: positive, unique, and an INTEGER in its shortest form.
4. The signed attributes are content-type, message-digest and signing-certificate-v2 (RFC 5035),
   sorted as DER wants. Certificates are added when they were asked for, the root never.

``respond`` answers everything, also garbage; a key that cannot sign is a systemFailure.
"""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from asn1crypto import algos, cms, core, tsp, x509

from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import SealserviceError
from sealservice.trust.domain import TrustDomain, chain
from sealservice.trust.errors import UnitMissing
from sealservice.trust.model import IssuedCertificate, KeyPurpose
from sealservice.trust.ports import SigningKey
from sealservice.trust.signature_algorithms import signature_algorithm
from sealservice.trust.timestamp_query import Failure, QueryRefused, TimestampQuery, read_query

_log = logging.getLogger(__name__)

_ACCURACY_SECONDS: Final = 1
_RANDOM_BITS: Final = 64


class _Rejection(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A TimeStampResp without token, which asn1crypto's own class does not know to be optional."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo)]


def open_timestamp_authority(domain: TrustDomain, unit: str, limit: int) -> "TimestampAuthority":
    """Open the key of a time-stamping unit; queries may have up to ``limit`` bytes.

    Raises:
        UnitMissing: there is no such unit, or no policy in its certificate.
        KeyPurposeMismatch: the unit is not one for time stamps.
    """
    with domain.transaction():
        certificate = domain.live_unit(unit)
        issuers = chain(domain.certificates, certificate)[1:]
        key = domain.keys.open(certificate.key_id, KeyPurpose.TIMESTAMP)
    return TimestampAuthority(key, certificate, issuers, domain.clock, limit)


class TimestampAuthority:
    """One time-stamping unit with its key open."""

    def __init__(
        self,
        key: SigningKey,
        certificate: IssuedCertificate,
        issuers: Sequence[IssuedCertificate],
        clock: Clock,
        limit: int,
    ) -> None:
        self._key = key
        self._certificate = certificate
        self._parsed = x509.Certificate.load(certificate.der)
        self._policy = _policy(self._parsed, certificate.unit)
        self._added = [self._parsed] + [
            x509.Certificate.load(issuer.der) for issuer in issuers if not issuer.is_root
        ]
        self._clock = clock
        self._limit = limit

    @property
    def policy(self) -> str:
        """Return the object identifier of the policy in every token."""
        dotted: str = self._policy.dotted
        return dotted

    def respond(self, query: bytes) -> bytes:
        """Return the DER TimeStampResp to whatever came; never raises for bad input."""
        try:
            accepted = read_query(query, self._policy.contents, self._limit)
            return _granted(self._token(accepted, self._now()))
        except QueryRefused as refusal:
            return _rejection(refusal.failure)
        except SealserviceError:
            _log.exception("the time-stamping unit %s cannot sign", self._certificate.unit)
            return _rejection(Failure.SYSTEM_FAILURE)

    def _now(self) -> datetime:
        now = self._clock().astimezone(UTC)
        if not self._certificate.is_live(now):
            raise QueryRefused(Failure.TIME_NOT_AVAILABLE)
        return now

    def _token(self, query: TimestampQuery, now: datetime) -> cms.ContentInfo:
        content = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": self._policy,
                "message_imprint": tsp.MessageImprint.load(query.imprint),
                "serial_number": _serial_number(now),
                "gen_time": now.replace(microsecond=0),
                "accuracy": tsp.Accuracy({"seconds": _ACCURACY_SECONDS}),
                "nonce": query.nonce,
            }
        ).dump()
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [_sha256()],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(content),
                },
                "signer_infos": [self._signer_info(content)],
            }
        )
        if query.wants_certificates:
            signed["certificates"] = self._added
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def _signer_info(self, content: bytes) -> cms.SignerInfo:
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("message_digest", hashlib.sha256(content).digest()),
                _attribute("signing_certificate_v2", self._signing_certificate()),
            ]
        )
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier("issuer_and_serial_number", self._issuer_and_serial()),
                "digest_algorithm": _sha256(),
                "signed_attrs": attributes,
                "signature_algorithm": signature_algorithm(self._key.algorithm),
                "signature": self._key.sign(attributes.dump()),
            }
        )

    def _issuer_and_serial(self) -> cms.IssuerAndSerialNumber:
        return cms.IssuerAndSerialNumber(
            {"issuer": self._parsed.issuer, "serial_number": self._parsed.serial_number}
        )

    def _signing_certificate(self) -> tsp.SigningCertificateV2:
        """Return ESSCertIDv2 with SHA-256, its default, and issuer and serial (RFC 5035 4)."""
        directory = x509.GeneralName("directory_name", self._parsed.issuer)
        identifier = tsp.ESSCertIDv2(
            {
                "cert_hash": hashlib.sha256(self._certificate.der).digest(),
                "issuer_serial": {
                    "issuer": [directory],
                    "serial_number": self._parsed.serial_number,
                },
            }
        )
        return tsp.SigningCertificateV2({"certs": [identifier]})


def _policy(certificate: x509.Certificate, unit: str) -> core.ObjectIdentifier:
    policies = certificate.certificate_policies_value
    if policies is None:
        raise UnitMissing(unit=unit)
    return core.ObjectIdentifier(policies[0]["policy_identifier"].dotted)


def _sha256() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()})


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _serial_number(now: datetime) -> int:
    microseconds = int(now.timestamp() * 1_000_000)
    return microseconds << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)


def _granted(token: cms.ContentInfo) -> bytes:
    return _dumped(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}))


def _rejection(failure: Failure) -> bytes:
    return _dumped(_Rejection({"status": {"status": "rejection", "fail_info": {failure.value}}}))


def _dumped(answer: core.Sequence) -> bytes:
    der: bytes = answer.dump()
    return der
