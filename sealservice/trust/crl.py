"""Publishes the revocation list of each authority (RFC 5280 5).

1. A list is valid for the hours of the authority's profile, and replaced after half of them, so
   that whoever fetches one can use it for at least the other half.
2. Its number is one more than the last one's; two publishers cannot both take it.
3. It names every revoked certificate for ever, also after its end, so that old signatures can be
   judged. The reason ``unspecified`` is left out, as RFC 5280 5.3.1 asks.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sealservice.trust.certificates import REASON_FLAGS
from sealservice.trust.domain import TrustDomain
from sealservice.trust.errors import CertificateUnknown, CrlNumberNotGrown
from sealservice.trust.issuing_key import as_private_key, digest_of
from sealservice.trust.model import IssuedCertificate, KeyPurpose, RevocationList, RevocationReason
from sealservice.trust.profiles import CeremonyPlan


@dataclass(frozen=True, slots=True)
class CrlPublisher:
    """Keeps one fresh revocation list for each authority of a plan."""

    domain: TrustDomain
    plan: CeremonyPlan

    def current(self, authority: str) -> RevocationList:
        """Return an authority's list, published anew when half of its time is over.

        Raises:
            CertificateUnknown: the plan has no authority of this name.
            UnitMissing: the authority has no live certificate.
        """
        with self.domain.transaction():
            kept = self._kept(authority)
        if kept is not None and self._is_fresh(kept):
            return kept
        try:
            return self.publish(authority)
        except CrlNumberNotGrown:
            with self.domain.transaction():
                other = self._kept(authority)
            if other is None:
                raise
            return other

    def publish(self, authority: str) -> RevocationList:
        """Sign and keep an authority's next list.

        Raises:
            CertificateUnknown: the plan has no authority of this name.
            UnitMissing: the authority has no live certificate.
            CrlNumberNotGrown: somebody else published at the same moment.
        """
        hours = self._hours(authority)
        with self.domain.transaction():
            issuer = self.domain.live_unit(authority)
            # The number is read before the revocations: a list that takes the next number can
            # then lack no revocation that an earlier list has.
            last = self.domain.certificates.load_crl(issuer.sha256)
            crl = self._signed(issuer, last.number + 1 if last else 1, timedelta(hours=hours))
            self.domain.certificates.save_crl(crl)
        return crl

    def _kept(self, authority: str) -> RevocationList | None:
        self._hours(authority)
        issuer = self.domain.live_unit(authority)
        return self.domain.certificates.load_crl(issuer.sha256)

    def _hours(self, authority: str) -> int:
        for unit in self.plan.authorities():
            if unit.name == authority and unit.profile.crl_hours is not None:
                return unit.profile.crl_hours
        raise CertificateUnknown(name=authority)

    def _is_fresh(self, crl: RevocationList) -> bool:
        half = (crl.next_update - crl.this_update) / 2
        return crl.this_update <= self.domain.clock() < crl.this_update + half

    def _signed(
        self, issuer: IssuedCertificate, number: int, validity: timedelta
    ) -> RevocationList:
        now = self.domain.clock().astimezone(UTC).replace(microsecond=0)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.x509.subject)
            .last_update(now)
            .next_update(now + validity)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(_authority_key_identifier(issuer.x509), critical=False)
        )
        for certificate in self.domain.certificates.revoked_by(issuer.sha256):
            builder = builder.add_revoked_certificate(_entry(certificate))
        key = self.domain.keys.open(issuer.key_id, KeyPurpose.CERTIFICATE_AUTHORITY)
        signed = builder.sign(as_private_key(key), digest_of(key))
        der = signed.public_bytes(serialization.Encoding.DER)
        return RevocationList(issuer.sha256, der, number, now, now + validity)


def _authority_key_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    held = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(held)


def _entry(certificate: IssuedCertificate) -> x509.RevokedCertificate:
    if certificate.revoked_at is None:
        raise ValueError("only revoked certificates are listed")
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(certificate.serial)
        .revocation_date(certificate.revoked_at.astimezone(UTC).replace(microsecond=0))
    )
    reason = certificate.revocation_reason
    if reason not in {None, RevocationReason.UNSPECIFIED}:
        builder = builder.add_extension(x509.CRLReason(REASON_FLAGS[reason]), critical=False)
    return builder.build()


@dataclass(frozen=True, slots=True)
class PublishedLists:
    """The current lists of all authorities, for whoever verifies what their units signed."""

    publisher: CrlPublisher

    def crls(self) -> tuple[bytes, ...]:
        """Return one DER CertificateList for each authority of the plan.

        Raises:
            UnitMissing: an authority has no live certificate.
        """
        authorities = self.publisher.plan.authorities()
        return tuple(self.publisher.current(authority.name).der for authority in authorities)
