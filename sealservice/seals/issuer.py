"""Makes a seal's key and has the seal authority certify it; lives in the signer process."""

from dataclasses import dataclass

from sealservice.kernel.actor import Actor
from sealservice.kernel.facts import Fact
from sealservice.seals.ports import IssuedSeal
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.model import KeyPurpose, SealSubject


@dataclass(frozen=True, slots=True)
class CertifiedSealIssuer:
    """Implements ``SealIssuer`` on our own trust domain."""

    authority: CertificateAuthority

    def issue(self, actor: Actor, *, name: str, uscc: str, title: str) -> IssuedSeal:
        """Make a key and certify it, in the caller's transaction.

        Raises:
            SubjectInvalid: the name does not fit a certificate.
            UnitMissing: the seal authority is not there or not live.
        """
        domain = self.authority.domain
        key = domain.keys.generate(KeyPurpose.SEAL, self.authority.seal_algorithm)
        detail = {"purpose": key.purpose.value, "algorithm": key.algorithm.value}
        domain.audit.append(actor, Fact.KEY_GENERATED, key.id, detail)
        subject = SealSubject(organisation=name, uscc=uscc, common_name=title)
        certificate = self.authority.issue_seal_certificate(subject, key, actor)
        return IssuedSeal(key.id, certificate.sha256, certificate.not_after)
