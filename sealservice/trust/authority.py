"""Issues certificates by the profiles of a plan; every one leaves an audit fact."""

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonValue
from sealservice.trust.certificates import (
    CertificateTemplate,
    difference,
    seal_template,
    sign_certificate,
    unit_template,
)
from sealservice.trust.domain import TrustDomain
from sealservice.trust.errors import KeyPurposeMismatch, UnitDiffers
from sealservice.trust.model import (
    IssuedCertificate,
    KeyAlgorithm,
    KeyPurpose,
    SealSubject,
    StoredKey,
)
from sealservice.trust.profiles import CeremonyPlan, Unit

_ATTRIBUTE_NAMES: Final = {NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier"}


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """All authorities of one plan. Its methods join the caller's transaction."""

    domain: TrustDomain
    plan: CeremonyPlan

    @property
    def seal_algorithm(self) -> KeyAlgorithm:
        """Return the kind of key that a seal is to have."""
        return self.plan.seal_profile.algorithm

    def issue_seal_certificate(
        self, subject: SealSubject, key: StoredKey, actor: Actor
    ) -> IssuedCertificate:
        """Issue the certificate of a seal to one of our own seal keys.

        Raises:
            KeyPurposeMismatch: the key was not made for a seal.
            SubjectInvalid: the organisation's name does not fit.
            UnitMissing: the issuing authority is not there or not live.
        """
        _require_purpose(key, KeyPurpose.SEAL)
        template = seal_template(self.plan, subject, self.domain.public_url)
        return self._issue(template, key, key.id, self.plan.seal_issuer, actor)

    def issue_unit(self, unit: Unit, key: StoredKey, actor: Actor) -> IssuedCertificate:
        """Issue a unit's certificate; a root's key signs its own.

        Raises:
            KeyPurposeMismatch: the key was made for another purpose than the unit's.
            UnitMissing: the issuing authority is not there or not live.
        """
        _require_purpose(key, unit.profile.purpose)
        template = unit_template(self.plan, unit, self.domain.public_url)
        return self._issue(template, key, unit.name, unit.issuer, actor)

    def require_same(self, unit: Unit, certificate: IssuedCertificate) -> None:
        """Refuse a unit whose certificate is not what the plan would issue.

        Raises:
            UnitDiffers: naming the first difference.
            UnitMissing: the issuing authority is not there or not live.
        """
        issuer = None if unit.issuer is None else self.domain.live_unit(unit.issuer)
        template = unit_template(self.plan, unit, self.domain.public_url)
        found = difference(certificate.x509, template, issuer.x509 if issuer else None)
        if found is None and certificate.purpose is not unit.profile.purpose:
            found = "purpose"
        if found is None and certificate.algorithm is not unit.profile.algorithm:
            found = "key algorithm"
        if found is not None:
            raise UnitDiffers(unit=unit.name, difference=found)

    def _issue(
        self,
        template: CertificateTemplate,
        key: StoredKey,
        unit: str,
        issuer_unit: str | None,
        actor: Actor,
    ) -> IssuedCertificate:
        issuer = None if issuer_unit is None else self.domain.live_unit(issuer_unit)
        signed = sign_certificate(
            template,
            key.spki,
            issuer.x509 if issuer else None,
            self.domain.keys.open(
                issuer.key_id if issuer else key.id, KeyPurpose.CERTIFICATE_AUTHORITY
            ),
            self.domain.clock().astimezone(UTC).replace(microsecond=0),
        )
        certificate = _recorded(signed, key, unit, issuer)
        self.domain.certificates.add(certificate)
        self.domain.audit.append(
            actor, Fact.CERTIFICATE_ISSUED, certificate.sha256, _detail(certificate)
        )
        return certificate


def _require_purpose(key: StoredKey, wanted: KeyPurpose) -> None:
    if key.purpose is not wanted:
        raise KeyPurposeMismatch(key_id=key.id, purpose=key.purpose.value, wanted=wanted.value)


def _recorded(
    signed: x509.Certificate, key: StoredKey, unit: str, issuer: IssuedCertificate | None
) -> IssuedCertificate:
    der = signed.public_bytes(serialization.Encoding.DER)
    digest = sha256_hex(der)
    return IssuedCertificate(
        sha256=digest,
        der=der,
        unit=unit,
        key_id=key.id,
        issuer_sha256=issuer.sha256 if issuer else digest,
        subject=signed.subject.rfc4514_string(_ATTRIBUTE_NAMES),
        purpose=key.purpose,
        algorithm=key.algorithm,
        not_before=signed.not_valid_before_utc,
        not_after=signed.not_valid_after_utc,
    )


def _detail(certificate: IssuedCertificate) -> dict[str, JsonValue]:
    return {
        "unit": certificate.unit,
        "key_id": certificate.key_id,
        "issuer_sha256": certificate.issuer_sha256,
        "serial": format(certificate.serial, "x"),
        "subject": certificate.subject,
        "not_before": rfc3339(certificate.not_before),
        "not_after": rfc3339(certificate.not_after),
    }
