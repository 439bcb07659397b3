"""Performs a key ceremony: brings the trust domain to what a plan says.

1. The actor must be an administrator; a demonstration plan is refused in production.
2. For each unit, issuers first: a live certificate that is what the plan would issue is left alone;
   one that differs is refused. Where there is none, or it has expired or was revoked, a key is
   generated and a certificate issued.
3. Everything happens in one transaction, so a refused or interrupted ceremony leaves nothing.

Performing the same plan twice therefore changes nothing, and leaves no second fact in the log.
"""

from dataclasses import dataclass

from sealservice.config import Environment
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonValue
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.domain import TrustDomain
from sealservice.trust.errors import CeremonyNotForProduction
from sealservice.trust.model import IssuedCertificate, StoredKey
from sealservice.trust.profiles import CeremonyPlan, Unit


@dataclass(frozen=True, slots=True)
class CeremonyOutcome:
    """What a ceremony did."""

    issued: tuple[IssuedCertificate, ...]
    """New certificates, issuers first."""
    unchanged: tuple[IssuedCertificate, ...]
    """Certificates that were there already."""


@dataclass(frozen=True, slots=True)
class CeremonyService:
    """Makes and completes trust domains."""

    domain: TrustDomain
    environment: Environment

    def perform(self, plan: CeremonyPlan, actor: Actor) -> CeremonyOutcome:
        """Bring the trust domain to what the plan says.

        Raises:
            PermissionMissing: the actor is no administrator.
            CeremonyNotForProduction: a demonstration plan in production.
            UnitDiffers: a unit exists with another profile.
        """
        actor.require(Permission.ADMIN)
        self._require_fitting(plan)
        with self.domain.transaction():
            authority = CertificateAuthority(self.domain, plan)
            outcome = CeremonyOutcome((), ())
            for unit in plan.units:
                outcome = self._settle(authority, unit, outcome, actor)
            if outcome.issued:
                units: list[JsonValue] = [certificate.unit for certificate in outcome.issued]
                self.domain.audit.append(
                    actor, Fact.CEREMONY_PERFORMED, plan.name, {"units": units}
                )
        return outcome

    def _require_fitting(self, plan: CeremonyPlan) -> None:
        is_stand_in = plan.environment is Environment.DEMONSTRATION
        if is_stand_in and self.environment is Environment.PRODUCTION:
            raise CeremonyNotForProduction(ceremony=plan.name)

    def _settle(
        self, authority: CertificateAuthority, unit: Unit, outcome: CeremonyOutcome, actor: Actor
    ) -> CeremonyOutcome:
        existing = self.domain.certificates.by_unit(unit.name)
        if existing is not None and existing.is_live(self.domain.clock()):
            authority.require_same(unit, existing)
            return CeremonyOutcome(outcome.issued, (*outcome.unchanged, existing))
        issued = authority.issue_unit(unit, self._generate(unit, actor), actor)
        return CeremonyOutcome((*outcome.issued, issued), outcome.unchanged)

    def _generate(self, unit: Unit, actor: Actor) -> StoredKey:
        key = self.domain.keys.generate(unit.profile.purpose, unit.profile.algorithm)
        self.domain.audit.append(
            actor,
            Fact.KEY_GENERATED,
            key.id,
            {"unit": unit.name, "purpose": key.purpose.value, "algorithm": key.algorithm.value},
        )
        return key
