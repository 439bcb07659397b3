"""Enrol passkeys and recognise people by them (rules in ``passkeys.py``).

To verify a response, of either ceremony:
1. Its challenge is burnt, and that is committed: whatever follows, it is not used again.
2. The challenge must be for this ceremony, this kind of owner and, to enrol, this owner.
3. What the authenticator signed is verified: challenge, origin, name, user verification, signature.
4. To recognise: the passkey is not frozen, and its counter advances. One that does not is frozen,
   and that is committed before it is refused.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.identity.passkey_errors import (
    ChallengeInvalid,
    LastPasskey,
    PasskeyCloned,
    PasskeyFrozen,
    PasskeyNotAccepted,
    PasskeyNotFound,
    PasskeysTooMany,
)
from sealservice.identity.passkeys import (
    Ceremony,
    Challenge,
    Enrolled,
    FreezeReason,
    Owner,
    OwnerKind,
    Passkey,
    Site,
    asserted_count,
    challenge_digest,
    challenge_of,
    enrolled,
    enrolment_options,
    new_challenge,
    sign_in_options,
)
from sealservice.identity.ports import ChallengeStore, PasskeyStore
from sealservice.kernel.actor import Actor, ActorKind
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import FieldsInvalid, text_problems
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.limits import Limits

_NAME: Final = Text("设备名称", "Name of the device")


@dataclass(frozen=True, slots=True)
class PasskeyService:
    """Use cases around passkeys; who may call them for whom is the callers' matter."""

    passkeys: PasskeyStore
    challenges: ChallengeStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits
    site: Site

    def enrolment_options(self, owner: Owner) -> JsonObject:
        """Return what a browser needs to make a passkey for an owner.

        Raises:
            PasskeysTooMany: the owner has as many as there may be.
        """
        known = self._room(owner)
        challenge = self._challenge(Ceremony.ENROL, owner.kind, owner.id)
        ids = [one.credential_id for one in known]
        return enrolment_options(
            self.site, owner, challenge, ids, self.limits.passkey_challenge_seconds
        )

    def verify_enrolment(self, owner: Owner, response: JsonObject) -> Enrolled:
        """Verify what the browser answered; call it outside a transaction, rule 1.

        Raises:
            ChallengeInvalid, PasskeyNotAccepted.
        """
        challenge = challenge_of(response)
        burnt = self._burn(challenge, Ceremony.ENROL, owner.kind)
        if burnt.owner_id != owner.id:
            raise ChallengeInvalid
        return enrolled(self.site, response, challenge)

    def keep(self, actor: Actor, owner: Owner, new: Enrolled, name: str) -> Passkey:
        """Keep a verified passkey, in the caller's transaction.

        Raises:
            PasskeyKnown, PasskeysTooMany, FieldsInvalid.
        """
        name = name.strip()
        if problems := text_problems("name", _NAME, name, self.limits.name_letters):
            raise FieldsInvalid(problems)
        self._room(owner)
        passkey = Passkey(
            id=new_id("pky"),
            owner_kind=owner.kind,
            owner_id=owner.id,
            organisation_id=owner.organisation_id,
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            name=name,
            aaguid=new.aaguid,
            is_synced=new.is_synced,
            created_at=self.clock(),
        )
        with self.transaction():
            self.passkeys.add(passkey)
            self.audit.append(actor, Fact.PASSKEY_ENROLLED, passkey.id, _outline(passkey))
        return passkey

    def sign_in_options(self, kind: OwnerKind) -> JsonObject:
        """Return what a browser needs to ask for a passkey of anybody of a kind."""
        challenge = self._challenge(Ceremony.SIGN_IN, kind, None)
        return sign_in_options(self.site, challenge, self.limits.passkey_challenge_seconds)

    def recognise(self, kind: OwnerKind, response: JsonObject) -> Passkey:
        """Return whose passkey answered; call it outside a transaction, rules 1 and 4.

        Raises:
            ChallengeInvalid, PasskeyNotAccepted, PasskeyFrozen, PasskeyCloned.
        """
        challenge = challenge_of(response)
        self._burn(challenge, Ceremony.SIGN_IN, kind)
        passkey = self.passkeys.by_credential(str(response.get("id")))
        if passkey is None or passkey.owner_kind is not kind:
            raise PasskeyNotAccepted
        count = asserted_count(self.site, response, challenge, passkey)
        if passkey.frozen_reason is not None:
            raise PasskeyFrozen(reason=passkey.frozen_reason.value)
        if not self.passkeys.advance(passkey.id, count, self.clock()):
            self._freeze(self._self(passkey), passkey, FreezeReason.CLONED)
            raise PasskeyCloned
        return passkey

    def of_owner(self, owner: Owner) -> list[Passkey]:
        """Return an owner's passkeys in order of birth, frozen ones included."""
        return self.passkeys.of_owner(owner.kind, owner.id)

    def freeze_lost(self, actor: Actor, owner: Owner, passkey_id: str) -> None:
        """Freeze one of an owner's passkeys, at their wish.

        Raises:
            PasskeyNotFound: it is none of theirs.
            LastPasskey: they would lock themselves out.
        """
        with self.transaction():
            live = [one for one in self.of_owner(owner) if one.is_live]
            passkey = next((one for one in live if one.id == passkey_id), None)
            if passkey is None:
                raise PasskeyNotFound(passkey_id=passkey_id)
            if len(live) == 1:
                raise LastPasskey
            self._freeze(actor, passkey, FreezeReason.LOST)

    def freeze_all(self, actor: Actor, owner: Owner) -> None:
        """Freeze everything an owner has, because access is restored at the counter."""
        with self.transaction():
            for passkey in self.of_owner(owner):
                if passkey.is_live:
                    self._freeze(actor, passkey, FreezeReason.RECOVERED)

    def _freeze(self, actor: Actor, passkey: Passkey, reason: FreezeReason) -> None:
        with self.transaction():
            if self.passkeys.freeze(passkey.id, reason, self.clock()):
                detail: JsonObject = {"reason": reason.value, "owner_id": passkey.owner_id}
                self.audit.append(actor, Fact.PASSKEY_FROZEN, passkey.id, detail)

    def _room(self, owner: Owner) -> list[Passkey]:
        live = [one for one in self.of_owner(owner) if one.is_live]
        if len(live) >= self.limits.passkeys:
            raise PasskeysTooMany(greatest=self.limits.passkeys)
        return live

    def _challenge(self, ceremony: Ceremony, kind: OwnerKind, owner_id: str | None) -> bytes:
        challenge = new_challenge()
        expires_at = self.clock() + timedelta(seconds=self.limits.passkey_challenge_seconds)
        digest = challenge_digest(challenge)
        self.challenges.add(Challenge(digest, ceremony, kind, owner_id, expires_at))
        return challenge

    def _burn(self, challenge: bytes, ceremony: Ceremony, kind: OwnerKind) -> Challenge:
        burnt = self.challenges.burn(challenge_digest(challenge), ceremony, self.clock())
        if burnt is None or burnt.owner_kind is not kind:
            raise ChallengeInvalid
        return burnt

    def _self(self, passkey: Passkey) -> Actor:
        return owner_actor(
            Owner(passkey.owner_kind, passkey.owner_id, passkey.organisation_id, passkey.name)
        )


def owner_actor(owner: Owner) -> Actor:
    """Return an owner as one who acts on their own passkeys, and may do nothing else."""
    kind = ActorKind.STAFF if owner.kind is OwnerKind.STAFF else ActorKind.HOLDER
    return Actor(kind, owner.id, owner.organisation_id, frozenset())


def _outline(passkey: Passkey) -> JsonObject:
    return {
        "owner_kind": passkey.owner_kind.value,
        "owner_id": passkey.owner_id,
        "name": passkey.name,
        "aaguid": passkey.aaguid,
        "is_synced": passkey.is_synced,
    }
