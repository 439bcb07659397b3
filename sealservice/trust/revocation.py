"""Revokes certificates: the mark, the audit fact and the next revocation list, or none of them."""

from dataclasses import dataclass
from datetime import UTC

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.facts import Fact
from sealservice.trust.crl import CrlPublisher
from sealservice.trust.domain import TrustDomain
from sealservice.trust.errors import CertificateUnknown
from sealservice.trust.model import IssuedCertificate, RevocationList, RevocationReason


@dataclass(frozen=True, slots=True)
class RevocationService:
    """Ends the life of certificates before their time."""

    domain: TrustDomain
    crls: CrlPublisher

    def revoke(self, sha256: str, reason: RevocationReason, actor: Actor) -> RevocationList:
        """Revoke a certificate and return the list that says so.

        Raises:
            PermissionMissing: the actor is no administrator.
            CertificateUnknown: there is no such certificate, or it is a root.
            AlreadyRevoked: it was revoked before.
            CrlNumberNotGrown: somebody else published at the same moment; nothing was changed.
        """
        actor.require(Permission.ADMIN)
        with self.domain.transaction():
            issuer = self._issuer(sha256)
            now = self.domain.clock().astimezone(UTC).replace(microsecond=0)
            self.domain.certificates.revoke(sha256, now, reason)
            self.domain.audit.append(
                actor, Fact.CERTIFICATE_REVOKED, sha256, {"reason": reason.value}
            )
            return self.crls.publish(issuer.unit)

    def _issuer(self, sha256: str) -> IssuedCertificate:
        certificate = self.domain.certificates.by_sha256(sha256)
        if certificate is None or certificate.is_root:
            raise CertificateUnknown(name=sha256)
        issuer = self.domain.certificates.by_sha256(certificate.issuer_sha256)
        if issuer is None:
            raise CertificateUnknown(name=certificate.issuer_sha256)
        return issuer
