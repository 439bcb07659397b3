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

What all tokens of a unit have in common is encoded once, when it is opened; imprint, serial number,
time, nonce, their digest and the signature are filled in.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from asn1crypto import core, tsp, x509

from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import SealserviceError
from sealservice.trust.domain import TrustDomain, chain
from sealservice.trust.errors import UnitMissing
from sealservice.trust.model import IssuedCertificate, KeyPurpose
from sealservice.trust.ports import SigningKey
from sealservice.trust.timestamp_query import Failure, QueryRefused, TimestampQuery, read_query
from sealservice.trust.token_frame import SignedInfo, token_frame

_log = logging.getLogger(__name__)

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
        self._policy = _policy(x509.Certificate.load(certificate.der), certificate.unit)
        encoded = self._policy.contents
        self._frame = token_frame(certificate, issuers, encoded, key.algorithm)
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
            return self._granted(accepted, self._now())
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

    def _granted(self, query: TimestampQuery, now: datetime) -> bytes:
        frame = self._frame
        tst_info = frame.tst_info(query, _serial_number(now), now)
        attributes = frame.signed_attributes(tst_info)
        signed = SignedInfo(tst_info, attributes, self._key.sign(attributes))
        return frame.granted(signed, with_certificates=query.wants_certificates)


def _policy(certificate: x509.Certificate, unit: str) -> core.ObjectIdentifier:
    policies = certificate.certificate_policies_value
    if policies is None:
        raise UnitMissing(unit=unit)
    return core.ObjectIdentifier(policies[0]["policy_identifier"].dotted)


def _serial_number(now: datetime) -> int:
    microseconds = int(now.timestamp() * 1_000_000)
    return microseconds << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)


def _rejection(failure: Failure) -> bytes:
    status = {"status": "rejection", "fail_info": {failure.value}}
    der: bytes = _Rejection({"status": status}).dump()
    return der
