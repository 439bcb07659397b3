"""What every service of the trust domain is given: keys, certificates, log, time, address."""

from dataclasses import dataclass

from sealservice.audit.ports import AuditLog
from sealservice.kernel.clock import Clock
from sealservice.kernel.transaction import Transaction
from sealservice.trust.errors import UnitMissing
from sealservice.trust.model import IssuedCertificate, KeyPurpose
from sealservice.trust.ports import CertificateDirectory, CertificateStore, KeyStore


@dataclass(frozen=True, slots=True)
class TrustDomain:
    """The signer's view of the trust domain; no other process can build one."""

    keys: KeyStore
    certificates: CertificateStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    public_url: str
    """Where ``/ca``, ``/crl`` and ``/ocsp`` answer; no slash at its end."""

    def live_unit(self, name: str) -> IssuedCertificate:
        """Return the certificate of a unit that may be used now.

        Raises:
            UnitMissing: there is none, or it is expired or revoked.
        """
        certificate = self.certificates.by_unit(name)
        if certificate is None or not certificate.is_live(self.clock()):
            raise UnitMissing(unit=name)
        return certificate

    def live_of(self, purpose: KeyPurpose) -> IssuedCertificate | None:
        """Return the newest certificate for a purpose that may be used now, if there is one."""
        now = self.clock()
        mine = [one for one in self.certificates.list() if one.purpose is purpose]
        return next((one for one in reversed(mine) if one.is_live(now)), None)


def chain(
    directory: CertificateDirectory, certificate: IssuedCertificate
) -> tuple[IssuedCertificate, ...]:
    """Return a certificate and its issuers, leaf first, root last.

    Raises:
        UnitMissing: an issuer's certificate is not in the directory.
    """
    links = [certificate]
    while not links[-1].is_root:
        issuer = directory.by_sha256(links[-1].issuer_sha256)
        if issuer is None:
            raise UnitMissing(unit=links[-1].issuer_sha256)
        links.append(issuer)
    return tuple(links)
