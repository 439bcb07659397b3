"""Take a license into a phone, step by step (rules in ``activation.py``).

1. Issue: the license is in force and the role has not ended. Whoever has a wallet already needs no
   code; to restore access, all their passkeys are frozen first, in the same transaction.
2. Claim: counted by address before it is looked at, and by code; unknown, wrong, used and expired
   codes are refused alike.
3. Prove: by the clerk, who is told the match code and sees the document; or by a provider.
4. Enrol: license and role are looked at again, the activation is finished, and the passkey kept.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.identity.activation import (
    Activation,
    ActivationState,
    Claim,
    Proof,
    code_digest,
    code_parts,
    new_code,
    new_match_code,
)
from sealservice.identity.activation_errors import (
    ActivationCodeInvalid,
    ActivationElsewhere,
    ActivationNotFound,
    ActivationNotProven,
    ActivationOver,
    FaceProviderMissing,
    MatchCodeWrong,
    PersonActive,
)
from sealservice.identity.model import new_secret
from sealservice.identity.passkeys import Owner, OwnerKind
from sealservice.identity.ports import ActivationStore
from sealservice.identity.proofing import FaceProofing, IdentityProofing
from sealservice.identity.service import digest_of
from sealservice.identity.wallet import Card
from sealservice.identity.wallets import WalletService, holder_actor
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock, rfc3339
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.delegation import require_in_force
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.mandate_errors import LicenseHolderNotFound, RoleEnded
from sealservice.licenses.persons import Person
from sealservice.licenses.ports import LicenseStore, PersonStore
from sealservice.limits import Limits

_PURPOSE: Final = "activation"


@dataclass(frozen=True, slots=True)
class ActivationService:
    """Use cases around activations."""

    activations: ActivationStore
    licenses: LicenseStore
    persons: PersonStore
    wallets: WalletService
    counter: IdentityProofing
    face: FaceProofing | None
    """None: there is the counter only."""
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def issue(
        self, actor: Actor, license_id: str, holder_id: str, *, restore: bool = False
    ) -> tuple[Activation, str]:
        """Issue a code; it is returned here and never again.

        Raises:
            PermissionMissing, LicenseNotFound, LicenseHolderNotFound.
            LicenseNotLive, RoleEnded: nobody could use it.
            PersonActive: they have a wallet already, and access is not to be restored.
        """
        actor.require(Permission.LICENSES_WRITE)
        code, now = new_code(), self.clock()
        locator, secret = code_parts(code) or ("", "")
        activation = Activation(
            id=new_id("act"),
            organisation_id=actor.organisation_id,
            license_id=license_id,
            holder_id=holder_id,
            locator=locator,
            digest=code_digest(locator, secret),
            state=ActivationState.ISSUED,
            created_at=now,
            expires_at=now + timedelta(hours=self.limits.activation_hours),
        )
        with self.transaction():
            card = self._card(activation)
            self._require_wish(actor, card.holder.person, restore=restore)
            self.activations.add(activation)
            until = rfc3339(activation.expires_at)
            detail = {**_outline(activation), "restore": restore, "expires_at": until}
            self.audit.append(actor, Fact.ACTIVATION_ISSUED, activation.id, detail)
        return activation, code

    def claim(self, address: str, typed: str) -> tuple[str, Activation]:
        """Take a code into a phone; return the phone's own secret.

        Raises:
            TooManyAttempts, ActivationCodeInvalid.
            LicenseNotLive, RoleEnded: nobody could use it now.
        """
        with self.wallets.throttle.counted(_PURPOSE, address):
            found = self._of_code(typed)
            secret, now = new_secret(), self.clock()
            until = now + timedelta(minutes=self.limits.activation_minutes)
            claim = Claim(digest_of(secret), new_match_code(), now, until)
            with self.transaction():
                card = self._card(found)
                if not self.activations.claim(found.id, claim):
                    raise ActivationCodeInvalid
                actor = holder_actor(card.holder.person, card.holder.id)
                self.audit.append(actor, Fact.ACTIVATION_CLAIMED, found.id, _outline(found))
        return secret, self._held(secret)

    def held(self, claim_secret: str) -> tuple[Activation, Card]:
        """Return the activation that a phone holds, and what it is for.

        Raises:
            ActivationOver: it is done, refused or out of time.
            LicenseNotLive, RoleEnded: nobody could use it now.
        """
        activation = self._held(claim_secret)
        with self.transaction():
            return activation, self._card(activation)

    def waiting(self, actor: Actor) -> list[tuple[Activation, Card]]:
        """Return the organisation's open activations, newest first.

        Raises:
            PermissionMissing: the actor may not write licenses.
        """
        actor.require(Permission.LICENSES_WRITE)
        found = self.activations.open_ones(actor.organisation_id, self.clock())
        return [(one, self._shown(one)) for one in found]

    def show(self, actor: Actor, activation_id: str) -> tuple[Activation, Card]:
        """Return an activation of the actor's organisation.

        Raises:
            PermissionMissing, ActivationNotFound.
        """
        actor.require(Permission.LICENSES_WRITE)
        activation = self.activations.get(actor.organisation_id, activation_id)
        if activation is None:
            raise ActivationNotFound(activation_id=activation_id)
        return activation, self._shown(activation)

    def confirm(
        self, actor: Actor, activation_id: str, match_code: str, document_number: str
    ) -> None:
        """Confirm at the counter that the holder of the phone is the person.

        Raises:
            PermissionMissing, ActivationNotFound, ActivationElsewhere.
            MatchCodeWrong, DocumentOfAnother: another phone, another person.
        """
        activation, card = self.show(actor, activation_id)
        if activation.state is not ActivationState.CLAIMED:
            raise ActivationElsewhere
        told = "".join(match_code.split())
        if not hmac.compare_digest(told.encode(), (activation.match_code or "").encode()):
            raise MatchCodeWrong
        proof = self.counter.prove(card.holder.person, document_number, actor.id)
        self._prove(actor, activation, proof)

    def turn_away(self, actor: Actor, activation_id: str) -> None:
        """End an activation, because this is not the person.

        Raises:
            PermissionMissing, ActivationNotFound, ActivationElsewhere.
        """
        activation, _ = self.show(actor, activation_id)
        with self.transaction():
            if not self.activations.refuse(activation.id, self.clock()):
                raise ActivationElsewhere
            self.audit.append(actor, Fact.ACTIVATION_REFUSED, activation.id, _outline(activation))

    def prove_by_face(self, claim_secret: str, brought: str = "") -> None:
        """Have the face provider confirm the person, by what its channel brought.

        Raises:
            ActivationOver, ActivationElsewhere.
            FaceProviderMissing: there is none.
            ProofingStandInRefused: it is the demonstration's, in production.
        """
        activation, card = self.held(claim_secret)
        if self.face is None:
            raise FaceProviderMissing
        proof = self.face.prove(card.holder.person, brought, "face_provider")
        self._prove(holder_actor(card.holder.person, card.holder.id), activation, proof)

    def enrolment_options(self, claim_secret: str) -> JsonObject:
        """Return what the phone needs to make its passkey.

        Raises:
            ActivationOver, ActivationNotProven, LicenseNotLive, RoleEnded, PasskeysTooMany.
        """
        return self.wallets.passkeys.enrolment_options(self._proven(claim_secret)[1])

    def enrol(self, claim_secret: str, response: JsonObject, name: str, earlier: str | None) -> str:
        """Keep the phone's passkey; return the secret of the session that begins.

        Raises:
            ActivationOver, ActivationNotProven, LicenseNotLive, RoleEnded.
            ChallengeInvalid, PasskeyNotAccepted, PasskeyKnown, PasskeysTooMany, FieldsInvalid.
        """
        activation, owner = self._proven(claim_secret)
        new = self.wallets.passkeys.verify_enrolment(owner, response)
        with self.transaction():
            card = self._card(activation)
            if not self.activations.finish(activation.id, self.clock()):
                raise ActivationOver
            person = card.holder.person
            actor = holder_actor(person, card.holder.id)
            passkey = self.wallets.passkeys.keep(actor, owner, new, name)
            detail = {**_outline(activation), "passkey_id": passkey.id}
            self.audit.append(actor, Fact.ACTIVATION_DONE, activation.id, detail)
            return self.wallets.begin_session(person, passkey, earlier)

    def _proven(self, claim_secret: str) -> tuple[Activation, Owner]:
        activation, card = self.held(claim_secret)
        if activation.state is not ActivationState.PROVEN:
            raise ActivationNotProven
        return activation, owner_of(card.holder.person)

    def _prove(self, actor: Actor, activation: Activation, proof: Proof) -> None:
        with self.transaction():
            if not self.activations.prove(activation.id, proof):
                raise ActivationElsewhere
            detail = {**_outline(activation), "method": proof.method.value, "by": proof.by}
            self.audit.append(actor, Fact.ACTIVATION_PROVEN, activation.id, detail)

    def _of_code(self, typed: str) -> Activation:
        locator, secret = code_parts(typed) or ("", "")
        found = self.activations.by_locator(locator)
        digest = code_digest(locator, secret)  # computed for unknown ones, too: same time
        now = self.clock()
        if found is None or found.state is not ActivationState.ISSUED or not found.is_open(now):
            raise ActivationCodeInvalid
        if not hmac.compare_digest(digest, found.digest):
            self.activations.count_wrong(found.id, self.limits.activation_codes, now)
            raise ActivationCodeInvalid
        return found

    def _held(self, claim_secret: str) -> Activation:
        found = self.activations.by_claim(digest_of(claim_secret))
        if found is None or not found.is_open(self.clock()):
            raise ActivationOver
        return found

    def _card(self, activation: Activation) -> Card:
        """Return license and holder, held unchanged until the transaction ends, if both stand."""
        license_ = self.licenses.lock(activation.organisation_id, activation.license_id)
        if license_ is None:
            raise LicenseNotFound(license_id=activation.license_id)
        require_in_force(license_)
        card = self._shown(activation)
        if not card.holder.is_live:
            raise RoleEnded(holder_id=card.holder.id)
        return card

    def _shown(self, activation: Activation) -> Card:
        license_ = self.licenses.get(activation.organisation_id, activation.license_id)
        holder = self.persons.get(activation.organisation_id, activation.holder_id)
        if license_ is None or holder is None or holder.license_id != license_.id:
            raise LicenseHolderNotFound(holder_id=activation.holder_id)
        return Card(holder, license_)

    def _require_wish(self, actor: Actor, person: Person, *, restore: bool) -> None:
        owner = owner_of(person)
        if restore:
            # First what might still enrol, in whichever role; then whatever has enrolled by now.
            cards = self.wallets.wallets.cards(person.organisation_id, person.id)
            self.activations.cancel([card.holder.id for card in cards], self.clock())
            self.wallets.passkeys.freeze_all(actor, owner)
        elif any(one.is_live for one in self.wallets.passkeys.of_owner(owner)):
            raise PersonActive(name=person.name)


def _outline(activation: Activation) -> JsonObject:
    """Return what every fact of an activation tells: whose license, and in whose hand."""
    return {"license_id": activation.license_id, "holder_id": activation.holder_id}


def owner_of(person: Person) -> Owner:
    """Return a person as one who owns passkeys."""
    return Owner(OwnerKind.PERSON, person.id, person.organisation_id, person.name)
