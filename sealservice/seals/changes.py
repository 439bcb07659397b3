"""What people do to seals that exist; holds no key.

1. Pausing (停用) and ending (注销) take effect at once, in the transaction that writes them down.
   The certificate of a seal that was cancelled is revoked by the signer after that.
2. Filing (备案), putting to use and resuming are asked of the signer, which looks again; a request
   that could not succeed now is refused at once.
"""

from dataclasses import dataclass, replace

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.model import License
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.errors import SealNotFound, SealRequestNotFound
from sealservice.seals.lifecycle import TRANSITIONS, is_outdated, next_state
from sealservice.seals.model import (
    Grounds,
    Seal,
    SealChange,
    SealEvent,
    SealRequest,
    SealState,
)
from sealservice.seals.ports import SealHistory, SealMaker, SealStore
from sealservice.trust.model import RevocationReason


@dataclass(frozen=True, slots=True)
class SealChangeService:
    """Use cases of suspending, cancelling, filing, activating and resuming."""

    seals: SealStore
    history: SealHistory
    maker: SealMaker
    chronicle: Chronicle
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    def suspend(self, actor: Actor, seal_id: str, grounds: Grounds) -> Seal:
        """Make a seal unusable until it is resumed.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
            SealChangeRefused: it is not in use.
        """
        _require(actor, SealChange.SUSPEND)
        with self.transaction():
            return self.end_one(actor, SealChange.SUSPEND, self._locked(actor, seal_id), grounds)

    def cancel(
        self, actor: Actor, seal_id: str, grounds: Grounds, reason: RevocationReason
    ) -> Seal:
        """End a seal for good, and have its certificate revoked with a reason.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
            SealChangeRefused: it was cancelled before, or never made.
        """
        _require(actor, SealChange.CANCEL)
        evidence: JsonObject = {**grounds.evidence, "revocation_reason": reason.value}
        told = Grounds(grounds.reason, evidence)
        with self.transaction():
            return self.end_one(actor, SealChange.CANCEL, self._locked(actor, seal_id), told)

    def ask(self, actor: Actor, seal_id: str, change: SealChange, grounds: Grounds) -> SealRequest:
        """Ask the signer for a change that lets a seal be used, or leads there.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
            SealChangeRefused: it does not lead anywhere from where the seal stands now.
        """
        _require(actor, change)
        with self.transaction():
            seal = self._locked(actor, seal_id)
            next_state(seal, change, self.clock())
            return self.ask_for(actor, change, seal, grounds)

    def request(self, actor: Actor, seal_id: str, request_id: str) -> SealRequest:
        """Return a request and, once it has one, its answer.

        Raises:
            SealRequestNotFound: there is none of that id about this seal.
        """
        actor.require(Permission.SEALS_READ)
        request = self.history.request(request_id)
        place = (actor.organisation_id, seal_id)
        if request is None or (request.organisation_id, request.seal_id) != place:
            raise SealRequestNotFound(request_id=request_id)
        return request

    def requests(self, actor: Actor, seal_id: str) -> list[SealRequest]:
        """Return the requests about a seal, oldest first.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        self._found(actor, seal_id)
        return self.history.requests(seal_id)

    def events(self, actor: Actor, seal_id: str) -> list[SealEvent]:
        """Return what happened to a seal, oldest first.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        self._found(actor, seal_id)
        return self.history.events(seal_id)

    def end_one(self, actor: Actor, change: SealChange, seal: Seal, grounds: Grounds) -> Seal:
        """Pause or end a seal that is locked; joins the caller's transaction.

        Raises:
            SealChangeRefused: it does not lead anywhere from where the seal stands now.
        """
        ended = replace(seal, state=next_state(seal, change, self.clock()))
        self.seals.move(seal.id, ended.state)
        self.chronicle.write(actor, change, ended, grounds, seal.state)
        if ended.state is SealState.CANCELLED and seal.certificate_sha256 is not None:
            self.maker.revoke(seal.id)
        return ended

    def ask_for(
        self, actor: Actor, change: SealChange, seal: Seal, grounds: Grounds
    ) -> SealRequest:
        """Write a request and wake the signer; joins the caller's transaction."""
        request = SealRequest(
            id=new_id("srq"),
            organisation_id=seal.organisation_id,
            seal_id=seal.id,
            change=change,
            grounds=grounds,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            created_at=self.clock(),
        )
        self.history.add_request(request)
        detail: JsonObject = {"request_id": request.id, "change": change.value}
        self.audit.append(actor, Fact.SEAL_CHANGE_ASKED, seal.id, detail)
        self.maker.answer(request.id)
        return request

    def _found(self, actor: Actor, seal_id: str) -> None:
        actor.require(Permission.SEALS_READ)
        if self.seals.by_id(seal_id, actor.organisation_id) is None:
            raise SealNotFound(seal_id=seal_id)

    def _locked(self, actor: Actor, seal_id: str) -> Seal:
        """Return a seal that nobody else changes meanwhile; its owner is asked for first."""
        known = self.seals.by_id(seal_id, actor.organisation_id)
        seal = self.seals.lock(seal_id, exclusive=True) if known else None
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return seal


def _require(actor: Actor, change: SealChange) -> None:
    permission = TRANSITIONS[change].permission
    if permission is not None:
        actor.require(permission)


@dataclass(frozen=True, slots=True)
class SealsOfLicense:
    """Implements ``licenses.ports.LicenseSeals``: what a license's fate does to its seals."""

    changes: SealChangeService

    def suspend(self, actor: Actor, license_id: str, reason: str) -> None:
        """Suspend every seal of a license that is in use."""
        grounds = Grounds(reason, {"license_id": license_id})
        for seal in self.changes.seals.lock_of_license(license_id):
            if seal.at(self.changes.clock()).state is SealState.ACTIVE:
                self.changes.end_one(actor, SealChange.SUSPEND, seal, grounds)

    def lock(self, license_id: str) -> None:
        """Lock the seals of a license."""
        self.changes.seals.lock_of_license(license_id)

    def outdate(self, actor: Actor, license_: License, reason: str) -> None:
        """Suspend the seals in use that do not say what the license's new face says."""
        grounds = Grounds(reason, {"license_version": license_.version})
        for seal in self.changes.seals.lock_of_license(license_.id):
            in_use = seal.at(self.changes.clock()).state is SealState.ACTIVE
            if in_use and is_outdated(seal, license_):
                self.changes.end_one(actor, SealChange.SUSPEND, seal, grounds)

    def cancel(
        self, actor: Actor, license_id: str, reason: str, revocation: RevocationReason
    ) -> None:
        """Cancel every seal of a license that is not at its end."""
        evidence: JsonObject = {"license_id": license_id, "revocation_reason": revocation.value}
        for seal in self.changes.seals.lock_of_license(license_id):
            if seal.state in TRANSITIONS[SealChange.CANCEL].leads:
                self.changes.end_one(actor, SealChange.CANCEL, seal, Grounds(reason, evidence))

    def resume(self, actor: Actor, license_id: str, reason: str) -> None:
        """Ask the signer to resume the seals that were suspended with their license."""
        grounds = Grounds(reason, {"license_id": license_id})
        for seal in self.changes.seals.lock_of_license(license_id):
            suspended = seal.at(self.changes.clock()).state is SealState.SUSPENDED
            if suspended and self._with_license(seal):
                self.changes.ask_for(actor, SealChange.RESUME, seal, grounds)

    def _with_license(self, seal: Seal) -> bool:
        last = self.changes.history.events(seal.id)[-1:]
        return any(line.grounds.evidence.get("license_id") == seal.license_id for line in last)
