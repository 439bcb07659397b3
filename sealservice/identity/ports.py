"""What identity needs from outside: rows that stay, and one update that happens only once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sealservice.identity.activation import Activation, Claim, Proof
from sealservice.identity.model import ApiKey, Organisation, Session, SigninLink, Staff
from sealservice.identity.passkeys import Ceremony, Challenge, FreezeReason, OwnerKind, Passkey
from sealservice.identity.wallet import Card, HolderKey, WalletSession
from sealservice.licenses.persons import Person


class OrganisationStore(Protocol):
    """The rows of organisations."""

    def add(self, organisation: Organisation) -> None:
        """Insert an organisation."""
        ...

    def by_id(self, organisation_id: str) -> Organisation | None:
        """Return one organisation."""
        ...

    def page(self, after: str | None, limit: int) -> list[Organisation]:
        """Return up to ``limit`` organisations in the order of their ids, behind ``after``."""
        ...


class StaffStore(Protocol):
    """The rows of staff."""

    def add(self, staff: Staff) -> None:
        """Insert a member of staff."""
        ...

    def by_id(self, organisation_id: str, staff_id: str) -> Staff | None:
        """Return one member of an organisation's staff."""
        ...


class SigninStore(Protocol):
    """One-time links and the sessions they begin."""

    def add_link(self, link: SigninLink) -> None:
        """Insert a link."""
        ...

    def burn_link(self, digest: str, now: datetime) -> Staff | None:
        """Mark a link as used and return whom it lets in.

        None when it is unknown, used or expired: of two racing calls exactly one gets the person.
        """
        ...

    def link(self, digest: str, now: datetime) -> Staff | None:
        """Return whom a link would let in; it is not burnt."""
        ...

    def add_session(self, session: Session) -> None:
        """Insert a session."""
        ...

    def session(self, digest: str, now: datetime) -> Staff | None:
        """Return who is signed in with a session that neither ended nor expired."""
        ...

    def end_session(self, digest: str, now: datetime) -> None:
        """End a session; ending an unknown or ended one changes nothing."""
        ...

    def end_sessions_of(self, staff_id: str, now: datetime) -> None:
        """End every session of a person."""
        ...


class ApiKeyStore(Protocol):
    """The rows of API keys."""

    def add(self, key: ApiKey) -> None:
        """Insert a key."""
        ...

    def by_digest(self, digest: str) -> ApiKey | None:
        """Return the key with this digest, expired and revoked ones included."""
        ...

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[ApiKey]:
        """Return up to ``limit`` keys in the order of their ids, after the id ``after``."""
        ...

    def revoke(self, organisation_id: str, key_id: str, now: datetime) -> bool:
        """Revoke a key; a revoked one keeps its time. False when there is none of that id."""
        ...


class PasskeyStore(Protocol):
    """The rows of passkeys."""

    def add(self, passkey: Passkey) -> None:
        """Insert a passkey.

        Raises:
            PasskeyKnown: its credential was enrolled before, by whomever.
        """
        ...

    def by_credential(self, credential_id: str) -> Passkey | None:
        """Return the passkey of a credential, also a frozen one."""
        ...

    def of_owner(self, kind: OwnerKind, owner_id: str) -> list[Passkey]:
        """Return an owner's passkeys in order of birth, frozen ones included."""
        ...

    def advance(self, passkey_id: str, count: int, now: datetime) -> bool:
        """Write the counter of a use.

        False, and nothing is written, when the counter is not above the one before (both 0 is
        fine), or the passkey is frozen: of two racing uses with one counter one succeeds.
        """
        ...

    def freeze(self, passkey_id: str, reason: FreezeReason, now: datetime) -> bool:
        """Freeze a passkey for good; False: it was frozen before."""
        ...


class ChallengeStore(Protocol):
    """Challenges that wait for their answers."""

    def add(self, challenge: Challenge) -> None:
        """Insert a challenge."""
        ...

    def burn(self, digest: str, ceremony: Ceremony, now: datetime) -> Challenge | None:
        """Mark a challenge as used and return it.

        None when it is unknown, used, expired or for another ceremony: of two racing calls
        exactly one gets it.
        """
        ...


class AttemptStore(Protocol):
    """Counts what somebody tries, whoever else is trying at the same time."""

    def add(self, subject: str, period: datetime) -> int:
        """Count one more of a subject in a period, at once, and return how many there are."""
        ...

    def forgive(self, subject: str, period: datetime) -> None:
        """Take one back, because it succeeded."""
        ...


class ActivationStore(Protocol):
    """Licenses on their way into phones; each verb is one step, taken once."""

    def add(self, activation: Activation) -> None:
        """Insert an activation; one that is open for the same holder is cancelled."""
        ...

    def cancel(self, holder_ids: Sequence[str], now: datetime) -> None:
        """Cancel what is open for any of these holders; a step under way ends first."""
        ...

    def get(self, organisation_id: str, activation_id: str) -> Activation | None:
        """Return one activation of an organisation."""
        ...

    def by_locator(self, locator: str) -> Activation | None:
        """Return the activation whose code begins so."""
        ...

    def by_claim(self, claim_digest: str) -> Activation | None:
        """Return the activation that a phone's secret belongs to."""
        ...

    def open_ones(self, organisation_id: str, now: datetime) -> list[Activation]:
        """Return what is not over, newest first."""
        ...

    def count_wrong(self, activation_id: str, greatest: int, now: datetime) -> None:
        """Count a wrong code; with the last of them the activation is cancelled."""
        ...

    def claim(self, activation_id: str, claim: Claim) -> bool:
        """Give an issued activation to a phone; False: it is not issued, or expired."""
        ...

    def prove(self, activation_id: str, proof: Proof) -> bool:
        """Write the proof of a claimed activation; False: it is not claimed, or expired."""
        ...

    def refuse(self, activation_id: str, now: datetime) -> bool:
        """End an open activation as refused; False: it is over."""
        ...

    def finish(self, activation_id: str, now: datetime) -> bool:
        """End a proven activation as done; False: it is not proven, or expired."""
        ...


class WalletStore(Protocol):
    """What a person finds in their wallet."""

    def person(self, organisation_id: str, person_id: str) -> Person | None:
        """Return a person of an organisation."""
        ...

    def cards(self, organisation_id: str, person_id: str) -> list[Card]:
        """Return the licenses in which a person has a role that has not ended, oldest first."""
        ...

    def add_session(self, session: WalletSession) -> None:
        """Insert a session."""
        ...

    def session(self, digest: str, now: datetime) -> WalletSession | None:
        """Return a session that neither ended nor expired, and whose passkey is not frozen."""
        ...

    def end_session(self, digest: str, now: datetime) -> None:
        """End a session; ending an unknown or ended one changes nothing."""
        ...

    def add_key(self, key: HolderKey) -> None:
        """Insert a holder's key; one that is there stays as it is."""
        ...

    def keys(self, holder_id: str) -> list[HolderKey]:
        """Return the keys of a role whose passkeys are not frozen, newest first."""
        ...
