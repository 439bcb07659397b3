"""Answer what was asked about seals; the signer's work, beside the keys.

1. A request is answered once; its lock keeps two runs apart.
2. Seal, then license, are locked and looked at again: the change must lead somewhere from where the
   seal stands now. To be used, a seal needs a license in force and a certificate that lives.
3. A refusal is the answer then, and is written down with its reason.
4. The certificate of a cancelled seal is revoked, and the list that says so published, at once.
All of it can be repeated.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, ActorKind, process
from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import Refused
from sealservice.kernel.facts import Fact
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.ports import LicenseStore
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.errors import SealCertificateDead, SealNotFound, SealRequestNotFound
from sealservice.seals.lifecycle import in_force, next_state
from sealservice.seals.model import Seal, SealChange, SealRequest, SealState
from sealservice.seals.ports import SealHistory, SealRevoker, SealStore
from sealservice.trust.errors import AlreadyRevoked
from sealservice.trust.model import RevocationReason
from sealservice.trust.ports import CertificateDirectory

_LETS_USE: Final = frozenset({SealChange.ACTIVATE, SealChange.RESUME})


@dataclass(frozen=True, slots=True)
class SealAnsweringService:
    """The signer's half of changing seals."""

    seals: SealStore
    history: SealHistory
    licenses: LicenseStore
    certificates: CertificateDirectory
    revoker: SealRevoker
    chronicle: Chronicle
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    def answer(self, request_id: str) -> None:
        """Do what a request asks for, or write down why not; does nothing when it has an answer.

        Raises:
            SealRequestNotFound: there is no such request.
        """
        try:
            with self.transaction():
                request = self._open(request_id)
                if request is not None:
                    self._do(request)
                    self.history.answer(request_id, self.clock(), None)
        except SealRequestNotFound:
            raise
        except Refused as refusal:
            with self.transaction():
                self._refuse(request_id, refusal)

    def revoke(self, seal_id: str) -> None:
        """Revoke the certificate of a seal that was cancelled, unless it is revoked.

        Raises:
            SealNotFound: there is no such seal.
            CrlNumberNotGrown: another list was published meanwhile; try again.
        """
        with self.transaction():
            seal = self.seals.lock(seal_id)
            if seal is None:
                raise SealNotFound(seal_id=seal_id)
            if seal.state is not SealState.CANCELLED or seal.certificate_sha256 is None:
                return
            actor = process("signer", seal.organisation_id)
            with suppress(AlreadyRevoked):
                self.revoker.revoke(seal.certificate_sha256, self._reason(seal), actor)

    def _open(self, request_id: str) -> SealRequest | None:
        request = self.history.request(request_id, lock=True)
        if request is None:
            raise SealRequestNotFound(request_id=request_id)
        return request if request.answered_at is None else None

    def _do(self, request: SealRequest) -> None:
        seal = self.seals.lock(request.seal_id, exclusive=True)
        if seal is None or seal.organisation_id != request.organisation_id:
            raise SealNotFound(seal_id=request.seal_id)
        after = next_state(seal, request.change, self.clock())
        if request.change in _LETS_USE:
            self._require_live(seal)
        changed = self._changed(seal, after, request)
        self.seals.write(changed)
        actor = Actor(
            ActorKind(request.actor_kind), request.actor_id, seal.organisation_id, frozenset()
        )
        self.chronicle.write(actor, request.change, changed, request.grounds, seal.state)

    def _changed(self, seal: Seal, after: SealState, request: SealRequest) -> Seal:
        number = request.grounds.evidence.get("filing_number")
        filed = str(number) if request.change is SealChange.FILE else seal.filing_number
        first = request.change is SealChange.ACTIVATE
        activated = self.clock() if first else seal.activated_at
        return replace(seal, state=after, filing_number=filed, activated_at=activated)

    def _require_live(self, seal: Seal) -> None:
        in_force(self.licenses.lock(seal.organisation_id, seal.license_id), seal)
        certificate = self.certificates.by_sha256(seal.certificate_sha256 or "")
        if certificate is None or not certificate.is_live(self.clock()):
            raise SealCertificateDead(seal_id=seal.id)

    def _refuse(self, request_id: str, refusal: Refused) -> None:
        request = self._open(request_id)
        if request is not None:
            self.history.answer(request_id, self.clock(), refusal.as_json())
            actor = process("signer", request.organisation_id)
            detail = {"request_id": request_id, "code": refusal.code}
            self.audit.append(actor, Fact.SEAL_CHANGE_REFUSED, request.seal_id, detail)

    def _reason(self, seal: Seal) -> RevocationReason:
        for event in reversed(self.history.events(seal.id)):
            named = event.grounds.evidence.get("revocation_reason")
            if event.change is SealChange.CANCEL and named in {*RevocationReason}:
                return RevocationReason(str(named))
        return RevocationReason.CESSATION_OF_OPERATION
