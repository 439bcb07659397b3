"""Sign in to a wallet, see what is in it, and keep its devices (rules in ``wallet.py``).

A person asks for their own things only: each use case starts from their session, and what is not
theirs is not there.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.identity.activation_errors import WalletLicenseNotFound, WalletSessionInvalid
from sealservice.identity.ceremonies import PasskeyService
from sealservice.identity.model import new_secret
from sealservice.identity.passkey_errors import PasskeyNotAccepted
from sealservice.identity.passkeys import Owner, OwnerKind, Passkey
from sealservice.identity.ports import WalletStore
from sealservice.identity.service import digest_of
from sealservice.identity.throttle import Throttle
from sealservice.identity.wallet import (
    Card,
    HolderKey,
    WalletSession,
    holder_jwk,
    require_possession,
    thumbprint,
)
from sealservice.kernel.actor import Actor, ActorKind
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.persons import Person
from sealservice.limits import Limits

_PURPOSE: Final = "wallet"


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who is signed in, by which passkey."""

    person: Person
    passkey_id: str

    @property
    def owner(self) -> Owner:
        """Return the person as one who owns passkeys."""
        return Owner(
            OwnerKind.PERSON, self.person.id, self.person.organisation_id, self.person.name
        )


@dataclass(frozen=True, slots=True)
class WalletService:
    """Use cases of a person in their wallet."""

    wallets: WalletStore
    passkeys: PasskeyService
    throttle: Throttle
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def options(self) -> JsonObject:
        """Return what a browser needs to ask for a passkey."""
        return self.passkeys.sign_in_options(OwnerKind.PERSON)

    def sign_in(self, address: str, response: JsonObject, earlier: str | None) -> str:
        """Return the secret of a new session of the passkey's owner.

        Raises:
            TooManyAttempts, ChallengeInvalid, PasskeyNotAccepted, PasskeyFrozen, PasskeyCloned.
        """
        with self.throttle.counted(_PURPOSE, address):
            passkey = self.passkeys.recognise(OwnerKind.PERSON, response)
            person = self.wallets.person(passkey.organisation_id, passkey.owner_id)
            if person is None:
                raise WalletSessionInvalid
            return self.begin_session(person, passkey, earlier)

    def confirm(self, address: str, visit: Visit, response: JsonObject) -> None:
        """Require the passkey of this session once more; call it outside a transaction.

        No other passkey of the person does: who only has the session has none that counts.

        Raises:
            TooManyAttempts, ChallengeInvalid, PasskeyNotAccepted, PasskeyFrozen, PasskeyCloned.
        """
        with self.throttle.counted(_PURPOSE, address):
            passkey = self.passkeys.recognise(OwnerKind.PERSON, response)
            if passkey.id != visit.passkey_id:
                raise PasskeyNotAccepted

    def begin_session(self, person: Person, passkey: Passkey, earlier: str | None) -> str:
        """End the session that the phone had and return the secret of a new one."""
        secret, now = new_secret(), self.clock()
        session = WalletSession(
            digest=digest_of(secret),
            person_id=person.id,
            organisation_id=person.organisation_id,
            passkey_id=passkey.id,
            created_at=now,
            expires_at=now + timedelta(hours=self.limits.session_hours),
        )
        with self.transaction():
            if earlier is not None:
                self.wallets.end_session(digest_of(earlier), now)
            self.wallets.add_session(session)
            detail: JsonObject = {"passkey_id": passkey.id}
            self.audit.append(holder_actor(person), Fact.WALLET_SIGNED_IN, person.id, detail)
        return secret

    def visit(self, session_secret: str) -> Visit:
        """Return who is signed in.

        Raises:
            WalletSessionInvalid: nobody is.
        """
        session = self.wallets.session(digest_of(session_secret), self.clock())
        if session is None:
            raise WalletSessionInvalid
        person = self.wallets.person(session.organisation_id, session.person_id)
        if person is None:
            raise WalletSessionInvalid
        return Visit(person, session.passkey_id)

    def sign_out(self, session_secret: str) -> None:
        """End a session; one that is no more stays ended."""
        digest, now = digest_of(session_secret), self.clock()
        with self.transaction():
            visit = self.visit(session_secret)
            self.wallets.end_session(digest, now)
            actor = holder_actor(visit.person)
            self.audit.append(actor, Fact.WALLET_SIGNED_OUT, visit.person.id, {})

    def cards(self, visit: Visit) -> list[Card]:
        """Return the licenses in the wallet, oldest first."""
        return self.wallets.cards(visit.person.organisation_id, visit.person.id)

    def card(self, visit: Visit, holder_id: str) -> Card:
        """Return one license in the wallet, by the person's role in it.

        Raises:
            WalletLicenseNotFound: it is not in this wallet.
        """
        found = (card for card in self.cards(visit) if card.holder.id == holder_id)
        card = next(found, None)
        if card is None:
            raise WalletLicenseNotFound
        return card

    def devices(self, visit: Visit) -> list[Passkey]:
        """Return the person's passkeys in order of birth, frozen ones included."""
        return self.passkeys.of_owner(visit.owner)

    def device_options(self, address: str, visit: Visit, response: JsonObject) -> JsonObject:
        """Return what a browser needs to make a further passkey, once this session's answered.

        Raises:
            PasskeysTooMany.
            TooManyAttempts, ChallengeInvalid, PasskeyNotAccepted, PasskeyFrozen, PasskeyCloned.
        """
        self.confirm(address, visit, response)
        return self.passkeys.enrolment_options(visit.owner)

    def add_device(self, visit: Visit, response: JsonObject, name: str) -> Passkey:
        """Enrol a further passkey.

        Raises:
            ChallengeInvalid, PasskeyNotAccepted, PasskeyKnown, PasskeysTooMany, FieldsInvalid.
        """
        new = self.passkeys.verify_enrolment(visit.owner, response)
        return self.passkeys.keep(holder_actor(visit.person), visit.owner, new, name)

    def freeze_device(self, visit: Visit, passkey_id: str) -> None:
        """Freeze a lost device; its sessions and holder keys end with it.

        Raises:
            PasskeyNotFound, LastPasskey.
        """
        self.passkeys.freeze_lost(holder_actor(visit.person), visit.owner, passkey_id)

    def register_key(
        self, visit: Visit, holder_id: str, jwk: JsonObject, proof: str, token: str
    ) -> HolderKey:
        """Register the key that this browser holds for a license.

        Raises:
            WalletLicenseNotFound, HolderKeyInvalid.
        """
        card, public = self.card(visit, holder_id), holder_jwk(jwk)
        require_possession(public, holder_id, token, proof)
        key = HolderKey(
            id=new_id("hky"),
            organisation_id=visit.person.organisation_id,
            holder_id=holder_id,
            passkey_id=visit.passkey_id,
            jwk=public,
            thumbprint=thumbprint(public),
            created_at=self.clock(),
        )
        with self.transaction():
            self.wallets.add_key(key)
            detail: JsonObject = {"license_id": card.license.id, "thumbprint": key.thumbprint}
            actor = holder_actor(visit.person, holder_id)
            self.audit.append(actor, Fact.HOLDER_KEY_REGISTERED, key.id, detail)
        return key

    def keys(self, visit: Visit, holder_id: str) -> list[HolderKey]:
        """Return the keys of one's own role, newest first.

        Raises:
            WalletLicenseNotFound.
        """
        return self.wallets.keys(self.card(visit, holder_id).holder.id)


def holder_actor(person: Person, holder_id: str | None = None) -> Actor:
    """Return a person as one who acts, in a role if one is meant; they hold no permissions."""
    return Actor(ActorKind.HOLDER, person.id, person.organisation_id, frozenset(), holder=holder_id)
